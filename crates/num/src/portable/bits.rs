//! Powers of two, by way of the exponent field.

/// 2^`exponent`, for the exponents of normal numbers: −1022 to 1023.
pub(super) fn power_of_two(exponent: i32) -> f64 {
    debug_assert!((-1022..=1023).contains(&exponent));
    // The field holds the exponent plus 1023, and is positive here.
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// `x` 2^`exponent` for |`exponent`| ≤ 2000.
///
/// The first product must not leave the normal numbers, so that only the second can round.
pub(super) fn scaled(x: f64, exponent: i32) -> f64 {
    let first = exponent / 2;
    x * power_of_two(first) * power_of_two(exponent - first)
}

/// The mantissa in [1, 2) and the exponent of a positive finite number, subnormal or not.
pub(super) fn mantissa_and_exponent(x: f64) -> (f64, i32) {
    // A subnormal number times 2^54 is normal, and the product is exact.
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * power_of_two(54), -54) } else { (x, 0) };
    let (field, places) = (x.to_bits() >> 52, x.to_bits() & ((1 << 52) - 1));
    (f64::from_bits(1023 << 52 | places), field as i32 - 1023 + shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_reach_both_ends() {
        assert_eq!(power_of_two(0), 1.0);
        assert_eq!(power_of_two(-3), 0.125);
        assert_eq!(power_of_two(-1022), f64::MIN_POSITIVE);
        assert_eq!(power_of_two(1023) * (2.0 - f64::EPSILON), f64::MAX);
    }

    #[test]
    fn scaling_goes_beyond_one_power() {
        assert_eq!(scaled(3.0, -1074), f64::from_bits(3));
        assert_eq!(scaled(1.0, 1024), f64::INFINITY);
        // Half of the smallest number and a little is rounded up, once.
        assert_eq!(scaled(1.0 + f64::EPSILON, -1075), f64::from_bits(1));
    }

    #[test]
    fn a_number_comes_apart() {
        assert_eq!(mantissa_and_exponent(1.0), (1.0, 0));
        assert_eq!(mantissa_and_exponent(12.0), (1.5, 3));
        assert_eq!(mantissa_and_exponent(0.375), (1.5, -2));
        assert_eq!(mantissa_and_exponent(f64::MAX), (2.0 - f64::EPSILON, 1023));
        assert_eq!(mantissa_and_exponent(f64::MIN_POSITIVE), (1.0, -1022));
        assert_eq!(mantissa_and_exponent(f64::from_bits(3)), (1.5, -1073));
    }
}
