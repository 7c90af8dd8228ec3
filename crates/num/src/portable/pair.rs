//! Numbers of twice the precision: an unevaluated sum of two f64.
//!
//! For the functions where time does not matter, twice the precision replaces an error analysis: a series summed
//! term by term is wrong by a few units of 2^−100, and rounding it to f64 is right but for one case in 2^40.
//! Nothing here guards against overflow; callers keep their numbers within 2^±900.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::bits::scaled;

/// `high + low`, where `high` is the sum rounded to nearest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) high: f64,
    pub(super) low: f64,
}

impl Pair {
    /// The exact sum of two numbers.
    ///
    /// `sum − a` is what arrived of b, and so on: the two losses are exact whichever number is larger.
    pub(super) fn sum(a: f64, b: f64) -> Pair {
        let high = a + b;
        let arrived = high - a;
        Pair { high, low: (a - (high - arrived)) + (b - arrived) }
    }

    /// The exact sum of two numbers of which the first is larger in magnitude, or zero.
    fn ordered_sum(a: f64, b: f64) -> Pair {
        let high = a + b;
        Pair { high, low: b - (high - a) }
    }

    /// The exact product of two numbers.
    ///
    /// Each factor is cut into two of 26 bits, sign aside. The four products of the parts are exact, and so are the
    /// differences in the order written, because each removes the leading bits of what is left.
    pub(super) fn product(a: f64, b: f64) -> Pair {
        let high = a * b;
        let (a1, a2) = cut(a);
        let (b1, b2) = cut(b);
        Pair { high, low: a2 * b2 - (((high - a1 * b1) - a2 * b1) - a1 * b2) }
    }

    /// `self` 2^`exponent`, rounded once, for numbers between 2^−100 and 2^100 and any exponent.
    ///
    /// Where the result is a normal number, `high` is the rounded one already. A subnormal result has fewer bits:
    /// `high` is rounded to its last place, and `low` decides where `high` lies halfway between two places.
    pub(super) fn scaled(self, exponent: i32) -> f64 {
        // Beyond these the result is infinite or zero, and the constants below stay in range.
        let exponent = exponent.clamp(-1200, 1200);
        let rounded_by_high = scaled(self.high, exponent);
        if rounded_by_high.abs() > f64::MIN_POSITIVE || exponent > 0 {
            return rounded_by_high;
        }
        let place = scaled(1.0, -1074 - exponent);
        // Adding 1.5 · 2^52 places leaves no bit below a place; ties go to the even one.
        let shift = 1.5 / f64::EPSILON * place;
        let nearest = (self.high + shift) - shift;
        let rest = self.high - nearest;
        let halfway = rest.abs() == 0.5 * place;
        let beyond = halfway && rest * self.low > 0.0;
        scaled(if beyond { nearest + 2.0 * rest } else { nearest }, exponent)
    }
}

/// `x` as the sum of two numbers of at most 26 bits each. The factor is 2^27 + 1.
fn cut(x: f64) -> (f64, f64) {
    let wide = x * 134_217_729.0;
    let head = wide - (wide - x);
    (head, x - head)
}

impl From<f64> for Pair {
    fn from(x: f64) -> Pair {
        Pair { high: x, low: 0.0 }
    }
}

impl Neg for Pair {
    type Output = Pair;

    fn neg(self) -> Pair {
        Pair { high: -self.high, low: -self.low }
    }
}

impl Add for Pair {
    type Output = Pair;

    /// Relative error below 2^−103, also where the heads cancel.
    fn add(self, other: Pair) -> Pair {
        let high = Pair::sum(self.high, other.high);
        let low = Pair::sum(self.low, other.low);
        let first = Pair::ordered_sum(high.high, high.low + low.high);
        Pair::ordered_sum(first.high, first.low + low.low)
    }
}

impl Sub for Pair {
    type Output = Pair;

    fn sub(self, other: Pair) -> Pair {
        self + -other
    }
}

impl Mul for Pair {
    type Output = Pair;

    /// Relative error below 2^−102. The product of two f64 is exact.
    fn mul(self, other: Pair) -> Pair {
        let high = Pair::product(self.high, other.high);
        Pair::ordered_sum(high.high, high.low + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Pair {
    type Output = Pair;

    /// Long division, three digits of 53 bits. Relative error below 2^−101.
    fn div(self, other: Pair) -> Pair {
        let first = self.high / other.high;
        let rest = self - other * first.into();
        let second = rest.high / other.high;
        let rest = rest - other * second.into();
        let third = rest.high / other.high;
        Pair::ordered_sum(first, second) + third.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const E: f64 = f64::EPSILON;

    #[test]
    fn sums_and_products_lose_nothing() {
        assert_eq!(Pair::sum(1.0, E / 4.0), Pair { high: 1.0, low: E / 4.0 });
        assert_eq!(Pair::sum(E / 4.0, -1.0), Pair { high: -1.0, low: E / 4.0 });
        // (1 + e)^2 = 1 + 2e + e^2.
        assert_eq!(Pair::product(1.0 + E, 1.0 + E), Pair { high: 1.0 + 2.0 * E, low: E * E });
        // (1 + e)(1 − e) = 1 − e^2.
        assert_eq!(Pair::product(1.0 + E, 1.0 - E), Pair { high: 1.0, low: -E * E });
    }

    #[test]
    fn arithmetic_keeps_what_one_number_cannot() {
        let x = Pair { high: 1.0, low: E / 8.0 };
        assert_eq!(x - Pair::from(1.0), Pair::from(E / 8.0));
        assert_eq!(x * Pair::from(3.0), Pair { high: 3.0, low: 3.0 * E / 8.0 });
        assert_eq!(Pair { high: 3.0, low: 3.0 * E / 8.0 } / x, Pair::from(3.0));
        // A third times three: what is left of one is below 2^−100.
        let third = Pair::from(1.0) / Pair::from(3.0);
        let left = (third * Pair::from(3.0) - Pair::from(1.0)).high;
        assert!(left.abs() < E * E / 16.0, "{left:e}");
    }

    #[test]
    fn a_subnormal_result_is_rounded_once() {
        let smallest = f64::from_bits(1);
        let half = |low| Pair { high: 0.5, low }.scaled(-1074);
        assert_eq!(half(0.0), 0.0);
        assert_eq!(half(1e-20), smallest);
        assert_eq!(half(-1e-20), 0.0);
        let three_halves = |low| Pair { high: 1.5, low }.scaled(-1074);
        assert_eq!(three_halves(0.0), f64::from_bits(2));
        assert_eq!(three_halves(-1e-20), smallest);
        assert_eq!(Pair::from(1.5).scaled(-1000), 1.5 * scaled(1.0, -1000));
        assert_eq!(Pair::from(1.5).scaled(2000), f64::INFINITY);
        assert_eq!(Pair::from(1.5).scaled(-2000), 0.0);
    }
}
