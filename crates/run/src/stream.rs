//! Streams of pairs by name, from any place on: what a sweep is made of.
//!
//! A stream is a rule. The same name, seed and place always give the same pair, so a part of it can be done anywhere, and again.

use crate::protocol::{DIGITS, EDGE_CASES, RandomPairs, SEED};
use crate::{Pair, sets};
use std::fmt;

/// What the pairs of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The protocol's random pairs, as CPython draws them: to begin at a place is to draw all before it.
    Random,
    /// Uniform pairs, each a hash of the seed and its place: to begin anywhere costs nothing.
    Hashed,
    /// The protocol's edge cases.
    EdgeCases,
    /// All structured sets, one after another.
    Structured,
    /// The structured set of this place in [`sets::NAMES`].
    Set(usize),
}

/// A stream that cannot be: which, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamError(String);

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StreamError {}

/// The name of a set as one word.
fn word(name: &str) -> String {
    name.replace(',', "").replace(' ', "-")
}

impl Kind {
    /// Every kind.
    pub fn all() -> Vec<Self> {
        let sets = (0..sets::NAMES.len()).map(Self::Set);
        [Self::Random, Self::Hashed, Self::EdgeCases, Self::Structured].into_iter().chain(sets).collect()
    }

    /// Its name: one word.
    pub fn name(self) -> String {
        match self {
            Self::Random => "random".into(),
            Self::Hashed => "hashed".into(),
            Self::EdgeCases => "edge-cases".into(),
            Self::Structured => "structured".into(),
            Self::Set(set) => word(sets::NAMES[set]),
        }
    }

    /// The kind of this name.
    ///
    /// # Errors
    ///
    /// If there is none; the error lists the names.
    pub fn find(name: &str) -> Result<Self, StreamError> {
        Self::all().into_iter().find(|kind| kind.name() == word(name)).ok_or_else(|| {
            let names: Vec<String> = Self::all().into_iter().map(Self::name).collect();
            StreamError(format!("no stream of pairs is named `{name}`: expected one of {}", names.join(", ")))
        })
    }

    /// Whether it goes on without end.
    pub fn endless(self) -> bool {
        matches!(self, Self::Random | Self::Hashed)
    }
}

/// Which pairs: a part of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// What the pairs are.
    pub kind: Kind,
    /// What drives those that are drawn.
    pub seed: u64,
    /// The place of the first pair.
    pub start: u64,
    /// How many pairs; fewer if the stream ends before.
    pub pairs: u64,
}

impl Part {
    /// All of a stream that ends, with the seed of the public race.
    ///
    /// # Errors
    ///
    /// If it has no end.
    pub fn whole(kind: Kind) -> Result<Self, StreamError> {
        if kind.endless() {
            let name = kind.name();
            return Err(StreamError(format!(
                "the stream `{name}` has no end: expected a seed, a start and a number of pairs"
            )));
        }
        Ok(Self { kind, seed: SEED, start: 0, pairs: u64::MAX })
    }

    /// The pairs, for operands of `digits` digits.
    ///
    /// # Errors
    ///
    /// If the kind has operands of ten digits alone and `digits` is another number.
    pub fn stream(self, digits: usize) -> Result<Stream, StreamError> {
        let Self { kind, seed, start, pairs } = self;
        if digits != DIGITS && matches!(kind, Kind::Random | Kind::EdgeCases) {
            let name = kind.name();
            return Err(StreamError(format!(
                "the stream `{name}` has operands of {DIGITS} digits: the model's have {digits}"
            )));
        }
        let listed = |list: Vec<Pair>| {
            let first = usize::try_from(start).unwrap_or(usize::MAX).min(list.len());
            (Source::Listed { list, next: first }, 0)
        };
        let (source, mut left) = match kind {
            Kind::Random => {
                let mut random = RandomPairs::new(seed);
                skip(&mut random, start);
                (Source::Random(Box::new(random)), pairs)
            }
            Kind::Hashed => {
                let digits = u32::try_from(digits).expect("at most 18 digits");
                (Source::Hashed { seed, next: start, range: 10_u64.pow(digits) }, pairs)
            }
            Kind::EdgeCases => listed(EDGE_CASES.to_vec()),
            Kind::Structured => {
                listed(sets::structured(digits, seed).into_iter().flat_map(|set| set.pairs).collect())
            }
            Kind::Set(set) => listed(sets::structured(digits, seed).swap_remove(set).pairs),
        };
        if let Source::Listed { list, next } = &source {
            left = pairs.min((list.len() - next) as u64);
        }
        Ok(Stream { source, left })
    }
}

/// Draws `count` pairs for nothing.
fn skip(random: &mut RandomPairs, count: u64) {
    let mut scratch = [(0, 0); 1024];
    let mut left = count;
    while left > 0 {
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(scratch.len());
        random.fill(&mut scratch[..size]);
        left -= size as u64;
    }
}

/// The pairs of a part, in order.
#[derive(Clone, Debug)]
pub struct Stream {
    source: Source,
    left: u64,
}

#[derive(Clone, Debug)]
enum Source {
    Random(Box<RandomPairs>),
    Hashed { seed: u64, next: u64, range: u64 },
    Listed { list: Vec<Pair>, next: usize },
}

impl Stream {
    /// How many pairs are left.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Fills `pairs` from the front with the next pairs; how many, 0 at the end.
    pub fn fill(&mut self, pairs: &mut [Pair]) -> usize {
        let size = usize::try_from(self.left).unwrap_or(usize::MAX).min(pairs.len());
        let pairs = &mut pairs[..size];
        match &mut self.source {
            Source::Random(random) => random.fill(pairs),
            Source::Hashed { seed, next, range } => {
                for pair in &mut *pairs {
                    let output = |at| scaled(split_mix(*seed, at), *range);
                    *pair = (output(next.wrapping_mul(2)), output(next.wrapping_mul(2).wrapping_add(1)));
                    *next = next.wrapping_add(1);
                }
            }
            Source::Listed { list, next } => {
                pairs.copy_from_slice(&list[*next..*next + size]);
                *next += size;
            }
        }
        self.left -= size as u64;
        size
    }
}

/// Output `at` of `SplitMix64` seeded with `seed` (Steele, Lea and Flood, 2014): a function of both, so that any place costs the same.
fn split_mix(seed: u64, at: u64) -> u64 {
    let mut word = seed.wrapping_add(at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

/// A word as a number below `range`: for 10^10 no number is likelier than another by more than one part in 10^9.
fn scaled(word: u64, range: u64) -> u64 {
    ((u128::from(word) * u128::from(range)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(part: Part) -> Vec<Pair> {
        let mut stream = part.stream(10).unwrap();
        let (mut pairs, mut buffer) = (Vec::new(), [(0, 0); 7]);
        loop {
            let size = stream.fill(&mut buffer);
            if size == 0 {
                return pairs;
            }
            pairs.extend(&buffer[..size]);
        }
    }

    #[test]
    fn names_are_found_and_other_names_are_told_them() {
        for kind in Kind::all() {
            assert_eq!(Kind::find(&kind.name()), Ok(kind));
        }
        assert_eq!(Kind::find("powers of ten, repeats, complements"), Ok(Kind::Set(4)));
        assert!(Kind::find("carry").unwrap_err().to_string().contains("every-carry-pattern"));
    }

    #[test]
    fn parts_make_the_whole() {
        for kind in Kind::all() {
            let part = |start, pairs| all(Part { kind, seed: 7, start, pairs });
            let whole = part(0, 3000);
            assert_eq!([part(0, 1), part(1, 1999), part(2000, 1000)].concat(), whole, "{}", kind.name());
            assert!(whole.iter().all(|&(a, b)| a.max(b) < 10_000_000_000));
            assert_eq!(part(1 << 20, 0), []);
        }
    }

    #[test]
    fn a_stream_is_what_its_name_says() {
        let part = |kind| Part { kind, seed: SEED, start: 0, pairs: 100 };
        assert_eq!(all(part(Kind::Random)), RandomPairs::new(SEED).take(100).collect::<Vec<_>>());
        assert_eq!(all(part(Kind::EdgeCases)), EDGE_CASES);
        assert_eq!(all(Part::whole(Kind::Set(2)).unwrap()), sets::structured(10, SEED)[2].pairs);
        assert!(Part::whole(Kind::Hashed).unwrap_err().to_string().contains("no end"));
    }

    /// The first outputs of `SplitMix64` with seed 1234567, as published with its reference code.
    #[test]
    fn hashes_are_those_of_split_mix() {
        let outputs = [0, 1, 2].map(|at| split_mix(1_234_567, at));
        assert_eq!(
            outputs,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        assert_eq!([scaled(0, 10), scaled(u64::MAX, 10), scaled(1 << 63, 10)], [0, 9, 5]);
    }

    #[test]
    fn other_lengths_have_no_protocol() {
        let stream = |kind| Part { kind, seed: 1, start: 0, pairs: 50 }.stream(2);
        assert!(
            stream(Kind::Random)
                .unwrap_err()
                .to_string()
                .contains("operands of 10 digits: the model's have 2")
        );
        let mut pairs = [(0, 0); 50];
        assert_eq!(stream(Kind::Hashed).unwrap().fill(&mut pairs), 50);
        assert!(pairs.iter().all(|&(a, b)| a < 100 && b < 100));
    }
}
