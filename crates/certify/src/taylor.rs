//! The checker's number: a line in a few variables, and how far every program may be from it.
//!
//! A case leaves open what the heads read: a few variables, each written as `centre + radius · ε` with ε in −1…1. A [`Taylor`]
//! stands for what programs in `T` compute from them, a number within `rest` of `centre + Σ slopes[i]·εᵢ` and within `all`. Behind
//! a function, centre and slopes are those of its mean value form, f(x) = f(c) + f′(ξ)·(x − c) with ξ between x and c: a Taylor
//! model of the first order. See Makino and Berz, "Taylor models and other validated functional inclusion methods" (2003).
//!
//! It holds for every program that follows these rules, with u half the distance from 1 to the next number of `T`:
//!
//! - a sum or dot product, and a bias added to it, is summed in any order, with or without fused multiply-add: n roundings
//!   make an error of at most γₙ Σ|terms|, where γₙ = n·u / (1 − n·u); terms with a weight of exactly 0 contribute nothing;
//!   but if `ORDERED`, only our own program counts, which rounds every product and sums from the first term to the last;
//! - any other addition or product is within u of its result, a factor may scale the terms of a sum instead;
//! - quotients and square roots are within 4u, `exp` and `tanh` within 8u, `erf` within 12u, `silu` within 16u and |x|·4u more;
//! - what is smaller than the smallest normal number may be lost, by an operation's result and by what it reads, a weight
//!   included; but our own program, if `ORDERED`, loses nothing there but what rounding does.
//!
//! Ranges are rounded outward. Lines are computed to nearest, and `rest` is raised by more than that can have lost.

use crate::attention::Met;
use crate::ends::Range;
use num::{Float, Reading, Scalar};
use std::array::from_fn;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// More than one operation in f64 is off, relative to its result.
const LOST: f64 = f64::EPSILON;

/// More than a few hundred roundings in f64 can take away from a bound.
const RAISE: f64 = 1.0 + 1e-12;

/// What programs in `T` compute from `K` variables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taylor<T, const K: usize, const ORDERED: bool> {
    pub(crate) all: Range,
    pub(crate) centre: f64,
    pub(crate) slopes: [f64; K],
    pub(crate) rest: f64,
    /// Of a sum that may still be taken in another order: its Σ|terms| and the most roundings of a term. Otherwise zero.
    terms: f64,
    roundings: f64,
    /// Whether it is one number, the same in every program: a weight.
    weight: bool,
    program: PhantomData<T>,
}

impl<T: Float, const K: usize, const ORDERED: bool> Taylor<T, K, ORDERED> {
    /// Exactly `value`; or zero, where that may be lost.
    pub(crate) fn weight(value: f64) -> Self {
        if !value.is_finite() {
            return Self::unknown();
        }
        if !ORDERED && value != 0.0 && value.abs() < T::LEAST_NORMAL {
            return Self::variable(K, Range::point(value).hull(Range::ZERO));
        }
        let all = Range::point(value);
        Self { all, rest: 0.0, weight: true, ..Self::made(all, value, [0.0; K], 0.0) }
    }

    /// The variable `index`: any number in `range`. From `K` on it shares nothing with others.
    pub(crate) fn variable(index: usize, range: Range) -> Self {
        let (middle, radius) = range.ball();
        let slopes = from_fn(|at| if at == index { radius } else { 0.0 });
        Self::made(range, middle, slopes, if index < K { 0.0 } else { radius })
    }

    /// A number that is no sum; `centre` and `slopes` may each be off by one rounding.
    #[inline]
    fn made(all: Range, centre: f64, slopes: [f64; K], rest: f64) -> Self {
        let wide = slopes.iter().fold(0.0, |sum, slope| sum + slope.abs());
        let rest = (rest + LOST * (centre.abs() + wide)) * RAISE;
        let radius = (wide + rest) * RAISE;
        // What is not finite, or NaN, says nothing.
        let (all, rest) = if radius < f64::INFINITY {
            (all.meet(Range::point(centre).widened(radius)), rest)
        } else {
            (Range::unknown(), f64::INFINITY)
        };
        Self { all, centre, slopes, rest, terms: 0.0, roundings: 0.0, weight: false, program: PhantomData }
    }

    fn unknown() -> Self {
        Self::made(Range::unknown(), 0.0, [0.0; K], f64::INFINITY)
    }

    /// Within which distance of the centre it stays where those whose slopes are `common` do not move.
    fn apart(&self, common: &[f64; K]) -> f64 {
        let apart = self.slopes.iter().zip(common).map(|(slope, common)| (slope - common).abs());
        (apart.sum::<f64>() + self.rest) * RAISE
    }

    /// What it can be more than `other`, by the slopes of the difference.
    pub(crate) fn lead_over(&self, other: &Self) -> Range {
        let apart = (self.apart(&other.slopes) + other.rest) * RAISE;
        let lead = Range::point(self.centre) - Range::point(other.centre);
        lead.widened(apart).meet(self.all - other.all)
    }

    /// The same, computed with `units` more roundings relative to `size`.
    #[inline]
    fn rounded(mut self, units: f64, size: f64) -> Self {
        // γₙ is at most n·u·(1 + 10⁻⁴) for the few hundred roundings of a sum. A product for each term and the additions may all
        // lose something.
        let lost = (1.0 + 2.0 * units) * T::LEAST_NORMAL;
        let error = (1.0001 * units * T::UNIT_ROUNDOFF * size + lost) * RAISE;
        // A number that may overflow leaves nothing known.
        if !(size < T::GREATEST && self.rest < f64::INFINITY) {
            return Self::unknown();
        }
        self.rest = (self.rest + error) * RAISE;
        self.all = self.all.widened(error);
        self
    }

    /// Whether multiplying by it is exact: zero or a power of two.
    #[inline]
    fn is_power_of_two(&self) -> bool {
        self.weight && self.centre.to_bits() << 12 == 0
    }

    /// Whether a program may read it as zero.
    fn may_be_lost(&self) -> bool {
        self.all.lo < T::LEAST_NORMAL && self.all.hi > -T::LEAST_NORMAL
    }

    fn is_zero(&self) -> bool {
        self.weight && self.centre == 0.0
    }

    /// `f(c) + q·(x − c)` with c the centre: `at` holds f(c), `chord` every q, and `all` every value.
    fn line(&self, at: Range, chord: Range, all: Range) -> Self {
        let ((centre, apart), (slope, stray)) = (at.ball(), chord.ball());
        let wide: f64 = self.slopes.iter().map(|slope| slope.abs()).sum();
        let rest = apart + self.rest * (slope.abs() + stray) + wide * stray;
        Self::made(all, centre, self.slopes.map(|s| s * slope), rest)
    }

    /// The real product.
    #[inline]
    fn product(&self, other: &Self) -> Self {
        let (a, b) = (self, other);
        let all = a.all * b.all;
        let (a, b) = if a.weight { (b, a) } else { (a, b) };
        if b.weight {
            let weight = b.centre;
            return Self::made(all, a.centre * weight, a.slopes.map(|s| s * weight), a.rest * weight.abs());
        }
        // ab = a₀b₀ + (a − a₀)·b₀ + a·(b − b₀), where a is within `stray` of `middle`.
        let ((middle, stray), base) = (a.all.ball(), b.centre);
        let slopes = from_fn(|i| a.slopes[i] * base + b.slopes[i] * middle);
        let wide = |slopes: &[f64; K]| slopes.iter().map(|slope| slope.abs()).sum::<f64>();
        let (of_a, of_b) = (wide(&a.slopes), wide(&b.slopes));
        let lost = LOST * (of_a * base.abs() + of_b * middle.abs());
        let rest = a.rest * base.abs() + b.rest * a.all.most() + of_b * stray + lost;
        Self::made(all, a.centre * base, slopes, rest)
    }

    #[inline]
    fn plus(&self, other: &Self) -> Self {
        let slopes = from_fn(|i| self.slopes[i] + other.slopes[i]);
        Self::made(self.all + other.all, self.centre + other.centre, slopes, self.rest + other.rest)
    }

    /// A sum of products; if they are `squares`, none is negative.
    fn series<'s>(products: impl Iterator<Item = (&'s Self, &'s Self)>, squares: bool) -> Self {
        let mut sum = Self::zero();
        let (mut count, mut terms, mut inexact) = (0.0, 0.0, 0.0);
        for (a, b) in products {
            if (a.is_zero() || b.is_zero()) && a.rest + b.rest < f64::INFINITY {
                continue;
            }
            let mut product = a.product(b);
            if squares {
                product.all = product.all.meet(a.all.square());
            }
            let (size, exact) = (product.all.most(), a.is_power_of_two() || b.is_power_of_two());
            let units = if exact { 0.0 } else { 1.0 };
            (count, terms, inexact) = (count + 1.0, terms + size * RAISE, units.max(inexact));
            product = product.rounded(if ORDERED { units } else { 0.0 }, size);
            sum = if count == 1.0 { product } else { sum.plus(&product) };
            if ORDERED && count > 1.0 {
                sum = sum.rounded(1.0, sum.all.most());
            }
        }
        if ORDERED || count == 0.0 {
            return sum;
        }
        let roundings = count - 1.0 + inexact;
        Self { terms, roundings, ..sum.rounded(roundings, terms) }
    }

    /// Σ|terms| and roundings of an open sum; another number is a sum of one term.
    fn open(&self) -> (f64, f64) {
        if self.terms > 0.0 { (self.terms, self.roundings) } else { (self.all.most(), 0.0) }
    }

    /// A function: its image of ranges, a range of its derivative, and the units of u that a program may be off.
    fn mapped(self, image: impl Fn(Range) -> Range, derivative: impl Fn(Range) -> Range, units: f64) -> Self {
        let centre = Range::point(self.centre);
        // (f(x) − f(c)) / (x − c) is the mean of f′ on the way from c to x, of which each quarter is met by its own range.
        let quarter = |part: f64| {
            let way = (self.all - centre) * Range::point(part);
            derivative((centre + way).hull(centre)) * Range::point(0.25)
        };
        let chord = quarter(0.25) + quarter(0.5) + quarter(0.75) + quarter(1.0);
        let image_of_all = image(self.all);
        self.line(image(centre), chord, image_of_all).rounded(units, image_of_all.most())
    }

    /// `max(x, 0)`. The slope from the centre to x is the part of the way that lies above zero.
    fn hinge(&self) -> Self {
        let (all, centre) = (self.all, self.centre);
        if all.hi <= 0.0 {
            return Self::zero();
        }
        if all.lo >= 0.0 {
            return Self { terms: 0.0, roundings: 0.0, ..*self };
        }
        let c = Range::point(centre);
        // The least part is that of the way down to the lowest x, or the greatest that of the way up to the highest.
        let (least, most) = if centre > 0.0 {
            ((c / (c - Range::point(all.lo))).lo, 1.0)
        } else {
            let high = Range::point(all.hi);
            (0.0, (high / (high - c)).hi.min(1.0))
        };
        let at = Range::point(centre.max(0.0));
        self.line(at, Range::new(least.max(0.0), most), all.max(Range::ZERO))
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Add for Taylor<T, K, ORDERED> {
    type Output = Self;

    /// May join sums that are still open.
    fn add(self, other: Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return if self.is_zero() { other } else { self };
        }
        let (left, right) = (self.open(), other.open());
        let sum = self.plus(&other);
        // Without open sums, relative to the result; to its terms that is no less.
        let size = if self.terms + other.terms > 0.0 { left.0 + right.0 } else { sum.all.most() };
        sum.rounded(1.0 + left.1 + right.1, size * RAISE)
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Sub for Taylor<T, K, ORDERED> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Mul for Taylor<T, K, ORDERED> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let exact = self.is_power_of_two() || other.is_power_of_two();
        let product = self.product(&other);
        if !self.weight && !other.weight {
            return product.rounded(1.0, product.all.most());
        }
        // A weight scales a sum, or the terms of a sum, or, as its root, both factors of each term.
        let (weight, other) = if self.weight { (self, other) } else { (other, self) };
        let (terms, roundings) = other.open();
        let (terms, open) = (terms * weight.all.most() * RAISE, other.terms > 0.0);
        let units = if exact { 0.0 } else { 1.0 + f64::from(u8::from(open)) };
        let product = product.rounded(units, terms);
        if open { Self { terms, roundings: roundings + units, ..product } } else { product }
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Div for Taylor<T, K, ORDERED> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let one = Range::point(1.0);
        // The divisor and its reciprocal, by which others multiply, must not be lost.
        let reciprocal = other.all.most() * T::LEAST_NORMAL;
        if !ORDERED && (other.may_be_lost() || reciprocal > 0.25) {
            return Self::unknown();
        }
        let inverse = other.line(
            one / Range::point(other.centre),
            // 1/x − 1/c = −(x − c) / (x·c).
            -one / (other.all * Range::point(other.centre)),
            one / other.all,
        );
        let mut quotient = self.product(&inverse);
        quotient.all = quotient.all.meet(self.all / other.all);
        quotient.rounded(4.0, quotient.all.most())
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Neg for Taylor<T, K, ORDERED> {
    type Output = Self;

    fn neg(self) -> Self {
        Self { all: -self.all, centre: -self.centre, slopes: self.slopes.map(|slope| -slope), ..self }
    }
}

/// 1 / (1 + e^−x), which rises from 0 to 1.
fn sigmoid(x: Range) -> Range {
    let one = Range::point(1.0);
    // Beyond 700 the exponential may overflow.
    let [low, high] = [x.lo, x.hi].map(|end| one / (one + Range::point(-end.clamp(-700.0, 700.0)).exp()));
    Range::new(if x.lo < -700.0 { 0.0 } else { low.lo }, if x.hi > 700.0 { 1.0 } else { high.hi })
}

impl<T: Float, const K: usize, const ORDERED: bool> Scalar for Taylor<T, K, ORDERED> {
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
        if !ORDERED && self.may_be_lost() {
            return Self::unknown();
        }
        self.mapped(Range::sqrt, |x| Range::point(0.5) / x.sqrt(), 4.0)
    }

    fn exp(self) -> Self {
        self.mapped(Range::exp, Range::exp, 8.0)
    }

    fn tanh(self) -> Self {
        // tanh′ = 1 − tanh².
        self.mapped(Range::tanh, |x| Range::point(1.0) - x.tanh().square(), 8.0)
    }

    fn erf(self) -> Self {
        // erf′ = 2/√π · e^(−x²).
        let factor = Range::point(std::f64::consts::FRAC_2_SQRT_PI).widened(1e-15);
        self.mapped(Range::erf, |x| factor * (-x.square()).exp(), 12.0)
    }

    fn silu(self) -> Self {
        // Falls from 0 to −0.27847 at −1.2785, and rises from there.
        let image = |x: Range| {
            let [low, high] = [x.lo, x.hi].map(Range::point).map(|end| end * sigmoid(end));
            let dip = if x.lo < -1.2 && x.hi > -1.3 { Range::point(-0.2785) } else { low };
            (x * sigmoid(x)).meet(low.hull(high).hull(dip))
        };
        // silu′ = σ·(1 + x·(1 − σ)), from −0.0999 to 1.0999; and 1 − σ(x) = σ(−x).
        let steep = |x: Range| {
            let slope = sigmoid(x) * (Range::point(1.0) + x * sigmoid(-x));
            slope.meet(Range::new(-0.1, 1.1))
        };
        let (most, out) = (self.all.most(), self.mapped(image, steep, 16.0));
        // A library's sigmoid may be off by 4u of one far below zero, and where the exponential overflows, at −88.7 in f32 and −709.8
        // in f64, a program loses |x| times the smallest normal number.
        let lost = 1024.0 * T::LEAST_NORMAL + most * 4.0 * T::UNIT_ROUNDOFF * RAISE;
        Self { rest: (out.rest + lost) * RAISE, all: out.all.widened(lost), ..out }
    }

    /// No block of a model file asks for it.
    fn ln(self) -> Self {
        Self::unknown()
    }

    /// No block of a model file asks for it.
    fn softplus(self) -> Self {
        Self::unknown()
    }

    /// Two roundings enclose one.
    fn fused(self, factor: Self, addend: Self) -> Self {
        self * factor + addend
    }

    /// Nor for this.
    fn as_f32(self) -> Self {
        Self::unknown()
    }

    fn sum(terms: &[Self]) -> Self {
        let one = Self::one();
        Self::series(terms.iter().map(|term| (term, &one)), false)
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        Self::series(a.iter().zip(b), std::ptr::eq(a, b))
    }

    fn fused_dot(a: &[Self], b: &[Self]) -> Self {
        Self::dot(a, b)
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Reading for Taylor<T, K, ORDERED> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    /// Nothing is decided with it: leads are compared by [`Taylor::lead_over`].
    fn argmax(_: &[Self]) -> usize {
        0
    }
}

impl<T: Float, const K: usize, const ORDERED: bool> Met for Taylor<T, K, ORDERED> {
    fn all(&self) -> Range {
        self.all
    }

    /// All that follows shares the rest, and where it cancels it is gone. The variable may stand for nothing else.
    fn share(&mut self, index: usize) {
        if index < K && self.slopes[index] == 0.0 && self.rest < f64::INFINITY {
            self.slopes[index] = std::mem::take(&mut self.rest);
        }
    }

    fn beside(&self, other: &Self) -> Range {
        Range::point(self.centre).widened(self.apart(&other.slopes))
    }
}
