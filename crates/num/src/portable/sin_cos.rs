//! Sine and cosine.

use super::pair::Pair;
use super::quarter_turns::quarter_turns;

/// sin `x` for `x` in radians, correctly rounded but for about one argument in 2^40. Odd.
///
/// Every finite argument is taken as exactly the number it is. NaN at ±∞.
pub fn sin(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (quarters, angle) = quarter_turns(x.abs());
    let value = shifted_sine(quarters, angle);
    // Not a product with the sign: −0 has to come out as −0.
    if x.is_sign_negative() { -value } else { value }
}

/// cos `x` for `x` in radians, correctly rounded but for about one argument in 2^40. Even.
///
/// Every finite argument is taken as exactly the number it is. NaN at ±∞.
pub fn cos(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (quarters, angle) = quarter_turns(x.abs());
    shifted_sine(quarters + 1, angle)
}

/// The sine of `quarters` quarter turns and an `angle` within ±π/4.
fn shifted_sine(quarters: u32, angle: Pair) -> f64 {
    match quarters % 4 {
        0 => series(angle, angle, 1).high,
        1 => series(Pair::from(1.0), angle, 0).high,
        2 => -series(angle, angle, 1).high,
        _ => -series(Pair::from(1.0), angle, 0).high,
    }
}

/// `first` − x^2 / ((n + 1)(n + 2)) · `first` + …: the sine from x and n = 1, the cosine from 1 and n = 0.
///
/// For |x| ≤ π/4 the 14th term after the first is below 2^−104 of the sum, and those after it are smaller still.
/// Each sum is rounded at 2^−103 of itself.
fn series(first: Pair, x: Pair, n: i32) -> Pair {
    let square = x * x;
    let (mut sum, mut term) = (first, first);
    for k in 0..13 {
        let n = n + 2 * k;
        term = -(term * square) / Pair::from(f64::from((n + 1) * (n + 2)));
        sum = sum + term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, FRAC_PI_6, PI};

    #[test]
    fn special_arguments() {
        assert_eq!(sin(0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(sin(-0.0).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(cos(-0.0), 1.0);
        for x in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(sin(x).is_nan() && cos(x).is_nan(), "{x}");
        }
    }

    #[test]
    fn special_angles() {
        assert_eq!(sin(FRAC_PI_2), 1.0);
        assert_eq!(cos(PI), -1.0);
        assert_eq!(sin(-FRAC_PI_2), -1.0);
        assert_eq!(sin(FRAC_PI_6), 0.5);
        assert_eq!(cos(FRAC_PI_4), std::f64::consts::FRAC_1_SQRT_2);
        // sin(π − δ) = δ: the sine of the f64 of π is its error.
        assert_eq!(sin(PI), 1.2246467991473532e-16);
        assert_eq!(cos(FRAC_PI_2), 6.123233995736766e-17);
    }

    #[test]
    fn small_angles_are_their_sines() {
        for x in [5e-324, -1e-310, f64::MIN_POSITIVE, 1e-200, -1e-9] {
            assert_eq!(sin(x), x);
            assert_eq!(cos(x), 1.0);
        }
    }

    #[test]
    fn large_arguments_are_reduced_exactly() {
        // The number of a well-known test of this: 10^22 is an f64.
        assert_eq!(sin(1e22), -0.852_200_849_767_188_8);
        assert_eq!(cos(1e22), 0.523_214_785_395_139);
        for x in [1e15, 1e100, 1e300, f64::MAX] {
            let (s, c) = (sin(x), cos(x));
            assert!((s * s + c * c - 1.0).abs() <= 2.0 * f64::EPSILON, "{x:e}");
        }
    }
}
