//! The pass behind the attention over affine forms: from what the heads read to the logits.

use crate::graph::{Graph, GraphStep};
use crate::network::Network;
use net::{Net, Site, State};
use num::{Affine, Float};
use program::{DecodeIn, ExprId, Values};

/// The pass behind the attention, with room to work in.
///
/// An error that several numbers share is worth a symbol: hinges with large gains and logits meet it several times. The symbols
/// of the components that the heads read come first.
pub(crate) enum Behind<T: Float, const K: usize> {
    Blocks {
        net: Box<Net<Affine<T, K>>>,
        state: Box<State<Affine<T, K>>>,
        x: Vec<Affine<T, K>>,
    },
    Graph {
        decode: Box<DecodeIn<Affine<T, K>>>,
        values: Box<Values<Affine<T, K>>>,
        /// The token that is read last in `values`.
        token: Option<usize>,
        plan: Plan,
        logits: Vec<Affine<T, K>>,
    },
}

/// What to compute, in order.
pub(crate) struct Plan {
    base: Vec<ExprId>,
    mixtures: Vec<(ExprId, usize)>,
    tail: Vec<(ExprId, Option<usize>)>,
    symbols: usize,
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
            symbols: step.symbols,
            logits: graph.decode.steps()[index].logits.clone(),
        }
    }
}

impl<T: Float, const K: usize> Behind<T, K> {
    /// The pass of the step number `step`.
    pub(crate) fn new(network: &Network<T>, step: usize) -> Self {
        match network {
            Network::Blocks(net) => {
                let net = net.map(|weight| Affine::constant(weight.to_f64()));
                let x = vec![Affine::constant(0.0); net.width()];
                Self::Blocks { state: Box::new(State::new(&net)), net: Box::new(net), x }
            }
            Network::Graph(graph) => Self::Graph {
                decode: Box::new(graph.decode.read(crate::scores::form)),
                values: Box::new(Values::room(&graph.decode, Affine::constant(0.0))),
                token: None,
                plan: Plan::new(graph, step),
                logits: Vec::new(),
            },
            Network::Opaque(_, why) => panic!("asked behind a barrier: {why}"),
        }
    }

    /// How many symbols it uses.
    pub(crate) fn symbols(&self) -> usize {
        match self {
            Self::Blocks { x, .. } => 3 * x.len(),
            Self::Graph { plan, .. } => plan.symbols,
        }
    }

    /// The logits when `token` is read at `position` and the heads read `mixed`.
    pub(crate) fn logits(
        &mut self,
        (position, token): (usize, usize),
        mixed: &[Affine<T, K>],
    ) -> &[Affine<T, K>] {
        let base = mixed.len();
        match self {
            Self::Blocks { net, state, x } => {
                net.embed(token, position, x);
                let size = x.len();
                let layer = &net.layers()[0];
                let (mlp_norm, final_norm) = (layer.mlp_norm.is_some(), net.norm().is_some());
                let mut watch = |site: Site, values: &mut [Affine<T, K>]| {
                    let first = match site {
                        Site::Attended { .. } if !mlp_norm => base,
                        Site::Normed { .. } if mlp_norm => base,
                        Site::Transformed { .. } => base + size,
                        Site::Final if final_norm => base + 2 * size,
                        _ => return,
                    };
                    for (symbol, value) in (first..).zip(values) {
                        value.promote(symbol);
                    }
                };
                net.conclude(x, mixed, state, &mut watch)
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
                    values.known[id.index()] = mixed[component];
                }
                for &(id, symbol) in &plan.tail {
                    let mut value = decode.compute(id, &tokens, values);
                    if let Some(symbol) = symbol {
                        value.promote(base + symbol);
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
