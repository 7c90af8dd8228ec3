//! Climbing towards a failure: pairs are changed digit by digit so that the margin of a step falls.

use super::dice::{Dice, Digits, pair};
use crate::network::Network;
use crate::script::{Script, Step, Symbol};
use net::{Net, State};
use num::{Float, LaneTokens, Lanes};
use program::{Decode, DecodeIn};
use run::Pair;
use std::array::from_fn;
use std::sync::Arc;

/// The pairs that are looked at together.
pub(crate) const LANES: usize = 16;

/// Rounds of a climb without a better pair before it ends.
const PATIENCE: usize = 6;

/// The margins of every step, for a lane of pairs at a time.
pub(crate) struct Margins<T: Float> {
    pass: Pass<T>,
    script: Script,
    steps: Vec<Step>,
}

/// A network in lanes.
#[allow(clippy::large_enum_variant, reason = "there is one for each thread")]
enum Pass<T: Float> {
    Blocks(Net<Lanes<T, LANES>>, State<Lanes<T, LANES>>),
    Graph(DecodeIn<Lanes<T, LANES>>),
}

/// The logits of a step in lanes, and the scores that they come of.
type Rows<T> = (Vec<Lanes<T, LANES>>, Option<Vec<Lanes<T, LANES>>>);

impl<T: Float> Pass<T> {
    /// The logits behind each of the tokens from the position `first` on, and where they come of a graph's last operator the scores in
    /// front of it.
    fn logits(&mut self, tokens: &[LaneTokens<LANES>], first: usize) -> Vec<Rows<T>> {
        match self {
            Self::Blocks(net, state) => {
                state.clear();
                for &token in &tokens[..first] {
                    net.read(token, state, &mut ());
                }
                let mut step = |&token| (net.step(token, state, &mut ()).to_vec(), None);
                tokens[first..].iter().map(&mut step).collect()
            }
            Self::Graph(decode) => {
                let mut rows = Vec::new();
                decode.follow(tokens, |step, values| {
                    rows.push((values.all(&step.logits), step.scores.as_ref().map(|ids| values.all(ids))));
                });
                rows
            }
        }
    }
}

impl<T: Float> Margins<T> {
    /// Makes room for decodes of `network`.
    pub(crate) fn new(network: &Network<T>, script: &Script) -> Self {
        let graph = |decode: &Arc<Decode>| {
            Pass::Graph(decode.read(|constant| Lanes::splat(T::from_f64(constant.value()))))
        };
        let pass = match network {
            Network::Blocks(net) => {
                let net = net.map(|&weight| Lanes::splat(weight));
                let state = State::new(&net);
                Pass::Blocks(net, state)
            }
            Network::Graph(of) => graph(&of.decode),
            Network::Opaque(decode, _) => graph(decode),
        };
        // A token that ends the answer is predicted like any other.
        let steps = script.steps();
        Self { pass, script: script.clone(), steps }
    }

    /// The number of generated tokens.
    pub(crate) fn steps(&self) -> usize {
        self.steps.len()
    }

    /// How far the right token leads the best other at each step when the prefix is right: `[step][lane]`.
    pub(crate) fn of(&mut self, pairs: &[Pair; LANES]) -> Vec<[f64; LANES]> {
        let tokens = pairs.map(|pair| self.script.tokens(pair));
        let first = self.steps[0].query;
        let last = self.steps[self.steps.len() - 1].query;
        let shown = |position: usize| LaneTokens(from_fn(|lane| tokens[lane][position] as u32));
        let shown: Vec<LaneTokens<LANES>> = (0..=last).map(shown).collect();
        let logits = self.pass.logits(&shown, first);
        let lead = |logits: &[Lanes<T, LANES>], target: usize, lane: usize| {
            let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
            let best = others.fold(f64::NEG_INFINITY, |best, (_, logit)| best.max(logit.0[lane].to_f64()));
            logits[target].0[lane].to_f64() - best
        };
        // Weights of a softmax are all near 0 or 1: while the right one is the greatest, the scores tell how close it is.
        let margin = |position: usize, (logits, scores): &Rows<T>| {
            from_fn(|lane| {
                let target = tokens[lane][position + 1];
                let margin = lead(logits, target, lane);
                scores.as_ref().filter(|_| margin > 0.0).map_or(margin, |scores| lead(scores, target, lane))
            })
        };
        (first..).zip(&logits).map(|(position, rows)| margin(position, rows)).collect()
    }

    /// The place of the operands that decides the token of `step`, if one does.
    fn place(&self, step: usize) -> Option<usize> {
        match self.steps[step].target {
            Symbol::Fixed(_) => None,
            symbol => symbol.place(),
        }
    }
}

/// The right pair that came closest to failing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closest {
    /// The pair.
    pub pair: Pair,
    /// The generated token, from 1.
    pub step: usize,
    /// How far the right token's logit lies above the best other's.
    pub margin: f64,
}

/// What a climb saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Climb {
    /// Pairs with a margin that is not above zero, which need a replay.
    pub(crate) suspects: Vec<Pair>,
    /// The smallest margin above zero.
    pub(crate) closest: Option<Closest>,
    /// The pairs that were looked at.
    pub(crate) pairs: u64,
}

/// Climbs from a random pair of operands of `digits` digits. `index` chooses the step whose margin is to fall, or all of them.
pub(crate) fn climb<T: Float>(margins: &mut Margins<T>, digits: usize, dice: &mut Dice, index: u64) -> Climb {
    let mut seen = Climb::default();
    let goal = (index % (margins.steps() as u64 + 1)) as usize;
    let steps = if goal == margins.steps() { 0..goal } else { goal..goal + 1 };
    let mut here: Digits = dice.digits(digits);
    // Half of the climbs start where the place that decides the step ends a run of digit sums of 9.
    if let Some(place) = steps.clone().next().and_then(|step| margins.place(step)).filter(|_| index % 2 == 1)
    {
        for at in &mut here[place.saturating_sub(3).min(digits)..place.min(digits)] {
            *at = dice.with_sum(9);
        }
    }
    let mut least = f64::INFINITY;
    let mut patience = PATIENCE;
    while patience > 0 && seen.suspects.is_empty() {
        let near: [Digits; LANES] = from_fn(|lane| {
            let mut near = here.clone();
            for _ in 0..lane.min(3) {
                dice.move_on(&mut near);
            }
            near
        });
        let pairs: [Pair; LANES] = from_fn(|lane| pair(&near[lane]));
        let table = margins.of(&pairs);
        seen.pairs += LANES as u64;
        seen.note(&pairs, &table);
        let value =
            |lane: usize| table[steps.clone()].iter().map(|row| row[lane]).fold(f64::INFINITY, f64::min);
        let best = (0..LANES).min_by(|&x, &y| value(x).total_cmp(&value(y))).unwrap_or(0);
        if value(best) < least {
            (least, patience) = (value(best), PATIENCE);
            here.clone_from(&near[best]);
        } else {
            patience -= 1;
        }
    }
    seen
}

impl Climb {
    fn note(&mut self, pairs: &[Pair; LANES], table: &[[f64; LANES]]) {
        for (lane, &pair) in pairs.iter().enumerate() {
            for (step, row) in table.iter().enumerate() {
                let margin = row[lane];
                if margin > 0.0 {
                    self.closest = closer(self.closest, Some(Closest { pair, step: step + 1, margin }));
                } else if !self.suspects.contains(&pair) {
                    self.suspects.push(pair);
                }
            }
        }
    }
}

/// The one with the smaller margin; of equals the first.
pub(crate) fn closer(first: Option<Closest>, second: Option<Closest>) -> Option<Closest> {
    match (first, second) {
        (Some(x), Some(y)) => Some(if y.margin < x.margin { y } else { x }),
        (x, y) => x.or(y),
    }
}
