//! Some rows of a larger stored tensor: `{ slice = "name", rows = [from, to] }`, without the row `to`.

use super::{Filling, Form, Slot, Written, list, tensor};
use crate::document::Section;
use crate::figures::counted;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Slice {
    tensor: usize,
    first: usize,
    cols: usize,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let node = section.need("slice")?;
    let index = tensor(node, slot)?;
    let stored = &slot.names.stored[index];
    let rows = match stored.shape[..] {
        [rows, cols] if cols == slot.cols => rows,
        [rows] if slot.cols == 1 => rows,
        _ => {
            let message = format!("`{}` has shape {:?}", stored.name, stored.shape);
            let expected = format!("a matrix of {}", counted(slot.cols, "column"));
            return Err(Problem::new(node.span.clone(), message).expected(expected));
        }
    };
    let range = section.need("rows")?;
    let bounds = list(range, "rows", 2)?;
    let (first, end) = (bounds[0].size("rows", 0..=rows)?, bounds[1].size("rows", 0..=rows)?);
    if first + slot.rows != end {
        let message = format!("rows {first} to {end} of `{}`", stored.name);
        return Err(Problem::new(range.span.clone(), message).expected(counted(slot.rows, "row")));
    }
    Ok(Arc::new(Slice { tensor: index, first, cols: slot.cols }))
}

impl Form for Slice {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        Ok(filling.stored(self.tensor, (self.first + row) * self.cols + col))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Slice { tensor: self.tensor, first: self.first }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 4;
    }
}
