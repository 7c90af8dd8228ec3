//! A model's numbers, counted.

use crate::SCHEMA_VERSION;
use serde::Serialize;
use spec::Model;
use utoipa::ToSchema;

/// Five counts, and the numbers behind them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Count {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model's name.
    pub model: String,
    /// The number of parameters that its authors claim.
    pub claimed: Option<usize>,
    /// The five counts.
    pub counts: Counts,
    /// Every stored tensor.
    pub numbers: Vec<Number>,
    /// Every number other than 0 and 1 that is written in a formula.
    pub literals: Vec<Literal>,
    /// How the numbers of each weight come about; empty for a graph.
    pub weights: Vec<Weight>,
}

/// How the numbers of one weight come about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Weight {
    /// Where it stands in the network.
    pub place: String,
    /// Stored numbers that are read here first.
    pub stored: Vec<Source>,
    /// Stored numbers that are read again.
    pub tied: Vec<Source>,
    /// Formulas of stored numbers.
    pub derived: Vec<Rule>,
    /// Formulas of literals.
    pub written: Vec<Rule>,
}

/// Numbers of one stored tensor.
#[derive(Debug, Serialize, ToSchema)]
pub struct Source {
    /// The name of the tensor.
    pub name: String,
    /// How many of its numbers.
    pub count: usize,
    /// The weight that reads them first.
    pub first: String,
}

/// A formula and the cells that it fills.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rule {
    /// The cells.
    pub cells: String,
    /// The formula.
    pub formula: String,
    /// The numbers other than 0 and 1 that are written in it.
    pub literals: Vec<f64>,
}

/// The counts by the five rules of `docs/counting.md`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    /// Every stored number, each once.
    pub stored: usize,
    /// Distinct stored numbers after tying, by AdderBoard's rule.
    pub board: usize,
    /// Numbers other than 0 and 1 written in formulas.
    pub literals: usize,
    /// Stored numbers and literals.
    pub strict: usize,
    /// Symbols of the weights in the model file.
    pub description: usize,
}

/// A stored tensor and what it is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Number {
    /// Its name.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// What it is: `stored`; in a graph also `repeated`, the same as another, or `mask`.
    pub role: &'static str,
    /// The weights that read it.
    pub uses: Vec<String>,
}

/// A number in a formula.
#[derive(Debug, Serialize, ToSchema)]
pub struct Literal {
    /// The number.
    pub value: f64,
    /// Where it stands.
    pub place: String,
}

impl From<spec::Counts> for Counts {
    fn from(counts: spec::Counts) -> Self {
        let spec::Counts { stored, board, literals, strict, description } = counts;
        Self { stored, board, literals, strict, description }
    }
}

impl Weight {
    fn new(account: spec::Account) -> Self {
        let sources = |sources: Vec<spec::Source>| {
            let source =
                |source: spec::Source| Source { name: source.name, count: source.count, first: source.first };
            sources.into_iter().map(source).collect()
        };
        let rules = |rules: Vec<spec::Rule>| {
            let rule =
                |rule: spec::Rule| Rule { cells: rule.cells, formula: rule.text, literals: rule.literals };
            rules.into_iter().map(rule).collect()
        };
        Self {
            place: account.place,
            stored: sources(account.stored),
            tied: sources(account.tied),
            derived: rules(account.derived),
            written: rules(account.written),
        }
    }
}

impl Count {
    /// The counts of a model file.
    pub fn new(model: &Model) -> Self {
        let ledger = model.ledger();
        let number = |tensor: &spec::StoredTensor| Number {
            name: tensor.name.clone(),
            shape: tensor.shape.clone(),
            role: "stored",
            uses: tensor.uses.clone(),
        };
        let literal =
            |literal: &spec::Literal| Literal { value: literal.value, place: literal.place.clone() };
        Self {
            schema_version: SCHEMA_VERSION,
            model: model.name().into(),
            claimed: model.identity().claimed,
            counts: model.counts().into(),
            numbers: ledger.tensors().iter().map(number).collect(),
            literals: ledger.literals().iter().map(literal).collect(),
            weights: model.accounts().into_iter().map(Weight::new).collect(),
        }
    }

    /// The counts of a graph.
    pub fn of_graph(model: &onnx::Model) -> Self {
        let counts = model.counts();
        let number = |stored: &onnx::Stored| Number {
            name: stored.name.clone(),
            shape: stored.shape.clone(),
            role: role(stored),
            uses: stored.uses.clone(),
        };
        let literal =
            |literal: &onnx::Literal| Literal { value: literal.value, place: literal.place.clone() };
        Self {
            schema_version: SCHEMA_VERSION,
            model: model.name().into(),
            claimed: None,
            counts: Counts {
                stored: counts.total(),
                board: counts.total(),
                literals: counts.literals.len(),
                strict: counts.strict(),
                description: counts.description(),
            },
            numbers: counts.stored.iter().map(number).collect(),
            literals: counts.literals.iter().map(literal).collect(),
            weights: Vec::new(),
        }
    }
}

/// What a stored tensor of a graph is: counted, the same as another, or a mask.
fn role(stored: &onnx::Stored) -> &'static str {
    match stored {
        _ if stored.repeats.is_some() => "repeated",
        _ if stored.mask => "mask",
        _ => "stored",
    }
}
