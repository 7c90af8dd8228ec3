//! Counting right and wrong answers as they come in, in any order of batches.

use crate::check::{FAILURES_KEPT, Failure};
use crate::protocol::DIGITS;
use crate::{Pair, carry};

/// What has been found in some of the pairs of a check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tally {
    pub(crate) total: u64,
    pub(crate) wrong: u64,
    /// Wrong answers whose tokens spell no number.
    pub(crate) unspelled: u64,
    /// For each position of the answer, the ones first, how often that digit is wrong; filled if `detailed`.
    pub(crate) positions: Vec<u64>,
    /// For each length of the longest carry chain the wrong answers and all; filled if `detailed`.
    pub(crate) chains: Vec<(u64, u64)>,
    /// The first failures, with the places of their pairs among all.
    failures: Vec<(u64, Failure)>,
    detailed: bool,
}

impl Tally {
    /// An empty tally for answers of `positions` digits.
    pub(crate) fn new(positions: usize, detailed: bool) -> Self {
        let (positions, chains) = (vec![0; positions], vec![(0, 0); DIGITS + 1]);
        Self { total: 0, wrong: 0, unspelled: 0, positions, chains, failures: Vec::new(), detailed }
    }

    /// Counts `sums`, the answers to `pairs`; `first` is the place of the first pair among all.
    ///
    /// Batches come in rising order, so that the first failures are the first to come.
    pub(crate) fn add(&mut self, first: u64, pairs: &[Pair], sums: &[Option<u64>]) {
        self.total += pairs.len() as u64;
        let wrong = |&(&(a, b), &sum): &(&Pair, &Option<u64>)| sum != Some(a + b);
        // Most batches have no failure: a count without jumps tells them apart.
        let failures: u64 = pairs.iter().zip(sums).map(|answer| u64::from(wrong(&answer))).sum();
        self.wrong += failures;
        if failures > 0 {
            let answers = (first..).zip(pairs.iter().zip(sums)).filter(|(_, answer)| wrong(answer));
            for (place, (&pair, &got)) in answers {
                self.fail(place, Failure { pair, expected: pair.0 + pair.1, got });
            }
        }
        if self.detailed {
            for answer in pairs.iter().zip(sums) {
                let chain = &mut self.chains[carry::longest_chain(answer.0.0, answer.0.1)];
                *chain = (chain.0 + u64::from(wrong(&answer)), chain.1 + 1);
            }
        }
    }

    fn fail(&mut self, place: u64, failure: Failure) {
        self.unspelled += u64::from(failure.got.is_none());
        if self.detailed {
            let (mut expected, mut got) = (failure.expected, failure.got);
            for position in &mut self.positions {
                *position += u64::from(got.is_none_or(|got| got % 10 != expected % 10));
                (expected, got) = (expected / 10, got.map(|got| got / 10));
            }
        }
        if self.failures.len() < FAILURES_KEPT {
            self.failures.push((place, failure));
        }
    }

    /// Adds what another worker has found.
    pub(crate) fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.wrong += other.wrong;
        self.unspelled += other.unspelled;
        for (count, more) in self.positions.iter_mut().zip(other.positions) {
            *count += more;
        }
        for (chain, more) in self.chains.iter_mut().zip(other.chains) {
            *chain = (chain.0 + more.0, chain.1 + more.1);
        }
        self.failures.extend(other.failures);
        self.failures.sort_unstable_by_key(|(place, _)| *place);
        self.failures.truncate(FAILURES_KEPT);
    }

    /// The place of the first failure among all pairs, and the failure.
    pub(crate) fn first_failure(&self) -> Option<&(u64, Failure)> {
        self.failures.first()
    }

    /// The first failures in the order of their pairs, at most [`FAILURES_KEPT`].
    pub(crate) fn first_failures(self) -> Vec<Failure> {
        self.failures.into_iter().map(|(_, failure)| failure).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_answers_are_counted_by_position_and_by_chain() {
        let mut tally = Tally::new(3, true);
        // 5 + 7 carries once, 1 + 1 never; 12 answered as 22 is wrong in digit 1 alone, no number in every digit.
        tally.add(0, &[(5, 7), (5, 7), (1, 1)], &[Some(12), Some(22), None]);
        assert_eq!((tally.total, tally.wrong, tally.unspelled), (3, 2, 1));
        assert_eq!(tally.first_failure().unwrap().0, 1);
        assert_eq!(tally.positions, [1, 2, 1]);
        assert_eq!(tally.chains[..2], [(1, 1), (1, 2)]);
        let failures = tally.first_failures();
        assert_eq!(failures[0], Failure { pair: (5, 7), expected: 12, got: Some(22) });
        assert_eq!(failures[1].got, None);
    }

    /// Two workers take batches of 30 pairs, all wrong, in turn: the first failures are those of the first batch.
    #[test]
    fn merged_failures_are_the_first_in_order() {
        let batch = |batch: u64| (batch * 30..(batch + 1) * 30).map(|a| (a, 0)).collect::<Vec<Pair>>();
        let mut workers = [Tally::new(1, false), Tally::new(1, false)];
        for at in 0..4 {
            workers[1 - at as usize % 2].add(at * 30, &batch(at), &[None; 30]);
        }
        let mut tally = Tally::new(1, false);
        workers.into_iter().for_each(|worker| tally.merge(worker));
        assert_eq!((tally.total, tally.wrong), (120, 120));
        let found: Vec<u64> = tally.first_failures().iter().map(|failure| failure.pair.0).collect();
        assert_eq!(found, (0..20).collect::<Vec<_>>());
    }
}
