//! Whether the parts of a network fit together.

use crate::{Linear, Net, Norm};
use std::fmt;

/// Two sizes that should be equal and are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    part: String,
    expected: usize,
    found: usize,
}

impl ShapeError {
    fn check(part: impl Into<String>, expected: usize, found: usize) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(Self { part: part.into(), expected, found }) }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.part, self.expected, self.found)
    }
}

impl std::error::Error for ShapeError {}

impl<S> Net<S> {
    /// Checks every size that evaluating relies on.
    pub(crate) fn check(&self) -> Result<(), ShapeError> {
        let width = self.width();
        let check = |part: &str, expected, found| ShapeError::check(part, expected, found);
        if self.vocabulary() == 0 || width == 0 {
            check("embedding: size", 1, 0)?;
        }
        if let Some(position) = self.position() {
            check("position: rows", self.block_size(), position.rows())?;
            check("position: columns", width, position.width())?;
        }
        for (index, layer) in self.layers().iter().enumerate() {
            let named = |part: &str| format!("layer {index}: {part}");
            let a = &layer.attention;
            if a.kv_heads == 0 || a.heads % a.kv_heads != 0 {
                ShapeError::check(named("heads, as a multiple of kv_heads"), a.kv_heads, a.heads)?;
                ShapeError::check(named("kv_heads"), 1, a.kv_heads)?;
            }
            linear(&named("attention query"), &a.query, width, a.heads * a.head_width)?;
            linear(&named("attention key"), &a.key, width, a.kv_heads * a.head_width)?;
            linear(&named("attention value"), &a.value, width, a.kv_heads * a.value_width)?;
            linear(&named("attention output"), &a.output, a.heads * a.value_width, width)?;
            norm(&named("attention query norm"), a.query_norm.as_ref(), a.head_width)?;
            norm(&named("attention key norm"), a.key_norm.as_ref(), a.head_width)?;
            if let Some(rope) = &a.rope {
                check("rope: rows", self.block_size(), rope.table.rows())?;
                check("rope: columns", a.head_width, rope.table.columns())?;
                check("rope: components outside of pairs", 0, a.head_width % 2)?;
            }
            if let Some(bias) = &a.bias {
                check("attention bias: heads", a.heads, bias.len())?;
                for head in bias {
                    check("attention bias: rows", self.block_size(), head.rows())?;
                    check("attention bias: columns", self.block_size(), head.columns())?;
                }
            }
            norm(&named("attention norm"), layer.attention_norm.as_ref(), width)?;
            norm(&named("mlp norm"), layer.mlp_norm.as_ref(), width)?;
            if let Some(mlp) = &layer.mlp {
                let hidden = mlp.up.outputs();
                linear(&named("mlp up"), &mlp.up, width, hidden)?;
                linear(&named("mlp down"), &mlp.down, hidden, width)?;
                if let Some(gate) = &mlp.gate {
                    linear(&named("mlp gate"), gate, width, hidden)?;
                }
            }
        }
        norm("norm", self.norm(), width)?;
        // A head may leave out the last tokens, which then are never generated.
        linear("head", self.head(), width, self.outputs().min(self.vocabulary()))
    }
}

fn linear<S>(part: &str, map: &Linear<S>, inputs: usize, outputs: usize) -> Result<(), ShapeError> {
    if !(1..=2).contains(&map.factors.len()) {
        ShapeError::check(format!("{part}: factors"), 1, map.factors.len())?;
    }
    ShapeError::check(format!("{part}: inputs"), inputs, map.inputs())?;
    ShapeError::check(format!("{part}: outputs"), outputs, map.outputs())?;
    for pair in map.factors.windows(2) {
        ShapeError::check(format!("{part}: rank"), pair[0].columns(), pair[1].rows())?;
    }
    if let Some(bias) = &map.bias {
        ShapeError::check(format!("{part}: bias"), outputs, bias.len())?;
    }
    if inputs == 0 || outputs == 0 {
        ShapeError::check(format!("{part}: size"), 1, 0)?;
    }
    Ok(())
}

fn norm<S>(part: &str, norm: Option<&Norm<S>>, width: usize) -> Result<(), ShapeError> {
    let Some(norm) = norm else { return Ok(()) };
    for (name, list) in [("weight", &norm.weight), ("bias", &norm.bias)] {
        if let Some(list) = list {
            ShapeError::check(format!("{part}: {name}"), width, list.len())?;
        }
    }
    Ok(())
}
