//! Every row of the tables in `docs/bulk.md` as tables of SQL: the same rows and sums as the command has, or an error in both.

use crate::binary::{printed, said};
use crate::inputs::{read, rows, wrong, wrong_everywhere};
use io::Format;
use std::path::{Path, PathBuf};

/// A file of these bytes under a name that says its format.
fn written(folder: &Path, number: usize, format: Format, bytes: &[u8]) -> PathBuf {
    let ending = match format {
        Format::Csv => "csv",
        Format::Arrow => "arrow",
        Format::ArrowStream => "arrows",
        Format::Parquet => "parquet",
    };
    let path = folder.join(format!("t{number}.{ending}"));
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The rows of all `files`, each with the number of its file.
fn sums(files: &[PathBuf]) -> Vec<String> {
    let mut lines = Vec::new();
    for (part, files) in files.chunks(40).enumerate() {
        let (mut args, mut queries) = (vec!["--format".to_owned(), "csv".to_owned()], Vec::new());
        for (number, file) in files.iter().enumerate() {
            args.extend(["--table".to_owned(), format!("t{number}={}", file.display())]);
            let number = part * 40 + number;
            queries.push(format!(
                "SELECT {number} AS n, CAST(a AS BIGINT) AS a, CAST(b AS BIGINT) AS b, CAST(nanoadder('nanoadder-58', a, b) AS BIGINT) AS s FROM t{}",
                number % 40
            ));
        }
        args.push(format!("{} ORDER BY n, a", queries.join(" UNION ALL ")));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        lines.extend(printed(&args).lines().skip(1).map(ToOwned::to_owned));
    }
    lines
}

/// What is wrong with a table of this file. Its sum is asked for, for rows are printed as they come.
fn refused(file: &Path) -> String {
    let table = format!("t={}", file.display());
    said(&["--table", &table, "SELECT sum(nanoadder('nanoadder-58', a, b)) FROM t"])
}

#[test]
fn every_row_of_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let (mut all, mut here) = (rows("| input | what happens |"), rows("| input | in SQL |"));
    for (row, files) in read() {
        let files: Vec<_> = files
            .iter()
            .enumerate()
            .map(|(number, (format, bytes))| written(folder.path(), number, *format, bytes))
            .collect();
        let expected: Vec<_> = (0..files.len())
            .flat_map(|file| (1..=3).map(move |row| format!("{file},{row},{row},{}", 2 * row)))
            .collect();
        assert_eq!(sums(&files), expected, "{row}");
        assert!(here.get(row).is_none(), "{row} is the same");
        assert_eq!(all.remove(row).as_deref(), Some("read"), "{row}");
    }
    let mut seen = Vec::new();
    for (row, format, bytes) in wrong().into_iter().chain(wrong_everywhere()) {
        let file = written(folder.path(), 0, format, &bytes);
        let expected = here.get(row).cloned().unwrap_or_else(|| {
            all[row]
                .replace(" | nanoadder add --input -`", " > pairs.csv`")
                .replace("say `--input-format arrow-stream`", "name it `.arrows`")
                .replace("say `--input-format ", "name it `.")
        });
        if row == "a null" {
            assert_eq!(expected, "read; the sum is null");
            let table = format!("t={}", file.display());
            let query = "SELECT count(*) - count(nanoadder('nanoadder-58', a, b)) AS n FROM t";
            assert_eq!(printed(&["--table", &table, "--format", "csv", query]), "n\n1\n", "{row}");
        } else {
            let found = refused(&file);
            assert!(found.contains(&expected), "{row}: {expected}\n{found}");
            assert!(!found.contains("Candidate") && !found.contains("report it"), "{found}");
        }
        std::fs::remove_file(file).unwrap();
        seen.push(row);
    }
    for row in ["an Arrow file on stdin", "a Parquet file on stdin"] {
        assert!(refused(Path::new("-")).contains(&here[row]));
        seen.push(row);
    }
    for rows in [&mut all, &mut here] {
        rows.retain(|row, _| !seen.contains(&row.as_str()));
        assert!(rows.is_empty(), "no test for {rows:?}");
    }
}
