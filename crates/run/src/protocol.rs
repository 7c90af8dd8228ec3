//! AdderBoard's protocol: ten edge cases, then random pairs as CPython draws them.

use crate::Pair;
use rand_mt::Mt;

/// The edge cases, in order.
pub const EDGE_CASES: [Pair; 10] = [
    (0, 0),
    (0, 1),
    (9_999_999_999, 0),
    (9_999_999_999, 1),
    (9_999_999_999, 9_999_999_999),
    (5_000_000_000, 5_000_000_000),
    (1_111_111_111, 8_888_888_889),
    (1_234_567_890, 9_876_543_210),
    (9_999_999_999, 9_999_999_999),
    (1, 9_999_999_999),
];

/// The seed of the public race.
pub const SEED: u64 = 2025;

/// The number of random pairs of the public race.
pub const PAIRS: u64 = 10_000;

/// The share of right answers that qualifies, in percent.
pub const QUALIFYING_PERCENT: u64 = 99;

/// The operands of the protocol have ten digits.
pub const DIGITS: usize = 10;

/// The pairs that CPython's `random.Random(seed)` draws with `randint(0, 9999999999)`, `a` before `b`.
#[derive(Clone, Debug)]
pub struct RandomPairs {
    generator: Mt,
}

impl RandomPairs {
    /// The stream of `seed`. As in CPython the seed is the key of MT19937's `init_by_array`, as 32-bit words, the lowest
    /// first.
    pub fn new(seed: u64) -> Self {
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        let key = if high == 0 { vec![low] } else { vec![low, high] };
        Self { generator: Mt::new_with_key(key) }
    }

    /// `randint(0, 9999999999)`: 34 random bits, drawn again until they are in range.
    fn operand(&mut self) -> u64 {
        loop {
            let low = u64::from(self.generator.next_u32());
            let high = u64::from(self.generator.next_u32() >> 30);
            let drawn = low | high << 32;
            if drawn < 10_000_000_000 {
                return drawn;
            }
        }
    }
}

impl Iterator for RandomPairs {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let a = self.operand();
        Some((a, self.operand()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_pairs_are_those_of_cpython() {
        let mut hash = Sha256::new();
        let pairs: Vec<_> = RandomPairs::new(SEED).take(10_000).collect();
        assert_eq!(pairs[0], (2_395_527_356, 9_334_186_774));
        for (a, b) in pairs {
            hash.update(format!("{a} {b}\n"));
        }
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, "7b4bfc5ec9fe78cbc74a7e71cc9b80c1706d07e435a8fbf9850f148a29d03413");
    }

    /// Made with CPython 3.11: `r = random.Random(seed); (r.randint(0, 9999999999), r.randint(0, 9999999999))`.
    #[test]
    fn small_and_large_seeds_are_keyed_as_in_cpython() {
        let first = |seed| RandomPairs::new(seed).next().unwrap();
        assert_eq!(first(0), CPYTHON_0);
        assert_eq!(first(1 << 40), CPYTHON_2_40);
    }

    const CPYTHON_0: Pair = (7_921_731_533, 1_806_341_205);
    const CPYTHON_2_40: Pair = (4_740_095_361, 2_880_015_531);
}
