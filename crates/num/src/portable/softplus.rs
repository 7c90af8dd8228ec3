//! The smooth hinge.

use super::{exp, ln_1p};

/// ln (1 + e^`x`), off by less than 1.5 units in the last place: `x` far above zero, e^x far below it.
///
/// With max(x, 0) taken out the exponent is never positive, so nothing overflows, and nothing cancels: both parts are positive.
/// The exponential is off by less than 0.9 units, which the logarithm does not enlarge, and each of the two other steps adds half
/// a unit or less.
pub fn softplus(x: f64) -> f64 {
    // A NaN is ignored by the maximum and kept by the exponential.
    x.max(0.0) + ln_1p(exp(-x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(softplus(0.0), std::f64::consts::LN_2);
        assert_eq!(softplus(1e5), 1e5);
        assert_eq!(softplus(-50.0), exp(-50.0));
        assert_eq!(softplus(f64::INFINITY), f64::INFINITY);
        assert_eq!(softplus(f64::NEG_INFINITY).to_bits(), 0);
        assert!(softplus(f64::NAN).is_nan());
        // softplus(x) − softplus(−x) = x.
        assert!((softplus(1.25) - softplus(-1.25) - 1.25).abs() < 4.0 * f64::EPSILON);
    }
}
