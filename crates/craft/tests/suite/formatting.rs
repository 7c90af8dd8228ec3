//! Formatting changes how a file looks and nothing else.

use proptest::prelude::*;
use spec::Model;
use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// Everything that a model means; its content without the text, which formatting changes.
fn check_same(before: &Model, after: &Model) {
    assert_eq!(before.identity(), after.identity());
    assert_eq!((before.dtype(), before.task(), before.shape()), (after.dtype(), after.task(), after.shape()));
    assert_eq!(before.ledger().tensors(), after.ledger().tensors());
    assert_eq!(before.ledger().reads(), after.ledger().reads());
    assert_eq!(before.counts(), after.counts());
    let numbers = |model: &Model| model.content()[8 + model.text().len()..].to_vec();
    assert_eq!(numbers(before), numbers(after));
    assert_eq!(before.net::<f64>(), after.net::<f64>());
}

#[test]
fn the_zoo_is_formatted() {
    for entry in &zoo::ENTRIES {
        let formatted = craft::format(entry.name, entry.text).unwrap();
        assert!(formatted == entry.text, "{0}: run `nanoadder fmt crates/zoo/models/{0}.toml`", entry.name);
    }
}

/// A file keeps the line ends of its system, and means the same.
#[test]
fn the_zoo_is_formatted_with_carriage_returns() {
    for entry in &zoo::ENTRIES {
        let text = entry.text.replace('\n', "\r\n");
        let formatted = craft::format(entry.name, &text).unwrap();
        assert!(formatted == text, "{}", entry.name);
        let model = Model::parse(entry.name, &text).unwrap_or_else(|problems| panic!("{problems}"));
        check_same(&entry.model().unwrap(), &model);
        // One line end of the other kind, somewhere inside: in a string of several lines, or between keys.
        let mut mixed = entry.text.to_owned();
        let at = entry.text.len() / 3;
        let end = entry.text[at..].find('\n').unwrap() + at;
        mixed.insert(end, '\r');
        assert!(craft::format(entry.name, &mixed).unwrap() == entry.text, "{}", entry.name);
    }
}

fn events(text: &str) -> Vec<Event> {
    let tokens = Source::new(text).lex().into_vec();
    let mut events = Vec::new();
    parse_document(&tokens, &mut events, &mut ());
    events
}

fn comments(text: &str) -> Vec<String> {
    let events = events(text);
    let comments = events.iter().filter(|event| event.kind() == EventKind::Comment);
    let mut comments: Vec<String> =
        comments.map(|event| text[event.span().start()..event.span().end()].trim_end().to_owned()).collect();
    comments.sort();
    comments
}

/// `text` with its blanks drawn anew, comments and empty lines put in, and its sections behind the first two in
/// another order. `dice` says what comes where.
fn untidy(text: &str, dice: &[u8]) -> String {
    let mut dice = dice.iter().cycle().copied();
    let mut roll = |sides: u8| dice.next().unwrap() % sides;
    let mut out = String::new();
    let mut brackets = 0;
    for event in events(text) {
        let raw = &text[event.span().start()..event.span().end()];
        match event.kind() {
            EventKind::Whitespace => out.push_str([" ", "", "\t", "   "][usize::from(roll(4))]),
            EventKind::Newline => {
                out.push_str(
                    ["\n", "\n", "  # drawn\r\n", "\n\r\n\n", " \n\t# own line\n\n"][usize::from(roll(5))],
                );
            }
            EventKind::Comment => {
                out.push_str(raw);
                out.push('\n');
            }
            EventKind::ArrayOpen => {
                brackets += 1;
                out.push_str(raw);
                out.push_str(["", " ", "\n", "# in brackets\n"][usize::from(roll(4))]);
            }
            EventKind::ArrayClose => {
                brackets -= 1;
                out.push_str(["", " ", "\n", "# at the end\n"][usize::from(roll(4))]);
                out.push_str(raw);
            }
            EventKind::ValueSep if brackets > 0 => {
                out.push_str(raw);
                out.push_str([" ", "", "\n\n", " # behind\n", " # one\n # two\n"][usize::from(roll(5))]);
            }
            _ => out.push_str(raw),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_untidy_file_means_the_same_when_it_is_formatted(
        which in 0..zoo::ENTRIES.len(),
        dice in proptest::collection::vec(any::<u8>(), 1..200),
    ) {
        let entry = &zoo::ENTRIES[which];
        let text = untidy(entry.text, &dice);
        let formatted = craft::format(entry.name, &text).unwrap_or_else(|problems| panic!("{problems}"));
        prop_assert_eq!(comments(&text), comments(&formatted), "{}", formatted);
        prop_assert_eq!(&craft::format(entry.name, &formatted).unwrap(), &formatted, "formatting twice");
        let returns = formatted.matches("\r\n").count();
        prop_assert!(returns == 0 || returns == formatted.matches('\n').count(), "mixed line ends");
        let after = Model::parse(entry.name, &formatted).unwrap_or_else(|problems| panic!("{problems}"));
        check_same(&entry.model().unwrap(), &after);
    }

    /// Whatever the text, there is an answer.
    #[test]
    fn no_text_makes_it_panic(
        which in 0..zoo::ENTRIES.len(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}=,#\"'\n. a1]{0,3}"), 1..6),
    ) {
        let mut text: Vec<char> = zoo::ENTRIES[which].text.chars().collect();
        for (at, put) in cuts {
            let at = at.index(text.len());
            text.splice(at..(at + 1).min(text.len()), put.chars());
        }
        let text: String = text.into_iter().collect();
        if let Ok(formatted) = craft::format("t.toml", &text) {
            prop_assert_eq!(&craft::format("t.toml", &formatted).unwrap(), &formatted, "formatting twice: {}", text);
            prop_assert_eq!(comments(&text), comments(&formatted), "{}", formatted);
        }
    }
}
