//! What is added to scores: a formula of `head`, `query` and `key`, the positions of a query and of a key before or at it.

use super::{Filling, Form, Frame, Slot, Weight, Written, formula_of};
use crate::document::Node;
use crate::formula::Formula;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Scores {
    formula: Formula,
    frame: Frame,
}

/// The bias that the formula in `node` writes: `block_size` rows for each head.
pub(crate) fn scores(node: &Node, slot: Slot<'_>) -> Result<Weight, Problem> {
    let form = Arc::new(Scores { formula: formula_of(node, slot)?, frame: slot.frame });
    Ok(Weight { rows: slot.rows, cols: slot.cols, form, span: node.span.clone() })
}

impl Form for Scores {
    /// A query meets no later key, so those cells are 0 and the formula need not have a value there.
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let cell = self.frame.cell(row, col);
        if cell.col > cell.row {
            return Ok(0.0);
        }
        filling.number(&self.formula, cell)
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Scores { formula: &self.formula, frame: self.frame }
    }

    fn written(&self, written: &mut Written) {
        written.formula(&self.formula);
    }
}
