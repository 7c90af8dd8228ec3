//! `nanoadder prove`: a verdict on all pairs.

use crate::args::{Common, Prove};
use crate::commands::why::Why;
use crate::interrupt::NEVER;
use crate::output::{DIM, GREEN, RED, RESET, counted, move_to, short, stdout, tell, thousands, wrap};
use crate::pending::Output;
use crate::picture::Picture;
use crate::{Answer, input};
use prove::{Options, Report, Verdict, prove};
use serde::Serialize;
use spec::figures::{Round, percent};
use std::io::Write;
use std::time::Duration;

/// A verdict and, if it was asked for, why.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    proof: wire::Proof,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Why>,
}

pub(crate) fn run(args: &Prove, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    let picture = args.plot.as_deref().map(Picture::begin).transpose()?;
    let certificate = args.certificate.as_deref().map(Output::begin).transpose()?;
    let options = Options {
        rate: args.rate,
        most_states: args.most_states,
        sample: Duration::from_secs_f64(args.sample),
        ..Options::new(args.threads.get())
    };
    common.tell_reading(&adder, options.threads);
    let bar = common.progress_of_share();
    let report = prove(&adder, options, &NEVER, &|share| move_to(&bar, share));
    bar.finish_and_clear();
    let why = if args.explain { Why::new(&adder, &report, args.threads.get(), &NEVER)? } else { None };
    let model = adder.model().name();
    let mut written = true;
    if let Some(output) = certificate {
        let text = match adder.model().file() {
            Some(model) => prove::certificate(model, &report),
            None => Err("certificates are written of model files, not of graphs".into()),
        };
        match text {
            Ok(text) => output.finish(text.as_bytes())?,
            Err(why) => {
                tell!("no certificate: {why}");
                written = false;
            }
        }
    }
    if let Some(picture) = picture {
        match plot::margins(model, adder.model().task(), &report) {
            Ok(svg) => picture.finish(&svg)?,
            Err(why) => tell!("no picture: {why}"),
        }
    }
    if common.json() {
        let proof = wire::Proof::new(model, &report);
        crate::output::json(&Json { proof, explanation: why.as_ref() })?;
    } else {
        human(model, adder.model().dtype().name(), &report)?;
        if let Some(why) = &why {
            why.print()?;
        }
    }
    Ok(match report.verdict {
        Verdict::Proved { .. } if !written => Answer::Failed,
        Verdict::Proved { .. } => Answer::Yes,
        Verdict::Refuted(_) => Answer::No,
        Verdict::Undecided { .. } | Verdict::Statistical { .. } | Verdict::Unsupported { .. } => Answer::Open,
    })
}

fn human(model: &str, dtype: &str, report: &Report) -> anyhow::Result<()> {
    let mut out = stdout();
    match &report.verdict {
        Verdict::Proved { layer } => {
            writeln!(out, "{model}: {GREEN}proved{RESET} right on every pair, {}", layer.name())?;
            writeln!(out, "  {}", wrap(&holds_for(dtype, report), 2, 2))?;
        }
        Verdict::Refuted(c) => {
            refuted(&mut out, model, c)?;
        }
        Verdict::Undecided { why } => writeln!(out, "{}", wrap(&format!("{model}: undecided, {why}"), 0, 2))?,
        Verdict::Statistical { why } => {
            writeln!(out, "{model}: statistical, no proof and no wrong pair found")?;
            writeln!(out, "  {}", wrap(why, 2, 2))?;
        }
        Verdict::Unsupported { why } => {
            writeln!(out, "{}", wrap(&format!("{model}: unsupported, {why}"), 0, 2))?;
        }
    }
    if let Some(rate) = &report.rate {
        let [least, most, pairs] = [rate.least, rate.most, rate.pairs].map(thousands::<u128>);
        if rate.least == rate.most {
            let share = percent(rate.lo(), Round::Nearest);
            let text = format!("wrong on exactly {share} of all pairs: {least} of {pairs}");
            writeln!(out, "  {}", wrap(&text, 2, 4))?;
        } else {
            let (lo, hi) = (percent(rate.lo(), Round::Down), percent(rate.hi(), Round::Up));
            let text = format!("wrong on {lo} to {hi} of all pairs: {least} to {most} of {pairs}");
            writeln!(out, "  {}", wrap(&text, 2, 4))?;
        }
    }
    if let Some(sampled) = &report.statistics {
        let (failures, pairs) = (thousands(sampled.failures), counted(sampled.pairs, "random pair"));
        let (lo, hi) = (percent(sampled.lo, Round::Down), percent(sampled.hi, Round::Up));
        let confidence = 100.0 * sampled.confidence;
        writeln!(out, "  {failures} of {pairs} wrong (seed {})", sampled.seed)?;
        let least = if sampled.failures > 0 { format!("{lo} to ") } else { "at most ".into() };
        let text = format!("so, with {confidence} % confidence, wrong on {least}{hi} of all pairs");
        writeln!(out, "  {}", wrap(&text, 2, 4))?;
    }
    let margin =
        report.least_margin.map_or(String::new(), |margin| format!(", smallest margin {}", short(margin)));
    let seconds = report.time.as_secs_f64();
    writeln!(out, "  {DIM}{}{margin}, {seconds:.2} s{RESET}", counted(report.states, "case"))?;
    Ok(())
}

/// For which runtimes a proof holds.
fn holds_for(dtype: &str, report: &Report) -> String {
    let names: Vec<&str> = report.holds_for.iter().map(|runtime| runtime.name).collect();
    if names.is_empty() {
        return "holds for nanoadder alone".into();
    }
    format!("holds for {} in {dtype} (docs/arithmetic.md)", names.join(", "))
}

/// The two lines that say on which pair a model is wrong.
pub(crate) fn refuted(out: &mut impl Write, model: &str, c: &prove::Counterexample) -> anyhow::Result<()> {
    let got = c.got.map_or("no number".into(), |got| got.to_string());
    writeln!(out, "{model}: {RED}refuted{RESET}, {} + {} = {}, answered {got}", c.a, c.b, c.expected)?;
    writeln!(out, "  the first wrong token is number {}", c.step)?;
    Ok(())
}
