//! One formula for every cell: `{ formula = "…" }`.

use super::{Filling, Form, Frame, Slot, Written, formula_of};
use crate::document::Section;
use crate::formula::Formula;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

/// Every cell is the value of one formula.
#[derive(Debug)]
pub(super) struct Filled {
    formula: Formula,
    frame: Frame,
}

impl Filled {
    pub(super) fn new(formula: Formula, frame: Frame) -> Self {
        Self { formula, frame }
    }
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let formula = formula_of(section.need("formula")?, slot)?;
    Ok(Arc::new(Filled::new(formula, slot.frame)))
}

impl Form for Filled {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        filling.number(&self.formula, self.frame.cell(row, col))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Formula { formula: &self.formula, frame: self.frame }
    }

    fn written(&self, written: &mut Written) {
        written.formula(&self.formula);
    }

    fn is_formula(&self) -> bool {
        true
    }
}

/// A value that follows from the shape and is not written.
#[derive(Debug)]
pub(super) struct Derived(pub(super) f64);

impl Form for Derived {
    fn at(&self, _: usize, _: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        Ok((filling.round)(self.0))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Derived(self.0)
    }

    fn written(&self, _: &mut Written) {}
}
