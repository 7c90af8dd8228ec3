//! What commands say beside their answers: in plain words, with the right number, and something for everyone who asks.

use crate::{command, nanoadder};

#[track_caller]
fn said(command: snapbox::cmd::Command) -> String {
    let output = command.assert().get_output().clone();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn verbose_says_something_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    nanoadder(&format!("new mine --output {}", at("mine.toml"))).code(0);
    nanoadder(&format!("prove kiguli-7 --certificate {}", at("c.txt"))).code(0);
    for args in [
        "".to_owned(),
        "list".into(),
        "show".into(),
        "count".into(),
        "count --diff gist-58 nanoadder-58".into(),
        "add 1 2".into(),
        "explain gist-58 1 2".into(),
        "check --pairs 10".into(),
        "prove kiguli-7".into(),
        "hunt --rounds 1".into(),
        "board kiguli-7 --no-speed".into(),
        format!("certify {}", at("c.txt")),
        "lint kiguli-7".into(),
        format!("fmt --check {}", at("mine.toml")),
        format!("new other --output {}", at("other.toml")),
        "shrink kiguli-7".into(),
        "bench --time 0.01".into(),
        "export nanoadder-58 --to pytorch".into(),
        "completions bash".into(),
        "man".into(),
    ] {
        let text = said(command(&format!("{args} --verbose")));
        let lines: Vec<&str> = text.lines().filter(|line| !line.ends_with(" s")).collect();
        assert!(!lines.is_empty(), "`{args}` says only `{text}`");
    }
}

#[test]
fn other_numbers_of_digits_have_other_commands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("five.toml");
    let model = zoo::find("nanoadder-58").unwrap().text;
    let five =
        model.replace("{a:0>10}+{b:0>10}=", "{a:0>5}+{b:0>5}=").replace("least-first:11", "least-first:6");
    assert_ne!(five, model);
    std::fs::write(&path, five.replace("name = \"nanoadder-58\"", "name = \"five\"")).unwrap();
    for args in [&["check"][..], &["export", "--to", "submission"]] {
        let text = said(command("").args(args).arg(&path));
        assert!(text.contains("this model's have 5: `nanoadder prove "), "{text}");
        assert!(text.contains("five.toml` and `nanoadder hunt "), "{text}");
    }
}

#[test]
fn numbers_of_options_are_asked_for_in_plain_words() {
    for (args, expected) in [
        ("check --threads 0", "expected an integer from 1 to 1024"),
        ("bench --threads 1000000", "expected an integer from 1 to 1024"),
        ("check --pairs x", "expected an integer from 0 to 18446744073709551615"),
        ("check --seed -1", "expected an integer from 0 to 18446744073709551615"),
        ("prove --most-states 1e3", "expected an integer from 0 to 18446744073709551615"),
        ("hunt --seconds -1", "expected a number of seconds from 0 to 3600"),
        ("serve --port 65536", "expected a port, an integer from 0 to 65535"),
    ] {
        let text = said(command(args));
        assert!(text.contains(expected) && !text.contains("digit found"), "`{args}`: {text}");
    }
}

#[test]
fn one_is_one() {
    let text = said(command("add --input -").stdin("1,2\n"));
    assert_eq!(text, "1 pair added by nanoadder-58, 0 wrong\n");
    let text = String::from_utf8(nanoadder("check --pairs 1").get_output().stdout.clone()).unwrap();
    assert!(text.contains("and 1 random pair of seed"), "{text}");
    let text = String::from_utf8(nanoadder("show nanoadder-5").get_output().stdout.clone()).unwrap();
    assert!(!text.contains(" 1 heads") && !text.contains("(s)"), "{text}");
}

/// What people read is a percentage; what programs read is a number.
#[test]
fn shares_are_percents_and_json_has_numbers() {
    let args = "prove nanogpt-130 --most-states 100 --sample 0.1";
    let text = String::from_utf8(nanoadder(args).get_output().stdout.clone()).unwrap();
    let line = text.lines().find(|line| line.contains("confidence")).unwrap();
    assert!(line.ends_with(" % of all pairs") && !line.contains("e-"), "{line}");
}
