//! Softmaxes, in the ways in which graphs write them.

use crate::arena::{Arena, Id};
use crate::constant::Width;
use program::{Binary, Constant, ExprId, Expression, Function};

/// The most an exponent can be for a sum of exponentials to be sure not to overflow.
const MILD: f64 = 80.0;

/// The least that some exponent must be for such a sum to be sure not to vanish. The prover counts on it where it says what is
/// lost below the smallest normal number.
const SURE: f64 = -40.0;

impl Arena {
    /// The weights of a softmax over `scores`. What a mask shuts out has the weight zero and is no part of it.
    pub(crate) fn softmax(&mut self, width: Width, scores: &[Id]) -> Vec<Id> {
        // The greatest score is at least this.
        let sure = scores.iter().map(|&score| self.range(score).lo).fold(f64::NEG_INFINITY, f64::max);
        let seen = |arena: &Self, score: Id| arena.range(score).hi >= sure - width.vanishes() - 1.0;
        let kept: Vec<Id> = scores
            .iter()
            .copied()
            .filter(|&score| {
                seen(self, score) && self.known(score).is_none_or(|known| known.value() != f64::NEG_INFINITY)
            })
            .collect();
        if kept.is_empty() {
            let nothing = self.constant(f64::NAN);
            return vec![nothing; scores.len()];
        }
        let group = self.group(kept.clone());
        let mut next = 0;
        let mut weights = Vec::with_capacity(scores.len());
        for &score in scores {
            if kept.get(next) == Some(&score) && seen(self, score) {
                weights.push(self.share(width, group, next));
                next += 1;
            } else {
                weights.push(self.zero());
            }
        }
        weights
    }

    /// The softmax over `scores`: one for all of its weights, which may be asked for one by one.
    fn group(&mut self, scores: Vec<Id>) -> u32 {
        let next = self.expressions.softmaxes.len() as u32;
        let group = *self.groups.entry(scores.clone()).or_insert(next);
        if group == next {
            self.expressions.softmaxes.push(scores);
        }
        group
    }

    fn share(&mut self, width: Width, softmax: u32, index: usize) -> Id {
        if self.expressions.softmaxes[softmax as usize].len() == 1 {
            return self.one();
        }
        let index = index as u32;
        self.weight(width, Expression::Share { softmax, index }, 1.0)
    }

    /// `Σ weight · value` where the weights are those of one softmax: the division comes last.
    pub(crate) fn mixture(&mut self, width: Width, left: &[Id], right: &[Id]) -> Option<Id> {
        let shares = |side: &[Id]| {
            let share = |&id: &Id| match *self.get(id) {
                Expression::Share { softmax, index } => Some((softmax, index)),
                _ => None,
            };
            let shares = side.iter().map(share).collect::<Option<Vec<_>>>()?;
            let first = shares[0].0;
            let mut indices: Vec<u32> = shares.iter().map(|&(_, index)| index).collect();
            indices.sort_unstable();
            indices.dedup();
            let one_softmax = shares.iter().all(|&(softmax, _)| softmax == first);
            (one_softmax && indices.len() == shares.len()).then_some(shares)
        };
        let (shares, others) = match (shares(left), shares(right)) {
            (Some(shares), None) => (shares, right),
            (None, Some(shares)) => (shares, left),
            _ => return None,
        };
        let softmax = shares[0].0;
        let zero = self.zero();
        let mut values = vec![zero; self.expressions.softmaxes[softmax as usize].len()];
        for ((_, index), &value) in shares.iter().zip(others) {
            values[*index as usize] = value;
        }
        let most = values.iter().map(|&value| self.range(value).most()).fold(0.0, f64::max);
        Some(self.weight(width, Expression::Mixture { softmax, values }, most))
    }

    /// `x / y` where `y` is a sum of exponentials and `x` one of them, or a sum of products with them.
    pub(crate) fn written_softmax(&mut self, width: Width, x: Id, y: Id) -> Option<Id> {
        let exponents = self.exponents(match self.get(y) {
            Expression::Sum(terms) => terms.clone(),
            &Expression::Binary(Binary::Add, a, b) => vec![a, b],
            Expression::Unary(Function::Exp, _) => vec![y],
            _ => return None,
        })?;
        let place = |id: Id| match *self.get(id) {
            Expression::Unary(Function::Exp, exponent) => exponents.iter().position(|&e| e == exponent),
            _ => None,
        };
        let found = match self.get(x) {
            Expression::Dot(left, right) => {
                let all = |side: &[Id]| side.iter().map(|&id| place(id)).collect::<Option<Vec<_>>>();
                match (all(left), all(right)) {
                    (Some(places), None) => Err((places, right.clone())),
                    (None, Some(places)) => Err((places, left.clone())),
                    _ => return None,
                }
            }
            &Expression::Binary(Binary::Mul, a, b) => match (place(a), place(b)) {
                (Some(place), None) => Err((vec![place], vec![b])),
                (None, Some(place)) => Err((vec![place], vec![a])),
                _ => return None,
            },
            _ => Ok(place(x)?),
        };
        let scores = self.unshifted(&exponents)?;
        let group = self.group(scores);
        Some(match found {
            Ok(index) => self.share(width, group, index),
            Err((places, values)) => {
                let mut shares = Vec::with_capacity(places.len());
                for place in places {
                    shares.push(self.share(width, group, place));
                }
                self.dot(width, shares, values)
            }
        })
    }

    /// What `terms` are the exponentials of.
    fn exponents(&self, terms: Vec<Id>) -> Option<Vec<Id>> {
        let exponent = |id: Id| match *self.get(id) {
            Expression::Unary(Function::Exp, exponent) => Some(exponent),
            _ => None,
        };
        terms.into_iter().map(exponent).collect()
    }

    /// The scores, if each exponent is a score less the greatest of them, or if no exponent can overflow and not all can vanish.
    fn unshifted(&self, exponents: &[Id]) -> Option<Vec<Id>> {
        let less = |&id: &Id| match *self.get(id) {
            Expression::Binary(Binary::Sub, score, greatest) => Some((score, greatest)),
            _ => None,
        };
        if let Some(pairs) = exponents.iter().map(less).collect::<Option<Vec<_>>>() {
            let greatest = pairs[0].1;
            let scores: Vec<Id> = pairs.iter().map(|pair| pair.0).collect();
            let among = self.maximum_of(greatest);
            // A score that is sure not to be the greatest may have been left out of the maximum, and one whose exponential
            // vanishes of the sum.
            let least = among.iter().map(|&id| self.range(id).lo).fold(f64::NEG_INFINITY, f64::max);
            let below = |id: &Id| among.contains(id) || self.range(*id).hi <= least;
            let same = pairs.iter().all(|pair| pair.1 == greatest);
            let summed = |id: &Id| scores.contains(id) || self.range(*id).hi < least;
            if same && among.iter().all(summed) && scores.iter().all(below) {
                return Some(scores);
            }
        }
        let mild = exponents.iter().all(|&id| self.range(id).hi < MILD);
        let sure = exponents.iter().any(|&id| self.range(id).lo > SURE);
        // One exponential over itself is one, but a product with it and a quotient by it are two roundings.
        let exact = exponents.len() > 1
            || self.known(exponents[0]).is_some_and(|known| known == Constant::exact(0.0));
        (mild && sure && exact).then(|| exponents.to_vec())
    }

    /// The numbers that `id` is the greatest of.
    fn maximum_of(&self, id: Id) -> Vec<ExprId> {
        let (mut open, mut found) = (vec![id], Vec::new());
        while let Some(next) = open.pop() {
            match *self.get(next) {
                Expression::Binary(Binary::Max, x, y) => open.extend([x, y]),
                _ => found.push(next),
            }
        }
        found
    }
}
