//! The search for a counterexample alone, for as long as one likes.

use crate::network::Network;
use crate::script::Script;
use crate::search::{self, Closest, Dice, Margins, Source, climb, closer, pair};
use crate::verdict::Counterexample;
use num::Float;
use run::{Adder, Pair};
use spec::Dtype;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The parts of a round; each has dice of its own, so threads do not matter.
const PARTS: usize = 32;

/// The random pairs of a part, at the engine's speed.
const RANDOM: usize = 16_384;

/// The climbs of a part.
const CLIMBS: u64 = 2;

/// How to hunt.
#[derive(Clone, Copy, Debug)]
pub struct Hunt {
    /// How many threads work; the result does not depend on it.
    pub threads: NonZeroUsize,
    /// The seed of everything that is drawn.
    pub seed: u64,
    /// When to stop; no limit if none.
    pub time: Option<Duration>,
    /// After how many rounds to stop; no limit if none. What a number of rounds finds is the same everywhere.
    pub rounds: Option<u64>,
}

/// A counterexample with the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The shrunk counterexample, as the model answers it.
    pub counterexample: Counterexample,
    /// The wrong pair that was found first.
    pub first: Pair,
    /// The way it was found.
    pub source: Source,
}

/// What came of a hunt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catch {
    /// A pair on which the model is wrong. None says nothing: the model may be wrong all the same.
    pub found: Option<Found>,
    /// The pairs that were tried.
    pub pairs: u64,
    /// The climbs that were made.
    pub climbs: u64,
    /// The rounds that were finished.
    pub rounds: u64,
    /// The right pair of a climb that came closest to failing.
    pub closest: Option<Closest>,
    /// How long it took.
    pub time: Duration,
}

/// Looks for a pair on which `adder`'s model is wrong, until the limits of `hunt` are met or `stop` is set.
///
/// First come the protocol's edge cases, the structured sets and random pairs; then rounds of pairs that are drawn to be hard
/// and of climbs on the margins of steps. `progress` is called with the share of the limits that is used up.
pub fn hunt(adder: &Adder, hunt: Hunt, stop: &AtomicBool, progress: &(dyn Fn(f64) + Sync)) -> Catch {
    let start = Instant::now();
    let mut catch = Catch::default();
    let (found, pairs) = search::fixed(adder, hunt.threads, hunt.seed);
    catch.pairs = pairs;
    let found = found.or_else(|| match adder.model().dtype() {
        Dtype::F32 => rounds::<f32>(adder, hunt, start, stop, progress, &mut catch),
        Dtype::F64 => rounds::<f64>(adder, hunt, start, stop, progress, &mut catch),
    });
    catch.found = found.and_then(|(first, source)| {
        let small = search::shrink(adder, first, hunt.threads);
        Some(Found { counterexample: search::replay(adder, small)?, first, source })
    });
    catch.time = start.elapsed();
    catch
}

/// What one part of a round saw.
#[derive(Default)]
struct Part {
    wrong: Option<(Pair, Source)>,
    pairs: u64,
    climbs: u64,
    closest: Option<Closest>,
}

fn rounds<T: Float>(
    adder: &Adder,
    hunt: Hunt,
    start: Instant,
    stop: &AtomicBool,
    progress: &(dyn Fn(f64) + Sync),
    catch: &mut Catch,
) -> Option<(Pair, Source)> {
    let script = Script::new(adder.model().task());
    let network = Network::<T>::of(adder.model());
    let over = || stop.load(Ordering::Relaxed) || hunt.time.is_some_and(|time| start.elapsed() >= time);
    let share = |done: u64| {
        let of_time = hunt.time.map_or(0.0, |time| start.elapsed().as_secs_f64() / time.as_secs_f64());
        let of_rounds = hunt.rounds.map_or(0.0, |rounds| done as f64 / (rounds as f64 * PARTS as f64));
        of_time.max(of_rounds).min(1.0)
    };
    while hunt.rounds.is_none_or(|rounds| catch.rounds < rounds) && !over() {
        let next = AtomicUsize::new(0);
        let parts: Vec<Mutex<Option<Part>>> = (0..PARTS).map(|_| Mutex::new(None)).collect();
        let round = catch.rounds;
        std::thread::scope(|scope| {
            for _ in 0..hunt.threads.get().min(PARTS) {
                scope.spawn(|| {
                    let mut margins = script.as_ref().map(|script| Margins::<T>::new(&network, script));
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= PARTS || over() {
                            break;
                        }
                        let number = round * PARTS as u64 + index as u64;
                        let part = part(adder, margins.as_mut(), hunt.seed, number);
                        *parts[index].lock().expect("no worker panics with the lock") = Some(part);
                        progress(share(number + 1));
                    }
                });
            }
        });
        let done: Vec<_> = parts
            .into_iter()
            .map(|part| part.into_inner().expect("no worker panics with the lock"))
            .collect();
        catch.rounds += u64::from(done.iter().all(Option::is_some));
        let mut wrong = None;
        for part in done.into_iter().flatten() {
            catch.pairs += part.pairs;
            catch.climbs += part.climbs;
            catch.closest = closer(catch.closest, part.closest);
            wrong = wrong.or(part.wrong);
        }
        if wrong.is_some() {
            return wrong;
        }
    }
    None
}

fn part<T: Float>(adder: &Adder, margins: Option<&mut Margins<T>>, seed: u64, number: u64) -> Part {
    let digits = adder.model().task().digits();
    let mut dice = Dice::new(seed, number);
    let pairs: Vec<Pair> = (0..RANDOM).map(|_| pair(&dice.digits(digits))).collect();
    let wrong = search::first_wrong(adder, &pairs, NonZeroUsize::MIN).map(|pair| (pair, Source::Random));
    let mut part = Part { wrong, pairs: RANDOM as u64, ..Part::default() };
    let Some(margins) = margins else { return part };
    for index in 0..CLIMBS {
        let seen = climb(margins, digits, &mut dice, number * CLIMBS + index);
        part.pairs += seen.pairs;
        part.climbs += 1;
        part.closest = closer(part.closest, seen.closest);
        let wrong = seen.suspects.into_iter().find(|&pair| search::replay(adder, pair).is_some());
        part.wrong = part.wrong.or(wrong.map(|pair| (pair, Source::Climb)));
    }
    part
}
