//! Weights that are written with fewer stored numbers: zeros and ones that a form writes, equal numbers stored once, counting
//! numbers as formulas, maps that are the same as others.

use super::edit::{Place, array, formula, put, scalar, set, show_rank, table, weight};
use crate::lint::{law, number_name};
use crate::text::{Document, Kind, Value};
use spec::{Model, Recipe};
use std::collections::BTreeMap;

/// A change with what it does, in words.
pub(super) struct Change {
    pub(super) what: String,
    pub(super) document: Document,
}

pub(super) fn changes(model: &Model, document: &Document) -> Vec<Change> {
    let mut changes = Vec::new();
    for tensor in 0..model.stored().len() {
        for by_columns in [false, true] {
            changes.extend(spread(model, document, tensor, by_columns));
        }
    }
    changes.extend(outer_products(model, document));
    changes.extend(equal_maps(model, document));
    changes
}

/// The stored numbers of one tensor that are worth storing: neither 0 nor 1, each magnitude once.
#[derive(Default)]
struct Kept {
    values: Vec<(f64, String)>,
}

impl Kept {
    /// The expression of `value`, with `name` for the whole tensor; indices are put in later.
    fn expression(&mut self, value: f64) -> Cell {
        let size = value.abs();
        if size == 0.0 || size == 1.0 {
            return Cell { negative: value < 0.0, size: Size::Whole(size == 1.0) };
        }
        let index = self.values.iter().position(|(known, _)| *known == size).unwrap_or_else(|| {
            self.values.push((size, size.to_string()));
            self.values.len() - 1
        });
        Cell { negative: value < 0.0, size: Size::Stored(index) }
    }
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    negative: bool,
    size: Size,
}

#[derive(Clone, Debug, PartialEq)]
enum Size {
    /// 0 or 1.
    Whole(bool),
    /// A kept number.
    Stored(usize),
    /// Something with this name.
    Other(String),
}

impl Cell {
    fn is_zero(&self) -> bool {
        self.size == Size::Whole(false)
    }

    fn text(&self, name: &str, kept: usize) -> String {
        let sign = if self.negative { "-" } else { "" };
        match &self.size {
            Size::Whole(one) => format!("{sign}{}", u8::from(*one)),
            Size::Stored(_) if kept == 1 => format!("{sign}{name}"),
            Size::Stored(index) => format!("{sign}{name}[{index}]"),
            Size::Other(other) => format!("{sign}{other}"),
        }
    }
}

/// Whether every cell of the form is one stored number, as it is, or 0.
fn copies(recipe: &Recipe<'_>) -> bool {
    matches!(
        recipe,
        Recipe::Table { .. }
            | Recipe::Transposed { .. }
            | Recipe::Reads { .. }
            | Recipe::SharedRows { .. }
            | Recipe::Slice { .. }
    )
}

/// The weights that copy `tensor` written cell by cell or column by column, and the tensor without what they do not need.
fn spread(model: &Model, document: &Document, tensor: usize, by_columns: bool) -> Option<Change> {
    let ledger = model.ledger();
    let stored = &ledger.tensors()[tensor];
    let mut kept = Kept::default();
    let mut weights: BTreeMap<usize, BTreeMap<(usize, usize), Cell>> = BTreeMap::new();
    let mut document = document.clone();
    for read in ledger.reads().iter().filter(|read| read.tensor == tensor) {
        if weights.contains_key(&read.place) || is_tie(&mut document, &ledger.places()[read.place].name) {
            continue;
        }
        if !copies(&ledger.writings()[read.place].recipe()) {
            return None;
        }
        weights.insert(read.place, BTreeMap::new());
    }
    for read in ledger.reads() {
        let Some(cells) = weights.get_mut(&read.place) else { continue };
        let value = model.stored()[read.tensor][read.element];
        let cell = if read.tensor == tensor {
            kept.expression(value)
        } else {
            let name = number_name(model, read.tensor, read.element);
            Cell { negative: false, size: Size::Other(name) }
        };
        cells.insert(read.cell, cell);
    }
    let mut forms = Vec::new();
    if by_columns {
        // Numbers that a formula of the row gives need not be kept.
        kept = Kept::default();
        for (&place, cells) in &weights {
            forms.push((place, columns(model, tensor, place, cells, &mut kept)?));
        }
    }
    for &place in weights.keys() {
        let writing = &ledger.writings()[place];
        let rank = if writing.place.ends_with("[0]") { writing.columns } else { writing.rows };
        show_rank(&mut document, &writing.place, rank);
    }
    let count = kept.values.len();
    for (place, columns) in &forms {
        let entries = columns.iter().map(|(column, text)| (column.as_str(), text.form(&stored.name, count)));
        let form = table(vec![("columns", table(entries.collect()))]);
        put(weight(&mut document, &ledger.places()[*place].name)?, form);
    }
    if !by_columns {
        for (place, cells) in &weights {
            let entry = |(&(row, column), cell): (&(usize, usize), &Cell)| {
                let text = cell.text(&stored.name, count);
                array(vec![scalar(row.to_string()), scalar(column.to_string()), formula(&text)])
            };
            let entries = cells.iter().filter(|(_, cell)| !cell.is_zero()).map(entry).collect();
            let form = table(vec![("entries", array(entries))]);
            put(weight(&mut document, &ledger.places()[*place].name)?, form);
        }
    }
    set(&mut document, "params", &stored.name, values(&kept));
    let places: Vec<_> = weights.keys().map(|&place| ledger.places()[place].name.as_str()).collect();
    let how = if by_columns { "by formulas of its columns" } else { "cell by cell" };
    let what =
        format!("write {} {how}: `{}` stores {count} for {}", places.join(", "), stored.name, stored.len());
    Some(Change { what, document })
}

fn values(kept: &Kept) -> Option<Value> {
    let mut values: Vec<Value> = kept.values.iter().map(|(_, spelled)| scalar(spelled.clone())).collect();
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(array(values)),
    }
}

/// The formula of a column.
enum Column {
    /// The same in every row.
    Same(Cell),
    /// A multiple of the row, or of its square.
    Of(Cell, bool),
}

impl Column {
    fn form(&self, name: &str, kept: usize) -> Value {
        match self {
            Self::Same(cell) => formula(&cell.text(name, kept)),
            Self::Of(cell, square) => {
                let row = if *square { "(row * row)" } else { "row" };
                let sign = if cell.negative { "-" } else { "" };
                match cell.size {
                    Size::Whole(_) => formula(&format!("{sign}{row}")),
                    _ => formula(&format!("{} * {row}", cell.text(name, kept))),
                }
            }
        }
    }
}

/// Every column that is not zero with its formula, if each has one.
fn columns(
    model: &Model,
    tensor: usize,
    place: usize,
    cells: &BTreeMap<(usize, usize), Cell>,
    kept: &mut Kept,
) -> Option<Vec<(String, Column)>> {
    let writing = &model.ledger().writings()[place];
    let reads = model.ledger().reads().iter().filter(|read| read.place == place);
    let mut values: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for read in reads {
        if read.tensor != tensor {
            return None;
        }
        values.insert(read.cell, model.stored()[read.tensor][read.element]);
    }
    let mut columns = Vec::new();
    for column in 0..writing.columns {
        let numbers: Vec<f64> =
            (0..writing.rows).map(|row| values.get(&(row, column)).copied().unwrap_or(0.0)).collect();
        if numbers.iter().all(|&number| number == 0.0) {
            continue;
        }
        let form = if numbers.iter().all(|&number| number == numbers[0]) {
            Column::Same(kept.expression(numbers[0]))
        } else {
            // Two rows are no law.
            let law = law(&numbers).filter(|_| numbers.len() > 2 && numbers[0] == 0.0)?;
            Column::Of(kept.expression(numbers[1]), law.contains("square"))
        };
        columns.push((column.to_string(), form));
    }
    (!cells.is_empty()).then_some(columns)
}

/// Whether the weight called `name` is written by a tie.
fn is_tie(document: &mut Document, name: &str) -> bool {
    let tied = |items: &[crate::text::Item]| {
        let tie = |item: &crate::text::Item| {
            item.key.as_ref().is_some_and(|key| key.path == ["same"] || key.path == ["transpose"])
        };
        items.iter().any(tie)
    };
    match weight(document, name) {
        Some(Place::Keys(items) | Place::Value(Value { kind: Kind::Table(items, _), .. })) => tied(items),
        _ => false,
    }
}

/// Outer products of which a factor counts or holds zeros and ones: by columns.
fn outer_products(model: &Model, document: &Document) -> Vec<Change> {
    let ledger = model.ledger();
    let mut changes = Vec::new();
    for (place, writing) in ledger.writings().iter().enumerate() {
        let Recipe::Outer { rows, columns } = writing.recipe() else { continue };
        let elsewhere = ledger
            .reads()
            .iter()
            .any(|read| (read.tensor == rows || read.tensor == columns) && read.place != place);
        let mut document = document.clone();
        if elsewhere || is_tie(&mut document, &writing.place) {
            continue;
        }
        let (u, v) = (&model.stored()[rows], &model.stored()[columns]);
        let (u_name, v_name) = (&ledger.tensors()[rows].name, &ledger.tensors()[columns].name);
        let counts = u.iter().enumerate().all(|(row, &value)| value == row as f64);
        let mut kept = Kept::default();
        let cells: Vec<Cell> = v.iter().map(|&value| kept.expression(value)).collect();
        let row = if counts { "row".to_owned() } else { format!("{u_name}[row]") };
        let count = kept.values.len();
        let column = |cell: &Cell| match &cell.size {
            Size::Whole(_) => format!("{}{row}", if cell.negative { "-" } else { "" }),
            _ => format!("{row} * {}", cell.text(v_name, count)),
        };
        let indices: Vec<String> = (0..v.len()).map(|index| index.to_string()).collect();
        let entries = cells.iter().zip(&indices).filter(|(cell, _)| !cell.is_zero());
        let entries = entries.map(|(cell, index)| (index.as_str(), formula(&column(cell)))).collect();
        let Some(at) = weight(&mut document, &writing.place) else { continue };
        put(at, table(vec![("columns", table(entries))]));
        set(&mut document, "params", v_name, values(&kept));
        let list = array(u.iter().map(|value| scalar(value.to_string())).collect());
        set(&mut document, "params", u_name, (!counts).then_some(list));
        let what = format!("write {} by columns in place of `{u_name}` times `{v_name}`", writing.place);
        changes.push(Change { what, document });
    }
    changes
}

/// A map as the same as another of its shape, or as its transpose.
fn equal_maps(model: &Model, document: &Document) -> Vec<Change> {
    let writings = model.ledger().writings();
    let is_map = |place: &str| {
        let map = |last: &str| ["query", "key", "value", "output", "up", "gate", "down"].contains(&last);
        place == "head" || place == "embed" || place.rsplit('.').next().is_some_and(map)
    };
    let mut changes = Vec::new();
    for (index, writing) in writings.iter().enumerate().filter(|(_, writing)| is_map(&writing.place)) {
        // The embedding can be tied to, but is not a map itself.
        for other in writings[..index].iter().filter(|other| is_map(&other.place)) {
            let (shape, theirs) = ((writing.rows, writing.columns), (other.rows, other.columns));
            for (form, same) in [("same", shape == theirs), ("transpose", shape == (theirs.1, theirs.0))] {
                let mut document = document.clone();
                if !same || writing.place == "embed" || is_tie(&mut document, &writing.place) {
                    continue;
                }
                let Some(at) = weight(&mut document, &writing.place) else { continue };
                put(at, table(vec![(form, scalar(format!("\"{}\"", other.place)))]));
                let what = format!("tie {} to {} ({form})", writing.place, other.place);
                changes.push(Change { what, document });
            }
        }
    }
    changes
}
