//! Bad input: a message that names the place and what was expected, exit status 2, nothing on stdout.

use crate::nanoadder;
use snapbox::file;

#[test]
fn operands_that_are_none() {
    let expected =
        |operand: &str| format!("error: operand `{operand}`: expected an integer from 0 to 9999999999\n");
    for (line, operand) in [
        ("add -1 5", "-1"),
        ("add 10000000000 1", "10000000000"),
        ("add x 1", "x"),
        ("add 1 1.5", "1.5"),
        ("add 1 99999999999999999999999", "99999999999999999999999"),
        ("explain gist-58 1 +2", "+2"),
    ] {
        nanoadder(line).code(2).stdout_eq("").stderr_eq(expected(operand));
    }
    nanoadder("add 5").code(2).stdout_eq("");
    nanoadder("add").code(2).stdout_eq("");
    nanoadder("nosuch").code(2).stdout_eq("");
    nanoadder("check --pairs many").code(2).stdout_eq("");
    nanoadder("bench --time -1").code(2).stdout_eq("");
}

#[test]
fn models_that_are_none() {
    nanoadder("check nosuch").code(2).stdout_eq("").stderr_eq(
        "error: no model is named `nosuch`: expected a name that `nanoadder list` shows, \
         or a path to a model file\n",
    );
    nanoadder("check nosuch.toml").code(2).stdout_eq("").stderr_eq(
        "error: cannot read the model file `nosuch.toml`: No such file or directory (os error 2)\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.toml");
    std::fs::write(&path, "name = \"broken\"\ndtype = \"f16\"\n[shape]\nwidth = \"4\"\n").unwrap();
    let output =
        nanoadder(&format!("check {}", path.display())).code(2).stdout_eq("").get_output().stderr.clone();
    // The folder differs from run to run.
    let text = String::from_utf8(output).unwrap().replace(&format!("{}/", folder.path().display()), "");
    snapbox::assert_data_eq!(text, file!["../snapshots/broken.txt"]);

    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    let line = format!("count {}", path.display());
    let expected = format!("error: `{}`: byte 0 is not UTF-8: expected a TOML text\n", path.display());
    nanoadder(&line).code(2).stdout_eq("").stderr_eq(expected);
    nanoadder(&format!("count {}", folder.path().display())).code(2).stdout_eq("");
}
