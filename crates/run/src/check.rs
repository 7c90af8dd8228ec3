//! Checking a model on AdderBoard's protocol, and closer than that.

use crate::engine::Path;
use crate::protocol::{DIGITS, EDGE_CASES, PAIRS, QUALIFYING_PERCENT, RandomPairs};
use crate::tally::Tally;
use crate::{Adder, Pair, sets};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
/// Memory does not grow with the number of pairs, and the report does not depend on the number of threads.
///
/// # Errors
///
/// If the model does not add operands of ten digits.
pub fn check(adder: &Adder, plan: Plan, progress: &mut dyn FnMut(u64)) -> Result<Report, WrongTask> {
    check_until(adder, plan, &AtomicBool::new(false), progress)
}

/// The same, until `stop` is set: then the report is on the pairs so far.
///
/// # Errors
///
/// If the model does not add operands of ten digits.
pub fn check_until(
    adder: &Adder,
    plan: Plan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, WrongTask> {
    let digits = adder.model().task().digits();
    if digits != DIGITS {
        return Err(WrongTask { digits });
    }
    let positions = adder.model().task().answer_len().max(DIGITS + 1);
    let mut tally = Tally::new(positions, plan.detailed);
    let start = Instant::now();
    let mut sums = [None; EDGE_CASES.len()];
    adder.add_alone(&EDGE_CASES, &mut sums);
    tally.add(0, &EDGE_CASES, &sums);
    let edge_failures = tally.wrong;

    let random = Random::new(plan);
    let batches = usize::try_from(plan.pairs.div_ceil(BATCH as u64)).unwrap_or(usize::MAX);
    let others = plan.threads.get().min(batches).saturating_sub(1);
    std::thread::scope(|scope| {
        let worker = || work(adder, &random, Tally::new(positions, plan.detailed), stop, &mut |_| ());
        let workers: Vec<_> = (0..others).map(|_| scope.spawn(worker)).collect();
        // The calling thread works too, for `progress` is its own.
        tally.merge(work(adder, &random, Tally::new(positions, plan.detailed), stop, progress));
        for worker in workers {
            tally.merge(worker.join().expect("a worker does not panic"));
        }
    });
    if plan.pairs > 0 && !stop.load(Ordering::Relaxed) {
        progress(plan.pairs);
    }
    let time = start.elapsed();
    let detail = plan.detailed.then(|| detail(&tally, adder, plan));
    let total = tally.total;
    Ok(Report {
        passed: total - tally.wrong,
        total,
        edge_failures,
        failures: tally.first_failures(),
        time,
        detail,
    })
}

/// How many answers hang on how sums are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// So many pairs are answered otherwise by the other evaluation.
    pub otherwise: u64,
    /// Of so many.
    pub total: u64,
}

/// Compares the answers to the protocol's edge cases and first 10,000 random pairs of `plan` with those of another evaluation of the
/// same numbers: sums from the last term to the first, and in f32 products that are fused with them, as in many libraries.
///
/// Nothing follows if none differ. The work is that of decoding each pair without folding, many times what [`check`] does.
///
/// # Errors
///
/// If the model does not add operands of ten digits.
pub fn elsewhere(adder: &Adder, plan: Plan) -> Result<Elsewhere, WrongTask> {
    let digits = adder.model().task().digits();
    if digits != DIGITS {
        return Err(WrongTask { digits });
    }
    let random = usize::try_from(plan.pairs.min(PAIRS)).expect("ten thousand at most");
    let pairs: Vec<Pair> = EDGE_CASES.into_iter().chain(RandomPairs::new(plan.seed).take(random)).collect();
    let sums = |path| {
        let mut sums = vec![None; pairs.len()];
        adder.add_into(&pairs, &mut sums, plan.threads, path, adder.level());
        sums
    };
    let (ours, others) = (sums(Path::Program), sums(Path::Elsewhere));
    let otherwise = ours.iter().zip(&others).filter(|(ours, other)| ours != other).count();
    Ok(Elsewhere { otherwise: otherwise as u64, total: pairs.len() as u64 })
}

/// How many pairs a worker draws at a time: they and their sums stay in its second cache.
const BATCH: usize = 1 << 13;

/// The random pairs, from which workers draw in turn.
///
/// The stream is serial, so drawing is what the workers cannot do at the same time; it takes a third of the time that
/// adding takes.
struct Random {
    stream: Mutex<Stream>,
    done: AtomicU64,
}

struct Stream {
    pairs: RandomPairs,
    drawn: u64,
    total: u64,
}

impl Random {
    fn new(plan: Plan) -> Self {
        let stream = Stream { pairs: RandomPairs::new(plan.seed), drawn: 0, total: plan.pairs };
        Self { stream: Mutex::new(stream), done: AtomicU64::new(0) }
    }

    /// Fills `batch` with the next pairs; how many were drawn before, and how many these are, 0 at the end.
    fn draw(&self, batch: &mut [Pair]) -> (u64, usize) {
        let mut stream = self.stream.lock().expect("drawing does not panic");
        let left = usize::try_from(stream.total - stream.drawn).unwrap_or(usize::MAX);
        let (before, size) = (stream.drawn, left.min(batch.len()));
        stream.pairs.fill(&mut batch[..size]);
        stream.drawn += size as u64;
        (before, size)
    }
}

/// Draws, adds and tallies until there are no more pairs.
fn work(
    adder: &Adder,
    random: &Random,
    mut tally: Tally,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Tally {
    let (mut pairs, mut sums) = (vec![(0, 0); BATCH], vec![None; BATCH]);
    loop {
        let (before, size) = random.draw(&mut pairs);
        if size == 0 || stop.load(Ordering::Relaxed) {
            return tally;
        }
        let (pairs, sums) = (&pairs[..size], &mut sums[..size]);
        adder.add_alone(pairs, sums);
        tally.add(EDGE_CASES.len() as u64 + before, pairs, sums);
        progress(random.done.fetch_add(size as u64, Ordering::Relaxed) + size as u64);
    }
}

fn detail(tally: &Tally, adder: &Adder, plan: Plan) -> Detail {
    let group = |name: String, wrong, total| Group { name, wrong, total };
    let positions = tally.positions.iter().enumerate();
    let chains = tally.chains.iter().enumerate();
    let sets = sets::structured(DIGITS, plan.seed).into_iter().map(|set| {
        let mut sums = vec![None; set.pairs.len()];
        adder.add_alone(&set.pairs, &mut sums);
        let right = set.pairs.iter().zip(&sums).filter(|(pair, sum)| **sum == Some(pair.0 + pair.1)).count();
        group(set.name.to_owned(), (set.pairs.len() - right) as u64, set.pairs.len() as u64)
    });
    Detail {
        by_position: positions
            .map(|(place, &wrong)| group(format!("digit {place}"), wrong, tally.total))
            .collect(),
        by_chain: chains
            .map(|(len, &(wrong, total))| group(format!("carry chain {len}"), wrong, total))
            .collect(),
        by_set: sets.collect(),
    }
}
