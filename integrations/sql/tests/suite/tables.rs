//! Files as tables: names of columns, types of operands, and what files say at the terminal.

use crate::binary::{command, printed, said};
use crate::data;
use crate::made::{arrow_file, integers};
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, Int64Array, RecordBatch, UInt64Array};
use datafusion::parquet::arrow::ArrowWriter;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

/// The argument that names a file with these bytes as the table `t`.
fn table(folder: &Path, name: &str, bytes: &[u8]) -> String {
    std::fs::write(folder.join(name), bytes).unwrap();
    format!("t={}", folder.join(name).display())
}

fn parquet(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns.iter().cloned()).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn sum(a: &str, b: &str) -> String {
    format!("SELECT sum(nanoadder('nanoadder-58', {a}, {b})) AS s FROM t")
}

#[test]
fn names_are_exact_or_in_the_other_case() {
    let folder = tempfile::tempdir().unwrap();
    let other = Arc::new(Int64Array::from(vec![10, 20, 30])) as ArrayRef;
    let columns = [("A", integers()), ("B", integers()), ("my Sum", other.clone())];
    for (name, bytes) in [("t.arrow", arrow_file(&columns, None)), ("t.parquet", parquet(&columns))] {
        let t = table(folder.path(), name, &bytes);
        let found = |query: &str| printed(&["--table", &t, "--format", "csv", query]);
        for (a, b) in [("a", "b"), ("A", "B"), ("t.a", "\"B\"")] {
            assert_eq!(found(&sum(a, b)), "s\n12\n", "{name} {a}");
        }
        assert_eq!(found("SELECT A FROM t WHERE a > 1 ORDER BY a DESC"), "A\n3\n2\n", "{name}");
        assert_eq!(found("SELECT sum(\"my Sum\") AS s FROM t"), "s\n60\n", "{name}");
        let text = said(&["--table", &t, &sum("\"a\"", "b")]);
        assert!(text.contains("No field named"), "a name in quotes is exact: {text}");
    }
    // Names that differ by case are two names, and the exact one is meant.
    let both = [("a", integers()), ("A", other), ("b", integers())];
    let t = table(folder.path(), "both.arrow", &arrow_file(&both, None));
    assert_eq!(printed(&["--table", &t, "--format", "csv", &sum("A", "b")]), "s\n12\n");
    assert_eq!(printed(&["--table", &t, "--format", "csv", &sum("\"A\"", "b")]), "s\n66\n");
}

#[test]
fn blanks_around_names_and_numbers_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["a ,\"b \",note\n1,  2,x\n3,4 ,\n\" 5\",6,y\n", "a,b\n1 , 2\n8,10\n", "1, 2\n8,10\n"] {
        let t = table(folder.path(), "t.csv", text.as_bytes());
        assert_eq!(printed(&["--table", &t, "--format", "csv", &sum("a", "b")]), "s\n21\n", "{text}");
    }
    // Blanks inside of a number are none around it.
    let t = table(folder.path(), "t.csv", b"a,b\n1 0,2\n");
    assert!(said(&["--table", &t, &sum("a", "b")]).contains("a: found Utf8: expected integers"));
}

#[test]
fn the_extension_says_the_format_as_for_the_command() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["t", "t.txt", "t.CSV", "t.dat"] {
        let t = table(folder.path(), name, b"a,b\n1,2\n3,4\n");
        assert_eq!(printed(&["--table", &t, "--format", "csv", &sum("a", "b")]), "s\n10\n", "{name}");
    }
    let stream = data("plain.arrows");
    for name in ["t.arrows", "t.arrow", "t.IPC", "t.feather"] {
        let t = table(folder.path(), name, &stream);
        assert_eq!(
            printed(&["--table", &t, "--format", "csv", "SELECT count(*) AS n FROM t"]),
            "n\n40\n",
            "{name}"
        );
    }
}

#[test]
fn what_is_cut_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["plain.arrow", "plain.arrows", "plain.parquet"] {
        let whole = data(name);
        for length in [whole.len() / 3, whole.len() / 2, whole.len() - 20] {
            let t = table(folder.path(), name, &whole[..length]);
            let text = said(&["--table", &t, &sum("a", "b")]);
            assert!(text.starts_with("error: --table t: `"), "{name} {length}: {text}");
        }
    }
}

#[test]
fn a_dictionary_is_a_type_in_arrow_and_none_in_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let keys = arrow_array::Int8Array::from(vec![0, 1, 1]);
    let dictionary = DictionaryArray::<Int8Type>::new(keys, Arc::new(UInt64Array::from(vec![7, 9])));
    let columns = [("a", Arc::new(dictionary) as ArrayRef), ("b", integers())];
    let t = table(folder.path(), "t.parquet", &parquet(&columns));
    assert_eq!(printed(&["--table", &t, "--format", "csv", &sum("a", "b")]), "s\n31\n");
    let t = table(folder.path(), "t.arrow", &arrow_file(&columns, None));
    assert!(
        said(&["--table", &t, &sum("a", "b")])
            .contains("a: found Dictionary(Int8, UInt64): expected integers")
    );
}

#[test]
fn what_a_file_says_does_not_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let t = table(folder.path(), "t.csv", "a\u{1b}[2J,b\u{202e}\nx\u{1b}[8m,1\n".as_bytes());
    let shown = printed(&["--table", &t, "SELECT * FROM t"]);
    assert!(
        shown.contains("a\\u{1b}[2J") && shown.contains("b\\u{202e}") && shown.contains("x\\u{1b}[8m"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'));
    for query in ["SELECT nosuch FROM t", "SELECT '\u{1b}[2J' + nosuch", "\u{1b}[2J"] {
        let text = said(&["--table", &t, query]);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    let text = said(&["--table", "x\u{1b}", "SELECT 1"]);
    assert!(text.contains("NAME=PATH") && !text.contains('\u{1b}'), "{text}");
    let long = "x".repeat(50_000);
    for query in [format!("SELECT {long}"), format!("SELECT nanoadder('{long}', 1, 2)")] {
        assert!(said(&[&query]).len() < 4_000);
    }
}

#[cfg(unix)]
#[test]
fn interrupts_end_a_query_at_once() {
    for signal in ["INT", "TERM"] {
        let endless =
            "SELECT sum(nanoadder('nanoadder-58', a, b)) FROM adder_pairs('hashed', 1, 0, 1000000000000)";
        let child = command(&[endless]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(700));
        let kill =
            std::process::Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "interrupted\n");
        assert!(output.stdout.is_empty());
    }
}
