//! Sparse: some cells by formula, zero elsewhere: `{ entries = [[3, 0, "name"], [1, 2, "…"]] }`.

use super::{Filling, Form, Frame, Slot, Written, formula_of, list};
use crate::document::Section;
use crate::formula::Formula;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug)]
struct Entries {
    /// As the file lists them.
    cells: Vec<(usize, usize, Formula)>,
    /// Where in the list each row and column stands.
    listed: BTreeMap<(usize, usize), usize>,
    frame: Frame,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let node = section.need("entries")?;
    let (mut cells, mut listed) = (Vec::new(), BTreeMap::new());
    for item in node.array("entries", "an array of [row, column, value]")? {
        let parts = list(item, "an entry [row, column, value]", 3)?;
        let row = parts[0].size("an entry's row", 0..=slot.rows - 1)?;
        let col = parts[1].size("an entry's column", 0..=slot.cols - 1)?;
        if listed.insert((row, col), cells.len()).is_some() {
            return Err(Problem::new(item.span.clone(), format!("the entry [{row}, {col}] stands twice")));
        }
        cells.push((row, col, formula_of(&parts[2], slot)?));
    }
    Ok(Arc::new(Entries { cells, listed, frame: slot.frame }))
}

impl Form for Entries {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let Some(&at) = self.listed.get(&(row, col)) else { return Ok(0.0) };
        filling.number(&self.cells[at].2, self.frame.cell(row, col))
    }

    fn recipe(&self) -> Recipe<'_> {
        let cells = self.cells.iter().map(|(row, column, formula)| (*row, *column, formula));
        Recipe::Entries { cells: cells.collect(), frame: self.frame }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1;
        for (_, _, formula) in &self.cells {
            written.symbols += 2;
            written.formula(formula);
        }
    }
}
