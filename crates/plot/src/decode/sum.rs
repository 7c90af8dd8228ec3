//! The sum as one writes it by hand, a column for each step.

use super::{LEFT, RIGHT, View, WIDTH};
use crate::Svg;
use crate::words::{carries, digit, token};

pub(super) fn draw(view: &View<'_>, svg: &mut Svg, top: f64) -> f64 {
    let (a, b) = view.explanation.pair;
    let digits = view.task.digits();
    let carry = carries(a, b, digits);
    let rows = ["step", "carry", "a", "b", "writes"];
    let y = [14.0, 38.0, 66.0, 94.0, 132.0].map(|down| top + down);
    for (name, y) in rows.into_iter().zip(y) {
        svg.text((16.0, y), name, "small mute");
    }
    for step in 0..view.steps() {
        let x = view.x(step);
        svg.text((x, y[0]), &(step + 1).to_string(), "small mute middle");
        let Some(place) = view.place(step) else { continue };
        if carry.get(place).is_some_and(|&carry| carry) {
            svg.text((x, y[1]), "1", "digit carry-ink middle");
        }
        if place < digits {
            for (number, y) in [(a, y[2]), (b, y[3])] {
                // Zeros in front of a number only fill the prompt.
                let filler = place > 0 && (0..place).fold(number, |rest, _| rest / 10) == 0;
                let class = if filler { "digit big mute middle" } else { "digit big middle" };
                svg.text((x, y), &digit(number, place).to_string(), class);
            }
        }
    }
    svg.text((LEFT - 14.0, y[3]), "+", "digit big mute");
    svg.line((LEFT - 14.0, y[3] + 10.0), (WIDTH - RIGHT, y[3] + 10.0), "rule");
    let mut bottom = y[4] + 8.0;
    for step in 0..view.steps() {
        let class = if view.right(step) { "right-ink" } else { "wrong-ink" };
        let written = token(view.task, view.explanation.tokens[step]);
        svg.text((view.x(step), y[4]), &written, &format!("digit big strong middle {class}"));
        if !view.right(step) {
            bottom = y[4] + 30.0;
            let expected = token(view.task, view.explanation.expected[step]);
            svg.text((view.x(step), y[4] + 22.0), &expected, "digit mute middle");
        }
    }
    if view.wrong.is_some() {
        svg.text((16.0, y[4] + 22.0), "should write", "small mute");
    }
    bottom
}
