//! A picture of the board: numbers stored against numbers stored and written, by verdict.

use crate::labels::{Anchor, Area, MARK, place};
use crate::row::Line;
use num::portable::ln;
use plot::Svg;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 680.0;
const TITLE: &str = "Numbers stored, and numbers stored or written in formulas";

/// Where the points lie.
const FRAME: Area = Area { x: 62.0, y: 52.0, width: 880.0, height: 562.0 };

/// How a model is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Proved,
    Refuted,
    Open,
}

impl Mark {
    fn of(word: &str) -> Self {
        match word {
            "proved" => Self::Proved,
            "refuted" => Self::Refuted,
            _ => Self::Open,
        }
    }

    fn draw(self, svg: &mut Svg, (x, y): (f64, f64)) {
        match self {
            Self::Proved => svg.circle((x, y), 5.0, "good"),
            Self::Refuted => {
                svg.line((x - 4.5, y - 4.5), (x + 4.5, y + 4.5), "cross");
                svg.line((x - 4.5, y + 4.5), (x + 4.5, y - 4.5), "cross");
            }
            Self::Open => svg.circle((x, y), 4.4, "dot-reads"),
        }
    }
}

/// The picture.
///
/// A line whose file could not be read has no point.
pub fn plot(lines: &[Line]) -> Svg {
    let rows = lines.iter().filter_map(|line| Some((line.name.as_str(), line.row.as_ref().ok()?)));
    let models: Vec<(&str, usize, usize, Mark)> = rows
        .map(|(name, row)| (name, row.counts.stored, row.counts.strict, Mark::of(row.decision.word())))
        .collect();
    let axes = (Axis::over(models.iter().map(|m| m.1)), Axis::over(models.iter().map(|m| m.2)));
    let at = |stored: usize, strict: usize| {
        (FRAME.x + axes.0.share(stored) * FRAME.width, FRAME.y + (1.0 - axes.1.share(strict)) * FRAME.height)
    };
    let points: Vec<((f64, f64), &str)> = models
        .iter()
        .enumerate()
        .map(|(index, &(name, stored, strict, _))| {
            // Models with the same figures stand side by side.
            let same = models[..index].iter().filter(|m| (m.1, m.2) == (stored, strict)).count();
            let (x, y) = at(stored, strict);
            ((x + same as f64 * 2.0 * MARK, y), name)
        })
        .collect();
    let mut svg = Svg::new(WIDTH, TITLE);
    svg.grow(HEIGHT);
    svg.text((16.0, 28.0), TITLE, "strong");
    let even = grid(&mut svg, &axes);
    let legend = legend_area();
    let labels = place(&points, &FRAME, &[vec![legend], even].concat());
    for (&(point, _), label) in points.iter().zip(&labels) {
        if let Some(end) = label.and_then(|label| label.leader) {
            svg.line(point, end, "thin");
        }
    }
    for (&(point, _), &(_, _, _, mark)) in points.iter().zip(&models) {
        mark.draw(&mut svg, point);
    }
    for ((_, name), label) in points.iter().zip(labels) {
        if let Some(label) = label {
            let area = label.area;
            let (class, x) = match label.anchor {
                Anchor::Start => ("small", area.x),
                Anchor::Middle => ("small middle", area.x + area.width / 2.0),
                Anchor::End => ("small end", area.x + area.width),
            };
            svg.text((x, area.y + area.height - 3.5), name, class);
        }
    }
    legend_marks(&mut svg, &legend);
    svg
}

/// An axis that is logarithmic, of a number and one: so it begins at 0.
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    /// One that has room for all of `values`.
    fn over(values: impl Iterator<Item = usize> + Clone) -> Self {
        let low = scaled(values.clone().min().unwrap_or(0));
        let high = scaled(values.max().unwrap_or(1).max(1));
        let room = (high - low).max(1.0);
        Self { low: low - 0.04 * room, high: high + 0.06 * room }
    }

    /// The place of `value`, from 0 to 1.
    fn share(&self, value: usize) -> f64 {
        (scaled(value) - self.low) / (self.high - self.low)
    }

    /// The round numbers on it.
    fn ticks(&self) -> Vec<usize> {
        let round = (0..6).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_usize.pow(power)));
        let all = std::iter::once(0).chain(round);
        all.filter(|&value| (0.0..=1.0).contains(&self.share(value))).collect()
    }
}

fn scaled(value: usize) -> f64 {
    ln(value as f64 + 1.0)
}

/// Draws the grid and the line on which both counts are the same; gives the places of that line, which names avoid.
fn grid(svg: &mut Svg, (across, up): &(Axis, Axis)) -> Vec<Area> {
    let (bottom, right) = (FRAME.y + FRAME.height, FRAME.x + FRAME.width);
    for value in across.ticks() {
        let x = FRAME.x + across.share(value) * FRAME.width;
        svg.line((x, FRAME.y), (x, bottom), "axis");
        svg.text((x, bottom + 16.0), &value.to_string(), "small mute middle");
    }
    for value in up.ticks() {
        let y = FRAME.y + (1.0 - up.share(value)) * FRAME.height;
        svg.line((FRAME.x, y), (right, y), "axis");
        svg.text((FRAME.x - 7.0, y + 4.0), &value.to_string(), "small mute end");
    }
    // Where both counts are the same: from where the diagonal enters the frame to where it leaves it.
    let place = |value: f64| {
        let share = |axis: &Axis| (value - axis.low) / (axis.high - axis.low);
        (FRAME.x + share(across) * FRAME.width, FRAME.y + (1.0 - share(up)) * FRAME.height)
    };
    let (from, to) = (place(across.low.max(up.low)), place(across.high.min(up.high)));
    svg.line(from, to, "thin dash");
    svg.text((FRAME.x + FRAME.width / 2.0, bottom + 38.0), "numbers stored", "small mute middle");
    let strict = "strict count: numbers stored + numbers written in formulas, other than 0 and 1";
    svg.text((16.0, 46.0), strict, "small mute");
    let along = |part: u16| {
        let share = f64::from(part) / 200.0;
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
    };
    (0..=200).map(|part| Area::around(along(part), 2.0)).collect()
}

/// Low on the right, where no model can be: nothing is stored that does not count.
fn legend_area() -> Area {
    Area { x: FRAME.x + FRAME.width - 276.0, y: FRAME.y + FRAME.height - 112.0, width: 268.0, height: 104.0 }
}

fn legend_marks(svg: &mut Svg, area: &Area) {
    let entries = [
        (Mark::Proved, "proved right on every pair"),
        (Mark::Refuted, "refuted: a pair on which it is wrong"),
        (Mark::Open, "neither proved nor refuted"),
    ];
    svg.rect((area.x, area.y), (area.width, area.height), "paper");
    for (index, (mark, text)) in (0_u8..).zip(entries) {
        let y = area.y + 18.0 + 23.0 * f64::from(index);
        mark.draw(svg, (area.x + 20.0, y));
        svg.text((area.x + 40.0, y + 4.0), text, "small");
    }
    let y = area.y + 87.0;
    svg.line((area.x + 8.0, y), (area.x + 32.0, y), "thin dash");
    svg.text((area.x + 40.0, y + 4.0), "nothing written: all numbers are stored", "small");
}
