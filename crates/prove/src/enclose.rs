//! The model itself, run on sets of tokens: what its own program can answer over a whole case.

use crate::letters::{Case, Letter, Ways};
use crate::network::Network;
use crate::script::{Script, Step};
use net::{Net, State};
use num::{Float, Interval, Reading, Scalar, TokenSet};
use program::{Decode, DecodeIn, DecodeStep, ExprId, Values};
use std::collections::BTreeMap;
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

/// The tokens that positions show in a case, kept from case to case: cases of one job differ at few places.
struct Shown<'a> {
    script: &'a Script,
    /// For each position, by the class of its place and the ways from carry to carry there.
    known: Vec<BTreeMap<(usize, Ways), TokenSet>>,
}

impl Shown<'_> {
    /// What `positions` show over the pairs of `case`.
    fn tokens(&mut self, case: &Case, positions: usize) -> Vec<TokenSet> {
        let script = self.script;
        let ways = script.places.ways(case);
        let known = script.symbols().iter().zip(&mut self.known);
        let tokens = known.take(positions).map(|(&symbol, known)| {
            let Some(place) = symbol.place() else {
                return TokenSet::EMPTY.with(script.token(symbol, Letter::NONE));
            };
            let way = ways[place];
            *known.entry((case.classes[place].index(), way)).or_insert_with(|| {
                let letters = script.places.letters(case, place);
                let possible = letters.filter(|letter| way[letter.carry][letter.out()]);
                possible.fold(TokenSet::EMPTY, |set, letter| set.with(script.token(symbol, letter)))
            })
        });
        tokens.collect()
    }
}

/// The network over intervals, with room to work in.
pub(crate) struct Enclosure<'a, T: Float> {
    shown: Shown<'a>,
    numbers: Numbers<T>,
    /// For each step, see [`Network::least_lead`].
    least: Vec<f64>,
}

#[allow(clippy::large_enum_variant, reason = "there is one for each job")]
enum Numbers<T: Float> {
    /// With the tokens that the state has read.
    Blocks(Net<Interval<T>>, State<Interval<T>>, Vec<TokenSet>),
    Graph {
        decode: DecodeIn<Interval<T>>,
        values: Values<Interval<T>>,
        needed: Vec<Vec<ExprId>>,
    },
}

impl<T: Float> Numbers<T> {
    fn new(network: &Network<T>) -> Self {
        let graph = |decode: &Arc<Decode>, needed| Self::Graph {
            decode: decode.read(|constant| Interval::point(T::from_f64(constant.value()))),
            values: Values::room(decode, Interval::zero()),
            needed,
        };
        match network {
            Network::Blocks(net) => {
                let net = net.map(|&weight| Interval::point(weight));
                let state = State::new(&net);
                Self::Blocks(net, state, Vec::new())
            }
            Network::Graph(of) => graph(&of.decode, of.steps.iter().map(|step| step.all.clone()).collect()),
            Network::Opaque(decode, _) => {
                let upto = |step: &DecodeStep| (0..step.upto as u32).map(ExprId).collect();
                graph(decode, decode.steps().iter().map(upto).collect())
            }
        }
    }

    /// The logits of a step when these tokens are shown, and where they come of a graph's last operator the scores in front of it.
    fn logits(&mut self, index: usize, shown: &[TokenSet]) -> (Vec<Interval<T>>, Option<Vec<Interval<T>>>) {
        match self {
            Self::Blocks(net, state, read) => {
                let (&last, before) = shown.split_last().expect("a prompt has at least one token");
                // What begins as the last case did has been read.
                let same = read.iter().zip(before).take_while(|(old, new)| old == new).count();
                state.truncate(same);
                for &token in &before[same..] {
                    net.read(token, state, &mut ());
                }
                before.clone_into(read);
                (net.step(last, state, &mut ()).to_vec(), None)
            }
            Self::Graph { decode, values, needed } => {
                values.softmaxes.iter_mut().for_each(|softmax| *softmax = None);
                for &id in &needed[index] {
                    values.known[id.index()] = decode.compute(id, shown, values);
                }
                let step = &decode.decode().steps()[index];
                (values.all(&step.logits), step.scores.as_ref().map(|scores| values.all(scores)))
            }
        }
    }
}

impl<'a, T: Float> Enclosure<'a, T> {
    pub(crate) fn new(network: &Network<T>, script: &'a Script) -> Self {
        let known = vec![BTreeMap::new(); script.symbols().len()];
        let least = (0..script.steps().len()).map(|step| network.least_lead(step)).collect();
        Self { shown: Shown { script, known }, numbers: Numbers::new(network), least }
    }

    /// Runs one step on everything that the pairs of `case` can show.
    pub(crate) fn answer(&mut self, case: &Case, step: Step, target: usize) -> Answer {
        let shown = self.shown.tokens(case, step.query + 1);
        let index = step.query + 1 - self.shown.script.prompt();
        let (logits, scores) = self.numbers.logits(index, &shown);
        if let Some(scores) = scores {
            // One token whose score leads all others by enough has the greatest logit.
            for token in 0..scores.len() {
                let margin = lead(&scores, token) - self.least[index];
                if margin > 0.0 {
                    return Answer::One { token, margin };
                }
            }
        }
        let margin = lead(&logits, target);
        if let Some(points) = logits.iter().map(|logit| logit.single()).collect::<Option<Vec<T>>>() {
            return Answer::Exact { token: T::argmax(&points), margin };
        }
        match Interval::argmax(&logits).single() {
            Some(token) => Answer::One { token, margin },
            None => Answer::Open,
        }
    }
}

/// How far `token` leads all others at least; NaN if nothing is known of some of them.
fn lead<T: Float>(logits: &[Interval<T>], token: usize) -> f64 {
    let others = logits.iter().enumerate().filter(|&(other, _)| other != token);
    let leads = others.map(|(_, logit)| logits[token].lo().to_f64() - logit.hi().to_f64());
    leads.fold(f64::INFINITY, |least, lead| if lead.is_nan() || lead < least { lead } else { least })
}
