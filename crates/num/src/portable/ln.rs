//! The natural logarithm, of a number and of one plus a number.

use super::bits::{mantissa_and_exponent, scaled};
use super::pair::Pair;

/// ln 2 = `high` + `low` within 2^−108.
const LN_2: Pair = Pair { high: std::f64::consts::LN_2, low: 2.3190468138462996e-17 };

/// ln `x`, correctly rounded but for about one argument in 2^40.
///
/// −∞ at both zeros, NaN below them.
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        f64::NAN
    } else if x == 0.0 {
        f64::NEG_INFINITY
    } else if x == f64::INFINITY {
        x
    } else {
        ln_pair(x.into()).high
    }
}

/// ln (1 + `x`), off by less than 0.501 units in the last place; what is small stays itself.
///
/// −∞ at −1, NaN below it.
pub fn ln_1p(x: f64) -> f64 {
    // ln (1 + x) = x − x²/2 + …: below 2^−54 the rest is less than a quarter of a place of x.
    if x.is_nan() || x < -1.0 {
        f64::NAN
    } else if x == -1.0 {
        f64::NEG_INFINITY
    } else if x.abs() < f64::EPSILON / 4.0 || x == f64::INFINITY {
        x
    } else {
        ln_pair(Pair::sum(1.0, x)).high
    }
}

/// ln `x` for a positive finite `x`, with a relative error below 2^−94. Of a pair, both parts count.
///
/// x = 2^k m with √½ ≤ m ≤ √2, and ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + …) for s = (m − 1) / (m + 1).
pub(super) fn ln_pair(x: Pair) -> Pair {
    let (m, k) = mantissa_and_exponent(x.high);
    let (m, k) = if m > std::f64::consts::SQRT_2 { (0.5 * m, k + 1) } else { (m, k) };
    // Scaling by a power of two is exact; what underflows of the low part is below 2^−1000.
    let low = Pair::from(scaled(x.low, -k));
    // m − 1 is exact. Where k = 0 it carries the whole logarithm, and the series keeps its relative accuracy.
    // Where k ≠ 0 the sum below is at least ln 2 / 2, so nothing cancels but one bit.
    let s = (Pair::from(m - 1.0) + low) / (Pair::sum(m, 1.0) + low);
    let square = s * s;
    // |s| ≤ 0.1716: after 21 terms of s^2 ≤ 0.02944 the rest is below 2^−110 of s. Small terms first.
    let mut series = Pair::from(0.0);
    for odd in (1..=21).rev().map(|n| f64::from(2 * n + 1)) {
        series = square * (series + Pair::from(1.0) / Pair::from(odd));
    }
    let ln_m = s + s * series;
    LN_2 * Pair::from(f64::from(k)) + (ln_m + ln_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_arguments() {
        assert_eq!(ln(1.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(-0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(-1.0).is_nan());
        assert!(ln(f64::NEG_INFINITY).is_nan());
        assert!(ln(f64::NAN).is_nan());
    }

    #[test]
    fn known_values() {
        assert_eq!(ln(2.0), std::f64::consts::LN_2);
        assert_eq!(ln(10.0), std::f64::consts::LN_10);
        assert_eq!(ln(0.5), -std::f64::consts::LN_2);
        // ln(1 + e) = e − e^2/2 + …, and e^2/2 is the distance from e to the f64 below it.
        assert_eq!(ln(1.0 + f64::EPSILON), f64::EPSILON.next_down());
        // ln 2^−1074.
        assert_eq!(ln(f64::from_bits(1)), -744.4400719213812);
    }

    #[test]
    fn a_pair_holds_twice_the_bits() {
        assert_eq!(ln_pair(2.0.into()), LN_2);
        // ln 3 + ln 1/4 = ln 3/4, to 104 bits.
        let left = ln_pair(3.0.into()) + ln_pair(0.25.into()) - ln_pair(0.75.into());
        assert!(left.high.abs() < f64::EPSILON * f64::EPSILON, "{left:?}");
    }

    #[test]
    fn one_plus_a_number() {
        assert_eq!(ln_1p(1.0), std::f64::consts::LN_2);
        assert_eq!(ln_1p(-0.5), -std::f64::consts::LN_2);
        assert_eq!(ln_1p(-0.0).to_bits(), (-0.0_f64).to_bits());
        // ln (1 + e) = e − e²/2 + e³/3: one plus either of these rounds to 1 or next to it.
        assert_eq!(ln_1p(1e-300), 1e-300);
        assert_eq!(ln_1p(f64::EPSILON), f64::EPSILON.next_down());
        assert_eq!(ln_1p(1e-10), 9.999_999_999_500_001e-11);
        assert_eq!(ln_1p(f64::MAX), ln(f64::MAX));
        assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
        assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
        assert!(ln_1p(-1.5).is_nan() && ln_1p(f64::NAN).is_nan());
    }
}
