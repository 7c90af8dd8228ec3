//! One operator at work: its inputs, its attributes, and the arena it computes in.

use crate::arena::{Arena, Id};
use crate::constant::Width;
use crate::proto::NodeProto;
use crate::tensor::{Cell, Dtype, Tensor, Value};
use std::rc::Rc;

/// One operator at work.
pub(crate) struct Call<'a> {
    pub(crate) node: &'a NodeProto,
    pub(crate) inputs: Vec<Option<Value>>,
    pub(crate) arena: &'a mut Arena,
    /// The version of the operator set.
    pub(crate) opset: i64,
}

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

    /// The integers of an attribute, or else of the input `index`, as older and newer versions of an operator have them.
    pub(crate) fn ints_of(&self, attribute: &str, index: usize) -> Result<Option<Vec<i64>>, String> {
        match self.node.attribute(attribute) {
            Some(found) => Ok(Some(found.ints.clone())),
            None => self.ints(index),
        }
    }

    /// The integer attribute `name`, or `default`.
    pub(crate) fn int(&self, name: &str, default: i64) -> i64 {
        self.node.attribute(name).and_then(|attribute| attribute.i).unwrap_or(default)
    }

    /// The number attribute `name`, or `default`.
    pub(crate) fn float(&self, name: &str, default: f32) -> f64 {
        f64::from(self.node.attribute(name).and_then(|attribute| attribute.f).unwrap_or(default))
    }

    /// The text attribute `name`, or `default`.
    pub(crate) fn text(&self, name: &str, default: &str) -> String {
        let found = self.node.attribute(name).and_then(|attribute| attribute.s.as_deref());
        found.map_or_else(|| default.to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
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

    /// The elements of a tensor of floats.
    pub(crate) fn floats(&mut self, tensor: &Tensor) -> Result<Vec<Id>, String> {
        tensor.cells.iter().map(|&cell| self.arena.float(cell)).collect()
    }

    /// The type that operations on `tensor` round to.
    pub(crate) fn width(&self, tensor: &Tensor) -> Result<Width, String> {
        match tensor.dtype {
            Dtype::F32 => Ok(Width::Single),
            Dtype::F64 => Ok(Width::Double),
            other => Err(format!("an input of type {other:?}: expected floats")),
        }
    }
}

/// The axis that `axis` names in a tensor of `rank` axes; negative ones count from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let at = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(at)
        .ok()
        .filter(|&at| at < rank)
        .ok_or_else(|| format!("axis {axis}: expected one of {rank} axes"))
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
