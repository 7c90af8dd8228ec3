//! `nanoadder export`: a model for other tools.

use crate::args::{Common, Export, Form};
use crate::interrupt::NEVER;
use crate::output::{counted, data, move_to, short, thousands};
use crate::pending::Output;
use crate::{Answer, input};
use anyhow::bail;
use export::Findings;
use prove::{Options, Verdict};
use run::Adder;
use run::check::{Plan, check};
use spec::Model;
use spec::figures::{Round, percent};
use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

pub(crate) fn run(args: &Export, common: &Common) -> anyhow::Result<Answer> {
    let model = input::model(&args.model, common)?;
    if args.pair.is_some() && args.to != Form::Xlsx {
        bail!("--pair: only with `--to xlsx`");
    }
    let bytes = matches!(args.to, Form::Safetensors | Form::Onnx | Form::Xlsx);
    if bytes && args.output.is_none() && std::io::stdout().is_terminal() {
        bail!("this form is bytes: expected `--output FILE`, or a pipe");
    }
    let output = args.output.as_deref().map(Output::begin).transpose()?;
    let bytes = match args.to {
        Form::Pytorch => export::pytorch::pytorch(&model, stated(&model).as_deref()).into_bytes(),
        Form::Safetensors => export::safetensors(&model).map_err(anyhow::Error::msg)?,
        Form::Onnx => onnx::write(&model),
        Form::Xlsx => {
            let [a, b] = match args.pair.as_deref() {
                Some([a, b]) => [input::operand(a, model.task())?, input::operand(b, model.task())?],
                _ => [model.task().greatest(), 1],
            };
            export::xlsx(&model, a, b).map_err(anyhow::Error::msg)?
        }
        Form::Submission => {
            export::submission(&model, &findings(&args.model, model.clone(), common)?).into_bytes()
        }
    };
    match output {
        Some(output) => output.finish(&bytes)?,
        None => data(&bytes)?,
    }
    Ok(Answer::Yes)
}

/// What the zoo states of this very model.
fn stated(model: &Model) -> Option<String> {
    let entry = zoo::find(model.name()).filter(|entry| entry.text == model.text())?;
    let layer = entry.verdict.layer().map_or(String::new(), |layer| format!(", {}", layer.name()));
    Some(match entry.verdict {
        zoo::Verdict::Refuted { a, b } => format!("refuted by {a} + {b}"),
        verdict => format!("{}{layer}", verdict.name()),
    })
}

/// The protocol and the proof, run now.
fn findings(name: &Path, model: Model, common: &Common) -> anyhow::Result<Findings> {
    let adder = Adder::new(model);
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let (seed, pairs) = (run::protocol::SEED, run::protocol::PAIRS);
    let checked = check(&adder, Plan { seed, pairs, threads, detailed: false }, &mut |_| ());
    let checked = checked.map_err(|error| super::check::other_digits(&error, name))?;
    let bar = common.progress_of_share();
    let options = Options { sample: Duration::from_secs(3), ..Options::new(threads) };
    let report = prove::prove(&adder, options, &NEVER, &|share| move_to(&bar, share));
    bar.finish_and_clear();
    let verdict = match &report.verdict {
        Verdict::Proved { layer } => {
            let margin = report
                .least_margin
                .map_or(String::new(), |least| format!(", smallest margin {}", short(least)));
            format!("proved right on every pair, {}{margin}", layer.name())
        }
        Verdict::Refuted(c) => format!("refuted: {} + {}", c.a, c.b),
        Verdict::Undecided { why } => format!("undecided: {why}"),
        Verdict::Unsupported { why } => format!("unsupported: {why}"),
        Verdict::Statistical { why } => match &report.statistics {
            Some(s) => format!(
                "no proof ({why}); {} of {} wrong: at most {} of all pairs, with {} % confidence",
                thousands(s.failures),
                counted(s.pairs, "random pair"),
                percent(s.hi, Round::Up),
                100.0 * s.confidence
            ),
            None => format!("no proof: {why}"),
        },
    };
    Ok(Findings { passed: checked.passed as usize, total: checked.total as usize, verdict })
}
