//! Every number of a model, with its role and where it is used, and what the counting rules make of it.
//!
//! The ledger is written by the walk that computes the weights, so it cannot drift from them. The rules are those of
//! `docs/counting.md`.

use crate::formula::Names;
use crate::recipe::Writing;
use std::collections::{BTreeMap, BTreeSet};

/// The five figures of a model, side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Every stored number, each once, zeros and ones included.
    pub stored: usize,
    /// AdderBoard's rule: stored numbers, without those that only a fixed position formula reads.
    pub board: usize,
    /// Numbers other than 0 and 1 written in formulas, and numbers of tokens that formulas read.
    pub literals: usize,
    /// Stored numbers and literals.
    pub strict: usize,
    /// Stored numbers and every symbol of every weight.
    pub description: usize,
}

/// A stored tensor with where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTensor {
    /// Its name in `[params]`.
    pub name: String,
    /// The sizes of its axes; a single number has none.
    pub shape: Vec<usize>,
    /// The names of the weights that read it.
    pub uses: Vec<String>,
}

impl StoredTensor {
    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it holds no number; no tensor of a model does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A number other than 0 and 1 that is written in a formula, or chosen for a token that a formula reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The number.
    pub value: f64,
    /// The weights whose formulas write it, and the name of the const if it has one; or the token.
    pub place: String,
}

/// One stored number read for one cell of one weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The stored tensor, in the order of the file.
    pub tensor: usize,
    /// The number inside of it, row by row.
    pub element: usize,
    /// The weight, an index into [`Ledger::places`].
    pub place: usize,
    /// The cell of the weight: row and column.
    pub cell: (usize, usize),
}

/// A weight of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its name: `embed`, `layer.0.attention.query`, `head.bias`; a factor of a low-rank map has its index: `head[0]`.
    pub name: String,
    /// Whether it is a position table, or a RoPE, that a formula computes in a model that somebody set by hand.
    pub fixed_position: bool,
}

/// Every number of a model.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub(crate) places: Vec<Place>,
    pub(crate) writings: Vec<Writing>,
    pub(crate) reads: Vec<Read>,
    pub(crate) tensors: Vec<StoredTensor>,
    pub(crate) literals: Vec<Literal>,
    /// The weights that read each entry of `[const]`.
    pub(crate) consts: BTreeMap<usize, Vec<String>>,
    /// Numbers of tokens that the file chooses and a formula reads.
    pub(crate) tokens: Vec<Literal>,
    pub(crate) symbols: usize,
    used: BTreeSet<(usize, usize)>,
}

impl Ledger {
    /// The stored tensors, in the order of the file.
    pub fn tensors(&self) -> &[StoredTensor] {
        &self.tensors
    }

    /// The literals: first those of formulas, then the consts, then those of the task's tokens.
    pub fn literals(&self) -> &[Literal] {
        &self.literals
    }

    /// The weights of the network, in the order a token meets them.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// How each of these weights is written, in the same order.
    pub fn writings(&self) -> &[Writing] {
        &self.writings
    }

    /// Every read of a stored number.
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// The counts by the rules.
    pub fn counts(&self) -> Counts {
        let stored = self.tensors.iter().map(StoredTensor::len).sum();
        let counted = self.reads.iter().filter(|read| !self.places[read.place].fixed_position);
        let board = counted.map(|read| (read.tensor, read.element)).collect::<BTreeSet<_>>().len();
        let literals = self.literals.len();
        Counts { stored, board, literals, strict: stored + literals, description: stored + self.symbols }
    }

    /// How many stored numbers each part of the network holds, in the order a token meets the parts.
    ///
    /// A number that several parts use counts for the first of them, so the figures sum to `stored`.
    pub fn budget(&self) -> Vec<(Part, usize)> {
        let mut first: BTreeMap<(usize, usize), Part> = BTreeMap::new();
        for read in &self.reads {
            let part = Part::of(&self.places[read.place].name);
            first
                .entry((read.tensor, read.element))
                .and_modify(|known| *known = part.min(*known))
                .or_insert(part);
        }
        let mut sizes: BTreeMap<Part, usize> = BTreeMap::new();
        for part in first.into_values() {
            *sizes.entry(part).or_default() += 1;
        }
        sizes.into_iter().collect()
    }

    /// Notes the stored numbers that one cell has read, and empties the list.
    pub(crate) fn note(&mut self, place: usize, cell: (usize, usize), reads: &mut Vec<(usize, usize)>) {
        reads.sort_unstable();
        reads.dedup();
        for (tensor, element) in reads.drain(..) {
            self.reads.push(Read { tensor, element, place, cell });
            self.used.insert((tensor, element));
        }
    }

    pub(crate) fn is_used(&self, tensor: usize, element: usize) -> bool {
        self.used.contains(&(tensor, element))
    }

    /// Lists the tensors with their uses and the consts among the literals.
    pub(crate) fn complete(&mut self, names: &Names) {
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); names.stored.len()];
        for read in &self.reads {
            let places = &mut readers[read.tensor];
            if places.last() != Some(&read.place) {
                places.push(read.place);
            }
        }
        for (stored, places) in names.stored.iter().zip(readers) {
            let uses = places.into_iter().map(|place| self.places[place].name.clone()).collect();
            self.tensors.push(StoredTensor { name: stored.name.clone(), shape: stored.shape.clone(), uses });
        }
        for (&index, places) in &self.consts {
            let constant = &names.consts[index];
            if constant.value != 0.0 && constant.value != 1.0 {
                let place = format!("{} (const `{}`)", places.join(", "), constant.name);
                self.literals.push(Literal { value: constant.value, place });
            }
        }
        self.literals.append(&mut self.tokens);
    }
}

/// A part of the network, for budgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The token embedding.
    Embedding,
    /// The position table, RoPE and what is added to scores.
    Position,
    /// The query map.
    Query,
    /// The key map.
    Key,
    /// The value map.
    Value,
    /// The attention's output map.
    Output,
    /// The MLP's maps up and gate, with their biases.
    MlpUp,
    /// The MLP's map down.
    MlpDown,
    /// Norms, scales and the like.
    Other,
    /// The head.
    Head,
}

impl Part {
    /// The part that the weight named `place` belongs to.
    fn of(place: &str) -> Self {
        let has = |word: &str| place.split(['.', '[']).any(|step| step == word);
        let known = [
            ("embed", Self::Embedding),
            ("position", Self::Position),
            ("rope", Self::Position),
            ("query", Self::Query),
            ("key", Self::Key),
            ("value", Self::Value),
            ("output", Self::Output),
            ("up", Self::MlpUp),
            ("gate", Self::MlpUp),
            ("down", Self::MlpDown),
            ("head", Self::Head),
        ];
        if place.ends_with(".attention.bias") {
            return Self::Position;
        }
        known.iter().find(|(word, _)| has(word)).map_or(Self::Other, |&(_, part)| part)
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Position => "position",
            Self::Query => "attention query",
            Self::Key => "attention key",
            Self::Value => "attention value",
            Self::Output => "attention output",
            Self::MlpUp => "mlp up",
            Self::MlpDown => "mlp down",
            Self::Other => "norms and scales",
            Self::Head => "head",
        }
    }

    /// The larger part it belongs to when two models are compared: query, key and value are one there.
    pub fn group(self) -> &'static str {
        match self {
            Self::Query | Self::Key | Self::Value => "attention in (query, key, value)",
            Self::Output => "attention out",
            other => other.label(),
        }
    }
}
