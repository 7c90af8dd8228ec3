//! A low rank, multiplied out: `{ product = ["A", "B"] }`, where cell (row, col) is the dot product of row `row` of A
//! and column `col` of B.
//!
//! A linear map that keeps its two factors apart, and so rounds differently, is written `low_rank`; that is a
//! property of the map and stands in `map.rs`.

use super::{Filling, Form, Slot, Written, list, tensor};
use crate::document::Section;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Product {
    left: usize,
    right: usize,
    rank: usize,
    cols: usize,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let items = list(section.need("product")?, "product", 2)?;
    let (left, right) = (tensor(&items[0], slot)?, tensor(&items[1], slot)?);
    let shape = |index: usize| slot.names.stored[index].shape.as_slice();
    let (&[rows, rank], &[inner, cols]) = (shape(left), shape(right)) else {
        let message = format!("product: shapes {:?} and {:?}", shape(left), shape(right));
        return Err(Problem::new(section.span(), message).expected("two matrices"));
    };
    if (rows, inner, cols) != (slot.rows, rank, slot.cols) {
        let message = format!("product: shapes [{rows}, {rank}] and [{inner}, {cols}]");
        let expected = format!("[{}, r] and [r, {}]", slot.rows, slot.cols);
        return Err(Problem::new(section.span(), message).expected(expected));
    }
    Ok(Arc::new(Product { left, right, rank, cols }))
}

impl Form for Product {
    /// Products and sums round to the model's type one by one, over the rank from the first term to the last.
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let mut total = None;
        for r in 0..self.rank {
            let left = filling.stored(self.left, row * self.rank + r);
            let right = filling.stored(self.right, r * self.cols + col);
            let term = (filling.round)(left * right);
            total = Some(total.map_or(term, |total: f64| (filling.round)(total + term)));
        }
        Ok(total.unwrap_or(0.0))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Product { left: self.left, right: self.right }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 3;
    }
}
