//! Which stored numbers a wrong answer hangs on: each is changed alone, and the pair is tried again.

use crate::verdict::Counterexample;
use run::protocol::{EDGE_CASES, RandomPairs};
use run::{Adder, Pair};
use spec::Model;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The smallest change that is tried, relative to the number.
const LEAST: f64 = 1e-4;

/// From one change to the next: four of them for a power of ten.
const GROWTH: f64 = 1.778_279_410_038_922_8;

/// The changes that are tried, from [`LEAST`] to the number's own size.
const CHANGES: u32 = 17;

/// Halvings of the interval in which the smallest change lies.
const HALVINGS: usize = 12;

/// The random pairs on which the repaired models are compared.
const RANDOM: usize = 10_000;

/// The repairs that are reported.
const MOST: usize = 5;

/// A stored number whose change alone repairs a counterexample.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// The name of its tensor.
    pub tensor: String,
    /// Its place in the tensor, axis by axis; empty for a single number.
    pub index: Vec<usize>,
    /// The number as it stands.
    pub value: f64,
    /// The nearest number found that repairs the pair.
    pub repaired: f64,
    /// The pairs that are wrong with it, of [`Blame::pairs`].
    pub wrong: usize,
}

/// The numbers that a wrong answer hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Blame {
    /// The numbers whose smallest relative change repairs the pair, the smallest change first; at most five.
    pub repairs: Vec<Repair>,
    /// How many numbers can repair it, changed alone by at most their own size.
    pub able: usize,
    /// How many numbers were tried: all but zeros, which have no relative change.
    pub tried: usize,
    /// The pairs that are wrong without any change, of [`Blame::pairs`].
    pub wrong: usize,
    /// The edge cases and random pairs on which models are compared.
    pub pairs: usize,
}

/// Changes every stored number of `adder`'s model alone, by growing amounts up to its own size, until the counterexample is
/// answered right and no edge case that was right becomes wrong.
///
/// This says what one number can do, not what its author did wrong. None if `stop` is set meanwhile, and for a graph, whose
/// numbers have no names that its authors gave.
pub fn blame(
    adder: &Adder,
    counterexample: &Counterexample,
    threads: NonZeroUsize,
    stop: &AtomicBool,
) -> Option<Blame> {
    let model = adder.model().file()?;
    let greatest = model.task().greatest();
    let fits = |&(a, b): &Pair| a <= greatest && b <= greatest;
    let edges: Vec<Pair> = EDGE_CASES.into_iter().filter(fits).collect();
    let kept: Vec<Pair> = edges.iter().copied().filter(|&pair| right(adder, pair)).collect();
    let pairs: Vec<Pair> = edges
        .into_iter()
        .chain(RandomPairs::new(0).map(|(a, b)| (a % (greatest + 1), b % (greatest + 1))).take(RANDOM))
        .collect();
    let goal = Goal { model, pair: (counterexample.a, counterexample.b), kept };
    let numbers: Vec<(usize, usize)> = model
        .stored()
        .iter()
        .enumerate()
        .flat_map(|(tensor, values)| {
            values
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != 0.0)
                .map(move |(element, _)| (tensor, element))
        })
        .collect();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                while let Some(&(tensor, element)) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    if let Some(change) = goal.smallest_change(tensor, element) {
                        found.lock().expect("no worker panics with the lock").push((change, tensor, element));
                    }
                }
            });
        }
    });
    if stop.load(Ordering::Relaxed) {
        return None;
    }
    let mut found = found.into_inner().expect("no worker panics with the lock");
    found.sort_by(|x, y| x.0.abs().total_cmp(&y.0.abs()).then((x.1, x.2).cmp(&(y.1, y.2))));
    let repair = |&(change, tensor, element): &(f64, usize, usize)| {
        let (stored, value) = (&model.ledger().tensors()[tensor], model.stored()[tensor][element]);
        let repaired = model.with_stored(tensor, element, value * (1.0 + change)).ok()?;
        let number = repaired.stored()[tensor][element];
        Some(Repair {
            tensor: stored.name.clone(),
            index: place(element, &stored.shape),
            value,
            repaired: number,
            wrong: wrong(&Adder::new(repaired), &pairs, threads),
        })
    };
    Some(Blame {
        repairs: found.iter().take(MOST).filter_map(repair).collect(),
        able: found.len(),
        tried: numbers.len(),
        wrong: wrong(adder, &pairs, threads),
        pairs: pairs.len(),
    })
}

struct Goal<'a> {
    model: &'a Model,
    /// What is to become right.
    pair: Pair,
    /// What is right and is to stay so.
    kept: Vec<Pair>,
}

impl Goal<'_> {
    /// The smallest relative change of a number, of those tried, that reaches the goal.
    fn smallest_change(&self, tensor: usize, element: usize) -> Option<f64> {
        let value = self.model.stored()[tensor][element];
        let reaches = |change: f64| {
            self.model.with_stored(tensor, element, value * (1.0 + change)).is_ok_and(|model| {
                let adder = Adder::new(model);
                right(&adder, self.pair) && self.kept.iter().all(|&pair| right(&adder, pair))
            })
        };
        let mut size = LEAST;
        let mut below = 0.0;
        for _ in 0..CHANGES {
            if let Some(sign) = [1.0, -1.0].into_iter().find(|sign| reaches(sign * size)) {
                // What reaches the goal need not be an interval; this finds one of its ends.
                for _ in 0..HALVINGS {
                    let middle = f64::midpoint(below, size);
                    if reaches(sign * middle) {
                        size = middle;
                    } else {
                        below = middle;
                    }
                }
                return Some(sign * size);
            }
            (below, size) = (size, size * GROWTH);
        }
        None
    }
}

fn right(adder: &Adder, (a, b): Pair) -> bool {
    adder.add(a, b).is_ok_and(|sum| sum.value == Some(a + b))
}

fn wrong(adder: &Adder, pairs: &[Pair], threads: NonZeroUsize) -> usize {
    let sums = adder.add_many(pairs, threads).expect("the pairs fit the prompt");
    pairs.iter().zip(sums).filter(|((a, b), sum)| *sum != Some(a + b)).count()
}

/// The place of the number `element` in a tensor of this shape, row by row.
fn place(element: usize, shape: &[usize]) -> Vec<usize> {
    let mut left = element;
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let at = left % size;
            left /= size;
            at
        })
        .collect();
    index.reverse();
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::replay;

    #[test]
    fn places_count_row_by_row() {
        assert_eq!(place(5, &[2, 3]), [1, 2]);
        assert_eq!(place(0, &[]), [0; 0]);
    }

    /// The thresholds of the published model lie inside the residue of its position table.
    #[test]
    fn a_number_that_repairs_is_found() {
        let adder = Adder::new(zoo::find("gist-58").unwrap().model().unwrap());
        let counterexample = replay(&adder, (9_999_999_999, 0)).unwrap();
        let blame = blame(&adder, &counterexample, NonZeroUsize::MIN, &AtomicBool::new(false)).unwrap();
        assert!(!blame.repairs.is_empty() && blame.able <= blame.tried && blame.tried <= 58);
        for repair in &blame.repairs {
            let tensors = adder.model().file().unwrap().ledger().tensors();
            let tensor = tensors.iter().position(|tensor| tensor.name == repair.tensor).unwrap();
            let element = adder.model().file().unwrap().stored()[tensor]
                .iter()
                .position(|&v| v == repair.value)
                .unwrap();
            let model = adder.model().file().unwrap().with_stored(tensor, element, repair.repaired).unwrap();
            assert!(right(&Adder::new(model), (9_999_999_999, 0)), "{repair:?}");
        }
    }
}
