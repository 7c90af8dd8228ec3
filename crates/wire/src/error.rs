//! Why a command could not run.

use crate::SCHEMA_VERSION;
use serde::Serialize;
use spec::{Problem, Problems};
use utoipa::ToSchema;

/// Why a command could not run: the message, and the parts of it for programs.
///
/// A message reads `PLACE: found FOUND: expected EXPECTED; TRY`, and not every message has every part. The parts are taken from the
/// message, so that the two never differ.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Error {
    schema_version: u32,
    /// All that is said of it.
    pub error: String,
    /// Where: a file, a line or row of it, an option, an argument.
    pub place: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// What should.
    pub expected: Option<String>,
    /// Of a model file, everything that is wrong with it; the parts above are those of the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Place>,
}

/// One thing that is wrong with a model file.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What was expected.
    pub expected: Option<String>,
}

impl Place {
    /// Those of `problems` that are shown, in the order of the text.
    pub fn all(problems: &Problems) -> Vec<Self> {
        let place = |problem: &Problem| {
            let (line, column) = problems.place(problem);
            Self { line, column, message: problem.message.clone(), expected: problem.expected.clone() }
        };
        problems.first().iter().map(place).collect()
    }
}

impl Error {
    /// The parts of `message`, which is one of ours.
    pub fn new(message: &str) -> Self {
        let (head, expected) = match behind(message, "expected ") {
            Some((head, tail)) => (head, Some(sentence(tail))),
            None => (message, None),
        };
        let mut parts = Self::of(message, None, None, None);
        // `weights: expected 3, found 4` says it the other way round.
        if let Some((expected, found)) = expected.and_then(|expected| expected.rsplit_once(", found ")) {
            (parts.place, parts.expected, parts.found) = (text(head), text(expected), text(found));
            return parts;
        }
        parts.expected = expected.and_then(text);
        (parts.place, parts.found) = match (behind(head, "found "), head.rsplit_once(": ")) {
            (Some((place, found)), _) => (text(place), text(found)),
            (None, Some((place, last))) => match (labelled(last), refused(place)) {
                (Some((label, found)), _) => (text(&format!("{place}: {label}")), text(found)),
                (None, Some(name)) => (text(name), text(last)),
                (None, None) if is_place(place) || labelled(place).is_some() => (text(place), text(last)),
                (None, None) => (None, text(head)),
            },
            (None, None) => match labelled(head).or_else(|| nothing(head)) {
                Some((label, found)) => (text(label), text(found)),
                None if is_place(head) => (text(head), None),
                None => (None, text(head)),
            },
        };
        parts
    }

    /// `error` with parts that are known.
    pub fn of(error: &str, place: Option<String>, found: Option<String>, expected: Option<String>) -> Self {
        let (schema_version, error) = (SCHEMA_VERSION, error.into());
        Self { schema_version, error, place, found, expected, problems: Vec::new() }
    }

    /// What is wrong with a model file; `error` is all of it as people see it.
    pub fn of_file(error: &str, problems: &Problems) -> Self {
        let places = Place::all(problems);
        let Some(first) = places.first() else { return Self::new(error) };
        let parts = Self::new(&first.message);
        let place = format!("{}:{}:{}", problems.file(), first.line, first.column);
        // A message without `expected` is what was found.
        let found = match parts.expected {
            Some(_) => parts.found,
            None => Some(first.message.clone()),
        };
        let expected = first.expected.clone().or(parts.expected);
        Self { problems: places, ..Self::of(error, Some(place), found, expected) }
    }
}

/// What stands before `word` and behind it, where it begins a part of `message`.
fn behind<'a>(message: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    if let Some(tail) = message.strip_prefix(word) {
        return Some(("", tail));
    }
    let begins = |(at, _): &(usize, &str)| [": ", ", "].iter().any(|end| message[..*at].ends_with(end));
    let (at, _) = message.match_indices(word).find(begins)?;
    Some((&message[..at - 2], &message[at + word.len()..]))
}

/// `tail` up to where advice begins.
fn sentence(tail: &str) -> &str {
    tail.split_once("; ").map_or(tail, |(sentence, _)| sentence)
}

/// A word and what stands there, as in ``operand `x` ``.
fn labelled(part: &str) -> Option<(&str, &str)> {
    let (label, quoted) = part.split_once(" `")?;
    let found = quoted.strip_suffix('`').filter(|found| !found.contains('`'))?;
    (!label.contains(' ')).then_some((label, found))
}

/// The file that the system refused to read or write, as in ``cannot read the model file `x` ``.
fn refused(part: &str) -> Option<&str> {
    let name = part.strip_prefix("cannot ")?.split_once('`')?.1.strip_suffix('`')?;
    (!name.contains('`')).then_some(name)
}

/// What there is no model, format or file of, as in ``no model is named `x` ``.
fn nothing(part: &str) -> Option<(&str, &str)> {
    let found = part.strip_prefix("no ")?.strip_suffix('`')?.rsplit_once('`')?.1;
    Some(("", found))
}

/// Whether `part` names a place and says nothing of it: a quoted name, with a line perhaps, or an option.
fn is_place(part: &str) -> bool {
    let first = part.split(", ").next().unwrap_or(part);
    let quoted = first.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    quoted.is_some_and(|name| !name.contains('`')) || (first.starts_with("--") && !first.contains(' '))
}

/// A part, without the quotes around the whole of it; none if it is empty.
fn text(part: &str) -> Option<String> {
    let quoted = part.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    let part = quoted.filter(|name| !name.contains('`')).unwrap_or(part);
    (!part.is_empty()).then(|| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_messages() {
        let none = None::<&str>;
        for (message, place, found, expected) in [
            (
                "operand `-1`: expected an integer from 0 to 9",
                Some("operand"),
                Some("-1"),
                Some("an integer from 0 to 9"),
            ),
            (
                "`p.csv`, line 7, column 2: operand `x`: expected y",
                Some("`p.csv`, line 7, column 2: operand"),
                Some("x"),
                Some("y"),
            ),
            ("`p.csv`: found gzip: expected CSV; try `gzip -dc`", Some("p.csv"), Some("gzip"), Some("CSV")),
            (
                "`p`, line 2: found 1 field: expected 2, as many as before",
                Some("`p`, line 2"),
                Some("1 field"),
                Some("2, as many as before"),
            ),
            (
                "`m`: byte 0 is not UTF-8: expected a TOML text",
                Some("m"),
                Some("byte 0 is not UTF-8"),
                Some("a TOML text"),
            ),
            (
                "`m.onnx` is an ONNX graph: expected a model file here",
                none,
                Some("`m.onnx` is an ONNX graph"),
                Some("a model file here"),
            ),
            ("--pair: only with `--to xlsx`", Some("--pair"), Some("only with `--to xlsx`"), none),
            (
                "`why.gif`: expected a name that ends with .svg",
                Some("why.gif"),
                none,
                Some("a name that ends with .svg"),
            ),
            ("--time: expected seconds, found -1", Some("--time"), Some("-1"), Some("seconds")),
            (
                "found a `prompt` and a task file: expected one",
                none,
                Some("a `prompt` and a task file"),
                Some("one"),
            ),
            ("cannot read the model file `x`: gone", Some("x"), Some("gone"), none),
            (
                "`x` is a graph: `count` lists its numbers",
                none,
                Some("`x` is a graph: `count` lists its numbers"),
                none,
            ),
            ("no model is named `a:b`: expected c; did you mean `ab`?", none, Some("a:b"), Some("c")),
            ("expected more", none, none, Some("more")),
            ("", none, none, none),
        ] {
            let owned = |part: Option<&str>| part.map(str::to_owned);
            assert_eq!(
                Error::new(message),
                Error::of(message, owned(place), owned(found), owned(expected)),
                "{message}"
            );
        }
    }

    #[test]
    fn a_model_file_has_places() {
        let problems = spec::Model::parse("m.toml", "name = \"x\"\nheds = 2\n").unwrap_err();
        let error = Error::of_file(&problems.to_string(), &problems);
        assert_eq!(error.place.as_deref(), Some("m.toml:1:1"), "{error:?}");
        let last = error.problems.last().unwrap();
        assert_eq!((last.line, last.column, last.expected.as_deref()), (2, 1, Some("`head`")));
        assert!(error.found.is_some_and(|found| found.ends_with("`dtype` is missing")));
    }
}
