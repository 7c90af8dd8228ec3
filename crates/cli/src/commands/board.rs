//! `nanoadder board`: many models side by side.

use crate::args::{Board, Common, Format, Sort};
use crate::interrupt::NEVER;
use crate::output::{Align, DIM, RESET, SCHEMA_VERSION, data, stdout, table, tell, wrap};
use crate::picture::Picture;
use crate::{Answer, input};
use anyhow::{Context, bail};
use board::table::{Column, columns, reason};
use board::{Doing, Limits, Line, Order};
use serde::Serialize;
use spec::Model;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    models: Vec<Entry<'a>>,
}

#[derive(Default, Serialize)]
struct Entry<'a> {
    model: &'a str,
    error: Option<&'a str>,
    source: Option<&'a str>,
    claimed: Option<usize>,
    counts: Option<wire::Counts>,
    right: Option<u64>,
    total: Option<u64>,
    verdict: Option<&'a str>,
    layer: Option<&'a str>,
    min_margin: Option<f64>,
    counterexample: Option<wire::Counterexample>,
    why: Option<&'a str>,
    statistics: Option<wire::Statistics>,
    additions_per_second: Option<f64>,
}

pub(crate) fn run(args: &Board, common: &Common) -> anyhow::Result<Answer> {
    let plot = args.plot.as_deref().map(Picture::begin).transpose()?;
    let models = models(args, common)?;
    let limits = Limits {
        threads: args.threads.get(),
        time: Duration::from_secs_f64(args.seconds),
        speed: !args.no_speed,
    };
    let bar = common.progress(Some(models.len() as u64), "models");
    let mut tell = |doing: Doing<'_>| {
        bar.set_position(doing.finished as u64);
        if common.verbose {
            bar.suspend(|| tell!("{} of {}: {}", doing.finished + 1, doing.all, doing.model));
        }
    };
    let mut lines = board::measure(models, limits, &NEVER, &mut tell);
    bar.finish_and_clear();
    board::sort(&mut lines, order(args.sort));
    let picture = board::plot(&lines);
    // Markdown shows images, and a page is none.
    let name = args.plot.as_deref().filter(|file| plot::Format::of(file) != Ok(plot::Format::Html));
    let name = name.and_then(Path::file_name).and_then(|name| name.to_str());
    match common.format {
        Format::Human => human(&lines, limits.speed)?,
        Format::Json => crate::output::json(&json(&lines))?,
        Format::Markdown => data(board::markdown(&lines, limits.speed, name).as_bytes())?,
        Format::Html => {
            data(board::html(&lines, limits.speed, Some(&picture.finish(plot::Theme::System))).as_bytes())?;
        }
    }
    if let Some(plot) = plot {
        plot.finish(&picture)?;
    }
    for line in &lines {
        if let Err(error) = &line.row {
            tell!("{}: {}", spec::text::line(&line.name), error.trim_end());
        }
    }
    Ok(if lines.iter().all(|line| line.row.is_ok()) { Answer::Yes } else { Answer::Failed })
}

fn order(sort: Sort) -> Order {
    match sort {
        Sort::Claimed => Order::Claimed,
        Sort::Stored => Order::Stored,
        Sort::Strict => Order::Strict,
        Sort::Description => Order::Description,
    }
}

/// The models that are asked for by name, those of a folder, or the zoo.
fn models(args: &Board, common: &Common) -> anyhow::Result<Vec<(String, Result<Model, String>)>> {
    let mut names = args.models.clone();
    if let Some(folder) = &args.folder {
        let cannot = || format!("cannot read the folder `{}`", folder.display());
        for entry in std::fs::read_dir(folder).with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                names.push(path);
            }
        }
        if names.is_empty() {
            bail!("`{}`: expected at least one model file (.toml)", folder.display());
        }
        names.sort();
    }
    if names.is_empty() {
        names = zoo::ENTRIES.iter().map(|entry| entry.name.into()).collect();
    }
    let read = |path: PathBuf| match input::model(&path, common) {
        Ok(model) => (model.name().to_owned(), Ok(model)),
        Err(error) => (path.display().to_string(), Err(format!("{error:#}"))),
    };
    Ok(names.into_iter().map(read).collect())
}

fn json(lines: &[Line]) -> Json<'_> {
    Json { schema_version: SCHEMA_VERSION, models: lines.iter().map(entry).collect() }
}

fn entry(line: &Line) -> Entry<'_> {
    let model = line.name.as_str();
    let row = match &line.row {
        Ok(row) => row,
        Err(error) => return Entry { model, error: Some(error.trim_end()), ..Entry::default() },
    };
    let decision = &row.decision;
    Entry {
        model,
        error: None,
        source: row.source.as_deref(),
        claimed: row.claimed,
        counts: Some(row.counts.into()),
        right: row.accuracy.map(|accuracy| accuracy.right),
        total: row.accuracy.map(|accuracy| accuracy.total),
        verdict: Some(decision.word()),
        layer: decision.layer(),
        min_margin: decision.margin,
        counterexample: decision.counterexample().map(wire::Counterexample::new),
        why: decision.why(),
        statistics: decision.statistics.as_ref().map(wire::Statistics::new),
        additions_per_second: row.rate,
    }
}

/// A counterexample is text, but its numbers are what it says.
fn align(column: Column) -> Align {
    match column {
        Column::Model => Align::Text,
        column if column.is_text() => Align::Left,
        _ => Align::Right,
    }
}

fn human(lines: &[Line], speed: bool) -> anyhow::Result<()> {
    let mut out = stdout();
    let columns = columns(speed);
    let align: Vec<Align> = columns.iter().map(|&column| align(column)).collect();
    let head = columns.iter().map(|column| column.title().to_owned()).collect();
    let rows = lines.iter().map(|line| columns.iter().map(|column| column.cell(line)).collect());
    write!(out, "{}", table(&align, &std::iter::once(head).chain(rows).collect::<Vec<_>>()))?;
    for line in lines.iter().filter(|line| line.row.is_ok()) {
        if let Some(reason) = reason(line) {
            let reason = wrap(&reason, line.name.chars().count() + 2, 2);
            writeln!(out, "\n{}: {DIM}{reason}{RESET}", line.name)?;
        }
    }
    Ok(())
}
