//! A picture of the board: numbers stored against numbers stored and written, by verdict.

use crate::html::escape;
use crate::labels::{Anchor, Area, MARK, place};
use crate::row::Line;
use num::portable::ln;
use std::fmt::Write;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 680.0;

/// Where the points lie.
const FRAME: Area = Area { x: 62.0, y: 52.0, width: 880.0, height: 562.0 };

const STYLE: &str = "
  text { font: 12px system-ui, -apple-system, \"Segoe UI\", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 } .small { font-size: 11.5px; fill: #59636e } .name { font-size: 11.5px }
  .end { text-anchor: end } .middle { text-anchor: middle }
  .back { fill: #ffffff } .grid { stroke: #d1d9e0; stroke-width: 1 } .even { stroke: #59636e; stroke-dasharray: 5 4 }
  .leader { stroke: #8c959f; stroke-width: 0.8 }
  .proved { fill: #1a7f5a } .refuted { stroke: #cf222e; stroke-width: 2.6; stroke-linecap: round }
  .open { fill: #ffffff; stroke: #8c6d1f; stroke-width: 1.8 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .back { fill: #0d1117 } .grid { stroke: #2b323b } .even { stroke: #9198a1 }
    .leader { stroke: #6e7681 } .proved { fill: #3fb984 } .refuted { stroke: #ff7b72 } .open { fill: #0d1117; stroke: #d8b653 }
  }
";

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

    fn draw(self, svg: &mut String, (x, y): (f64, f64)) {
        let _ = match self {
            Self::Proved => writeln!(svg, "<circle class=\"proved\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>"),
            Self::Refuted => {
                writeln!(svg, "<path class=\"refuted\" d=\"M{:.1} {:.1}l9 9m0-9l-9 9\"/>", x - 4.5, y - 4.5)
            }
            Self::Open => writeln!(svg, "<circle class=\"open\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.4\"/>"),
        };
    }
}

/// The picture, as an SVG that stands alone: light or dark as the reader's page is.
///
/// A line whose file could not be read has no point.
pub fn plot(lines: &[Line]) -> String {
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
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title\">\n<style>{STYLE}</style>\n\
         <rect class=\"back\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text class=\"title\" id=\"title\" x=\"16\" y=\"28\">Numbers stored, and numbers stored or written in formulas</text>\n"
    );
    let even = grid(&mut svg, &axes);
    let legend = legend_area();
    let labels = place(&points, &FRAME, &[vec![legend], even].concat());
    for (&(point, _), label) in points.iter().zip(&labels) {
        if let Some((x, y)) = label.and_then(|label| label.leader) {
            let _ = writeln!(
                svg,
                "<line class=\"leader\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{y:.1}\"/>",
                point.0, point.1
            );
        }
    }
    for (&(point, _), &(_, _, _, mark)) in points.iter().zip(&models) {
        mark.draw(&mut svg, point);
    }
    for ((_, name), label) in points.iter().zip(labels) {
        if let Some(label) = label {
            let area = label.area;
            let (class, x) = match label.anchor {
                Anchor::Start => ("name", area.x),
                Anchor::Middle => ("name middle", area.x + area.width / 2.0),
                Anchor::End => ("name end", area.x + area.width),
            };
            let (y, name) = (area.y + area.height - 3.5, escape(name));
            let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{name}</text>");
        }
    }
    legend_marks(&mut svg, &legend);
    svg.push_str("</svg>\n");
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
fn grid(svg: &mut String, (across, up): &(Axis, Axis)) -> Vec<Area> {
    let (bottom, right) = (FRAME.y + FRAME.height, FRAME.x + FRAME.width);
    for value in across.ticks() {
        let x = FRAME.x + across.share(value) * FRAME.width;
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\n\
             <text class=\"small middle\" x=\"{x:.1}\" y=\"{}\">{value}</text>",
            FRAME.y,
            bottom + 16.0
        );
    }
    for value in up.ticks() {
        let y = FRAME.y + (1.0 - up.share(value)) * FRAME.height;
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>\n\
             <text class=\"small end\" x=\"{}\" y=\"{:.1}\">{value}</text>",
            FRAME.x,
            FRAME.x - 7.0,
            y + 4.0
        );
    }
    // Where both counts are the same: from where the diagonal enters the frame to where it leaves it.
    let place = |value: f64| {
        let share = |axis: &Axis| (value - axis.low) / (axis.high - axis.low);
        (FRAME.x + share(across) * FRAME.width, FRAME.y + (1.0 - share(up)) * FRAME.height)
    };
    let (from, to) = (place(across.low.max(up.low)), place(across.high.min(up.high)));
    let _ = writeln!(
        svg,
        "<line class=\"even\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>\n\
         <text class=\"small middle\" x=\"{:.1}\" y=\"{}\">numbers stored</text>\n\
         <text class=\"small\" x=\"16\" y=\"46\">strict count: numbers stored + numbers written in formulas, other than 0 and 1</text>",
        from.0,
        from.1,
        to.0,
        to.1,
        FRAME.x + FRAME.width / 2.0,
        bottom + 38.0
    );
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

fn legend_marks(svg: &mut String, area: &Area) {
    let entries = [
        (Mark::Proved, "proved right on every pair"),
        (Mark::Refuted, "refuted: a pair on which it is wrong"),
        (Mark::Open, "neither proved nor refuted"),
    ];
    let _ = writeln!(
        svg,
        "<rect class=\"back\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        area.x, area.y, area.width, area.height
    );
    for (index, (mark, text)) in (0_u8..).zip(entries) {
        let y = area.y + 18.0 + 23.0 * f64::from(index);
        mark.draw(svg, (area.x + 20.0, y));
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{text}</text>", area.x + 40.0, y + 4.0);
    }
    let y = area.y + 87.0;
    let _ = writeln!(
        svg,
        "<line class=\"even\" x1=\"{}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>\n<text x=\"{}\" y=\"{}\">nothing written: all numbers are stored</text>",
        area.x + 8.0,
        area.x + 32.0,
        area.x + 40.0,
        y + 4.0
    );
}
