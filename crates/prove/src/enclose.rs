//! The model itself, run on sets of tokens: what its own program can answer over a whole case.

use crate::letters::Case;
use crate::network::Network;
use crate::script::{Script, Step};
use net::{Net, State};
use num::{Float, Interval, Reading, Scalar, TokenSet};
use program::{Decode, DecodeIn, DecodeStep, ExprId, Values};
use std::sync::Arc;

/// What the program answers at one step of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    /// The same logits, to the bit, for every pair of the case.
    Exact {
        /// The token that it chooses.
        token: usize,
        /// The target's logit less the greatest other.
        margin: f64,
    },
    /// One token for every pair, by intervals.
    One {
        /// The token that it chooses.
        token: usize,
        /// The target's logit leads the greatest other by at least this.
        margin: f64,
    },
    /// Not decided.
    Open,
}

/// The network over intervals, with room to work in.
#[allow(clippy::large_enum_variant, reason = "there is one for each job")]
pub(crate) enum Enclosure<T: Float> {
    Blocks(Net<Interval<T>>, State<Interval<T>>),
    Graph { decode: DecodeIn<Interval<T>>, values: Values<Interval<T>>, needed: Vec<Vec<ExprId>> },
}

impl<T: Float> Enclosure<T> {
    pub(crate) fn new(network: &Network<T>) -> Self {
        let graph = |decode: &Arc<Decode>, needed| Self::Graph {
            decode: decode.read(|constant| Interval::point(T::from_f64(constant.value()))),
            values: Values::room(decode, Interval::zero()),
            needed,
        };
        match network {
            Network::Blocks(net) => {
                let net = net.map(|&weight| Interval::point(weight));
                let state = State::new(&net);
                Self::Blocks(net, state)
            }
            Network::Graph(of) => graph(&of.decode, of.steps.iter().map(|step| step.all.clone()).collect()),
            Network::Opaque(decode, _) => {
                let upto = |step: &DecodeStep| (0..step.upto as u32).map(ExprId).collect();
                graph(decode, decode.steps().iter().map(upto).collect())
            }
        }
    }

    /// The logits of a step when these tokens are shown.
    fn logits(&mut self, index: usize, shown: &[TokenSet]) -> Vec<Interval<T>> {
        match self {
            Self::Blocks(net, state) => {
                let (&last, before) = shown.split_last().expect("a prompt has at least one token");
                state.clear();
                for &token in before {
                    net.read(token, state, &mut ());
                }
                net.step(last, state, &mut ()).to_vec()
            }
            Self::Graph { decode, values, needed } => {
                values.softmaxes.iter_mut().for_each(|softmax| *softmax = None);
                for &id in &needed[index] {
                    values.known[id.index()] = decode.compute(id, shown, values);
                }
                decode.decode().steps()[index].logits.iter().map(|logit| *values.get(*logit)).collect()
            }
        }
    }

    /// Runs one step on everything that the pairs of `case` can show.
    pub(crate) fn answer(&mut self, script: &Script, case: &Case, step: Step, target: usize) -> Answer {
        let letters = script.places.possible(case);
        let shown = |position: usize| {
            let symbol = script.symbols()[position];
            match symbol.place() {
                None => script.alphabet(symbol).into_iter().fold(TokenSet::EMPTY, TokenSet::with),
                Some(place) => letters[place]
                    .iter()
                    .fold(TokenSet::EMPTY, |set, &letter| set.with(script.token(symbol, letter))),
            }
        };
        let shown: Vec<TokenSet> = (0..=step.query).map(shown).collect();
        let logits = self.logits(step.query + 1 - script.prompt(), &shown);
        let others =
            || logits.iter().enumerate().filter(|&(token, _)| token != target).map(|(_, logit)| logit);
        let greatest = others().fold(f64::NEG_INFINITY, |most, logit| most.max(logit.hi().to_f64()));
        let margin = logits[target].lo().to_f64() - greatest;
        if let Some(points) = logits.iter().map(|logit| logit.single()).collect::<Option<Vec<T>>>() {
            return Answer::Exact { token: T::argmax(&points), margin };
        }
        match Interval::argmax(&logits).single() {
            Some(token) => Answer::One { token, margin },
            None => Answer::Open,
        }
    }
}
