//! The network that is decided: block by block, or as the expressions of a graph.

use crate::bound::Mixed;
use crate::graph::{self, Graph};
use crate::hull::MOST_DIMS;
use crate::layers::{self, MOST_SYMBOLS, MOST_TOKENS};
use crate::scores::{Heads, Scores};
use crate::script::Script;
use net::Net;
use num::Float;
use program::Decode;
use run::Subject;
use std::sync::Arc;

/// A network in a machine number.
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub(crate) enum Network<T> {
    /// Block by block.
    Blocks(Net<T>),
    /// As expressions, with its attention.
    Graph(Graph),
    /// As expressions whose attention is not understood: what stands in the way.
    Opaque(Arc<Decode>, String),
}

impl<T: Float> Network<T> {
    pub(crate) fn of(subject: &Subject) -> Self {
        match subject {
            Subject::File(model) => Self::Blocks(model.net()),
            Subject::Graph(model) => {
                let decode = model.decode();
                let found = match model.caveat() {
                    Some(why) => Err(why.to_owned()),
                    None => Graph::new(decode),
                };
                found.map_or_else(|why| Self::Opaque(Arc::clone(decode), why), Self::Graph)
            }
        }
    }

    /// The blocks, if it has them.
    pub(crate) fn blocks(&self) -> Option<&Net<T>> {
        match self {
            Self::Blocks(net) => Some(net),
            Self::Graph(_) | Self::Opaque(..) => None,
        }
    }

    /// The number of tokens that it tells apart.
    pub(crate) fn vocabulary(&self) -> usize {
        let of = |decode: &Decode| {
            let tables = decode.expressions().tables.iter().map(Vec::len);
            tables.chain([decode.vocabulary()]).max().unwrap_or(0)
        };
        match self {
            Self::Blocks(net) => net.vocabulary(),
            Self::Graph(graph) => of(&graph.decode),
            Self::Opaque(decode, _) => of(decode),
        }
    }

    /// The most symbols that a pass behind the attention uses.
    pub(crate) fn symbols(&self) -> usize {
        match self {
            Self::Blocks(net) => layers::symbols(net),
            Self::Graph(graph) => {
                let of = |step: &graph::GraphStep| Mixed::<T, 0>::symbols(step.sizes()) + step.symbols;
                graph.steps.iter().map(of).max().unwrap_or(0)
            }
            Self::Opaque(..) => 0,
        }
    }

    /// The part of the model for which there are no bounds, if there is one.
    pub(crate) fn barrier(&self) -> Option<String> {
        match self {
            Self::Blocks(net) => layers::barrier(net),
            Self::Opaque(_, why) => Some(why.clone()),
            Self::Graph(graph) => {
                let tokens = self.vocabulary();
                if tokens > MOST_TOKENS {
                    return Some(format!(
                        "a vocabulary of {tokens}: the bounds are for at most {MOST_TOKENS} tokens"
                    ));
                }
                let dims = graph.steps.iter().map(|step| step.sizes().dims()).max().unwrap_or(0);
                let symbols = self.symbols();
                (dims > MOST_DIMS || symbols > MOST_SYMBOLS).then(|| {
                    format!("heads with {dims} sums in a layer: the bounds are for up to {MOST_DIMS}")
                })
            }
        }
    }

    /// What any evaluation can have: the scores of each layer, or where there is a graph those of each step. None if nothing is
    /// known of some.
    pub(crate) fn portable(&self, script: &Script) -> Option<Vec<Scores>> {
        match self {
            Self::Blocks(net) => layers::portable(net, script),
            Self::Graph(graph) => Some(graph::scores::portable::<T>(graph, script)),
            Self::Opaque(..) => None,
        }
    }

    /// What our own program has, to the bit; nothing where there is more than one layer.
    pub(crate) fn program(&self, script: &Script) -> Vec<Scores> {
        match self {
            Self::Blocks(net) if net.layers().len() == 1 => vec![Scores::program(net, script)],
            Self::Graph(graph) => graph::scores::program::<T>(graph, script),
            Self::Blocks(_) | Self::Opaque(..) => Vec::new(),
        }
    }

    /// Of `scores`, those of each layer at the step number `step`.
    pub(crate) fn of_step<'s>(&self, scores: &'s [Scores], step: usize) -> &'s [Scores] {
        match self {
            Self::Blocks(_) => scores,
            Self::Graph(_) | Self::Opaque(..) => scores.get(step..=step).unwrap_or_default(),
        }
    }

    /// How far the right logit must lead the others, as they are compared at the step number `step`: not at all, or where they are scores
    /// in front of a graph's last operator, so far that its rounding cannot make it up.
    pub(crate) fn least_lead(&self, step: usize) -> f64 {
        let decode = match self {
            Self::Blocks(_) => return 0.0,
            Self::Graph(graph) => &graph.decode,
            Self::Opaque(decode, _) => decode,
        };
        let scores = decode.steps().get(step).is_some_and(|step| step.scores.is_some());
        if scores { graph::LEAD * T::UNIT_ROUNDOFF } else { 0.0 }
    }

    /// The sizes of the attention of each layer at the step number `step`; none if they are not known.
    pub(crate) fn heads(&self, step: usize) -> Option<Vec<Heads>> {
        match self {
            Self::Blocks(net) => Some(net.layers().iter().map(|layer| Heads::of(&layer.attention)).collect()),
            Self::Graph(graph) => Some(vec![graph.steps[step].sizes()]),
            Self::Opaque(..) => None,
        }
    }
}
