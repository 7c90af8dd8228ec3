//! First-order affine forms: what any faithful evaluation of a model can compute.
//!
//! A form stands for every number `mid + Σ dev[i]·ε[i] + err·η` with each ε in −1…1 and shared by all forms, and η in −1…1 and
//! its own. Sharing is what intervals lack: the difference of two forms keeps what they have in common.
//! See Stolfi and de Figueiredo, "Self-Validated Numerical Methods and Applications" (1997).
//!
//! A form encloses the results of *every* evaluation that follows the [model of arithmetic](#the-model-of-arithmetic), not
//! of one program: a proof with it covers runtimes that sum in other orders.
//!
//! # The model of arithmetic
//!
//! With `u` half the distance from 1 to the next number of the model's type (2^−24 in f32):
//!
//! - a sum or dot product, with a bias if one is added to it, is summed in any order, each operation within `u` of its
//!   result, with or without fused multiply-add; terms with a weight of exactly 0 contribute nothing;
//! - any other addition, subtraction or product is within `u`; a factor that scales a sum may scale its terms instead;
//! - quotients and square roots are within `4u`, which covers a product with a rounded reciprocal or reciprocal root;
//! - `exp` and `ln` are within `8u` of the exact value relatively, `tanh` within `8u` and `erf` within `12u` absolutely;
//! - `sigmoid` is within `16u` of it relatively and `4u` absolutely, for some libraries are right only absolutely far below zero,
//!   and so `silu` is within `16u` relatively and `|x| · 4u` absolutely;
//! - `softplus` is within `8u` relatively and `4u` absolutely, and may be `x` itself from 20 on;
//!   a GELU that divides by √2, or rounds 1/√2 in another way, moves `erf` by less than `u`, and one that is a single operator is as
//!   near as with such an `erf` or `tanh`;
//! - what lies below the smallest normal number may be lost: a result is flushed to zero there or not, and so is a weight or
//!   anything else that an operation reads. So a subnormal weight stands for itself and for zero, a divisor or a radicand that
//!   may be subnormal leaves nothing known, and so does a divisor whose reciprocal may be subnormal.
//!
//! The rounding of the forms' own arithmetic, in f64, is counted in `err` with a margin of at least two; so is what it loses
//! below the smallest normal number of f64, at magnitudes where a model in f64 does the same.

mod smooth;
mod sums;

pub(crate) use smooth::{ERF_UNITS, SIGMOID_ABSOLUTE, UNITS};

use crate::{Float, Reading, Scalar};
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// How much one operation of f64 may be off, relative to its result; four times what it is.
const OWN: f64 = 4.0 * f64::EPSILON;

/// What quotients and square roots may be off, in units of `u`.
pub(crate) const QUOTIENT_UNITS: f64 = 4.0;

/// An affine form over `K` shared symbols, for a model in `T`.
///
/// A form that is not finite encloses everything; comparisons with it fail.
#[derive(Clone, Copy, Debug)]
pub struct Affine<T, const K: usize> {
    mid: f64,
    dev: [f64; K],
    err: f64,
    /// For a sum that may still be taken in another order: Σ of its terms' magnitudes. Otherwise 0.
    terms: f64,
    /// The number of roundings a term of that sum can meet.
    roundings: f64,
    /// A number that is known exactly: no deviation, no error.
    exact: bool,
    model: PhantomData<T>,
}

impl<T: Float, const K: usize> Affine<T, K> {
    /// Exactly `value`; where that is subnormal in the model's type, `value` or zero.
    #[inline(always)]
    pub fn constant(value: f64) -> Self {
        if value != 0.0 && value.abs() < T::LEAST_NORMAL {
            // Half of it is rounded below the smallest normal number of f64: the radius has room.
            return Self::form(value / 2.0, [0.0; K], value.abs());
        }
        Self { exact: true, ..Self::form(value, [0.0; K], 0.0) }
    }

    /// Within `radius` of `mid`, independently of everything else.
    pub fn around(mid: f64, radius: f64) -> Self {
        Self::form(mid, [0.0; K], radius)
    }

    /// Within `radius` of `mid` along the symbol `symbol`, and within `err` of that independently.
    ///
    /// # Panics
    ///
    /// If `symbol` is not below `K`.
    pub fn along(symbol: usize, mid: f64, radius: f64, err: f64) -> Self {
        let mut form = Self::form(mid, [0.0; K], err);
        form.dev[symbol] = radius;
        form
    }

    /// Adds `radius` along the symbol `symbol`.
    pub fn deviate(&mut self, symbol: usize, radius: f64) {
        self.dev[symbol] += radius;
        self.exact = false;
    }

    /// Gives what the form does not share a symbol of its own, so that what is computed from it shares it from now on.
    ///
    /// The symbol must not be in use; of a form that uses it, or of which nothing is known, nothing is known afterwards.
    pub fn promote(&mut self, symbol: usize) {
        if self.dev[symbol] != 0.0 || !self.known() {
            self.err = f64::INFINITY;
            return;
        }
        (self.dev[symbol], self.err, self.exact) = (self.err, 0.0, false);
    }

    /// The centre.
    pub fn mid(&self) -> f64 {
        self.mid
    }

    /// How far a number can be from the centre.
    #[inline(always)]
    pub fn radius(&self) -> f64 {
        if self.exact {
            return 0.0;
        }
        let shared = self.dev.iter().map(|dev| dev.abs()).fold(0.0, |sum, dev| sum + dev);
        (shared + self.err) * (1.0 + 64.0 * OWN)
    }

    /// How far a number can be from the centre when everything is measured against what `other` shares: the radius of
    /// `self − (other without its centre and its own error)`.
    pub fn radius_beside(&self, other: &Self) -> f64 {
        let shared =
            self.dev.iter().zip(&other.dev).map(|(a, b)| (a - b).abs()).fold(0.0, |sum, dev| sum + dev);
        (shared + self.err) * (1.0 + 64.0 * OWN)
    }

    /// No number of the form is less.
    pub fn lo(&self) -> f64 {
        self.mid - self.radius() - OWN * self.mid.abs()
    }

    /// No number of the form is greater.
    pub fn hi(&self) -> f64 {
        self.mid + self.radius() + OWN * self.mid.abs()
    }

    /// No `self − other` is less; what both share cancels. NaN if nothing is known.
    #[inline(always)]
    pub fn least_lead(&self, other: &Self) -> f64 {
        let shared =
            self.dev.iter().zip(&other.dev).map(|(a, b)| (a - b).abs()).fold(0.0, |sum, dev| sum + dev);
        let slack = (shared + self.err + other.err) * (1.0 + 64.0 * OWN);
        self.mid
            - other.mid
            - slack
            - OWN * (self.mid.abs() + other.mid.abs() + self.radius() + other.radius())
    }

    /// Whether anything is known: the evaluation gives a finite number. Where centre and error are finite, so are the deviations.
    #[inline(always)]
    fn known(&self) -> bool {
        self.mid.abs() + self.err < f64::INFINITY
    }

    #[inline(always)]
    fn form(mid: f64, dev: [f64; K], err: f64) -> Self {
        Self { mid, dev, err, terms: 0.0, roundings: 0.0, exact: false, model: PhantomData }
    }

    /// No number of the form has a greater magnitude.
    #[inline(always)]
    fn most(&self) -> f64 {
        self.mid.abs() + self.radius()
    }

    /// The sum of the terms' magnitudes and the number of roundings, should this be part of a greater sum.
    #[inline(always)]
    fn as_sum(&self, most: f64) -> (f64, f64) {
        if self.terms > 0.0 { (self.terms, self.roundings) } else { (most, 0.0) }
    }

    /// Adds the model's rounding of this result, `units` of `u` relative to `size`, and our own.
    ///
    /// (1 + u)^n is at most 1 + n·u·(1 + 10^-4) for the few thousand roundings that a sum has. A sum of n products is n products
    /// and n − 1 additions, and has at least n − 1 units: each of these operations may lose what lies below the smallest normal
    /// number. The last of the numbers counted for it is for what our own arithmetic, some hundred operations, loses there.
    #[inline(always)]
    fn rounded(mut self, units: f64, size: f64) -> Self {
        let lost = (2.0 + 2.0 * units) * T::LEAST_NORMAL;
        self.err = (self.err + (1.0001 * units * T::UNIT_ROUNDOFF + OWN) * size + lost) * (1.0 + OWN);
        self.unless_over(size)
    }

    /// Nothing is known if the evaluation may overflow on the way: if `size` is no finite number of the model's type.
    #[inline(always)]
    fn unless_over(mut self, size: f64) -> Self {
        if size > T::GREATEST {
            self.err = f64::INFINITY;
        }
        self
    }

    /// The factor by which `value` scales without rounding: zero or a power of two.
    #[inline(always)]
    fn scales_exactly(&self) -> bool {
        self.exact && (self.mid.to_bits() & ((1 << 52) - 1) == 0)
    }

    /// `slope · self + offset ± slack`, and the rounding of a function's result.
    #[inline(always)]
    fn linear(&self, slope: f64, offset: f64, slack: f64, units: f64, size: f64) -> Self {
        let mut out = *self;
        out.mid = slope * self.mid + offset;
        out.dev.iter_mut().for_each(|dev| *dev *= slope);
        out.err = slope.abs() * self.err + slack;
        (out.terms, out.roundings, out.exact) = (0.0, 0.0, false);
        let own = slope.abs() * self.most() + offset.abs() + size;
        out.err += OWN * own;
        out.rounded(units, size)
    }

    fn combine(self, other: Self, sign: f64) -> Self {
        // Adding zero is exact, but for its own sign, and a sum stays one.
        if other.exact && other.mid == 0.0 {
            return self;
        }
        if self.exact && self.mid == 0.0 {
            return if sign < 0.0 { -other } else { other };
        }
        let mut out = self;
        out.mid = self.mid + sign * other.mid;
        for (dev, with) in out.dev.iter_mut().zip(&other.dev) {
            *dev += sign * with;
        }
        out.err = self.err + other.err;
        let (left, right) = (self.as_sum(self.most()), other.as_sum(other.most()));
        (out.terms, out.roundings, out.exact) = (0.0, 0.0, false);
        out.rounded(1.0 + left.1 + right.1, left.0 + right.0)
    }
}

impl<T: Float, const K: usize> Add for Affine<T, K> {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        self.combine(other, 1.0)
    }
}

impl<T: Float, const K: usize> Sub for Affine<T, K> {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self.combine(other, -1.0)
    }
}

impl<T: Float, const K: usize> Mul for Affine<T, K> {
    type Output = Self;

    /// `ab = a₀b₀ + a₀·db + b₀·da + da·db`; of the last product the squares of symbols are not negative.
    #[inline]
    fn mul(self, other: Self) -> Self {
        let (a, b) = (self, other);
        if b.exact || a.exact {
            let (factor, form) = if b.exact { (b, a) } else { (a, b) };
            let mut out = form;
            out.mid *= factor.mid;
            out.dev.iter_mut().for_each(|dev| *dev *= factor.mid);
            let size = factor.mid.abs();
            out.err *= size;
            let (terms, roundings) = form.as_sum(form.most());
            out.exact = false;
            (out.terms, out.roundings) = (0.0, 0.0);
            // Zero only if a factor is: the product of two known numbers may underflow here, too.
            let zero = factor.mid == 0.0 || (form.exact && form.mid == 0.0);
            let normal = zero || !form.exact || (T::LEAST_NORMAL..=T::GREATEST).contains(&out.mid.abs());
            if (factor.scales_exactly() || form.scales_exactly()) && normal {
                // Exact, and still a sum if it was one. What may be subnormal may be lost.
                out.exact = form.exact;
                (out.terms, out.roundings) = (form.terms * size, form.roundings);
                out.err = if out.exact { 0.0 } else { (out.err + 2.0 * T::LEAST_NORMAL) * (1.0 + OWN) };
                return out.unless_over(terms * size);
            }
            let open = form.terms > 0.0;
            // A factor may scale the sum, or its terms, or its square root both factors of each term: two roundings.
            let units = if open { 2.0 } else { 1.0 };
            let mut out = out.rounded(units, terms * size);
            if open {
                (out.terms, out.roundings) = (terms * size, roundings + 2.0);
            }
            return out;
        }
        let (ra, rb) = (a.radius(), b.radius());
        let (mut square, mut dev) = (0.0, [0.0; K]);
        let mut squares = 0.0;
        for (dev, (x, y)) in dev.iter_mut().zip(a.dev.iter().zip(&b.dev)) {
            *dev = a.mid * y + b.mid * x;
            square += x * y;
            squares += (x * y).abs();
        }
        let err = a.mid.abs() * b.err + b.mid.abs() * a.err + (ra * rb - squares / 2.0).max(0.0);
        let size = (a.mid.abs() + ra) * (b.mid.abs() + rb);
        let mut out = Self::form(a.mid * b.mid + square / 2.0, dev, err);
        out.err += 4.0 * OWN * size;
        out.rounded(1.0, size)
    }
}

impl<T: Float, const K: usize> Div for Affine<T, K> {
    type Output = Self;

    /// `a/b = q + (a − q·b)/b₀ · b₀/b` with `q = a₀/b₀`: what numerator and divisor share cancels in `a − q·b`.
    #[inline]
    fn div(self, other: Self) -> Self {
        let (a, b) = (self, other);
        let rb = b.radius();
        let least = b.mid.abs() - rb - OWN * b.mid.abs();
        // Both the divisor and its reciprocal, by which others multiply, must be sure to be normal.
        if !(least >= T::LEAST_NORMAL && b.most() * T::LEAST_NORMAL < 0.25) {
            return Self::form(0.0, [0.0; K], f64::INFINITY);
        }
        let q = a.mid / b.mid;
        let mut dev = [0.0; K];
        let mut spread = 0.0;
        for (dev, (x, y)) in dev.iter_mut().zip(a.dev.iter().zip(&b.dev)) {
            *dev = (x - q * y) / b.mid;
            spread += dev.abs();
        }
        let err = (a.err + q.abs() * b.err) / b.mid.abs();
        // b₀/b is within rb/least of 1.
        let err = err + (spread + err) * (rb / least);
        let size = (a.mid.abs() + a.radius()) / least;
        let mut out = Self::form(q, dev, err);
        // What is lost in our numerators below the smallest normal number of f64, a quotient makes larger.
        let lost = f64::MIN_POSITIVE / least;
        out.err += 16.0 * OWN * size * (1.0 + b.most() / least) + lost * (1.0 + b.most() / least);
        let units = if b.scales_exactly() { 0.0 } else { QUOTIENT_UNITS };
        out.rounded(units, size)
    }
}

impl<T: Float, const K: usize> Neg for Affine<T, K> {
    type Output = Self;

    #[inline]
    fn neg(mut self) -> Self {
        self.mid = -self.mid;
        self.dev.iter_mut().for_each(|dev| *dev = -*dev);
        self
    }
}

impl<T: Float, const K: usize> Scalar for Affine<T, K> {
    fn zero() -> Self {
        Self::constant(0.0)
    }

    fn one() -> Self {
        Self::constant(1.0)
    }

    fn max(self, other: Self) -> Self {
        if other.exact && other.mid == 0.0 { self.relu() } else { other + (self - other).relu() }
    }

    fn sqrt(self) -> Self {
        smooth::sqrt(&self)
    }

    fn exp(self) -> Self {
        smooth::exp(&self)
    }

    fn tanh(self) -> Self {
        smooth::tanh(&self)
    }

    fn erf(self) -> Self {
        smooth::erf(&self)
    }

    fn silu(self) -> Self {
        smooth::silu(&self)
    }

    fn sigmoid(self) -> Self {
        smooth::sigmoid(&self)
    }

    fn ln(self) -> Self {
        smooth::ln(&self)
    }

    fn softplus(self) -> Self {
        smooth::softplus(&self)
    }

    /// Two roundings enclose one.
    fn fused(self, factor: Self, addend: Self) -> Self {
        self * factor + addend
    }

    /// Of f64 nothing is known: no bounds are asked of a graph that goes through both types.
    fn as_f32(self) -> Self {
        if T::NAME == "f32" { self } else { Self::around(0.0, f64::INFINITY) }
    }

    fn sum(terms: &[Self]) -> Self {
        Self::series(terms.iter().map(|&term| (term, Self::one())))
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        if std::ptr::eq(a, b) {
            return Self::square(a);
        }
        Self::series(a.iter().copied().zip(b.iter().copied()))
    }

    /// Any order, and any of the products fused.
    fn fused_dot(a: &[Self], b: &[Self]) -> Self {
        Self::dot(a, b)
    }
}

impl<T: Float, const K: usize> Affine<T, K> {
    /// `max(x, 0)`: exact where the sign is fixed, else the chord. Nothing is known of what may be no number, or where the ends lie
    /// farther apart than the greatest number.
    fn relu(self) -> Self {
        let (lo, hi) = (self.lo(), self.hi());
        if (hi - lo).partial_cmp(&f64::INFINITY) != Some(std::cmp::Ordering::Less) {
            return Self::form(0.0, [0.0; K], f64::INFINITY);
        }
        if lo >= 0.0 {
            return Self { terms: 0.0, roundings: 0.0, ..self };
        }
        if hi <= 0.0 {
            return Self::zero();
        }
        let slope = hi / (hi - lo);
        let rise = -slope * lo / 2.0;
        self.linear(slope, rise, rise, 0.0, hi)
    }
}

impl<T: Float, const K: usize> Reading for Affine<T, K> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    /// The token of the greatest centre. What is proved of a choice is proved by [`Affine::least_lead`].
    fn argmax(logits: &[Self]) -> usize {
        let centres: Vec<f64> = logits.iter().map(|logit| logit.mid).collect();
        f64::argmax(&centres)
    }
}

#[cfg(test)]
mod tests;
