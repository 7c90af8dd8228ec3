//! What was found in shards, as a column of structs: how `verify_shard` gives it and `merge_shards` takes and gives it.

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StructArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields, UInt64Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use run::check::Failure;
use run::shard::Counts;
use run::stream::{Kind, Part};
use std::sync::Arc;

/// The names of the sums, in order.
const SUMS: [&str; 4] = ["shards", "pairs", "wrong", "unspelled"];

/// The names of a failure's numbers, in order, behind its `kind`.
const NUMBERS: [&str; 6] = ["seed", "place", "a", "b", "expected", "got"];

/// What was found in some shards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// As many as [`SUMS`].
    sums: [u64; 4],
    first: Option<First>,
}

/// The first wrong answer, in the order of kinds, seeds and places.
#[derive(Clone, Debug, PartialEq, Eq)]
struct First {
    kind: String,
    /// As many as [`NUMBERS`], without the last.
    numbers: [u64; 5],
    /// None if the tokens spelled no number.
    got: Option<u64>,
}

impl Found {
    /// What was found in one shard.
    pub(crate) fn of(part: Part, counts: &Counts) -> Self {
        let first = counts.first.as_ref().map(|(place, failure)| {
            let Failure { pair, expected, got } = *failure;
            First { kind: part.kind.name(), numbers: [part.seed, *place, pair.0, pair.1, expected], got }
        });
        Self { sums: [1, counts.pairs, counts.wrong, counts.unspelled], first }
    }

    /// Adds what was found elsewhere.
    pub(crate) fn merge(&mut self, other: Self) -> Result<()> {
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum = sum
                .checked_add(more)
                .ok_or_else(|| exec_datafusion_err!("merge_shards: more than 2^64 pairs"))?;
        }
        let order = |first: &First| {
            let kind = Kind::all().into_iter().position(|kind| kind.name() == first.kind);
            (kind, first.numbers[0], first.numbers[1])
        };
        let firsts = self.first.take().into_iter().chain(other.first);
        self.first = firsts.min_by_key(order);
        Ok(())
    }
}

/// The fields of a failure.
fn first_fields() -> Fields {
    let numbers = NUMBERS.iter().map(|name| Field::new(*name, DataType::UInt64, true));
    std::iter::once(Field::new("kind", DataType::Utf8, true)).chain(numbers).collect()
}

/// The fields of what was found.
fn fields() -> Fields {
    let sums = SUMS.iter().map(|name| Field::new(*name, DataType::UInt64, true));
    sums.chain([Field::new("first", DataType::Struct(first_fields()), true)]).collect()
}

/// The type of what was found.
pub(crate) fn data_type() -> DataType {
    DataType::Struct(fields())
}

/// As a column.
pub(crate) fn column(found: &[Option<Found>]) -> ArrayRef {
    let number = |get: &dyn Fn(&Found) -> Option<u64>| -> ArrayRef {
        let values = found.iter().map(|found| found.as_ref().and_then(get));
        Arc::new(values.collect::<UInt64Array>())
    };
    let firsts = || found.iter().map(|found| found.as_ref().and_then(|found| found.first.as_ref()));
    let kinds: StringArray = firsts().map(|first| first.map(|first| first.kind.as_str())).collect();
    let mut columns: Vec<ArrayRef> = vec![Arc::new(kinds)];
    for at in 0..5 {
        columns.push(number(&|found| found.first.as_ref().map(|first| first.numbers[at])));
    }
    columns.push(number(&|found| found.first.as_ref().and_then(|first| first.got)));
    let shown = NullBuffer::from(firsts().map(|first| first.is_some()).collect::<Vec<_>>());
    let first = StructArray::new(first_fields(), columns, Some(shown));
    let mut columns: Vec<ArrayRef> = (0..4).map(|at| number(&|found| Some(found.sums[at]))).collect();
    columns.push(Arc::new(first));
    let shown = NullBuffer::from(found.iter().map(Option::is_some).collect::<Vec<_>>());
    Arc::new(StructArray::new(fields(), columns, Some(shown)))
}

/// From a column, without its nulls.
pub(crate) fn read(column: &ArrayRef) -> Result<Vec<Found>> {
    if *column.data_type() != data_type() {
        return exec_err!("merge_shards: expected what `verify_shard` gives, found {}", column.data_type());
    }
    let rows = column.as_struct();
    let first = rows.column(SUMS.len()).as_struct();
    let number = |rows: &StructArray, at: usize, row: usize| {
        let column = rows.column(at).as_primitive::<UInt64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let mut found = Vec::new();
    for row in (0..rows.len()).filter(|&row| rows.is_valid(row)) {
        let sums = std::array::from_fn(|at| number(rows, at, row).unwrap_or_default());
        let first = first.is_valid(row).then(|| First {
            kind: first.column(0).as_string::<i32>().value(row).to_owned(),
            numbers: std::array::from_fn(|at| number(first, at + 1, row).unwrap_or_default()),
            got: number(first, NUMBERS.len(), row),
        });
        found.push(Found { sums, first });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, seed: u64, place: u64, got: Option<u64>) -> Found {
        let part = Part { kind, seed, start: 0, pairs: 10 };
        let failure = Failure { pair: (1, 2), expected: 3, got };
        Found::of(
            part,
            &Counts {
                pairs: 10,
                wrong: 1,
                unspelled: u64::from(got.is_none()),
                first: Some((place, failure)),
            },
        )
    }

    #[test]
    fn a_column_gives_back_what_it_was_made_of() {
        let none = Found::of(
            Part { kind: Kind::Hashed, seed: 1, start: 0, pairs: 9 },
            &Counts { pairs: 9, wrong: 0, unspelled: 0, first: None },
        );
        let all = [none, found(Kind::Random, 3, 4, None), found(Kind::Set(1), 3, 4, Some(5))];
        let rows: Vec<Option<Found>> = [None].into_iter().chain(all.iter().cloned().map(Some)).collect();
        assert_eq!(read(&column(&rows)).unwrap(), all);
    }

    #[test]
    fn the_first_is_the_first_in_any_order() {
        let all = [
            found(Kind::Random, 2, 7, None),
            found(Kind::Random, 1, 8, Some(1)),
            found(Kind::Hashed, 0, 0, None),
        ];
        for [i, j, k] in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let mut merged = Found::default();
            for at in [i, j, k] {
                merged.merge(all[at].clone()).unwrap();
            }
            assert_eq!(merged.sums, [3, 30, 3, 2]);
            assert_eq!(merged.first, all[1].first);
        }
    }
}
