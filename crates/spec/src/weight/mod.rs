//! Weights and the forms they are written in.
//!
//! A form is one file: it parses itself from its section, gives the number in each cell, and says what it is
//! written with. [`FORMS`] lists them; nothing else has to know a new one.

mod columns;
mod entries;
mod formula;
mod full;
mod outer;
mod product;
mod reads;
mod rope;
mod rotation;
mod scores;
mod shared_rows;
mod slice;
mod transposed;

pub(crate) use rope::rope;
pub(crate) use scores::scores;

use crate::document::{Node, Section, Value};
use crate::figures::counted;
use crate::formula::{Cell, Formula, Name, Names, Rounding, Word, parse as parse_formula};
use crate::problem::{Problem, Span, nearest};
use crate::recipe::Recipe;
use crate::text;
use std::fmt::Debug;
use std::sync::Arc;

/// A matrix of numbers as the model file writes it.
#[derive(Clone, Debug)]
pub(crate) struct Weight {
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) form: Arc<dyn Form>,
    pub(crate) span: Span,
}

/// A way to write a weight.
pub(crate) trait Form: Debug + Send + Sync {
    /// The number in one cell, read and rounded through `filling`.
    fn at(&self, row: usize, col: usize, filling: &mut Filling<'_>) -> Result<f64, Problem>;

    /// Adds what the form is written with.
    fn written(&self, written: &mut Written);

    /// How the form is written, for those who write it in another language.
    fn recipe(&self) -> Recipe<'_>;

    /// Whether the form is computed by formulas rather than taken from stored numbers: what AdderBoard calls fixed.
    fn is_formula(&self) -> bool {
        false
    }
}

/// What a weight is written with: the basis of the counts `literals` and `description`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Written {
    /// Names, numbers, words, operators, functions, names of forms, and positions chosen by the file.
    pub(crate) symbols: usize,
    /// Numbers other than 0 and 1.
    pub(crate) literals: Vec<f64>,
    /// Entries of `[const]`.
    pub(crate) consts: Vec<usize>,
    /// Whether a formula reads an index word, and with it the number of a row or a column.
    pub(crate) indexed: bool,
}

impl Written {
    fn formula(&mut self, formula: &Formula) {
        self.symbols += formula.symbols();
        self.literals.extend(formula.literals());
        self.consts.extend(formula.consts());
        self.indexed |= formula.reads_index();
    }
}

/// The place that a weight is parsed for.
#[derive(Clone, Copy)]
pub(crate) struct Slot<'a> {
    /// The text of the model file.
    pub(crate) text: &'a str,
    pub(crate) names: &'a Names,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) frame: Frame,
}

/// What the rows and columns of a weight mean, and so which index words its formulas have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A single number: no index.
    Single,
    /// `row` and `col`.
    Plain,
    /// A row for each token.
    Tokens,
    /// A row for each position.
    Positions,
    /// Rows are heads of this many units.
    Heads(usize),
    /// Columns are heads of this many units.
    HeadColumns(usize),
    /// A row for each hidden unit.
    Units,
    /// A column for each hidden unit.
    UnitColumns,
    /// A row for each position, two columns for each pair of components: its number is the unit.
    Turns,
    /// Heads of this many rows, a row for each query position and a column for each key position.
    Scores(usize),
}

impl Frame {
    fn words(self) -> &'static [Word] {
        match self {
            Self::Single => &[],
            Self::Plain => &[Word::Row, Word::Col],
            Self::Tokens => &[Word::Row, Word::Col, Word::Token],
            Self::Positions => &[Word::Row, Word::Col, Word::Pos],
            Self::Heads(_) | Self::HeadColumns(_) => &[Word::Row, Word::Col, Word::Head, Word::Unit],
            Self::Units | Self::UnitColumns => &[Word::Row, Word::Col, Word::Unit],
            Self::Turns => &[Word::Pos, Word::Unit],
            Self::Scores(_) => &[Word::Head, Word::Query, Word::Key],
        }
    }

    /// What the index word `word` stands for in row `row` and column `col` of a weight.
    pub fn word(self, word: Word, row: usize, col: usize) -> usize {
        self.cell(row, col).word(word)
    }

    fn cell(self, row: usize, col: usize) -> Cell {
        let cell = Cell { row, col, ..Cell::default() };
        match self {
            Self::Heads(width) => Cell { head: row / width, unit: row % width, ..cell },
            Self::HeadColumns(width) => Cell { head: col / width, unit: col % width, ..cell },
            Self::Units => Cell { unit: row, ..cell },
            Self::UnitColumns => Cell { unit: col, ..cell },
            Self::Turns => Cell { unit: col / 2, ..cell },
            Self::Scores(queries) => Cell { head: row / queries, row: row % queries, ..cell },
            Self::Single | Self::Plain | Self::Tokens | Self::Positions => cell,
        }
    }
}

/// Fills weights: it knows the stored numbers, rounds, and notes every stored number that is read.
pub(crate) struct Filling<'a> {
    pub(crate) names: &'a Names,
    /// The stored numbers, rounded to the model's type.
    pub(crate) values: &'a [Vec<f64>],
    pub(crate) rounding: Rounding,
    /// Rounds to the model's type.
    pub(crate) round: fn(f64) -> f64,
    /// Whether the stored numbers were learned: then none is part of a fixed position table.
    pub(crate) learned: bool,
    /// Tensor and element of each stored number read since the list was last emptied.
    pub(crate) reads: Vec<(usize, usize)>,
}

impl Weight {
    /// What it is written with.
    pub(crate) fn written(&self) -> Written {
        let mut written = Written::default();
        self.form.written(&mut written);
        written
    }
}

impl Filling<'_> {
    fn stored(&mut self, tensor: usize, element: usize) -> f64 {
        self.reads.push((tensor, element));
        self.values[tensor][element]
    }

    fn formula(&mut self, formula: &Formula, cell: Cell) -> Result<f64, Problem> {
        let (values, reads) = (self.values, &mut self.reads);
        formula.value(self.names, self.rounding, cell, &mut |tensor, element| {
            reads.push((tensor, element));
            values[tensor][element]
        })
    }

    /// The number that `formula` gives in `cell`, rounded to the model's type.
    fn number(&mut self, formula: &Formula, cell: Cell) -> Result<f64, Problem> {
        let value = self.formula(formula, cell)?;
        let rounded = (self.round)(value);
        if rounded.is_finite() {
            return Ok(rounded);
        }
        let message =
            format!("{} in row {}, column {} is infinite in f32", text::number(value), cell.row, cell.col);
        Err(Problem::new(formula.root.span.clone(), message).expected("a finite number of the model's type"))
    }

    /// One operation of a form: rounds where formulas round at every operation.
    fn operation(&self, value: f64) -> f64 {
        self.rounding.operation(value)
    }

    fn sin(&self, angle: f64, of: &Formula) -> Result<f64, Problem> {
        self.rounding.sin(angle).map_err(|message| Problem::new(of.root.span.clone(), message))
    }

    fn cos(&self, angle: f64, of: &Formula) -> Result<f64, Problem> {
        self.rounding.cos(angle).map_err(|message| Problem::new(of.root.span.clone(), message))
    }
}

type Parse = fn(&mut Section<'_>, Slot<'_>) -> Result<Arc<dyn Form>, Problem>;

/// Every form by the key that names it. A form that uses another's key as an option stands before it.
const FORMS: [(&str, Parse); 11] = [
    ("table", full::parse),
    ("transposed", transposed::parse),
    ("formula", formula::parse),
    ("columns", columns::parse),
    ("outer", outer::parse),
    ("product", product::parse),
    ("rotation", rotation::parse),
    ("reads", reads::parse),
    ("entries", entries::parse),
    ("shared_rows", shared_rows::parse),
    ("slice", slice::parse),
];

/// The weight that `node` writes: a string names a stored tensor, a table is one of the forms.
pub(crate) fn parse(node: &Node, what: &str, slot: Slot<'_>, problems: &mut Vec<Problem>) -> Option<Weight> {
    let form = match &node.value {
        Value::String(_) => Arc::new(crate::document::keep(full::Full::new(node, slot), problems)?),
        _ => {
            let mut section = crate::document::keep(Section::of(what, node), problems)?;
            let form = parse_section(&mut section, slot);
            // A problem with the form hides which keys it would have taken.
            if form.is_ok() {
                section.finish(problems);
            }
            crate::document::keep(form, problems)?
        }
    };
    Some(Weight { rows: slot.rows, cols: slot.cols, form, span: node.span.clone() })
}

/// The form that the keys of `section` write. Keys that are not the form's stay untaken.
pub(crate) fn parse_section(section: &mut Section<'_>, slot: Slot<'_>) -> Result<Arc<dyn Form>, Problem> {
    match FORMS.iter().find(|(key, _)| section.has(key)) {
        Some((_, parse)) => parse(section, slot),
        None => {
            let keys: Vec<_> = FORMS.iter().map(|(key, _)| format!("`{key}`")).collect();
            let message = format!("{}: no form of a weight is named", section.name());
            let expected = format!("the name of a tensor, or one of the keys {}", keys.join(", "));
            Err(Problem::new(section.span(), message).expected(expected))
        }
    }
}

/// A weight of one given form, for numbers that need no section.
pub(crate) fn number(node: &Node, slot: Slot<'_>) -> Result<Weight, Problem> {
    let form = Arc::new(formula::Filled::new(formula_of(node, slot)?, slot.frame));
    Ok(Weight { rows: 1, cols: 1, form, span: node.span.clone() })
}

/// A weight of 1 × 1 that the file does not write: a value that follows from the shape.
pub(crate) fn derived(value: f64, span: Span) -> Weight {
    Weight { rows: 1, cols: 1, form: Arc::new(formula::Derived(value)), span }
}

/// The formula in `node`: a string, or a plain number.
fn formula_of(node: &Node, slot: Slot<'_>) -> Result<Formula, Problem> {
    const LONGEST: usize = 4096;
    let text = match &node.value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_finite() => number.to_string(),
        _ => return Err(node.wrong("a formula", "a string or a finite number")),
    };
    if text.len() > LONGEST {
        let message = format!("a formula of {}", counted(text.len(), "byte"));
        return Err(Problem::new(node.span.clone(), message).expected(format!("at most {LONGEST}")));
    }
    let place = |span: Span| place(slot.text, node, &text, span);
    match parse_formula(&text, slot.names, slot.frame.words()) {
        Ok(mut formula) => {
            formula.shift(&place);
            Ok(formula)
        }
        Err(mut problem) => {
            problem.span = place(problem.span);
            Err(problem)
        }
    }
}

/// The place in the file of `span` in the formula `text`; the whole string where escapes move places.
fn place(file: &str, node: &Node, text: &str, span: Span) -> Span {
    let raw = file.get(node.span.clone()).unwrap_or("");
    match raw.find(text) {
        Some(offset) => node.span.start + offset + span.start..node.span.start + offset + span.end,
        None => node.span.clone(),
    }
}

/// The stored tensor that the string in `node` names.
fn tensor(node: &Node, slot: Slot<'_>) -> Result<usize, Problem> {
    let name = node.string("the name of a stored tensor")?;
    if let Some(Name::Stored(index)) = slot.names.find(name) {
        return Ok(index);
    }
    let problem = Problem::new(node.span.clone(), format!("no stored tensor is named `{name}`"));
    let problem = slot.names.unknown(name, problem);
    Err(match nearest(name, slot.names.stored.iter().map(|tensor| tensor.name.as_str())) {
        Some(near) => problem.expected(format!("`{near}`")),
        None => problem.expected("a name of [params]; a formula is written { formula = \"…\" }"),
    })
}

/// The tensor that `node` names, which must hold `size` numbers in a single row or column.
fn vector(node: &Node, size: usize, slot: Slot<'_>) -> Result<usize, Problem> {
    let index = tensor(node, slot)?;
    let tensor = &slot.names.stored[index];
    let flat = tensor.shape.iter().filter(|&&axis| axis != 1).count() <= 1;
    if flat && tensor.values.len() == size {
        return Ok(index);
    }
    let message = format!("`{}` has shape {:?}", tensor.name, tensor.shape);
    Err(Problem::new(node.span.clone(), message)
        .expected(format!("{} in a row or a column", counted(size, "number"))))
}

/// The list of indices in `node`, each below `size`, none twice.
fn indices(node: &Node, what: &str, size: usize) -> Result<Vec<usize>, Problem> {
    let mut found = Vec::new();
    for item in node.array(what, "an array of indices")? {
        let index = item.size(what, 0..=size - 1)?;
        if found.contains(&index) {
            return Err(Problem::new(item.span.clone(), format!("{what}: {index} stands twice")));
        }
        found.push(index);
    }
    Ok(found)
}

/// A list of exactly `len` things.
pub(crate) fn list<'a>(node: &'a Node, what: &str, len: usize) -> Result<&'a [Node], Problem> {
    let items = node.array(what, &format!("an array of {len}"))?;
    if items.len() == len {
        return Ok(items);
    }
    let message = format!("{what}: found {} of them", items.len());
    Err(Problem::new(node.span.clone(), message).expected(len.to_string()))
}
