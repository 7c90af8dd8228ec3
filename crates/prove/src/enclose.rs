//! The model itself, run on sets of tokens: what its own program can answer over a whole case.

use crate::letters::Case;
use crate::script::{Script, Step};
use net::{Net, State};
use num::{Float, Interval, Reading, TokenSet};

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
pub(crate) struct Enclosure<T: Float> {
    net: Net<Interval<T>>,
    state: State<Interval<T>>,
}

impl<T: Float> Enclosure<T> {
    pub(crate) fn new(net: &Net<T>) -> Self {
        let net = net.map(|&weight| Interval::point(weight));
        Self { state: State::new(&net), net }
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
        self.state.clear();
        for position in 0..step.query {
            self.net.read(shown(position), &mut self.state, &mut ());
        }
        let logits = self.net.step(shown(step.query), &mut self.state, &mut ());
        let others =
            || logits.iter().enumerate().filter(|&(token, _)| token != target).map(|(_, logit)| logit);
        let greatest = others().fold(f64::NEG_INFINITY, |most, logit| most.max(logit.hi().to_f64()));
        let margin = logits[target].lo().to_f64() - greatest;
        if let Some(points) = logits.iter().map(|logit| logit.single()).collect::<Option<Vec<T>>>() {
            return Answer::Exact { token: T::argmax(&points), margin };
        }
        match Interval::argmax(logits).single() {
            Some(token) => Answer::One { token, margin },
            None => Answer::Open,
        }
    }
}
