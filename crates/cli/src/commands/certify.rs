//! `nanoadder certify`: the independent check of a certificate.

use crate::args::{Certify, Common};
use crate::output::{DIM, GREEN, RED, RESET, SCHEMA_VERSION, counted, move_to, short, stdout, tell};
use crate::{Answer, input};
use anyhow::{Context, anyhow, bail};
use certify::{Confirmed, Counterexample, Failure, Options, Report, certify};
use serde::Serialize;
use std::io::{Read, Write};
use std::path::Path;

/// The largest certificate that is read, in bytes.
const LARGEST_FILE: u64 = 256 << 20;

#[derive(Default, Serialize)]
struct Json<'a> {
    schema_version: u32,
    valid: bool,
    model: Option<&'a str>,
    sha256: Option<&'a str>,
    verdict: Option<&'a str>,
    layer: Option<&'a str>,
    pairs: Option<&'a str>,
    counterexample: Option<Pair>,
    leaves: Option<u64>,
    cases: Option<u64>,
    ties: Option<u64>,
    min_margin: Option<f64>,
    confirmed_margin: Option<f64>,
    seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct Pair {
    a: u64,
    b: u64,
    expected: u64,
    got: Option<u64>,
    step: usize,
}

pub(crate) fn run(args: &Certify, common: &Common) -> anyhow::Result<Answer> {
    let text = read(&args.file)?;
    let model = args.model.as_deref().map(|name| input::model(name, common)).transpose()?;
    if common.verbose {
        let (bytes, lines) = (counted(text.len(), "byte"), counted(text.lines().count(), "line"));
        tell!(
            "a certificate of {bytes} in {lines}, checked on {}",
            counted(args.threads.get().get(), "thread")
        );
    }
    let bar = common.progress_of_share();
    // Shown from the start: the first step may take long.
    bar.tick();
    let progress = |share: f64| move_to(&bar, share);
    let options = Options { threads: args.threads.get(), model: model.as_ref(), progress: &progress };
    let found = certify(&text, &options);
    bar.finish_and_clear();
    let name = crate::output::path(&args.file);
    match found {
        Err(Failure::Unreadable(what)) => Err(anyhow!("`{name}`: {what}")),
        Err(Failure::Invalid { line, what }) => {
            if common.json() {
                let (line, why) = (Some(line), Some(what.as_str()));
                crate::output::json(&Json { schema_version: SCHEMA_VERSION, line, why, ..Json::default() })?;
            } else {
                writeln!(
                    stdout(),
                    "{name}: {RED}not valid{RESET}, line {line}: {}",
                    spec::text::message(&what)
                )?;
            }
            Ok(Answer::No)
        }
        Ok(report) => {
            if common.json() {
                crate::output::json(&json(&report))?;
            } else {
                human(&name, &report)?;
            }
            Ok(Answer::Yes)
        }
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    let cannot = || format!("cannot read the certificate `{}`", path.display());
    let size = std::fs::metadata(path).with_context(cannot)?.len();
    if size > LARGEST_FILE {
        bail!("`{}` has {size} bytes: expected a certificate of at most {LARGEST_FILE}", path.display());
    }
    // A device says no size, and may have no end.
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(cannot)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() as u64 > LARGEST_FILE {
        bail!("`{}`: expected a certificate of at most {LARGEST_FILE} bytes", path.display());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow!("`{}`: byte {at} is not UTF-8: expected a certificate", path.display())
    })
}

fn json(report: &Report) -> Json<'_> {
    let mut json = Json {
        schema_version: SCHEMA_VERSION,
        valid: true,
        model: Some(&report.model),
        sha256: Some(&report.sha256),
        pairs: Some(&report.pairs),
        seconds: Some(report.time.as_secs_f64()),
        ..Json::default()
    };
    match &report.confirmed {
        Confirmed::Proved { layer, stated, margin, leaves, cases, ties } => {
            json.verdict = Some("proved");
            json.layer = Some(layer);
            (json.leaves, json.cases, json.ties) = (Some(*leaves), Some(*cases), Some(*ties));
            (json.min_margin, json.confirmed_margin) = (Some(*stated), Some(*margin));
        }
        &Confirmed::Refuted(Counterexample { a, b, expected, got, step, .. }) => {
            json.verdict = Some("refuted");
            json.counterexample = Some(Pair { a, b, expected, got, step });
        }
    }
    json
}

fn human(name: &str, report: &Report) -> anyhow::Result<()> {
    let mut out = stdout();
    let (model, seconds) = (spec::text::name(&report.model), report.time.as_secs_f64());
    write!(out, "{name}: {GREEN}valid{RESET}, {model} is ")?;
    match &report.confirmed {
        Confirmed::Proved { layer, stated, margin, leaves, cases, ties } => {
            writeln!(out, "right on every pair, {layer}")?;
            writeln!(
                out,
                "  {DIM}{}, {}, smallest margin stated {}, confirmed {}, {seconds:.2} s{RESET}",
                counted(*leaves, "leaf"),
                counted(*cases, "case"),
                short(*stated),
                short(*margin)
            )?;
            if *ties > 0 {
                let (leaves, hold) = (counted(*ties, "leaf"), if *ties == 1 { "holds" } else { "hold" });
                writeln!(
                    out,
                    "  {leaves} {hold} a tie, which the evaluator wins: of equal logits it takes the first"
                )?;
            }
        }
        Confirmed::Refuted(c) => {
            let got = c.got.map_or("no number".into(), |got| got.to_string());
            writeln!(out, "wrong: {} + {} = {}, answered {got}", c.a, c.b, c.expected)?;
        }
    }
    writeln!(out, "  {DIM}SHA-256 of the model {}{RESET}", report.sha256)?;
    Ok(())
}
