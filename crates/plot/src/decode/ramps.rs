//! Where the MLP bends: each ramp with its operating point at every step, or the hidden units as bars.

use super::fault::{should_open, state};
use super::{LEFT, View, section};
use crate::Svg;
use crate::words::{number, percent};
use run::Ramp;
use spec::figures::counted;

/// The height of a curve.
const CURVE: f64 = 44.0;

/// The height of a ramp's row.
const ROW: f64 = 78.0;

/// The height of a unit's row.
const UNIT: f64 = 22.0;

/// The most units of a layer that are drawn.
const MOST: usize = 12;

pub(super) fn draw(view: &View<'_>, svg: &mut Svg, top: f64) -> f64 {
    let Some(first) = view.explanation.steps.first() else { return top };
    if first.layers.iter().all(|layer| layer.hidden.is_empty()) {
        return top;
    }
    let note = if view.ramps.is_empty() {
        "the hidden units of the MLP"
    } else {
        "two units make a ramp: it adds nothing before it and all of its effect behind it; the point is what it reads"
    };
    let mut y = section(svg, top, "Where it bends", note);
    for ramp in &view.ramps {
        let name = ramp.role.map_or_else(
            || format!("units {} and {}", ramp.units[0], ramp.units[1]),
            |role| format!("{} hinge", role.name()),
        );
        svg.text((16.0, y + 18.0), &view.of_layer(ramp.layer, &name), "small unit-ink");
        svg.text((16.0, y + 34.0), &format!("{} to {}", number(ramp.from), number(ramp.to)), "small mute");
        for step in 0..view.steps() {
            plot(view, svg, ramp, step, y);
        }
        y += ROW;
    }
    for (layer, trace) in first.layers.iter().enumerate() {
        let ramps = view.ramps.iter().filter(|ramp| ramp.layer == layer);
        let paired: Vec<usize> = ramps.flat_map(|ramp| ramp.units).collect();
        let units: Vec<usize> = (0..trace.hidden.len()).filter(|unit| !paired.contains(unit)).collect();
        for &unit in units.iter().take(MOST) {
            let name = view.of_layer(layer, &format!("unit {unit}"));
            let of = |step: &run::StepTrace| step.layers[layer].hidden[unit];
            bars(view, svg, y, &name, &of);
            y += UNIT;
        }
        if units.len() > MOST {
            svg.text(
                (LEFT, y + 12.0),
                &format!("and {}", counted(units.len() - MOST, "more unit")),
                "small mute",
            );
            y += UNIT;
        }
    }
    y
}

/// One ramp at one step.
fn plot(view: &View<'_>, svg: &mut Svg, ramp: &Ramp, step: usize, top: f64) {
    let (reads, open) = state(view, ramp, step);
    let half = view.column() / 2.0 - 6.0;
    let middle = view.x(step);
    let wide = ramp.to - ramp.from;
    // The slope takes the middle fifth; what lies far beyond it is shown at the edge.
    let share = ((reads - ramp.from) / wide - 0.5).clamp(-2.2, 2.2) / 2.5;
    let x = |share: f64| middle + share * half;
    let up = ramp.effect > 0.0;
    let y = |open: f64| top + 4.0 + (CURVE - 10.0) * if up { 1.0 - open } else { open };
    let slope = [(-1.0, 0.0), (-0.2, 0.0), (0.2, 1.0), (1.0, 1.0)];
    svg.polyline(&slope.map(|(share, open)| (x(share), y(open))), "curve pale");
    // After the first wrong token the model reads what is wrong already: what it then does tells nothing.
    let should = should_open(view, ramp, step).filter(|_| view.wrong == Some(step));
    let amiss = should.is_some_and(|should| (open - f64::from(u8::from(should))).abs() > 0.05);
    svg.circle((x(share), y(open)), 5.0, if amiss { "here bad" } else { "here" });
    let adds = match open {
        open if open < 0.02 => "shut".to_owned(),
        open if open > 0.98 => format!("adds {}", number(ramp.effect)),
        open => format!("{} open", percent(open)),
    };
    let class = if amiss { "small strong wrong-ink middle" } else { "small middle" };
    svg.text((middle, top + CURVE + 11.0), &adds, class);
    svg.text((middle, top + CURVE + 25.0), &format!("reads {}", number(reads)), "small mute middle");
}

/// A row of numbers with bars below them, to one scale.
pub(super) fn bars(view: &View<'_>, svg: &mut Svg, y: f64, name: &str, of: &dyn Fn(&run::StepTrace) -> f64) {
    svg.text((16.0, y + 12.0), name, "small");
    let values: Vec<f64> = view.explanation.steps.iter().map(of).collect();
    let most = values.iter().map(|value| value.abs()).filter(|size| size.is_finite()).fold(0.0, f64::max);
    let room = view.column() - 16.0;
    for (step, &value) in values.iter().enumerate() {
        let left = view.x(step) - room / 2.0;
        let length = if most > 0.0 && value.is_finite() { value.abs() / most * room } else { 0.0 };
        svg.rect((left, y + 15.0), (length, 3.0), if value < 0.0 { "minus" } else { "plus" });
        svg.text((view.x(step), y + 12.0), &number(value), "digit small middle");
    }
}
