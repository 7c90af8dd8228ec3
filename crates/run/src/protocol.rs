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

    /// Draws the next pairs into `pairs`.
    pub fn fill(&mut self, pairs: &mut [Pair]) {
        const PART: usize = 128;
        // One place more than there are operands: what is out of range lands behind the last one.
        let mut operands = [0; 2 * PART + 1];
        for part in pairs.chunks_mut(PART) {
            self.operands(&mut operands[..=2 * part.len()]);
            for (pair, drawn) in part.iter_mut().zip(operands.chunks_exact(2)) {
                *pair = (drawn[0], drawn[1]);
            }
        }
    }

    /// `randint(0, 9999999999)` for all places but the last: 34 random bits, drawn again until they are in range.
    ///
    /// A number that is out of range is overwritten by the next. There is no jump to mispredict, which would take twice as
    /// long as the generator: two of five draws are out of range.
    fn operands(&mut self, places: &mut [u64]) {
        let (mut place, wanted) = (0, places.len() - 1);
        while place < wanted {
            let low = u64::from(self.generator.next_u32());
            let high = u64::from(self.generator.next_u32() >> 30);
            let drawn = low | high << 32;
            places[place] = drawn;
            place += usize::from(drawn < 10_000_000_000);
        }
    }
}

impl Iterator for RandomPairs {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let mut pair = [(0, 0)];
        self.fill(&mut pair);
        Some(pair[0])
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

    #[test]
    fn pairs_are_the_same_in_batches_of_any_size() {
        let mut batches = RandomPairs::new(7);
        let mut found = Vec::new();
        for size in [1, 0, 127, 128, 129, 615] {
            let mut batch = vec![(0, 0); size];
            batches.fill(&mut batch);
            found.extend(batch);
        }
        assert_eq!(found, RandomPairs::new(7).take(1000).collect::<Vec<_>>());
    }

    const CPYTHON_0: Pair = (7_921_731_533, 1_806_341_205);
    const CPYTHON_2_40: Pair = (4_740_095_361, 2_880_015_531);
}
