//! The rows of the table functions: what they are, in how many parts they can be made, and as text, which travels.

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{Result, exec_datafusion_err, plan_datafusion_err};
use run::protocol::DIGITS;
use run::stream::{Kind, Part, Stream};
use std::sync::Arc;

/// The fewest pairs for which a partition of its own is worth it.
const LEAST: u64 = 1 << 14;

/// Rows that are made by rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Source {
    /// The pairs of a part of a stream: `place`, `a`, `b`.
    Pairs(Part),
    /// A stream cut into shards of `size` pairs: `kind`, `seed`, `start`, `n`.
    ///
    /// Each shard of the stream `random` has a seed of its own, the first that of the part, so that none draws what another does.
    Shards(Part, u64),
}

impl Source {
    /// How its rows are named and typed.
    pub(crate) fn schema(self) -> SchemaRef {
        let number = |name: &str| Field::new(name, DataType::UInt64, false);
        let fields = match self {
            Self::Pairs(_) => vec![number("place"), number("a"), number("b")],
            Self::Shards(..) => {
                vec![Field::new("kind", DataType::Utf8, false), number("seed"), number("start"), number("n")]
            }
        };
        Arc::new(Schema::new(fields))
    }

    /// The number of rows.
    pub(crate) fn rows(self) -> u64 {
        match self {
            Self::Pairs(part) => part.pairs,
            Self::Shards(part, size) => part.pairs.div_ceil(size),
        }
    }

    /// The same with the number of pairs that there are.
    pub(crate) fn clipped(self) -> Result<Self> {
        let clip = |part: Part| {
            let pairs = match part.kind.endless() {
                true => part.pairs,
                false => part.stream(DIGITS).map_err(|error| plan_datafusion_err!("{error}"))?.left(),
            };
            Ok(Part { pairs, ..part })
        };
        match self {
            Self::Pairs(part) => clip(part).map(Self::Pairs),
            Self::Shards(part, size) => clip(part).map(|part| Self::Shards(part, size)),
        }
    }

    /// In how many partitions it is made if `wanted` are asked for.
    pub(crate) fn partitions(self, wanted: usize) -> usize {
        let most = match self {
            Self::Pairs(part) => part.pairs / LEAST,
            Self::Shards(..) => self.rows(),
        };
        wanted.min(usize::try_from(most).unwrap_or(usize::MAX)).max(1)
    }

    /// The rows of partition `index` of `count`.
    pub(crate) fn generate(self, index: usize, count: usize) -> Result<Rows> {
        let (index, count) = (index as u64, count as u64);
        match self {
            Self::Pairs(part) => {
                // Partitions are runs of pairs, for a stream is made in order.
                let bound =
                    |index: u64| (u128::from(part.pairs) * u128::from(index) / u128::from(count)) as u64;
                let (from, to) = (bound(index), bound(index + 1));
                let start = part.start.saturating_add(from);
                let stream = Part { start, pairs: to - from, ..part }.stream(DIGITS);
                Ok(Rows::Pairs {
                    stream: stream.map_err(|error| exec_datafusion_err!("{error}"))?,
                    place: start,
                })
            }
            Self::Shards(part, size) => Ok(Rows::Shards { part, size, next: index, step: count }),
        }
    }

    /// As text.
    pub(crate) fn encode(self) -> String {
        let part =
            |Part { kind, seed, start, pairs }: Part| format!("{} {seed} {start} {pairs}", kind.name());
        match self {
            Self::Pairs(pairs) => format!("pairs {}", part(pairs)),
            Self::Shards(pairs, size) => format!("shards {} {size}", part(pairs)),
        }
    }

    /// From text.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let part = |kind: &str, [seed, start, pairs]: [&str; 3]| {
            let number = |word: &str| word.parse::<u64>().ok();
            Some(Part {
                kind: Kind::find(kind).ok()?,
                seed: number(seed)?,
                start: number(start)?,
                pairs: number(pairs)?,
            })
        };
        match *words.as_slice() {
            ["pairs", kind, seed, start, pairs] => part(kind, [seed, start, pairs]).map(Self::Pairs),
            ["shards", kind, seed, start, pairs, size] => {
                let size = size.parse().ok().filter(|&size| size > 0)?;
                part(kind, [seed, start, pairs]).map(|part| Self::Shards(part, size))
            }
            _ => None,
        }
    }
}

/// The rows of one partition, from the first on.
pub(crate) enum Rows {
    Pairs { stream: Stream, place: u64 },
    Shards { part: Part, size: u64, next: u64, step: u64 },
}

impl Rows {
    /// The next rows, at most `most`; none at the end.
    pub(crate) fn next(&mut self, schema: &SchemaRef, most: usize) -> Result<Option<RecordBatch>> {
        let columns: Vec<ArrayRef> = match self {
            Self::Pairs { stream, place } => {
                let mut pairs = vec![(0, 0); most];
                let size = stream.fill(&mut pairs);
                if size == 0 {
                    return Ok(None);
                }
                let (first, pairs) = (*place, &pairs[..size]);
                *place += size as u64;
                let column = |values: Vec<u64>| Arc::new(UInt64Array::from(values)) as ArrayRef;
                let (a, b) = pairs.iter().copied().unzip();
                vec![column((first..*place).collect()), column(a), column(b)]
            }
            // One at a time: a shard is much work, and who waits for the first wants no others.
            Self::Shards { part, size, next, step } => {
                let Some(before) = next.checked_mul(*size).filter(|&before| before < part.pairs) else {
                    return Ok(None);
                };
                let pairs = (*size).min(part.pairs - before);
                let (seed, start) = match part.kind {
                    Kind::Random => (part.seed.wrapping_add(*next), part.start),
                    _ => (part.seed, part.start.wrapping_add(before)),
                };
                *next = next.saturating_add(*step);
                let number = |value: u64| Arc::new(UInt64Array::from(vec![value])) as ArrayRef;
                let kind = Arc::new(StringArray::from(vec![part.kind.name()]));
                vec![kind, number(seed), number(start), number(pairs)]
            }
        };
        Ok(Some(RecordBatch::try_new(Arc::clone(schema), columns)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::compute::concat_batches;

    fn part(kind: Kind) -> Part {
        Part { kind, seed: 7, start: 3, pairs: 100_001 }
    }

    fn rows(source: Source, index: usize, count: usize) -> Vec<RecordBatch> {
        let mut rows = source.generate(index, count).unwrap();
        std::iter::from_fn(|| rows.next(&source.schema(), 1000).unwrap()).collect()
    }

    #[test]
    fn partitions_make_the_whole() {
        for kind in [Kind::Random, Kind::Hashed, Kind::Structured] {
            let source = Source::Pairs(part(kind)).clipped().unwrap();
            let whole = concat_batches(&source.schema(), &rows(source, 0, 1)).unwrap();
            assert_eq!(whole.num_rows() as u64, source.rows());
            let parts: Vec<RecordBatch> = (0..3).flat_map(|index| rows(source, index, 3)).collect();
            assert_eq!(concat_batches(&source.schema(), &parts).unwrap(), whole);
        }
    }

    #[test]
    fn shards_cover_each_pair_once() {
        let source = Source::Shards(part(Kind::Hashed), 1000);
        assert_eq!((source.rows(), source.partitions(64), source.partitions(1000)), (101, 64, 101));
        let mut found: Vec<(u64, u64)> = (0..7)
            .flat_map(|index| rows(source, index, 7))
            .map(|row| {
                let number =
                    |at: usize| row.column(at).as_primitive::<arrow::datatypes::UInt64Type>().value(0);
                (number(2), number(3))
            })
            .collect();
        found.sort_unstable();
        let mut next = 3;
        for (start, pairs) in found {
            assert_eq!(start, next);
            next += pairs;
        }
        assert_eq!(next, 100_004);
    }

    #[test]
    fn sources_travel_as_text() {
        for source in [Source::Pairs(part(Kind::Set(4))), Source::Shards(part(Kind::Random), 10)] {
            assert_eq!(Source::decode(&source.encode()), Some(source));
        }
        for text in
            ["", "pairs random 1 2", "pairs nosuch 1 2 3", "shards random 1 2 3 0", "pairs random 1 2 -3"]
        {
            assert_eq!(Source::decode(text), None, "{text}");
        }
    }
}
