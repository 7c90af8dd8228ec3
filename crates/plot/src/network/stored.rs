//! The stored numbers, tensor by tensor, below the blocks.

use super::{EDGE, WIDTH};
use crate::Svg;
use crate::words::precise;
use spec::Model;

/// The height of a line, and the width of a character.
const LINE: f64 = 18.0;
const CHARACTER: f64 = 7.1;

/// Where the numbers stand.
const LEFT: f64 = 230.0;

/// The most numbers of a tensor that are shown.
const MOST: usize = 64;

pub(super) fn draw(model: &Model, svg: &mut Svg, top: f64) -> f64 {
    let tensors = model.ledger().tensors();
    svg.text((EDGE, top + 14.0), "Stored numbers", "strong");
    if tensors.is_empty() {
        svg.text((LEFT, top + 14.0), "none: every weight is written as a formula", "small mute");
    }
    let mut y = top + 38.0;
    for (tensor, values) in tensors.iter().zip(model.stored()) {
        svg.text((EDGE, y), &tensor.name, "small");
        let mut x = LEFT;
        for (index, &value) in values.iter().enumerate() {
            let text =
                if index < MOST { precise(value) } else { format!("and {} more", values.len() - MOST) };
            let wide = CHARACTER * text.chars().count() as f64;
            if x + wide > WIDTH - EDGE {
                (x, y) = (LEFT, y + LINE);
            }
            svg.text((x, y), &text, if index < MOST { "digit small" } else { "small mute" });
            if index == MOST {
                break;
            }
            x += wide + 14.0;
        }
        y += LINE;
    }
    y - LINE
}
