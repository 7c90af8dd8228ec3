//! Rank one, multiplied out: `{ outer = ["u", "v"] }`, where cell (row, col) is `u[row] * v[col]`.

use super::{Filling, Form, Slot, Written, list, vector};
use crate::document::Section;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Outer {
    rows: usize,
    cols: usize,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let items = list(section.need("outer")?, "outer", 2)?;
    let (rows, cols) = (vector(&items[0], slot.rows, slot)?, vector(&items[1], slot.cols, slot)?);
    Ok(Arc::new(Outer { rows, cols }))
}

impl Form for Outer {
    /// One product, rounded once to the model's type.
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let (u, v) = (filling.stored(self.rows, row), filling.stored(self.cols, col));
        Ok((filling.round)(u * v))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Outer { rows: self.rows, columns: self.cols }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 3;
    }
}
