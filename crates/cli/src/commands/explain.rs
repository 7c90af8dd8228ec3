//! `nanoadder explain`: one decode, step by step.

use crate::args::{Common, Explain};
use crate::output::{Align, BOLD, DIM, GREEN, RED, RESET, short, stdout, table};
use crate::picture::Picture;
use crate::{Answer, bars, input};
use run::Explanation;
use std::io::Write;

pub(crate) fn run(args: &Explain, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    let (a, b) =
        (input::operand(&args.a, adder.model().task())?, input::operand(&args.b, adder.model().task())?);
    let picture = args.plot.as_deref().map(Picture::begin).transpose()?;
    let explanation = adder.explain(a, b)?;
    if let Some(picture) = picture {
        picture.finish(&plot::decode(&adder, &explanation))?;
    }
    let name = adder.model().name();
    let right = explanation.sum == Some(a + b);
    if common.json() {
        crate::output::json(&wire::Explanation::new(name, explanation))?;
    } else {
        human(name, &explanation)?;
    }
    Ok(Answer::from_right(right))
}

fn human(model: &str, explanation: &Explanation) -> anyhow::Result<()> {
    let mut out = stdout();
    let (a, b) = explanation.pair;
    writeln!(out, "{BOLD}{model}{RESET}: {a} + {b}\n")?;
    let mut context: Vec<String> = explanation.prompt.clone();
    writeln!(out, "prompt  {}", context.join(" "))?;
    let count = explanation.steps.len();
    for (index, step) in explanation.steps.iter().enumerate() {
        let (chosen, expected) = (step.chosen, explanation.expected[index]);
        let read = &context[step.position];
        writeln!(
            out,
            "\n{BOLD}step {} of {count}{RESET}: reads `{read}` at position {}",
            index + 1,
            step.position
        )?;
        // One character for each token, or as many as the widest has.
        let wide = context.iter().map(|token| token.chars().count()).max().unwrap_or(1);
        let tokens: String = context.iter().map(|token| format!("{token:wide$}")).collect();
        writeln!(out, "  {DIM}tokens        {RESET}  {tokens}")?;
        let mut rows = vec![numbers("residual stream", &step.embedded)];
        for (number, layer) in step.layers.iter().enumerate() {
            for (head, trace) in layer.heads.iter().enumerate() {
                let (strip, looks) = (bars::strip(&trace.weights, wide), looks(&trace.weights, &context));
                writeln!(out, "  layer {number} head {head}  {strip}  {looks}")?;
            }
            rows.push(numbers("after attention", &layer.attended));
            if !layer.hidden.is_empty() {
                rows.push(numbers("mlp before activation", &layer.pre_activation));
                rows.push(numbers("mlp hidden", &layer.hidden));
                rows.push(numbers("after mlp", &layer.transformed));
            }
        }
        rows.push(numbers("logits", &step.logits));
        // A graph does not say what is the residual stream.
        rows.retain(|row| row.len() > 1);
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let align: Vec<_> =
            (0..width).map(|column| if column == 0 { Align::Left } else { Align::Right }).collect();
        write!(out, "{}", table(&align, &rows))?;
        writeln!(out, "  {DIM}choice{RESET}  {}", bars::choice(&step.chances(), chosen, expected))?;
        let (color, verdict) = if chosen == expected {
            (GREEN, "right".to_owned())
        } else {
            (RED, format!("wrong, expected {expected}"))
        };
        writeln!(
            out,
            "  chooses {BOLD}{chosen}{RESET} over {} by {DIM}margin{RESET} {}: {color}{verdict}{RESET}",
            step.runner_up,
            short(step.margin),
        )?;
        context.push(chosen.to_string());
    }
    let sum = explanation.sum.map_or("no number".into(), |sum| sum.to_string());
    let right = explanation.sum == Some(a + b);
    let (color, verdict) =
        if right { (GREEN, "right".to_owned()) } else { (RED, format!("wrong, the sum is {}", a + b)) };
    writeln!(out, "\nanswer  {sum}: {color}{verdict}{RESET}")?;
    for what in &explanation.unknown {
        writeln!(out, "{DIM}not known: {what}{RESET}")?;
    }
    Ok(())
}

fn numbers(name: &str, values: &[f64]) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(values.iter().map(|&value| short(value))).collect()
}

/// The tokens that a head gives at least half a percent of its weight, the heaviest first, at most six.
pub(crate) fn looks(weights: &[f64], context: &[String]) -> String {
    const MOST: usize = 6;
    if weights.is_empty() {
        return "not known".into();
    }
    if weights.iter().any(|weight| weight.is_nan()) {
        return "not a number".into();
    }
    let mut heavy: Vec<(usize, f64)> =
        weights.iter().copied().enumerate().filter(|&(_, weight)| weight >= 0.005).collect();
    heavy.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    let more = heavy.len().saturating_sub(MOST);
    let mut text: Vec<_> = heavy
        .iter()
        .take(MOST)
        .map(|&(position, weight)| format!("{:.1} % `{}` at {position}", 100.0 * weight, context[position]))
        .collect();
    if more > 0 {
        text.push(format!("{more} more"));
    }
    text.join(", ")
}
