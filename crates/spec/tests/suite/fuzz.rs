//! No text may panic: random bytes, random formulas, and the zoo's files with random damage.

use crate::Draft;
use proptest::prelude::*;
use spec::Model;

const ZOO: [&str; 5] = [
    include_str!("../../../zoo/models/fblissjr-33.toml"),
    include_str!("../../../zoo/models/kswain98-4.toml"),
    include_str!("../../../zoo/models/gist-58.toml"),
    include_str!("../../../zoo/models/nanoadder-58.toml"),
    include_str!("../../../zoo/models/nanogpt-130.toml"),
];

/// Pieces that files and formulas are made of, so that random text gets past the first character.
const PIECES: [&str; 48] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "=",
    ",",
    "\n",
    ".",
    "-",
    "+",
    "*",
    "/",
    "^",
    "(",
    ")",
    "<",
    "==",
    "if",
    "div",
    "mod",
    "sin",
    "ln",
    "tau",
    "row",
    "col",
    "pos",
    "token",
    "unit",
    "head",
    "0",
    "1",
    "1e308",
    "99999999999999999999",
    "nan",
    "inf",
    "é",
    "\u{1f600}",
    "\\u0000",
    "'''",
    "params",
    "layer",
    "[[layer]]",
    "reads",
    "outer",
    "same",
    "e",
    "#",
];

fn pieces(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(0..PIECES.len(), 0..most)
        .prop_map(|indices| indices.into_iter().map(|index| PIECES[index]).collect())
}

/// Reads `text` and shows its problems: neither may panic, and a file without a model has a problem.
fn read(text: &str) {
    if let Err(problems) = Model::parse("fuzz.toml", text) {
        assert!(!problems.list().is_empty(), "no model and no problem: {text}");
        assert!(!problems.to_string().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn any_pieces(text in pieces(60)) {
        read(&text);
    }

    #[test]
    fn any_formula(text in pieces(30)) {
        let mut draft = Draft::new();
        draft.network = draft.network.replace("table = \"e\"", &format!("formula = '{}'", text.replace('\'', "")));
        read(&draft.text());
    }

    #[test]
    fn damaged_files(file in 0..ZOO.len(), at in any::<prop::sample::Index>(), len in 0_usize..20, put in pieces(4)) {
        let text = ZOO[file];
        let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
        let start = boundary(at.index(text.len()));
        let end = boundary(start + len).max(start);
        read(&format!("{}{put}{}", &text[..start], &text[end..]));
    }
}

#[test]
fn deep_and_long_formulas_are_refused() {
    for formula in
        ["(".repeat(4000), "-".repeat(4000), "1^".repeat(2000), "1+".repeat(3000), "sin(".repeat(900)]
    {
        let mut draft = Draft::new();
        draft.network = draft.network.replace("table = \"e\"", &format!("formula = '{formula}1'"));
        read(&draft.text());
    }
    let mut draft = Draft::new();
    draft.network = draft.network.replace("table = \"e\"", &format!("formula = '{}1'", "1+".repeat(2000)));
    draft.params = String::new();
    draft.model();
}
