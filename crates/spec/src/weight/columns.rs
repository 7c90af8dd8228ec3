//! A formula for each of some columns, zero elsewhere: `{ columns = { 1 = "…", 2 = "…" } }`.

use super::{Filling, Form, Frame, Slot, Written, formula_of};
use crate::document::{Section, Value};
use crate::formula::Formula;
use crate::problem::Problem;
use crate::recipe::Recipe;
use std::sync::Arc;

#[derive(Debug)]
struct Columns {
    columns: Vec<Option<Formula>>,
    frame: Frame,
}

pub(super) fn parse(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    let node = section.need("columns")?;
    let expected = format!("a table from a column, 0 to {}, to its formula", slot.cols - 1);
    let Value::Table(entries) = &node.value else { return Err(node.wrong("columns", &expected)) };
    let mut columns = vec![None; slot.cols];
    for entry in entries {
        // `01` is another key than `1`, and yet the same column.
        let number = entry.key.parse().ok().filter(|column: &usize| column.to_string() == entry.key);
        let column = number.and_then(|column| columns.get_mut(column));
        let Some(column) = column else {
            let message = format!("columns: found `{}`", entry.key);
            return Err(Problem::new(entry.key_span.clone(), message).expected(expected));
        };
        *column = Some(formula_of(&entry.node, slot)?);
    }
    Ok(Arc::new(Columns { columns, frame: slot.frame }))
}

impl Form for Columns {
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem> {
        let Some(formula) = &self.columns[col] else { return Ok(0.0) };
        filling.number(formula, self.frame.cell(row, col))
    }

    fn recipe(&self) -> Recipe<'_> {
        let columns = self.columns.iter().enumerate();
        let columns = columns.filter_map(|(column, formula)| Some((column, formula.as_ref()?)));
        Recipe::Columns { columns: columns.collect(), frame: self.frame }
    }

    fn written(&self, written: &mut Written) {
        written.symbols += 1;
        for formula in self.columns.iter().flatten() {
            written.symbols += 1;
            written.formula(formula);
        }
    }

    fn is_formula(&self) -> bool {
        true
    }
}
