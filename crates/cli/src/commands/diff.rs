//! `nanoadder count --diff A B`: what changed between the numbers of two models, in words.

use super::count::figures;
use crate::args::Common;
use crate::output::{Align, BOLD, RESET, SCHEMA_VERSION, short, stdout, table, wrap};
use serde::Serialize;
use spec::{Became, Change, Dtype, Literal, Model, Moved, compare};
use std::collections::BTreeMap;
use std::io::Write;
use wire::Counts;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    first: Side<'a>,
    second: Side<'a>,
    changes: Vec<Row<'a>>,
    literals_gone: Vec<f64>,
    literals_new: Vec<f64>,
    moved: Vec<Value<'a>>,
}

#[derive(Serialize)]
struct Value<'a> {
    tensor: &'a str,
    element: usize,
    before: f64,
    after: f64,
}

#[derive(Serialize)]
struct Side<'a> {
    model: &'a str,
    counts: Counts,
}

#[derive(Serialize)]
struct Row<'a> {
    place: &'a str,
    before: usize,
    after: usize,
    became: &'a str,
    was: &'a str,
    is: &'a str,
}

impl<'a> Row<'a> {
    fn new(change: &'a Change) -> Self {
        let Change { place, before, after, became, was, is } = change;
        Self { place, before: *before, after: *after, became: became.name(), was, is }
    }
}

fn value(moved: &Moved) -> Value<'_> {
    let Moved { tensor, element, before, after } = moved;
    Value { tensor, element: *element, before: *before, after: *after }
}

pub(crate) fn run(first: &Model, second: &Model, common: &Common) -> anyhow::Result<()> {
    let comparison = compare(first, second);
    if common.json() {
        let values = |literals: &[Literal]| literals.iter().map(|literal| literal.value).collect();
        let changes = comparison.changes.iter().map(Row::new);
        return crate::output::json(&Json {
            schema_version: SCHEMA_VERSION,
            first: Side { model: first.name(), counts: first.counts().into() },
            second: Side { model: second.name(), counts: second.counts().into() },
            changes: changes.collect(),
            literals_gone: values(&comparison.literals_gone),
            literals_new: values(&comparison.literals_new),
            moved: comparison.moved.iter().map(value).collect(),
        });
    }
    let mut out = stdout();
    writeln!(out, "{BOLD}{} \u{2192} {}{RESET}\n", first.name(), second.name())?;
    let both = figures(first.counts()).into_iter().zip(figures(second.counts()));
    let rows: Vec<_> = both
        .map(|((name, before, _), (_, after, _))| {
            vec![
                name.into(),
                before.to_string(),
                "\u{2192}".into(),
                after.to_string(),
                difference(before, after),
            ]
        })
        .collect();
    let align = [Align::Left, Align::Right, Align::Left, Align::Right, Align::Left];
    writeln!(out, "{}", table(&align, &rows))?;
    if comparison.changes.is_empty() {
        writeln!(out, "Every weight comes about in the same way.")?;
    }
    for change in &comparison.changes {
        let Change { place, before, after, was, is, .. } = change;
        let count =
            if before == after { String::new() } else { format!(", {before} \u{2192} {after} stored") };
        let [was, is] = [was, is].map(|text| wrap(text, 7, 7));
        writeln!(out, "{place}{count}\n  was  {was}\n  is   {is}")?;
    }
    for (title, literals) in [
        ("Literals that are new", &comparison.literals_new),
        ("Literals that are gone", &comparison.literals_gone),
    ] {
        if !literals.is_empty() {
            writeln!(out, "\n{title}")?;
            let row = |literal: &Literal| vec![short(literal.value), literal.place.clone()];
            let rows: Vec<_> = literals.iter().map(row).collect();
            write!(out, "{}", table(&[Align::Right, Align::Text], &rows))?;
        }
    }
    if !comparison.moved.is_empty() {
        writeln!(out, "\nStored numbers with another value: {}", comparison.moved.len())?;
        let row = |Moved { tensor, element, before, after }: &Moved| {
            vec![
                format!("{tensor}, number {element}"),
                written(*before, first.dtype()),
                "\u{2192}".into(),
                written(*after, second.dtype()),
            ]
        };
        let rows: Vec<_> = comparison.moved.iter().map(row).collect();
        write!(out, "{}", table(&[Align::Text, Align::Right, Align::Left, Align::Right], &rows))?;
    }
    if let Some(sum) = summary(&comparison.changes) {
        writeln!(out, "\n{}", wrap(&sum, 0, 0))?;
    }
    Ok(())
}

fn difference(before: usize, after: usize) -> String {
    match after.cmp(&before) {
        std::cmp::Ordering::Less => format!("{} fewer", before - after),
        std::cmp::Ordering::Equal => String::new(),
        std::cmp::Ordering::Greater => format!("{} more", after - before),
    }
}

/// A number in the digits that tell it from others of its type.
fn written(value: f64, dtype: Dtype) -> String {
    match dtype {
        Dtype::F32 => (value as f32).to_string(),
        Dtype::F64 => value.to_string(),
    }
}

/// Where the stored numbers went and where others came from, in one sentence.
fn summary(changes: &[Change]) -> Option<String> {
    let mut fewer: BTreeMap<Became, usize> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.after < change.before) {
        *fewer.entry(change.became).or_default() += change.before - change.after;
    }
    let more: usize = changes.iter().map(|change| change.after.saturating_sub(change.before)).sum();
    let mut parts: Vec<String> =
        fewer.iter().map(|(became, count)| format!("{count} {}", became.words())).collect();
    if more > 0 {
        parts.push(format!("{more} are new"));
    }
    (!parts.is_empty()).then(|| format!("Of the stored numbers: {}.", parts.join(", ")))
}
