//! Each rule finds what it is for, where it is, and leaves sound models alone.

use craft::{Finding, RULES, TEMPLATES, lint};
use spec::Model;
use std::num::NonZeroUsize;

fn findings(text: &str) -> Vec<Finding> {
    let model = Model::parse("m.toml", text).unwrap_or_else(|problems| panic!("{problems}"));
    lint(&model, RULES, NonZeroUsize::MIN)
}

fn zoo(name: &str) -> Vec<Finding> {
    findings(zoo::find(name).unwrap().text)
}

fn names(findings: &[Finding]) -> Vec<&str> {
    let mut names: Vec<_> = findings.iter().map(|finding| finding.rule.name).collect();
    names.dedup();
    names
}

#[track_caller]
fn check(text: &str, rule: &str, place: (usize, usize), message: &str) {
    let found = findings(text);
    let finding = found.iter().find(|finding| finding.rule.name == rule);
    let finding = finding.unwrap_or_else(|| panic!("no `{rule}` in {:?}", names(&found)));
    assert_eq!((finding.line, finding.column), place, "{}", finding.message);
    assert!(finding.message.contains(message), "{}", finding.message);
}

/// Where `part` stands in `text`.
fn place(text: &str, part: &str) -> (usize, usize) {
    let line = text.lines().position(|line| line.contains(part)).unwrap();
    (line + 1, text.lines().nth(line).unwrap().find(part).unwrap() + 1)
}

#[test]
fn what_is_wrong_with_the_seed_is_found() {
    let found = zoo("gist-58");
    let names = names(&found);
    for rule in
        ["wrong-answers", "attention-tie", "equal-numbers", "stored-zeros", "stored-ones", "counting-numbers"]
    {
        assert!(names.contains(&rule), "{rule} in {names:?}");
    }
    let tie = found.iter().find(|finding| finding.rule.name == "attention-tie").unwrap();
    assert!(tie.message.contains("707107") && tie.message.contains("0.0625"), "{}", tie.message);
}

#[test]
fn nothing_that_runs_is_wrong_with_the_default_model() {
    let found = zoo("nanoadder-58");
    for rule in [
        "wrong-answers",
        "thin-margin",
        "never-certain",
        "other-dtype",
        "summation-order",
        "attention-tie",
        "unformatted",
    ] {
        assert!(!names(&found).contains(&rule), "{rule}");
    }
}

#[test]
fn an_answer_that_needs_f64_is_found() {
    assert!(names(&zoo("fblissjr-33")).contains(&"other-dtype"));
}

#[test]
fn each_rule_of_the_file_says_where() {
    let text = TEMPLATES[0].text("mine", "mine.toml").unwrap();
    let untidy = text.replace("width = 4", "width  =  4");
    check(&untidy, "unformatted", (place(&untidy, "width  =").0, 7), "not written by rule");
    let at = place(&text, "wrap_slope = 2");
    check(&text, "equal-numbers", (at.0, at.1 + 13), "2 is stored 3 times");
    let at = place(&text, "if(unit < 2, 0, ten)");
    check(&text, "repeated-literal", (at.0, at.1 + 10), "which is stored as `sum_gain`");
    let zeros = text
        .replace("angle = [", "keys = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 1, 0]]\nangle = [")
        .replace("key = { entries = [[0, 1, 1], [1, 2, 1], [2, 1, 1], [3, 2, 1]] }", "key = \"keys\"");
    let at = place(&zeros, "[[0, 1, 0, 0]");
    check(&zeros, "stored-zeros", (at.0, at.1 + 2), "of the 16 numbers of");
    check(&zeros, "stored-ones", (at.0, at.1 + 5), ", 4 are 1 or -1");
}

#[test]
fn a_number_without_effect_is_found() {
    let text = TEMPLATES[0].text("mine", "mine.toml").unwrap();
    // The last column of the embedding is read by nobody before attention, and this adds 0 to it.
    let idle = text
        .replace("double = 2\n", "double = 2\nidle = 7\n")
        .replace("0 = \"token\"", "0 = \"token + 0 * idle\"");
    let at = place(&idle, "idle = 7");
    check(&idle, "without-effect", (at.0, at.1 + 7), "`idle` has no effect");
    assert!(!names(&findings(&text)).contains(&"without-effect"));
}
