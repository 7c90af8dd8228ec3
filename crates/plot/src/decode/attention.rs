//! Where each head looks: in each step's column its weights over all tokens as bars, and the tokens' names below.

use super::{LEFT, RIGHT, View, WIDTH, section};
use crate::Svg;
use crate::words::position;

/// The height of the bars.
const BARS: f64 = 34.0;

/// The height of a head's row: bars, and two lines of names.
const ROW: f64 = 68.0;

/// Weights below this are not named.
const SEEN: f64 = 0.05;

pub(super) fn draw(view: &View<'_>, svg: &mut Svg, top: f64) -> f64 {
    let Some(first) = view.explanation.steps.first() else { return top };
    let unknown = &view.explanation.unknown;
    if first.layers.iter().all(|layer| layer.heads.is_empty()) && unknown.is_empty() {
        return top;
    }
    let note =
        "the weight of every token so far, from the first at the left; below, the tokens that get most of it";
    let mut y = section(svg, top, "Where it looks", note);
    let tokens = view.explanation.prompt.len() + view.steps() - 1;
    for (layer, trace) in first.layers.iter().enumerate() {
        for head in 0..trace.heads.len() {
            let color = head % 5;
            svg.text(
                (16.0, y + 22.0),
                &view.of_layer(layer, &format!("head {head}")),
                &format!("small fill-{color}"),
            );
            svg.line((LEFT, y + BARS), (WIDTH - RIGHT, y + BARS), "axis");
            for step in 0..view.steps() {
                let heads = &view.explanation.steps[step].layers;
                if let Some(head) = heads.get(layer).and_then(|layer| layer.heads.get(head)) {
                    strip(view, svg, (view.x(step), y), tokens, &head.weights, color);
                }
            }
            y += ROW;
        }
    }
    for what in unknown {
        svg.text((16.0, y + 4.0), &format!("not known: {what}"), "small mute");
        y += 18.0;
    }
    y - 8.0
}

/// One head at one step.
fn strip(
    view: &View<'_>,
    svg: &mut Svg,
    (middle, top): (f64, f64),
    tokens: usize,
    weights: &[f64],
    color: usize,
) {
    let wide = view.column() - 10.0;
    let bar = wide / tokens as f64;
    let left = middle - wide / 2.0;
    for (at, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight >= 0.01) {
        let height = weight.min(1.0) * (BARS - 4.0);
        let x = left + at as f64 * bar;
        svg.rect((x, top + BARS - height), (bar.max(1.6), height), &format!("fill-{color}"));
    }
    let mut seen: Vec<(usize, f64)> =
        weights.iter().copied().enumerate().filter(|&(_, weight)| weight >= SEEN).collect();
    seen.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    let more = if seen.len() > 4 { " …" } else { "" };
    seen.truncate(4);
    seen.sort_by_key(|&(at, _)| at);
    let names: Vec<String> = seen.iter().map(|&(at, _)| position(view.task, at)).collect();
    if names.is_empty() {
        let what = if weights.is_empty() { "not known" } else { "spread" };
        svg.text((middle, top + BARS + 15.0), what, "small mute middle");
    }
    for (line, names) in names.chunks(2).enumerate() {
        let more = if line == 1 { more } else { "" };
        let y = top + BARS + 15.0 + 14.0 * line as f64;
        svg.text((middle, y), &format!("{}{more}", names.join(" ")), "small middle");
    }
}
