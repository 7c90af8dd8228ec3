//! A network in one machine number, however its model came: block by block, or as the expressions of a graph.

use crate::Subject;
use crate::explain::{Explanation, Recorder};
use net::{Net, State, generate};
use num::{Float, LaneTokens, Lanes};
use program::{Decode, DecodeIn, Folding, Program, Source, record, record_decode};
use spec::Task;
use std::sync::{Arc, OnceLock};

/// A network in one machine number, as scalars and in lanes of `N`.
///
/// What is not needed is not made: start-up counts.
#[allow(clippy::large_enum_variant, reason = "there is one for each adder")]
pub(crate) enum Network<T: Float, const N: usize> {
    /// Block by block.
    Blocks { scalar: Net<T>, lanes: OnceLock<Net<Lanes<T, N>>> },
    /// As expressions.
    Graph { decode: Arc<Decode>, scalar: OnceLock<DecodeIn<T>>, lanes: OnceLock<DecodeIn<Lanes<T, N>>> },
}

impl<T: Float, const N: usize> Network<T, N> {
    pub(crate) fn new(subject: &Subject) -> Self {
        match subject {
            Subject::File(model) => Self::Blocks { scalar: model.net(), lanes: OnceLock::new() },
            Subject::Graph(model) => Self::Graph {
                decode: Arc::clone(model.decode()),
                scalar: OnceLock::new(),
                lanes: OnceLock::new(),
            },
        }
    }

    /// The decode as a program.
    pub(crate) fn record(&self, prompt: &[Source], answer: usize, folding: Folding) -> Program<T> {
        match self {
            Self::Blocks { scalar, .. } => record(scalar, prompt, answer, folding),
            Self::Graph { decode, .. } => record_decode(decode, prompt, folding),
        }
    }

    /// The tokens generated after `prompt`.
    pub(crate) fn decode(&self, prompt: &[usize], answer: usize) -> Vec<usize> {
        match self {
            Self::Blocks { scalar, .. } => {
                let mut tokens = vec![0; answer];
                generate(scalar, prompt, &mut State::new(scalar), &mut tokens, &mut ());
                tokens
            }
            Self::Graph { .. } => self.scalar_graph().generate(prompt, |_, _, _| {}),
        }
    }

    /// Everything that happens after `prompt`.
    pub(crate) fn explain(&self, task: &Task, pair: crate::Pair, prompt: &[usize]) -> Explanation {
        let mut recorder = Recorder::default();
        let tokens = match self {
            Self::Blocks { scalar, .. } => {
                let mut tokens = vec![0; task.answer_len()];
                generate(scalar, prompt, &mut State::new(scalar), &mut tokens, &mut recorder);
                tokens
            }
            Self::Graph { .. } => self.scalar_graph().generate(prompt, |step, values, logits| {
                recorder.see_graph(prompt.len() - 1 + step, values, logits);
            }),
        };
        recorder.finish(task, pair, tokens)
    }

    fn scalar_graph(&self) -> &DecodeIn<T> {
        let Self::Graph { decode, scalar, .. } = self else { unreachable!("asked of graphs alone") };
        scalar.get_or_init(|| decode.read(|constant| T::from_f64(constant.value())))
    }

    /// Decodes a lane for each problem, again and again.
    #[inline(always)]
    pub(crate) fn in_lanes(&self) -> LaneNetwork<'_, T, N> {
        match self {
            Self::Blocks { scalar, lanes } => {
                let net = lanes.get_or_init(|| scalar.map(|&weight| Lanes::splat(weight)));
                LaneNetwork::Blocks(net, State::new(net))
            }
            Self::Graph { decode, lanes, .. } => LaneNetwork::Graph(
                lanes.get_or_init(|| decode.read(|constant| Lanes::splat(T::from_f64(constant.value())))),
            ),
        }
    }
}

/// A network in lanes, with room to work in.
#[allow(clippy::large_enum_variant, reason = "there is one for each thread")]
pub(crate) enum LaneNetwork<'a, T: Float, const N: usize> {
    Blocks(&'a Net<Lanes<T, N>>, State<Lanes<T, N>>),
    Graph(&'a DecodeIn<Lanes<T, N>>),
}

impl<T: Float, const N: usize> LaneNetwork<'_, T, N> {
    /// The tokens generated after `prompt`.
    #[inline(always)]
    pub(crate) fn decode(&mut self, prompt: &[LaneTokens<N>], answer: &mut [LaneTokens<N>]) {
        match self {
            Self::Blocks(net, state) => generate(net, prompt, state, answer, &mut ()),
            Self::Graph(graph) => answer.copy_from_slice(&graph.generate(prompt, |_, _, _| {})),
        }
    }
}
