//! Intervals that enclose what a program computes, roundings and all.

use crate::{Float, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Every result that a program in `T` can have when its inputs lie in intervals.
///
/// The ends are computed with the program's own operations, rounded to nearest as the program rounds. Rounding to nearest is
/// monotone, and so is every operation in each of its arguments, so the ends enclose each result *of the program*: no
/// outward rounding is needed, and an interval of one number is exactly the number that the program computes.
/// This holds for the program's own order of operations and its own functions; for any other order see
/// [`Affine`](crate::Affine).
///
/// An interval that could reach an infinity or a NaN is [`unknown`](Interval::unknown), and stays so.
/// The sign of a zero is not kept; only a division could tell the two apart, and a divisor that may be zero gives `unknown`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval<T> {
    lo: T,
    hi: T,
}

impl<T: Float> Interval<T> {
    /// Exactly `value`.
    pub fn point(value: T) -> Self {
        Self::new(value, value)
    }

    /// From `lo` to `hi`, both included; unknown if one of them is infinite or a NaN.
    pub fn new(lo: T, hi: T) -> Self {
        let known = lo.to_f64().is_finite() && hi.to_f64().is_finite();
        if known { Self { lo, hi } } else { Self::unknown() }
    }

    /// Nothing is known: any number, an infinity or a NaN.
    pub fn unknown() -> Self {
        let nan = T::from_f64(f64::NAN);
        Self { lo: nan, hi: nan }
    }

    /// The least number, NaN if unknown.
    pub fn lo(self) -> T {
        self.lo
    }

    /// The greatest number, NaN if unknown.
    pub fn hi(self) -> T {
        self.hi
    }

    /// The one number it holds, if it holds one.
    pub fn single(self) -> Option<T> {
        (self.lo == self.hi).then_some(self.lo)
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Self) -> Self {
        if self.is_unknown() || other.is_unknown() {
            return Self::unknown();
        }
        let lo = if other.lo < self.lo { other.lo } else { self.lo };
        Self { lo, hi: self.hi.max(other.hi) }
    }

    fn is_unknown(self) -> bool {
        self.lo.partial_cmp(&self.hi).is_none()
    }

    /// The hull of four numbers.
    fn around(ends: [T; 4]) -> Self {
        ends[1..].iter().fold(Self::point(ends[0]), |all, &end| all.hull(Self::point(end)))
    }

    /// The image under a function that is monotone but for `ulps` units in the last place: what is not proved monotone
    /// for every argument is widened by its own error.
    fn rising(self, function: impl Fn(T) -> T, ulps: i64) -> Self {
        if self.is_unknown() {
            return self;
        }
        let (lo, hi) = (function(self.lo), function(self.hi));
        if self.lo == self.hi || ulps == 0 {
            return Self::new(lo, hi);
        }
        let step = |value: T, by: i64| {
            let (bits, negative) = value.ordered_bits();
            let at = if negative { -bits } else { bits } + by;
            T::from_ordered_bits(at.abs(), at < 0)
        };
        Self::new(step(lo, -ulps), step(hi, ulps))
    }
}

impl<T: Float> Add for Interval<T> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.lo + other.lo, self.hi + other.hi)
    }
}

impl<T: Float> Sub for Interval<T> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.lo - other.hi, self.hi - other.lo)
    }
}

impl<T: Float> Mul for Interval<T> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let (a, b) = (self, other);
        Self::around([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi])
    }
}

impl<T: Float> Div for Interval<T> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let (a, b) = (self, other);
        let zero = T::zero();
        if b.lo > zero || b.hi < zero {
            Self::around([a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi])
        } else {
            Self::unknown()
        }
    }
}

impl<T: Float> Neg for Interval<T> {
    type Output = Self;

    fn neg(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo }
    }
}

impl<T: Float> Scalar for Interval<T> {
    fn zero() -> Self {
        Self::point(T::zero())
    }

    fn one() -> Self {
        Self::point(T::one())
    }

    fn max(self, other: Self) -> Self {
        if self.is_unknown() || other.is_unknown() {
            return Self::unknown();
        }
        Self { lo: self.lo.max(other.lo), hi: self.hi.max(other.hi) }
    }

    fn sqrt(self) -> Self {
        self.rising(T::sqrt, 0)
    }

    /// In f32 the function is monotone, which is checked over every `f32`; in f64 the ends are widened by two units.
    fn exp(self) -> Self {
        self.rising(T::exp, if T::NAME == "f32" { 0 } else { 2 })
    }

    fn tanh(self) -> Self {
        self.rising(T::tanh, 2)
    }

    fn erf(self) -> Self {
        self.rising(T::erf, 2)
    }

    /// Monotone where the exponential is: the other operations round to nearest.
    fn sigmoid(self) -> Self {
        self.rising(T::sigmoid, if T::NAME == "f32" { 0 } else { 4 })
    }

    fn ln(self) -> Self {
        self.rising(T::ln, 2)
    }

    fn softplus(self) -> Self {
        self.rising(T::softplus, 4)
    }

    fn as_f32(self) -> Self {
        self.rising(T::as_f32, 0)
    }

    /// A product is least and greatest at the ends of its factors, and one rounding keeps the order.
    fn fused(self, factor: Self, addend: Self) -> Self {
        if self.is_unknown() || factor.is_unknown() || addend.is_unknown() {
            return Self::unknown();
        }
        let (mut lo, mut hi) = (T::from_f64(f64::INFINITY), T::from_f64(f64::NEG_INFINITY));
        for (x, y) in [(self.lo, factor.lo), (self.lo, factor.hi), (self.hi, factor.lo), (self.hi, factor.hi)]
        {
            let (low, high) = (x.fused(y, addend.lo), x.fused(y, addend.hi));
            if low.to_f64().is_nan() || high.to_f64().is_nan() {
                return Self::unknown();
            }
            lo = if low < lo { low } else { lo };
            hi = if high > hi { high } else { hi };
        }
        Self::new(lo, hi)
    }

    /// The operations of the default, with an overflow of the exponential kept: `x / (1 + ∞)` is a zero.
    fn silu(self) -> Self {
        if let Some(x) = self.single() {
            return Self::point(x.silu());
        }
        if self.is_unknown() {
            return self;
        }
        let below = |x: T| T::one() + (-x).exp();
        let (least, greatest) = (below(self.hi), below(self.lo));
        let (lo, hi) = (self.lo, self.hi);
        let slack = T::from_f64(if T::NAME == "f32" { 1.0 } else { 1.0 + 16.0 * f64::EPSILON });
        Self::around([lo / least, lo / greatest, hi / least, hi / greatest])
            * Self::new(T::one() / slack, slack)
    }

    /// In the program's order. The square of a number that stands in both places is not negative.
    fn dot(a: &[Self], b: &[Self]) -> Self {
        let product = |i: usize| {
            let product = a[i] * b[i];
            let zero = T::zero();
            if std::ptr::eq(a, b) && product.lo < zero {
                // The interval holds zero; its greatest square is that of one of its ends.
                return Self::new(zero, (a[i].lo * a[i].lo).max(a[i].hi * a[i].hi));
            }
            product
        };
        let len = a.len().min(b.len());
        if len == 0 {
            return Self::zero();
        }
        (1..len).fold(product(0), |total, i| total + product(i))
    }
}

/// A set of tokens below 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSet(u128);

impl TokenSet {
    /// No token.
    pub const EMPTY: Self = Self(0);

    /// The same set with `token`.
    ///
    /// # Panics
    ///
    /// If `token` is not below 128.
    #[must_use]
    pub fn with(self, token: usize) -> Self {
        assert!(token < 128, "a set holds tokens below 128");
        Self(self.0 | 1 << token)
    }

    /// Its tokens in rising order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..128).filter(move |&token| self.0 >> token & 1 == 1)
    }

    /// The one token it holds, if it holds one.
    pub fn single(self) -> Option<usize> {
        (self.0.count_ones() == 1).then_some(self.0.trailing_zeros() as usize)
    }
}

impl<T: Float> Reading for Interval<T> {
    type Token = TokenSet;

    fn token(id: usize) -> TokenSet {
        TokenSet::EMPTY.with(id)
    }

    /// The hull of the entries that the token can choose; nothing known for an empty set.
    fn look_up(column: &[Self], token: TokenSet) -> Self {
        token.iter().map(|id| column[id]).reduce(Self::hull).unwrap_or(Self::unknown())
    }

    /// Every token whose logit can be the greatest.
    fn argmax(logits: &[Self]) -> TokenSet {
        let zero = T::from_f64(f64::NEG_INFINITY);
        let known = logits.iter().all(|logit| !logit.is_unknown());
        let least = logits.iter().fold(zero, |least, logit| least.max(logit.lo));
        let can = |logit: &Self| !known || logit.hi >= least;
        let ids = logits.iter().enumerate().filter(|(_, logit)| can(logit));
        ids.fold(TokenSet::EMPTY, |set, (id, _)| set.with(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(lo: f32, hi: f32) -> Interval<f32> {
        Interval::new(lo, hi)
    }

    #[test]
    fn ends_are_those_of_the_program() {
        let (a, b) = (over(-1.0, 3.0), over(0.1, 0.2));
        assert_eq!(a + b, over(-1.0 + 0.1, 3.0 + 0.2));
        assert_eq!(a - b, over(-1.0 - 0.2, 3.0 - 0.1));
        assert_eq!(a * b, over(-0.2, 3.0 * 0.2));
        assert_eq!(a / b, over(-1.0 / 0.1, 3.0 / 0.1));
        assert_eq!(a.max(Interval::zero()), over(0.0, 3.0));
        assert_eq!(Interval::dot(&[a], &[a]), over(-3.0, 9.0));
        let square = [a];
        assert_eq!(Interval::dot(&square, &square), over(0.0, 9.0));
    }

    #[test]
    fn what_may_not_be_finite_is_unknown_for_good() {
        assert!((over(1.0, 2.0) / over(0.0, 1.0)).is_unknown());
        let big = over(1e38, 3e38);
        assert!((big * big).is_unknown());
        assert!((big * big * Interval::zero()).is_unknown());
        assert!((big * big).max(Interval::zero()).is_unknown());
        assert!(Interval::<f32>::unknown().hull(Interval::zero()).is_unknown());
    }

    #[test]
    fn silu_survives_the_overflow_of_its_exponential() {
        let far = over(-200.0, -100.0).silu();
        assert!(far.lo() <= 0.0 && far.lo() > -1e-30 && far.hi() == 0.0, "{far:?}");
        let near = over(-1.0, 2.0).silu();
        for x in [-1.0_f32, -0.3, 0.0, 1.7, 2.0] {
            assert!(near.lo() <= x.silu() && x.silu() <= near.hi());
        }
    }

    #[test]
    fn a_set_of_tokens_reads_the_hull_and_an_argmax_all_that_can_win() {
        let column = [over(1.0, 1.0), over(5.0, 5.0), over(3.0, 3.0)];
        let set = TokenSet::EMPTY.with(0).with(2);
        assert_eq!(Interval::look_up(&column, set), over(1.0, 3.0));
        assert_eq!(Interval::argmax(&column).single(), Some(1));
        let close = [over(1.0, 4.0), over(3.0, 5.0), over(0.0, 2.0)];
        assert_eq!(Interval::argmax(&close), TokenSet::EMPTY.with(0).with(1));
        assert_eq!(Interval::argmax(&[over(0.0, 1.0), Interval::unknown()]).single(), None);
    }
}
