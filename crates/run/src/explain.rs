//! Everything that happens in one decode.

use crate::Pair;
use net::{Probe, Site};
use num::portable::exp;
use num::{Float, Reading};
use program::Looks;
use spec::{PromptToken, Task};
use std::collections::BTreeMap;

/// One decode, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The operands.
    pub pair: Pair,
    /// The prompt as characters, one for each token.
    pub prompt: Vec<String>,
    /// The tokens of the prompt.
    pub prompt_tokens: Vec<usize>,
    /// What each layer remembers of the tokens it has read.
    pub memories: Vec<Memory>,
    /// One step for each generated token.
    pub steps: Vec<StepTrace>,
    /// The generated tokens.
    pub tokens: Vec<usize>,
    /// The tokens that a right model generates.
    pub expected: Vec<usize>,
    /// The number that the generated tokens spell.
    pub sum: Option<u64>,
    /// What is not known, in words. Of a model file everything is known. Of a graph steps hold no more than the weights of its
    /// heads and its logits: it does not say what is a residual stream, a query or an MLP.
    pub unknown: Vec<String>,
}

/// The KV cache of one layer at the end of a decode.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// For each token that was read, the keys of all key-value heads, side by side. `[tokens][kv_heads · head_width]`.
    pub keys: Vec<Vec<f64>>,
    /// For each token that was read, the values of all key-value heads, side by side. `[tokens][kv_heads · value_width]`.
    pub values: Vec<Vec<f64>>,
}

/// One step: reading a token and predicting the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepTrace {
    /// The position of the token that is read, from 0.
    pub position: usize,
    /// The residual stream before the first layer. `[width]`.
    pub embedded: Vec<f64>,
    /// What happens in each layer.
    pub layers: Vec<LayerTrace>,
    /// What the head reads: the residual stream at the end, normed if the network has a final norm. `[width]`.
    pub read_by_head: Vec<f64>,
    /// One logit for each token. `[vocabulary]`.
    pub logits: Vec<f64>,
    /// The token of the greatest logit.
    pub chosen: usize,
    /// The token of the greatest of the other logits.
    pub runner_up: usize,
    /// How far the greatest logit lies above the greatest of the others, in the model's own number.
    pub margin: f64,
}

/// One layer in one step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerTrace {
    /// The queries of all heads, side by side, normed and turned. `[heads · head_width]`.
    pub query: Vec<f64>,
    /// One entry for each head.
    pub heads: Vec<HeadTrace>,
    /// What all heads read, side by side. `[heads · value_width]`.
    pub mixed: Vec<f64>,
    /// The residual stream after attention. `[width]`.
    pub attended: Vec<f64>,
    /// What the MLP reads: the stream after attention, normed if the layer has that norm; empty without an MLP. `[width]`.
    pub read_by_mlp: Vec<f64>,
    /// What the MLP's activation is applied to; empty without an MLP. `[hidden]`.
    pub pre_activation: Vec<f64>,
    /// What the MLP's down map reads; empty without an MLP. `[hidden]`.
    pub hidden: Vec<f64>,
    /// The residual stream after the MLP; empty without an MLP. `[width]`.
    pub transformed: Vec<f64>,
}

impl StepTrace {
    /// What a softmax of the logits gives each token: for show, since the greatest logit decides. `[vocabulary]`.
    pub fn chances(&self) -> Vec<f64> {
        let most = self.logits.get(self.chosen).copied().unwrap_or(0.0);
        let parts: Vec<f64> = self.logits.iter().map(|logit| exp(logit - most)).collect();
        let total: f64 = parts.iter().sum();
        parts.iter().map(|part| part / total).collect()
    }
}

/// One head in one step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadTrace {
    /// The score of each token so far; empty for a graph.
    pub scores: Vec<f64>,
    /// The weight of each token so far, divided in f64 for show: the model divides after summing. Their sum is less than one where
    /// the softmax has one more term, or where padding behind the tokens has some weight. Empty where they are not known.
    pub weights: Vec<f64>,
}

/// Collects a decode as a probe.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    read: usize,
    memories: Vec<Memory>,
    steps: Vec<StepTrace>,
    open: StepTrace,
    /// For each layer whether its softmax has one more term, the exponential of 0.
    one_more: Vec<bool>,
    unknown: Vec<String>,
}

impl<T: Float> Probe<T> for Recorder {
    fn see(&mut self, site: Site, values: &mut [T]) {
        let values: Vec<f64> = values.iter().map(|value| value.to_f64()).collect();
        match site {
            // A prompt token that predicts nothing never reaches the logits; the next token replaces it.
            Site::Embedded => {
                self.open = StepTrace { position: self.read, embedded: values, ..StepTrace::default() };
                self.read += 1;
            }
            Site::Keys { layer } => at(&mut self.memories, layer).keys.push(values),
            Site::Values { layer } => at(&mut self.memories, layer).values.push(values),
            Site::Query { layer } => self.layer(layer).query = values,
            Site::Scores { layer, .. } => {
                self.layer(layer).heads.push(HeadTrace { scores: values, weights: Vec::new() });
            }
            Site::Exponentials { layer, head } => {
                let one_more = self.one_more.get(layer).copied().unwrap_or(false);
                let trace = &mut self.layer(layer).heads[head];
                let mut total: f64 = values.iter().sum();
                if one_more {
                    // The greatest score is taken to be at least 0, as the model has it.
                    let greatest = trace.scores.iter().copied().fold(0.0, f64::max);
                    total += (-T::from_f64(greatest)).exp().to_f64();
                }
                trace.weights = values.iter().map(|value| value / total).collect();
            }
            Site::Mixed { layer } => self.layer(layer).mixed = values,
            Site::Attended { layer } => self.layer(layer).attended = values,
            Site::Normed { layer } => self.layer(layer).read_by_mlp = values,
            Site::PreActivation { layer } => self.layer(layer).pre_activation = values,
            Site::Hidden { layer } => self.layer(layer).hidden = values,
            Site::Transformed { layer } => self.layer(layer).transformed = values,
            Site::Final => self.open.read_by_head = values,
            Site::Logits => self.close::<T>(values),
        }
    }
}

/// The index of the greatest of `values`, `without` left out; of equal ones the first.
fn greatest(values: &[f64], without: Option<usize>) -> usize {
    let (indices, kept): (Vec<_>, Vec<_>) =
        values.iter().enumerate().filter(|&(index, _)| Some(index) != without).unzip();
    indices.get(f64::argmax(&kept)).copied().unwrap_or(0)
}

/// The entry `index` of `list`, which grows to hold it.
fn at<E: Default>(list: &mut Vec<E>, index: usize) -> &mut E {
    list.resize_with(list.len().max(index + 1), E::default);
    &mut list[index]
}

impl Recorder {
    /// The step ends with these logits.
    fn close<T: Float>(&mut self, values: Vec<f64>) {
        let mut step = std::mem::take(&mut self.open);
        step.chosen = greatest(&values, None);
        step.runner_up = greatest(&values, Some(step.chosen));
        // The difference as the model's own number has it: rounded once.
        step.margin = T::from_f64(values[step.chosen] - values[step.runner_up]).to_f64();
        step.logits = values;
        self.steps.push(step);
    }

    /// Of a network whose layers have one more term in their softmaxes, or not.
    pub(crate) fn of_layers(one_more: Vec<bool>) -> Self {
        Self { one_more, ..Self::default() }
    }

    /// Of a graph of which this is not known.
    pub(crate) fn of_graph(unknown: &[String]) -> Self {
        Self { unknown: unknown.to_vec(), ..Self::default() }
    }

    /// One step of a graph that reads the token at `position`.
    pub(crate) fn see_logits<T: Float>(&mut self, position: usize, logits: &[T]) {
        self.open = StepTrace { position, ..StepTrace::default() };
        self.close::<T>(logits.iter().map(|logit| logit.to_f64()).collect());
    }

    /// Where the heads of a graph look in each step that was seen.
    pub(crate) fn see_attention<T: Float>(&mut self, steps: &[Vec<Looks<T>>]) {
        let mut padding: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (step, heads) in self.steps.iter_mut().zip(steps) {
            for looks in heads {
                let mut weights: Vec<f64> = looks.parts.iter().map(|part| part.to_f64()).collect();
                let total = looks.total.map_or_else(|| weights.iter().sum(), T::to_f64);
                weights.iter_mut().for_each(|weight| *weight /= total);
                let behind = weights.split_off(weights.len().min(step.position + 1));
                let heads = &mut at(&mut step.layers, looks.layer).heads;
                if !behind.is_empty() {
                    let most = padding.entry((looks.layer, heads.len())).or_default();
                    *most = most.max(behind.iter().sum());
                }
                heads.push(HeadTrace { scores: Vec::new(), weights });
            }
        }
        for ((layer, head), most) in padding {
            let percent = 100.0 * most;
            self.unknown.push(format!(
                "up to {percent:.1} % of the weight of layer {layer} head {head} lies on the padding behind the tokens"
            ));
        }
    }

    fn layer(&mut self, index: usize) -> &mut LayerTrace {
        at(&mut self.open.layers, index)
    }

    pub(crate) fn finish(
        self,
        task: &Task,
        pair: Pair,
        prompt_tokens: Vec<usize>,
        tokens: Vec<usize>,
    ) -> Explanation {
        let digit = |number: u64, place: usize| {
            (number / 10_u64.pow(u32::try_from(place).expect("at most 18 places")) % 10).to_string()
        };
        let text = |token: &PromptToken| match *token {
            PromptToken::Fixed { text, .. } => spec::text::line(&text.to_string()).into_owned(),
            PromptToken::Digit { operand: spec::Operand::A, place } => digit(pair.0, place),
            PromptToken::Digit { operand: spec::Operand::B, place } => digit(pair.1, place),
            PromptToken::Pair { place, .. } => format!("{}{}", digit(pair.0, place), digit(pair.1, place)),
        };
        Explanation {
            pair,
            prompt: task.prompt().iter().map(text).collect(),
            prompt_tokens,
            memories: self.memories,
            steps: self.steps,
            expected: task.expected(pair.0 + pair.1),
            sum: task.decode(tokens.iter().copied()),
            tokens,
            unknown: self.unknown,
        }
    }
}
