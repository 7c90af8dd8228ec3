//! The binary: files in, rows out, exit statuses.

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::parquet::arrow::ArrowWriter;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nanoadder-sql"));
    command.args(args);
    command
}

fn ran(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

/// What a query that runs prints.
pub(crate) fn printed(args: &[&str]) -> String {
    let output = ran(args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // No terminal, so no bar.
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// What is said of a query that cannot run.
pub(crate) fn said(args: &[&str]) -> String {
    let output = ran(args);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: "), "{text}");
    text
}

/// The pairs (1, 2), (3, 4), … in a file of each format.
fn write_files(folder: &Path) -> Vec<String> {
    let rows = 0..20_000_u64;
    let unsigned = |first: u64| {
        Arc::new(UInt64Array::from_iter_values(rows.clone().map(|row| 2 * row + first))) as ArrayRef
    };
    let signed = |first: i64| {
        Arc::new(Int64Array::from_iter_values((0..20_000).map(|row| 2 * row + first))) as ArrayRef
    };
    let batch = RecordBatch::try_from_iter([("a", unsigned(1)), ("b", signed(2))]).unwrap();
    let path = |name: &str| folder.join(name);
    let mut parquet =
        ArrowWriter::try_new(File::create(path("t.parquet")).unwrap(), batch.schema(), None).unwrap();
    parquet.write(&batch).unwrap();
    parquet.close().unwrap();
    for name in ["t.arrow", "t.feather"] {
        let mut arrow = FileWriter::try_new(File::create(path(name)).unwrap(), &batch.schema()).unwrap();
        arrow.write(&batch).unwrap();
        arrow.finish().unwrap();
    }
    let lines: String = rows.map(|row| format!("{},{}\n", 2 * row + 1, 2 * row + 2)).collect();
    std::fs::write(path("t.csv"), format!("a,b\n{lines}")).unwrap();
    ["t.parquet", "t.arrow", "t.feather", "t.csv"]
        .map(|name| path(name).to_str().unwrap().to_owned())
        .to_vec()
}

#[test]
fn files_are_tables() {
    let folder = tempfile::tempdir().unwrap();
    for file in write_files(folder.path()) {
        let table = format!("t={file}");
        let query = "SELECT count(*) AS rows, sum(nanoadder('nanoadder-58', a, b)) AS sum FROM t";
        let args = ["--table", &table, "--threads", "2", "--format", "csv", query];
        // The sum of 4 row + 3 over 20,000 rows.
        assert_eq!(printed(&args), "rows,sum\n20000,800020000\n", "{file}");
    }
}

#[test]
fn formats() {
    let query = "SELECT a, nanoadder('nanoadder-58', a, b) AS sum FROM (VALUES (1, 2), (NULL, 3)) AS t(a, b) ORDER BY sum";
    let in_format = |format| printed(&["--format", format, query]);
    assert_eq!(
        in_format("table"),
        "+---+-----+\n| a | sum |\n+---+-----+\n| 1 | 3   |\n|   |     |\n+---+-----+\n"
    );
    assert_eq!(in_format("csv"), "a,sum\n1,3\n,\n");
    assert_eq!(
        in_format("json"),
        "{\"schema_version\":1,\"rows\":[\n{\"a\":1,\"sum\":3},\n{\"a\":null,\"sum\":null}\n]}\n"
    );
    let none = "SELECT 1 AS one WHERE false";
    assert_eq!(printed(&["--format", "csv", none]), "one\n");
    assert_eq!(printed(&["--format", "json", none]), "{\"schema_version\":1,\"rows\":[]}\n");
    let found = "SELECT verify_shard('nanoadder-58', 'edge-cases', 0, 0, 10) AS found";
    assert!(printed(&["--format", "csv", found]).contains("pairs: 10"));
    assert!(printed(&["--format", "json", found]).contains("\"wrong\":0"));
}

#[test]
fn a_table_is_cut_and_says_so() {
    let output = ran(&["SELECT a FROM adder_pairs(1, 0, 5000)"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1000 + 4);
    assert!(String::from_utf8(output.stderr).unwrap().contains("the first 1000 rows"));
    assert_eq!(printed(&["--format", "csv", "SELECT a FROM adder_pairs(1, 0, 5000)"]).lines().count(), 5001);
}

#[test]
fn models_of_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let model = zoo::find("kiguli-7").unwrap();
    let (text, blob) = (folder.path().join("mine.toml"), folder.path().join("mine.safetensors"));
    std::fs::write(&text, model.text).unwrap();
    std::fs::write(&blob, include_bytes!("../kiguli-7.safetensors")).unwrap();
    for path in [text, blob] {
        let named = format!("mine={}", path.display());
        assert_eq!(
            printed(&["--model", &named, "--format", "csv", "SELECT nanoadder('mine', 8, 5) AS s"]),
            "s\n13\n"
        );
    }
    assert!(said(&["SELECT nanoadder('mine', 8, 5)"]).contains("no model is named `mine`"));
    assert!(
        said(&["--model", "mine=/no/such.toml", "SELECT 1"])
            .contains("--model mine: cannot read the model file `/no/such.toml`")
    );
}

#[test]
fn queries_read_what_they_were_given_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret.csv");
    std::fs::write(&file, "a\n1\n").unwrap();
    let file = file.display();
    assert!(said(&[&format!("SELECT * FROM '{file}'")]).contains("not found"));
    assert!(
        said(&[&format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{file}'")])
            .contains("DDL not supported")
    );
    assert!(
        said(&[&format!("COPY (SELECT 1) TO '{}/out.csv'", folder.path().display())])
            .contains("DML not supported")
    );
    assert!(said(&["SET datafusion.execution.batch_size = 1"]).contains("Statement not supported"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_is_wrong_is_said() {
    assert!(said(&["SELEC 1"]).contains("SELEC"));
    assert!(
        said(&["--table", "t=/no/such.csv", "SELECT 1"]).contains("--table t: cannot read `/no/such.csv`")
    );
    assert!(said(&["--table", "t", "SELECT 1"]).contains("expected NAME=PATH"));
    assert!(said(&["--threads", "0", "SELECT 1"]).contains("--threads"));
    assert!(said(&["--cluster", "df://localhost:1", "SELECT 1"]).contains("integrations/cluster"));
    assert!(said(&["SELECT nanoadder('nanoadder-58', -1, 2)"]).contains("found -1"));
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("t.parquet");
    std::fs::write(&broken, "no parquet").unwrap();
    assert!(said(&["--table", &format!("t={}", broken.display()), "SELECT 1"]).contains("--table t: `"));
}

#[test]
fn a_table_with_two_columns_of_one_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let column = |value: i64| Arc::new(Int64Array::from(vec![value])) as ArrayRef;
    let field = |name| Field::new(name, DataType::Int64, false);
    let schema = Arc::new(Schema::new(vec![field("a"), field("a"), field("b")]));
    let batch = RecordBatch::try_new(schema.clone(), vec![column(1), column(2), column(3)]).unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut arrow = FileWriter::try_new(File::create(path("t.arrow")).unwrap(), &schema).unwrap();
    arrow.write(&batch).unwrap();
    arrow.finish().unwrap();
    let mut parquet = ArrowWriter::try_new(File::create(path("t.parquet")).unwrap(), schema, None).unwrap();
    parquet.write(&batch).unwrap();
    parquet.close().unwrap();
    std::fs::write(path("t.csv"), "a,a,b\n1,2,3\n").unwrap();
    for file in ["t.arrow", "t.parquet", "t.csv"] {
        let table = format!("t={}", path(file).display());
        let text = said(&["--table", &table, "SELECT nanoadder('nanoadder-58', a, b) FROM t"]);
        assert!(
            text.contains("--table t: `") && text.contains(": found 2 columns named `a`: expected one"),
            "{text}"
        );
    }
    // The parts of a table in a folder, too.
    std::fs::create_dir_all(path("parts")).unwrap();
    std::fs::rename(path("t.parquet"), path("parts/t.parquet")).unwrap();
    let table = format!("t={}", path("parts").display());
    let text = said(&["--table", &table, "SELECT 1"]);
    assert!(text.contains("found 2 columns named `a`: expected one"), "{text}");
}

#[test]
fn queries_from_stdin_and_names_in_capitals() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.csv"), "a,b\n1,2\n").unwrap();
    let table = format!("Pairs={}", folder.path().join("p.csv").display());
    let mut child = command(&["--table", &table, "--format", "csv", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"SELECT a + b AS s FROM \"Pairs\"").unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, b"s\n3\n");
}
