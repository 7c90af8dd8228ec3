//! Structured sets of pairs: they find failures that random pairs miss.
//!
//! The kinds are those that have caught published models; all are made by rule, so a run can be repeated.

use crate::Pair;
use crate::protocol::RandomPairs;

/// A named set of pairs of operands with `digits` digits.
#[derive(Clone, Debug)]
pub struct Set {
    /// What its pairs have in common.
    pub name: &'static str,
    /// The pairs.
    pub pairs: Vec<Pair>,
}

/// The names of the structured sets, in the order in which they are made.
pub const NAMES: [&str; 6] = [
    "runs of digit sums of 9",
    "every digit pair at every place",
    "every carry pattern",
    "every pair of lengths",
    "powers of ten, repeats, complements",
    "digits 0 and 9 alone",
];

/// Every structured set for operands of `digits` digits. `seed` drives what is drawn at random.
pub fn structured(digits: usize, seed: u64) -> Vec<Set> {
    let mut dice = Dice(RandomPairs::new(seed));
    let pairs = [
        runs_of_nine(digits, &mut dice),
        digit_pairs(digits, &mut dice),
        carry_patterns(digits, &mut dice),
        lengths(digits, &mut dice),
        landmarks(digits),
        zeros_and_nines(digits, &mut dice),
    ];
    NAMES.into_iter().zip(pairs).map(|(name, pairs)| Set { name, pairs }).collect()
}

/// Random digits from the stream of the protocol.
struct Dice(RandomPairs);

impl Dice {
    /// A number from `low` to `high`, both included.
    fn draw(&mut self, low: u64, high: u64) -> u64 {
        let (a, _) = self.0.next().expect("the stream has no end");
        low + a % (high - low + 1)
    }

    /// A pair of digits whose sum is `sum`, from 0 to 18.
    fn with_sum(&mut self, sum: u64) -> (u64, u64) {
        let a = self.draw(sum.saturating_sub(9), sum.min(9));
        (a, sum - a)
    }
}

fn power(places: usize) -> u64 {
    10_u64.pow(u32::try_from(places).expect("at most 18 places"))
}

/// The pair with digits `(a, b)` at each place, the ones first.
fn pair(places: &[(u64, u64)]) -> Pair {
    let number =
        |digit: &dyn Fn(&(u64, u64)) -> u64| places.iter().rev().fold(0, |n, place| n * 10 + digit(place));
    (number(&|place| place.0), number(&|place| place.1))
}

/// Digit sums of 9 at places i to j, with and without a carry into i; other places random.
fn runs_of_nine(digits: usize, dice: &mut Dice) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for first in 0..digits {
        for last in first..digits {
            for carry in [false, true] {
                for _ in 0..8 {
                    let places: Vec<_> = (0..digits)
                        .map(|place| match place {
                            place if (first..=last).contains(&place) => dice.with_sum(9),
                            // The place below decides the carry into the run; below the ones there is none.
                            place if place + 1 == first && carry => {
                                let sum = dice.draw(10, 18);
                                dice.with_sum(sum)
                            }
                            place if place + 1 == first => {
                                let sum = dice.draw(0, 8);
                                dice.with_sum(sum)
                            }
                            _ => (dice.draw(0, 9), dice.draw(0, 9)),
                        })
                        .collect();
                    pairs.push(pair(&places));
                }
            }
        }
    }
    pairs
}

/// Every pair of digits at every place, with and without a carry into it; other places random.
fn digit_pairs(digits: usize, dice: &mut Dice) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for place in 0..digits {
        for a in 0..10 {
            for b in 0..10 {
                for carry in [false, true] {
                    let mut places: Vec<_> =
                        (0..digits).map(|_| (dice.draw(0, 9), dice.draw(0, 9))).collect();
                    places[place] = (a, b);
                    if let Some(below) = place.checked_sub(1) {
                        let sum = if carry { dice.draw(10, 18) } else { dice.draw(0, 8) };
                        places[below] = dice.with_sum(sum);
                    }
                    pairs.push(pair(&places));
                }
            }
        }
    }
    pairs
}

/// Every pattern of carries out of the places, with random digits that make it.
fn carry_patterns(digits: usize, dice: &mut Dice) -> Vec<Pair> {
    let patterns = 0..1_u64 << digits.min(10);
    let make = |pattern: u64| {
        let mut carry = 0;
        let places: Vec<_> = (0..digits)
            .map(|place| {
                let out = pattern >> place & 1;
                let sum = if out == 1 { dice.draw(10 - carry, 18) } else { dice.draw(0, 9 - carry) };
                carry = out;
                dice.with_sum(sum)
            })
            .collect();
        pair(&places)
    };
    patterns.map(make).collect()
}

/// Every pair of lengths, a few random pairs of each.
fn lengths(digits: usize, dice: &mut Dice) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for a in 1..=digits {
        for b in 1..=digits {
            for _ in 0..10 {
                let mut number = |len: usize| match len {
                    1 => dice.draw(0, 9),
                    len => dice.draw(power(len - 1), power(len) - 1),
                };
                pairs.push((number(a), number(b)));
            }
        }
    }
    pairs
}

/// Powers of ten and their neighbours, repeated digits, and each with the complements to 9…9 and 10…0.
fn landmarks(digits: usize) -> Vec<Pair> {
    let most = power(digits) - 1;
    let mut numbers = vec![0, most];
    for place in 0..digits {
        numbers.extend([power(place).saturating_sub(1), power(place), power(place) + 1]);
        numbers.extend((1..10).map(|digit| digit * (most / 9)));
    }
    numbers.retain(|&number| number <= most);
    numbers.sort_unstable();
    numbers.dedup();
    let mut pairs = Vec::new();
    for &a in &numbers {
        pairs.extend(numbers.iter().map(|&b| (a, b)));
        pairs.extend([(a, most - a), (a, (most - a + 1).min(most)), (most - a, a)]);
    }
    pairs
}

/// Random digits of 0 and 9 alone.
fn zeros_and_nines(digits: usize, dice: &mut Dice) -> Vec<Pair> {
    let mut number = || (0..digits).fold(0, |n, _| n * 10 + 9 * dice.draw(0, 1));
    (0..5000).map(|_| (number(), number())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sets_are_in_range_and_repeatable() {
        let (once, twice) = (structured(10, 7), structured(10, 7));
        for (a, b) in once.iter().zip(&twice) {
            assert_eq!(a.pairs, b.pairs, "{}", a.name);
            assert!(!a.pairs.is_empty() && a.pairs.iter().all(|&(x, y)| x.max(y) < power(10)), "{}", a.name);
        }
    }

    #[test]
    fn carry_patterns_are_all_different_and_complete() {
        let patterns: BTreeSet<u64> = carry_patterns(10, &mut Dice(RandomPairs::new(1)))
            .into_iter()
            .map(|(a, b)| {
                // Place i carries out exactly if the lowest i + 1 digits of the sum overflow.
                (0..10).filter(|&i| a % power(i + 1) + b % power(i + 1) >= power(i + 1)).map(|i| 1 << i).sum()
            })
            .collect();
        assert_eq!(patterns.len(), 1024);
    }

    #[test]
    fn small_operands_have_sets_too() {
        for set in structured(2, 1) {
            assert!(set.pairs.iter().all(|&(a, b)| a < 100 && b < 100), "{}", set.name);
        }
    }
}
