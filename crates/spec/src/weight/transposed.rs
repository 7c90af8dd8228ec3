//! A stored tensor with rows and columns exchanged: `{ transposed = "name" }`, as PyTorch code writes `x @ A`.

use super::{Filling, Form, Slot, Written, tensor};
use crate::document::Section;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Transposed {
    tensor: usize,
    rows: usize,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let node = section.need("transposed")?;
    let index = tensor(node, slot)?;
    let stored = &slot.names.stored[index];
    if stored.shape != [slot.cols, slot.rows] {
        let message = format!("`{}` has shape {:?}", stored.name, stored.shape);
        return Err(
            Problem::new(node.span.clone(), message).expected(format!("[{}, {}]", slot.cols, slot.rows))
        );
    }
    Ok(Arc::new(Transposed { tensor: index, rows: slot.rows }))
}

impl Form for Transposed {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        Ok(filling.stored(self.tensor, col * self.rows + row))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Transposed { tensor: self.tensor }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 2;
    }
}
