//! Heads of two units from an angle each and one scale:
//! `{ rotation = ["angle0", "angle1"], scale = "s", reads = [1, 2] }`.
//!
//! The rows of the head with angle α are `(−cos α · s, sin α · s)` and `(sin α · s, cos α · s)` over the two columns
//! that are read, zero elsewhere. If those hold `(sin θ, cos θ)`, the query is `s · (sin(α − θ), cos(α − θ))`: against
//! keys `(sin φ, cos φ)` the score is `s · cos(α − θ − φ)`, greatest where `φ = α − θ`. As a map of the plane it is a
//! rotation of the mirrored input, which is what a prompt read most significant digit first needs.

use super::{Filling, Form, Frame, Slot, Written, formula_of, indices, list};
use crate::document::Section;
use crate::formula::Formula;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Rotation {
    angles: Vec<Formula>,
    scale: Formula,
    columns: Vec<usize>,
    frame: Frame,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let node = section.need("rotation")?;
    let heads = match slot.frame {
        Frame::Heads(2) => slot.rows / 2,
        _ => {
            return Err(Problem::new(node.span.clone(), "rotation: found another weight")
                .expected("a query, key or value map with heads of two units"));
        }
    };
    let angles = list(node, "rotation", heads)?.iter().map(|angle| formula_of(angle, slot));
    let angles = angles.collect::<Result<_, _>>()?;
    let scale = formula_of(section.need("scale")?, slot)?;
    let reads = section.need("reads")?;
    list(reads, "reads", 2)?;
    let columns = indices(reads, "reads", slot.cols)?;
    Ok(Arc::new(Rotation { angles, scale, columns, frame: slot.frame }))
}

impl Form for Rotation {
    /// Where formulas round at every operation, the sine or cosine rounds, then the product with the scale.
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let Some(read) = self.columns.iter().position(|&column| column == col) else { return Ok(0.0) };
        let cell = self.frame.cell(row, col);
        let angle = filling.formula(&self.angles[row / 2], cell)?;
        let of = &self.angles[row / 2];
        let direction = match (row % 2, read) {
            (0, 0) => -filling.cos(angle, of)?,
            (1, 1) => filling.cos(angle, of)?,
            _ => filling.sin(angle, of)?,
        };
        let scale = filling.formula(&self.scale, cell)?;
        Ok((filling.round)(direction * scale))
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe::Rotation { angles: &self.angles, scale: &self.scale, columns: &self.columns }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1 + self.columns.len();
        self.angles.iter().chain([&self.scale]).for_each(|formula| written.formula(formula));
    }
}
