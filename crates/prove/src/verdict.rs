//! The answer, and the way to it.

use crate::branch::{Leaf, Node, Root, Shared};
use crate::certificate::{self, Proof};
use crate::holds::holds_for;
use crate::layers::MOST_TOKENS;
use crate::letters::Case;
use crate::network::Network;
use crate::script::{Job, Script, jobs};
use crate::statistics::{self, Statistics};
use crate::summary::{self, StepReport};
use crate::{coverage, rate, search};
use num::Float;
use num::runtimes::Runtime;
use run::Adder;
use spec::Dtype;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a proof holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// For our program: where bounds did not suffice, it ran, because it gives the same logits to the bit for all pairs of a case.
    Exact,
    /// For our program: its order of operations and its functions, over intervals; and for the runtimes of
    /// [`Report::holds_for`].
    Program,
    /// For every evaluation that follows the model of arithmetic of [`num::Affine`]: any order of summation, with or
    /// without fused multiply-add, library functions within a few units in the last place. PyTorch, ONNX Runtime, JAX and NumPy
    /// were measured to follow it in all that the model computes; [`Report::holds_for`] says who else.
    Portable,
}

impl Layer {
    /// Its name: `exact`, `program`, `portable`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Program => "program",
            Self::Portable => "portable",
        }
    }
}

/// A pair on which the running model is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// Their sum.
    pub expected: u64,
    /// What the model says; none if its tokens spell no number.
    pub got: Option<u64>,
    /// The tokens that the model generates.
    pub tokens: Vec<usize>,
    /// The first generated token that is wrong, from 1.
    pub step: usize,
}

/// Bounds on the share of all pairs on which a model is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// At least so many pairs are wrong.
    pub least: u128,
    /// At most so many pairs are wrong.
    pub most: u128,
    /// The number of all pairs.
    pub pairs: u128,
}

impl Rate {
    /// The least share.
    pub fn lo(&self) -> f64 {
        self.least as f64 / self.pairs as f64
    }

    /// The greatest share.
    pub fn hi(&self) -> f64 {
        self.most as f64 / self.pairs as f64
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Right on every pair.
    Proved {
        /// What the proof holds for.
        layer: Layer,
    },
    /// Wrong on this pair.
    Refuted(Counterexample),
    /// No proof and no counterexample.
    Undecided {
        /// Why.
        why: String,
    },
    /// There are no bounds for a part of this model, and random pairs were tried instead: [`Report::statistics`]. No proof.
    Statistical {
        /// Which part of the model file, and what the bounds are for.
        why: String,
    },
    /// There are no bounds for a part of this model, and nothing else was tried.
    Unsupported {
        /// Which part of the model file, and what the bounds are for.
        why: String,
    },
}

/// The answer with what led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// With [`Options::rate`]: how often the model is wrong.
    pub rate: Option<Rate>,
    /// What random pairs say, where they were tried because there is no proof.
    pub statistics: Option<Statistics>,
    /// The cases that were looked at.
    pub states: u64,
    /// The smallest margin that was proved, over all cases that were proved right.
    pub least_margin: Option<f64>,
    /// The number of pairs in cases that stayed open, summed over steps.
    pub open: u128,
    /// The runtimes other than our program that a proof holds for; empty unless it is one by bounds.
    pub holds_for: Vec<&'static Runtime>,
    /// What was found at each step; empty if nothing was looked at.
    pub steps: Vec<StepReport>,
    /// The trees of a proof, for a [`certificate`](crate::certificate()), or why there are none.
    pub proof: Result<Proof, &'static str>,
    /// How long it took.
    pub time: Duration,
}

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many threads work.
    pub threads: NonZeroUsize,
    /// Whether to go on after a counterexample and bound how often the model is wrong.
    ///
    /// A rate is that of our program, so cases are then not divided only to prove them for more programs: the layer of a proof
    /// may be weaker than without it.
    pub rate: bool,
    /// The most cases to look at.
    pub most_states: u64,
    /// Whether to look for a counterexample first, which finds most wrong models sooner.
    pub search: bool,
    /// How long to try random pairs where there is neither a proof nor a counterexample.
    pub sample: Duration,
}

impl Options {
    /// The usual: search first, no rate, 20 million cases at most, no random pairs.
    pub fn new(threads: NonZeroUsize) -> Self {
        Self { threads, rate: false, most_states: 20_000_000, search: true, sample: Duration::ZERO }
    }
}

/// Decides whether `adder`'s model adds every pair.
///
/// `progress` is called now and then with the share of the work that is done, from any thread. Setting `stop` ends the
/// search; what is open then stays open.
pub fn prove(adder: &Adder, options: Options, stop: &AtomicBool, progress: &(dyn Fn(f64) + Sync)) -> Report {
    let start = Instant::now();
    let counterexample = options.search.then(|| search::search(adder, options.threads)).flatten();
    let mut report = Report {
        verdict: Verdict::Undecided { why: "interrupted".into() },
        rate: None,
        statistics: None,
        states: 0,
        least_margin: None,
        open: 0,
        holds_for: Vec::new(),
        steps: Vec::new(),
        proof: Err(certificate::NOTHING),
        time: Duration::ZERO,
    };
    match counterexample {
        Some(counterexample) if !options.rate => report.verdict = Verdict::Refuted(counterexample),
        known => {
            let subject = adder.model();
            report = match subject.dtype() {
                Dtype::F32 => decide(adder, &Network::<f32>::of(subject), options, stop, progress, report),
                Dtype::F64 => decide(adder, &Network::<f64>::of(subject), options, stop, progress, report),
            };
            if let Some(known) = known {
                report.verdict = Verdict::Refuted(known);
            }
        }
    }
    if !options.sample.is_zero() && unsettled(&report) {
        sample(adder, options, stop, progress, &mut report);
    }
    report.time = start.elapsed();
    report
}

/// Whether there is something left that random pairs could tell.
fn unsettled(report: &Report) -> bool {
    match report.verdict {
        Verdict::Proved { .. } => false,
        // A rate was asked for, and there is none or a wide one.
        Verdict::Refuted(_) => report.rate.is_some_and(|rate| rate.most - rate.least > rate.most / 10),
        Verdict::Undecided { .. } | Verdict::Statistical { .. } | Verdict::Unsupported { .. } => true,
    }
}

/// The seed of the random pairs.
const SEED: u64 = 0;

/// Adds what random pairs say. A wrong one refutes.
fn sample(
    adder: &Adder,
    options: Options,
    stop: &AtomicBool,
    progress: &(dyn Fn(f64) + Sync),
    report: &mut Report,
) {
    let (statistics, wrong) =
        statistics::sample(adder, options.sample, SEED, options.threads, stop, &progress);
    if statistics.pairs == 0 {
        return;
    }
    report.statistics = Some(statistics);
    if let Verdict::Unsupported { why } = &report.verdict {
        report.verdict = Verdict::Statistical { why: why.clone() };
    }
    let shrunk = wrong.map(|pair| search::shrink(adder, pair, options.threads));
    if let Some(counterexample) = shrunk.and_then(|pair| search::replay(adder, pair))
        && !matches!(report.verdict, Verdict::Refuted(_))
    {
        report.verdict = Verdict::Refuted(counterexample);
    }
}

/// So many pairs can be run one by one where there are no bounds.
const FEW_PAIRS: u128 = 10_u128.pow(6);

/// Progress is told, and the wish to stop heard, after so many roots.
const ROOTS_PER_CALL: usize = 256;

fn decide<T: Float>(
    adder: &Adder,
    network: &Network<T>,
    options: Options,
    stop: &AtomicBool,
    progress: &(dyn Fn(f64) + Sync),
    mut report: Report,
) -> Report {
    let Some(script) = Script::new(adder.model().task()) else {
        let why = "[task] answer: too short for the greatest sum".into();
        report.verdict = Verdict::Unsupported { why };
        return report;
    };
    let all = script.places.weight(&script.places.everything());
    let barrier = network.barrier();
    let bounds = barrier.is_none();
    if let Some(why) = barrier.filter(|_| network.vocabulary() > MOST_TOKENS || all > FEW_PAIRS) {
        report.verdict = Verdict::Unsupported { why };
        return report;
    }
    let symbols = network.symbols();
    let portable = if bounds { network.portable(&script) } else { None }.unwrap_or_default();
    let program = if bounds { network.program(&script) } else { Vec::new() };
    let states = AtomicU64::new(0);
    let stopped = AtomicBool::new(false);
    let jobs = jobs(&script);
    let roots = jobs.iter().map(|job| job.roots.len()).sum::<usize>() as f64;
    let finished = AtomicUsize::new(0);
    let root_done = || {
        let finished = finished.fetch_add(1, Ordering::Relaxed) + 1;
        if finished.is_multiple_of(ROOTS_PER_CALL) {
            progress((finished as f64 / roots).min(1.0));
            if stop.load(Ordering::Relaxed) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    };
    let mut shared = Shared {
        network,
        script: &script,
        portable: &portable,
        program: &program,
        states: &states,
        most_states: options.most_states,
        stop: &stopped,
        asked: stop,
        light: 0,
        first_wrong: !options.rate,
        root_done: &root_done,
    };
    let run = |shared: &Shared<'_, T>, jobs: &[Job]| {
        let work = |job: &Job| match symbols {
            0..=8 => shared.decide::<8>(job),
            9..=16 => shared.decide::<16>(job),
            17..=24 => shared.decide::<24>(job),
            25..=32 => shared.decide::<32>(job),
            33..=48 => shared.decide::<48>(job),
            _ => shared.decide::<64>(job),
        };
        run_jobs(jobs, options.threads, &work, stop, &stopped)
    };
    // For a rate heavy cases come first: what is left open weighs less and less.
    shared.light = if options.rate { all / LIGHT } else { 0 };
    let mut done = run(&shared, &jobs);
    while options.rate && !stopped.load(Ordering::Relaxed) {
        let known = rate::rate(&script, &jobs, &done);
        // Cases that are light against all wrong pairs are not worth dividing.
        if known.least == known.most || shared.light == 0 || shared.light < known.most / FINE {
            break;
        }
        shared.light /= LIGHT_STEP;
        let parts = run(&shared, &rate::open(&jobs, &mut done));
        for (roots, parts) in done.iter_mut().zip(parts) {
            rate::put_back(roots, parts);
        }
    }
    report.states = states.load(Ordering::Relaxed);
    let interrupted = stop.load(Ordering::Relaxed);
    let mut report = conclude(adder, &script, (&jobs, &done), options, interrupted, report);
    if let Verdict::Proved { layer } = &mut report.verdict {
        (*layer, report.holds_for) = holds_for(network, *layer);
    }
    report
}

/// Cases of less than one in so many pairs stay open at first when a rate is asked for.
const LIGHT: u128 = 10_000_000;

/// How much lighter cases may be each time.
const LIGHT_STEP: u128 = 10;

/// Cases with fewer than one in so many of the wrong pairs stay open.
const FINE: u128 = 10_000;

/// Runs the jobs on `threads` threads; the results come in the order of the jobs, whatever the threads did.
fn run_jobs(
    jobs: &[Job],
    threads: NonZeroUsize,
    work: &(dyn Fn(&Job) -> Vec<Root> + Sync),
    stop: &AtomicBool,
    stopped: &AtomicBool,
) -> Vec<Vec<Root>> {
    let next = AtomicUsize::new(0);
    let done: Vec<_> = jobs.iter().map(|_| std::sync::Mutex::new(Vec::new())).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    if stop.load(Ordering::Relaxed) {
                        stopped.store(true, Ordering::Relaxed);
                    }
                    *done[at].lock().expect("no worker panics with the lock") = work(job);
                }
            });
        }
    });
    done.into_iter().map(|roots| roots.into_inner().expect("no worker panics with the lock")).collect()
}

fn conclude(
    adder: &Adder,
    script: &Script,
    (jobs, done): (&[Job], &[Vec<Root>]),
    options: Options,
    interrupted: bool,
    mut report: Report,
) -> Report {
    if let Err(what) = coverage::check(script, jobs, done) {
        report.verdict = Verdict::Undecided { why: format!("an error of the prover itself: {what}") };
        return report;
    }
    let mut layer = Layer::Portable;
    let mut least = f64::INFINITY;
    for node in done.iter().flatten().flat_map(|root| &root.tree) {
        if let Node::Leaf(Leaf::Right { layer: here, margin }) = *node {
            layer = layer.min(here);
            least = least.min(margin);
        }
    }
    report.steps = summary::steps(script, jobs, done);
    report.least_margin = least.is_finite().then_some(least);
    report.open = done.iter().flatten().map(|root| root.open).sum();
    let witness = |case: &Case| {
        let pair = script.places.witness(case)?;
        search::replay(adder, pair)?;
        search::replay(adder, search::shrink(adder, pair, options.threads))
    };
    let wrong: Vec<&Case> = done.iter().flatten().filter_map(|root| root.witness.as_ref()).collect();
    let replayed = wrong.iter().find_map(|case| witness(case));
    report.verdict = match replayed {
        Some(counterexample) => Verdict::Refuted(counterexample),
        None if !wrong.is_empty() => Verdict::Undecided {
            why: "a bound says that the model is wrong where our program is right".into(),
        },
        None if report.open > 0 => {
            let why = if interrupted { "interrupted" } else { "too many cases" };
            Verdict::Undecided { why: format!("{why}; {}", summary::open(&report.steps)) }
        }
        None => Verdict::Proved { layer },
    };
    if report.verdict == (Verdict::Proved { layer }) {
        report.proof = Proof::new(script, jobs, done);
    }
    if options.rate {
        report.rate = Some(rate::rate(script, jobs, done));
    }
    report
}
