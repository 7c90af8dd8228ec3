//! What changed between the numbers of two models, weight by weight.

use crate::account::{Account, Layout, Rule, Source};
use crate::ledger::Literal;
use crate::model::Model;

/// What became of the stored numbers of one weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// A cell for each number, as before.
    Stored,
    /// Zeros at places that the file chooses.
    Sparse,
    /// Products of fewer stored numbers: low rank, an outer product.
    Factored,
    /// Another weight's stored numbers, or one's own a second time.
    Tied,
    /// Formulas of stored numbers.
    Derived,
    /// Formulas of literals.
    Written,
    /// Zeros and ones alone.
    Structure,
    /// There is no such weight any more.
    Gone,
}

impl Became {
    /// What it is called: `stored`, `sparse`, `factored`, `tied`, `derived`, `written`, `structure`, `gone`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Sparse => "sparse",
            Self::Factored => "factored",
            Self::Tied => "tied",
            Self::Derived => "derived",
            Self::Written => "written",
            Self::Structure => "structure",
            Self::Gone => "gone",
        }
    }

    /// What happened to numbers that are fewer now, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stored => "left out",
            Self::Sparse => "zero by structure",
            Self::Factored => "products of fewer numbers",
            Self::Tied => "tied to other stored numbers",
            Self::Derived => "derived from other stored numbers",
            Self::Written => "written in formulas",
            Self::Structure => "zeros and ones by structure",
            Self::Gone => "no longer there",
        }
    }
}

/// A weight whose numbers come about in another way.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The weight; the factors of a low-rank map are one.
    pub place: String,
    /// How many stored numbers the first model reads here first.
    pub before: usize,
    /// How many the second does.
    pub after: usize,
    /// What they became.
    pub became: Became,
    /// How the first model comes to the weight, in words.
    pub was: String,
    /// How the second does.
    pub is: String,
}

/// A stored number that both models have, with another value.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The name of the tensor, the same in both.
    pub tensor: String,
    /// Which number of it, row by row, from 0.
    pub element: usize,
    /// Its value in the first model.
    pub before: f64,
    /// Its value in the second.
    pub after: f64,
}

/// The difference between two models.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Weights that differ, in the order a token meets them. The sum of `after - before` is the difference of the counts `stored`.
    pub changes: Vec<Change>,
    /// Literals of the first model that the second does not have.
    pub literals_gone: Vec<Literal>,
    /// Literals of the second model that the first does not have.
    pub literals_new: Vec<Literal>,
    /// Numbers with another value, of tensors that have one name and one shape in both models.
    pub moved: Vec<Moved>,
}

/// Compares how the numbers of `first` and of `second` come about. Names of tensors do not matter, but for which numbers have other
/// values; those of weights do.
pub fn compare(first: &Model, second: &Model) -> Comparison {
    let (old, new) = (weights(first), weights(second));
    let mut places: Vec<&String> = old.iter().map(|(place, _)| place).collect();
    places.extend(
        new.iter().map(|(place, _)| place).filter(|place| old.iter().all(|(known, _)| known != *place)),
    );
    let mut changes = Vec::new();
    for place in places {
        let of = |all: &'_ [(String, Vec<Account>)]| {
            all.iter().find(|(known, _)| known == place).map(|(_, accounts)| accounts.clone())
        };
        let (was, is) = (of(&old), of(&new));
        let count = |side: &Option<Vec<Account>>| side.iter().flatten().map(Account::stored_count).sum();
        let change = Change {
            place: place.clone(),
            before: count(&was),
            after: count(&is),
            became: became(is.as_deref()),
            was: words(was.as_deref()),
            is: words(is.as_deref()),
        };
        if nameless(was.as_deref()) != nameless(is.as_deref()) {
            changes.push(change);
        }
    }
    let moved = moved(first, second);
    let (first, second) = (first.ledger().literals(), second.ledger().literals());
    Comparison { changes, literals_gone: without(first, second), literals_new: without(second, first), moved }
}

/// The numbers with another value.
fn moved(first: &Model, second: &Model) -> Vec<Moved> {
    let named = |model: &Model| -> Vec<_> {
        let tensors =
            model.ledger().tensors().iter().map(|tensor| (tensor.name.clone(), tensor.shape.clone()));
        tensors.zip(model.stored().to_vec()).collect()
    };
    let others = named(second);
    let mut moved = Vec::new();
    for (known, values) in named(first) {
        let Some((_, after)) = others.iter().find(|(other, _)| *other == known) else { continue };
        for (element, (&before, &after)) in values.iter().zip(after).enumerate() {
            if before.to_bits() != after.to_bits() {
                moved.push(Moved { tensor: known.0.clone(), element, before, after });
            }
        }
    }
    moved
}

/// The literals of `all` without one for each of the same value in `others`.
fn without(all: &[Literal], others: &[Literal]) -> Vec<Literal> {
    let mut left: Vec<f64> = others.iter().map(|literal| literal.value).collect();
    let is_new = |literal: &&Literal| match left.iter().position(|&value| value == literal.value) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    };
    all.iter().filter(is_new).cloned().collect()
}

/// The accounts by weight; the factors of a low-rank map belong to it.
fn weights(model: &Model) -> Vec<(String, Vec<Account>)> {
    let mut weights: Vec<(String, Vec<Account>)> = Vec::new();
    for account in model.accounts() {
        let place = account.place.split('[').next().unwrap_or_default().to_owned();
        match weights.last_mut().filter(|(known, _)| *known == place) {
            Some((_, accounts)) => accounts.push(account),
            None => weights.push((place, vec![account])),
        }
    }
    weights
}

/// What the second model has in place of stored numbers.
fn became(is: Option<&[Account]>) -> Became {
    let Some(accounts) = is else { return Became::Gone };
    let any = |has: &dyn Fn(&Account) -> bool| accounts.iter().any(has);
    let lays = |layout: Layout| any(&|account| account.layout == layout && !account.is_empty());
    if any(&|account| !account.derived.is_empty()) {
        Became::Derived
    } else if any(&|account| !account.stored.is_empty()) {
        if accounts.len() > 1 || lays(Layout::Product) {
            Became::Factored
        } else if lays(Layout::SharedRows) {
            Became::Tied
        } else if lays(Layout::Sparse) {
            Became::Sparse
        } else {
            Became::Stored
        }
    } else if any(&|account| !account.tied.is_empty()) {
        Became::Tied
    } else if any(&|account| !account.written.is_empty()) {
        Became::Written
    } else {
        Became::Structure
    }
}

/// How a weight comes about, in words that do not name stored tensors.
fn words(accounts: Option<&[Account]>) -> String {
    let Some(accounts) = accounts else { return "not there".into() };
    let count = |of: &dyn Fn(&Account) -> usize| accounts.iter().map(of).sum::<usize>();
    let mut parts = Vec::new();
    let stored = count(&Account::stored_count);
    let layout = accounts.iter().map(|account| account.layout).max();
    if stored > 0 {
        let form = match layout {
            _ if accounts.len() > 1 => ", low rank: two factors",
            Some(Layout::Product) => ", an outer product or a product",
            Some(Layout::Sparse) => ", zeros elsewhere",
            Some(Layout::SharedRows) => ", rows that are the same once",
            Some(Layout::Rotation) => ", angles and scale of a rotation",
            _ => "",
        };
        parts.push(format!("{stored} stored{form}"));
    }
    let tied: Vec<&Source> = accounts.iter().flat_map(|account| &account.tied).collect();
    if !tied.is_empty() {
        let mut places: Vec<&str> = tied.iter().map(|source| source.first.as_str()).collect();
        places.sort_unstable();
        places.dedup();
        parts.push(format!("{} tied to {}", count(&Account::tied_count), places.join(" and ")));
    }
    let rotation = layout == Some(Layout::Rotation);
    for (what, rules) in [
        ("derived", accounts.iter().flat_map(|account| &account.derived).collect::<Vec<_>>()),
        ("written", accounts.iter().flat_map(|account| &account.written).collect()),
    ] {
        if !rules.is_empty() && !rotation {
            let mut texts: Vec<&str> = rules.iter().map(|rule| rule.text.as_str()).collect();
            texts.dedup();
            parts.push(format!("{what} as {}", texts.join("; ")));
        }
    }
    if parts.is_empty() { "zeros and ones".into() } else { parts.join(", ") }
}

/// What does not change when tensors and consts get other names.
fn nameless(accounts: Option<&[Account]>) -> String {
    let Some(accounts) = accounts else { return String::new() };
    let mut text = String::new();
    for account in accounts {
        let firsts: Vec<_> = account.tied.iter().map(|source| (source.count, &source.first)).collect();
        let rules = |rules: &[Rule]| -> Vec<_> {
            rules.iter().map(|rule| (rule.cells.clone(), rule.shape.clone())).collect()
        };
        let (derived, written) = (rules(&account.derived), rules(&account.written));
        let numbers = account.stored_count();
        text.push_str(&format!("{:?} {numbers} {firsts:?} {derived:?} {written:?}", account.layout));
    }
    text
}
