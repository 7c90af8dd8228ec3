//! How far the values of an expression can reach: enough to see which scores a mask shuts out.

use program::{Binary, Constant, Function};

/// A range that holds every value; generous by a millionth for roundings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
}

impl Range {
    const ANYTHING: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY };

    pub(crate) fn new(lo: f64, hi: f64) -> Self {
        let slack = 1e-6;
        // A NaN becomes no limit.
        let lo = if lo.is_nan() { f64::NEG_INFINITY } else { lo - slack * lo.abs() };
        let hi = if hi.is_nan() { f64::INFINITY } else { hi + slack * hi.abs() };
        Self { lo, hi }
    }

    pub(crate) fn of(constant: Constant) -> Self {
        if constant.value().is_nan() {
            return Self::ANYTHING;
        }
        Self { lo: constant.value() - constant.radius(), hi: constant.value() + constant.radius() }
    }

    pub(crate) fn hull(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// The greatest magnitude.
    pub(crate) fn most(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// The range of a sum in any order: terms may cancel, and their roundings do not.
    pub(crate) fn sum(terms: impl Iterator<Item = Self>) -> Self {
        let (mut sum, mut most, mut count) = (Self { lo: 0.0, hi: 0.0 }, 0.0, 0.0);
        for term in terms {
            sum = Self { lo: sum.lo + term.lo, hi: sum.hi + term.hi };
            most += term.most();
            count += 1.0;
        }
        let slack = (1e-6 + 2e-7 * count) * most;
        if slack.is_nan() || sum.lo.is_nan() || sum.hi.is_nan() {
            return Self::ANYTHING;
        }
        Self { lo: sum.lo - slack, hi: sum.hi + slack }
    }

    /// The part of the range within `limit` of zero.
    pub(crate) fn within(self, limit: f64) -> Self {
        Self { lo: self.lo.max(-limit), hi: self.hi.min(limit) }
    }

    /// Whether every value is a number that is not infinite.
    pub(crate) fn finite(self) -> bool {
        self.lo > f64::NEG_INFINITY && self.hi < f64::INFINITY
    }

    /// Whether every value is below every value of `other`.
    pub(crate) fn below(self, other: Self) -> bool {
        self.hi < other.lo
    }

    fn ends(ends: [f64; 4]) -> Self {
        // Zero times infinity is zero here: numbers are finite, only limits are not.
        let ends = ends.map(|end| if end.is_nan() { 0.0 } else { end });
        Self::new(
            ends.into_iter().fold(f64::INFINITY, f64::min),
            ends.into_iter().fold(f64::NEG_INFINITY, f64::max),
        )
    }

    pub(crate) fn binary(op: Binary, x: Self, y: Self) -> Self {
        match op {
            Binary::Add => Self::new(x.lo + y.lo, x.hi + y.hi),
            Binary::Sub => Self::new(x.lo - y.hi, x.hi - y.lo),
            Binary::Mul => Self::ends([x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi]),
            Binary::Div if y.lo > 0.0 || y.hi < 0.0 => {
                Self::ends([x.lo / y.lo, x.lo / y.hi, x.hi / y.lo, x.hi / y.hi])
            }
            Binary::Div => Self::ANYTHING,
            Binary::Max => Self { lo: x.lo.max(y.lo), hi: x.hi.max(y.hi) },
        }
    }

    pub(crate) fn unary(function: Function, x: Self) -> Self {
        match function {
            Function::Neg => Self { lo: -x.hi, hi: -x.lo },
            Function::Sqrt => Self::new(x.lo.max(0.0).sqrt(), x.hi.max(0.0).sqrt()),
            Function::Exp => {
                let exp = num::portable::exp;
                Self::new(exp(x.lo), exp(x.hi))
            }
            Function::Tanh | Function::Erf => Self { lo: -1.0, hi: 1.0 },
            Function::Sigmoid => Self { lo: 0.0, hi: 1.0 },
            // Of what may be negative, zero or no number nothing is known.
            Function::Ln if x.lo > 0.0 => Self::new(num::portable::ln(x.lo), num::portable::ln(x.hi)),
            Function::Ln => Self::ANYTHING,
            // It lies between max(x, 0) and that plus ln 2.
            Function::Softplus => Self::new(x.lo.max(0.0), x.hi.max(0.0) + 0.6932),
            // The least value of silu is about -0.2785.
            Function::Silu => Self::new(x.lo.max(-0.2785), x.hi.max(0.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_by_hand() {
        let (x, y) = (Range { lo: -1.0, hi: 2.0 }, Range { lo: 3.0, hi: 4.0 });
        let product = Range::binary(Binary::Mul, x, y);
        assert!(product.lo < -4.0 && product.lo > -4.001 && product.hi > 8.0 && product.hi < 8.001);
        assert_eq!(Range::binary(Binary::Div, y, x), Range::ANYTHING);
        assert!(Range::unary(Function::Silu, x).lo <= -0.2784);
        assert_eq!(Range::binary(Binary::Add, Range::ANYTHING, x), Range::ANYTHING);
    }
}
