//! Slim: a stored tensor over some of the columns, zero elsewhere: `{ reads = [1, 2], of = "name" }`.

use super::full::Full;
use super::{Filling, Form, Slot, Written, indices};
use crate::document::Section;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Reads {
    columns: Vec<usize>,
    of: Full,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let columns = indices(section.need("reads")?, "reads", slot.cols)?;
    let of = Full::new(section.need("of")?, Slot { cols: columns.len(), ..slot })?;
    Ok(Arc::new(Reads { columns, of }))
}

impl Form for Reads {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        match self.columns.iter().position(|&column| column == col) {
            Some(column) => self.of.at(row, column, filling),
            None => Ok(0.0),
        }
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Reads { columns: &self.columns, tensor: self.of.tensor() }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1 + self.columns.len();
        self.of.written(written);
    }
}
