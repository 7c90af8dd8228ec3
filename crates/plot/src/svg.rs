//! Writing SVG: elements with escaped text and short coordinates, and the frame around them.

use crate::look::{self, Theme};
use spec::text::lines;
use std::fmt::{Display, Write};

/// A drawing in the making. Classes are those of `look.css`; lengths are in pixels, x to the right and y down.
#[derive(Clone, Debug)]
pub struct Svg {
    width: f64,
    height: f64,
    title: String,
    body: String,
}

impl Svg {
    /// An empty drawing of `width` pixels, read out as `title`; it grows as high as [`Svg::height`] says.
    pub fn new(width: f64, title: &str) -> Self {
        Self { width, height: 0.0, title: title.into(), body: String::new() }
    }

    /// What the drawing shows, in words.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The drawing is at least this high.
    pub fn grow(&mut self, height: f64) {
        self.height = self.height.max(height);
    }

    /// The height so far.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// Where the next element goes, for [`Svg::insert`].
    pub(crate) fn len(&self) -> usize {
        self.body.len()
    }

    /// Puts the elements of another drawing in at a place that [`Svg::len`] gave: behind what came later.
    pub(crate) fn insert(&mut self, at: usize, other: &Self) {
        self.body.insert_str(at, &other.body);
    }

    /// A rectangle; without a width or a height there is none.
    pub fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str) {
        self.shade((x, y), (width, height), class, 1.0);
    }

    /// A rectangle through which the ground shows: `opacity` is from 0 to 1.
    pub fn shade(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str, opacity: f64) {
        if width <= 0.0 || height <= 0.0 || opacity <= 0.0 {
            return;
        }
        let places = [("x", x), ("y", y), ("width", width), ("height", height), ("rx", 2.0)];
        let see = if opacity < 1.0 { format!(" fill-opacity=\"{}\"", short(opacity)) } else { String::new() };
        self.element("rect", &places, &format!("class=\"{class}\"{see}"));
    }

    /// A straight line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let places = [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)];
        self.element("line", &places, &format!("class=\"{class}\""));
    }

    /// A circle.
    pub fn circle(&mut self, (cx, cy): (f64, f64), r: f64, class: &str) {
        self.element("circle", &[("cx", cx), ("cy", cy), ("r", r)], &format!("class=\"{class}\""));
    }

    /// Straight lines through points.
    pub fn polyline(&mut self, points: &[(f64, f64)], class: &str) {
        let list: Vec<String> = points.iter().map(|&(x, y)| format!("{},{}", short(x), short(y))).collect();
        self.element("polyline", &[], &format!("points=\"{}\" class=\"{class}\"", list.join(" ")));
    }

    /// A line of text; `y` is its base line.
    pub fn text(&mut self, (x, y): (f64, f64), text: &str, class: &str) {
        let (x, y, text) = (short(x), short(y), escape(text));
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{text}</text>");
    }

    fn element(&mut self, tag: &str, places: &[(&str, f64)], rest: &str) {
        let _ = write!(self.body, "<{tag}");
        for &(name, value) in places {
            let _ = write!(self.body, " {name}=\"{}\"", short(value));
        }
        let _ = writeln!(self.body, " {rest}/>");
    }

    /// The whole drawing, in a theme or in the reader's.
    pub fn finish(&self, theme: Theme) -> String {
        let (width, height, title) = (short(self.width), short(self.height), escape(&self.title));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title\">\n\
             <title id=\"title\">{title}</title>\n<style>\n{}</style>\n\
             <rect width=\"{width}\" height=\"{height}\" class=\"paper\"/>\n{}</svg>\n",
            look::style(theme),
            self.body
        )
    }
}

/// At most two decimals: a hundredth of a pixel is nothing to see.
fn short(value: f64) -> impl Display {
    let rounded = (value * 100.0).round() / 100.0;
    // Not -0.
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// Text as it stands in markup; what does not show as itself is spelled, because XML has no place for it.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in lines(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_by_hand() {
        let mut svg = Svg::new(10.0, "a < b");
        svg.rect((1.0, 2.004), (3.0, 4.0), "mark");
        svg.rect((1.0, 2.0), (0.0, 4.0), "mark");
        svg.text((0.125, -0.001), "\"&\u{7}\u{202e}", "small");
        svg.grow(5.0);
        let text = svg.finish(Theme::Light);
        assert!(
            text.contains("<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" rx=\"2\" class=\"mark\"/>"),
            "{text}"
        );
        assert!(
            text.contains("<text x=\"0.13\" y=\"0\" class=\"small\">&quot;&amp;\\u{7}\\u{202e}</text>"),
            "{text}"
        );
        assert_eq!((text.matches("<rect").count(), text.matches("a &lt; b").count()), (2, 1));
    }
}
