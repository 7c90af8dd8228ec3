//! What the file alone shows.

use super::{
    COUNTING_NUMBERS, EQUAL_NUMBERS, Note, REPEATED_LITERAL, Rule, STORED_ONES, STORED_ZEROS, Subject,
    UNFORMATTED, number_name,
};
use crate::formulas::literals;
use spec::figures::counted;
use std::collections::BTreeMap;

pub(super) fn notes(subject: &Subject<'_>, rules: &[Rule]) -> Vec<Note> {
    let mut notes = Vec::new();
    if rules.contains(&UNFORMATTED) {
        notes.extend(unformatted(subject));
    }
    equal_numbers(subject, &mut notes);
    structure(subject, &mut notes);
    repeated_literals(subject, &mut notes);
    notes
}

fn unformatted(subject: &Subject<'_>) -> Option<Note> {
    let text = subject.model.text();
    let formatted = crate::format(subject.model.name(), text).ok()?;
    let same = text.bytes().zip(formatted.bytes()).take_while(|(a, b)| a == b).count();
    let start = (0..=same).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    (text != formatted).then(|| Note {
        rule: UNFORMATTED,
        start,
        message: "from here on the file is not written by rule".into(),
        advice: "`nanoadder fmt` writes it so",
    })
}

/// Stored numbers of the same magnitude, zeros and ones left to [`structure`].
fn equal_numbers(subject: &Subject<'_>, notes: &mut Vec<Note>) {
    let mut groups: BTreeMap<u64, Vec<(usize, usize)>> = BTreeMap::new();
    for (tensor, values) in subject.model.stored().iter().enumerate() {
        // Numbers that count are equal to others by chance.
        if counts(values) {
            continue;
        }
        for (element, value) in values.iter().enumerate() {
            if *value != 0.0 && value.abs() != 1.0 {
                groups.entry(value.abs().to_bits()).or_default().push((tensor, element));
            }
        }
    }
    for (bits, group) in groups {
        let &[first, (tensor, element), ..] = group.as_slice() else { continue };
        let names: Vec<_> = group.iter().take(4).map(|&(t, e)| number_name(subject.model, t, e)).collect();
        let more = if group.len() > 4 { format!(" and {} more", group.len() - 4) } else { String::new() };
        let value = |&(t, e): &(usize, usize)| subject.model.stored()[t][e];
        let signs = group.iter().any(|place| value(place) != value(&first));
        notes.push(Note {
            rule: EQUAL_NUMBERS,
            start: subject.numbers[tensor][element].start,
            message: format!(
                "{}{} is stored {} times: {}{more}",
                f64::from_bits(bits),
                if signs { " or its negative" } else { "" },
                group.len(),
                names.join(", "),
            ),
            advice: "a number that is stored once can be used by name in several places; a formula turns its sign",
        });
    }
}

/// Zeros, ones and rows that count.
fn structure(subject: &Subject<'_>, notes: &mut Vec<Note>) {
    for (tensor, values) in subject.model.stored().iter().enumerate() {
        let name = &subject.model.ledger().tensors()[tensor].name;
        let start = |element: usize| subject.numbers[tensor][element].start;
        if values.len() >= 4
            && let Some(law) = law(values)
        {
            notes.push(Note {
                rule: COUNTING_NUMBERS,
                start: start(0),
                message: format!(
                    "`{name}` stores {} that are {law} of their index",
                    counted(values.len(), "number")
                ),
                advice: "a formula of `row`, `col` or `token` gives them without storing one",
            });
            continue;
        }
        let mut count = |rule: Rule, is: &dyn Fn(f64) -> bool, kind: &str, advice| {
            let Some(first) = values.iter().position(|&value| is(value)) else { return };
            let found = values.iter().filter(|&&value| is(value)).count();
            let message = match (found, values.len()) {
                (_, 1) => format!("the number of `{name}` is {kind}"),
                (1, all) => format!("of the {all} numbers of `{name}`, 1 is {kind}"),
                (found, all) => format!("of the {all} numbers of `{name}`, {found} are {kind}"),
            };
            notes.push(Note { rule, start: start(first), message, advice });
        };
        count(
            STORED_ZEROS,
            &|value| value == 0.0,
            "0",
            "`entries`, `columns` and `reads` leave cells at zero without a stored number",
        );
        count(
            STORED_ONES,
            &|value| value.abs() == 1.0,
            "1 or -1",
            "an entry or a formula writes 1 and -1 without a stored number; under the count `description` a symbol still counts",
        );
    }
}

/// Whether the numbers are too many to follow a law by chance.
fn counts(values: &[f64]) -> bool {
    values.len() >= 4 && law(values).is_some()
}

/// The function of the index that gives all of `values`, in words.
pub(crate) fn law(values: &[f64]) -> Option<&'static str> {
    let is = |law: &dyn Fn(f64) -> f64| values.iter().enumerate().all(|(i, &value)| value == law(i as f64));
    let (&[first, second], _) =
        values.split_at_checked(2).and_then(|(a, b)| Some((a.try_into().ok()?, b)))?;
    let [first, second]: [f64; 2] = [first, second];
    if values.iter().all(|&value| value == first) {
        return None;
    }
    if is(&|i| first + i * (second - first)) {
        return Some("a linear function");
    }
    is(&|i| first + i * i * (second - first)).then_some("a multiple of the square")
}

/// Numbers that formulas write although they are stored, or written before.
fn repeated_literals(subject: &Subject<'_>, notes: &mut Vec<Note>) {
    let model = subject.model;
    let mut known: Vec<(f64, String)> = Vec::new();
    for (tensor, values) in model.stored().iter().enumerate() {
        let name = |element| format!("stored as `{}`", number_name(model, tensor, element));
        known.extend(values.iter().enumerate().map(|(element, &value)| (value.abs(), name(element))));
    }
    known.extend(model.consts().map(|(name, value)| (value.abs(), format!("the const `{name}`"))));
    for literal in literals(model) {
        let value = literal.value.abs();
        if value == 0.0 || value == 1.0 {
            continue;
        }
        match known.iter().find(|(other, _)| *other == value) {
            Some((_, place)) => notes.push(Note {
                rule: REPEATED_LITERAL,
                start: literal.span.start,
                message: format!("the formula of {} writes {value}, which is {place}", literal.place),
                advice: "by name it counts once; every literal in a formula counts again",
            }),
            None => known.push((value, format!("written in {} already", literal.place))),
        }
    }
}
