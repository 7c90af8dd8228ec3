//! Sums and dot products as a graph asks for them: zeros are left out where they are shown to add nothing, and products that a
//! graph sums one by one become one dot product.

use crate::arena::{Arena, Id};
use crate::constant::{self, Width};
use crate::range::Range;
use program::{Binary, Constant, Expression, Function};

impl Arena {
    /// The sum of `terms`, zeros left out.
    pub(crate) fn sum(&mut self, width: Width, mut terms: Vec<Id>) -> Id {
        terms.retain(|&term| !self.is(term, 0.0));
        if let Some(sum) = self.one_by_one(width, &terms) {
            return sum;
        }
        if terms.iter().any(|&term| self.is_nan(term)) {
            return self.constant(f64::NAN);
        }
        match terms.as_slice() {
            [] => return self.zero(),
            &[term] => {
                if let Expression::Binary(Binary::Mul, x, y) = *self.get(term)
                    && let Some(found) = self.mixture(width, &[x], &[y])
                {
                    return found;
                }
                return term;
            }
            &[x, y] => return self.add_terms(width, x, y),
            _ => {}
        }
        if terms.iter().all(|&term| self.known(term).is_some()) {
            let one = Constant::exact(1.0);
            let pairs: Vec<_> =
                terms.iter().map(|&term| (self.known(term).expect("all are known"), one)).collect();
            return self.computed(width, Expression::Sum(terms), constant::dot(width, &pairs));
        }
        if let Some((left, right)) = self.products(&terms) {
            return self.dot(width, left, right);
        }
        let ranges: Vec<Range> = terms.iter().map(|&term| self.range(term)).collect();
        let range = Range::sum(width, &ranges);
        self.data(width, Expression::Sum(terms), range)
    }

    /// The sum of `terms` from the first to the last, where each addition must round to f32.
    fn one_by_one(&mut self, width: Width, terms: &[Id]) -> Option<Id> {
        let rounds = self.rounds(width) && terms.len() > 2;
        rounds
            .then(|| terms.iter().copied().reduce(|sum, term| self.binary(width, Binary::Add, sum, term)))?
    }

    fn add_terms(&mut self, width: Width, x: Id, y: Id) -> Id {
        match self.products(&[x, y]) {
            Some((left, right)) => self.dot(width, left, right),
            None => self.binary(width, Binary::Add, x, y),
        }
    }

    /// The factors of `terms` if their sum is a dot product: all are products, but for weights of a softmax with a value of 1.
    fn products(&self, terms: &[Id]) -> Option<(Vec<Id>, Vec<Id>)> {
        let weighs =
            |id: Id| matches!(self.get(id), Expression::Unary(Function::Exp, _) | Expression::Share { .. });
        let factors = |&term: &Id| match *self.get(term) {
            // Weights on the left, whatever the graph has.
            Expression::Binary(Binary::Mul, x, y) if weighs(y) && !weighs(x) => Some((y, x)),
            Expression::Binary(Binary::Mul, x, y) => Some((x, y)),
            _ if weighs(term) => Some((term, self.one())),
            _ => None,
        };
        let is_product = |&term: &Id| matches!(self.get(term), Expression::Binary(Binary::Mul, ..));
        let any = terms.iter().any(is_product);
        any.then(|| terms.iter().map(factors).collect::<Option<Vec<_>>>())
            .flatten()
            .map(|pairs| pairs.into_iter().unzip())
    }

    /// The dot product of two lists, products of zero with what is shown finite left out.
    pub(crate) fn dot(&mut self, width: Width, left: Vec<Id>, right: Vec<Id>) -> Id {
        let mut pairs: Vec<(Id, Id)> = left.into_iter().zip(right).collect();
        let nothing = |x: Id, y: Id| self.is(x, 0.0) && self.range(y).finite();
        pairs.retain(|&(x, y)| !nothing(x, y) && !nothing(y, x));
        if pairs.iter().any(|&(x, y)| self.is_nan(x) || self.is_nan(y)) {
            return self.constant(f64::NAN);
        }
        match pairs.as_slice() {
            [] => return self.zero(),
            &[(x, y)] => {
                let found = self.mixture(width, &[x], &[y]);
                return found.unwrap_or_else(|| self.binary(width, Binary::Mul, x, y));
            }
            _ => {}
        }
        if self.rounds(width) {
            let products = pairs.iter().map(|&(x, y)| self.binary(width, Binary::Mul, x, y)).collect();
            return self.sum(width, products);
        }
        let known = |id: &Id| self.known(*id);
        if let Some(all) = pairs.iter().map(|(x, y)| Some((known(x)?, known(y)?))).collect::<Option<Vec<_>>>()
        {
            let (left, right) = pairs.into_iter().unzip();
            return self.computed(width, Expression::Dot(left, right), constant::dot(width, &all));
        }
        if let Some(found) = self.one_hot(&pairs) {
            return found;
        }
        let (left, right): (Vec<Id>, Vec<Id>) = pairs.iter().copied().unzip();
        if let Some(found) = self.mixture(width, &left, &right) {
            return found;
        }
        if right.iter().all(|&y| self.is(y, 1.0)) {
            return self.sum(width, left);
        }
        if left.iter().all(|&x| self.is(x, 1.0)) {
            return self.sum(width, right);
        }
        let product = |&(x, y): &(Id, Id)| {
            let product = if x == y {
                Range::square(width, self.range(x))
            } else {
                Range::binary(width, Binary::Mul, self.range(x), self.range(y))
            };
            product.fused(width)
        };
        let range = Range::sum(width, &pairs.iter().map(product).collect::<Vec<_>>());
        self.data(width, Expression::Dot(left, right), range)
    }

    /// A product of a one-hot row with known finite numbers: of all terms only one is not zero, so it is a look-up.
    fn one_hot(&mut self, pairs: &[(Id, Id)]) -> Option<Id> {
        let mut entries = vec![Constant::exact(0.0); self.vocabulary];
        let mut at = None;
        for &(x, y) in pairs {
            let ((position, table), factor) = match (self.table(x), self.table(y)) {
                (Some(table), None) => (table, self.known(y)?),
                (None, Some(table)) => (table, self.known(x)?),
                _ => return None,
            };
            if *at.get_or_insert(position) != position || !Range::of(factor).finite() {
                return None;
            }
            for (entry, &hot) in entries.iter_mut().zip(table) {
                if hot == Constant::exact(0.0) {
                    continue;
                }
                if hot != Constant::exact(1.0) || *entry != Constant::exact(0.0) {
                    return None;
                }
                *entry = factor;
            }
        }
        Some(self.look_up(at? as usize, entries))
    }
}
