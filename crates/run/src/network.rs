//! A network in one machine number, however its model came: block by block, or as the expressions of a graph.

use crate::Subject;
use crate::explain::{Explanation, Recorder};
use net::{Net, State, generate};
use num::{Float, Reading};
use program::{Decode, DecodeIn, Folding, Program, Source, record, record_decode};
use spec::Task;
use std::sync::{Arc, OnceLock};

/// A network in one machine number.
///
/// What is not needed is not made: start-up counts.
#[allow(clippy::large_enum_variant, reason = "there is one for each adder")]
pub(crate) enum Network<T: Float> {
    /// Block by block.
    Blocks { scalar: Net<T> },
    /// As expressions.
    Graph {
        decode: Arc<Decode>,
        /// What its explanations cannot say.
        unknown: Vec<String>,
        scalar: OnceLock<DecodeIn<T>>,
    },
}

impl<T: Float> Network<T> {
    pub(crate) fn new(subject: &Subject) -> Self {
        match subject {
            Subject::File(model) => Self::Blocks { scalar: model.net() },
            Subject::Graph(model) => Self::Graph {
                decode: Arc::clone(model.decode()),
                unknown: unknown(model),
                scalar: OnceLock::new(),
            },
        }
    }

    /// The decode as a program.
    pub(crate) fn record(&self, prompt: &[Source], answer: usize, folding: Folding) -> Program<T> {
        match self {
            Self::Blocks { scalar } => record(scalar, prompt, answer, folding),
            Self::Graph { decode, .. } => record_decode(decode, prompt, folding),
        }
    }

    /// The tokens generated after `prompt`.
    pub(crate) fn decode(&self, prompt: &[usize], answer: usize) -> Vec<usize> {
        match self {
            Self::Blocks { scalar } => {
                let mut tokens = vec![0; answer];
                generate(scalar, prompt, &mut State::new(scalar), &mut tokens, &mut ());
                tokens
            }
            Self::Graph { .. } => self.scalar_graph().generate(prompt, |_, _, _| {}),
        }
    }

    /// Everything that happens after `prompt`.
    pub(crate) fn explain(&self, task: &Task, pair: crate::Pair, prompt: &[usize]) -> Explanation {
        match self {
            Self::Blocks { scalar } => {
                let one_more = scalar.layers().iter().map(|layer| layer.attention.one_more).collect();
                let mut recorder = Recorder::of_layers(one_more);
                let mut tokens = vec![0; task.answer_len()];
                generate(scalar, prompt, &mut State::new(scalar), &mut tokens, &mut recorder);
                recorder.finish(task, pair, prompt.to_vec(), tokens)
            }
            Self::Graph { unknown, .. } => {
                let graph = self.scalar_graph();
                let mut recorder = Recorder::of_graph(unknown);
                let tokens = graph.generate(prompt, |step, _, logits| {
                    recorder.see_logits(prompt.len() - 1 + step, logits);
                });
                recorder.see_attention(&graph.attention(&[prompt, &tokens].concat()));
                recorder.finish(task, pair, prompt.to_vec(), tokens)
            }
        }
    }

    fn scalar_graph(&self) -> &DecodeIn<T> {
        let Self::Graph { decode, scalar, .. } = self else { unreachable!("asked of graphs alone") };
        scalar.get_or_init(|| decode.read(|constant| T::from_f64(constant.value())))
    }

    /// The network in a number that `splat` makes of each of its numbers.
    pub(crate) fn read<S: Reading>(&self, splat: impl Fn(T) -> S) -> NetworkIn<S> {
        match self {
            Self::Blocks { scalar } => NetworkIn::Blocks(scalar.map(|&weight| splat(weight))),
            Self::Graph { decode, .. } => {
                NetworkIn::Graph(decode.read(|constant| splat(T::from_f64(constant.value()))))
            }
        }
    }
}

/// A network in a number that decodes several problems.
#[allow(clippy::large_enum_variant, reason = "there is one for each adder")]
pub(crate) enum NetworkIn<S> {
    Blocks(Net<S>),
    Graph(DecodeIn<S>),
}

impl<S: Reading> NetworkIn<S> {
    /// The network with room to work in.
    #[inline(always)]
    pub(crate) fn decoder(&self) -> Decoder<'_, S> {
        match self {
            Self::Blocks(net) => Decoder::Blocks(net, State::new(net)),
            Self::Graph(graph) => Decoder::Graph(graph),
        }
    }
}

/// A network with room to work in.
#[allow(clippy::large_enum_variant, reason = "there is one for each thread")]
pub(crate) enum Decoder<'a, S> {
    Blocks(&'a Net<S>, State<S>),
    Graph(&'a DecodeIn<S>),
}

impl<S: Reading> Decoder<'_, S> {
    /// The tokens generated after `prompt`.
    #[inline(always)]
    pub(crate) fn decode(&mut self, prompt: &[S::Token], answer: &mut [S::Token]) {
        match self {
            Self::Blocks(net, state) => generate(net, prompt, state, answer, &mut ()),
            Self::Graph(graph) => answer.copy_from_slice(&graph.generate(prompt, |_, _, _| {})),
        }
    }
}

/// What explanations of a graph cannot say.
fn unknown(model: &onnx::Model) -> Vec<String> {
    let evaluated = model
        .caveat()
        .map(|_| "another evaluation of the graph may give other numbers: see `nanoadder prove`".to_owned());
    model.unknown().iter().cloned().chain(evaluated).collect()
}
