//! The common part of `exp` and `tanh`: e^x, taken apart before anything is lost.

use std::f64::consts::LOG2_E;

use super::polynomial::polynomial;

/// e^x = 2^steps (1 + `head` + `tail`), where |head| ≤ ln 2 / 2 and |tail| < 0.07.
///
/// `head + tail` is e^r − 1 for the remainder r = x − steps ln 2. Keeping the 1 apart is what lets `exp` round
/// once and `tanh` keep its relative accuracy near zero, where steps = 0 and nothing is added.
#[derive(Clone, Copy)]
pub(super) struct ExpParts {
    /// r, rounded.
    pub(super) head: f64,
    /// e^r − 1 − head, off by at most 2^−55.
    pub(super) tail: f64,
    /// The number of steps plus 2046 in the lowest 12 bits, then zeros up to bit 50.
    shifted: u64,
}

/// A number of this size has no bits after the point: adding it rounds to an integer, to nearest, and leaves the
/// integer in the lowest bits. The 2046 is twice the bias of an exponent; with it those bits are never negative.
const SHIFT: f64 = 1.5 / f64::EPSILON + 2046.0;

/// ln 2 = `LN_2_HEAD` + `LN_2_REST` within 2^−98. The head has 42 bits.
const LN_2_HEAD: f64 = 0.6931471805598903;
const LN_2_REST: f64 = 5.497923018708371e-14;

/// (e^r − 1 − r − r^2/2) / r^3 for |r| ≤ ln 2 / 2.
///
/// The minimax polynomial of this degree (golden/elementary.py, `exp_polynomial`). With the coefficients rounded
/// to f64 it leaves an error of 2^−60.4 in e^r.
const EXP: [f64; 10] = [
    0.16666666666666669,
    0.04166666666666667,
    0.008333333333330063,
    0.0013888888888880949,
    0.00019841269863043036,
    2.4801587333933664e-05,
    2.755726847699201e-06,
    2.755726433630858e-07,
    2.5100377213783315e-08,
    2.0918129886609595e-09,
];

/// Takes e^`x` apart, for −746 ≤ x ≤ 710.
#[inline(always)]
pub(super) fn exp_parts(x: f64) -> ExpParts {
    let shifted = x * LOG2_E + SHIFT;
    let steps = shifted - SHIFT;
    // Exact: a step is below 2^11, so the product has 53 bits. The difference is at most ln 2 / 2 and a multiple of
    // the last place of x, or of 2^−54 where x is about half a step.
    let high = x - steps * LN_2_HEAD;
    // At most 2^−33, so that its rounding is below 2^−86.
    let low = steps * LN_2_REST;
    let head = high - low;
    // Exact, and at most half a place of the head: 2^−55.
    let lost = (high - head) - low;
    // e^(head + lost) − 1 = head + lost (1 + head) + head^2/2 + …, where head^2 lost / 2 is below 2^−58.
    // The product is below 0.068 if the head is positive and below 0.052 if it is negative. So its two roundings,
    // that of each factor, that of the sum and the error of the polynomial make at most 2^−54.8 and 2^−55.5.
    let square = head * head;
    let tail = lost * (1.0 + head) + square * (0.5 + head * polynomial(head, &EXP));
    ExpParts { head, tail, shifted: shifted.to_bits() }
}

impl ExpParts {
    /// 2^steps, for steps from −1022 to 1023.
    #[inline(always)]
    pub(super) fn power(&self) -> f64 {
        // Shifting left by 52 drops all but the lowest 12 bits: 2046 − 1023 + steps, the biased exponent.
        f64::from_bits((self.shifted - 1023) << 52)
    }

    /// Two powers of two whose product is 2^steps, for any steps that a result can need.
    ///
    /// Each gets half of steps + 2046, a biased exponent between 1 and 2046 again.
    #[inline(always)]
    pub(super) fn two_powers(&self) -> (f64, f64) {
        let half = self.shifted >> 1;
        (f64::from_bits(half << 52), f64::from_bits((self.shifted - half) << 52))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(x: f64) -> i64 {
        (exp_parts(x).shifted & 0xfff) as i64 - 2046
    }

    #[test]
    fn steps_are_counted_to_nearest() {
        assert_eq!([0.0, 0.3, 0.4, -0.3, -0.4].map(steps), [0, 0, 1, 0, -1]);
        assert_eq!([-746.0, 710.0].map(steps), [-1076, 1024]);
    }

    #[test]
    fn powers_agree_with_the_steps() {
        for (x, power) in [(0.0, 1.0), (0.7, 2.0), (-1.4, 0.25), (7.0, 1024.0)] {
            let parts = exp_parts(x);
            let (a, b) = parts.two_powers();
            assert_eq!([parts.power(), a * b], [power, power], "{x}");
        }
        let (a, b) = exp_parts(-744.0).two_powers();
        assert!(a.is_normal() && b.is_normal() && a * b == f64::from_bits(2), "{a:e} {b:e}");
    }

    #[test]
    fn a_small_argument_is_its_own_head() {
        let parts = exp_parts(1e-30);
        assert_eq!((parts.head, parts.tail), (1e-30, 0.5 * 1e-30 * 1e-30));
    }
}
