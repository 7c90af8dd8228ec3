//! What messages say of a file that means harm: short, on their own lines, and nothing that a terminal obeys.

use crate::Draft;
use spec::{Model, text::is_unseen};
use std::time::{Duration, Instant};

/// A terminal obeys nothing in `shown`, and it is short.
fn harmless(shown: &str) {
    assert!(!shown.contains(|c: char| c != '\n' && is_unseen(c)), "{shown:?}");
    assert!(shown.len() < 4096, "{} bytes", shown.len());
}

#[test]
fn a_name_is_that_of_a_file() {
    for odd in [
        "",
        " ",
        "a b",
        "x\\nx: proved\\u001b[8m",
        "\\u202egnp",
        "é",
        "../x",
        "a.toml",
        "-x",
        &"x".repeat(65),
    ] {
        let mut draft = Draft::new();
        draft.top = draft.top.replace("draft", odd);
        let problems = draft.problems();
        harmless(&problems);
        assert!(problems.starts_with("draft.toml:1:8: name: found `"), "{problems}");
        assert!(problems.contains("expected 1 to 64 letters, digits, `-` and `_`"), "{problems}");
        assert_eq!(problems.lines().count(), 4, "{problems}");
    }
    let longest = "x".repeat(64);
    for name in ["a", "7_up", longest.as_str()] {
        let mut draft = Draft::new();
        draft.top = draft.top.replace("draft", name);
        assert_eq!(draft.model().name(), name);
    }
}

/// Whatever stands where a word is expected can be quoted.
#[test]
fn what_is_quoted_is_spelled() {
    const ODD: &str = "\\u001b]0;x\\u0007\\n\\u009b2J\\u202e\\u2066";
    for (from, to) in [
        ("dtype = \"f64\"", format!("dtype = \"{ODD}\"")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\ncategory = \"{ODD}\"")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\nweights = \"/{ODD}\"")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\nweights = \"{ODD}\"")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\n\"{ODD}\" = 1")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\n[const]\n\"{ODD}\" = 1")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\n[const]\n\"{ODD}\" = nan")),
        ("{a:0>2}", format!("{ODD}{{a:0>2}}")),
        ("{a:0>2}", format!("{{{ODD}}}")),
        ("answer = \"", format!("answer = \"{ODD}")),
        ("answer = \"", format!("tokens = {{ \"{ODD}\" = 1 }}\nanswer = \"")),
        ("table = \"e\"", format!("table = \"{ODD}\"")),
        ("table = \"e\"", format!("formula = \"{ODD}\"")),
        ("table = \"e\"", format!("columns = {{ \"{ODD}\" = 1 }}")),
        ("e = [", format!("\"{ODD}\" = [")),
        ("e = [", format!("x = {{ tensor = \"{ODD}\" }}\ne = [")),
        ("same = \"embed\"", format!("same = \"{ODD}\"")),
        // TOML itself refuses these.
        ("dtype", "\u{7f}dtype".to_owned()),
        ("dtype", "\u{1b}[31m = 1\ndtype".to_owned()),
        ("dtype", "# \u{202e}\ndtype = \u{9b}\ndtype".to_owned()),
    ] {
        let text = Draft::new().text().replace(from, &to);
        let problems = Model::parse("odd\u{1b}[2J\n.toml", &text).expect_err(&to).to_string();
        harmless(&problems);
        assert!(problems.starts_with("odd\\u{1b}[2J\\u{a}.toml:"), "{problems}");
    }
}

#[test]
fn long_texts_are_not_echoed() {
    let digits = "7".repeat(100_000);
    let many = "1 + ".repeat(50_000);
    for (from, to) in [
        ("table = \"e\"", format!("formula = \"{many}1\"")),
        ("table = \"e\"", format!("formula = {digits}")),
        ("table = \"e\"", format!("formula = \"{}\"", &digits[..4000])),
        ("table = \"e\"", format!("formula = \"1 1e{}\"", "0".repeat(4000))),
        ("table = \"e\"", "formula = \"1 1e300\"".to_owned()),
        ("table = \"e\"", format!("table = \"{digits}\"")),
        ("table = \"e\"", format!("\"{digits}\" = \"e\"")),
        ("width = 2", format!("width = {digits}")),
        ("width = 2", format!("width = {}", &digits[..300])),
        ("width = 2", format!("width = 1e-300\n\"{digits}\" = 2")),
        ("dtype = \"f64\"", format!("dtype = \"{digits}\"")),
        ("dtype = \"f64\"", format!("dtype = \"f64\"\n[const]\nk{digits} = nan")),
        ("dtype = \"f64\"", format!("dtype = {digits}x")),
        ("prompt = \"", format!("prompt = \"{{{digits}}}")),
        ("prompt = \"", format!("end = {digits}\nprompt = \"")),
        ("same = \"embed\"", format!("same = \"{digits}\"")),
    ] {
        let problems =
            Model::parse("long.toml", &Draft::new().text().replace(from, &to)).expect_err("no model");
        harmless(&problems.to_string());
        assert!(problems.list().iter().all(|problem| problem.message.chars().count() <= 300));
    }
}

#[test]
fn many_layers_and_many_problems_are_told_at_once() {
    let started = Instant::now();
    let layer = "[[layer]]\n";
    let mut draft = Draft::new();
    draft.network.push_str(&layer.repeat(50_000));
    let problems = draft.problems();
    harmless(&problems);
    assert!(
        problems.contains("layer: found 50,001 layers") && problems.contains("expected at most 1024"),
        "{problems}"
    );

    let mut draft = Draft::new();
    draft.network.push_str(&layer.repeat(1000));
    let problems = draft.problems();
    assert!(problems.ends_with("\n\nand 980 more\n") && problems.len() < 4096, "{problems}");

    let mut draft = Draft::new();
    let unknown: String = (0..50_000).map(|index| format!("unknown{index} = 1\n")).collect();
    draft.top.push_str(&unknown);
    let problems = draft.problems();
    assert!(
        problems.contains("\n\nand 49,9") && problems.ends_with(" more\n") && problems.len() < 4096,
        "{problems}"
    );

    let mut draft = Draft::new();
    let consts: String = (0..50_000).map(|index| format!("c{index} = 1\n")).collect();
    draft.top.push_str(&format!("[const]\n{consts}"));
    let problems = draft.problems();
    assert!(problems.ends_with("\n\nand 49,980 more\n") && problems.len() < 10_000, "{}", problems.len());
    // A tenth of this where nobody else works.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

/// A formula that comes to a number by way of infinity is one.
#[test]
fn infinity_on_the_way_is_no_error() {
    let found = Draft::embedding("formula = \"1 / (1 / 0) + if(0 / 0 == 0, 2, 3)\"", "", "");
    assert!(found.iter().all(|&value| value == 3.0), "{found:?}");
}
