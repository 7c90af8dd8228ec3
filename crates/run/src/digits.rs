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

/// The most groups that are split and joined in f64, where numbers of 15 digits are exact.
const EXACT_GROUPS: usize = 3;

/// 2^52: the whole numbers below it are the lowest bits of their sums with it.
const UNIT: f64 = 4_503_599_627_370_496.0;

/// The first `count` groups of five digits of each operand, the lowest first; the operands have no more.
///
/// Up to 15 digits this happens in f64, for division of integers is no vector instruction. As in [`split`] the quotient is the
/// whole number nearest to `(x - 49999.5) / 10^5`: with x = 10^5 q + d that is within 0.499995 of q, and the roundings move
/// it by less than 2 · 10^-6.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "plain loops over lanes become vector instructions")]
pub(crate) fn groups<T: Float, const N: usize>(numbers: &[u64; N], count: usize) -> [Lanes<T, N>; GROUPS] {
    let mut groups = [Lanes::splat(T::zero()); GROUPS];
    if count > EXACT_GROUPS {
        let mut numbers = *numbers;
        for group in &mut groups[..count] {
            for i in 0..N {
                group.0[i] = T::from_f64((numbers[i] % 100_000) as f64);
                numbers[i] /= 100_000;
            }
        }
        return groups;
    }
    let mut left = [0.0; N];
    for i in 0..N {
        left[i] = f64::from_bits(numbers[i] | UNIT.to_bits()) - UNIT;
    }
    for (index, group) in groups[..count].iter_mut().enumerate() {
        for i in 0..N {
            let last = index + 1 == count;
            let quotient = if last { 0.0 } else { ((left[i] - 49_999.5) * 1e-5 + f64::WHOLE) - f64::WHOLE };
            group.0[i] = T::from_f64(left[i] - quotient * 1e5);
            left[i] = quotient;
        }
    }
    groups
}

/// The numbers whose groups of five digits these are, the lowest first.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "plain loops over lanes become vector instructions")]
pub(crate) fn joined<T: Float, const N: usize>(groups: &[Lanes<T, N>]) -> [u64; N] {
    let mut totals = [0; N];
    if groups.len() > EXACT_GROUPS {
        for group in groups.iter().rev() {
            for i in 0..N {
                totals[i] = totals[i] * 100_000 + whole(group.0[i]);
            }
        }
        return totals;
    }
    let mut sums = [UNIT; N];
    for (index, group) in groups.iter().enumerate() {
        let scale = [1.0, 1e5, 1e10][index];
        for i in 0..N {
            // Every sum is a whole number below 2^53, and so exact.
            sums[i] += group.0[i].to_f64() * scale;
        }
    }
    for i in 0..N {
        totals[i] = sums[i].to_bits() - UNIT.to_bits();
    }
    totals
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
fn whole<T: Float>(x: T) -> u64 {
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
    fn digits_by_hand() {
        assert_eq!(digits(905)[..4], [5, 0, 9, 0]);
    }

    #[test]
    fn groups_by_hand_split_and_join() {
        let check = |number: u64, expected: &[u32]| {
            let found = groups::<f32, 2>(&[number, 0], expected.len());
            for (group, &expected) in found.iter().zip(expected) {
                assert_eq!(group.0, [expected as f32, 0.0], "{number}");
            }
            assert_eq!(joined(&found[..expected.len()]), [number, 0]);
        };
        check(1_234_567_890, &[67_890, 12_345]);
        check(99_999, &[99_999]);
        check(123_456_789_012_345, &[12_345, 67_890, 12_345]);
        check(123_456_789_012_345_678, &[45_678, 90_123, 45_678, 123]);
        check(999_999_999_999_999_999, &[99_999, 99_999, 99_999, 999]);
    }

    #[test]
    fn groups_split_exactly_around_every_multiple() {
        // Quotients of every size up to 10^10, each with the remainders at both ends.
        let quotients = (0..10_000).flat_map(|i| [i, 99_999 - i, 10_000_000_000 - 1 - i, i * 999_983]);
        for quotient in quotients {
            for rest in [0, 1, 49_999, 50_000, 99_998, 99_999_u64] {
                let number = quotient * 100_000 + rest;
                let found = groups::<f64, 1>(&[number], 3);
                let integers = [number % 100_000, number / 100_000 % 100_000, number / 10_000_000_000];
                assert_eq!(found.map(|group| group.0[0] as u64)[..3], integers, "{number}");
                assert_eq!(joined(&found[..3]), [number]);
            }
        }
    }
}
