//! A network in one picture: the residual stream as lines from top to bottom, the blocks that read and write it with their
//! weights, and the stored numbers that these are made of.

mod blocks;
mod grid;
mod stored;

use crate::Svg;
use crate::names::writer_names;
use net::Net;
use spec::Model;
use spec::figures::counted;

/// The width of a picture in pixels.
const WIDTH: f64 = 1080.0;

/// The left edge, and the distance of the stream's lines.
const EDGE: f64 = 16.0;
const LANE: f64 = 30.0;

/// The most lines that are drawn apart.
const LANES: usize = 8;

/// The stream and where its lines stand.
struct Stream {
    width: usize,
    top: f64,
}

impl Stream {
    /// The line of a dimension; those beyond the last share it.
    fn x(&self, dimension: usize) -> f64 {
        EDGE + 14.0 + LANE * dimension.min(LANES - 1) as f64
    }

    /// Where blocks begin.
    fn right(&self) -> f64 {
        self.x(self.width - 1) + 40.0
    }
}

/// Draws the network of a model file.
pub fn network(model: &Model) -> Svg {
    let net: Net<f64> = model.net();
    let identity = model.identity();
    let mut svg = Svg::new(WIDTH, &format!("The network of {}", model.name()));
    svg.text((EDGE, 34.0), &format!("{}: {}", model.name(), identity.title), "title");
    let (layers, stored) = (net.layers().len(), model.counts().stored);
    let sizes = format!(
        "{}; {}, width {}, vocabulary {}, {}",
        counted(stored, "stored number"),
        counted(layers, "layer"),
        net.width(),
        net.vocabulary(),
        model.dtype().name(),
    );
    svg.text((EDGE, 56.0), &sizes, "mute");
    svg.text((EDGE, 84.0), "The residual stream, and who writes each dimension", "strong small");
    let names = writer_names(&net);
    for (dimension, name) in names.iter().enumerate().take(LANES) {
        svg.text((EDGE, 102.0 + 15.0 * dimension as f64), &format!("{dimension}"), "digit small");
        svg.text((EDGE + 20.0, 102.0 + 15.0 * dimension as f64), name, "small");
    }
    let shown = names.len().min(LANES);
    let mut top = 102.0 + 15.0 * shown as f64;
    if names.len() > LANES {
        svg.text((EDGE, top), &format!("and {} more", names.len() - LANES), "small mute");
        top += 15.0;
    }
    let stream = Stream { width: net.width(), top: top + 6.0 };
    let lines = svg.len();
    let bottom = blocks::draw(&net, model.task(), &stream, &mut svg);
    let mut lanes = Svg::new(WIDTH, "");
    for dimension in 0..shown {
        let x = stream.x(dimension);
        lanes.text((x, stream.top + 10.0), &dimension.to_string(), "digit small mute middle");
        lanes.line((x, stream.top + 14.0), (x, bottom), "lane");
    }
    svg.insert(lines, &lanes);
    let bottom = stored::draw(model, &mut svg, bottom + 18.0);
    svg.grow(bottom + 12.0);
    svg
}
