//! A stored tensor as it is: `"name"`, or `{ table = "name" }` where a bias stands beside it.

use super::{Filling, Form, Slot, Written, tensor};
use crate::document::{Node, Section};
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

/// Every cell is a stored number.
#[derive(Debug)]
pub(super) struct Full {
    tensor: usize,
    cols: usize,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    Ok(Arc::new(Full::new(section.need("table")?, slot)?))
}

impl Full {
    pub(super) fn tensor(&self) -> usize {
        self.tensor
    }

    /// The tensor that `node` names, if it has the slot's shape. A single row or column may be written as an array.
    pub(super) fn new(node: &Node, slot: Slot<'_>) -> Result<Self, Problem> {
        let index = tensor(node, slot)?;
        let (rows, cols) = (slot.rows, slot.cols);
        let stored = &slot.names.stored[index];
        let flat = rows == 1 || cols == 1;
        let fits = match stored.shape[..] {
            [] => rows * cols == 1,
            [len] => flat && len == rows * cols,
            [r, c] => (r == rows && c == cols) || (flat && (r == 1 || c == 1) && r * c == rows * cols),
            _ => false,
        };
        if fits {
            return Ok(Self { tensor: index, cols });
        }
        let message = format!("`{}` has shape {:?}", stored.name, stored.shape);
        Err(Problem::new(node.span.clone(), message).expected(format!("[{rows}, {cols}]")))
    }
}

impl Form for Full {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        Ok(filling.stored(self.tensor, row * self.cols + col))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Table { tensor: self.tensor }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1;
    }
}
