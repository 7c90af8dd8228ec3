//! Looking for a pair on which a model is wrong.
//!
//! `sets` are tried whole at the engine's speed, `dice` draws pairs of the kinds that models get wrong, `climb` follows the
//! margin of a step downwards, and `shrink` makes what was found small.

mod climb;
mod dice;
mod shrink;

pub use climb::Closest;
#[cfg(test)]
pub(crate) use climb::LANES;
pub(crate) use climb::{Margins, climb, closer};
pub(crate) use dice::{Dice, pair};
pub(crate) use shrink::shrink;

use crate::network::Network;
use crate::script::Script;
use crate::verdict::Counterexample;
use num::Float;
use run::protocol::{EDGE_CASES, RandomPairs};
use run::{Adder, Pair, sets};
use spec::Dtype;
use std::num::NonZeroUsize;

/// The random pairs that are tried besides the structured ones.
const RANDOM: usize = 20_000;

/// The climbs of a short search.
const CLIMBS: u64 = 12;

/// Which way a counterexample was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// One of the protocol's edge cases.
    EdgeCase,
    /// A pair of this structured set.
    Set(&'static str),
    /// A random pair.
    Random,
    /// A climb on the margin of a step.
    Climb,
}

/// A counterexample of a model, shrunk, from all that [`fixed`] tries and a few climbs.
pub(crate) fn search(adder: &Adder, threads: NonZeroUsize) -> Option<Counterexample> {
    let (found, _) = fixed(adder, threads, 0);
    let pair = match found {
        Some((pair, _)) => pair,
        None => match adder.model().dtype() {
            Dtype::F32 => few_climbs::<f32>(adder),
            Dtype::F64 => few_climbs::<f64>(adder),
        }?,
    };
    replay(adder, shrink(adder, pair, threads))
}

/// The first wrong pair among the edge cases, the structured sets and 20,000 random pairs, and how many pairs were tried.
pub(crate) fn fixed(adder: &Adder, threads: NonZeroUsize, seed: u64) -> (Option<(Pair, Source)>, u64) {
    let task = adder.model().task();
    let greatest = task.greatest();
    let edges: Vec<Pair> = EDGE_CASES.into_iter().filter(|&(a, b)| a <= greatest && b <= greatest).collect();
    let random = RandomPairs::new(seed).map(|(a, b)| (a % (greatest + 1), b % (greatest + 1))).take(RANDOM);
    let structured =
        sets::structured(task.digits(), seed).into_iter().map(|set| (Source::Set(set.name), set.pairs));
    let mut tried = 0;
    let all = [(Source::EdgeCase, edges)].into_iter().chain(structured);
    for (source, pairs) in all.chain([(Source::Random, random.collect())]) {
        tried += pairs.len() as u64;
        if let Some(pair) = first_wrong(adder, &pairs, threads) {
            return (Some((pair, source)), tried);
        }
    }
    (None, tried)
}

/// The first of `pairs`, all of which fit the prompt, on which the model is wrong.
pub(crate) fn first_wrong(adder: &Adder, pairs: &[Pair], threads: NonZeroUsize) -> Option<Pair> {
    let sums = adder.add_many(pairs, threads).expect("the pairs fit the prompt");
    let wrong = pairs.iter().zip(sums).find(|((a, b), sum)| *sum != Some(a + b));
    wrong.map(|(&pair, _)| pair)
}

fn few_climbs<T: Float>(adder: &Adder) -> Option<Pair> {
    let task = adder.model().task();
    let script = Script::new(task)?;
    let mut margins = Margins::<T>::new(&Network::of(adder.model()), &script);
    (0..CLIMBS).find_map(|index| {
        let mut dice = Dice::new(0, index);
        climb(&mut margins, task.digits(), &mut dice, index)
            .suspects
            .into_iter()
            .find(|&pair| replay(adder, pair).is_some())
    })
}

/// What the running model answers on `pair`, if that is wrong: every refutation goes through here.
pub(crate) fn replay(adder: &Adder, (a, b): Pair) -> Option<Counterexample> {
    let sum = adder.add(a, b).ok()?;
    let expected = adder.model().task().expected(a + b);
    if sum.value == Some(a + b) {
        return None;
    }
    let step = sum.tokens.iter().zip(&expected).position(|(got, right)| got != right).unwrap_or(0);
    Some(Counterexample { a, b, expected: a + b, got: sum.value, tokens: sum.tokens, step: step + 1 })
}
