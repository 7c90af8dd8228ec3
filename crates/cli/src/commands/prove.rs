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
use std::time::Duration;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    verdict: &'a str,
    layer: Option<&'a str>,
    counterexample: Option<Counterexample>,
    rate: Option<Rate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Statistics>,
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

/// Bounds on the share of wrong pairs: certain ones if they were asked for, else those of the statistics.
#[derive(Serialize)]
struct Rate {
    lo: f64,
    hi: f64,
}

#[derive(Serialize)]
pub(crate) struct Statistics {
    n: u64,
    failures: u64,
    confidence: f64,
    lo: f64,
    hi: f64,
    seed: u64,
}

impl Statistics {
    pub(crate) fn new(s: &prove::Statistics) -> Self {
        let prove::Statistics { pairs: n, failures, seed, confidence, lo, hi } = *s;
        Self { n, failures, confidence, lo, hi, seed }
    }
}

pub(crate) fn run(args: &Prove, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, common)?;
    let certificate = args.certificate.as_deref().map(Output::begin).transpose()?;
    let options = Options {
        rate: args.rate,
        most_states: args.most_states,
        sample: Duration::from_secs_f64(args.sample),
        ..Options::new(args.threads.get())
    };
    let stop = stop_flag()?;
    let bar = common.progress_of_share();
    let report = prove(&adder, options, stop, &|share| move_to(&bar, share));
    bar.finish_and_clear();
    let why = if args.explain { Why::new(&adder, &report, args.threads.get(), stop)? } else { None };
    let model = adder.model().name();
    if let Some(output) = certificate {
        let text = match adder.model().file() {
            Some(model) => prove::certificate(model, &report),
            None => Err("certificates are written of model files, not of graphs".into()),
        };
        match text {
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
        Verdict::Undecided { .. } | Verdict::Statistical { .. } | Verdict::Unsupported { .. } => Answer::Open,
    })
}

fn json<'a>(model: &'a str, report: &'a Report, explanation: Option<&'a Why>) -> Json<'a> {
    let (verdict, layer, why) = match &report.verdict {
        Verdict::Proved { layer } => ("proved", Some(layer.name()), None),
        Verdict::Refuted(_) => ("refuted", None, None),
        Verdict::Undecided { why } => ("undecided", None, Some(why.as_str())),
        Verdict::Statistical { why } => ("statistical", None, Some(why.as_str())),
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
        rate: report
            .rate
            .map(|rate| Rate { lo: rate.lo(), hi: rate.hi() })
            .or(report.statistics.map(|sampled| Rate { lo: sampled.lo, hi: sampled.hi })),
        statistics: report.statistics.as_ref().map(Statistics::new),
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
        Verdict::Statistical { why } => {
            writeln!(out, "{model}: statistical, no proof and no wrong pair found")?;
            writeln!(out, "  {why}")?;
        }
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
    if let Some(sampled) = &report.statistics {
        let (failures, pairs) = (thousands(sampled.failures), thousands(sampled.pairs));
        let confidence = 100.0 * sampled.confidence;
        writeln!(out, "  {failures} of {pairs} random pairs wrong (seed {})", sampled.seed)?;
        let least = if sampled.failures > 0 { format!("{:.3e} to ", sampled.lo) } else { "at most ".into() };
        writeln!(
            out,
            "  so, with {confidence} % confidence, wrong on {least}{:.3e} of all pairs",
            sampled.hi
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
