//! Looking for a pair on which a model is wrong.

use crate::verdict::Counterexample;
use run::protocol::{EDGE_CASES, RandomPairs};
use run::{Adder, Pair, sets};
use std::num::NonZeroUsize;

/// The random pairs that are tried besides the structured ones.
const RANDOM: usize = 20_000;

/// A pair on which the model is wrong, from the protocol's edge cases, the structured sets and random pairs.
pub(crate) fn search(adder: &Adder, threads: NonZeroUsize) -> Option<Counterexample> {
    let greatest = adder.model().task().greatest();
    let edges: Vec<Pair> = EDGE_CASES.into_iter().filter(|&(a, b)| a <= greatest && b <= greatest).collect();
    let random = RandomPairs::new(0).map(|(a, b)| (a % (greatest + 1), b % (greatest + 1))).take(RANDOM);
    let structured = sets::structured(adder.model().task().digits(), 0).into_iter().map(|set| set.pairs);
    for pairs in [edges].into_iter().chain(structured).chain([random.collect()]) {
        let sums = adder.add_many(&pairs, threads).expect("the pairs fit the prompt");
        let wrong = pairs.iter().zip(sums).find(|((a, b), sum)| *sum != Some(a + b));
        if let Some((&pair, _)) = wrong {
            return replay(adder, pair);
        }
    }
    None
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
