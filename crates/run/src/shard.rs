//! Verifying a part of a stream: what sweeps are made of.
//!
//! A shard's counts depend on the model and the part alone, so it can be done again, anywhere; and counts of parts that do not
//! overlap merge to the counts of all, in any order.

use crate::check::Failure;
use crate::stream::{Part, StreamError};
use crate::tally::Tally;
use crate::{Adder, Pair};

/// How many pairs are added at a time: they and their sums stay in the second cache.
const BATCH: usize = 1 << 13;

/// What was found in the pairs of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// All pairs.
    pub pairs: u64,
    /// Wrong answers.
    pub wrong: u64,
    /// Wrong answers that are no number.
    pub unspelled: u64,
    /// The first wrong answer, with the place of its pair in the stream.
    pub first: Option<(u64, Failure)>,
}

/// Adds the pairs of `part` on the calling thread, in bounded memory, and counts.
///
/// # Errors
///
/// If the stream has no operands of the model's length.
pub fn verify(adder: &Adder, part: Part) -> Result<Counts, StreamError> {
    let task = adder.model().task();
    let mut stream = part.stream(task.digits())?;
    let mut tally = Tally::new(task.answer_len(), false);
    let size = usize::try_from(stream.left()).unwrap_or(usize::MAX).min(BATCH);
    let (mut pairs, mut sums): (Vec<Pair>, _) = (vec![(0, 0); size], vec![None; size]);
    let mut place = part.start;
    loop {
        let size = stream.fill(&mut pairs);
        if size == 0 {
            break;
        }
        adder.add_alone(&pairs[..size], &mut sums[..size]);
        tally.add(place, &pairs[..size], &sums[..size]);
        place += size as u64;
    }
    let first = tally.first_failure().copied();
    Ok(Counts { pairs: tally.total, wrong: tally.wrong, unspelled: tally.unspelled, first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Plan, check};
    use crate::stream::Kind;
    use std::num::NonZeroUsize;

    fn adder(name: &str) -> Adder {
        Adder::new(zoo::find(name).unwrap().model().unwrap())
    }

    #[test]
    fn parts_count_what_a_check_counts() {
        let adder = adder("gist-58");
        let counts = |kind, start, pairs| verify(&adder, Part { kind, seed: 2025, start, pairs }).unwrap();
        let plan = Plan { seed: 2025, pairs: 10_000, threads: NonZeroUsize::MIN, detailed: false };
        let report = check(&adder, plan, &mut |_| ()).unwrap();
        let (edges, all) = (counts(Kind::EdgeCases, 0, 10), counts(Kind::Random, 0, 10_000));
        assert_eq!(
            (edges.wrong, edges.wrong + all.wrong),
            (report.edge_failures, report.total - report.passed)
        );
        let (place, first) = all.first.unwrap();
        assert_eq!(Some(&first), report.failures.get(usize::try_from(report.edge_failures).unwrap()));
        let parts = [counts(Kind::Random, 0, place), counts(Kind::Random, place, 10_000 - place)];
        assert_eq!((parts[0].wrong, &parts[0].first), (0, &None));
        assert_eq!((parts[1].wrong, &parts[1].first), (all.wrong, &all.first));
    }

    #[test]
    fn a_part_past_the_end_is_empty() {
        let part = Part { kind: Kind::EdgeCases, seed: 0, start: 8, pairs: 100 };
        let found = |start| verify(&adder("nanoadder-58"), Part { start, ..part }).unwrap().pairs;
        assert_eq!([found(8), found(10), found(u64::MAX)], [2, 0, 0]);
    }
}
