//! Making models: formatting them.

use crate::{command, nanoadder};
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
