//! `nanoadder list`: the zoo.

use crate::Answer;
use crate::args::Common;
use crate::output::{Align, stdout, table};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Json {
    name: String,
    title: String,
    authors: Vec<String>,
    source: Option<String>,
    category: &'static str,
    dtype: &'static str,
    claimed: Option<usize>,
    verdict: &'static str,
    layer: Option<&'static str>,
}

pub(crate) fn run(common: &Common) -> anyhow::Result<Answer> {
    let mut entries = Vec::new();
    for entry in &zoo::ENTRIES {
        let model = entry.model()?;
        let identity = model.identity();
        entries.push(Json {
            name: identity.name.clone(),
            title: identity.title.clone(),
            authors: identity.authors.clone(),
            source: identity.source.clone(),
            category: identity.category.name(),
            dtype: model.dtype().name(),
            claimed: identity.claimed,
            verdict: entry.verdict.name(),
            layer: entry.verdict.layer().map(zoo::Layer::name),
        });
    }
    if common.json() {
        crate::output::json(&entries)?;
        return Ok(Answer::Yes);
    }
    let head = ["model", "claims", "type", "verdict", "title"].map(str::to_owned).to_vec();
    let row = |entry: &Json| {
        let claimed = entry.claimed.map_or(String::new(), |claimed| claimed.to_string());
        let verdict = match entry.layer {
            Some(layer) => format!("{}, {layer}", entry.verdict),
            None => entry.verdict.to_owned(),
        };
        vec![entry.name.clone(), claimed, entry.dtype.into(), verdict, entry.title.clone()]
    };
    let rows: Vec<_> = std::iter::once(head).chain(entries.iter().map(row)).collect();
    let align = [Align::Left, Align::Right, Align::Left, Align::Left, Align::Left];
    write!(stdout(), "{}", table(&align, &rows))?;
    Ok(Answer::Yes)
}
