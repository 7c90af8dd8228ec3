//! What is known of a value before the program runs: enough to fold without changing a bit.

use crate::graph::{Binary, Unary};

/// A range that holds every value a node can have, and whether it can be a NaN or a negative zero.
///
/// Rounding to nearest is monotone, so the ends of a range are computed with the program's own operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Facts {
    /// No value is below this.
    pub(crate) low: f64,
    /// No value is above this.
    pub(crate) high: f64,
    /// Whether it can be a NaN.
    pub(crate) nan: bool,
    /// Whether it can be a negative zero.
    pub(crate) negative_zero: bool,
}

impl Facts {
    /// Nothing is known.
    pub(crate) const ANYTHING: Self =
        Self { low: f64::NEG_INFINITY, high: f64::INFINITY, nan: true, negative_zero: true };

    pub(crate) fn constant(value: f64) -> Self {
        Self::among([value])
    }

    /// One of `values`, of which there is at least one.
    pub(crate) fn among(values: impl IntoIterator<Item = f64>) -> Self {
        let mut facts =
            Self { low: f64::INFINITY, high: f64::NEG_INFINITY, nan: false, negative_zero: false };
        for value in values {
            if value.is_nan() {
                return Self::ANYTHING;
            }
            facts.low = facts.low.min(value);
            facts.high = facts.high.max(value);
            facts.negative_zero |= value == 0.0 && value.is_sign_negative();
        }
        facts
    }

    /// Neither infinite nor a NaN.
    pub(crate) fn finite(&self) -> bool {
        !self.nan && self.low.is_finite() && self.high.is_finite()
    }

    /// Always one of the two zeros.
    pub(crate) fn is_zero(&self) -> bool {
        !self.nan && self.low == 0.0 && self.high == 0.0
    }

    fn can_be_zero(&self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }

    fn can_be_negative(&self) -> bool {
        self.low < 0.0 || self.negative_zero
    }

    pub(crate) fn unary(op: Unary, x: &Self, compute: fn(Unary, f64) -> f64) -> Self {
        match op {
            Unary::Neg => Self {
                low: -x.high,
                high: -x.low,
                // A positive zero turns negative.
                negative_zero: x.can_be_zero(),
                nan: x.nan,
            },
            Unary::Exp if !x.nan => {
                // Only exp of f32 is known to be monotone to the last bit; a place on either side covers f64.
                let (low, high) = (compute(op, x.low).next_down().max(0.0), compute(op, x.high).next_up());
                Self { low, high, nan: false, negative_zero: false }
            }
            Unary::Sqrt if !x.nan && x.low >= 0.0 => Self {
                low: compute(op, x.low),
                high: compute(op, x.high),
                nan: false,
                negative_zero: x.negative_zero,
            },
            Unary::Tanh | Unary::Erf if !x.nan => {
                Self { low: -1.0, high: 1.0, nan: false, negative_zero: x.can_be_zero() }
            }
            _ => Self::ANYTHING,
        }
    }

    pub(crate) fn binary(op: Binary, x: &Self, y: &Self, compute: fn(Binary, f64, f64) -> f64) -> Self {
        if !x.finite() || !y.finite() {
            return Self::ANYTHING;
        }
        let at = |a, b| compute(op, a, b);
        let (low, high, negative_zero) = match op {
            // A sum is a negative zero only if both parts are.
            Binary::Add => (at(x.low, y.low), at(x.high, y.high), x.negative_zero && y.negative_zero),
            Binary::Sub => (at(x.low, y.high), at(x.high, y.low), x.negative_zero && y.can_be_zero()),
            Binary::Max => {
                let (low, high) = (at(x.low, y.low), at(x.high, y.high));
                (low, high, x.negative_zero || y.negative_zero)
            }
            Binary::Mul => {
                let ends = [at(x.low, y.low), at(x.low, y.high), at(x.high, y.low), at(x.high, y.high)];
                let (low, high) = ends.iter().fold((ends[0], ends[0]), |(l, h), &e| (l.min(e), h.max(e)));
                // A tiny negative product rounds to a negative zero.
                (low, high, x.can_be_negative() || y.can_be_negative())
            }
            Binary::Div => {
                if y.can_be_zero() {
                    return Self::ANYTHING;
                }
                let ends = [at(x.low, y.low), at(x.low, y.high), at(x.high, y.low), at(x.high, y.high)];
                let (low, high) = ends.iter().fold((ends[0], ends[0]), |(l, h), &e| (l.min(e), h.max(e)));
                (low, high, x.can_be_negative() || y.can_be_negative())
            }
        };
        // Finite operands that overflow give an infinity, never a NaN.
        Self { low, high, nan: low.is_nan() || high.is_nan(), negative_zero }
    }

    /// Of `x · y + z`, which is least and greatest where the product and the addend are.
    pub(crate) fn fused(x: &Self, y: &Self, z: &Self, compute: fn(f64, f64, f64) -> f64) -> Self {
        if !x.finite() || !y.finite() || !z.finite() {
            return Self::ANYTHING;
        }
        let corners = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)];
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (x, y) in corners {
            (low, high) = (low.min(compute(x, y, z.low)), high.max(compute(x, y, z.high)));
        }
        // What is negative and tiny rounds to a negative zero.
        let negative_zero = x.can_be_negative() || y.can_be_negative() || z.low < 0.0;
        Self { low, high, nan: false, negative_zero }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{compute_binary, compute_unary};

    fn facts(low: f64, high: f64) -> Facts {
        Facts { low, high, nan: false, negative_zero: false }
    }

    #[test]
    fn ranges_by_hand() {
        let binary = |op, x: &Facts, y: &Facts| Facts::binary(op, x, y, compute_binary::<f64>);
        assert_eq!(binary(Binary::Add, &facts(0.0, 9.0), &facts(1.0, 2.0)), facts(1.0, 11.0));
        let product = binary(Binary::Mul, &facts(-1.0, 2.0), &facts(3.0, 5.0));
        assert_eq!((product.low, product.high, product.negative_zero), (-5.0, 10.0, true));
        assert_eq!(binary(Binary::Div, &facts(1.0, 2.0), &facts(0.0, 1.0)), Facts::ANYTHING);
        assert_eq!(binary(Binary::Max, &facts(-3.0, 2.0), &facts(0.0, 0.0)), facts(0.0, 2.0));
    }

    #[test]
    fn facts_hold_for_every_pair_of_samples() {
        let samples: Vec<f64> = num::laws::SAMPLES.into_iter().filter(|x| !x.is_nan()).collect();
        let holds = |facts: &Facts, value: f64, what: &str| {
            let inside = (value.is_nan() && facts.nan)
                || (facts.low <= value
                    && value <= facts.high
                    && (facts.negative_zero || value != 0.0 || value.is_sign_positive()));
            assert!(inside, "{what}: {value} is not in {facts:?}");
        };
        for window in samples.windows(2) {
            let x = Facts::among([window[0], window[1]]);
            for op in [
                Unary::Neg,
                Unary::Sqrt,
                Unary::Exp,
                Unary::Tanh,
                Unary::Erf,
                Unary::Ln,
                Unary::Softplus,
                Unary::AsF32,
            ] {
                let known = Facts::unary(op, &x, compute_unary::<f64>);
                window.iter().for_each(|&v| holds(&known, compute_unary(op, v), &format!("{op:?} {v}")));
            }
            for other in samples.windows(2) {
                let y = Facts::among([other[0], other[1]]);
                for op in [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Max] {
                    let known = Facts::binary(op, &x, &y, compute_binary::<f64>);
                    for &a in window {
                        other.iter().for_each(|&b| {
                            holds(&known, compute_binary(op, a, b), &format!("{op:?} {a} {b}"));
                        });
                    }
                }
            }
        }
    }
}
