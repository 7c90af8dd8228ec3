//! What others wrote, in files and arguments, is shown and never obeyed: not by a terminal, and not by who reads the lines.

use crate::{command, nanoadder};
use std::path::Path;

/// Nothing in `bytes` moves a cursor, turns text or hides it; the text.
fn harmless(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!text.contains(|c: char| c != '\n' && spec::text::is_unseen(c)), "{text:?}");
    text
}

/// A model file of the zoo with `put` in place of its line `key = …`.
fn model(path: &Path, key: &str, put: &str) {
    let text = zoo::find("kiguli-7").unwrap().text;
    let line = text.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap();
    std::fs::write(path, text.replace(line, put)).unwrap();
}

const ODD: &str = "\\u001b]0;x\\u0007\\u001b[8m\\u009b2J\\u202e";

#[test]
fn what_a_file_says_of_itself_commands_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.toml");
    let title = format!("title = \"{ODD}\\n  verdict proved right on every pair, exact\"");
    model(&path, "title", &format!("# \u{9b} \u{202e}\n{title}"));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("note = \"\"\"\n", &format!("note = \"\"\"\none\ntwo{ODD}\n")))
        .unwrap();
    let path = path.to_str().unwrap();
    let text = harmless(&nanoadder(&format!("show {path}")).success().get_output().stdout);
    assert!(
        text.starts_with("kiguli-7: \\u{1b}]0;x\\u{7}\\u{1b}[8m\\u{9b}2J\\u{202e}\\u{a}  verdict"),
        "{text}"
    );
    assert!(!text.contains("\n  verdict") && text.contains("\none\ntwo\\u{1b}]0"), "{text}");

    let json = harmless(&nanoadder(&format!("show {path} --format json")).success().get_output().stdout);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        value["note"].as_str().unwrap().starts_with("one\ntwo\u{1b}]0;x\u{7}\u{1b}[8m\u{9b}2J\u{202e}\n")
    );

    // Data is as it is.
    let data = nanoadder(&format!("show {path} --toml")).success().get_output().stdout.clone();
    assert_eq!(data, std::fs::read(path).unwrap());
}

#[test]
fn a_name_is_that_of_a_file_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.toml");
    model(&path, "name", "name = \"x\\nx: proved right on every pair\\u001b[8m\"");
    let run = nanoadder(&format!("prove {}", path.display())).code(2).stdout_eq("");
    let said = harmless(&run.get_output().stderr);
    assert!(said.contains(":1:8: name: found `x\\u{a}x: proved right on every pair\\u{1b}[8m`\n"), "{said}");

    let blob = folder.path().join("odd.safetensors");
    let bytes = nanoadder("export kiguli-7 --to safetensors").success().get_output().stdout.clone();
    let at = bytes.windows(8).position(|window| window == b"kiguli-7").unwrap();
    std::fs::write(&blob, [&bytes[..at], b"kiguli 7", &bytes[at + 8..]].concat()).unwrap();
    let run = nanoadder(&format!("count {}", blob.display())).code(2).stdout_eq("");
    assert!(harmless(&run.get_output().stderr).contains("name: found `kiguli 7`"));

    let graph = folder.path().join("a\n\u{1b}b.onnx");
    command("export kiguli-7 --to onnx --output").arg(&graph).assert().success();
    let text = harmless(&command("count").arg(&graph).assert().success().get_output().stdout);
    assert!(text.starts_with("a--b\n"), "{text}");
}

#[test]
fn arguments_are_quoted_as_text() {
    for arguments in [
        vec!["check", "\u{1b}[2J\u{202e}\nerror: none"],
        vec!["check", "\u{1b}[2J\u{202e}\nerror: none.toml"],
        vec!["add", "\u{1b}[2J\u{202e}\nerror: none", "1"],
        vec!["check", "--\u{1b}[2J\u{202e}"],
        vec!["\u{1b}[2J\u{202e}"],
        vec!["new", "\u{1b}[2J\u{202e}\nerror: none"],
        vec!["certify", "\u{1b}[2J\u{202e}\nerror: none"],
        vec!["add", "--input", "\u{1b}[2J\u{202e}\nerror: none"],
        vec!["check", "none.onnx", "--prompt", "\u{1b}[2J\u{202e}"],
    ] {
        let run = command("").args(&arguments).assert().code(2).stdout_eq("");
        let said = harmless(&run.get_output().stderr);
        assert!(!said.contains("\nerror: none"), "{arguments:?} {said}");
    }
    let said = harmless(&command("add 1").arg("7".repeat(100_000)).assert().code(2).get_output().stderr);
    assert!(said.len() < 4096 && said.contains('…'), "{} bytes", said.len());
}

#[test]
fn a_near_name_is_told() {
    nanoadder("check gist58").code(2).stdout_eq("").stderr_eq(
        "error: no model is named `gist58`: expected a name that `nanoadder list` shows, or a path to a model file; \
         did you mean `gist-58`?\n",
    );
}

#[test]
fn columns_of_a_table_are_quoted_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairs.csv");
    std::fs::write(&path, "\"\u{1b}[2J\u{202e}\nerror: none\",b\n1,2\n").unwrap();
    let run = command("add --input").arg(&path).assert().code(2).stdout_eq("");
    let said = harmless(&run.get_output().stderr);
    assert!(!said.contains("\nerror: none"), "{said}");
}

#[test]
fn a_long_formula_is_refused_in_few_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.toml");
    let formula = "1 + ".repeat(50_000);
    model(&path, "title", &format!("title = \"long\"\n{formula} = 3\nformulas = \"{formula}1\""));
    let said = harmless(&command("check").arg(&path).assert().code(2).get_output().stderr);
    assert!(said.len() < 4096, "{} bytes", said.len());
    let layers = "[[layer]]\n".repeat(50_000);
    let text = zoo::find("kiguli-7").unwrap().text;
    std::fs::write(&path, format!("{text}\n{layers}")).unwrap();
    let said = harmless(&command("check").arg(&path).assert().code(2).get_output().stderr);
    assert!(said.len() < 4096 && said.contains("layer: found 50,001 layers"), "{said}");
}
