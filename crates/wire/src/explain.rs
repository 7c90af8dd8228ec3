//! One decode, step by step.

use crate::SCHEMA_VERSION;
use run::{LayerTrace, StepTrace};
use serde::Serialize;
use utoipa::ToSchema;

/// One decode.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model's name.
    pub model: String,
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// The number that the generated tokens spell; null if they spell no number.
    pub sum: Option<u64>,
    /// The prompt as characters, one for each token.
    pub prompt: Vec<String>,
    /// The tokens of the prompt.
    pub prompt_tokens: Vec<usize>,
    /// The generated tokens.
    pub tokens: Vec<usize>,
    /// The tokens that a right model generates.
    pub expected_tokens: Vec<usize>,
    /// One step for each generated token.
    pub steps: Vec<Step>,
    /// What each layer remembers of the tokens it has read; empty for a graph.
    pub memories: Vec<Memory>,
    /// What is not known, in words; empty for a model file. A graph does not say what its residual stream, queries and MLPs are:
    /// of these the lists are empty.
    pub unknown: Vec<String>,
}

/// One step: reading a token and predicting the next.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    /// The position of the token that is read, from 0.
    pub position: usize,
    /// The residual stream before the first layer; empty for a graph.
    pub embedded: Vec<f64>,
    /// What happens in each layer; of a graph, each that has attention over tokens.
    pub layers: Vec<Layer>,
    /// What the head reads: the residual stream at the end, normed if the network has a final norm; empty for a graph.
    pub read_by_head: Vec<f64>,
    /// One logit for each token.
    pub logits: Vec<f64>,
    /// The token of the greatest logit.
    pub chosen: usize,
    /// The token of the greatest of the other logits.
    pub runner_up: usize,
    /// How far the greatest logit lies above the greatest of the others.
    pub margin: f64,
}

/// One layer in one step. Of a graph only the heads are known: all other lists are empty.
#[derive(Debug, Serialize, ToSchema)]
pub struct Layer {
    /// The queries of all heads, side by side, normed and turned.
    pub query: Vec<f64>,
    /// One entry for each head.
    pub heads: Vec<Head>,
    /// What all heads read, side by side.
    pub mixed: Vec<f64>,
    /// The residual stream after attention.
    pub attended: Vec<f64>,
    /// What the MLP reads; empty without an MLP.
    pub read_by_mlp: Vec<f64>,
    /// What the MLP's activation is applied to; empty without an MLP.
    pub pre_activation: Vec<f64>,
    /// What the MLP's down map reads; empty without an MLP.
    pub hidden: Vec<f64>,
    /// The residual stream after the MLP; empty without an MLP.
    pub transformed: Vec<f64>,
}

/// One head in one step.
#[derive(Debug, Serialize, ToSchema)]
pub struct Head {
    /// The score of each token so far; empty for a graph.
    pub scores: Vec<f64>,
    /// The weight of each token so far. Their sum is less than one where the softmax has one more term, or where padding behind the
    /// tokens has some weight. Empty where they are not known.
    pub weights: Vec<f64>,
}

/// The KV cache of one layer at the end.
#[derive(Debug, Serialize, ToSchema)]
pub struct Memory {
    /// For each token that was read, the keys of all key-value heads, side by side.
    pub keys: Vec<Vec<f64>>,
    /// For each token that was read, the values of all key-value heads, side by side.
    pub values: Vec<Vec<f64>>,
}

impl Explanation {
    /// The decode `explanation` of the model called `model`.
    pub fn new(model: &str, explanation: run::Explanation) -> Self {
        let memory = |memory: run::Memory| Memory { keys: memory.keys, values: memory.values };
        Self {
            schema_version: SCHEMA_VERSION,
            model: model.into(),
            a: explanation.pair.0,
            b: explanation.pair.1,
            sum: explanation.sum,
            prompt: explanation.prompt,
            prompt_tokens: explanation.prompt_tokens,
            tokens: explanation.tokens,
            expected_tokens: explanation.expected,
            steps: explanation.steps.into_iter().map(Step::new).collect(),
            memories: explanation.memories.into_iter().map(memory).collect(),
            unknown: explanation.unknown,
        }
    }
}

impl Step {
    fn new(step: StepTrace) -> Self {
        Self {
            position: step.position,
            embedded: step.embedded,
            layers: step.layers.into_iter().map(Layer::new).collect(),
            read_by_head: step.read_by_head,
            logits: step.logits,
            chosen: step.chosen,
            runner_up: step.runner_up,
            margin: step.margin,
        }
    }
}

impl Layer {
    fn new(layer: LayerTrace) -> Self {
        let head = |head: run::HeadTrace| Head { scores: head.scores, weights: head.weights };
        Self {
            query: layer.query,
            heads: layer.heads.into_iter().map(head).collect(),
            mixed: layer.mixed,
            attended: layer.attended,
            read_by_mlp: layer.read_by_mlp,
            pre_activation: layer.pre_activation,
            hidden: layer.hidden,
            transformed: layer.transformed,
        }
    }
}
