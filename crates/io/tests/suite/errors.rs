//! What is wrong with a file, and how it is said.

use crate::{FORMATS, data, read_file, read_stream, written};
use io::{Error, Format, Source};
use std::path::Path;

const GREATEST: u64 = 9_999_999_999;

/// The text of `error` after the name of the file.
fn after_name(error: &Error) -> String {
    let text = error.to_string();
    text.strip_prefix('`')
        .and_then(|text| text.split_once('`'))
        .map(|(_, text)| text.to_owned())
        .unwrap_or(text)
}

#[test]
fn bad_rows_and_columns_of_columnar_files() {
    let expected = format!("expected an integer from 0 to {GREATEST}");
    for (name, text) in [
        ("null", format!(", row 34, column `a`: operand `null`: {expected}")),
        ("negative", format!(", row 21, column `b`: operand `-5`: {expected}")),
        ("great", format!(", row 40, column `a`: operand `10000000000`: {expected}")),
        ("missing", ": found columns `a`, `c`: expected a column `b`".to_owned()),
    ] {
        for (format, extension) in
            [(Format::Arrow, "arrow"), (Format::ArrowStream, "arrows"), (Format::Parquet, "parquet")]
        {
            let bytes = data(&format!("bad_{name}.{extension}"));
            let error = read_file(format, &bytes, GREATEST).unwrap_err();
            assert_eq!(after_name(&error), text, "{name}.{extension}");
        }
        let error =
            read_stream(Format::ArrowStream, &data(&format!("bad_{name}.arrows")), GREATEST).unwrap_err();
        assert_eq!(error.to_string(), format!("`stdin`{text}"));
    }
}

#[test]
fn other_types_are_named() {
    for (file, column, found) in [
        ("bad_text.arrow", "b", "utf8"),
        ("bad_float.arrow", "a", "float64"),
        ("bad_time.arrow", "b", "timestamp"),
        ("bad_text.parquet", "b", "BYTE_ARRAY as STRING"),
        ("bad_float.parquet", "a", "DOUBLE"),
    ] {
        let error = read_file(Format::of(Path::new(file)), &data(file), GREATEST).unwrap_err();
        let expected = format!("expected integers; cast it: `CAST({column} AS UBIGINT)`");
        assert_eq!(after_name(&error), format!(", column `{column}`: found {found}: {expected}"), "{file}");
    }
    let error = read_file(Format::Parquet, &data("bad_time.parquet"), GREATEST).unwrap_err();
    assert!(after_name(&error).starts_with(", column `b`: found INT64 as TIMESTAMP"), "{error}");
}

/// Every file that is cut anywhere is an error, except where a text or a stream may end.
#[test]
fn cut_files() {
    for file in ["plain.arrow", "lz4.arrow", "zstd.arrow", "plain.parquet", "lz4.parquet", "zstd.parquet"] {
        let (format, bytes) = (Format::of(Path::new(file)), data(file));
        for length in 0..bytes.len() {
            assert!(read_file(format, &bytes[..length], GREATEST).is_err(), "{file} cut at {length}");
        }
    }
    for file in ["plain.arrows", "lz4.arrows", "more_all.arrows"] {
        let bytes = data(file);
        let whole = read_file(Format::ArrowStream, &bytes, GREATEST).unwrap();
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            let from_file = read_file(Format::ArrowStream, cut, GREATEST);
            for found in [from_file, read_stream(Format::ArrowStream, cut, GREATEST)].into_iter().flatten() {
                // Between two batches a stream may end, marked or not.
                assert!(found.len() % 16 == 0 || found.len() == 40, "{file} cut at {length}");
                assert!(whole.starts_with(&found), "{file} cut at {length}");
            }
        }
    }
}

#[test]
fn another_format_than_the_name_says() {
    let pairs = [(1, 2), (3, 4)];
    for written_as in FORMATS {
        let bytes = written(written_as, &pairs, &[Some(3), None], 2);
        for read_as in FORMATS.into_iter().filter(|&format| format != written_as) {
            // An Arrow file and an Arrow stream know themselves apart.
            let arrow = [Format::Arrow, Format::ArrowStream];
            if arrow.contains(&read_as) && arrow.contains(&written_as) {
                assert_eq!(read_file(read_as, &bytes, GREATEST).unwrap(), pairs);
                continue;
            }
            let error = read_file(read_as, &bytes, GREATEST).unwrap_err().to_string();
            assert!(error.contains("expected"), "{written_as:?} as {read_as:?}: {error}");
        }
    }
    let error = |format, bytes: &[u8]| after_name(&read_file(format, bytes, 9).unwrap_err());
    for format in [Format::Arrow, Format::ArrowStream] {
        let expected = ": found neither `ARROW1` nor a message at its start: expected Arrow";
        assert_eq!(error(format, b"a,b\n1,2\n"), expected);
    }
    assert_eq!(
        error(Format::Arrow, b"ARROW1\0\0cut"),
        ": found no `ARROW1` at its end: expected an Arrow file that is not cut"
    );
    let expected = ": found no `PAR1` at its start: expected a Parquet file";
    assert_eq!(error(Format::Parquet, b"a,b\n1,2\n3,4\n"), expected);
    let expected = ": found a Parquet file: expected CSV; say `--input-format parquet`";
    assert_eq!(error(Format::Csv, &data("plain.parquet")), expected);
}

#[test]
fn streams_and_folders() {
    for (format, file, name) in [
        (Format::Parquet, "plain.parquet", "a Parquet file"),
        (Format::Arrow, "plain.arrow", "an Arrow file"),
        (Format::ArrowStream, "plain.arrow", "an Arrow file"),
    ] {
        let error = read_stream(format, &data(file), 9).unwrap_err().to_string();
        assert!(error.contains(&format!("`stdin` is a stream: {name} is read from its end")), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let error = Source::open(folder.path(), format, 9).unwrap_err().to_string();
        assert!(error.contains("found a folder: expected a file"), "{error}");
        let error = Source::open(&folder.path().join("none"), format, 9).unwrap_err().to_string();
        assert!(error.starts_with("cannot read `"), "{error}");
    }
}

/// Whatever stands behind what a file says of itself is an error: rows would be missing, and nobody would know.
#[test]
fn nothing_may_follow_the_end() {
    let pairs: Vec<_> = (0..40).map(|k| (k, 2 * k)).collect();
    let sums: Vec<_> = pairs.iter().map(|(a, b)| Some(a + b)).collect();
    let good = [
        (Format::Arrow, vec!["plain.arrow", "old.arrow", "zstd.arrow", "more_all.arrow"]),
        (Format::ArrowStream, vec!["plain.arrows", "lz4.arrows", "more_all.arrows", "old.arrows"]),
        (Format::Parquet, vec!["plain.parquet", "small.parquet", "zstd.parquet", "more.parquet"]),
    ];
    for (format, files) in good {
        let own = written(format, &pairs, &sums, 16);
        let all = files.into_iter().map(data).chain([own]).collect::<Vec<_>>();
        for first in &all {
            let behind =
                all.iter().map(Vec::as_slice).chain([&b"x"[..], b"\n", &[0; 8], &[0xff; 4], &[0; 100]]);
            for second in behind {
                let bytes = [first.as_slice(), second].concat();
                assert!(read_file(format, &bytes, GREATEST).is_err(), "{format:?} file");
                if format == Format::ArrowStream {
                    let error = read_stream(format, &bytes, GREATEST).unwrap_err();
                    assert_eq!(
                        after_name(&error),
                        ", after row 40: found more behind the end of the stream: expected one stream"
                    );
                    assert_eq!(
                        after_name(&read_file(format, &bytes, GREATEST).unwrap_err()),
                        after_name(&error)
                    );
                }
            }
        }
    }
}

/// A stream need not mark its end; another one behind it is found by its schema.
#[test]
fn a_second_stream_behind_one_without_an_end() {
    for marked in ["plain.arrows", "lz4.arrows", "more_all.arrows"] {
        let bytes = data(marked);
        let bare = &bytes[..bytes.len() - 8];
        assert_eq!(read_file(Format::ArrowStream, bare, GREATEST).unwrap().len(), 40, "{marked}");
        let two = [bare, &bytes].concat();
        let expected = ", after row 40: found more behind the end of the stream: expected one stream";
        for error in
            [read_file(Format::ArrowStream, &two, GREATEST), read_stream(Format::ArrowStream, &two, GREATEST)]
        {
            assert_eq!(after_name(&error.unwrap_err()), expected, "{marked}");
        }
    }
}

#[test]
fn two_files_in_one_are_said_to_be_two() {
    let error = |format, name: &str| {
        let bytes = data(name);
        after_name(&read_file(format, &[bytes.clone(), bytes].concat(), GREATEST).unwrap_err())
    };
    for (format, name, kind) in
        [(Format::Arrow, "plain.arrow", "Arrow"), (Format::Parquet, "plain.parquet", "Parquet")]
    {
        let text = error(format, name);
        assert!(
            text.ends_with(&format!("bytes that its index does not name: expected one {kind} file")),
            "{text}"
        );
    }
    let csv = [b"a,b\n1,2\n".as_slice(), b"a,b\n3,4\n"].concat();
    let expected = ", line 3, column 1: operand `a`: expected an integer from 0 to 9999999999";
    assert_eq!(after_name(&read_file(Format::Csv, &csv, GREATEST).unwrap_err()), expected);
    assert_eq!(after_name(&read_stream(Format::Csv, &csv, GREATEST).unwrap_err()), expected);
}

/// A name that stands twice names no column.
#[test]
fn two_columns_of_one_name() {
    for file in ["bad_twice.arrow", "bad_twice.arrows", "bad_twice.parquet"] {
        let error = read_file(Format::of(Path::new(file)), &data(file), GREATEST).unwrap_err();
        assert_eq!(after_name(&error), ": found 2 columns named `a`: expected one", "{file}");
    }
    for text in ["a,a,b\n1,2,3\n", "A,b,a,a\n1,2,3,4\n", "\"a\",a,b\n"] {
        let error = read_file(Format::Csv, text.as_bytes(), GREATEST).unwrap_err();
        assert_eq!(after_name(&error), ": found 2 columns named `a`: expected one", "{text:?}");
    }
}
