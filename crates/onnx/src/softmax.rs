//! Softmaxes, in the ways in which graphs write them.

use crate::arena::{Arena, Id};
use crate::constant::Width;
use program::{Binary, ExprId, Expression, Function};

/// The most a score can be for its exponential to be sure not to overflow, and the least for it not to vanish.
const MILD: f64 = 80.0;

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

    fn group(&mut self, scores: Vec<Id>) -> u32 {
        self.expressions.softmaxes.push(scores);
        self.expressions.softmaxes.len() as u32 - 1
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

    /// The scores, if each exponent is a score less the greatest of them, or if no exponent can overflow or vanish.
    fn unshifted(&self, exponents: &[Id]) -> Option<Vec<Id>> {
        let less = |&id: &Id| match *self.get(id) {
            Expression::Binary(Binary::Sub, score, greatest) => Some((score, greatest)),
            _ => None,
        };
        if let Some(pairs) = exponents.iter().map(less).collect::<Option<Vec<_>>>() {
            let greatest = pairs[0].1;
            let scores: Vec<Id> = pairs.iter().map(|pair| pair.0).collect();
            let among = self.maximum_of(greatest);
            if pairs.iter().all(|pair| pair.1 == greatest) && among.iter().all(|id| scores.contains(id)) {
                return Some(scores);
            }
        }
        let mild = |&id: &Id| self.range(id).most() < MILD;
        exponents.iter().all(mild).then(|| exponents.to_vec())
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
