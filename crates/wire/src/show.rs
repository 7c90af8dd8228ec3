//! One model.

use crate::{Network, SCHEMA_VERSION};
use serde::Serialize;
use spec::{Model, Operand, Order};
use utoipa::ToSchema;

/// A model: who made it, its sizes, its stored numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Show {
    /// The version of this shape.
    pub schema_version: u32,
    /// Its name.
    pub name: String,
    /// One line about it.
    pub title: String,
    /// The people who found it.
    pub authors: Vec<String>,
    /// Where it was published.
    pub source: Option<String>,
    /// What a reader should know.
    pub note: Option<String>,
    /// `hand-coded` or `trained`.
    pub category: &'static str,
    /// `f32` or `f64`.
    pub dtype: &'static str,
    /// The number of parameters that its authors claim.
    pub claimed: Option<usize>,
    /// Its sizes.
    pub shape: Shape,
    /// The prompt, token by token.
    pub prompt: Vec<PromptToken>,
    /// What it generates.
    pub answer: Answer,
    /// Its stored numbers.
    pub params: Vec<Param>,
    /// Its weights as the network uses them, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
}

/// The sizes of a network and of its texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shape {
    /// The number of tokens.
    pub vocabulary: usize,
    /// The size of the residual stream.
    pub width: usize,
    /// The most tokens that can be read.
    pub block_size: usize,
    /// The number of layers.
    pub layers: usize,
    /// Query heads of each layer.
    pub heads: usize,
    /// Key-value heads of each layer.
    pub kv_heads: usize,
    /// The size of a query and a key.
    pub head_width: usize,
    /// The size of a value.
    pub value_width: usize,
    /// Hidden units of each MLP.
    pub hidden: usize,
    /// The tokens of a prompt.
    pub prompt_tokens: usize,
    /// The tokens of an answer, the one that ends it included.
    pub answer_tokens: usize,
}

/// One token of a prompt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PromptToken {
    /// The same in every prompt.
    Fixed {
        /// The character that the template writes it as.
        text: String,
    },
    /// A digit of an operand.
    Digit {
        /// `a` or `b`.
        operand: &'static str,
        /// Its place: 0 is the ones.
        place: usize,
    },
    /// A digit of each operand in one token.
    Pair {
        /// The place of both.
        place: usize,
    },
}

/// What a model generates.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// The digits, without the token that ends them.
    pub digits: usize,
    /// Whether the ones come first.
    pub least_first: bool,
    /// The token that ends the answer, if there is one.
    pub end: Option<usize>,
    /// The token of each digit from 0 to 9.
    pub digit_tokens: Vec<usize>,
}

/// A stored tensor.
#[derive(Debug, Serialize, ToSchema)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Its numbers, row by row.
    pub values: Vec<f64>,
}

impl Show {
    /// What there is to show of `model`, without its weights.
    pub fn new(model: &Model) -> Self {
        let (identity, shape, task) = (model.identity(), model.shape(), model.task());
        let params = model.ledger().tensors().iter().zip(model.stored());
        Self {
            schema_version: SCHEMA_VERSION,
            name: identity.name.clone(),
            title: identity.title.clone(),
            authors: identity.authors.clone(),
            source: identity.source.clone(),
            note: identity.note.clone(),
            category: identity.category.name(),
            dtype: model.dtype().name(),
            claimed: identity.claimed,
            shape: Shape {
                vocabulary: shape.vocabulary,
                width: shape.width,
                block_size: shape.block_size,
                layers: model.net::<f64>().layers().len(),
                heads: shape.heads,
                kv_heads: shape.kv_heads,
                head_width: shape.head_width,
                value_width: shape.value_width,
                hidden: shape.hidden,
                prompt_tokens: task.prompt().len(),
                answer_tokens: task.answer_len(),
            },
            prompt: task.prompt().iter().map(PromptToken::new).collect(),
            answer: Answer {
                digits: task.answer_digits(),
                least_first: task.order() == Order::LeastFirst,
                end: task.end(),
                digit_tokens: (0..10).map(|digit| task.digit_token(digit)).collect(),
            },
            params: params
                .map(|(tensor, values)| Param {
                    name: tensor.name.clone(),
                    shape: tensor.shape.clone(),
                    values: values.clone(),
                })
                .collect(),
            network: None,
        }
    }

    /// The same with the weights as the network uses them.
    pub fn with_network(model: &Model) -> Self {
        Self { network: Some(Network::new(&model.net())), ..Self::new(model) }
    }
}

impl PromptToken {
    fn new(token: &spec::PromptToken) -> Self {
        match *token {
            spec::PromptToken::Fixed { text, .. } => Self::Fixed { text: text.to_string() },
            spec::PromptToken::Digit { operand: Operand::A, place } => Self::Digit { operand: "a", place },
            spec::PromptToken::Digit { operand: Operand::B, place } => Self::Digit { operand: "b", place },
            spec::PromptToken::Pair { place, .. } => Self::Pair { place },
        }
    }
}
