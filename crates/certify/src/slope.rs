//! The checker's number: a value, its slopes, and how far a program may be from it.
//!
//! A case leaves open what the heads read: a few variables, each written as `centre + radius · ε` with ε in −1…1. A [`Slope`]
//! stands for a real function F of them, by ranges that hold F at the centre, all values of F, and slopes:
//! F(ε) − F(0) = Σ sᵢ·εᵢ for some sᵢ within `strays[i]` of `slopes[i]`, whatever ε is. The slopes of a product, a quotient or a function
//! follow from those of its arguments, and the slopes of a difference keep what both sides share.
//! See Krawczyk and Neumaier, "Interval slopes for rational functions and associated centered forms" (1985).
//!
//! Apart from that it holds `error`, a bound on the distance between F and what a program in `T` computes for it, for every
//! program that follows these rules, with u half the distance from 1 to the next number of `T`:
//!
//! - a sum or dot product, and a bias added to it, is summed in any order, with or without fused multiply-add: n roundings
//!   make an error of at most γₙ Σ|terms|, where γₙ = n·u / (1 − n·u); terms with a weight of exactly 0 contribute nothing;
//! - any other addition or product is within u of its result, a factor may scale the terms of a sum instead;
//! - quotients and square roots are within 4u, `exp`, `tanh` and `erf` within 8u, `silu` within 16u;
//! - what is smaller than the smallest normal number may be lost.
//!
//! Ranges are rounded outward. Bounds on errors are computed to nearest and raised by more than they can have lost.

use crate::range::Range;
use num::{Float, Reading, Scalar, portable};
use std::array::from_fn;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// More than one operation in f64 is off, relative to its result.
const LOST: f64 = f64::EPSILON;

/// More than a handful of roundings in f64 can take away from a bound.
const RAISE: f64 = 1.0 + 1e-12;

/// A function of `K` variables, and how far a program in `T` may be from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slope<T, const K: usize> {
    pub(crate) centre: Range,
    pub(crate) all: Range,
    pub(crate) slopes: [f64; K],
    pub(crate) strays: [f64; K],
    pub(crate) error: f64,
    /// Of a sum that may still be taken in another order: its Σ|terms| and the most roundings of a term. Otherwise zero.
    terms: f64,
    roundings: f64,
    /// The number itself, if it is one and exact: a weight.
    exact: Option<f64>,
    program: PhantomData<T>,
}

impl<T: Float, const K: usize> Slope<T, K> {
    /// Exactly `value`.
    pub(crate) fn weight(value: f64) -> Self {
        let point = Range::point(value);
        Self { exact: Some(value), ..Self::made(point, point, ([0.0; K], [0.0; K]), 0.0) }
    }

    /// The variable `index`, which a program's number lies in: any number in `range`.
    pub(crate) fn variable(index: usize, range: Range) -> Self {
        let mut slopes = [0.0; K];
        let middle = range.middle();
        let radius = (range.hi - middle).max(middle - range.lo) * RAISE;
        if !radius.is_finite() {
            return Self::unknown();
        }
        slopes[index] = radius;
        Self::made(Range::point(middle), range, (slopes, [0.0; K]), 0.0)
    }

    fn made(centre: Range, all: Range, (slopes, strays): ([f64; K], [f64; K]), error: f64) -> Self {
        Self {
            centre,
            all,
            slopes,
            strays,
            error,
            terms: 0.0,
            roundings: 0.0,
            exact: None,
            program: PhantomData,
        }
    }

    fn unknown() -> Self {
        Self::made(Range::UNKNOWN, Range::UNKNOWN, ([0.0; K], [f64::INFINITY; K]), f64::INFINITY)
    }

    /// Makes all by which the program's number strays from a line in the variables so far the variable `index`: its own error and
    /// what is not known of the slopes. All that follows shares it, and where it cancels it is gone.
    ///
    /// No number may have a slope along that variable yet.
    pub(crate) fn share(&mut self, index: usize) {
        let middle = self.centre.middle();
        let apart = (self.centre.hi - middle).max(middle - self.centre.lo);
        let radius = (self.strays.iter().sum::<f64>() + self.error + apart) * RAISE;
        if !radius.is_finite() {
            *self = Self::unknown();
            return;
        }
        let mut slopes = self.slopes;
        slopes[index] = radius;
        let (terms, roundings) = (self.terms, self.roundings);
        let shared = Self::made(Range::point(middle), self.program(), (slopes, [0.0; K]), 0.0);
        *self = Self { terms, roundings, ..shared };
    }

    /// What the program can compute.
    pub(crate) fn program(&self) -> Range {
        if self.error.is_finite() { self.all.widened(self.error) } else { Range::UNKNOWN }
    }

    /// What the program's number less that of `other` can be, by the slopes of the difference.
    pub(crate) fn lead_over(&self, other: &Self) -> Range {
        let strays: f64 =
            (0..K).map(|i| (self.slopes[i] - other.slopes[i]).abs() + self.strays[i] + other.strays[i]).sum();
        let error = (self.error + other.error + strays) * RAISE;
        (self.centre - other.centre).widened(error).meet(self.program() - other.program())
    }

    /// No number of the program has a greater magnitude.
    #[inline]
    fn most(&self) -> f64 {
        (self.all.most() + self.error) * RAISE
    }

    /// Narrows the values to what the slopes say.
    #[inline]
    fn narrowed(mut self) -> Self {
        let strays: f64 = (0..K).map(|i| self.slopes[i].abs() + self.strays[i]).sum();
        self.all = self.all.meet(self.centre.widened(strays * RAISE));
        self
    }

    /// The same function by a program that rounds its result: `units` of u relative to `size`.
    #[inline]
    fn rounded(mut self, units: f64, size: f64) -> Self {
        // γₙ is at most n·u·(1 + 10⁻⁴) for the few hundred roundings of a sum.
        self.error = (self.error + 1.0001 * units * T::UNIT_ROUNDOFF * size + T::LEAST_NORMAL) * RAISE;
        // A number that may overflow, or a bound that is a NaN, leaves nothing known.
        if size < T::GREATEST && self.error.is_finite() { self } else { Self::unknown() }
    }

    /// Whether multiplying by it is exact: zero or a power of two.
    #[inline]
    fn is_power_of_two(&self) -> bool {
        self.exact.is_some_and(|value| value.to_bits() << 12 == 0)
    }

    fn is_zero(&self) -> bool {
        self.exact == Some(0.0)
    }

    /// The real product, and what the program's errors of the factors make of it.
    #[inline]
    fn product(&self, other: &Self) -> Self {
        let (a, b) = (self, other);
        match (a.exact, b.exact) {
            (Some(weight), _) => b.times(weight),
            (_, Some(weight)) => a.times(weight),
            _ => {
                // ab − a₀b₀ = a·(b − b₀) + (a − a₀)·b₀.
                let slopes = sum(b.steeper(a.all), a.steeper(b.centre));
                let error = a.all.most() * b.error + b.all.most() * a.error + a.error * b.error;
                Self::made(a.centre * b.centre, a.all * b.all, slopes, error * RAISE)
            }
        }
    }

    /// The slopes times what lies in `by`.
    #[inline]
    fn steeper(&self, by: Range) -> ([f64; K], [f64; K]) {
        let middle = by.middle();
        let radius = (by.hi - middle).max(middle - by.lo) * RAISE;
        let slopes = self.slopes.map(|slope| slope * middle);
        let stray = |i: usize| {
            (self.strays[i] * (middle.abs() + radius)
                + self.slopes[i].abs() * radius
                + slopes[i].abs() * LOST)
                * RAISE
        };
        (slopes, from_fn(stray))
    }

    #[inline]
    fn times(&self, weight: f64) -> Self {
        let slopes = self.slopes.map(|slope| slope * weight);
        let strays = from_fn(|i| (self.strays[i] * weight.abs() + slopes[i].abs() * LOST) * RAISE);
        let error = self.error * weight.abs() * RAISE;
        Self::made(self.centre.scaled(weight), self.all.scaled(weight), (slopes, strays), error)
    }

    #[inline]
    fn plus(&mut self, other: &Self) {
        self.centre = self.centre + other.centre;
        self.all = self.all + other.all;
        let slopes = (self.slopes, self.strays);
        (self.slopes, self.strays) = sum(slopes, (other.slopes, other.strays));
        self.error = (self.error + other.error) * RAISE;
    }

    /// A sum of products in any order; if they are `squares`, none is negative.
    fn series(products: impl Iterator<Item = (Self, Self)>, squares: bool) -> Self {
        let mut sum = Self::made(Range::ZERO, Range::ZERO, ([0.0; K], [0.0; K]), 0.0);
        let (mut count, mut terms, mut inexact) = (0.0, 0.0, 0.0);
        for (a, b) in products {
            if a.is_zero() || b.is_zero() {
                continue;
            }
            let mut product = a.product(&b);
            if squares {
                product.all = product.all.meet(a.all.square());
            }
            sum.plus(&product);
            sum.error += T::LEAST_NORMAL;
            terms += a.most() * b.most();
            count += 1.0;
            if !(a.is_power_of_two() || b.is_power_of_two()) {
                inexact = 1.0;
            }
        }
        if count == 0.0 {
            return Self::zero();
        }
        let (roundings, terms) = (count - 1.0 + inexact, terms * RAISE);
        let sum = sum.narrowed().rounded(roundings, terms);
        Self { terms, roundings, ..sum }
    }

    /// An addition with this sign, which may join sums that are still open.
    fn joined(self, other: &Self, sign: f64) -> Self {
        if other.is_zero() {
            return self;
        }
        let (left, right) = (self.open(), other.open());
        let mut sum = Self { terms: 0.0, roundings: 0.0, exact: None, ..self };
        sum.plus(&other.times(sign));
        if self.is_zero() { sum } else { sum.narrowed().rounded(1.0 + left.1 + right.1, left.0 + right.0) }
    }

    /// Σ|terms| and roundings of an open sum; another number is a sum of one term.
    fn open(&self) -> (f64, f64) {
        if self.terms > 0.0 { (self.terms, self.roundings) } else { (self.most(), 0.0) }
    }

    /// A function: its image of ranges, a range of its derivative, and the units of u that a program may be off.
    ///
    fn mapped(
        &self,
        image: impl Fn(Range) -> Range,
        derivative: impl Fn(Range) -> Range,
        units: f64,
    ) -> Self {
        let (over, centre) = (self.program(), self.centre);
        if over.most() == f64::INFINITY {
            return Self::unknown();
        }
        // (f(x) − f(x₀)) / (x − x₀) is the mean of f′ on the way from x₀ to x, of which each quarter is met by its own range.
        let quarter = |part: f64| {
            let way = (self.all - centre).scaled(part);
            derivative((centre + way).hull(centre)).scaled(0.25)
        };
        let steep = quarter(0.25) + quarter(0.5) + quarter(0.75) + quarter(1.0);
        let size = image(over).most();
        let error = self.error * derivative(over).most() * RAISE;
        let out = Self::made(image(centre), image(self.all), self.steeper(steep), error);
        out.narrowed().rounded(units, size)
    }

    /// `max(x, 0)`. The slope from the centre x₀ to x is the part of the way that lies above zero.
    fn hinge(&self) -> Self {
        let (all, centre) = (self.all, self.centre);
        // A program may be on the other side of zero; it is off by no more than its argument.
        if self.program().hi <= 0.0 {
            return Self::zero();
        }
        if self.program().lo >= 0.0 {
            return Self { terms: 0.0, roundings: 0.0, exact: None, ..*self };
        }
        let part = |range: Range| Range::new(range.lo.max(0.0), range.hi.max(0.0));
        let steep = if all.lo >= 0.0 {
            Range::point(1.0)
        } else if all.hi <= 0.0 {
            Range::ZERO
        } else if centre.lo > 0.0 {
            // The least share above zero is that of the way down to the lowest x.
            Range::new(Range::point(centre.lo).over(Range::point(centre.lo) - Range::point(all.lo)).lo, 1.0)
        } else if centre.hi < 0.0 {
            Range::new(0.0, Range::point(all.hi).over(Range::point(all.hi) - Range::point(centre.hi)).hi)
        } else {
            Range::new(0.0, 1.0)
        };
        Self::made(part(centre), part(all), self.steeper(steep), self.error).narrowed()
    }
}

impl<T: Float, const K: usize> Add for Slope<T, K> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.joined(&other, 1.0)
    }
}

impl<T: Float, const K: usize> Sub for Slope<T, K> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.joined(&other, -1.0)
    }
}

impl<T: Float, const K: usize> Mul for Slope<T, K> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = self.product(&other).narrowed();
        let exact = self.is_power_of_two() || other.is_power_of_two();
        if self.exact.is_none() && other.exact.is_none() {
            return product.rounded(1.0, self.most() * other.most());
        }
        // A weight scales a sum, or the terms of a sum, or, as its root, both factors of each term.
        let (weight, other) = if self.exact.is_some() { (self, other) } else { (other, self) };
        let (terms, roundings) = other.open();
        let (terms, open) = (terms * weight.most() * RAISE, other.terms > 0.0);
        let units = match (exact, open) {
            (true, _) => 0.0,
            (false, false) => 1.0,
            (false, true) => 2.0,
        };
        let product = product.rounded(units, terms);
        if open { Self { terms, roundings: roundings + units, ..product } } else { product }
    }
}

impl<T: Float, const K: usize> Div for Slope<T, K> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let (a, b) = (self, other);
        let divisor = b.program();
        if !(divisor.lo > 0.0 || divisor.hi < 0.0) {
            return Self::unknown();
        }
        let (centre, all) = (a.centre.over(b.centre), a.all.over(b.all));
        // a/b − a₀/b₀ = ((a − a₀) − (a₀/b₀)·(b − b₀)) / b.
        let (slopes, strays) = sum((a.slopes, a.strays), b.steeper(-centre));
        let slopes = Self { slopes, strays, ..Self::zero() }.steeper(Range::point(1.0).over(b.all));
        let least = divisor.lo.abs().min(divisor.hi.abs());
        // |â/b̂ − a/b| ≤ (|â − a| + |a/b|·|b̂ − b|) / |b̂|.
        let error = (a.error + all.most() * b.error) / least * RAISE;
        let size = a.most() / least * RAISE;
        let units = if b.is_power_of_two() { 0.0 } else { 4.0 };
        Self::made(centre, all, slopes, error).narrowed().rounded(units, size)
    }
}

impl<T: Float, const K: usize> Neg for Slope<T, K> {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            centre: -self.centre,
            all: -self.all,
            slopes: self.slopes.map(|slope| -slope),
            exact: self.exact.map(|value| -value),
            ..self
        }
    }
}

/// The sums of slopes and of how far they stray.
#[inline]
fn sum<const K: usize>(a: ([f64; K], [f64; K]), b: ([f64; K], [f64; K])) -> ([f64; K], [f64; K]) {
    let slopes = from_fn(|i| a.0[i] + b.0[i]);
    (slopes, from_fn(|i| (a.1[i] + b.1[i] + f64::abs(slopes[i]) * LOST) * RAISE))
}

/// 1 / (1 + e^−x).
fn sigmoid(x: Range) -> Range {
    let one = Range::point(1.0);
    one.over(one + (-x).exp()).meet(Range::new(0.0, 1.0))
}

impl<T: Float, const K: usize> Scalar for Slope<T, K> {
    fn zero() -> Self {
        Self::weight(0.0)
    }

    fn one() -> Self {
        Self::weight(1.0)
    }

    /// Exact in a program; here it may count more roundings than there are.
    fn max(self, other: Self) -> Self {
        if other.is_zero() { self.hinge() } else { other + (self - other).hinge() }
    }

    fn sqrt(self) -> Self {
        let over = self.program();
        if !(over.lo > 0.0 && over.hi < f64::INFINITY) {
            return Self::unknown();
        }
        // √x − √x₀ = (x − x₀) / (√x + √x₀).
        let both = self.all.sqrt() + self.centre.sqrt();
        let slopes = self.steeper(Range::point(1.0).over(both));
        let error = self.error / over.lo.sqrt() * RAISE;
        let out = Self::made(self.centre.sqrt(), self.all.sqrt(), slopes, error);
        out.narrowed().rounded(4.0, over.sqrt().most())
    }

    fn exp(self) -> Self {
        if self.program().hi > 700.0 {
            return Self::unknown();
        }
        self.mapped(Range::exp, Range::exp, 8.0)
    }

    fn tanh(self) -> Self {
        let tanh = |x: Range| x.rising(portable::tanh);
        // tanh′ = 1 − tanh².
        self.mapped(tanh, |x| Range::point(1.0) - tanh(x).square(), 8.0)
    }

    fn erf(self) -> Self {
        // erf′ = 2/√π · e^(−x²).
        let factor = Range::point(std::f64::consts::FRAC_2_SQRT_PI).widened(1e-15);
        self.mapped(|x| x.rising(portable::erf), |x| factor * (-x.square()).exp(), 8.0)
    }

    fn silu(self) -> Self {
        // Falls from 0 to −0.27847 at −1.2785, and rises from there.
        let image = |x: Range| {
            let values = x * sigmoid(x);
            let (low, high) = (Range::point(x.lo), Range::point(x.hi));
            let (low, high) = (low * sigmoid(low), high * sigmoid(high));
            if x.lo >= -1.2 || x.hi <= -1.3 {
                return values.meet(low.hull(high));
            }
            values.meet(Range::new(-0.2785, low.hi.max(high.hi)))
        };
        // silu′ = σ·(1 + x·(1 − σ)), from −0.0999 to 1.0999; and 1 − σ(x) = σ(−x).
        let steep = |x: Range| {
            let slope = sigmoid(x) * (Range::point(1.0) + x * sigmoid(-x));
            slope.meet(Range::new(-0.1, 1.1))
        };
        let mut out = self.mapped(image, steep, 16.0);
        // Where the exponential overflows, at −88.7 in f32 and −709.8 in f64, a program loses |x| times the smallest normal number.
        out.error += 1024.0 * T::LEAST_NORMAL;
        out
    }

    fn sum(terms: &[Self]) -> Self {
        Self::series(terms.iter().map(|&term| (term, Self::one())), false)
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        Self::series(a.iter().copied().zip(b.iter().copied()), std::ptr::eq(a, b))
    }
}

impl<T: Float, const K: usize> Reading for Slope<T, K> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    /// Nothing is decided with it: leads are compared by [`Slope::lead_over`].
    fn argmax(_: &[Self]) -> usize {
        0
    }
}
