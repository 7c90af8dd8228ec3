//! The hyperbolic tangent.

use super::exp_parts::exp_parts;

/// tanh `x`, off by less than one unit in the last place. Odd, and never beyond ±1.
///
/// With E = e^(2|x|) − 1 the tangent is E / (E + 2), which cancels nowhere.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    // From 19.0616 on the result rounds to 1, and so it does at 22. A NaN is not greater, and stays.
    let double = 2.0 * x.abs();
    let double = if double > 44.0 { 44.0 } else { double };
    let parts = exp_parts(double);
    let power = parts.power();

    // e^r − 1, rounded, and what rounding lost: the head is the larger of the two.
    let growth = parts.head + parts.tail;
    let growth_low = (parts.head - growth) + parts.tail;

    // E = 2^steps growth + (2^steps − 1), and E + 2 likewise. Scaling by a power is exact.
    let (growth, growth_low) = (power * growth, power * growth_low);
    let (over, lost) = sum_of_three(power, -1.0, growth);
    let over_low = lost + growth_low;
    let (under, lost) = sum_of_three(power, 1.0, growth);
    let under_low = lost + growth_low;

    // One digit of long division, of 26 bits, so that its products with the two parts of `under` are exact; then
    // the quotient of what is left, which is 2^−25 of the whole. So the last addition rounds by half a unit, and the
    // division adds nothing to that. The error of the growth, 2^−55.5 at most, counts most with one step, where x is
    // about 0.175 and so is the result: for 0.45 of a unit.
    let reciprocal = 1.0 / under;
    let digit = leading_bits(over * reciprocal);
    let under_head = leading_bits(under);
    let rest = (over - digit * under_head) - digit * (under - under_head);
    let rest = rest + (over_low - digit * under_low);
    (digit + rest * reciprocal).copysign(x)
}

/// power + one + growth as the rounded sum and what rounding lost, for a power not below 1 and |one| = 1.
///
/// What a sum loses is recovered exactly if its first term is the larger in magnitude, or zero. The power is; and
/// with −1, `base` is 0 at no steps, 1 at one step, when |growth| < 0.83, and then grows faster than the growth.
#[inline(always)]
fn sum_of_three(power: f64, one: f64, growth: f64) -> (f64, f64) {
    let base = power + one;
    let sum = base + growth;
    (sum, (growth - (sum - base)) + (one - (base - power)))
}

/// `x` without its last 27 bits. Of a NaN made by an operation the leading bit of the payload stays, so it is one.
#[inline(always)]
fn leading_bits(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & !0x7ff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_arguments() {
        assert_eq!(tanh(0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(tanh(-0.0).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(tanh(f64::INFINITY), 1.0);
        assert_eq!(tanh(f64::NEG_INFINITY), -1.0);
        assert!(tanh(f64::NAN).is_nan());
        assert!(tanh(-f64::NAN).is_nan());
        // A signalling NaN with nothing but its last bit.
        assert!(tanh(f64::from_bits(0x7ff0_0000_0000_0001)).is_nan());
    }

    #[test]
    fn near_zero_it_is_the_identity() {
        // tanh x = x − x^3/3, and x^3/3 is below a quarter of a place.
        for x in [5e-324, 1e-310, f64::MIN_POSITIVE, 1e-200, 1e-9] {
            assert_eq!(tanh(x).to_bits(), x.to_bits(), "{x:e}");
            assert_eq!(tanh(-x).to_bits(), (-x).to_bits(), "{x:e}");
        }
    }

    #[test]
    fn known_values() {
        // tanh(ln 3 / 2) = (3 − 1) / (3 + 1).
        assert_eq!(tanh(0.549_306_144_334_054_9), 0.5);
        assert_eq!(tanh(1.0), 0.761_594_155_955_764_9);
    }

    #[test]
    fn it_saturates_and_stays() {
        // 1 − tanh x is 2 e^(−2x); it falls below 2^−54, a quarter of a place of 1, at 27.5 ln 2 = 19.0615…
        assert_eq!(tanh(19.0), 1.0 - f64::EPSILON / 2.0);
        for x in [19.0616, 19.5, 20.0, 21.9, 22.0, 22.1, 1e300] {
            assert_eq!(tanh(x), 1.0, "{x}");
            assert_eq!(tanh(-x), -1.0, "{x}");
        }
    }
}
