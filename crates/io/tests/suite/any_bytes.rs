//! No bytes, read as any format, may panic or take memory that they do not have.

use crate::{FORMATS, data, read_file, read_stream, written};
use io::Format;
use proptest::prelude::*;
use std::path::Path;

/// Good files to break: every reader gets past its first checks.
const SEEDS: [&str; 9] = [
    "lz4.arrow",
    "zstd.arrow",
    "zstd.parquet",
    "more_all.arrow",
    "more_all.arrows",
    "plain.arrows",
    "plain.parquet",
    "small.parquet",
    "delta.parquet",
];

fn read(format: Format, bytes: &[u8]) {
    // Whether it can be read does not matter; that it comes to an end does.
    let _any = read_file(format, bytes, 9_999_999_999);
    let _any = read_stream(format, bytes, 9_999_999_999);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in FORMATS {
            read(format, &bytes);
        }
    }

    #[test]
    fn any_text(text in "[ab0-9,\"\r\n \t-]{0,60}") {
        read(Format::Csv, text.as_bytes());
    }

    /// Good files with some bytes changed and perhaps some missing.
    #[test]
    fn broken_files(
        seed in prop::sample::select(&SEEDS),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        let mut bytes = data(seed);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read(Format::of(Path::new(seed)), &bytes);
    }

    /// The two ways through a CSV record agree: digits by hand, and the same digits in quotes.
    #[test]
    fn quotes_change_nothing(pairs in prop::collection::vec((0..=u64::MAX, 0..=u64::MAX), 1..20)) {
        let sums = vec![None; pairs.len()];
        let plain = String::from_utf8(written(Format::Csv, &pairs, &sums, 7)).unwrap();
        let quoted = plain.replace(',', "\",\"").replace('\n', "\"\n\"");
        let quoted = format!("\"{}", quoted.strip_suffix('"').unwrap());
        prop_assert_eq!(&read_file(Format::Csv, plain.as_bytes(), u64::MAX).unwrap(), &pairs);
        prop_assert_eq!(&read_file(Format::Csv, quoted.as_bytes(), u64::MAX).unwrap(), &pairs);
    }

    /// Of records with any number of fields both ways say the same, right or wrong: plain digits, and the same in quotes.
    #[test]
    fn quotes_change_no_error(
        header in prop::sample::select(&["", "a,b\n", "a,b,c\n", "x,b,a\n", "b,\n"]),
        records in prop::collection::vec(prop::collection::vec("[0-9]{0,3}", 1..5), 1..6),
        ends in prop::sample::select(&["\n", "\r\n"]),
    ) {
        let text = |quote: &str| {
            let fields = |fields: &Vec<String>| {
                fields.iter().map(|field| format!("{quote}{field}{quote}")).collect::<Vec<_>>().join(",") + ends
            };
            // Without quotes a record of one empty field is an empty line, which is none.
            let records = records.iter().filter(|fields| fields.concat() != "" || fields.len() > 1);
            header.to_owned() + &records.map(fields).collect::<String>()
        };
        let read = |text: &str| {
            let found = read_file(Format::Csv, text.as_bytes(), 99);
            found.map_err(|error| error.to_string().split_once('`').map(|(_, text)| text.split_once('`').map(|(_, text)| text.to_owned())))
        };
        prop_assert_eq!(read(&text("")), read(&text("\"")));
    }
}
