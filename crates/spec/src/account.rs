//! How the numbers of each weight come about: stored, tied, derived from stored ones, or written in formulas.

use crate::formula::{Formula, Kind};
use crate::model::Model;
use crate::recipe::Recipe;
use std::collections::BTreeMap;

/// How the numbers of one weight come about.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The weight, as in [`Place::name`](crate::Place::name).
    pub place: String,
    /// The form that it is written in.
    pub layout: Layout,
    /// Stored numbers that are read here first; over all weights they are the count `stored`.
    pub stored: Vec<Source>,
    /// Stored numbers that a weight before has read.
    pub tied: Vec<Source>,
    /// Formulas that compute cells from stored numbers.
    pub derived: Vec<Rule>,
    /// Formulas that compute cells from literals, without a stored number.
    pub written: Vec<Rule>,
}

/// How a weight lays out its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// A cell for each number.
    Full,
    /// Some cells or columns; the others are zero.
    Sparse,
    /// A product of fewer numbers: an outer product, or a product of two matrices.
    Product,
    /// Turns of the plane by stored angles.
    Rotation,
    /// Some rows are the same.
    SharedRows,
    /// A formula of the cell.
    Formula,
    /// What follows from the shape, or what another weight has.
    Implied,
}

/// Numbers of one stored tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The tensor's name.
    pub name: String,
    /// How many of its numbers.
    pub count: usize,
    /// The weight that reads them first.
    pub first: String,
}

/// A formula and where it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `every cell`, `column 0`, `[1, 0]`, `angle`, …
    pub cells: String,
    /// The formula as the file writes it.
    pub text: String,
    /// The same without the names of stored numbers and of consts.
    pub(crate) shape: String,
    /// The numbers other than 0 and 1 that are written in it, those of consts included.
    pub literals: Vec<f64>,
}

impl Account {
    /// How many stored numbers are read here first.
    pub fn stored_count(&self) -> usize {
        self.stored.iter().map(|source| source.count).sum()
    }

    /// How many numbers are tied.
    pub fn tied_count(&self) -> usize {
        self.tied.iter().map(|source| source.count).sum()
    }

    /// Whether nothing is said of it: it holds only zeros, ones and what follows from the shape.
    pub fn is_empty(&self) -> bool {
        self.stored.is_empty() && self.tied.is_empty() && self.derived.is_empty() && self.written.is_empty()
    }
}

impl Model {
    /// The account of every weight, in the order a token meets them.
    pub fn accounts(&self) -> Vec<Account> {
        let ledger = self.ledger();
        let consts: Vec<f64> = self.consts().map(|(_, value)| value).collect();
        let mut first: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut accounts = Vec::with_capacity(ledger.places().len());
        for (index, place) in ledger.places().iter().enumerate() {
            // Numbers by tensor and by the weight that reads them first.
            let mut seen: BTreeMap<(usize, usize), usize> = BTreeMap::new();
            let mut numbers: Vec<_> = ledger
                .reads()
                .iter()
                .filter(|read| read.place == index)
                .map(|read| (read.tensor, read.element))
                .collect();
            numbers.sort_unstable();
            numbers.dedup();
            for number in numbers {
                let owner = *first.entry(number).or_insert(index);
                *seen.entry((number.0, owner)).or_default() += 1;
            }
            let sources = |own: bool| {
                let of = seen.iter().filter(move |((_, owner), _)| (*owner == index) == own);
                of.map(|(&(tensor, owner), &count)| Source {
                    name: ledger.tensors()[tensor].name.clone(),
                    count,
                    first: ledger.places()[owner].name.clone(),
                })
                .collect()
            };
            let writings = ledger.writings();
            // What is tied to a weight before was written there.
            let tie = writings[..index].iter().any(|earlier| writings[index].is_tied_to(earlier));
            let rules = if tie { Vec::new() } else { rules(&writings[index].recipe(), &consts) };
            let (derived, written) = rules.into_iter().partition(|(stored, _)| *stored);
            let plain = |rules: Vec<(bool, Rule)>| rules.into_iter().map(|(_, rule)| rule).collect();
            accounts.push(Account {
                place: place.name.clone(),
                layout: if tie { Layout::Implied } else { layout(&writings[index].recipe()) },
                stored: sources(true),
                tied: sources(false),
                derived: plain(derived),
                written: plain(written),
            });
        }
        accounts
    }
}

/// The formulas of a recipe that do more than name a stored number, and whether each reads one; `consts` are the values of `[const]`.
fn rules(recipe: &Recipe<'_>, consts: &[f64]) -> Vec<(bool, Rule)> {
    let formulas: Vec<(String, &Formula)> = match recipe {
        Recipe::Formula { formula, .. } => vec![("every cell".into(), formula)],
        Recipe::Columns { columns, .. } => {
            columns.iter().map(|&(column, formula)| (format!("column {column}"), formula)).collect()
        }
        Recipe::Entries { cells, .. } => {
            cells.iter().map(|&(row, column, formula)| (format!("[{row}, {column}]"), formula)).collect()
        }
        Recipe::Rotation { angles, scale, .. } => {
            let angle = |(head, formula)| (format!("angle of head {head}"), formula);
            let scale = std::iter::once(("scale".to_owned(), *scale));
            let formulas = angles.iter().enumerate().map(angle).chain(scale);
            // Even a plain name is no cell here: cosines and sines are.
            return formulas.map(|(cells, formula)| any_rule(cells, formula, consts)).collect();
        }
        Recipe::Turns { angle, .. } => vec![("angle".into(), angle)],
        Recipe::Theta { theta } => vec![("theta".into(), theta)],
        Recipe::Scores { formula, .. } => vec![("every score".into(), formula)],
        Recipe::Outer { .. }
        | Recipe::Product { .. }
        | Recipe::Table { .. }
        | Recipe::Transposed { .. }
        | Recipe::Reads { .. }
        | Recipe::SharedRows { .. }
        | Recipe::Slice { .. }
        | Recipe::Derived(_) => Vec::new(),
    };
    formulas.into_iter().filter_map(|(cells, formula)| rule(cells, formula, consts)).collect()
}

/// The rule of a formula, unless it only names a stored number, or holds no number at all.
fn rule(cells: String, formula: &Formula, consts: &[f64]) -> Option<(bool, Rule)> {
    let (stored, rule) = any_rule(cells, formula, consts);
    let plain = matches!(formula.root.kind, Kind::Stored(..));
    // Zeros, ones and index words alone are structure.
    (!plain && (stored || !rule.literals.is_empty())).then_some((stored, rule))
}

fn any_rule(cells: String, formula: &Formula, consts: &[f64]) -> (bool, Rule) {
    let named = formula.consts().into_iter().map(|index| consts[index]);
    let literals: Vec<f64> =
        formula.literals().into_iter().chain(named.filter(|&value| value != 0.0 && value != 1.0)).collect();
    (
        formula.reads_stored(),
        Rule { cells, text: formula.text.clone(), shape: formula.shape(consts), literals },
    )
}

fn layout(recipe: &Recipe<'_>) -> Layout {
    match recipe {
        Recipe::Table { .. } | Recipe::Transposed { .. } | Recipe::Slice { .. } => Layout::Full,
        Recipe::Columns { .. } | Recipe::Entries { .. } | Recipe::Reads { .. } => Layout::Sparse,
        Recipe::Outer { .. } | Recipe::Product { .. } => Layout::Product,
        Recipe::Rotation { .. } => Layout::Rotation,
        Recipe::SharedRows { .. } => Layout::SharedRows,
        Recipe::Formula { .. } | Recipe::Turns { .. } | Recipe::Theta { .. } | Recipe::Scores { .. } => {
            Layout::Formula
        }
        Recipe::Derived(_) => Layout::Implied,
    }
}
