//! Files as tables of any columns: what is said of them before their rows.

use crate::data;
use crate::inputs::{read, rows, wrong};
use io::{Error, Format, Table};
use std::io::Write;

fn look(format: Format, bytes: &[u8]) -> Result<Table, Error> {
    let mut file = tempfile::Builder::new().prefix("table").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Table::look(file.path(), format)
}

#[test]
fn whatever_is_read_as_pairs_is_a_table() {
    for (row, files) in read() {
        for (place, (format, bytes)) in files.into_iter().enumerate() {
            let table = look(format, &bytes).unwrap_or_else(|error| panic!("{row} {place}: {error}"));
            let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            assert!(names.contains(&"a") && names.contains(&"b"), "{row} {place}: {names:?}");
            assert!(table.columns.iter().all(|column| column.wide.is_none()), "{row} {place}");
            assert_eq!(table.header, row != "CSV without a header, two fields a line");
        }
    }
}

#[test]
fn what_is_none_of_ours_has_the_same_message_and_a_cure_for_files() {
    let rows = rows("| input | what happens |");
    for (row, format, bytes) in wrong() {
        let expected = rows[row].replace(" | nanoadder add --input -`", " > pairs.csv`");
        if expected == rows[row] && !expected.contains("expected CSV, Arrow or Parquet") {
            continue;
        }
        let error = look(format, &bytes).unwrap_err().to_string();
        assert!(error.ends_with(&expected), "{row}: {error}\n{expected}");
    }
    let error = look(Format::Csv, &data("plain.arrows")).unwrap_err().to_string();
    assert!(error.ends_with("found an Arrow stream: expected CSV; name it `.arrows`"), "{error}");
}

#[test]
fn what_is_cut_or_goes_on_is_none() {
    for (name, format) in [
        ("plain.arrow", Format::Arrow),
        ("plain.arrows", Format::ArrowStream),
        ("plain.parquet", Format::Parquet),
    ] {
        let whole = data(name);
        assert!(look(format, &whole).is_ok(), "{name}");
        assert!(look(format, &[whole.clone(), whole.clone()].concat()).is_err(), "{name} twice");
        for length in [whole.len() / 4, whole.len() / 2, whole.len() - 20] {
            assert!(look(format, &whole[..length]).is_err(), "{name} {length}");
        }
    }
}
