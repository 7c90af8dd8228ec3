//! The arithmetic that blocks are written in.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that blocks can compute with.
///
/// The trait is small on purpose. A method joins it when it cannot be written with the others, or when a
/// measured need shows that some number can do better; then it has a default, and the override is tested
/// against the default.
///
/// There is no comparison that yields a `bool`: a lane holds several problems at once and a recorder holds
/// none, so a block chooses with [`max`](Scalar::max) or leaves the choice to [`Reading`](crate::Reading).
pub trait Scalar:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Positive zero.
    fn zero() -> Self;

    /// One.
    fn one() -> Self;

    /// `other` where it is greater than `self` or a NaN, otherwise `self`.
    ///
    /// Exact. A NaN in either stays, as in PyTorch and in ONNX, and of two zeros `self` is taken: the result never depends on the
    /// processor.
    fn max(self, other: Self) -> Self;

    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;

    /// The exponential. In f32 correctly rounded and so monotone ([`portable::exp_f32`](crate::portable::exp_f32)), in f64
    /// [`portable::exp`](crate::portable::exp).
    fn exp(self) -> Self;

    /// The hyperbolic tangent: [`portable::tanh`](crate::portable::tanh) in f64, rounded once.
    fn tanh(self) -> Self;

    /// The error function: [`portable::erf`](crate::portable::erf) in f64, rounded once.
    fn erf(self) -> Self;

    /// `x / (1 + exp(-x))`, each operation rounded. A number that encloses gains by meeting the function as a whole.
    #[inline(always)]
    fn silu(self) -> Self {
        self / (Self::one() + (-self).exp())
    }

    /// `1 / (1 + exp(-x))`, each operation rounded. A number that encloses gains by meeting the function as a whole.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        Self::one() / (Self::one() + (-self).exp())
    }

    /// The natural logarithm: [`portable::ln`](crate::portable::ln) in f64, rounded once.
    fn ln(self) -> Self;

    /// `ln(1 + exp(x))`: [`portable::softplus`](crate::portable::softplus) in f64, rounded once.
    fn softplus(self) -> Self;

    /// The nearest number of f32, ties to even, in this type: what f64 becomes where a graph of f64 goes through f32.
    fn as_f32(self) -> Self;

    /// `self · factor + addend`, rounded once: the fused operation of IEEE 754.
    fn fused(self, factor: Self, addend: Self) -> Self;

    /// The sum of `terms`: [`sum`]. A number that allows for any order of summation overrides it.
    #[inline(always)]
    fn sum(terms: &[Self]) -> Self {
        sum(terms)
    }

    /// The dot product of `a` and `b`: [`dot`]. A number that allows for any order of summation overrides it.
    #[inline(always)]
    fn dot(a: &[Self], b: &[Self]) -> Self {
        dot(a, b)
    }

    /// The dot product of `a` and `b` in fused operations: [`fused_dot`]. A number that allows for any order of summation overrides it.
    #[inline(always)]
    fn fused_dot(a: &[Self], b: &[Self]) -> Self {
        fused_dot(a, b)
    }
}

/// How a dot product rounds, always from the first pair to the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sums {
    /// Every product and every addition: [`Scalar::dot`].
    #[default]
    Separate,
    /// A product with its addition, once: [`Scalar::fused_dot`].
    Fused,
}

impl Sums {
    /// The dot product of `a` and `b`.
    #[inline(always)]
    pub fn dot<S: Scalar>(self, a: &[S], b: &[S]) -> S {
        match self {
            Self::Separate => S::dot(a, b),
            Self::Fused => S::fused_dot(a, b),
        }
    }
}

/// The sum of `terms`, from the first to the last, each addition rounded.
///
/// It starts from the first term rather than from zero, so a single `-0` stays `-0`. An empty sum is zero.
#[inline(always)]
pub fn sum<S: Scalar>(terms: &[S]) -> S {
    let Some((&first, rest)) = terms.split_first() else { return S::zero() };
    let mut total = first;
    // A loop rather than an iterator's `fold`, which is not always inlined.
    for &term in rest {
        total = total + term;
    }
    total
}

/// The dot product of `a` and `b`, rounded at every product and every addition, from the first pair to the last.
///
/// It starts from the first product, as [`sum`] does. The longer of the two is read only as far as the shorter.
#[inline(always)]
pub fn dot<S: Scalar>(a: &[S], b: &[S]) -> S {
    let len = a.len().min(b.len());
    let (a, b) = (&a[..len], &b[..len]);
    if len == 0 {
        return S::zero();
    }
    let mut total = a[0] * b[0];
    for i in 1..len {
        total = total + a[i] * b[i];
    }
    total
}

/// The dot product of `a` and `b` from the first pair to the last: the first product rounds, and each further product together with
/// its addition. This is what the kernels of PyTorch and of other libraries do with a sum that is not split.
///
/// The longer of the two is read only as far as the shorter; an empty sum is zero.
#[inline(always)]
pub fn fused_dot<S: Scalar>(a: &[S], b: &[S]) -> S {
    let len = a.len().min(b.len());
    let (a, b) = (&a[..len], &b[..len]);
    if len == 0 {
        return S::zero();
    }
    let mut total = a[0] * b[0];
    for i in 1..len {
        total = a[i].fused(b[i], total);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_runs_from_the_first_term_to_the_last() {
        // In f32, 2^24 + 1 rounds back to 2^24, so the order shows.
        let big = 16_777_216.0_f32;
        assert_eq!(sum(&[big, 1.0, 1.0]), big);
        assert_eq!(sum(&[1.0, 1.0, big]), big + 2.0);
        assert_eq!(sum::<f32>(&[]), 0.0);
        assert!(sum(&[-0.0_f64]).is_sign_negative());
    }

    #[test]
    fn a_fused_dot_product_rounds_once_per_term() {
        // As below, and the 2^-24 is kept.
        let x = 1.0 + 2.0_f32.recip() / 2048.0;
        assert_eq!(fused_dot(&[-1.0, x], &[1.0, x]), 1.0 / 2048.0 + 1.0 / 16_777_216.0);
        assert_eq!(Sums::Fused.dot(&[-1.0, x], &[1.0, x]), 1.0 / 2048.0 + 1.0 / 16_777_216.0);
        assert_eq!(Sums::Separate.dot(&[-1.0, x], &[1.0, x]), 1.0 / 2048.0);
        assert_eq!(fused_dot::<f32>(&[], &[]), 0.0);
        assert!(fused_dot(&[-0.0_f64], &[1.0]).is_sign_negative());
        // A product that overflows alone.
        assert_eq!(fused_dot(&[-f32::MAX, 2.0], &[1.0, f32::MAX]), f32::MAX);
    }

    #[test]
    fn a_dot_product_rounds_twice_per_term() {
        // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 rounds to 1 + 2^-11; a fused operation would keep the 2^-24.
        let x = 1.0 + 2.0_f32.recip() / 2048.0;
        assert_eq!(dot(&[1.0, x], &[-1.0, x]), 1.0 / 2048.0);
    }
}
