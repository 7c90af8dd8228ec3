//! The smallest margin that a proof found at each step, over all pairs.

use crate::Svg;
use crate::words::{place, place_name, precise};
use prove::{Report, Verdict};
use spec::Task;
use spec::figures::counted;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 110.0;
const ROW: f64 = 30.0;
const TOP: f64 = 92.0;

/// Draws the margins of a proof of the model called `model`, a bar for each step.
///
/// # Errors
///
/// If the report has no margins; the text says why.
pub fn margins(model: &str, task: &Task, report: &Report) -> Result<Svg, String> {
    let Verdict::Proved { layer } = &report.verdict else {
        return Err(format!("there are no margins to draw: {model} is not proved"));
    };
    let margins: Vec<f64> =
        report.steps.iter().filter_map(|step| Some(step.tightest.as_ref()?.margin)).collect();
    if margins.len() != report.steps.len() || margins.is_empty() {
        return Err("there are no margins to draw: a step of the proof has none".into());
    }
    let (least, most) = margins
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), &margin| (least.min(margin), most.max(margin)));
    let mut svg = Svg::new(WIDTH, &format!("{model}: the smallest margin of each step, over all pairs"));
    svg.text((16.0, 34.0), &format!("{model}: the smallest margin of each step"), "title");
    let line = "At every step of every pair the right token's logit leads all others by at least this much";
    svg.text((16.0, 56.0), &format!("{line} ({}).", layer.name()), "small mute");
    for (index, (step, &margin)) in report.steps.iter().zip(&margins).enumerate() {
        let y = TOP + index as f64 * ROW;
        let name = place(task, index).map_or_else(|| "the end".into(), place_name);
        svg.text((16.0, y + 16.0), &step.step.to_string(), "digit mute");
        svg.text((44.0, y + 16.0), &name, "");
        let length = (WIDTH - LEFT - RIGHT) * margin / most;
        svg.rect(
            (LEFT, y + 3.0),
            (length.max(1.5), ROW - 12.0),
            if margin == least { "good" } else { "plus" },
        );
        svg.text(
            (LEFT + length + 8.0, y + 16.0),
            &precise(margin),
            if margin == least { "digit strong" } else { "digit" },
        );
    }
    let bottom = TOP + margins.len() as f64 * ROW;
    svg.line((LEFT, TOP - 4.0), (LEFT, bottom), "axis");
    let cases: u64 = report.steps.iter().map(|step| step.cases).sum();
    svg.text(
        (16.0, bottom + 22.0),
        &format!("{}; the smallest of all is {}.", counted(cases, "case"), precise(least)),
        "small mute",
    );
    svg.grow(bottom + 38.0);
    Ok(svg)
}
