//! Every row of the tables in `docs/bulk.md`: what is read and what is refused, with its message.

use crate::inputs::{is_run_ends, read, rows, with_a, wrong, wrong_everywhere};
use crate::made::{arrow_file, arrow_stream, every_type, integers, old_arrow_file, others};
use crate::{FORMATS, data, read_file, read_stream};
use io::{Error, Format, Pair};
use std::path::Path;

const GREATEST: u64 = 9_999_999_999;

/// What is wrong with a file and with a stream of the same bytes, which is the same where streams are read at all.
fn refused(format: Format, bytes: &[u8]) -> String {
    let place = |error: Error| {
        // Behind the name of the file, which stands in backticks.
        let text = error.to_string();
        text.splitn(3, '`').last().unwrap().trim_start_matches([',', ':', ' ']).to_owned()
    };
    let error = place(read_file(format, bytes, GREATEST).unwrap_err());
    let streamed = place(read_stream(format, bytes, GREATEST).unwrap_err());
    assert!(streamed == error || streamed.contains("is read from its end"), "{streamed}\n{error}");
    error
}

#[test]
fn inputs() {
    let mut rows = rows("| input | what happens |");
    let mut seen = Vec::new();
    let pairs: Vec<Pair> = (1..=3).map(|number| (number, number)).collect();
    for (row, files) in read() {
        assert_eq!(rows.get(row).map(String::as_str), Some("read"), "{row}");
        for (place, (format, bytes)) in files.into_iter().enumerate() {
            let found =
                read_file(format, &bytes, GREATEST).unwrap_or_else(|error| panic!("{row} {place}: {error}"));
            assert_eq!(found, pairs, "{row} {place}");
            if let Ok(found) = read_stream(format, &bytes, GREATEST) {
                assert_eq!(found, pairs, "{row} {place} through a pipe");
            }
        }
        seen.push(row);
    }
    for (row, format, bytes) in wrong().into_iter().chain(wrong_everywhere()) {
        assert_eq!(rows.get(row), Some(&refused(format, &bytes)), "{row}");
        seen.push(row);
    }
    for (row, file) in
        [("an Arrow file on stdin", "plain.arrow"), ("a Parquet file on stdin", "plain.parquet")]
    {
        // Whatever was asked for: what is wrong is told at once.
        for format in FORMATS {
            let error = read_stream(format, &data(file), GREATEST).unwrap_err().to_string();
            assert_eq!(rows.get(row).map(|text| format!("`stdin` {text}")), Some(error), "{row}");
        }
        seen.push(row);
    }
    rows.retain(|row, _| !seen.contains(&row.as_str()));
    assert!(rows.is_empty(), "no test for {rows:?}");
}

#[test]
fn run_ends_before_v5() {
    for other in every_type().into_iter().filter(is_run_ends) {
        let file = old_arrow_file(&[("x", other), ("a", integers()), ("b", integers())]);
        assert_eq!(read_file(Format::Arrow, &file, GREATEST).unwrap(), [(1, 1), (2, 2), (3, 3)]);
    }
}

#[test]
fn outputs() {
    let rows = rows("| output | what happens |");
    assert!(rows.len() > 4);
    for (names, answer) in rows {
        for name in names.split(", ").map(|name| name.trim_matches('`')) {
            let found = match Format::of_output(Path::new(name)) {
                Ok(_) => "written".to_owned(),
                Err(error) => error.to_string().strip_prefix(&format!("`{name}`: ")).unwrap().to_owned(),
            };
            assert_eq!(found, answer, "{name}");
        }
    }
}

/// Any other type is named, with the cure.
#[test]
fn other_types() {
    for (kind, column) in others() {
        let expected = format!("column `a`: found {kind}: expected integers; cast it: `CAST(a AS UBIGINT)`");
        let columns = with_a(column);
        assert_eq!(refused(Format::Arrow, &arrow_file(&columns, None)), expected);
        assert_eq!(refused(Format::ArrowStream, &arrow_stream(&columns)), expected);
    }
}
