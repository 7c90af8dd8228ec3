//! `nanoadder shrink`: a smaller model file of the same meaning.

use crate::args::{Common, Shrink};
use crate::commands::prove::refuted;
use crate::interrupt::NEVER;
use crate::output::{Align, BOLD, DIM, RESET, SCHEMA_VERSION, counted, path, short, stdout, table, tell};
use crate::pending::Output;
use crate::{Answer, input};
use craft::shrink::{Plan, Rule, Shrunk, Standing, shrink};
use serde::Serialize;
use spec::Counts;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    count: &'a str,
    start: Known,
    before: Figures,
    after: Figures,
    steps: Vec<Step<'a>>,
    tried: u64,
    /// The smaller file.
    text: String,
}

#[derive(Serialize)]
struct Step<'a> {
    what: &'a str,
    after: Figures,
    same_weights: bool,
    known: Known,
}

#[derive(Serialize)]
struct Known {
    verdict: &'static str,
    layer: Option<&'static str>,
    min_margin: Option<f64>,
    counterexample: Option<wire::Counterexample>,
}

#[derive(Serialize)]
struct Figures {
    stored: usize,
    board: usize,
    literals: usize,
    strict: usize,
    description: usize,
}

pub(crate) fn run(args: &Shrink, common: &Common) -> anyhow::Result<Answer> {
    let model = input::model(&args.model, common)?;
    let output = args.output.as_deref().map(Output::begin).transpose()?;
    let bar = common.progress(None, "changes tried");
    let plan = Plan { rule: args.count, threads: args.threads.get(), most_states: args.most_states };
    let mut steps = 0;
    let shrunk = shrink(&model, plan, &NEVER, &mut |shrunk, _| {
        bar.set_position(shrunk.tried);
        if let Some(step) = shrunk.steps.get(steps) {
            let (before, after) = (args.count.of(step.before), args.count.of(step.after));
            if common.verbose {
                bar.suspend(|| tell!("{before} to {after}: {}", step.what));
            }
            steps = shrunk.steps.len();
        }
    });
    bar.finish_and_clear();
    let name = name(args.output.as_deref(), model.name());
    if let Some(output) = output.filter(|_| !shrunk.steps.is_empty()) {
        output.finish(shrunk.text(&name).as_bytes())?;
    }
    if common.json() {
        crate::output::json(&json(&model, args.count, &shrunk, &name))?;
    } else {
        human(&model, args, &shrunk)?;
    }
    Ok(Answer::from_right(!shrunk.steps.is_empty()))
}

/// The name of the smaller model: that of its file, if it can be one.
fn name(output: Option<&Path>, model: &str) -> String {
    let stem = output.and_then(Path::file_stem).and_then(|stem| stem.to_str());
    let fits = |name: &&str| spec::check_name(name).is_ok() && zoo::find(name).is_none();
    if let Some(stem) = stem.filter(fits) {
        return stem.to_owned();
    }
    let longer = format!("{model}-smaller");
    if fits(&longer.as_str()) { longer } else { "smaller".into() }
}

fn figures(counts: Counts) -> Figures {
    let Counts { stored, board, literals, strict, description } = counts;
    Figures { stored, board, literals, strict, description }
}

fn known(standing: &Standing) -> Known {
    let none = |verdict| Known { verdict, layer: None, min_margin: None, counterexample: None };
    match standing {
        Standing::Proved { layer, margin } => {
            Known { layer: Some(layer.name()), min_margin: *margin, ..none("proved") }
        }
        Standing::Refuted(found) => {
            Known { counterexample: Some(wire::Counterexample::new(found)), ..none("refuted") }
        }
        Standing::Open { .. } => none("undecided"),
    }
}

fn json<'a>(model: &'a spec::Model, rule: Rule, shrunk: &'a Shrunk, name: &str) -> Json<'a> {
    let step = |step: &'a craft::shrink::Step| Step {
        what: &step.what,
        after: figures(step.after),
        same_weights: step.same_weights,
        known: known(&step.standing),
    };
    Json {
        schema_version: SCHEMA_VERSION,
        model: model.name(),
        count: rule.name(),
        start: known(&shrunk.start),
        before: figures(model.counts()),
        after: figures(shrunk.model.counts()),
        steps: shrunk.steps.iter().map(step).collect(),
        tried: shrunk.tried,
        text: shrunk.text(name),
    }
}

/// How many changes, in words.
fn changes(count: u64) -> String {
    format!("{} that {} weights", counted(count, "change"), if count == 1 { "moves" } else { "move" })
}

fn human(model: &spec::Model, args: &Shrink, shrunk: &Shrunk) -> anyhow::Result<()> {
    let mut out = stdout();
    let name = model.name();
    let alone = "only steps that leave every weight as it is can be taken";
    match &shrunk.start {
        Standing::Proved { layer, margin } => {
            let margin =
                margin.map_or(String::new(), |margin| format!(", smallest margin {}", short(margin)));
            writeln!(out, "{name}: proved, {}{margin}", layer.name())?;
        }
        Standing::Refuted(found) => {
            refuted(&mut out, name, found)?;
            writeln!(out, "  {alone}")?;
        }
        Standing::Open { why } => writeln!(out, "{name}: undecided, {why}\n  {alone}")?,
    }
    let row = |counts: Counts| Rule::ALL.map(|rule| rule.of(counts).to_string());
    let mut rows =
        vec![[vec![String::new()], Rule::ALL.map(|rule| rule.name().to_owned()).to_vec()].concat()];
    rows.push([vec!["as it is".into()], row(model.counts()).to_vec()].concat());
    for step in &shrunk.steps {
        let proof = match &step.standing {
            _ if step.same_weights => "same weights".to_owned(),
            Standing::Proved { layer, margin } => {
                format!("{}, margin {}", layer.name(), margin.map_or("none".into(), short))
            }
            Standing::Refuted(_) | Standing::Open { .. } => String::new(),
        };
        rows.push([vec![step.what.clone()], row(step.after).to_vec(), vec![proof]].concat());
    }
    let right = Align::Right;
    write!(out, "\n{}", table(&[Align::Text, right, right, right, right, right, Align::Left], &rows))?;
    let (rule, after) = (args.count, shrunk.model.counts());
    writeln!(
        out,
        "\n{BOLD}{} to {} by `{}`{RESET}, {}, {} tried",
        rule.of(model.counts()),
        rule.of(after),
        rule.name(),
        counted(shrunk.steps.len(), "step"),
        changes(shrunk.tried),
    )?;
    match &args.output {
        Some(file) if !shrunk.steps.is_empty() => writeln!(out, "{DIM}written to {}{RESET}", path(file))?,
        Some(_) => writeln!(out, "{DIM}nothing is written{RESET}")?,
        None => writeln!(out, "{DIM}`--output FILE` writes it{RESET}")?,
    }
    Ok(())
}
