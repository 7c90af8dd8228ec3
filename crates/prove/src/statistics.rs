//! What random pairs say where there is no proof.

use crate::binomial;
use crate::search::Dice;
use run::{Adder, Pair};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How sure the bounds are.
const CONFIDENCE: f64 = 0.999;

/// The pairs that are tried together.
const BATCH: usize = 1 << 16;

/// What random pairs say about the share of all pairs on which a model is wrong. This is no proof.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// How many random pairs were tried: the first so many of the stream of [`seed`](Self::seed), all pairs equally likely.
    pub pairs: u64,
    /// On how many of them the model is wrong.
    pub failures: u64,
    /// The seed of the stream.
    pub seed: u64,
    /// The probability with which such bounds hold: over all streams, they miss the true share at most so seldom.
    pub confidence: f64,
    /// The least share of wrong pairs that fits, by Clopper and Pearson.
    pub lo: f64,
    /// The greatest share of wrong pairs that fits.
    pub hi: f64,
}

/// Tries random pairs for `time`, or until `stop` is set; with the statistics comes the first wrong pair.
///
/// `progress` is called with the share of the time that is over.
pub(crate) fn sample(
    adder: &Adder,
    time: Duration,
    seed: u64,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    progress: &dyn Fn(f64),
) -> (Statistics, Option<Pair>) {
    let start = Instant::now();
    let greatest = adder.model().task().greatest();
    let mut dice = Dice::new(seed, 0);
    let (mut pairs, mut failures, mut first) = (0, 0, None);
    while start.elapsed() < time && !stop.load(Ordering::Relaxed) {
        let batch: Vec<Pair> = (0..BATCH).map(|_| (dice.up_to(greatest), dice.up_to(greatest))).collect();
        let sums = adder.add_many(&batch, threads).expect("the pairs fit the prompt");
        let mut wrong =
            batch.iter().zip(sums).filter(|((a, b), sum)| *sum != Some(a + b)).map(|(&pair, _)| pair);
        if let Some(pair) = wrong.next() {
            first = first.or(Some(pair));
            failures += 1 + wrong.count() as u64;
        }
        pairs += BATCH as u64;
        progress((start.elapsed().as_secs_f64() / time.as_secs_f64()).min(1.0));
    }
    let (lo, hi) = binomial::limits(failures, pairs, CONFIDENCE);
    (Statistics { pairs, failures, seed, confidence: CONFIDENCE, lo, hi }, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exact share of wrong pairs of `gist-58` is 8.6331334375 % (`prove --rate`); a model that is right has no failure.
    #[test]
    fn bounds_hold_a_known_share() {
        let sample = |name: &str, seed| {
            let adder = Adder::new(zoo::find(name).unwrap().model().unwrap());
            let (time, threads) = (Duration::from_millis(200), NonZeroUsize::MIN);
            sample(&adder, time, seed, threads, &AtomicBool::new(false), &|_| ())
        };
        for seed in 0..4 {
            let (found, first) = sample("gist-58", seed);
            assert!(found.lo < 0.086_331_334_375 && 0.086_331_334_375 < found.hi, "{found:?}");
            assert!(
                first.is_some() && found.pairs >= BATCH as u64 && found.hi - found.lo < 0.01,
                "{found:?}"
            );
        }
        let (found, first) = sample(zoo::DEFAULT, 0);
        assert_eq!((found.failures, found.lo, first), (0, 0.0, None));
        assert!(found.hi < 2e-4, "{found:?}");
    }
}
