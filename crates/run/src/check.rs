//! Checking a model on AdderBoard's protocol, and closer than that.

use crate::engine::Path;
use crate::protocol::{DIGITS, EDGE_CASES, QUALIFYING_PERCENT, RandomPairs};
use crate::{Adder, Pair, carry, sets};
use std::fmt;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// What to check.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed of the random pairs.
    pub seed: u64,
    /// How many random pairs.
    pub pairs: u64,
    /// The number of threads.
    pub threads: NonZeroUsize,
    /// Whether to fill [`Report::detail`].
    pub detailed: bool,
}

/// A pair on which the model is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The operands.
    pub pair: Pair,
    /// Their sum.
    pub expected: u64,
    /// What the model answered; none if its tokens spell no number.
    pub got: Option<u64>,
}

/// The outcome of a check.
#[derive(Clone, Debug)]
pub struct Report {
    /// Right answers.
    pub passed: u64,
    /// All answers.
    pub total: u64,
    /// Wrong answers among the edge cases.
    pub edge_failures: u64,
    /// The first wrong answers, at most [`FAILURES_KEPT`].
    pub failures: Vec<Failure>,
    /// The time that the additions took, without starting up.
    pub time: Duration,
    /// More about the random pairs and the structured sets, if it was asked for.
    pub detail: Option<Detail>,
}

/// How many failures a report keeps.
pub const FAILURES_KEPT: usize = 20;

/// Wrong answers out of all, for one group of pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the pairs have in common.
    pub name: String,
    /// Wrong answers.
    pub wrong: u64,
    /// All answers.
    pub total: u64,
}

/// Where a model is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// By position of the answer, the ones first: how often that digit is wrong.
    pub by_position: Vec<Group>,
    /// By the length of the longest carry chain.
    pub by_chain: Vec<Group>,
    /// By structured set, beyond the protocol's pairs.
    pub by_set: Vec<Group>,
}

impl Report {
    /// The share of right answers, from 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.passed as f64 / self.total as f64
    }

    /// Whether the share of right answers qualifies for the race.
    pub fn qualified(&self) -> bool {
        u128::from(self.passed) * 100 >= u128::from(self.total) * u128::from(QUALIFYING_PERCENT)
    }

    /// Additions per second.
    pub fn rate(&self) -> f64 {
        self.total as f64 / self.time.as_secs_f64().max(1e-9)
    }
}

/// A model whose operands are not those of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTask {
    digits: usize,
}

impl fmt::Display for WrongTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the protocol adds operands of {DIGITS} digits; this model's have {}", self.digits)
    }
}

impl std::error::Error for WrongTask {}

/// Checks `adder` by `plan`: the edge cases, then the random pairs. `progress` is told how many random pairs are done.
///
/// Memory does not grow with the number of pairs.
///
/// # Errors
///
/// If the model does not add operands of ten digits.
pub fn check(adder: &Adder, plan: Plan, progress: &mut dyn FnMut(u64)) -> Result<Report, WrongTask> {
    const BATCH: u64 = 1 << 16;
    let digits = adder.model().task().digits();
    if digits != DIGITS {
        return Err(WrongTask { digits });
    }
    let mut tally = Tally::new(adder.model().task().answer_len().max(DIGITS + 1), plan.detailed);
    let start = Instant::now();
    tally.add(&EDGE_CASES, &adder.add_at(&EDGE_CASES, NonZeroUsize::MIN, Path::Program, adder.level()));
    let edge_failures = tally.wrong;
    let mut random = RandomPairs::new(plan.seed);
    let mut left = plan.pairs;
    while left > 0 {
        let size = left.min(BATCH);
        let batch: Vec<Pair> =
            random.by_ref().take(usize::try_from(size).expect("a batch is small")).collect();
        tally.add(&batch, &adder.add_at(&batch, plan.threads, Path::Program, adder.level()));
        left -= size;
        progress(plan.pairs - left);
    }
    let time = start.elapsed();
    let detail = plan.detailed.then(|| tally.detail(adder, plan));
    let total = tally.total;
    Ok(Report { passed: total - tally.wrong, total, edge_failures, failures: tally.failures, time, detail })
}

/// Counts as answers come in.
struct Tally {
    total: u64,
    wrong: u64,
    failures: Vec<Failure>,
    detailed: bool,
    positions: Vec<u64>,
    chains: Vec<(u64, u64)>,
}

impl Tally {
    fn new(positions: usize, detailed: bool) -> Self {
        let (positions, chains) = (vec![0; positions], vec![(0, 0); DIGITS + 1]);
        Self { total: 0, wrong: 0, failures: Vec::new(), detailed, positions, chains }
    }

    fn add(&mut self, pairs: &[Pair], sums: &[Option<u64>]) {
        self.total += pairs.len() as u64;
        for (&pair, &got) in pairs.iter().zip(sums) {
            let expected = pair.0 + pair.1;
            let right = got == Some(expected);
            if self.detailed {
                let chain = &mut self.chains[carry::longest_chain(pair.0, pair.1)];
                *chain = (chain.0 + u64::from(!right), chain.1 + 1);
            }
            if right {
                continue;
            }
            self.wrong += 1;
            if self.failures.len() < FAILURES_KEPT {
                self.failures.push(Failure { pair, expected, got });
            }
            if self.detailed {
                let (mut expected, mut got) = (expected, got);
                for position in &mut self.positions {
                    *position += u64::from(got.is_none_or(|got| got % 10 != expected % 10));
                    (expected, got) = (expected / 10, got.map(|got| got / 10));
                }
            }
        }
    }

    fn detail(&self, adder: &Adder, plan: Plan) -> Detail {
        let group = |name: String, wrong, total| Group { name, wrong, total };
        let positions = self.positions.iter().enumerate();
        let chains = self.chains.iter().enumerate();
        let sets = sets::structured(DIGITS, plan.seed);
        Detail {
            by_position: positions
                .map(|(place, &wrong)| group(format!("digit {place}"), wrong, self.total))
                .collect(),
            by_chain: chains
                .map(|(len, &(wrong, total))| group(format!("carry chain {len}"), wrong, total))
                .collect(),
            by_set: sets
                .into_iter()
                .map(|set| {
                    let sums = adder.add_at(&set.pairs, plan.threads, Path::Program, adder.level());
                    let answers = set.pairs.iter().zip(&sums);
                    let right = answers.filter(|(pair, sum)| **sum == Some(pair.0 + pair.1)).count();
                    group(set.name.to_owned(), (set.pairs.len() - right) as u64, set.pairs.len() as u64)
                })
                .collect(),
        }
    }
}
