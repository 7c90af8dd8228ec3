//! Files of pairs.

use crate::command;
use std::fs;

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
        .stderr_eq("1 pairs added by nanoadder-58, 0 wrong\n");
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
        "error: `{}`, line 2: found 1 columns: expected `b` in column 2\n",
        input.display()
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the input is left");

    command("add --input nosuch.csv").assert().code(2).stdout_eq("");
    command("add 1 2 --input nosuch.csv").assert().code(2).stdout_eq("");
    let nowhere = format!("add --input {} --output {}/no/such.csv", input.display(), folder.path().display());
    command(&nowhere).assert().code(2);
}
