//! Additions a second for every reading of a model, with checked answers.

use crate::engine::Path;
use crate::protocol::RandomPairs;
use crate::{Adder, Level, Pair};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// One reading, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The number, its lanes and the instructions: `f32`, `f32 x 16 (avx2)`.
    pub name: String,
    /// The number of threads.
    pub threads: usize,
    /// Additions per second, the best of the rounds.
    pub rate: f64,
    /// Whether every answer equals that of every other reading.
    pub verified: bool,
}

/// Measures the scalar reading, the lanes of every level on one thread, and the widest lanes on `threads`.
///
/// Each reading runs for about `time` in rounds over the same random pairs, and the best round counts, because the
/// machine may be shared. The operands have as many digits as the model's.
pub fn bench(adder: &Adder, threads: NonZeroUsize, time: Duration) -> Vec<Measurement> {
    const SCALAR_PAIRS: usize = 2_000;
    const LANE_PAIRS: usize = 20_000;
    /// Threads are begun in each round, so that a round must be long.
    const THREADED_ROUND: usize = 25;
    let pairs = random_pairs(adder, LANE_PAIRS);
    // The reference: the scalar reading of every pair.
    let answer = |&(a, b): &Pair| adder.add(a, b).expect("the operands fit").value;
    let reference: Vec<Option<u64>> = pairs.iter().map(answer).collect();
    let (number, lanes) = adder.lanes();
    let some = &pairs[..SCALAR_PAIRS];
    let directly = |sums: &mut [Option<u64>]| {
        for (&(a, b), sum) in some.iter().zip(sums) {
            *sum = adder.add(a, b).expect("the operands fit").value;
        }
    };
    let one_by_one = |sums: &mut [Option<u64>]| {
        for (&(a, b), sum) in some.iter().zip(sums) {
            *sum = adder.add_fast(a, b).expect("the operands fit").value;
        }
    };
    let mut found = vec![
        measure(number.to_owned(), 1, time, &reference[..SCALAR_PAIRS], directly),
        measure(format!("{number} program, one by one"), 1, time, &reference[..SCALAR_PAIRS], one_by_one),
    ];
    let mut run = |path: Path, level: Level, threads: NonZeroUsize| {
        let path_name = match path {
            Path::Network => "network",
            Path::Dense => "program unfolded",
            Path::Program => "program",
            Path::Elsewhere => "elsewhere",
        };
        let name = format!("{number} {path_name}, lanes of {lanes} ({})", level.name());
        let times = if threads.get() > 1 { THREADED_ROUND * threads.get() } else { 1 };
        let (pairs, reference) = (pairs.repeat(times), reference.repeat(times));
        found.push(measure(name, threads.get(), time, &reference, |sums| {
            adder.add_into(&pairs, sums, threads, path, level);
        }));
    };
    for path in [Path::Network, Path::Dense, Path::Program] {
        for level in Level::available() {
            run(path, level, NonZeroUsize::MIN);
        }
    }
    if threads.get() > 1 {
        run(Path::Program, adder.level(), threads);
    }
    found
}

/// Measures the fastest way to add many pairs alone: the folded program in the widest lanes, on `threads`.
///
/// The answers are checked against those of the network itself, without the program.
pub fn fastest(adder: &Adder, threads: NonZeroUsize, time: Duration) -> Measurement {
    const PAIRS: usize = 20_000;
    let pairs = random_pairs(adder, PAIRS);
    let mut reference = vec![None; pairs.len()];
    adder.add_into(&pairs, &mut reference, threads, Path::Network, adder.level());
    let (number, lanes) = adder.lanes();
    let name = format!("{number} program, lanes of {lanes} ({})", adder.level().name());
    measure(name, threads.get(), time, &reference, |sums| {
        adder.add_into(&pairs, sums, threads, Path::Program, adder.level());
    })
}

/// The first `count` random pairs, with as many digits as the model's operands.
fn random_pairs(adder: &Adder, count: usize) -> Vec<Pair> {
    let greatest = adder.model().task().greatest();
    let fit = |number: u64| if greatest == u64::MAX { number } else { number % (greatest + 1) };
    RandomPairs::new(0).take(count).map(|(a, b)| (fit(a), fit(b))).collect()
}

fn measure(
    name: String,
    threads: usize,
    time: Duration,
    reference: &[Option<u64>],
    run: impl Fn(&mut [Option<u64>]),
) -> Measurement {
    let (start, mut best, mut verified) = (Instant::now(), Duration::MAX, true);
    let mut sums = vec![None; reference.len()];
    loop {
        let round = Instant::now();
        run(&mut sums);
        best = best.min(round.elapsed());
        verified &= sums == reference;
        if start.elapsed() >= time {
            break;
        }
    }
    let rate = reference.len() as f64 / best.as_secs_f64().max(1e-9);
    Measurement { name, threads, rate, verified }
}
