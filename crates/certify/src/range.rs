//! Intervals of real numbers, rounded outward.

use num::portable;
use std::ops::{Add, Mul, Neg, Sub};

/// Every real number from `lo` to `hi`.
///
/// An end is computed in f64, to nearest, and then moved to the next f64 outward, so it holds what exact arithmetic gives.
/// An infinite end means that nothing is known on that side; an end is never a NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
}

impl Range {
    pub(crate) const ZERO: Self = Self { lo: 0.0, hi: 0.0 };
    pub(crate) const UNKNOWN: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY };

    pub(crate) fn point(value: f64) -> Self {
        Self::new(value, value)
    }

    /// From `lo` to `hi`; unknown if these are no ends.
    pub(crate) fn new(lo: f64, hi: f64) -> Self {
        if lo <= hi && lo < f64::INFINITY && hi > f64::NEG_INFINITY { Self { lo, hi } } else { Self::UNKNOWN }
    }

    /// With both ends moved outward, after one rounding.
    #[inline]
    fn outward(lo: f64, hi: f64) -> Self {
        Self::new(lo.next_down(), hi.next_up())
    }

    /// No number has a greater magnitude.
    #[inline]
    pub(crate) fn most(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// Some number near the middle.
    pub(crate) fn middle(self) -> f64 {
        self.lo / 2.0 + self.hi / 2.0
    }

    /// The same with `by` more on both sides.
    #[inline]
    pub(crate) fn widened(self, by: f64) -> Self {
        if by == 0.0 { self } else { Self::outward(self.lo - by, self.hi + by) }
    }

    pub(crate) fn hull(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// What lies in both, where it is known that both hold the same number.
    #[inline]
    pub(crate) fn meet(self, other: Self) -> Self {
        Self::new(self.lo.max(other.lo), self.hi.min(other.hi))
    }

    #[inline]
    pub(crate) fn scaled(self, by: f64) -> Self {
        let (a, b) = (self.lo * by, self.hi * by);
        if by >= 0.0 { Self::outward(a, b) } else { Self::outward(b, a) }
    }

    /// The quotient; unknown if the divisor may be zero.
    pub(crate) fn over(self, by: Self) -> Self {
        if !(by.lo > 0.0 || by.hi < 0.0) {
            return Self::UNKNOWN;
        }
        Self::around([self.lo / by.lo, self.lo / by.hi, self.hi / by.lo, self.hi / by.hi])
    }

    /// The squares.
    pub(crate) fn square(self) -> Self {
        let (a, b) = (self.lo * self.lo, self.hi * self.hi);
        let least = if self.lo <= 0.0 && self.hi >= 0.0 { 0.0 } else { a.min(b).next_down() };
        Self::new(least, a.max(b).next_up())
    }

    pub(crate) fn sqrt(self) -> Self {
        Self::outward(self.lo.max(0.0).sqrt(), self.hi.max(0.0).sqrt())
    }

    /// The image under a rising function that [`portable`] computes with an error of less than one unit in the last place.
    pub(crate) fn rising(self, function: impl Fn(f64) -> f64) -> Self {
        Self::new(function(self.lo).next_down().next_down(), function(self.hi).next_up().next_up())
    }

    pub(crate) fn exp(self) -> Self {
        let Self { lo, hi } = self.rising(portable::exp);
        Self::new(lo.max(0.0), hi)
    }

    /// The smallest range around four numbers. A NaN among them is zero times infinity, which is zero for every real number.
    #[inline]
    fn around(ends: [f64; 4]) -> Self {
        let [a, b, c, d] = ends;
        Self::outward(a.min(b).min(c.min(d)), a.max(b).max(c.max(d)))
    }
}

impl Add for Range {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self::outward(self.lo + other.lo, self.hi + other.hi)
    }
}

impl Sub for Range {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        Self::outward(self.lo - other.hi, self.hi - other.lo)
    }
}

impl Mul for Range {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        let (a, b) = (self, other);
        Self::around([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi])
    }
}

impl Neg for Range {
    type Output = Self;

    fn neg(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_lie_outside() {
        let third = Range::point(1.0).over(Range::point(3.0));
        assert!(third.lo < 1.0 / 3.0 && 1.0 / 3.0 < third.hi);
        let product = Range::new(-1.0, 2.0) * Range::new(-3.0, 0.5);
        assert!(product.lo <= -6.0 && product.hi >= 3.0 && product.hi - product.lo < 9.000001);
        assert!(Range::new(-1.0, 2.0).square().lo == 0.0);
        let e = Range::point(1.0).exp();
        assert!(e.lo < std::f64::consts::E && std::f64::consts::E < e.hi);
        assert_eq!(Range::point(-1e9).exp().lo, 0.0);
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let unknown = Range::point(1.0).over(Range::new(-1.0, 1.0));
        assert_eq!(unknown, Range::UNKNOWN);
        assert_eq!(unknown + Range::point(1.0), Range::UNKNOWN);
        assert_eq!(unknown - unknown, Range::UNKNOWN);
        assert_eq!(unknown.scaled(0.0), Range::UNKNOWN);
        assert_eq!(Range::new(f64::NAN, 1.0), Range::UNKNOWN);
        let big = Range::point(1e308) * Range::point(1e308);
        assert_eq!((big.lo, big.hi), (f64::MAX, f64::INFINITY));
        assert_eq!(big - big, Range::UNKNOWN);
    }
}
