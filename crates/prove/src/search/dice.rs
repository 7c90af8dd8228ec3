//! Random pairs of the kinds that models get wrong, digit by digit, from a small generator.
//!
//! The generator is `SplitMix64` (Steele, Lea and Flood, 2014): one addition and two multiplications for 64 bits.

use run::Pair;

/// The digits of a pair, place by place, the ones first.
pub(crate) type Digits = Vec<(u8, u8)>;

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream number `index` of `seed`.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut dice = Self(seed);
        let key = dice.next();
        Self(key ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `count`, as evenly as 64 bits allow.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// A number from 0 to `greatest`, each with the same probability.
    pub(crate) fn up_to(&mut self, greatest: u64) -> u64 {
        let spare = greatest.leading_zeros();
        loop {
            // As many bits as the greatest number has; what exceeds it is drawn again.
            let drawn = self.next().checked_shr(spare).unwrap_or(0);
            if drawn <= greatest {
                return drawn;
            }
        }
    }

    fn digit(&mut self) -> u8 {
        self.below(10) as u8
    }

    /// Two digits whose sum is `sum`, from 0 to 18.
    pub(crate) fn with_sum(&mut self, sum: usize) -> (u8, u8) {
        let least = sum.saturating_sub(9);
        let a = least + self.below(sum.min(9) - least + 1);
        (a as u8, (sum - a) as u8)
    }

    /// A pair of operands of at most `digits` digits.
    ///
    /// One in four is uniform; the others favour digit sums of 9 and their neighbours, zeros and nines, or few digits.
    pub(crate) fn digits(&mut self, digits: usize) -> Digits {
        let kind = self.below(4);
        let used = if kind == 3 { 1 + self.below(digits) } else { digits };
        (0..digits)
            .map(|place| match kind {
                _ if place >= used => (0, 0),
                1 if self.below(4) < 3 => {
                    let sum = [9, 9, 9, 8, 10][self.below(5)];
                    self.with_sum(sum)
                }
                2 => ([0, 9][self.below(2)], [0, 0, 9, 1][self.below(4)]),
                _ => (self.digit(), self.digit()),
            })
            .collect()
    }

    /// Changes `digits` a little, or a run of places at once.
    pub(crate) fn move_on(&mut self, digits: &mut Digits) {
        let count = digits.len();
        let place = self.below(count);
        let last = place + self.below((count - place).min(4));
        match self.below(10) {
            0..4 => digits[place].0 = self.digit(),
            4..7 => digits[place].1 = self.digit(),
            // A run of nines, of zeros, or of digit sums of 9.
            7 => {
                let with = [(9, 0), (0, 9), (9, 9), (0, 0)][self.below(4)];
                digits[place..=last].fill(with);
            }
            8 => {
                for at in &mut digits[place..=last] {
                    *at = self.with_sum(9);
                }
            }
            // Another carry out of the place.
            _ => {
                let carries = digits[place].0 + digits[place].1 >= 10;
                let sum = if carries { self.below(9) } else { 10 + self.below(9) };
                digits[place] = self.with_sum(sum);
            }
        }
    }
}

/// The pair with these digits.
pub(crate) fn pair(digits: &Digits) -> Pair {
    digits.iter().rev().fold((0, 0), |(a, b), &(x, y)| (a * 10 + u64::from(x), b * 10 + u64::from(y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_up_to_any_other_are_even() {
        let mut dice = Dice::new(1, 0);
        for greatest in [0, 1, 6, 999] {
            let mut counts = vec![0; greatest as usize + 1];
            for _ in 0..100_000 {
                counts[dice.up_to(greatest) as usize] += 1;
            }
            // Five standard deviations.
            let mean = 1e5 / (greatest as f64 + 1.0);
            assert!(counts.iter().all(|&count| (f64::from(count) - mean).abs() < 5.0 * mean.sqrt()));
        }
        assert!((0..100).map(|_| dice.up_to(u64::MAX)).max() > Some(u64::MAX / 2));
    }

    #[test]
    fn pairs_have_their_digits_and_streams_repeat() {
        assert_eq!(pair(&vec![(3, 4), (2, 0), (1, 9)]), (123, 904));
        let (mut dice, mut again) = (Dice::new(7, 3), Dice::new(7, 3));
        for _ in 0..1000 {
            let mut digits = dice.digits(5);
            assert_eq!(digits, again.digits(5));
            dice.move_on(&mut digits);
            again.move_on(&mut digits.clone());
            let (a, b) = pair(&digits);
            assert!(a < 100_000 && b < 100_000 && digits.iter().all(|&(x, y)| x < 10 && y < 10));
            let sum = dice.below(19);
            assert_eq!(again.below(19), sum);
            let (x, y) = dice.with_sum(sum);
            assert_eq!(again.with_sum(sum), (x, y));
            assert_eq!(usize::from(x + y), sum);
        }
        assert_ne!(Dice::new(7, 3).next(), Dice::new(7, 4).next());
        assert_ne!(Dice::new(7, 3).next(), Dice::new(8, 3).next());
    }
}
