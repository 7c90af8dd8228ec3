//! The exponential of an `f32`: fewer operations than `exp` in f64, and still correctly rounded.

use super::polynomial::polynomial;
use std::f64::consts::{LN_2, LOG2_E};

/// Adding this rounds to an integer and leaves the integer plus 1023, a biased exponent, in the lowest bits.
const SHIFT: f64 = 1.5 / f64::EPSILON + 1023.0;

/// (e^r − 1 − r) / r^2 for |r| ≤ ln 2 / 2.
///
/// The minimax polynomial of this degree (golden/elementary.py, `exp_f32_polynomial`). With the coefficients rounded
/// to f64 it leaves an error of 2^−50.1 in e^r.
const EXP: [f64; 9] = [
    0.5000000000000002,
    0.16666666666648297,
    0.0416666666665971,
    0.008333333353720888,
    0.0013888888928515598,
    0.00019841208750885728,
    2.480150623068964e-05,
    2.76251049068595e-06,
    2.7626358277704583e-07,
];

/// e^`x`, the correctly rounded f32 of every f32, and so monotone.
///
/// It computes in f64 and rounds once. The error before that rounding is below 2^−45 of the result: the polynomial leaves
/// 2^−50.1, and the remainder is off by at most 150 times half a place of ln 2 and the rounding of their product, 2^−46
/// together. No f32 has an exponential that close to the middle of two f32, which the exhaustive test shows.
#[inline(always)]
pub fn exp_f32(x: f32) -> f32 {
    let x = f64::from(x);
    // Beyond these the result is infinite or zero all the same. A NaN is not greater, not less, and stays.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x * LOG2_E + SHIFT;
    let steps = shifted - SHIFT;
    let r = x - steps * LN_2;
    let power = 1.0 + (r + (r * r) * polynomial(r, &EXP));
    // 2^steps for steps from −150 to 128: shifting left drops all but the biased exponent, and the product is exact.
    (power * f64::from_bits(shifted.to_bits() << 52)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_arguments_and_both_ends() {
        assert_eq!(
            [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY].map(exp_f32),
            [1.0, 1.0, f32::INFINITY, 0.0]
        );
        assert!(exp_f32(f32::NAN).is_nan());
        // ln of the largest f32 is 88.72283905…; half of the smallest one is e^−103.97208.
        assert_eq!(exp_f32(88.72284), f32::INFINITY);
        assert!(exp_f32(88.722_83).is_finite());
        assert_eq!(exp_f32(-103.972_1), 0.0);
        assert_eq!(exp_f32(-103.972_08), f32::from_bits(1));
    }

    #[test]
    fn known_values() {
        assert_eq!(exp_f32(1.0), std::f32::consts::E);
        assert_eq!(exp_f32(std::f32::consts::LN_2), 2.0);
        assert_eq!(exp_f32(1e-30), 1.0);
    }
}
