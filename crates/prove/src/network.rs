//! The network that is decided: block by block, or as the expressions of a graph.

use crate::bound::SHARED;
use crate::graph::Graph;
use crate::hull::{Heads, MOST_DIMS};
use net::Net;
use num::Float;
use program::Decode;
use run::Subject;
use std::sync::Arc;

/// A network in a machine number.
pub(crate) enum Network<T> {
    /// Block by block.
    Blocks(Net<T>),
    /// As expressions, with its attention.
    Graph(Graph),
    /// As expressions whose attention is not understood: what stands in the way.
    Opaque(Arc<Decode>, String),
}

/// The most tokens that a set of them can hold.
pub(crate) const MOST_TOKENS: usize = 128;

/// The most symbols of an affine form.
pub(crate) const MOST_SYMBOLS: usize = 64;

impl<T: Float> Network<T> {
    pub(crate) fn of(subject: &Subject) -> Self {
        match subject {
            Subject::File(model) => Self::Blocks(model.net()),
            Subject::Graph(model) => {
                let decode = model.decode();
                match Graph::new(decode) {
                    Ok(graph) if model.is_uniform() => Self::Graph(graph),
                    Ok(_) => Self::Opaque(
                        Arc::clone(decode),
                        "the graph computes in f32 and in f64; the bounds are for one of them".into(),
                    ),
                    Err(why) => Self::Opaque(Arc::clone(decode), why),
                }
            }
        }
    }

    /// The expressions, if it is a graph.
    pub(crate) fn decode(&self) -> Option<&Arc<Decode>> {
        match self {
            Self::Blocks(_) => None,
            Self::Graph(graph) => Some(&graph.decode),
            Self::Opaque(decode, _) => Some(decode),
        }
    }

    /// The number of tokens that it tells apart.
    pub(crate) fn vocabulary(&self) -> usize {
        match self {
            Self::Blocks(net) => net.vocabulary(),
            Self::Graph(_) | Self::Opaque(..) => {
                let decode = self.decode().expect("these are graphs");
                let tables = decode.expressions().tables.iter().map(Vec::len);
                tables.chain([decode.vocabulary()]).max().unwrap_or(0)
            }
        }
    }

    /// The sizes of the attention in a step.
    ///
    /// # Panics
    ///
    /// If there is a [`barrier`](Self::barrier).
    pub(crate) fn heads(&self, step: usize) -> Heads {
        match self {
            Self::Blocks(net) => Heads::of(&net.layers()[0].attention),
            Self::Graph(graph) => graph.steps[step].sizes(),
            Self::Opaque(_, why) => panic!("asked behind a barrier: {why}"),
        }
    }

    /// The symbols of a pass behind the attention, at most: one for each component that the heads read, some for their weights, and
    /// one for each number that several others read; in blocks, each component of the residual stream at three places.
    pub(crate) fn symbols(&self) -> usize {
        let mixed = |heads: Heads| heads.heads * (heads.value_width + SHARED);
        match self {
            Self::Blocks(net) => mixed(self.heads(0)) + 3 * net.width(),
            Self::Graph(graph) => {
                graph.steps.iter().map(|step| mixed(step.sizes()) + step.symbols).max().unwrap_or(0)
            }
            Self::Opaque(..) => 0,
        }
    }

    /// The part of the model for which there are no bounds, if there is one.
    pub(crate) fn barrier(&self) -> Option<String> {
        match self {
            Self::Blocks(net) => self.barrier_of_blocks(net),
            Self::Opaque(_, why) => Some(why.clone()),
            Self::Graph(graph) => {
                let tokens = self.vocabulary();
                if tokens > MOST_TOKENS {
                    return Some(format!(
                        "a vocabulary of {tokens}: the bounds are for at most {MOST_TOKENS} tokens"
                    ));
                }
                let dims = graph.steps.iter().map(|step| step.sizes().dims()).max().unwrap_or(0);
                if dims > MOST_DIMS {
                    return Some(format!("heads with {dims} sums: the bounds are for up to {MOST_DIMS}"));
                }
                let symbols = self.symbols();
                (symbols > MOST_SYMBOLS).then(|| {
                    format!("{symbols} numbers that others share: the bounds are for up to {MOST_SYMBOLS}")
                })
            }
        }
    }

    fn barrier_of_blocks(&self, net: &Net<T>) -> Option<String> {
        let layers = net.layers().len();
        if layers > 1 {
            return Some(format!("[[layer]]: {layers} of them; the bounds are for one layer"));
        }
        if net.vocabulary() > MOST_TOKENS {
            let tokens = net.vocabulary();
            return Some(format!(
                "[shape] vocabulary = {tokens}: the bounds are for at most {MOST_TOKENS} tokens"
            ));
        }
        let heads = Heads::of(&net.layers()[0].attention);
        if heads.dims() > MOST_DIMS {
            let (heads, width) = (heads.heads, heads.value_width);
            return Some(format!(
                "[shape] heads = {heads}, value_width = {width}: the bounds are for heads · (1 + value_width) up to {MOST_DIMS}"
            ));
        }
        (self.symbols() > MOST_SYMBOLS).then(|| {
            let (heads, value, width) = (heads.heads, heads.value_width, net.width());
            format!(
                "[shape] heads = {heads}, value_width = {value}, width = {width}: the bounds are for heads · (2 + value_width) \
                 + 3 · width up to {MOST_SYMBOLS}"
            )
        })
    }
}
