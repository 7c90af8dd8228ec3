//! The scores behind a graph's last operator: what a prover compares where the logits are a softmax or its logarithm.

use crate::arena::{Arena, Id};
use program::{Binary, Expression, Function};
use std::collections::BTreeSet;

/// A score that stands for a logit of zero in every evaluation, beside weights of a softmax: so far below that none of the others, whose
/// greatest is at least one in their number, can be exceeded by it.
const NEVER: f64 = -1e30;

impl Arena {
    /// The scores whose softmax, or its logarithm, `logits` are: all of that softmax, so that the greatest of them is one of these.
    pub(crate) fn scores(&mut self, logits: &[Id]) -> Option<Vec<Id>> {
        self.shared(logits).or_else(|| self.logarithms(logits))
    }

    /// Of weights of one softmax, all of them, and zeros.
    fn shared(&mut self, logits: &[Id]) -> Option<Vec<Id>> {
        let (mut softmax, mut seen, mut found) = (None, BTreeSet::new(), Vec::new());
        for &logit in logits {
            found.push(match *self.get(logit) {
                Expression::Share { softmax: of, index } => {
                    if *softmax.get_or_insert(of) != of || !seen.insert(index) {
                        return None;
                    }
                    Some(self.expressions.softmaxes[of as usize][index as usize])
                }
                _ if self.is(logit, 0.0) => None,
                _ => return None,
            });
        }
        if seen.len() != self.expressions.softmaxes[softmax? as usize].len() {
            return None;
        }
        let never = self.constant(NEVER);
        Some(found.into_iter().map(|score| score.unwrap_or(never)).collect())
    }

    /// Of `(score − greatest) − ln Σ exp(score − greatest)`, with what is sure to be below the greatest left out of the sum or not.
    fn logarithms(&self, logits: &[Id]) -> Option<Vec<Id>> {
        let difference = |id: Id| self.difference(id);
        let (mut scores, mut common) = (Vec::new(), None);
        for &logit in logits {
            let (shifted, logarithm) = difference(logit)?;
            let (score, greatest) = difference(shifted)?;
            if *common.get_or_insert((greatest, logarithm)) != (greatest, logarithm) {
                return None;
            }
            scores.push(score);
        }
        let (greatest, logarithm) = common?;
        let &Expression::Unary(Function::Ln, total) = self.get(logarithm) else { return None };
        let exponents = self.exponents(match self.get(total) {
            Expression::Sum(terms) => terms.clone(),
            &Expression::Binary(Binary::Add, a, b) => vec![a, b],
            _ => vec![total],
        })?;
        let of = |&exponent: &Id| difference(exponent).filter(|&(_, shift)| shift == greatest);
        exponents.iter().map(of).collect::<Option<Vec<_>>>()?;
        let summed = self.unshifted(&exponents)?;
        let least = self.greatest(&summed);
        let below = |id: &Id| summed.contains(id) || (!self.range(*id).nan && self.range(*id).hi < least);
        (summed.iter().all(|score| scores.contains(score)) && scores.iter().all(below)).then_some(scores)
    }
}
