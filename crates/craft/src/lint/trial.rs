//! Pairs that a model is tried on, and what each step of their decodes shows.

use net::{Net, Probe, Site, State, generate};
use num::{Float, Reading};
use run::protocol::{EDGE_CASES, RandomPairs, SEED};
use run::{Pair, sets};
use spec::Task;

/// Random pairs besides the edge cases.
const RANDOM: usize = 500;

/// Pairs of each structured set, at most.
const OF_EACH_SET: usize = 200;

/// The pairs: edge cases, some of each structured set, random ones.
pub(crate) fn pairs(task: &Task) -> Vec<Pair> {
    let greatest = task.greatest();
    let mut pairs: Vec<Pair> =
        EDGE_CASES.into_iter().filter(|&(a, b)| a <= greatest && b <= greatest).collect();
    for set in sets::structured(task.digits(), 0) {
        let stride = set.pairs.len().div_ceil(OF_EACH_SET).max(1);
        pairs.extend(set.pairs.into_iter().step_by(stride));
    }
    let random = RandomPairs::new(SEED).map(|(a, b)| (a % (greatest + 1), b % (greatest + 1)));
    pairs.extend(random.take(RANDOM));
    pairs
}

/// The tokens that `net` generates for one pair.
pub(super) fn decode<S: Reading<Token = usize>>(
    net: &Net<S>,
    task: &Task,
    (a, b): Pair,
    probe: &mut impl Probe<S>,
) -> Vec<usize> {
    let mut tokens = vec![0; task.answer_len()];
    generate(net, &task.prompt_tokens(a, b), &mut State::new(net), &mut tokens, probe);
    tokens
}

/// The pairs among `pairs` on which `net` is wrong, with what it answers.
pub(super) fn wrong<S: Reading<Token = usize>>(
    net: &Net<S>,
    task: &Task,
    pairs: &[Pair],
) -> Vec<(Pair, Option<u64>)> {
    let answer = |&pair: &Pair| (pair, task.decode(decode(net, task, pair, &mut ())));
    pairs.iter().map(answer).filter(|((a, b), sum)| *sum != Some(a + b)).collect()
}

/// A distance between two neighbours of a row, measured in units in the last place of the greater.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lead {
    pub(super) units: f64,
    pub(super) pair: Pair,
}

/// The smallest and the greatest lead of a step's chosen logit over all pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) least: Lead,
    pub(super) greatest: Lead,
}

/// A head that shares its weight between scores which differ by no more than rounding, at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tie {
    pub(super) layer: usize,
    pub(super) head: usize,
    pub(super) step: usize,
    /// The greatest score.
    pub(super) score: f64,
    /// One unit in its last place.
    pub(super) unit: f64,
}

/// What decodes show.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) choices: Vec<Option<Choice>>,
    /// For each head the tie with the greatest unit.
    pub(super) ties: Vec<Tie>,
}

/// Scores that differ by at most so many units are taken for a tie.
const TIE: f64 = 8.0;

/// Watches `net` on those of `pairs` that it answers right.
pub(super) fn watch<T: Float>(net: &Net<T>, task: &Task, pairs: &[Pair]) -> Seen {
    let mut seen = Seen { choices: vec![None; task.answer_len()], ties: Vec::new() };
    for &(a, b) in pairs {
        let expected = task.expected(a + b);
        let (mut leads, mut ties) = (Vec::new(), Vec::new());
        let tokens = decode(net, task, (a, b), &mut |site: Site, values: &mut [T]| match site {
            Site::Scores { layer, head } => {
                if let Some((score, unit)) = tie(values) {
                    ties.push(Tie { layer, head, step: leads.len() + 1, score, unit });
                }
            }
            Site::Logits => leads.push(lead(values)),
            _ => {}
        });
        if tokens != expected {
            continue;
        }
        for (choice, units) in seen.choices.iter_mut().zip(leads) {
            let lead = Lead { units, pair: (a, b) };
            let known = choice.get_or_insert(Choice { least: lead, greatest: lead });
            if lead.units < known.least.units {
                known.least = lead;
            }
            if lead.units > known.greatest.units {
                known.greatest = lead;
            }
        }
        for tie in ties {
            match seen.ties.iter_mut().find(|known| (known.layer, known.head) == (tie.layer, tie.head)) {
                Some(known) if known.unit < tie.unit => *known = tie,
                Some(_) => {}
                None => seen.ties.push(tie),
            }
        }
    }
    seen
}

/// One unit in the last place of `value`.
fn unit<T: Float>(value: T) -> f64 {
    let (bits, _) = value.ordered_bits();
    T::from_ordered_bits(bits + 1, false).to_f64() - T::from_ordered_bits(bits, false).to_f64()
}

/// The two greatest of `values`.
fn first_two<T: Float>(values: &[T]) -> (T, T) {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
    (sorted[0], *sorted.get(1).unwrap_or(&sorted[0]))
}

/// How far the greatest logit lies above the next, in units of the last place of the logit of greatest magnitude among the two.
fn lead<T: Float>(logits: &[T]) -> f64 {
    let (first, second) = first_two(logits);
    (first.to_f64() - second.to_f64()) / unit(first).max(unit(second))
}

/// The greatest score and its unit, if another lies within rounding.
fn tie<T: Float>(scores: &[T]) -> Option<(f64, f64)> {
    let (first, second) = first_two(scores);
    let unit = unit(first);
    let near = scores.len() > 1 && first.to_f64() - second.to_f64() <= TIE * unit;
    near.then_some((first.to_f64(), unit))
}
