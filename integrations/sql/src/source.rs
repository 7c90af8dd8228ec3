//! What the table functions give: parts of streams, dealt to partitions, and the pairs of a part.

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use datafusion::common::{Result, exec_datafusion_err, plan_datafusion_err, plan_err};
use run::protocol::DIGITS;
use run::stream::{Kind, Part};
use std::sync::Arc;

/// The fewest pairs for which a partition of its own is worth it.
const LEAST: u64 = 1 << 14;

/// The most shards of a table: they stand in the plan of a query.
const MOST_SHARDS: u64 = 100_000;

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
            Self::Shards(part, size) => {
                let shards = Self::Shards(clip(part)?, size);
                match shards.rows() {
                    ..=MOST_SHARDS => Ok(shards),
                    found => plan_err!(
                        "adder_shards: expected at most {MOST_SHARDS} shards, found {found}: choose larger ones"
                    ),
                }
            }
        }
    }

    /// The parts that its rows are or come from, dealt to `wanted` partitions, or fewer, but to one at least.
    pub(crate) fn deal(self, wanted: usize) -> Vec<Vec<Part>> {
        let most = match self {
            Self::Pairs(part) => part.pairs / LEAST,
            Self::Shards(..) => self.rows(),
        };
        let count = (wanted as u64).min(most).max(1);
        let partition = |index: u64| match self {
            // A run of pairs, for a stream is made in order.
            Self::Pairs(part) => {
                let bound =
                    |index: u64| (u128::from(part.pairs) * u128::from(index) / u128::from(count)) as u64;
                let (from, to) = (bound(index), bound(index + 1));
                vec![Part { start: part.start.wrapping_add(from), pairs: to - from, ..part }]
            }
            // Every so many, so that all partitions come to the end together.
            Self::Shards(part, size) => {
                (index..self.rows()).step_by(count as usize).map(|index| shard(part, size, index)).collect()
            }
        };
        (0..count).map(partition).collect()
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

/// Shard `index` of a part that is cut into shards of `size` pairs.
fn shard(part: Part, size: u64, index: u64) -> Part {
    let before = index * size;
    let pairs = size.min(part.pairs - before);
    match part.kind {
        Kind::Random => Part { seed: part.seed.wrapping_add(index), pairs, ..part },
        _ => Part { start: part.start.wrapping_add(before), pairs, ..part },
    }
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::UInt64, false)
}

fn column(values: Vec<u64>) -> ArrayRef {
    Arc::new(UInt64Array::from(values))
}

/// How parts are named and typed as rows.
pub(crate) fn part_schema() -> SchemaRef {
    let kind = Field::new("kind", DataType::Utf8, false);
    Arc::new(Schema::new(vec![kind, number("seed"), number("start"), number("n")]))
}

/// A part as a batch of one row: to verify it is much work, and who waits for it wants no other.
pub(crate) fn part_row(part: Part) -> Result<RecordBatch> {
    let kind = Arc::new(StringArray::from(vec![part.kind.name()]));
    let numbers = [part.seed, part.start, part.pairs].map(|value| column(vec![value]));
    Ok(RecordBatch::try_new(part_schema(), [kind as ArrayRef].into_iter().chain(numbers).collect())?)
}

/// The parts that are the rows of a batch.
pub(crate) fn read_parts(batch: &RecordBatch) -> Result<Vec<Part>> {
    let kinds = batch.column(0).as_string::<i32>();
    let number = |at: usize, row: usize| batch.column(at).as_primitive::<UInt64Type>().value(row);
    let part = |row: usize| {
        let kind = Kind::find(kinds.value(row)).map_err(|error| exec_datafusion_err!("{error}"))?;
        Ok(Part { kind, seed: number(1, row), start: number(2, row), pairs: number(3, row) })
    };
    (0..batch.num_rows()).map(part).collect()
}

/// How pairs are named and typed as rows.
pub(crate) fn pair_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![number("place"), number("a"), number("b")]))
}

/// The pairs of a part, in batches of at most `most` rows.
pub(crate) fn pairs(part: Part, most: usize) -> impl Iterator<Item = Result<RecordBatch>> {
    let (schema, mut place) = (pair_schema(), part.start);
    let mut stream = None;
    std::iter::from_fn(move || {
        // It begins when it is wanted: in the middle of `random` that takes a while.
        let stream = match &mut stream {
            Some(stream) => stream,
            None => match part.stream(DIGITS) {
                Ok(begun) => stream.insert(begun),
                Err(error) => return Some(Err(exec_datafusion_err!("{error}"))),
            },
        };
        let mut pairs = vec![(0, 0); most];
        let size = stream.fill(&mut pairs);
        if size == 0 {
            return None;
        }
        let first = place;
        place += size as u64;
        let (a, b) = pairs[..size].iter().copied().unzip();
        let columns = vec![column((first..place).collect()), column(a), column(b)];
        Some(RecordBatch::try_new(Arc::clone(&schema), columns).map_err(Into::into))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::compute::concat_batches;

    fn part(kind: Kind) -> Part {
        Part { kind, seed: 7, start: 3, pairs: 100_001 }
    }

    #[test]
    fn partitions_make_the_whole() {
        for kind in [Kind::Random, Kind::Hashed, Kind::Structured] {
            let source = Source::Pairs(part(kind)).clipped().unwrap();
            let rows = |wanted: usize| {
                let batches = source.deal(wanted).into_iter().flatten().flat_map(|part| pairs(part, 1000));
                concat_batches(&pair_schema(), &batches.collect::<Result<Vec<_>>>().unwrap()).unwrap()
            };
            let whole = rows(1);
            assert_eq!(whole.num_rows() as u64, source.rows());
            assert_eq!(rows(3), whole);
        }
    }

    #[test]
    fn shards_cover_each_pair_once() {
        let source = Source::Shards(part(Kind::Hashed), 1000).clipped().unwrap();
        assert_eq!([0, 1, 64, 1000].map(|wanted| source.deal(wanted).len()), [1, 1, 64, 101]);
        let mut parts: Vec<Part> = source.deal(7).into_iter().flatten().collect();
        assert_eq!(parts.len() as u64, source.rows());
        parts.sort();
        let mut next = 3;
        for part in parts {
            assert_eq!(part.start, next);
            next += part.pairs;
        }
        assert_eq!(next, 100_004);
        assert!(
            Source::Shards(part(Kind::Hashed), 1)
                .clipped()
                .unwrap_err()
                .to_string()
                .contains("at most 100000 shards")
        );
    }

    #[test]
    fn parts_are_rows() {
        for part in [part(Kind::Set(3)), part(Kind::Random)] {
            assert_eq!(read_parts(&part_row(part).unwrap()).unwrap(), [part]);
        }
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
