//! The program itself on ranges of its own numbers.

use crate::range::Range;
use num::{Float, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Every number from `lo` to `hi` of a program in `T`, or nothing known.
///
/// Each operation is the program's own, in its own order, at the ends. An operation rounded to nearest never falls where its exact
/// result rises, so the ends hold every number between; where both are equal, they are what the program computes to the bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span<T>(pub(crate) Option<(T, T)>);

impl<T: Float> Span<T> {
    pub(crate) fn exactly(value: T) -> Self {
        Self::of(&[value])
    }

    /// The same as a range of real numbers.
    pub(crate) fn range(&self) -> Range {
        self.0.map_or(Range::UNKNOWN, |(lo, hi)| Range::new(lo.to_f64(), hi.to_f64()))
    }

    /// From the least to the greatest of `values`; unknown if one of them is not finite, or if there is none.
    fn of(values: &[T]) -> Self {
        let Some(&first) = values.first() else { return Self(None) };
        if !values.iter().all(|value| value.to_f64().is_finite()) {
            return Self(None);
        }
        let least = values.iter().fold(first, |least, &value| if value < least { value } else { least });
        let most = values.iter().fold(first, |most, &value| if value > most { value } else { most });
        Self(Some((least, most)))
    }

    fn both(self, other: Self, ends: impl Fn((T, T), (T, T)) -> [T; 4]) -> Self {
        let (Some(a), Some(b)) = (self.0, other.0) else { return Self(None) };
        Self::of(&ends(a, b))
    }

    /// The image under a rising function; one that is not proved to rise everywhere is `loose`, and its ends are moved outward
    /// by two numbers each.
    fn image(self, function: impl Fn(T) -> T, loose: bool) -> Self {
        let Some((lo, hi)) = self.0 else { return self };
        let (low, high) = (function(lo), function(hi));
        if lo == hi || !loose {
            return Self::of(&[low, high]);
        }
        let moved = |value: T, by: i64| {
            let (bits, negative) = value.ordered_bits();
            let at = if negative { by - bits } else { by + bits };
            T::from_ordered_bits(at.abs(), at < 0)
        };
        Self::of(&[moved(low, -2), moved(high, 2)])
    }
}

impl<T: Float> Add for Span<T> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.both(other, |a, b| [a.0 + b.0, a.1 + b.1, a.0 + b.0, a.1 + b.1])
    }
}

impl<T: Float> Sub for Span<T> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.both(other, |a, b| [a.0 - b.1, a.1 - b.0, a.0 - b.1, a.1 - b.0])
    }
}

impl<T: Float> Mul for Span<T> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.both(other, |a, b| [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1])
    }
}

impl<T: Float> Div for Span<T> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let zero = T::zero();
        if other.0.is_none_or(|(lo, hi)| lo <= zero && hi >= zero) {
            return Self(None);
        }
        self.both(other, |a, b| [a.0 / b.0, a.0 / b.1, a.1 / b.0, a.1 / b.1])
    }
}

impl<T: Float> Neg for Span<T> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.map(|(lo, hi)| (-hi, -lo)))
    }
}

impl<T: Float> Scalar for Span<T> {
    fn zero() -> Self {
        Self::exactly(T::zero())
    }

    fn one() -> Self {
        Self::exactly(T::one())
    }

    fn max(self, other: Self) -> Self {
        self.both(other, |a, b| [a.0.max(b.0), a.1.max(b.1), a.0.max(b.0), a.1.max(b.1)])
    }

    fn sqrt(self) -> Self {
        self.image(T::sqrt, false)
    }

    /// In f32 it rises, which `num` checks over every number.
    fn exp(self) -> Self {
        self.image(T::exp, T::NAME != "f32")
    }

    fn tanh(self) -> Self {
        self.image(T::tanh, true)
    }

    fn erf(self) -> Self {
        self.image(T::erf, true)
    }

    /// Of one number the program's own, also where its exponential overflows.
    fn silu(self) -> Self {
        match self.0 {
            Some((lo, hi)) if lo == hi => Self::exactly(lo.silu()),
            _ => self / (Self::one() + (-self).exp()),
        }
    }
}

impl<T: Float> Reading for Span<T> {
    /// A set of tokens, one bit for each.
    type Token = u128;

    fn token(id: usize) -> u128 {
        1 << id
    }

    fn look_up(column: &[Self], tokens: u128) -> Self {
        let chosen = (0..column.len().min(128)).filter(|id| tokens >> id & 1 == 1);
        let hull = |a: Self, b: Self| a.both(b, |a, b| [a.0, a.1, b.0, b.1]);
        chosen.map(|id| column[id]).reduce(hull).unwrap_or(Self(None))
    }

    /// Nothing is decided with it.
    fn argmax(_: &[Self]) -> u128 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(lo: f32, hi: f32) -> Span<f32> {
        Span(Some((lo, hi)))
    }

    #[test]
    fn ends_are_the_programs_own() {
        let (a, b) = (span(-1.0, 3.0), span(0.1, 0.2));
        assert_eq!(a + b, span(-1.0 + 0.1, 3.0 + 0.2));
        assert_eq!(a - b, span(-1.0 - 0.2, 3.0 - 0.1));
        assert_eq!(a * b, span(-0.2, 3.0 * 0.2));
        assert_eq!(a / b, span(-1.0 / 0.1, 3.0 / 0.1));
        assert_eq!(b / a, Span(None));
        assert_eq!(span(0.3, 0.3).exp(), span(Scalar::exp(0.3_f32), Scalar::exp(0.3_f32)));
        assert_eq!(Span::<f32>::zero().max(a), span(0.0, 3.0));
        let column = [span(1.0, 1.0), span(5.0, 5.0), span(3.0, 3.0)];
        assert_eq!(Span::look_up(&column, 0b101), span(1.0, 3.0));
        assert_eq!(Span::look_up(&column, 0), Span(None));
        let big = span(3e38, 3e38);
        assert_eq!((big + big) * Span::zero(), Span(None));
    }
}
