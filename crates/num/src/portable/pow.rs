//! Powers.

use super::bits::mantissa_and_exponent;
use super::exp::exp_of_sum;
use super::ln::ln_pair;
use super::pair::Pair;

/// Whole exponents up to this are repeated products.
const SMALL: f64 = 64.0;

/// `base` to the power `exponent`. Defined for all arguments, as IEEE 754 defines it.
///
/// A whole exponent up to ±64 gives the correctly rounded product but for about one base in 2^40, and the exact one
/// where an f64 can hold it: `pow(x, 2.0)` is `x * x`. Other exponents are off by less than 0.7 units in the last
/// place, or 0.9 where the result is subnormal. A negative base with an exponent that is not whole gives NaN.
pub fn pow(base: f64, exponent: f64) -> f64 {
    // One to any power and any number to the power zero are one, even where the other argument is NaN.
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    if base.is_nan() || exponent.is_nan() {
        return f64::NAN;
    }
    let whole = exponent == exponent.trunc();
    // Infinite exponents count as whole and even, as all f64 from 2^53 on are.
    if base < 0.0 && base.is_finite() && !whole {
        return f64::NAN;
    }
    let odd = whole && exponent.abs() < 9_007_199_254_740_992.0 && exponent as i64 % 2 != 0;
    let magnitude = power_of_positive(base.abs(), exponent);
    if odd && base.is_sign_negative() { -magnitude } else { magnitude }
}

/// `base` to the power `exponent` for a base from 0 to ∞ and an exponent that is not zero.
fn power_of_positive(base: f64, exponent: f64) -> f64 {
    if base == 1.0 {
        return 1.0;
    }
    if base == 0.0 || base.is_infinite() || exponent.is_infinite() {
        // Does the result grow without bound, or shrink?
        return if (base > 1.0) == (exponent > 0.0) { f64::INFINITY } else { 0.0 };
    }
    if exponent.abs() <= SMALL && exponent == exponent.trunc() {
        return whole_power(base, exponent as i32);
    }
    let logarithm = ln_pair(base.into());
    let estimate = exponent * logarithm.high;
    if estimate > 710.0 {
        return f64::INFINITY;
    }
    if estimate < -746.0 {
        return 0.0;
    }
    // The logarithm is known to 2^−94 of itself, so the product is to 2^−84: nothing to the 2^−55 of `exp`.
    let exponent = logarithm * Pair::from(exponent);
    exp_of_sum(exponent.high, exponent.low)
}

/// `base` to the power `n`, for a positive finite base and 0 < |n| ≤ 64.
fn whole_power(base: f64, n: i32) -> f64 {
    // The mantissa is in [1, 2), its power below 2^64. If the power of the base is an f64, every product on the way
    // fits a pair, so it is exact. A square always does, and is then rounded once, ties and all.
    let (mantissa, exponent) = mantissa_and_exponent(base);
    let mut square = Pair::from(mantissa);
    let mut power = Pair::from(1.0);
    let mut left = n.unsigned_abs();
    while left > 0 {
        if left % 2 == 1 {
            power = power * square;
        }
        square = square * square;
        left /= 2;
    }
    if n < 0 {
        power = Pair::from(1.0) / power;
    }
    power.scaled(exponent * n)
}

#[cfg(test)]
mod tests {
    use super::*;
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;

    #[test]
    fn whole_powers_are_exact() {
        for (base, exponent, power) in [
            (10.0, 3.0, 1000.0),
            (2.0, 10.0, 1024.0),
            (-2.0, 3.0, -8.0),
            (-2.0, -2.0, 0.25),
            (10.0, 22.0, 1e22),
            (3.0, 33.0, 5_559_060_566_555_523.0),
            (0.5, 1074.0, 5e-324),
            (2.0, -1074.0, 5e-324),
            (2.0, 1023.0, 8.98846567431158e307),
            (-1.0, 1e15 + 1.0, -1.0),
            (7.0, 1.0, 7.0),
            (8.0, -1.0, 0.125),
        ] {
            assert_eq!(pow(base, exponent), power, "{base}^{exponent}");
        }
    }

    #[test]
    fn a_square_is_a_product() {
        // Among them ties, subnormal squares, and squares out of range on either side.
        let mut x = 1.0;
        for _ in 0..3000 {
            for sign in [x, -x] {
                for square in [sign, sign * 1e-160, sign * 1e160, f64::from(sign as f32)] {
                    assert_eq!(pow(square, 2.0).to_bits(), (square * square).to_bits(), "{square:e}");
                }
            }
            x = x * 1.618_033_988_7 % 10.0 + 1e-3;
        }
    }

    #[test]
    fn roots_of_powers_are_exact() {
        assert_eq!(pow(4.0, 0.5), 2.0);
        assert_eq!(pow(9.0, 1.5), 27.0);
        assert_eq!(pow(1024.0, -0.1), 0.5);
        assert_eq!(pow(1e4, 0.25), 10.0);
    }

    #[test]
    fn special_arguments() {
        for (base, exponent, power) in [
            (NAN, 0.0, 1.0),
            (1.0, NAN, 1.0),
            (1.0, -INF, 1.0),
            (-1.0, INF, 1.0),
            (0.0, 0.0, 1.0),
            (0.0, -1.0, INF),
            (-0.0, -1.0, -INF),
            (-0.0, -2.0, INF),
            (-0.0, 3.0, -0.0),
            (-0.0, 0.5, 0.0),
            (0.0, 2.5, 0.0),
            (INF, 0.5, INF),
            (INF, -3.0, 0.0),
            (-INF, 3.0, -INF),
            (-INF, -3.0, -0.0),
            (-INF, 0.5, INF),
            (0.5, INF, 0.0),
            (0.5, -INF, INF),
            (-2.0, INF, INF),
            (-2.0, -INF, 0.0),
            (2.0, 1e300, INF),
            (2.0, -1e300, 0.0),
            (2.0, 5e-324, 1.0),
        ] {
            assert_eq!(pow(base, exponent).to_bits(), power.to_bits(), "{base}^{exponent}");
        }
        for (base, exponent) in [(-8.0, 1.0 / 3.0), (NAN, 1.0), (2.0, NAN), (-1e-300, -0.5)] {
            assert!(pow(base, exponent).is_nan(), "{base}^{exponent}");
        }
    }
}
