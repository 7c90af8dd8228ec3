//! Functions and operations as a graph asks for them: known numbers are computed at once, and what a fold leaves out is shown not to
//! matter, for every token and in every evaluation.

use crate::arena::{Arena, Id};
use crate::constant::{self, Elementary, Width};
use crate::range::Range;
use program::{Binary, Expression, Function};

impl Arena {
    pub(crate) fn unary(&mut self, width: Width, function: Function, x: Id) -> Id {
        if let Some(known) = self.known(x) {
            return self.computed(
                width,
                Expression::Unary(function, x),
                constant::unary(width, function, known),
            );
        }
        if let (Function::Neg, &Expression::Unary(Function::Neg, inner)) = (function, self.get(x)) {
            return inner;
        }
        let range = Range::unary(width, function, self.range(x));
        match range.single() {
            // What is so far below zero that its exponential underflows.
            Some(value) => self.constant(value),
            None => self.data(width, Expression::Unary(function, x), range),
        }
    }

    /// An elementary function, of known numbers alone.
    pub(crate) fn elementary(&mut self, width: Width, function: Elementary, x: Id) -> Result<Id, String> {
        let known = self.known(x).ok_or_else(|| {
            format!("the {} of a number that depends on tokens is not supported", function.name())
        })?;
        Ok(self.constant_near(constant::elementary(width, function, known)))
    }

    pub(crate) fn neg(&mut self, width: Width, x: Id) -> Id {
        self.unary(width, Function::Neg, x)
    }

    /// `x op y`, computed at once where both are known.
    pub(crate) fn binary(&mut self, width: Width, op: Binary, x: Id, y: Id) -> Id {
        if op == Binary::Div {
            self.divided(x, y);
        }
        if let (Some(a), Some(b)) = (self.known(x), self.known(y)) {
            // The weights of positions alone are known, and still those of a softmax.
            if op == Binary::Div
                && let Some(share) = self.written_softmax(width, x, y)
            {
                return share;
            }
            return self.computed(width, Expression::Binary(op, x, y), constant::binary(width, op, a, b));
        }
        if let Some(found) = self.simpler(width, op, x, y) {
            return found;
        }
        match op {
            Binary::Mul => self.product(width, x, y),
            Binary::Div => self.quotient(width, x, y),
            Binary::Add | Binary::Sub | Binary::Max => {
                let mut range = Range::binary(width, op, self.range(x), self.range(y));
                let negated = |x: Id, y: Id| *self.get(y) == Expression::Unary(Function::Neg, x);
                if op == Binary::Max && (negated(x, y) || negated(y, x)) {
                    // A magnitude.
                    range.lo = range.lo.max(0.0);
                }
                self.data(width, Expression::Binary(op, x, y), range)
            }
        }
    }

    /// What `x op y` is, where no operation is needed: for every token and in every evaluation, but for the sign of a zero.
    ///
    /// A range of one value is a zero or an infinity: a product with zero of what is shown finite, zero divided by what is shown to be
    /// no zero and no NaN, an infinite mask on what is shown not to be the opposite infinity.
    fn simpler(&mut self, width: Width, op: Binary, x: Id, y: Id) -> Option<Id> {
        if self.is_nan(x) || self.is_nan(y) {
            return Some(self.constant(f64::NAN));
        }
        let (a, b) = (self.range(x), self.range(y));
        if let Some(value) = Range::binary(width, op, a, b).single() {
            return Some(self.constant(value));
        }
        Some(match op {
            Binary::Add if self.is(x, 0.0) => y,
            Binary::Add | Binary::Sub if self.is(y, 0.0) => x,
            Binary::Sub if self.is(x, 0.0) => self.neg(width, y),
            Binary::Mul if self.is(x, 1.0) => y,
            Binary::Mul | Binary::Div if self.is(y, 1.0) => x,
            Binary::Mul if self.is(x, -1.0) => self.neg(width, y),
            Binary::Mul | Binary::Div if self.is(y, -1.0) => self.neg(width, x),
            Binary::Max if x == y => x,
            // A NaN on the side that is kept stays one.
            Binary::Max if !b.nan && a.lo >= b.hi => x,
            Binary::Max if !a.nan && b.lo >= a.hi => y,
            _ => return None,
        })
    }

    /// A product with a reciprocal is a quotient, where the reciprocal is shown finite and normal: then each is within 4 units of the
    /// other, which is what the model of arithmetic allows a quotient.
    fn product(&mut self, width: Width, x: Id, y: Id) -> Id {
        for (x, y) in [(x, y), (y, x)] {
            if *self.get(y) == Expression::Unary(Function::Sigmoid, x) {
                return self.unary(width, Function::Silu, x);
            }
            let &Expression::Binary(Binary::Div, one, divisor) = self.get(y) else { continue };
            if self.is(one, 1.0) {
                if self.is_one_and_exp_of_negative(divisor, x) {
                    return self.unary(width, Function::Silu, x);
                }
                if self.range(divisor).inverts(width) {
                    return self.quotient(width, x, divisor);
                }
            }
        }
        let range = Range::binary(width, Binary::Mul, self.range(x), self.range(y));
        self.data(width, Expression::Binary(Binary::Mul, x, y), range)
    }

    /// Whether `id` is `1 + exp(-x)`.
    fn is_one_and_exp_of_negative(&self, id: Id, x: Id) -> bool {
        let &Expression::Binary(Binary::Add, a, b) = self.get(id) else { return false };
        let negative = |id: Id| match *self.get(id) {
            Expression::Unary(Function::Exp, inner) => {
                *self.get(inner) == Expression::Unary(Function::Neg, x)
            }
            _ => false,
        };
        (self.is(a, 1.0) && negative(b)) || (self.is(b, 1.0) && negative(a))
    }

    fn quotient(&mut self, width: Width, x: Id, y: Id) -> Id {
        if self.is_one_and_exp_of_negative(y, x) {
            return self.unary(width, Function::Silu, x);
        }
        if let Some(share) = self.written_softmax(width, x, y) {
            return share;
        }
        let mut range = Range::binary(width, Binary::Div, self.range(x), self.range(y));
        if let Some(limit) = self.normed(width, x, y) {
            range = range.within(limit);
        }
        self.data(width, Expression::Binary(Binary::Div, x, y), range)
    }

    /// How large `x / y` can be, if `y` is the root of a mean of squares of which `x` is one, and cannot vanish.
    ///
    /// With S the sum of the squares, y² is `share · S`, a constant that is not negative added on the way, less what underflows on the
    /// way, which is at most `loss`. So `share · x² ≤ y² + loss`, up to roundings; and y² is at least 100 times the loss. Where S
    /// overflows the quotient is zero.
    fn normed(&self, width: Width, x: Id, y: Id) -> Option<f64> {
        let &Expression::Unary(Function::Sqrt, mut inner) = self.get(y) else { return None };
        let mut steps = Vec::new();
        let count = loop {
            match self.get(inner) {
                Expression::Dot(left, right) if left == right && left.contains(&x) => break left.len(),
                &Expression::Binary(op, a, b) if steps.len() < 4 => {
                    let (known, other) = match (self.known(a), self.known(b)) {
                        (Some(known), None) if op != Binary::Div => (known, b),
                        (None, Some(known)) => (known, a),
                        _ => return None,
                    };
                    steps.push((op, Range::of(known)));
                    inner = other;
                }
                _ => return None,
            }
        };
        let lost = width.least_normal();
        let (mut share, mut loss) = (1.0, 2.0 * count as f64 * lost);
        for (op, known) in steps.into_iter().rev() {
            match op {
                Binary::Add if known.finite() && known.lo >= 0.0 => {}
                Binary::Mul if known.finite() && known.lo > 0.0 => {
                    (share, loss) = (share * known.lo, loss * known.hi);
                }
                Binary::Div if known.finite() && known.lo > 0.0 => {
                    (share, loss) = (share / known.hi, loss / known.lo);
                }
                _ => return None,
            }
            loss += lost;
        }
        let least = self.range(y).lo;
        (count <= 4096 && least > 0.0 && least * least > 100.0 * loss)
            .then(|| (1.01_f64 / share).sqrt() * 1.001)
    }
}
