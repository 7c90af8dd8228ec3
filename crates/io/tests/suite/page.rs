//! Every row of the tables in `docs/bulk.md`: what is read and what is refused, with its message.

use crate::made::{
    arrow_file, arrow_stream, decimals, every_type, integers, old_arrow_file, others, parquet,
};
use crate::{FORMATS, data, read_file, read_stream};
use arrow_array::ArrayRef;
use arrow_ipc::CompressionType;
use io::{Error, Format, Pair};
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use std::collections::BTreeMap;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/bulk.md");

const GREATEST: u64 = 9_999_999_999;

/// The rows of the table that begins with `head`: the first cell, and the second.
fn rows(head: &str) -> BTreeMap<String, String> {
    let table = PAGE.split_once(head).unwrap().1.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let (input, answer) = line[2..].strip_suffix(" |").unwrap().split_once(" | ").unwrap();
        (input.to_owned(), answer.replace("\\|", "|"))
    };
    table.map(cells).collect()
}

/// The columns `a` and `b` with these in place of `a`'s integers.
fn with_a(a: ArrayRef) -> Vec<(&'static str, ArrayRef)> {
    vec![("a", a), ("b", integers())]
}

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

/// Files, each with the format that its name says.
type Files = Vec<(Format, Vec<u8>)>;

/// Files that are read, with the rows that they are in.
fn read() -> Vec<(&'static str, Files)> {
    let arrow = |columns: &[(&str, ArrayRef)]| {
        vec![(Format::Arrow, arrow_file(columns, None)), (Format::ArrowStream, arrow_stream(columns))]
    };
    let fields = "required int64 a; required int64 b;";
    let packings = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    let whole = with_a(integers());
    let swapped = [(Format::ArrowStream, arrow_file(&whole, None)), (Format::Arrow, arrow_stream(&whole))];
    let packed = [CompressionType::LZ4_FRAME, CompressionType::ZSTD]
        .map(|packing| (Format::Arrow, arrow_file(&whole, Some(packing))));
    let mut wide: Vec<_> =
        [32, 64, 128, 256].iter().flat_map(|&bits| arrow(&with_a(decimals(bits, 0)))).collect();
    for a in [
        "int32 a (DECIMAL(9, 0))",
        "int64 a (DECIMAL(18, 0))",
        "fixed_len_byte_array(3) a (DECIMAL(5, 0))",
        "fixed_len_byte_array(16) a (DECIMAL(38, 0))",
        "fixed_len_byte_array(32) a (DECIMAL(76, 0))",
        "binary a (DECIMAL(38, 0))",
    ] {
        let fields = format!("required {a}; required int64 b;");
        wide.push((Format::Parquet, parquet(&fields, Compression::UNCOMPRESSED)));
    }
    let mut any = Vec::new();
    for other in every_type() {
        let columns =
            [("x", other.clone()), ("a", integers()), ("y", other.clone()), ("b", integers()), ("z", other)];
        any.extend(arrow(&columns));
        any.push((Format::Arrow, old_arrow_file(&columns)));
    }
    let others = "optional boolean x0; required int96 x1; optional float x2; optional binary x3 (UTF8);
        optional fixed_len_byte_array(16) x4 (UUID); optional fixed_len_byte_array(2) x5 (FLOAT16);
        optional fixed_len_byte_array(12) x6 (INTERVAL); optional binary x7 (DECIMAL(20, 3));
        optional int64 x8 (TIMESTAMP(NANOS, true)); optional group x9 { optional int64 a; optional binary b; }
        optional group x10 (LIST) { repeated group list { optional int64 element; } }
        optional group x11 (MAP) { repeated group key_value { required binary key; optional int64 value; } }
        repeated int64 x12; optional int32 x13 (DATE); optional binary x14 (JSON); optional binary x15 (ENUM);";
    any.push((Format::Parquet, parquet(&format!("{others} {fields}"), Compression::SNAPPY)));
    let small = [
        "int32 a (INTEGER(8,false))",
        "int32 a (INTEGER(16,true))",
        "int32 a",
        "int64 a (INTEGER(64,false))",
    ]
    .map(|a| {
        (Format::Parquet, parquet(&format!("required {a}; required int64 b;"), Compression::UNCOMPRESSED))
    });
    vec![
        (
            "CSV with a header and other columns, quoted fields, any line end, a mark of byte order",
            vec![
                (Format::Csv, b"\xef\xbb\xbfb,note,a\r\n1,\"x,\ny\",1\r\n2,,\"2\"\n3,z,3".to_vec()),
                (Format::Csv, b"a,b\r1,1\r2,2\r3,3\r".to_vec()),
            ],
        ),
        ("CSV without a header, two fields a line", vec![(Format::Csv, b"1,1\n2,2\n3,3\n".to_vec())]),
        ("an Arrow file or stream under `.arrow`, `.ipc`, `.feather` or `.arrows`", swapped.to_vec()),
        ("Arrow in LZ4 or Zstandard", packed.to_vec()),
        (
            "Parquet in Snappy, gzip, Brotli, LZ4 or Zstandard",
            packings.map(|packing| (Format::Parquet, parquet(fields, packing))).to_vec(),
        ),
        ("integers of 8 to 64 bits", small.to_vec()),
        ("decimals without places: 32, 64, 128 and 256 bits", wide),
        ("other columns of any type, nested ones too", any),
    ]
}

/// What is refused, with the row that has its message.
fn wrong() -> Vec<(&'static str, Format, Vec<u8>)> {
    let made = |a: &str| parquet(&format!("{a} required int64 b;"), Compression::UNCOMPRESSED);
    let other = |wanted: &str| {
        let found = others().into_iter().find(|(name, _)| *name == wanted).unwrap().1;
        arrow_file(&with_a(found), None)
    };
    let twice = |file: &str| [data(file), data(file)].concat();
    let zip = |entry: &[u8]| [b"PK\x03\x04".as_slice(), &[0; 26], entry].concat();
    let csv = |row, text: &[u8]| (row, Format::Csv, text.to_vec());
    vec![
        ("a decimal with places in Arrow", Format::Arrow, arrow_file(&with_a(decimals(128, 2)), None)),
        ("a decimal with places in Parquet", Format::Parquet, made("required int64 a (DECIMAL(18, 2));")),
        ("floating point in Arrow", Format::Arrow, other("float64")),
        (
            "floating point in Parquet, as DuckDB writes its HUGEINT",
            Format::Parquet,
            made("required double a;"),
        ),
        ("text in Arrow", Format::Arrow, other("utf8")),
        ("text in Parquet", Format::Parquet, made("required binary a (STRING);")),
        ("a nested column in Arrow", Format::Arrow, other("list")),
        (
            "a nested column in Parquet",
            Format::Parquet,
            made("optional group a (LIST) { repeated group list { optional int64 element; } }"),
        ),
        csv("more fields than in the header", b"a,b\n1,234,5,678\n"),
        csv("fewer fields than in the header", b"a,b\n1\n"),
        csv("more than two fields and no header", b"1,234,5,678\n"),
        csv("semicolons between fields", b"a;b\n1;2\n"),
        csv("tabs between fields", b"a\tb\n1\t2\n"),
        csv("bars between fields", b"1|2\n"),
        csv("UTF-16", b"\xff\xfea\0,\0b\0\n\0"),
        csv("UTF-16", b"\xfe\xff\0a\0,\0b\0\n"),
        csv("UTF-32", b"\xff\xfe\0\0a\0\0\0"),
        csv("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        ("gzip", Format::Parquet, b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec()),
        ("gzip", Format::Arrow, b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec()),
        csv("xz", b"\xfd7zXZ\0\0\x04"),
        csv("bzip2", b"BZh91AY&SY"),
        csv("Zstandard around a whole file", b"\x28\xb5\x2f\xfd\x04"),
        csv("LZ4 around a whole file", b"\x04\x22\x4d\x18\x64"),
        csv("zip", &zip(b"pairs.csv")),
        csv("a spreadsheet: .xlsx, .ods, .xls", &zip(b"[Content_Types].xml")),
        csv(
            "a spreadsheet: .xlsx, .ods, .xls",
            &zip(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
        ),
        csv("a spreadsheet: .xlsx, .ods, .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        csv("JSON, an array", b"[{\"a\":1,\"b\":2}]"),
        csv("JSON, an array", b"[\n  {\n    \"a\": 1"),
        csv("JSON, a value on each line", b"{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n"),
        csv("SQLite", b"SQLite format 3\0"),
        ("an encrypted Parquet file", Format::Parquet, b"PARE....".to_vec()),
        ("Feather version 1", Format::Arrow, b"FEA1....".to_vec()),
        csv("Parquet as CSV", &data("plain.parquet")),
        csv("an Arrow stream as CSV", &data("plain.arrows")),
        ("an Arrow file as Parquet", Format::Parquet, data("plain.arrow")),
        ("text as Parquet", Format::Parquet, b"a,b\n1,2\n".to_vec()),
        ("text as Arrow", Format::Arrow, b"a,b\n1,2\n".to_vec()),
        ("text as Arrow", Format::ArrowStream, b"1,2".to_vec()),
        csv("two CSV files, one behind the other", b"a,b\n1,2\na,b\n3,4\n"),
        ("two Arrow streams, one behind the other", Format::ArrowStream, twice("plain.arrows")),
        ("two Arrow files, one behind the other", Format::Arrow, twice("plain.arrow")),
        ("two Parquet files, one behind the other", Format::Parquet, twice("plain.parquet")),
    ]
}

/// The same fault in each format.
fn wrong_everywhere() -> Vec<(&'static str, Format, Vec<u8>)> {
    let mut all = Vec::new();
    for (row, file) in [
        ("no column `b`", "missing"),
        ("two columns of one name", "twice"),
        ("a null", "null"),
        ("a negative number", "negative"),
    ] {
        for extension in ["arrow", "arrows", "parquet"] {
            let file = format!("bad_{file}.{extension}");
            all.push((row, Format::of(Path::new(&file)), data(&file)));
        }
    }
    all.push(("two columns of one name", Format::Csv, b"a,b,a\n1,2,3\n".to_vec()));
    all
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
