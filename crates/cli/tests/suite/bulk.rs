//! Files of pairs.

use crate::command;
use std::fs;
use std::path::Path;

/// Writes `text` as `p.csv` into `folder`, and its format by way of the program itself.
fn converted(folder: &Path, text: &str, name: &str) {
    fs::write(folder.join("p.csv"), text).unwrap();
    let folder = folder.display();
    command(&format!("add --input {folder}/p.csv --output {folder}/{name}")).assert().code(0);
}

#[test]
fn csv_from_stdin_to_stdout() {
    let output = "a,b,sum\n1,2,3\n9999999999,1,10000000000\n";
    for input in [
        "a,b\n1,2\n9999999999,1\n",
        "1,2\n9999999999,1\n",
        "b,note,a\n2,x,1\n1,y,9999999999\n",
        " 1 , 2\n9999999999,1",
    ] {
        command("add --input - --quiet").stdin(input).assert().code(0).stdout_eq(output).stderr_eq("");
    }
    command("add --input -")
        .stdin("1,2\n")
        .assert()
        .code(0)
        .stderr_eq("1 pair added by nanoadder-58, 0 wrong\n");
    command("add --input -").stdin("").assert().code(0).stdout_eq("a,b,sum\n");
    command("add --input - --model gist-58").stdin("9999999999,0\n").assert().code(1);
}

#[test]
fn many_rows_keep_their_order() {
    let pairs: Vec<(u64, u64)> = (0..150_000).map(|i| (i * 66_667 % 10_000_000_000, i * 31_337)).collect();
    let input: String = pairs.iter().map(|(a, b)| format!("{a},{b}\n")).collect();
    let output: String = pairs.iter().map(|(a, b)| format!("{a},{b},{}\n", a + b)).collect();
    let found = command("add --input -").stdin(input).assert().code(0).get_output().stdout.clone();
    assert!(found == format!("a,b,sum\n{output}").into_bytes());
}

#[test]
fn a_bad_line_is_named_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("pairs.csv"), folder.path().join("sums.csv"));
    let run = |text: &str| {
        fs::write(&input, text).unwrap();
        let line = format!("add --input {} --output {}", input.display(), output.display());
        command(&line).assert()
    };
    run("a,b\n1,2\n").code(0).stdout_eq("");
    assert_eq!(fs::read_to_string(&output).unwrap(), "a,b,sum\n1,2,3\n");
    fs::remove_file(&output).unwrap();

    let place =
        |line: usize, column: usize| format!("error: `{}`, line {line}, column {column}: ", input.display());
    run("a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n11,x\n")
        .code(2)
        .stdout_eq("")
        .stderr_eq(format!("{}operand `x`: expected an integer from 0 to 9999999999\n", place(7, 2)));
    run("1,2\n-3,4\n")
        .code(2)
        .stderr_eq(format!("{}operand `-3`: expected an integer from 0 to 9999999999\n", place(2, 1)));
    run("1,2\n3\n").code(2).stderr_eq(format!(
        "error: `{}`, line 2: found 1 field: expected 2, as many as in the first line\n",
        input.display()
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the input is left");

    command("add --input nosuch.csv").assert().code(2).stdout_eq("");
    command("add 1 2 --input nosuch.csv").assert().code(2).stdout_eq("");
    let folder_itself = format!("add --input {} --output {}", input.display(), folder.path().display());
    command(&folder_itself).assert().code(2).stderr_eq(format!(
        "error: `{}`: found a folder: expected a file\n",
        fs::canonicalize(folder.path()).unwrap().display()
    ));
    let nowhere = format!("add --input {} --output {}/no/such.csv", input.display(), folder.path().display());
    command(&nowhere).assert().code(2);
}

#[test]
fn every_format_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    for name in ["p.arrow", "p.feather", "p.arrows", "p.parquet"] {
        converted(folder.path(), "a,b\n1,2\n9999999999,1\n", name);
        // Its columns `a` and `b` are an input again.
        command(&format!("add --input {path}/{name} --quiet"))
            .assert()
            .code(0)
            .stdout_eq("a,b,sum\n1,2,3\n9999999999,1,10000000000\n");
    }
    // An extension is only a hint.
    fs::rename(folder.path().join("p.parquet"), folder.path().join("p.bin")).unwrap();
    command(&format!("add --input {path}/p.bin")).assert().code(2).stdout_eq("").stderr_eq(format!(
        "error: `{path}/p.bin`: found a Parquet file: expected CSV; say `--input-format parquet`\n"
    ));
    command(&format!("add --input {path}/p.bin --input-format parquet")).assert().code(0);
}

#[test]
fn an_arrow_stream_goes_through_pipes() {
    let stream = command("add --input - --output-format arrow-stream")
        .stdin("1,2\n3,4\n")
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    command("add --input - --input-format arrow-stream --output - --quiet")
        .stdin(stream)
        .assert()
        .code(0)
        .stdout_eq("a,b,sum\n1,2,3\n3,4,7\n");
    command("add --input - --input-format parquet").stdin("PAR1").assert().code(2).stderr_eq(
        "error: `stdin` is a stream: a Parquet file is read from its end, which a stream shows last: \
         expected CSV, an Arrow stream, or a file\n",
    );
}

#[test]
fn a_bad_row_is_named_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    for name in ["p.arrow", "p.arrows", "p.parquet"] {
        converted(folder.path(), &"7,8\n".repeat(100_000), name);
        let bytes = fs::read(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name), &bytes[..bytes.len() / 2]).unwrap();
        command(&format!("add --input {path}/{name} --output {path}/sums.parquet")).assert().code(2);
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the CSV is left");
}

#[test]
fn input_and_output_may_be_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.csv");
    fs::write(&path, "1,2\n").unwrap();
    command(&format!("add --input {0} --output {0}", path.display())).assert().code(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), "a,b,sum\n1,2,3\n");
}

/// By `sums.json` nobody means CSV; it is said before anything is read.
#[test]
fn outputs_of_other_formats_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["sums.json", "sums.xlsx", "sums.unknown", "sums.csv.gz"] {
        let target = folder.path().join(name);
        let extension = name.rsplit('.').next().unwrap();
        command(&format!("add --input nosuch.csv -o {}", target.display())).assert().code(2).stderr_eq(
            format!(
                "error: `{}`: found the extension `.{extension}`: expected `.csv`, `.txt`, `.arrow`, `.ipc`, \
             `.feather`, `.arrows`, `.parquet` or none; or say `--output-format`\n",
                target.display()
            ),
        );
        command(&format!("add --input - -o {} --output-format csv", target.display()))
            .stdin("1,2\n")
            .assert()
            .code(0);
        assert_eq!(fs::read_to_string(target).unwrap(), "a,b,sum\n1,2,3\n");
    }
}

/// What is no table of ours is named, from a file and through a pipe, with what makes one of it.
#[test]
fn a_gzip_file_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("pairs.csv.gz");
    let bytes: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03";
    fs::write(&input, bytes).unwrap();
    let text = "found gzip: expected CSV, Arrow or Parquet; try `gzip -dc FILE | nanoadder add --input -`";
    command(&format!("add --input {}", input.display()))
        .assert()
        .code(2)
        .stderr_eq(format!("error: `{}`: {text}\n", input.display()));
    command("add --input -").stdin(bytes).assert().code(2).stderr_eq(format!("error: `stdin`: {text}\n"));
}

/// What others may read stays readable by them.
#[cfg(unix)]
#[test]
fn an_output_has_the_rights_of_a_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    converted(folder.path(), "1,2\n", "sums.csv");
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("sums.csv"), mode("p.csv"));
}

/// Interrupted while it waits for more rows, a run leaves no file; a file that was there stays.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    use std::process::{Command, Stdio};
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("sums.csv");
        fs::write(&target, "old").unwrap();
        let mut child = Command::new(snapbox::cmd::cargo_bin!("nanoadder"))
            .args(["add", "--input", "-", "--output"])
            .arg(&target)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The first record has to come before the output is begun; the pipe stays open.
        let mut pipe = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut pipe, b"1,2\n").unwrap();
        let files = || fs::read_dir(folder.path()).unwrap().count();
        for _ in 0..1000 {
            if files() == 2 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(files(), 2, "the temporary file has appeared");
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        drop(pipe);
        assert_eq!(files(), 1, "{signal}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    }
}
