//! What the head reads: the residual stream at the end of each step, a row for each dimension with who writes it.

use super::ramps::bars;
use super::{LEFT, View, section};
use crate::Svg;
use crate::names::writer_names;
use spec::figures::counted;

/// The height of a dimension's row.
const ROW: f64 = 24.0;

/// The most dimensions that are drawn.
const MOST: usize = 8;

pub(super) fn draw(view: &View<'_>, svg: &mut Svg, top: f64) -> f64 {
    let Some(net) = &view.net else { return top };
    let names = writer_names(net);
    let mut y = section(
        svg,
        top,
        "What is left",
        "the residual stream that the head reads, by dimension, with all that writes it",
    );
    for (dimension, name) in names.iter().enumerate().take(MOST) {
        bars(view, svg, y, name, &|step| step.read_by_head[dimension]);
        y += ROW;
    }
    if names.len() > MOST {
        svg.text(
            (LEFT, y + 12.0),
            &format!("and {}", counted(names.len() - MOST, "more dimension")),
            "small mute",
        );
        y += ROW;
    }
    y
}
