//! Softmaxes, in the ways in which graphs write them.

use crate::arena::{Arena, Id};
use crate::constant::Width;
use crate::range::Range;
use program::{Binary, Constant, ExprId, Expression, Function};

/// The most an exponent can be, and the most of them, for a sum of exponentials to be sure not to overflow: 4096 e^80 is 2.3 · 10^38.
const MILD: f64 = 80.0;
const MOST_MILD: usize = 4096;

/// The least that some exponent must be for such a sum to be sure not to vanish. The prover counts on it where it says what is
/// lost below the smallest normal number.
const SURE: f64 = -40.0;

impl Arena {
    /// The weights of a softmax over `scores`: of what a mask shuts out for every token it is zero, and that is no part of it.
    ///
    /// One score that is a NaN or infinite makes every weight a NaN, and so do scores that are all minus infinity. Only where that is
    /// shown not to be is something left out.
    pub(crate) fn softmax(&mut self, width: Width, scores: &[Id]) -> Vec<Id> {
        if !scores.is_empty() && scores.iter().all(|&score| self.is(score, f64::NEG_INFINITY)) {
            let nothing = self.constant(f64::NAN);
            return vec![nothing; scores.len()];
        }
        let sure = self.greatest(scores);
        let shown = !self.may_fail(scores);
        let kept = |arena: &Self, score: Id| !shown || arena.range(score).hi >= sure - width.vanishes() - 1.0;
        let group: Vec<Id> = scores.iter().copied().filter(|&score| kept(self, score)).collect();
        let group = self.group(group);
        let mut next = 0;
        let mut weights = Vec::with_capacity(scores.len());
        for &score in scores {
            if kept(self, score) {
                weights.push(self.share(width, group, next));
                next += 1;
            } else {
                weights.push(self.zero());
            }
        }
        weights
    }

    /// The greatest of `scores` is at least this.
    pub(crate) fn greatest(&self, scores: &[Id]) -> f64 {
        scores.iter().map(|&score| self.range(score).lo).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether the weights of a softmax over `scores` may be NaN.
    fn may_fail(&self, scores: &[Id]) -> bool {
        let bad = |&score: &Id| self.range(score).nan || self.range(score).hi == f64::INFINITY;
        scores.iter().any(bad) || self.greatest(scores) == f64::NEG_INFINITY
    }

    /// The softmax over `scores`: one for all of its weights, which may be asked for one by one.
    fn group(&mut self, scores: Vec<Id>) -> u32 {
        let next = self.expressions.softmaxes.len() as u32;
        let group = *self.groups.entry(scores.clone()).or_insert(next);
        if group == next {
            self.failing.push(self.may_fail(&scores));
            self.expressions.softmaxes.push(scores);
        }
        group
    }

    /// One weight. The only one is 1, and still a weight: what it weighs is what attention reads.
    fn share(&mut self, width: Width, softmax: u32, index: usize) -> Id {
        let scores = &self.expressions.softmaxes[softmax as usize];
        let range = if scores.len() == 1 { Range::new(1.0, 1.0) } else { Range::new(0.0, 1.0 + 1e-5) };
        let range = range.or_nan(self.failing[softmax as usize]);
        self.data(width, Expression::Share { softmax, index: index as u32 }, range)
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
        let scores = self.expressions.softmaxes[softmax as usize].clone();
        let mut values = vec![self.zero(); scores.len()];
        for ((_, index), &value) in shares.iter().zip(others) {
            // The weight of a score of minus infinity is zero, or a NaN as all of them are: a finite value makes no difference.
            let hidden = self.is(scores[*index as usize], f64::NEG_INFINITY) && self.range(value).finite();
            values[*index as usize] = if hidden { self.zero() } else { value };
        }
        let ranges: Vec<Range> = values.iter().map(|&value| self.range(value)).collect();
        let range = Range::mean(width, &ranges).or_nan(self.failing[softmax as usize]);
        Some(self.data(width, Expression::Mixture { softmax, values }, range))
    }

    /// `x / y` where `y` is a sum of exponentials and `x` one of them, zero, or a sum of products with them.
    pub(crate) fn written_softmax(&mut self, width: Width, x: Id, y: Id) -> Option<Id> {
        let exponents = self.exponents(match self.get(y) {
            Expression::Sum(terms) => terms.clone(),
            &Expression::Binary(Binary::Add, a, b) => vec![a, b],
            Expression::Unary(Function::Exp, _) => vec![y],
            _ => return None,
        })?;
        if self.is(x, 0.0) {
            // The weight of what is shut out: some exponential of the sum is 1, or at least not zero.
            let scores = self.unshifted(&exponents)?;
            return (!self.may_fail(&scores)).then(|| self.zero());
        }
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
        // Weights divided first do not overflow where a sum of products with exponentials does.
        if found.is_err() && !self.range(x).finite() {
            return None;
        }
        let group = self.group(scores);
        self.recognised(y, group);
        Some(match found {
            Ok(index) => {
                let share = self.share(width, group, index);
                self.trace.rewritten.insert(share);
                share
            }
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
    pub(crate) fn exponents(&self, terms: Vec<Id>) -> Option<Vec<Id>> {
        let exponent = |id: Id| match *self.get(id) {
            Expression::Unary(Function::Exp, exponent) => Some(exponent),
            _ => None,
        };
        terms.into_iter().map(exponent).collect()
    }

    /// The scores, if each exponent is a score less the greatest of them, or if no exponent can overflow and not all can vanish.
    pub(crate) fn unshifted(&self, exponents: &[Id]) -> Option<Vec<Id>> {
        if let Some(pairs) = exponents.iter().map(|&id| self.difference(id)).collect::<Option<Vec<_>>>() {
            let greatest = pairs[0].1;
            let scores: Vec<Id> = pairs.iter().map(|pair| pair.0).collect();
            let among = self.maximum_of(greatest);
            // A score that is sure not to be the greatest may have been left out of the maximum, and one whose exponential
            // vanishes of the sum.
            let least = self.greatest(&among);
            let sure = |id: &Id| !self.range(*id).nan;
            let below = |id: &Id| among.contains(id) || (sure(id) && self.range(*id).hi <= least);
            let same = pairs.iter().all(|pair| pair.1 == greatest);
            let summed = |id: &Id| scores.contains(id) || (sure(id) && self.range(*id).hi < least);
            if same && among.iter().all(summed) && scores.iter().all(below) {
                return Some(scores);
            }
        }
        let mild = exponents.len() <= MOST_MILD && exponents.iter().all(|&id| self.range(id).hi < MILD);
        let sure = exponents.iter().any(|&id| self.range(id).lo > SURE);
        // One exponential over itself is one, but a product with it and a quotient by it are two roundings.
        let exact = exponents.len() > 1
            || self.known(exponents[0]).is_some_and(|known| known == Constant::exact(0.0));
        (mild && sure && exact).then(|| exponents.to_vec())
    }

    /// The two that `id` is the difference of: a score and the greatest. That of a score that is zero for every token has folded.
    pub(crate) fn difference(&self, id: Id) -> Option<(Id, Id)> {
        match *self.get(id) {
            Expression::Binary(Binary::Sub, x, y) => Some((x, y)),
            Expression::Unary(Function::Neg, y) => Some((self.zero(), y)),
            _ => None,
        }
    }

    /// The numbers that `id` is the greatest of.
    fn maximum_of(&self, id: Id) -> Vec<ExprId> {
        let (mut open, mut found) = (vec![id], Vec::new());
        while let Some(next) = open.pop() {
            match *self.get(next) {
                Expression::Binary(Binary::Max, x, y) => open.extend([x, y]),
                // As the difference of a zero names it.
                _ if self.is(next, 0.0) => found.push(self.zero()),
                _ => found.push(next),
            }
        }
        found
    }
}
