//! The exponential function.

use super::exp_parts::{ExpParts, exp_parts};

/// e^`x`, off by less than 0.7 units in the last place, or 0.9 where the result is subnormal.
///
/// Exact at 0, infinite beyond 709.782712893384, and gradually down to zero at −745.1332191019412.
/// Rounded to `f32` it is the correctly rounded exponential of every `f32`, and so monotone there.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // Beyond these the result is infinite or zero all the same. A NaN is not greater, not less, and stays.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    joined(exp_parts(x))
}

/// e^(`high` + `low`) for −746 ≤ `high` ≤ 710 and |`low`| at most half a place of `high`.
#[inline(always)]
pub(super) fn exp_of_sum(high: f64, low: f64) -> f64 {
    let mut parts = exp_parts(high);
    // e^low = 1 + low within 2^−87, and multiplies 1 + head + tail.
    parts.tail += low * (1.0 + parts.head + parts.tail);
    joined(parts)
}

/// 2^steps (1 + head + tail), rounded once where the result is a normal number.
#[inline(always)]
fn joined(parts: ExpParts) -> f64 {
    let sum = 1.0 + parts.head;
    // Exact, because |head| < 1.
    let lost = parts.head - (sum - 1.0);
    // This addition rounds, by half a unit. A unit is 2^−53 below 1 and 2^−52 from there on, so the error of the
    // tail adds less than a fifth.
    let value = sum + (lost + parts.tail);
    // The first product is exact, since neither 2^512 nor 2^−538 brings the value near the ends of the range.
    // The second is exact too, unless the result is infinite or subnormal: then it rounds by half a unit of its own,
    // which is at least two of those above.
    let (first, second) = parts.two_powers();
    value * first * second
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_arguments() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(f64::NEG_INFINITY).to_bits(), 0);
        assert!(exp(f64::NAN).is_nan());
        assert!(exp(-f64::NAN).is_nan());
    }

    #[test]
    fn known_values() {
        assert_eq!(exp(1.0), std::f64::consts::E);
        assert_eq!(exp(std::f64::consts::LN_2), 2.0);
        assert_eq!(exp(f64::EPSILON), 1.0 + f64::EPSILON);
        assert_eq!(exp(5e-324), 1.0);
    }

    #[test]
    fn both_ends_of_the_range() {
        // ln of the largest number is 709.7827128933840…, and the largest f64 below it is this.
        let last = 709.782712893384;
        assert!(exp(last).is_finite());
        assert_eq!(exp(last.next_up()), f64::INFINITY);
        assert_eq!(exp(1e300), f64::INFINITY);
        // The smallest number is 2^−1074; from 2^−1075 down everything rounds to zero.
        assert_eq!(exp(-745.1332191019411), f64::from_bits(1));
        assert_eq!(exp(-745.1332191019412), 0.0);
        assert_eq!(exp(-708.3964185322641).to_bits() >> 52, 1);
        assert_eq!(exp(-709.0).to_bits() >> 52, 0);
    }

    #[test]
    fn the_low_part_counts() {
        // The true e lies 0.33 places above its f64. A low part of 3 · 2^−55 adds 3 · 2^−55 · e, or 0.51 places.
        assert_eq!(exp_of_sum(1.0, 3.0 * f64::EPSILON / 8.0), exp(1.0).next_up());
    }
}
