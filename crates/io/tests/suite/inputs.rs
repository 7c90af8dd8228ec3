//! The rows of the tables in `docs/bulk.md` and files for each of them: `page` reads them as the command does, and the tests of
//! `integrations/sql` as tables of SQL.

use crate::data;
use crate::made::{
    arrow_file, arrow_stream, decimals, every_type, integers, old_arrow_file, others, parquet,
};
use arrow_array::ArrayRef;
use arrow_ipc::CompressionType;
use arrow_schema::DataType;
use io::Format;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use std::collections::BTreeMap;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/bulk.md");

/// The rows of the table that begins with `head`: the first cell, and the second.
pub(crate) fn rows(head: &str) -> BTreeMap<String, String> {
    let table = PAGE.split_once(head).unwrap().1.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let (input, answer) = line[2..].strip_suffix(" |").unwrap().split_once(" | ").unwrap();
        (input.to_owned(), answer.replace("\\|", "|"))
    };
    table.map(cells).collect()
}

/// The columns `a` and `b` with these in place of `a`'s integers.
pub(crate) fn with_a(a: ArrayRef) -> Vec<(&'static str, ArrayRef)> {
    vec![("a", a), ("b", integers())]
}

/// Files, each with the format that its name says.
pub(crate) type Files = Vec<(Format, Vec<u8>)>;

/// Files that are read, with the rows that they are in.
pub(crate) fn read() -> Vec<(&'static str, Files)> {
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
        if !is_run_ends(&columns[0].1) {
            any.push((Format::Arrow, old_arrow_file(&columns)));
        }
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

/// Run ends are younger than V5, so that no program writes them before it; what our test writes of them the engine of SQL refuses.
pub(crate) fn is_run_ends(column: &ArrayRef) -> bool {
    matches!(column.data_type(), DataType::RunEndEncoded(..))
}

/// What is refused, with the row that has its message.
pub(crate) fn wrong() -> Vec<(&'static str, Format, Vec<u8>)> {
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
        csv("a quote that is not closed", b"a,b,c\n1,2,\"x\n3,4,z\n"),
        csv("text behind a closing quote", b"a,b,c\n1,2,\"x\"y\n"),
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
pub(crate) fn wrong_everywhere() -> Vec<(&'static str, Format, Vec<u8>)> {
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
