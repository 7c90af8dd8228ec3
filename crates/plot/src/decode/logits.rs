//! What it chooses: what a softmax of the logits gives each digit, the token chosen, and the margin.

use super::{LEFT, RIGHT, View, WIDTH, section};
use crate::Svg;
use crate::words::{number, token};

/// The height of a token's row.
const ROW: f64 = 17.0;

pub(super) fn draw(view: &View<'_>, svg: &mut Svg, top: f64) -> f64 {
    let note = "the darker, the greater the logit; a frame is round the token that is written, a dashed one round the right one";
    let y = section(svg, top, "What it chooses", note);
    let tokens = tokens(view);
    let side = view.column() - 16.0;
    let chances: Vec<Vec<f64>> = view.explanation.steps.iter().map(run::StepTrace::chances).collect();
    for (row, &id) in tokens.iter().enumerate() {
        let middle = y + (row as f64 + 0.5) * ROW;
        svg.text((LEFT - 14.0, middle + 4.0), &token(view.task, id), "digit small mute end");
        for (step, trace) in view.explanation.steps.iter().enumerate() {
            let chances = &chances[step];
            // Against what the chosen one gets: that is 1.
            let Some(share) = chances.get(id).map(|chance| chance / chances[trace.chosen]) else { continue };
            let corner = (view.x(step) - side / 2.0, middle - ROW / 2.0 + 1.0);
            svg.rect(corner, (side, ROW - 2.0), "sunk");
            let class = match id == trace.chosen {
                false => "unit-ink",
                true if view.right(step) => "good",
                true => "bad",
            };
            svg.shade(corner, (side, ROW - 2.0), class, share.min(1.0));
            if id == trace.chosen {
                svg.rect(corner, (side, ROW - 2.0), "frame");
            } else if id == view.explanation.expected[step] {
                svg.rect(corner, (side, ROW - 2.0), "frame dash");
            }
        }
    }
    let y = y + tokens.len() as f64 * ROW;
    svg.text((16.0, y + 18.0), "margin", "small");
    for (step, trace) in view.explanation.steps.iter().enumerate() {
        svg.text((view.x(step), y + 18.0), &number(trace.margin), "digit small middle");
    }
    svg.line((LEFT, y + 3.0), (WIDTH - RIGHT, y + 3.0), "axis");
    svg.text((16.0, y + 36.0), "over", "small mute");
    for (step, trace) in view.explanation.steps.iter().enumerate() {
        svg.text((view.x(step), y + 36.0), &token(view.task, trace.runner_up), "digit small mute middle");
    }
    y + 42.0
}

/// The tokens that are drawn: the digits from 9 down to 0, and whatever else is chosen.
fn tokens(view: &View<'_>) -> Vec<usize> {
    let mut list: Vec<usize> = (0..10).rev().map(|digit| view.task.digit_token(digit)).collect();
    let chosen = view.explanation.steps.iter().map(|step| step.chosen);
    for id in chosen.chain(view.explanation.expected.iter().copied()) {
        if !list.contains(&id) {
            list.push(id);
        }
    }
    list
}
