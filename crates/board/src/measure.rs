//! Making the rows: counts, the protocol, a proof within a limit of time, and the speed.

use crate::row::{Accuracy, Decision, Line, Row};
use prove::{Options, Report, Verdict, prove};
use run::check::{Plan, check};
use run::{Adder, bench, protocol};
use spec::Model;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How much may be spent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many threads work.
    pub threads: NonZeroUsize,
    /// The time of all proofs together, which is shared out; what is open then is undecided.
    pub time: Duration,
    /// Whether to measure the speed.
    pub speed: bool,
}

/// What is being done: model by model, and those whose proof takes long a second time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doing<'a> {
    /// The model's name.
    pub model: &'a str,
    /// How many models are finished.
    pub finished: usize,
    /// How many there are.
    pub all: usize,
}

/// The time that is left of all, shared out so that a slow model takes nothing from a quick one.
///
/// Every model has an equal share at first. What the quick ones leave of theirs is handed on, in equal shares again, to
/// those that are still open.
#[derive(Debug)]
struct Purse {
    left: Duration,
}

impl Purse {
    /// The share of each of `waiting`.
    fn share(&self, waiting: usize) -> Duration {
        self.left / u32::try_from(waiting.max(1)).unwrap_or(u32::MAX)
    }

    /// Takes what a model used of its `share`. More than that is not taken from the others.
    fn spend(&mut self, used: Duration, share: Duration) {
        self.left = self.left.saturating_sub(used.min(share));
    }
}

/// How long a speed is measured.
const SPEED: Duration = Duration::from_millis(150);

/// How long random pairs are tried where there is no proof.
const SAMPLE: Duration = Duration::from_secs(1);

/// A line for each model, in their order; an error stays the line's.
///
/// `progress` is called when something begins. When `stop` is set, what is open then stays undecided.
pub fn measure(
    models: Vec<(String, Result<Model, String>)>,
    limits: Limits,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(Doing<'_>),
) -> Vec<Line> {
    let mut purse = Purse { left: limits.time };
    let all = models.len();
    let first = purse.share(models.iter().filter(|(_, model)| model.is_ok()).count());
    let mut finished = 0;
    let mut lines = Vec::with_capacity(all);
    // Where a line is open, its adder waits.
    let mut open = Vec::new();
    for (index, (name, model)) in models.into_iter().enumerate() {
        progress(Doing { model: &name, finished, all });
        let row = model.map(|model| {
            let adder = Adder::new(model.clone());
            let start = Instant::now();
            let report = decide(&adder, first, Duration::ZERO, limits.threads, stop);
            purse.spend(start.elapsed(), first);
            let settled = matches!(report.verdict, Verdict::Proved { .. } | Verdict::Refuted(_));
            let mut row = Row::new(&model, Decision::of(report));
            row.accuracy = accuracy(&adder, limits.threads);
            row.rate = limits.speed.then(|| bench::fastest(&adder, limits.threads, SPEED).rate);
            if settled {
                finished += 1;
            } else {
                open.push((index, adder));
            }
            row
        });
        finished += usize::from(row.is_err());
        lines.push(Line { name, row });
    }
    for waiting in (1..=open.len()).rev() {
        let (index, adder) = &open[open.len() - waiting];
        progress(Doing { model: adder.model().name(), finished, all });
        let share = purse.share(waiting);
        let start = Instant::now();
        let report = decide(adder, share, SAMPLE, limits.threads, stop);
        purse.spend(start.elapsed().saturating_sub(SAMPLE), share);
        if let Ok(row) = &mut lines[*index].row {
            row.decision = Decision::of(report);
        }
        finished += 1;
    }
    lines
}

/// Right answers on the protocol, if it is about operands of this length.
fn accuracy(adder: &Adder, threads: NonZeroUsize) -> Option<Accuracy> {
    let plan = Plan { seed: protocol::SEED, pairs: protocol::PAIRS, threads, detailed: false };
    let report = check(adder, plan, &mut |_| ()).ok()?;
    Some(Accuracy { right: report.passed, total: report.total })
}

/// The verdict, at most `time` after the search for a counterexample, which is short.
fn decide(
    adder: &Adder,
    time: Duration,
    sample: Duration,
    threads: NonZeroUsize,
    stop: &AtomicBool,
) -> Report {
    let options = Options { sample, ..Options::new(threads) };
    let (over, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let start = Instant::now();
    let mut report = std::thread::scope(|scope| {
        let clock = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if start.elapsed() >= time + sample || stop.load(Ordering::Relaxed) {
                    over.store(true, Ordering::Relaxed);
                    break;
                }
                std::thread::park_timeout(Duration::from_millis(10));
            }
        });
        let report = prove(adder, options, &over, &|_| ());
        done.store(true, Ordering::Relaxed);
        clock.thread().unpark();
        report
    });
    if let Verdict::Undecided { why } = &mut report.verdict
        && over.load(Ordering::Relaxed)
    {
        // How much was open depends on the machine, and the page does not.
        *why = why.split(';').next().unwrap_or_default().replacen("interrupted", "the time is over", 1);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_a_quick_model_leaves_is_handed_on() {
        let mut purse = Purse { left: 12 * SECOND };
        let first = purse.share(4);
        assert_eq!(first, 3 * SECOND);
        // Two are quick, two are not, and one of these is late in hearing that its time is over.
        for used in [SECOND, 3 * SECOND, 60 * SECOND, SECOND] {
            purse.spend(used, first);
        }
        assert_eq!(purse.share(2), 2 * SECOND);
        purse.spend(SECOND, 2 * SECOND);
        assert_eq!(purse.share(1), 3 * SECOND);
        purse.spend(9 * SECOND, 3 * SECOND);
        assert_eq!(purse.share(1), Duration::ZERO);
    }

    #[test]
    fn nobody_waits_for_nothing() {
        assert_eq!(Purse { left: SECOND }.share(0), SECOND);
    }
}
