//! Making models: beginning, formatting.

use crate::{command, nanoadder};
use snapbox::file;
use std::fs;

const UNTIDY: &str = "# a file\n[shape]\nwidth=4 # w\nvocabulary = 10\n[task]\nanswer='least-first:11'\n";
const TIDY: &str = "[task]\nanswer = 'least-first:11'\n\n# a file\n[shape]\nvocabulary = 10\nwidth = 4 # w\n";

#[test]
fn fmt_writes_files_by_rule() {
    let folder = tempfile::tempdir().unwrap();
    let (untidy, tidy) = (folder.path().join("untidy.toml"), folder.path().join("tidy.toml"));
    fs::write(&untidy, UNTIDY).unwrap();
    fs::write(&tidy, TIDY).unwrap();
    let line = format!("fmt {} {}", untidy.display(), tidy.display());
    let changed = format!("{}\n", untidy.display());
    nanoadder(&format!("{line} --check")).code(1).stdout_eq(&changed).stderr_eq("");
    assert_eq!(fs::read_to_string(&untidy).unwrap(), UNTIDY);
    nanoadder(&line).code(0).stdout_eq(&changed).stderr_eq("");
    assert_eq!(fs::read_to_string(&untidy).unwrap(), TIDY);
    nanoadder(&format!("{line} --check")).code(0).stdout_eq("").stderr_eq("");
    let json = nanoadder(&format!("{line} --check --format json")).code(0).get_output().stdout.clone();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&json["changed"], &json["total"]), (&serde_json::json!([]), &2.into()));
}

#[test]
fn fmt_reads_stdin() {
    command("fmt -").stdin(UNTIDY).assert().code(0).stdout_eq(TIDY);
    command("fmt - --check").stdin(UNTIDY).assert().code(1).stdout_eq("stdin\n");
    command("fmt - --check").stdin(TIDY).assert().code(0).stdout_eq("");
    nanoadder("fmt - x.toml").code(2).stdout_eq("");
}

#[test]
fn fmt_writes_nothing_when_one_file_is_bad() {
    let folder = tempfile::tempdir().unwrap();
    let (untidy, bad) = (folder.path().join("untidy.toml"), folder.path().join("bad.toml"));
    fs::write(&untidy, UNTIDY).unwrap();
    fs::write(&bad, "[shape\n").unwrap();
    let output = nanoadder(&format!("fmt {} {}", untidy.display(), bad.display())).code(2).stdout_eq("");
    let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(text.contains("bad.toml:1:7"), "{text}");
    assert_eq!(fs::read_to_string(&untidy).unwrap(), UNTIDY);
    nanoadder("fmt nosuch.toml").code(2).stdout_eq("");
    nanoadder("fmt").code(2).stdout_eq("");
}

/// From a new file to a changed one that is judged: the way of a new user.
#[test]
fn new_gives_a_file_that_is_right_and_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| command(line).current_dir(folder.path()).assert();
    for template in ["sinusoid", "rope"] {
        let file = format!("{template}.toml");
        run(&format!("new {template} --template {template} --quiet"))
            .code(0)
            .stdout_eq(format!("{file}\n"))
            .stderr_eq("");
        run(&format!("check {file}")).code(0);
        run(&format!("prove {file} --quiet")).code(0);
        run(&format!("fmt --check {file}")).code(0).stdout_eq("");
    }
    // What is there stays as it is.
    let before = fs::read_to_string(folder.path().join("rope.toml")).unwrap();
    let taken = "error: `rope.toml` is there already: expected the name of a new file\n";
    run("new other --output rope.toml").code(2).stdout_eq("").stderr_eq(taken);
    assert_eq!(fs::read_to_string(folder.path().join("rope.toml")).unwrap(), before);
    // A number that may change, and one that may not.
    let changed = |from: &str, to: &str| {
        assert_eq!(before.matches(from).count(), 1, "{from}");
        fs::write(folder.path().join("changed.toml"), before.replace(from, to)).unwrap();
    };
    changed("steep = 128", "steep = 256");
    run("check changed.toml").code(1);
    changed("threshold = 94", "threshold = 93");
    run("prove changed.toml --quiet").code(0);
}

#[test]
fn new_refuses_names_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| command(line).current_dir(folder.path()).assert();
    let expected = "expected 1 to 64 letters, digits, `-` and `_`, a letter or a digit first";
    run("new a/b").code(2).stdout_eq("").stderr_eq(format!("error: name `a/b`: {expected}\n"));
    run("new gist-58")
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: name `gist-58`: a model that comes with nanoadder has it: expected another\n");
    run("new mine --template none").code(2).stdout_eq("");
    run("new mine --output nosuch/mine.toml").code(2).stdout_eq("");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let json = run("new mine --format json").code(0).get_output().stdout.clone();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let found = (&json["model"], &json["template"], &json["file"]);
    assert_eq!(found, (&"mine".into(), &"sinusoid".into(), &"mine.toml".into()));
}

#[test]
fn lint_names_place_rule_and_advice() {
    nanoadder("lint gist-58").code(1).stdout_eq(file!["../snapshots/lint-gist-58.txt"]).stderr_eq("");
    let json = nanoadder("lint gist-58 --rule wrong-answers --format json").code(1);
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!((&findings[0]["rule"], &findings[0]["line"]), (&"wrong-answers".into(), &26.into()));
    nanoadder("lint gist-58 --rule repeated-literal").code(0).stdout_eq("gist-58: nothing found\n");
    nanoadder("lint gist-58 --rule nosuch").code(2).stdout_eq("");
    nanoadder("lint nosuch").code(2).stdout_eq("");
}

/// The seed with the same weights and seven stored numbers; the file it writes has them, and answers as before.
#[test]
fn shrink_keeps_the_weights_of_a_model_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| command(line).current_dir(folder.path()).assert();
    run("shrink gist-58 --output small.toml")
        .code(0)
        .stdout_eq(file!["../snapshots/shrink-gist-58.txt"])
        .stderr_eq("");
    run("fmt --check small.toml").code(0);
    run("add --model small.toml 9999999999 0 --quiet").code(1).stdout_eq("10000000499\n");
    let json = run("count small.toml --format json").code(0);
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!(json["counts"]["stored"], 7);
    let json = run("shrink gist-58 --count strict --format json").code(0);
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert!(json["schema_version"].is_number(), "{json}");
    run("shrink gist-58 --count nosuch").code(2).stdout_eq("");
}
