//! The pass behind the attention over affine forms: from what the heads read to the logits.
//!
//! An error that several numbers share is worth a symbol: hinges with large gains and logits meet it several times.

use crate::bound::Mixed;
use crate::form::Form;
use crate::graph::{Graph, GraphStep};
use crate::network::Network;
use crate::scores::worth_symbols;
use net::{Net, Site, State};
use num::{Affine, Float};
use program::{Constant, DecodeIn, ExprId, Values};

/// The pass behind the attention, with room to work in.
///
/// `N` says which programs it holds for: every one, or with [`Ordered`](num::Ordered) ours.
pub(crate) enum Behind<N> {
    Blocks {
        net: Box<Net<N>>,
        state: Box<State<N>>,
        x: Vec<N>,
        read: Vec<N>,
    },
    Graph {
        decode: Box<DecodeIn<N>>,
        values: Box<Values<N>>,
        /// The token that is read last in `values`.
        token: Option<usize>,
        plan: Plan,
        logits: Vec<N>,
    },
}

/// What to compute, in order.
pub(crate) struct Plan {
    base: Vec<ExprId>,
    mixtures: Vec<(ExprId, usize)>,
    tail: Vec<(ExprId, Option<usize>)>,
    logits: Vec<ExprId>,
}

impl Plan {
    fn new(graph: &Graph, index: usize) -> Self {
        let step: &GraphStep = &graph.steps[index];
        let width = step.sizes().value_width;
        let mixtures = step.heads.iter().enumerate().flat_map(|(head, part)| {
            part.mixtures.iter().enumerate().map(move |(unit, (id, _))| (*id, head * width + unit))
        });
        Self {
            base: step.base.clone(),
            mixtures: mixtures.collect(),
            tail: step.tail.clone(),
            logits: graph.decode.steps()[index].compared().to_vec(),
        }
    }
}

/// A constant of a graph as a form: a number that other evaluations may find elsewhere stands for all of them, and one that they may
/// read as zero for that, too.
pub(crate) fn form<T: Float, const K: usize>(constant: Constant) -> Affine<T, K> {
    let (value, radius) = (constant.value(), constant.radius());
    if radius == 0.0 {
        Affine::constant(value)
    } else {
        let lost = if value.abs() < T::LEAST_NORMAL { value.abs() } else { 0.0 };
        Affine::around(value, radius + lost)
    }
}

impl<N> Behind<N> {
    /// The pass of the step number `step`; none if the attention is not known.
    pub(crate) fn new<T: Float, const K: usize>(network: &Network<T>, step: usize) -> Option<Self>
    where
        N: Form<T, K>,
    {
        match network {
            Network::Blocks(net) => {
                let net = net.map(|weight| N::of(Affine::constant(weight.to_f64())));
                let x = vec![N::zero(); net.width()];
                Some(Self::Blocks {
                    state: Box::new(State::new(&net)),
                    net: Box::new(net),
                    x,
                    read: Vec::new(),
                })
            }
            Network::Graph(graph) => Some(Self::Graph {
                decode: Box::new(graph.decode.read(|constant| N::of(form(constant)))),
                values: Box::new(Values::room(&graph.decode, N::zero())),
                token: None,
                plan: Plan::new(graph, step),
                logits: Vec::new(),
            }),
            Network::Opaque(..) => None,
        }
    }

    /// The logits, or the scores that are compared in place of them, when `token` is read at `position` and the heads of each layer read `mixed`.
    pub(crate) fn logits<T: Float, const K: usize>(
        &mut self,
        (position, token): (usize, usize),
        mixed: &[Mixed<T, K>],
    ) -> &[N]
    where
        N: Form<T, K>,
    {
        let last = mixed.len() - 1;
        // What stands behind a layer's attention has the symbols that follow those of what its heads read.
        let stream = |layer: usize| mixed[layer].end();
        match self {
            Self::Blocks { net, state, x, read } => {
                let end = stream(last) + 2 * net.width();
                let mut watch = |site: Site, values: &mut [N]| {
                    let first = match worth_symbols(net, site) {
                        Some((layer, first)) => stream(layer) + first,
                        None if site == Site::Final && net.norm().is_some() => end,
                        None => return,
                    };
                    for (symbol, value) in (first..).zip(values) {
                        value.form().promote(symbol);
                    }
                };
                net.embed(token, position, x);
                for (layer, mixed) in mixed.iter().enumerate() {
                    read.clear();
                    read.extend(mixed.forms().iter().map(|&form| N::of(form)));
                    if layer < last {
                        net.go_on(layer, x, read, state, &mut watch);
                    }
                }
                net.conclude(x, read, state, &mut watch)
            }
            Self::Graph { decode, values, token: known, plan, logits } => {
                let mut tokens = vec![0; position + 1];
                tokens[position] = token;
                if *known != Some(token) {
                    for &id in &plan.base {
                        values.known[id.index()] = decode.compute(id, &tokens, values);
                    }
                    *known = Some(token);
                }
                for &(id, component) in &plan.mixtures {
                    values.known[id.index()] = N::of(mixed[last].forms()[component]);
                }
                for &(id, symbol) in &plan.tail {
                    let mut value = decode.compute(id, &tokens, values);
                    if let Some(symbol) = symbol {
                        value.form().promote(stream(last) + symbol);
                    }
                    values.known[id.index()] = value;
                }
                logits.clear();
                logits.extend(plan.logits.iter().map(|logit| *values.get(*logit)));
                logits
            }
        }
    }
}
