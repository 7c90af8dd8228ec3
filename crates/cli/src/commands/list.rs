//! `nanoadder list`: the zoo.

use crate::Answer;
use crate::args::Common;
use crate::output::{Align, counted, stdout, table, tell};
use std::io::Write;
use wire::{List, ListedModel};

pub(crate) fn run(common: &Common) -> anyhow::Result<Answer> {
    let list = List::all()?;
    if common.json() {
        crate::output::json(&list)?;
        return Ok(Answer::Yes);
    }
    if common.verbose {
        let with = |verdict: &str| list.models.iter().filter(|model| model.verdict == verdict).count();
        let (models, proved) = (counted(list.models.len(), "model"), with("proved"));
        tell!("{models} with their verdicts as recorded: {proved} proved, {} refuted", with("refuted"));
    }
    let head = ["model", "claims", "type", "verdict", "title"].map(str::to_owned).to_vec();
    let row = |entry: &ListedModel| {
        let claimed = entry.claimed.map_or(String::new(), |claimed| claimed.to_string());
        let verdict = match entry.layer {
            Some(layer) => format!("{}, {layer}", entry.verdict),
            None => entry.verdict.to_owned(),
        };
        vec![entry.name.clone(), claimed, entry.dtype.into(), verdict, entry.title.clone()]
    };
    let rows: Vec<_> = std::iter::once(head).chain(list.models.iter().map(row)).collect();
    let align = [Align::Text, Align::Right, Align::Left, Align::Left, Align::Text];
    write!(stdout(), "{}", table(&align, &rows))?;
    Ok(Answer::Yes)
}
