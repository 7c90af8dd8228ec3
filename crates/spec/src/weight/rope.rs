//! The turns of queries and keys: `{ theta = 3 }` or `{ angle = "pos * tau / 19" }`.
//!
//! A row for each position; for each pair of components its cosine and its sine, side by side. `angle` is a formula of `pos`
//! and of `unit`, the number of the pair. `theta` stands for the usual angle, `pos · 1 / theta^(2 · unit / head width)`.

use super::{Filling, Form, Frame, Slot, Weight, Written, formula_of};
use crate::document::Section;
use crate::formula::Formula;
use crate::problem::Problem;
use crate::recipe::Recipe;
use num::portable;
use std::sync::Arc;

#[derive(Debug)]
struct Turns {
    angle: Angle,
    frame: Frame,
    width: usize,
}

#[derive(Debug)]
enum Angle {
    Formula(Formula),
    Theta(Formula),
}

/// The table that the keys of `section` write.
pub(crate) fn rope(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Weight, Problem> {
    let (theta, angle) = (section.take("theta"), section.take("angle"));
    let angle = match (theta, angle) {
        (Some(theta), None) => Angle::Theta(formula_of(theta, Slot { frame: Frame::Single, ..slot })?),
        (None, Some(angle)) => Angle::Formula(formula_of(angle, slot)?),
        _ => {
            let message = format!("{}: how far it turns is not said once", section.name());
            return Err(Problem::new(section.span(), message).expected("either `theta` or `angle`"));
        }
    };
    let form = Arc::new(Turns { angle, frame: slot.frame, width: slot.cols });
    Ok(Weight { rows: slot.rows, cols: slot.cols, form, span: section.span() })
}

impl Form for Turns {
    /// Where formulas round at every operation, so do the power, its inverse, the product with the position, and the
    /// cosine or sine.
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let cell = self.frame.cell(row, col);
        let angle = match &self.angle {
            Angle::Formula(formula) => filling.formula(formula, cell)?,
            Angle::Theta(formula) => {
                let theta = filling.formula(formula, cell)?;
                let exponent = filling.operation((2 * cell.unit) as f64 / self.width as f64);
                let power = filling.operation(portable::pow(theta, exponent));
                let frequency = filling.operation(1.0 / power);
                filling.operation(row as f64 * frequency)
            }
        };
        let (Angle::Formula(of) | Angle::Theta(of)) = &self.angle;
        let turn = if col.is_multiple_of(2) { filling.cos(angle, of)? } else { filling.sin(angle, of)? };
        Ok((filling.round)(turn))
    }

    fn recipe(&self) -> Recipe<'_> {
        match &self.angle {
            Angle::Formula(angle) => Recipe::Turns { angle, frame: self.frame },
            Angle::Theta(theta) => Recipe::Theta { theta },
        }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1;
        let (Angle::Formula(formula) | Angle::Theta(formula)) = &self.angle;
        written.formula(formula);
    }

    fn is_formula(&self) -> bool {
        true
    }
}
