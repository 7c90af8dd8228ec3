//! The head of the picture: what is asked, what is answered, and in words where it first goes wrong and why.

use super::{View, WIDTH};
use crate::Svg;
use crate::words::{number, percent, place_name, token};
use run::{Ramp, Role};
use spec::figures::counted;

pub(super) fn caption(view: &View<'_>, svg: &mut Svg) -> f64 {
    let (a, b) = view.explanation.pair;
    let answer = view.explanation.sum.map_or("no number".into(), |sum| sum.to_string());
    svg.text((16.0, 34.0), &format!("{}: {a} + {b} = {answer}", view.model), "title");
    let Some(step) = view.wrong else {
        let least = view.explanation.steps.iter().map(|step| step.margin).fold(f64::INFINITY, f64::min);
        let line = format!("Every digit is right; the smallest margin is {}.", number(least));
        svg.text((16.0, 58.0), &line, "right-ink");
        return 82.0;
    };
    let wrong = (0..view.steps()).filter(|&step| !view.right(step)).count();
    let count = format!("wrong: the sum is {}", a + b);
    svg.text((WIDTH - 20.0, 34.0), &count, "strong wrong-ink end");
    let mut y = 58.0;
    for line in lines(view, step, wrong) {
        svg.text((16.0, y), &line, "wrong-ink");
        y += 20.0;
    }
    y + 4.0
}

fn lines(view: &View<'_>, step: usize, wrong: usize) -> Vec<String> {
    let trace = &view.explanation.steps[step];
    let (chosen, expected) = (trace.chosen, view.explanation.expected[step]);
    let place =
        view.place(step).map_or_else(|| "the end".into(), |place| format!("the {}", place_name(place)));
    let more = match wrong {
        1 => String::new(),
        _ => format!(" {wrong} of {} are wrong.", counted(view.steps(), "digit")),
    };
    let lead = trace.logits[chosen] - trace.logits[expected];
    let mut list = vec![format!(
        "It first goes wrong at step {}, {place}: it writes {} and should write {}, whose logit is {} lower.{more}",
        step + 1,
        token(view.task, chosen),
        token(view.task, expected),
        number(lead),
    )];
    list.extend(hinge(view, step));
    list
}

/// The ramp that is most amiss at a step, in words.
fn hinge(view: &View<'_>, step: usize) -> Option<String> {
    let amiss = |ramp: &&Ramp| {
        let should = should_open(view, ramp, step)?;
        let (_, open) = state(view, ramp, step);
        Some((open - f64::from(u8::from(should))).abs() * ramp.effect.abs())
    };
    let worst =
        view.ramps.iter().max_by(|x, y| amiss(x).unwrap_or(0.0).total_cmp(&amiss(y).unwrap_or(0.0)))?;
    if amiss(&worst)? < 0.05 {
        return None;
    }
    let (reads, open) = state(view, worst, step);
    let should = if should_open(view, worst, step)? { "open" } else { "shut" };
    Some(format!(
        "Its {} hinge opens from {} to {} and reads {reads:.1}: {} open where it should be {should}, so it adds {} instead of {}.",
        worst.role?.name(),
        number(worst.from),
        number(worst.to),
        percent(open),
        number(open * worst.effect),
        if should == "open" { number(worst.effect) } else { "0".into() },
    ))
}

/// What a ramp reads at a step, and how far it is open.
pub(super) fn state(view: &View<'_>, ramp: &Ramp, step: usize) -> (f64, f64) {
    let reads = ramp.reads(&view.explanation.steps[step].layers[ramp.layer].read_by_mlp);
    (reads, ramp.openness(reads))
}

/// Whether a ramp should be open at a step, if its role tells.
pub(super) fn should_open(view: &View<'_>, ramp: &Ramp, step: usize) -> Option<bool> {
    let (a, b) = view.explanation.pair;
    let carries = crate::words::carries(a, b, view.task.digits());
    let place = view.place(step)?;
    match ramp.role? {
        Role::Carry => carries.get(place).copied(),
        Role::Wrap => Some(carries.get(place + 1).copied().unwrap_or(false)),
    }
}
