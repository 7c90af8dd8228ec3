//! Intervals of real numbers, rounded outward, and of a program's own numbers.

use crate::attention::Met;
use num::{Float, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Every number from `lo` to `hi`; unknown, which is from −∞ to ∞ with NaN among it, unless both ends are finite.
///
/// Each operation is computed at the ends, to nearest. `OUTWARD` moves the result to the next numbers outside, so that it holds
/// what exact arithmetic gives. Otherwise it holds what the same operation of a program in `T` gives: one that is rounded to
/// nearest never falls where its exact result rises, and where both ends are equal, they are the program's own to the bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ends<T, const OUTWARD: bool> {
    pub(crate) lo: T,
    pub(crate) hi: T,
}

/// A range of real numbers.
pub(crate) type Range = Ends<f64, true>;

/// A range of the numbers of a program in `T`.
pub(crate) type Span<T> = Ends<T, false>;

/// The float `by` floats above `value`.
fn moved<T: Float>(value: T, by: i64) -> T {
    let (bits, negative) = value.ordered_bits();
    let at = if negative { by - bits } else { by + bits };
    T::from_ordered_bits(at.abs(), at < 0)
}

impl<T: Float, const OUTWARD: bool> Ends<T, OUTWARD> {
    pub(crate) fn point(value: T) -> Self {
        Self::new(value, value)
    }

    /// From `lo` to `hi`; unknown if these are no ends.
    #[inline]
    pub(crate) fn new(lo: T, hi: T) -> Self {
        if lo <= hi && lo.to_f64() > f64::NEG_INFINITY && hi.to_f64() < f64::INFINITY {
            Self { lo, hi }
        } else {
            Self { lo: T::from_f64(f64::NEG_INFINITY), hi: T::from_f64(f64::INFINITY) }
        }
    }

    pub(crate) fn unknown() -> Self {
        Self::new(T::one(), T::zero())
    }

    /// Ends that are rounded to nearest.
    #[inline]
    fn rounded(lo: T, hi: T) -> Self {
        if OUTWARD {
            let (lo, hi) = (lo.to_f64().next_down(), hi.to_f64().next_up());
            Self::new(T::from_f64(lo), T::from_f64(hi))
        } else {
            Self::new(lo, hi)
        }
    }

    /// Around four numbers at the corners. One that is NaN has others beside it that are infinite, or NaN in the first place.
    #[inline]
    fn around(corners: [T; 4]) -> Self {
        let (mut lo, mut hi) = (corners[0], corners[0]);
        for &corner in &corners[1..] {
            lo = if corner < lo { corner } else { lo };
            hi = if corner > hi { corner } else { hi };
        }
        Self::rounded(lo, hi)
    }

    /// The image under a rising function that `num` computes with an error below one unit in the last place: moved outward by
    /// two numbers, unless it is a program's that never falls as computed, which is `monotone`, or of one number.
    fn rising(self, function: impl Fn(T) -> T, monotone: bool) -> Self {
        let (lo, hi) = (function(self.lo), function(self.hi));
        if self == Self::unknown() {
            self
        } else if !OUTWARD && (monotone || self.lo == self.hi) {
            Self::new(lo, hi)
        } else {
            Self::new(moved(lo, -2), moved(hi, 2))
        }
    }

    pub(crate) fn hull(self, other: Self) -> Self {
        Self {
            lo: if other.lo < self.lo { other.lo } else { self.lo },
            hi: if other.hi > self.hi { other.hi } else { self.hi },
        }
    }
}

impl Range {
    pub(crate) const ZERO: Self = Self { lo: 0.0, hi: 0.0 };

    /// No number has a greater magnitude.
    #[inline]
    pub(crate) fn most(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// Some number near the middle, and a distance from it that none exceeds.
    #[inline]
    pub(crate) fn ball(self) -> (f64, f64) {
        let middle = self.lo / 2.0 + self.hi / 2.0;
        (middle, (self.hi - middle).max(middle - self.lo).next_up())
    }

    /// The same with `by` more on both sides.
    #[inline]
    pub(crate) fn widened(self, by: f64) -> Self {
        Self::rounded(self.lo - by, self.hi + by)
    }

    /// What lies in both, where it is known that both hold the same number.
    #[inline]
    pub(crate) fn meet(self, other: Self) -> Self {
        Self::new(self.lo.max(other.lo), self.hi.min(other.hi))
    }

    /// The squares.
    pub(crate) fn square(self) -> Self {
        let product = self * self;
        Self::new(product.lo.max(0.0), product.hi)
    }
}

macro_rules! operators {
    ($($operator:ident $function:ident, $a:ident $b:ident: $result:expr;)*) => {$(
        impl<T: Float, const OUTWARD: bool> $operator for Ends<T, OUTWARD> {
            type Output = Self;

            #[inline]
            fn $function(self, other: Self) -> Self {
                let ($a, $b) = (self, other);
                $result
            }
        }
    )*};
}

operators! {
    Add add, a b: Self::rounded(a.lo + b.lo, a.hi + b.hi);
    Sub sub, a b: Self::rounded(a.lo - b.hi, a.hi - b.lo);
    Mul mul, a b: Self::around([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]);
    // Unknown if the divisor may be zero.
    Div div, a b: if b.lo > T::zero() || b.hi < T::zero() {
        Self::around([a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi])
    } else {
        Self::unknown()
    };
}

impl<T: Float, const OUTWARD: bool> Neg for Ends<T, OUTWARD> {
    type Output = Self;

    fn neg(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo }
    }
}

impl<T: Float, const OUTWARD: bool> Scalar for Ends<T, OUTWARD> {
    fn zero() -> Self {
        Self::point(T::zero())
    }

    fn one() -> Self {
        Self::point(T::one())
    }

    fn max(self, other: Self) -> Self {
        Self::new(self.lo.max(other.lo), self.hi.max(other.hi))
    }

    /// Unknown if a number may be negative.
    fn sqrt(self) -> Self {
        Self::rounded(self.lo.sqrt(), self.hi.sqrt())
    }

    /// In f32 it never falls as computed, which `num` checks over every number.
    fn exp(self) -> Self {
        self.rising(T::exp, T::NAME == "f32")
    }

    fn tanh(self) -> Self {
        self.rising(T::tanh, false)
    }

    fn erf(self) -> Self {
        self.rising(T::erf, false)
    }

    /// No block of a model file asks for it.
    fn ln(self) -> Self {
        Self::unknown()
    }

    /// No block of a model file asks for it.
    fn softplus(self) -> Self {
        Self::unknown()
    }

    /// Of the sums at the corners the least has the least addend, the greatest the greatest.
    fn fused(self, factor: Self, addend: Self) -> Self {
        let at = |addend: T| {
            let [x, y] = [self, factor];
            let corners = [(x.lo, y.lo), (x.lo, y.hi), (x.hi, y.lo), (x.hi, y.hi)];
            Self::around(corners.map(|(x, y)| x.fused(y, addend)))
        };
        let known = [self, factor, addend].iter().all(|ends| *ends != Self::unknown());
        if known { at(addend.lo).hull(at(addend.hi)) } else { Self::unknown() }
    }

    /// Nor for this.
    fn as_f32(self) -> Self {
        Self::unknown()
    }

    /// Of one number a program's own, also where its exponential overflows.
    fn silu(self) -> Self {
        if !OUTWARD && self.lo == self.hi {
            return Self::point(self.lo.silu());
        }
        self / (Self::one() + (-self).exp())
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
        chosen.map(|id| column[id]).reduce(Self::hull).unwrap_or(Self::unknown())
    }

    /// Nothing is decided with it.
    fn argmax(_: &[Self]) -> u128 {
        0
    }
}

impl<T: Float> Met for Span<T> {
    fn all(&self) -> Range {
        Range::new(self.lo.to_f64(), self.hi.to_f64())
    }

    fn share(&mut self, _: usize) {}

    fn beside(&self, _: &Self) -> Range {
        self.all()
    }
}
