//! Which exponentials are weights before their division: written down for those who ask where a head looks. No bound hangs on it.

use crate::arena::{Arena, Id};
use crate::trace::Part;
use program::{Binary, Expression, Function};
use std::collections::BTreeSet;

impl Arena {
    /// Writes down that `x` is divided by `y`, if that is a sum of exponentials: they are weights, whether they are recognised as
    /// those of a softmax or not, and whether something is left of what they weigh or not.
    pub(crate) fn divided(&mut self, x: Id, y: Id) {
        let terms: Vec<Id> = self.terms(y).into_iter().flat_map(|term| self.terms(term)).collect();
        let parts: BTreeSet<Id> = terms.iter().copied().filter(|&id| self.is_exponential(id)).collect();
        // One and an exponential are the divisor of a sigmoid.
        if parts.is_empty() || (parts.len() == 1 && terms.len() > 1) {
            return;
        }
        let holds = self.known(x).is_some()
            || self.known(y).is_some()
            || match self.get(x) {
                Expression::Dot(left, right) => {
                    [left, right].iter().any(|side| side.iter().all(|id| parts.contains(id)))
                }
                Expression::Binary(Binary::Mul, a, b) => parts.contains(a) || parts.contains(b),
                _ => parts.contains(&x),
            };
        if holds {
            for part in parts {
                self.trace.parts.entry(part).or_insert(Part::Term(y));
            }
        }
    }

    /// The terms of `y` are the exponentials of the scores of a softmax.
    pub(crate) fn recognised(&mut self, y: Id, softmax: u32) {
        for (index, term) in (0..).zip(self.terms(y)) {
            self.trace.parts.insert(term, Part::Score { softmax, index });
        }
    }

    /// How many exponentials there are in the sum `total`.
    pub(crate) fn exponentials_in(&self, total: Id) -> usize {
        let terms = self.terms(total).into_iter().flat_map(|term| self.terms(term));
        terms.filter(|&id| self.is_exponential(id)).collect::<BTreeSet<_>>().len()
    }

    fn is_exponential(&self, id: Id) -> bool {
        matches!(self.written(id), Expression::Unary(Function::Exp, _))
    }

    /// The expression `id` as the graph has it, even if it is an exact number.
    fn written(&self, id: Id) -> &Expression {
        self.trace.folded.get(&id).unwrap_or_else(|| self.get(id))
    }

    /// The number `id` of known terms is `expression`; what weights are computed from is written down.
    pub(crate) fn folded(&mut self, id: Id, expression: Expression) {
        let weighs = match &expression {
            Expression::Unary(Function::Exp, _) => true,
            Expression::Sum(terms) => terms.iter().any(|&term| self.is_exponential(term)),
            Expression::Binary(Binary::Add, x, y) => [*x, *y]
                .into_iter()
                .any(|id| self.is_exponential(id) || matches!(self.written(id), Expression::Sum(_))),
            _ => false,
        };
        // What vanishes has no weight.
        if weighs && !self.known(id).is_some_and(|known| known.value() == 0.0) {
            self.trace.folded.insert(id, expression);
        }
    }

    /// What `id` is the sum of, at least itself.
    fn terms(&self, id: Id) -> Vec<Id> {
        match self.written(id) {
            Expression::Sum(terms) => terms.clone(),
            &Expression::Binary(Binary::Add, a, b) => vec![a, b],
            _ => vec![id],
        }
    }
}
