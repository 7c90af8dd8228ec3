//! What the values of an expression can be, in every evaluation: enough to fold without changing a result, and to see which scores
//! a mask shuts out.
//!
//! `program::Facts` says the same of one program, to the bit. Here the sums may be taken in any order and the functions come from any
//! library, so that ends are wider than what they enclose.

use crate::constant::Width;
use num::portable;
use program::{Binary, Constant, Function};

/// Every value in every evaluation lies between `lo` and `hi`, both included, or is a NaN where `nan` allows one.
///
/// An end that is infinite is a value that can occur: what overflows, overflows at the limit of its type. The sign of a zero is not
/// kept; a divisor that may be zero has a quotient of which nothing is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) nan: bool,
}

/// How far a result may be off, relative to it: 160 units of f32 and many more of f64. The model of arithmetic has 16 at most, and
/// the worst exponential that was met 60.
const SLACK: f64 = 1e-5;

/// The least value of SiLU is −0.278464…, and lies at −1.278464….
const SILU_LEAST: f64 = -0.278_465;
const SILU_TURNS: f64 = -1.278_4;

/// How far a sigmoid may be off absolutely, in units of its type: some libraries are right only absolutely.
const SIGMOID_UNITS: f64 = 8.0;

impl Range {
    pub(crate) const ANYTHING: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY, nan: true };

    /// From `lo` to `hi`, and no NaN.
    pub(crate) fn new(lo: f64, hi: f64) -> Self {
        if lo.is_nan() || hi.is_nan() { Self::ANYTHING } else { Self { lo, hi, nan: false } }
    }

    /// What a known number can be. One that is subnormal, in f32 at least, may be read as zero.
    pub(crate) fn of(constant: Constant) -> Self {
        let (value, radius) = (constant.value(), constant.radius());
        if value.is_nan() || radius.is_nan() || radius == f64::INFINITY {
            return Self::ANYTHING;
        }
        if value.is_infinite() || radius == 0.0 {
            return Self::new(value, value).with_flushed();
        }
        Self::new((value - radius).next_down(), (value + radius).next_up()).with_flushed()
    }

    fn with_flushed(self) -> Self {
        let tiny = |end: f64| end.abs() < Width::Single.least_normal();
        let lo = if self.lo > 0.0 && tiny(self.lo) { 0.0 } else { self.lo };
        let hi = if self.hi < 0.0 && tiny(self.hi) { 0.0 } else { self.hi };
        Self { lo, hi, ..self }
    }

    pub(crate) fn hull(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi), nan: self.nan || other.nan }
    }

    /// The same, and a NaN where `nan`.
    pub(crate) fn or_nan(self, nan: bool) -> Self {
        Self { nan: self.nan || nan, ..self }
    }

    /// The greatest magnitude.
    pub(crate) fn most(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// Whether every value is a number that is not infinite.
    pub(crate) fn finite(self) -> bool {
        !self.nan && self.lo > f64::NEG_INFINITY && self.hi < f64::INFINITY
    }

    /// The one value that there is, in every evaluation.
    pub(crate) fn single(self) -> Option<f64> {
        (!self.nan && self.lo == self.hi).then_some(self.lo)
    }

    /// Whether every value is below every value of `other`, and none is a NaN.
    pub(crate) fn below(self, other: Self) -> bool {
        !self.nan && !other.nan && self.hi < other.lo
    }

    /// Whether it can be zero.
    fn zero(self) -> bool {
        self.lo <= 0.0 && self.hi >= 0.0
    }

    fn infinite(self) -> bool {
        self.lo == f64::NEG_INFINITY || self.hi == f64::INFINITY
    }

    /// The same numbers rounded to f32.
    pub(crate) fn narrowed(self) -> Self {
        self.rising(Width::Single, |x| x)
    }

    /// The part of the range within `limit` of zero.
    pub(crate) fn within(self, limit: f64) -> Self {
        Self { lo: self.lo.max(-limit), hi: self.hi.min(limit), ..self }
    }

    /// Whether each number of it has a reciprocal that is finite and normal.
    pub(crate) fn inverts(self, width: Width) -> bool {
        let most = 0.5 / width.least_normal();
        let least = 2.0 * width.least_normal();
        self.finite() && self.most() < most && (self.lo > least || self.hi < -least)
    }

    /// Results between `lo` and `hi` before rounding, in `width`, within `slack` of them besides.
    ///
    /// What is positive does not round to what is negative. What is below the smallest normal number may be lost. What lies beyond
    /// the greatest number by more than an evaluation may be off is infinite in each.
    fn rounded(width: Width, lo: f64, hi: f64, slack: f64) -> Self {
        if lo.is_nan() || hi.is_nan() || slack.is_nan() {
            return Self::ANYTHING;
        }
        let greatest = width.greatest();
        let loss =
            |end: f64| if end.is_finite() { SLACK * end.abs() + slack + width.least_normal() } else { 0.0 };
        let (mut low, mut high) = (lo - loss(lo), hi + loss(hi));
        if lo >= 0.0 && slack == 0.0 {
            low = low.max(0.0);
        }
        if hi <= 0.0 && slack == 0.0 {
            high = high.min(0.0);
        }
        // An evaluation is off by less than the slack, so that what is beyond the limit with it is infinite in each.
        let over = |end: f64| if end.abs() > greatest { end.signum() * f64::INFINITY } else { end };
        Self::new(over(low), over(high))
    }

    /// A monotone function by its values at the ends.
    fn rising(self, width: Width, function: impl Fn(f64) -> f64) -> Self {
        Self::rounded(width, function(self.lo), function(self.hi), 0.0).or_nan(self.nan)
    }

    /// The least and the greatest of four products or quotients. One of zero and infinity is a NaN, which the caller tells of; what
    /// lies near it is zero.
    fn ends(width: Width, ends: [f64; 4]) -> Self {
        let [a, b, c, d] = ends.map(|end| if end.is_nan() { 0.0 } else { end });
        let least = |x: f64, y: f64| if x < y { x } else { y };
        let most = |x: f64, y: f64| if x > y { x } else { y };
        Self::rounded(width, least(least(a, b), least(c, d)), most(most(a, b), most(c, d)), 0.0)
    }

    pub(crate) fn binary(width: Width, op: Binary, x: Self, y: Self) -> Self {
        let nan = x.nan || y.nan;
        match op {
            Binary::Add => Self::sum(width, &[x, y]),
            Binary::Sub => Self::sum(width, &[x, Self::unary(width, Function::Neg, y)]),
            Binary::Mul => Self::ends(width, [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi])
                .or_nan(nan || (x.zero() && y.infinite()) || (x.infinite() && y.zero())),
            Binary::Div if y.lo > 0.0 || y.hi < 0.0 => {
                Self::ends(width, [x.lo / y.lo, x.lo / y.hi, x.hi / y.lo, x.hi / y.hi])
                    .or_nan(nan || (x.infinite() && y.infinite()))
            }
            Binary::Div => {
                let nan = nan || x.zero() || (x.infinite() && y.infinite());
                Self { nan, ..Self::ANYTHING }
            }
            Binary::Max => Self { lo: x.lo.max(y.lo), hi: x.hi.max(y.hi), nan },
        }
    }

    /// The square of a number.
    pub(crate) fn square(width: Width, x: Self) -> Self {
        let square = Self::binary(width, Binary::Mul, x, x);
        let least = if x.zero() { 0.0 } else { square.lo.max(0.0) };
        // Zero and an infinity are no one number.
        Self { lo: least, nan: x.nan, ..square }
    }

    /// A product as a term of a sum: what is added to it at once need not overflow first.
    pub(crate) fn fused(self, width: Width) -> Self {
        Self { lo: self.lo.min(width.greatest()), hi: self.hi.max(-width.greatest()), ..self }
    }

    /// The range of a sum in any order: terms may cancel, and their roundings do not; some of them may overflow before others.
    ///
    /// Of n terms an evaluation may be off by `n u Σ|tᵢ|`. So it is at most `Σ tᵢ (1 ± n u)` with the sign of each term, which rises
    /// with every term.
    pub(crate) fn sum(width: Width, terms: &[Self]) -> Self {
        let count = terms.len() as f64;
        // A unit of f32 for each addition and product.
        let relative = SLACK + 2.0 * count * Width::Single.unit();
        let (mut lo, mut hi, mut nan) = (0.0, 0.0, false);
        let (mut up, mut down) = (0.0, 0.0);
        for term in terms {
            lo += term.lo * (1.0 - relative.copysign(term.lo));
            hi += term.hi * (1.0 + relative.copysign(term.hi));
            (up, down) = (up + term.hi.max(0.0), down + (-term.lo).max(0.0));
            nan |= term.nan;
        }
        let over = |part: f64| part * (1.0 + relative) > width.greatest();
        if over(up) && over(down) {
            return Self::ANYTHING;
        }
        // Our own sum may overflow where one in another order would not.
        let (lows, highs) =
            (terms.iter().any(|term| term.lo.is_infinite()), terms.iter().any(|term| term.hi.is_infinite()));
        lo = if lo.is_infinite() && !lows { -down } else { lo };
        hi = if hi.is_infinite() && !highs { up } else { hi };
        let loss = 2.0 * count * width.least_normal();
        (lo, hi) = (lo - loss, hi + loss);
        // What has one sign keeps it.
        (lo, hi) = (if down == 0.0 { lo.max(0.0) } else { lo }, if up == 0.0 { hi.min(0.0) } else { hi });
        let mut sum = Self::rounded(width, lo, hi, 0.0);
        if over(up) {
            sum.hi = f64::INFINITY;
        }
        if over(down) {
            sum.lo = f64::NEG_INFINITY;
        }
        sum.or_nan(nan)
    }

    /// A mean of `values` with weights that are not negative and not all zero: one sum divided by another.
    pub(crate) fn mean(width: Width, values: &[Self]) -> Self {
        let all = values.iter().copied().reduce(Self::hull).unwrap_or(Self::ANYTHING);
        let (most, count) = (all.most(), values.len() as f64);
        if !all.finite() || 2.0 * count * most > width.greatest() {
            return Self::ANYTHING;
        }
        let relative = SLACK + 4.0 * count * Width::Single.unit();
        Self::rounded(width, all.lo, all.hi, relative * most + 2.0 * count * width.least_normal())
    }

    pub(crate) fn unary(width: Width, function: Function, x: Self) -> Self {
        match function {
            Function::Neg => Self { lo: -x.hi, hi: -x.lo, nan: x.nan },
            Function::AsF32 => x.narrowed(),
            // What may be subnormal may be read as zero, and then the root is far off.
            Function::Sqrt => {
                let lo = if x.lo < width.least_normal() { 0.0 } else { x.lo };
                let x = Self { lo, hi: x.hi.max(0.0), nan: x.nan || x.lo < 0.0 };
                x.rising(width, f64::sqrt)
            }
            Function::Exp if x.hi < -width.vanishes() => Self { lo: 0.0, hi: 0.0, nan: x.nan },
            Function::Exp => x.rising(width, portable::exp),
            Function::Tanh => x.rising(width, portable::tanh),
            Function::Erf => x.rising(width, portable::erf),
            Function::Silu => Self::silu(width, x),
            Function::Sigmoid => x.near_one(width, |x| 1.0 / (1.0 + portable::exp(-x))),
            // What may be subnormal may be read as zero.
            Function::Ln => {
                let lo = if x.lo < width.least_normal() { 0.0 } else { x.lo };
                let x = Self { lo, hi: x.hi.max(0.0), nan: x.nan || x.lo < 0.0 };
                x.rising(width, portable::ln)
            }
            // From 20 on it may be computed as the number itself.
            Function::Softplus => x.near_one(width, portable::softplus),
        }
    }

    /// A rising function that is not negative and right absolutely, as numbers around 1 are.
    fn near_one(self, width: Width, function: impl Fn(f64) -> f64) -> Self {
        let Self { lo, hi, nan } = self.rising(width, function);
        let slack = SIGMOID_UNITS * width.unit();
        Self { lo: (lo - slack).max(0.0), hi: hi + slack, nan }
    }

    /// It falls to its least value and rises from there; of minus infinity it is a NaN. It may be computed as a product with a
    /// sigmoid that is right only absolutely.
    fn silu(width: Width, x: Self) -> Self {
        let at = |x: f64| x / (1.0 + portable::exp(-x));
        let lo = if x.lo >= SILU_TURNS { at(x.lo) } else { SILU_LEAST };
        let lo = if x.hi < SILU_TURNS { at(x.hi) } else { lo };
        if x.lo == f64::NEG_INFINITY {
            return Self::ANYTHING;
        }
        // Of a positive number the sigmoid is at least 1/2, so that it is right relatively.
        let slack = SIGMOID_UNITS * width.unit() * (-x.lo).max(0.0);
        Self::rounded(width, lo, at(x.lo).max(at(x.hi)), slack).or_nan(x.nan)
    }
}

#[cfg(test)]
pub(crate) mod tests;
