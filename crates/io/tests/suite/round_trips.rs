//! What is written is read again, and what pyarrow wrote is read too.

use crate::{FORMATS, data, read_file, read_stream, written};
use io::{Format, Pair};
use std::path::Path;

/// Pairs of all sizes, some without a sum.
fn rows(count: u64) -> (Vec<Pair>, Vec<Option<u64>>) {
    let pairs: Vec<Pair> =
        (0..count).map(|row| (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (row % 64), row)).collect();
    let sums = pairs.iter().map(|(a, b)| a.checked_add(*b).filter(|sum| sum % 5 > 0)).collect();
    (pairs, sums)
}

#[test]
fn every_format_keeps_every_pair() {
    for format in FORMATS {
        for (count, step) in [(0, 1), (1, 1), (7, 3), (1000, 64), (200_000, 65_536)] {
            let (pairs, sums) = rows(count);
            let bytes = written(format, &pairs, &sums, step);
            assert!(read_file(format, &bytes, u64::MAX).unwrap() == pairs, "{format:?}, {count} rows");
            if matches!(format, Format::Csv | Format::ArrowStream) {
                assert!(read_stream(format, &bytes, u64::MAX).unwrap() == pairs, "{format:?}, {count} rows");
            }
        }
    }
}

/// Random pairs below 10^10 with their sums take 20.9 bytes a row with pyarrow's default, measured on a million.
#[test]
fn parquet_is_packed() {
    let random = |row: u64| (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) % 10_000_000_000;
    let pairs: Vec<Pair> = (0..200_000).map(|row| (random(2 * row), random(2 * row + 1))).collect();
    let sums: Vec<_> = pairs.iter().map(|(a, b)| Some(a + b)).collect();
    let bytes = written(Format::Parquet, &pairs, &sums, 65_536);
    assert!(bytes.len() < 14 * pairs.len(), "{} bytes", bytes.len());
}

/// Polars writes the schema at the start of a file without the length that a message has; the index has it once more.
#[test]
fn the_schema_at_the_start_of_an_arrow_file_need_not_be_a_message() {
    let mut bytes = data("plain.arrow");
    let expected = read_file(Format::Arrow, &bytes, 127).unwrap();
    let length = i32::from_le_bytes(*bytes[12..].first_chunk().unwrap());
    bytes[8..16 + usize::try_from(length).unwrap()].rotate_left(8);
    assert_eq!(read_file(Format::Arrow, &bytes, 127).unwrap(), expected);
}

#[test]
fn parquet_has_groups_of_bounded_size() {
    let (pairs, sums) = rows(2_500_000);
    let bytes = written(Format::Parquet, &pairs, &sums, 65_536);
    assert!(read_file(Format::Parquet, &bytes, u64::MAX).unwrap() == pairs);
}

#[test]
fn what_pyarrow_writes_is_read() {
    let pairs: Vec<Pair> = (0..40).map(|k| (7 * k % 128, 3 * k + 1)).collect();
    for file in [
        "plain.arrow",
        "small.arrow",
        "old.arrow",
        "lz4.arrow",
        "zstd.arrow",
        "more_all.arrow",
        "more_lz4.arrow",
        "more_feather.feather",
        "plain.arrows",
        "lz4.arrows",
        "more_all.arrows",
        "old.arrows",
        "plain.parquet",
        "small.parquet",
        "lz4.parquet",
        "zstd.parquet",
        "delta.parquet",
        "more.parquet",
    ] {
        let (format, bytes) = (Format::of(Path::new(file)), data(file));
        let found = read_file(format, &bytes, 127).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(found, pairs, "{file}");
        if format == Format::ArrowStream {
            assert_eq!(read_stream(format, &bytes, 127).unwrap(), pairs, "{file}");
        }
    }
}
