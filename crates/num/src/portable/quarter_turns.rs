//! The argument of sine and cosine, reduced to an eighth of a turn.
//!
//! x = n π/2 + r. For large x nearly all of x is in n, and r is what is left after a cancellation of up to a
//! thousand bits, so π/2 has to be known to that many. But n is only needed modulo 4. Of the product of x with
//! the bits of 2/π, those bits of 2/π count that give a multiple below 4 and not too far below 1: 256 bits,
//! wherever the exponent of x places them.

use std::f64::consts::FRAC_PI_2;

use super::bits::power_of_two;
use super::pair::Pair;

/// The bits of 2/π after a word of zeros, 1280 of them (golden/elementary.py, `constants`).
const TWO_OVER_PI: [u64; 21] = [
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];

/// π/2 = `high` + `low` within 2^−109.
const QUARTER: Pair = Pair { high: FRAC_PI_2, low: 6.123233995736766e-17 };

/// The nearest number of quarter turns modulo 4, and the angle that remains, for a finite `x` ≥ 0.
///
/// The angle is within ±π/4, with a relative error below 2^−100.
pub(super) fn quarter_turns(x: f64) -> (u32, Pair) {
    if x < 0.75 {
        return (0, x.into());
    }
    // x = m 2^e, and −53 ≤ e ≤ 971.
    let m = x.to_bits() & ((1 << 52) - 1) | (1 << 52);
    let e = (x.to_bits() >> 52) as i32 - 1075;
    // The bit at place p of the table, counted from 0, is worth 2^(63 − p) in 2/π and 2^(63 − p + e) m in the
    // product. All bits worth 4 m or more make multiples of whole turns. The first that counts is worth 2 m.
    let first = (e + 62) as usize;
    let (word, shift) = (first / 64, first % 64);
    // m times 256 bits modulo 2^256, from the last word to the first. The bits after the window are worth less
    // than one in its last place, hence less than m 2^−254 < 2^−201 in all. No f64 comes closer to a multiple
    // of π/2 than 2^−61, so the remainder is known to 140 bits.
    let mut product = [0_u64; 4];
    let mut carry = 0;
    for i in (0..4).rev() {
        let two_words = u128::from(TWO_OVER_PI[word + i]) << 64 | u128::from(TWO_OVER_PI[word + i + 1]);
        let window = (two_words << shift >> 64) as u64;
        let sum = u128::from(m) * u128::from(window) + carry;
        product[i] = sum as u64;
        carry = sum >> 64;
    }
    // Two bits of quarter turns, then a fraction of 254 bits. Read as a signed number, the fraction is what is
    // left after rounding to nearest instead of down, and its sign says which way.
    let quarters = (product[0] >> 62) as u32;
    let fraction: [u64; 4] =
        std::array::from_fn(|i| product[i] << 2 | product.get(i + 1).map_or(0, |next| next >> 62));
    let up = (fraction[0] >> 63) as u32;
    ((quarters + up) % 4, signed_fraction(fraction) * QUARTER)
}

/// The value of 256 bits as a signed number over 2^256, within ±1/2.
///
/// Summed by 32 bits, the most significant first. Leading zeros add nothing, and leading ones cancel exactly:
/// −1 and the largest digit make −1 in the next place. So no bit is lost before there are 106 of them.
fn signed_fraction(words: [u64; 4]) -> Pair {
    let mut sum = Pair::from(f64::from((words[0] >> 32) as i32) * power_of_two(-32));
    for place in 2..=8 {
        let word = words[(place - 1) / 2];
        let digit = if place % 2 == 1 { (word >> 32) as u32 } else { word as u32 };
        sum = sum + Pair::from(f64::from(digit) * power_of_two(-32 * place as i32));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_angles_stay() {
        assert_eq!(quarter_turns(0.5), (0, 0.5.into()));
        assert_eq!(quarter_turns(0.0), (0, 0.0.into()));
    }

    #[test]
    fn the_reduction_agrees_with_subtraction() {
        // 2 is one quarter and 2 − π/2; 3 is two quarters and 3 − π.
        let (quarters, angle) = quarter_turns(2.0);
        assert_eq!((quarters, angle.high), (1, (Pair::from(2.0) - QUARTER).high));
        let (quarters, angle) = quarter_turns(3.0);
        assert_eq!((quarters, angle.high), (2, (Pair::from(3.0) - QUARTER - QUARTER).high));
        assert_eq!(quarter_turns(6.0).0, 0);
        assert_eq!(quarter_turns(4.0).0, 3);
    }

    #[test]
    fn what_remains_of_pi_is_its_low_part() {
        // The f64 of π is π minus twice the low part of π/2, to all the bits of that part.
        let (quarters, angle) = quarter_turns(std::f64::consts::PI);
        assert_eq!((quarters, angle.high), (2, -2.0 * QUARTER.low));
    }

    #[test]
    fn the_table_is_long_enough() {
        let (_, angle) = quarter_turns(f64::MAX);
        assert!(angle.high.abs() <= 0.5 * FRAC_PI_2);
    }

    #[test]
    fn signed_digits_cancel_exactly() {
        assert_eq!(signed_fraction([1 << 62, 0, 0, 0]), 0.25.into());
        assert_eq!(signed_fraction([3 << 62, 0, 0, 0]), (-0.25).into());
        assert_eq!(signed_fraction([u64::MAX; 4]), (-power_of_two(-256)).into());
    }
}
