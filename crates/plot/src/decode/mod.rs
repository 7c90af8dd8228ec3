//! One decode in one picture: a column for each generated token, and in it the digits, where each head looks, the ramps, the
//! residual stream and the logits. The first wrong step is marked, and told in words.

mod attention;
mod fault;
mod logits;
mod ramps;
mod stream;
mod sum;

use crate::Svg;
use crate::words;
use net::Net;
use run::{Adder, Explanation, Ramp};
use spec::{Order, Task};

/// The width of a picture in pixels.
const WIDTH: f64 = 1160.0;

/// Where the columns begin: before them stand the names of the rows.
const LEFT: f64 = 138.0;

/// Between the last column and the edge.
const RIGHT: f64 = 20.0;

/// What is drawn: a decode and the network behind it.
struct View<'a> {
    model: &'a str,
    task: &'a Task,
    explanation: &'a Explanation,
    /// None for a graph.
    net: Option<Net<f64>>,
    ramps: Vec<Ramp>,
    /// The first step whose token is wrong, from 0.
    wrong: Option<usize>,
}

/// Draws the decode `explanation` of `adder`'s model.
pub fn decode(adder: &Adder, explanation: &Explanation) -> Svg {
    let net: Option<Net<f64>> = adder.model().file().map(spec::Model::net);
    let pairs = explanation.tokens.iter().zip(&explanation.expected);
    let view = View {
        model: adder.model().name(),
        task: adder.model().task(),
        explanation,
        ramps: net.as_ref().map(run::ramps).unwrap_or_default(),
        net,
        wrong: pairs.into_iter().position(|(token, expected)| token != expected),
    };
    let (a, b) = explanation.pair;
    let mut svg = Svg::new(WIDTH, &format!("How {} adds {a} + {b}", view.model));
    let top = fault::caption(&view, &mut svg);
    let marked = svg.len();
    let mut y = sum::draw(&view, &mut svg, top);
    y = attention::draw(&view, &mut svg, y + 14.0);
    y = ramps::draw(&view, &mut svg, y + 14.0);
    y = stream::draw(&view, &mut svg, y + 14.0);
    y = logits::draw(&view, &mut svg, y + 14.0);
    svg.grow(y + 12.0);
    // Behind everything: the column of the first wrong step.
    if let Some(step) = view.wrong {
        let column = view.column();
        let mut mark = Svg::new(WIDTH, "");
        mark.rect((view.x(step) - column / 2.0, top - 6.0), (column, y - top + 10.0), "bad-paper");
        svg.insert(marked, &mark);
    }
    svg
}

impl View<'_> {
    fn steps(&self) -> usize {
        self.explanation.steps.len()
    }

    /// The width of a column.
    fn column(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.steps().max(1) as f64
    }

    /// The middle of a step's column: digits stand as one writes them, the ones at the right.
    fn x(&self, step: usize) -> f64 {
        let at = match self.task.order() {
            Order::LeastFirst => self.steps() - 1 - step,
            Order::MostFirst => step,
        };
        LEFT + (at as f64 + 0.5) * self.column()
    }

    fn place(&self, step: usize) -> Option<usize> {
        words::place(self.task, step)
    }

    /// Whether the token of a step is the right one.
    fn right(&self, step: usize) -> bool {
        self.explanation.tokens[step] == self.explanation.expected[step]
    }

    fn layers(&self) -> usize {
        self.explanation.steps.first().map_or(0, |step| step.layers.len())
    }

    /// `name`, with the layer in front where there are several.
    fn of_layer(&self, layer: usize, name: &str) -> String {
        if self.layers() > 1 { format!("layer {layer} {name}") } else { name.into() }
    }
}

/// A line across the picture with the name of what comes below it; gives where that begins.
fn section(svg: &mut Svg, y: f64, name: &str, note: &str) -> f64 {
    svg.line((16.0, y), (WIDTH - RIGHT, y), "axis");
    svg.text((16.0, y + 20.0), name, "strong");
    svg.text((LEFT + 12.0, y + 20.0), note, "small mute");
    y + 30.0
}
