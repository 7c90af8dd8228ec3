//! Operands as digits and digits as sums, in lanes.

use num::{Float, Lanes};

/// The decimal digits of an operand, the ones first.
pub(crate) type Digits = [u8; 18];

/// The digits of one operand.
pub(crate) fn digits(mut number: u64) -> Digits {
    std::array::from_fn(|_| {
        let digit = number % 10;
        number /= 10;
        digit as u8
    })
}

/// Five digits at a time: below 10^5 every step is exact in f32.
pub(crate) const GROUP: usize = 5;

/// The most groups that an operand has.
pub(crate) const GROUPS: usize = 4;

/// The groups of five digits of one operand, the lowest first.
#[inline(always)]
pub(crate) fn groups(mut number: u64, count: usize) -> [u32; GROUPS] {
    let mut groups = [0; GROUPS];
    for group in &mut groups[..count] {
        *group = (number % 100_000) as u32;
        number /= 100_000;
    }
    groups
}

/// Takes the lowest digit off every number, each a whole number below 10^5.
///
/// The quotient is the whole number nearest to `(x - 4.5) / 10`. With x = 10 q + d that lies between q - 0.45 and q + 0.45, and
/// the roundings before move it by less than 2^-10, so the quotient is q, in f32 and in f64.
#[inline(always)]
pub(crate) fn split<T: Float, const N: usize>(numbers: &mut Lanes<T, N>) -> Lanes<T, N> {
    let (middle, tenth, ten) = (T::from_f64(4.5), T::from_f64(0.1), T::from_f64(10.0));
    let mut digits = *numbers;
    for i in 0..N {
        let x = numbers.0[i];
        let quotient = ((x - middle) * tenth + T::WHOLE) - T::WHOLE;
        digits.0[i] = x - quotient * ten;
        numbers.0[i] = quotient;
    }
    digits
}

/// A whole number from 0 to 10^5 as an integer, without the checks of a conversion: those do not become vectors.
#[inline(always)]
pub(crate) fn whole<T: Float>(x: T) -> u64 {
    ((x + T::WHOLE).ordered_bits().0 - T::WHOLE.ordered_bits().0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_five_digits_splits_exactly() {
        for start in (0..100_000_u32).step_by(16) {
            let mut numbers = Lanes::<f32, 16>(std::array::from_fn(|i| (start + i as u32) as f32));
            let mut wide = Lanes::<f64, 16>(std::array::from_fn(|i| f64::from(start + i as u32)));
            for place in 0..GROUP as u32 {
                let (narrow, wide) = (split(&mut numbers), split(&mut wide));
                for i in 0..16 {
                    let expected = (start + i as u32) / 10_u32.pow(place) % 10;
                    assert_eq!((narrow.0[i], wide.0[i]), (expected as f32, f64::from(expected)));
                    assert_eq!(
                        (whole(narrow.0[i]), whole(wide.0[i])),
                        (u64::from(expected), u64::from(expected))
                    );
                }
            }
        }
    }

    #[test]
    fn whole_numbers_are_read_off_their_bits() {
        for x in [0_u32, 1, 9, 99_999, 100_000] {
            assert_eq!((whole(x as f32), whole(f64::from(x))), (u64::from(x), u64::from(x)));
        }
    }

    #[test]
    fn groups_and_digits_by_hand() {
        assert_eq!(groups(1_234_567_890, 2), [67_890, 12_345, 0, 0]);
        assert_eq!(groups(123_456_789_012_345_678, 4), [45_678, 90_123, 45_678, 123]);
        assert_eq!(digits(905)[..4], [5, 0, 9, 0]);
    }
}
