//! Rows by name, so that some can be the same: `{ shared_rows = ["row0", "row0", "row1", "row1"] }`.

use super::{Filling, Form, Slot, Written, list, vector};
use crate::document::Section;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct SharedRows {
    rows: Vec<usize>,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let items = list(section.need("shared_rows")?, "shared_rows", slot.rows)?;
    let rows = items.iter().map(|item| vector(item, slot.cols, slot)).collect::<Result<_, _>>()?;
    Ok(Arc::new(SharedRows { rows }))
}

impl Form for SharedRows {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        Ok(filling.stored(self.rows[row], col))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::SharedRows { tensors: &self.rows }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1 + self.rows.len();
    }
}
