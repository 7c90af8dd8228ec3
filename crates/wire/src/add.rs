//! One sum.

use crate::SCHEMA_VERSION;
use serde::Serialize;
use utoipa::ToSchema;

/// What a model answers to one pair.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sum {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model's name.
    pub model: String,
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// The number that the tokens spell; null if they spell no number.
    pub sum: Option<u64>,
    /// The generated tokens.
    pub tokens: Vec<usize>,
}

impl Sum {
    /// The answer `sum` of the model called `model` to `a + b`.
    pub fn new(model: &str, (a, b): run::Pair, sum: run::Sum) -> Self {
        Self { schema_version: SCHEMA_VERSION, model: model.into(), a, b, sum: sum.value, tokens: sum.tokens }
    }
}
