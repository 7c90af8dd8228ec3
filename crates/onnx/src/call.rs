//! One operator at work: its inputs, its attributes, and the arena it computes in.

use crate::arena::{Arena, Id};
use crate::constant::Width;
use crate::ops::schema::{Attribute, Default, Operator};
use crate::proto::{AttributeProto, NodeProto};
use crate::tensor::{Cell, Dtype, Tensor, Value};
use spec::figures::counted;
use std::rc::Rc;

/// One operator at work.
///
/// The node has been checked against its declaration, so an attribute that is there has the declared type, and a value that is
/// supported.
pub(crate) struct Call<'a> {
    pub(crate) node: &'a NodeProto,
    /// Its declaration, from which defaults come.
    pub(crate) row: &'static Operator,
    pub(crate) inputs: Vec<Option<Value>>,
    pub(crate) arena: &'a mut Arena,
    /// The version of the operator set.
    pub(crate) opset: i64,
}

/// Why numbers of two bytes are not computed with.
pub(crate) const HALF: &str = "to compute in half precision is not supported: export the model in float32, \
    or with casts of what is stored to float32 before it is used";

/// What an operator gives: its outputs in order.
pub(crate) type Outputs = Result<Vec<Value>, String>;

/// One tensor as the outputs.
pub(crate) fn one(tensor: Tensor) -> Outputs {
    Ok(vec![tensor.into()])
}

impl Call<'_> {
    /// The input `index`.
    pub(crate) fn tensor(&self, index: usize) -> Result<Rc<Tensor>, String> {
        self.optional(index)?.ok_or_else(|| format!("input {index} is missing"))
    }

    /// The input `index`, if it is there.
    pub(crate) fn optional(&self, index: usize) -> Result<Option<Rc<Tensor>>, String> {
        match self.inputs.get(index) {
            Some(Some(Value::Tensor(tensor))) => Ok(Some(Rc::clone(tensor))),
            Some(Some(Value::Sequence(_))) => Err(format!("input {index} is a sequence: expected a tensor")),
            _ => Ok(None),
        }
    }

    /// The known integers of the input `index`, if it is there.
    pub(crate) fn ints(&self, index: usize) -> Result<Option<Vec<i64>>, String> {
        self.optional(index)?.map(|tensor| self.known_ints(&tensor, index)).transpose()
    }

    fn known_ints(&self, tensor: &Tensor, index: usize) -> Result<Vec<i64>, String> {
        let known = |cell: &Cell| match *cell {
            Cell::Int(value) => Some(value),
            Cell::Float(id) => self.arena.known(id).map(|known| known.value() as i64),
            Cell::Token(_) => None,
        };
        let all: Option<Vec<i64>> = tensor.cells.iter().map(known).collect();
        all.ok_or_else(|| format!("input {index} depends on tokens: expected integers that do not"))
    }

    /// The integers of an attribute where this version of the operator has it, and else of the input `index`.
    pub(crate) fn ints_of(&self, attribute: &str, index: usize) -> Result<Option<Vec<i64>>, String> {
        if self.declares(attribute) { self.optional_ints(attribute) } else { self.ints(index) }
    }

    /// Whether this version of the operator has the attribute `name`.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.row.attribute(name).is_some()
    }

    /// The attribute `name` of the node, if it is there, and its declaration.
    ///
    /// # Errors
    ///
    /// If the operator's declaration does not have it, which is a mistake of the operator's code.
    fn attribute(&self, name: &str) -> Result<(Option<&AttributeProto>, &'static Attribute), String> {
        let declared = self.row.attribute(name);
        debug_assert!(declared.is_some(), "{} does not declare `{name}`", self.row.name);
        let declared = declared.ok_or_else(|| format!("the attribute `{name}` is not declared"))?;
        Ok((self.node.attribute(name), declared))
    }

    /// The integer attribute `name`.
    pub(crate) fn int(&self, name: &str) -> Result<i64, String> {
        self.optional_int(name)?.ok_or_else(|| format!("the attribute `{name}` is missing"))
    }

    /// The integer attribute `name`, if it is there or has a default.
    pub(crate) fn optional_int(&self, name: &str) -> Result<Option<i64>, String> {
        Ok(match self.attribute(name)? {
            (Some(found), _) => Some(found.i.unwrap_or(0)),
            (None, Attribute { default: Default::Int(default), .. }) => Some(*default),
            _ => None,
        })
    }

    /// The integers of the attribute `name`, if it is there.
    pub(crate) fn optional_ints(&self, name: &str) -> Result<Option<Vec<i64>>, String> {
        Ok(self.attribute(name)?.0.map(|found| found.ints.clone()))
    }

    /// The number attribute `name`.
    pub(crate) fn float(&self, name: &str) -> Result<f64, String> {
        self.optional_float(name)?.ok_or_else(|| format!("the attribute `{name}` is missing"))
    }

    /// The number attribute `name`, if it is there or has a default.
    pub(crate) fn optional_float(&self, name: &str) -> Result<Option<f64>, String> {
        Ok(match self.attribute(name)? {
            (Some(found), _) => Some(f64::from(found.f.unwrap_or(0.0))),
            (None, Attribute { default: Default::Float(default), .. }) => Some(f64::from(*default)),
            _ => None,
        })
    }

    /// The text attribute `name`.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        match self.attribute(name)? {
            (Some(found), _) => {
                let bytes = found.s.clone().unwrap_or_default();
                String::from_utf8(bytes).map_err(|_| format!("the attribute `{name}` is not UTF-8"))
            }
            (None, Attribute { default: Default::Text(default), .. }) => Ok((*default).to_owned()),
            _ => Err(format!("the attribute `{name}` is missing")),
        }
    }

    /// The known number of a tensor of one element.
    pub(crate) fn number(&self, tensor: &Tensor) -> Result<f64, String> {
        match tensor.cells.as_slice() {
            &[Cell::Int(value)] => Ok(value as f64),
            &[Cell::Float(id)] => {
                let known = self.arena.known(id).map(program::Constant::value);
                known.ok_or_else(|| "a number depends on tokens: expected one that does not".into())
            }
            cells => Err(format!("{} elements: expected one known number", cells.len())),
        }
    }

    /// The known number of a tensor of one element, and how far another evaluation may find it from there.
    pub(crate) fn constant(&self, tensor: &Tensor) -> Result<program::Constant, String> {
        match tensor.cells.as_slice() {
            &[Cell::Int(value)] => Ok(program::Constant::exact(value as f64)),
            &[Cell::Float(id)] => {
                let known = self.arena.known(id);
                known.ok_or_else(|| "a number depends on tokens: expected one that does not".into())
            }
            cells => Err(format!("{} elements: expected one known number", cells.len())),
        }
    }

    /// The elements of a tensor of floats.
    pub(crate) fn floats(&mut self, tensor: &Tensor) -> Result<Vec<Id>, String> {
        tensor.cells.iter().map(|&cell| self.arena.float(cell)).collect()
    }

    /// The type that operations on `tensor` round to.
    pub(crate) fn width(&self, tensor: &Tensor) -> Result<Width, String> {
        match tensor.dtype {
            Dtype::F32 => Ok(Width::Single),
            Dtype::F64 => Ok(Width::Double),
            other => Err(format!("an input of type {}: expected floats", other.name())),
        }
    }
}

/// The axis that `axis` names in a tensor of `rank` axes; negative ones count from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let at = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(at)
        .ok()
        .filter(|&at| at < rank)
        .ok_or_else(|| format!("axis {axis}: expected one of {}", counted(rank, "axis")))
}

/// The axes that `axes` names, in rising order.
pub(crate) fn axes(axes: &[i64], rank: usize) -> Result<Vec<usize>, String> {
    let mut found = axes.iter().map(|&at| axis(at, rank)).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

impl Arena {
    /// `cell` as a number.
    pub(crate) fn float(&mut self, cell: Cell) -> Result<Id, String> {
        match cell {
            Cell::Float(id) => Ok(id),
            Cell::Int(value) => Ok(self.constant(value as f64)),
            Cell::Token(index) => {
                let discrete = self.discrete[index as usize].clone();
                let table = discrete.table.iter().map(|&entry| program::Constant::exact(entry as f64));
                Ok(self.look_up(discrete.position, table.collect()))
            }
        }
    }
}
