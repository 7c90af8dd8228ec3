//! `nanoadder prove`: a verdict on all pairs.

use crate::args::{Common, Prove};
use crate::commands::why::Why;
use crate::interrupt::stop_flag;
use crate::output::{DIM, GREEN, RED, RESET, SCHEMA_VERSION, move_to, short, stdout, thousands};
use crate::pending::Output;
use crate::{Answer, input};
use prove::{Options, Report, Verdict, prove};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    verdict: &'a str,
    layer: Option<&'a str>,
    counterexample: Option<Counterexample>,
    rate: Option<Rate>,
    states: u64,
    min_margin: Option<f64>,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Why>,
}

#[derive(Serialize)]
pub(crate) struct Counterexample {
    a: u64,
    b: u64,
    expected: u64,
    got: Option<u64>,
    step: usize,
}

impl Counterexample {
    pub(crate) fn new(c: &prove::Counterexample) -> Self {
        Self { a: c.a, b: c.b, expected: c.expected, got: c.got, step: c.step }
    }
}

#[derive(Serialize)]
struct Rate {
    lo: f64,
    hi: f64,
}

pub(crate) fn run(args: &Prove, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model)?;
    let certificate = args.certificate.as_deref().map(Output::begin).transpose()?;
    let options =
        Options { rate: args.rate, most_states: args.most_states, ..Options::new(args.threads.get()) };
    let stop = stop_flag()?;
    let bar = common.progress_of_share();
    let report = prove(&adder, options, stop, &|share| move_to(&bar, share));
    bar.finish_and_clear();
    let why = if args.explain { Why::new(&adder, &report, args.threads.get(), stop)? } else { None };
    let model = adder.model().name();
    if let Some(output) = certificate {
        match prove::certificate(adder.model(), &report) {
            Ok(text) => output.finish(text.as_bytes())?,
            Err(why) => anstream::eprintln!("no certificate: {why}"),
        }
    }
    if common.json() {
        crate::output::json(&json(model, &report, why.as_ref()))?;
    } else {
        human(model, &report)?;
        if let Some(why) = &why {
            why.print()?;
        }
    }
    Ok(match report.verdict {
        Verdict::Proved { .. } => Answer::Yes,
        Verdict::Refuted(_) => Answer::No,
        Verdict::Undecided { .. } | Verdict::Unsupported { .. } => Answer::Open,
    })
}

fn json<'a>(model: &'a str, report: &'a Report, explanation: Option<&'a Why>) -> Json<'a> {
    let (verdict, layer, why) = match &report.verdict {
        Verdict::Proved { layer } => ("proved", Some(layer.name()), None),
        Verdict::Refuted(_) => ("refuted", None, None),
        Verdict::Undecided { why } => ("undecided", None, Some(why.as_str())),
        Verdict::Unsupported { why } => ("unsupported", None, Some(why.as_str())),
    };
    let counterexample = match &report.verdict {
        Verdict::Refuted(c) => Some(Counterexample::new(c)),
        _ => None,
    };
    Json {
        schema_version: SCHEMA_VERSION,
        model,
        verdict,
        layer,
        counterexample,
        rate: report.rate.map(|rate| Rate { lo: rate.lo(), hi: rate.hi() }),
        states: report.states,
        min_margin: report.least_margin,
        seconds: report.time.as_secs_f64(),
        why,
        explanation,
    }
}

fn human(model: &str, report: &Report) -> anyhow::Result<()> {
    let mut out = stdout();
    match &report.verdict {
        Verdict::Proved { layer } => {
            writeln!(out, "{model}: {GREEN}proved{RESET} right on every pair, {}", layer.name())?;
        }
        Verdict::Refuted(c) => {
            refuted(&mut out, model, c)?;
        }
        Verdict::Undecided { why } => writeln!(out, "{model}: undecided, {why}")?,
        Verdict::Unsupported { why } => writeln!(out, "{model}: unsupported, {why}")?,
    }
    if let Some(rate) = &report.rate {
        writeln!(
            out,
            "  wrong on {:.4e} to {:.4e} of all pairs: {} to {} of {}",
            rate.lo(),
            rate.hi(),
            rate.least,
            rate.most,
            rate.pairs
        )?;
    }
    let margin =
        report.least_margin.map_or(String::new(), |margin| format!(", smallest margin {}", short(margin)));
    let seconds = report.time.as_secs_f64();
    writeln!(out, "  {DIM}{} cases{margin}, {seconds:.2} s{RESET}", thousands(report.states))?;
    Ok(())
}

/// The two lines that say on which pair a model is wrong.
pub(crate) fn refuted(out: &mut impl Write, model: &str, c: &prove::Counterexample) -> anyhow::Result<()> {
    let got = c.got.map_or("no number".into(), |got| got.to_string());
    writeln!(out, "{model}: {RED}refuted{RESET}, {} + {} = {}, answered {got}", c.a, c.b, c.expected)?;
    writeln!(out, "  the first wrong token is number {}", c.step)?;
    Ok(())
}
