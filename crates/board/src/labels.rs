//! Where the names of points stand so that none covers another.

/// A box on the picture, in its units: the upper left corner and the size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    /// Whether the two share a point.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    fn holds(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.x + other.width <= self.x + self.width
            && other.y + other.height <= self.y + self.height
    }

    /// The square of half the size `reach` around a point.
    pub(crate) fn around((x, y): (f64, f64), reach: f64) -> Self {
        Self { x: x - reach, y: y - reach, width: 2.0 * reach, height: 2.0 * reach }
    }
}

/// Which end of a name stands nearest to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A label: its box, and where the line to its point begins if it stands far from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Label {
    pub(crate) area: Area,
    pub(crate) anchor: Anchor,
    pub(crate) leader: Option<(f64, f64)>,
}

/// The height of a line of text.
pub(crate) const HEIGHT: f64 = 14.0;

/// The width of a character, on the wide side.
const CHARACTER: f64 = 6.9;

/// The room that a mark takes around its point.
pub(crate) const MARK: f64 = 6.5;

/// Distances that are tried, near ones first; behind the second a line leads to the point.
const DISTANCES: [f64; 10] = [9.0, 13.0, 20.0, 28.0, 38.0, 50.0, 64.0, 80.0, 100.0, 125.0];

/// Directions that are tried, right first: what people expect.
const DIRECTIONS: [(f64, f64); 16] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, -1.0),
    (0.0, 1.0),
    (0.71, -0.71),
    (0.71, 0.71),
    (-0.71, -0.71),
    (-0.71, 0.71),
    (0.92, -0.38),
    (0.92, 0.38),
    (-0.92, -0.38),
    (-0.92, 0.38),
    (0.38, -0.92),
    (0.38, 0.92),
    (-0.38, -0.92),
    (-0.38, 0.92),
];

/// A place for the name of each point, inside of `frame` and clear of marks, of other names and of `taken`.
///
/// Where there is none, there is no label; the table has the name all the same.
pub(crate) fn place(points: &[((f64, f64), &str)], frame: &Area, taken: &[Area]) -> Vec<Option<Label>> {
    let marks: Vec<Area> = points.iter().map(|&(point, _)| Area::around(point, MARK)).collect();
    let mut busy = taken.to_vec();
    let mut labels = Vec::with_capacity(points.len());
    for &((x, y), name) in points {
        let width = name.chars().count() as f64 * CHARACTER;
        let candidates = DISTANCES.iter().flat_map(|&distance| DIRECTIONS.map(|to| (distance, to)));
        let free = candidates.map(|(distance, (dx, dy))| {
            // The point of the box that is nearest to the mark.
            let (at_x, at_y) = (x + dx * distance, y + dy * distance);
            let left = at_x - width * (1.0 - dx) / 2.0;
            let top = at_y - HEIGHT * (1.0 - dy) / 2.0;
            let area = Area { x: left, y: top, width, height: HEIGHT };
            let anchor = match dx {
                dx if dx > 0.5 => Anchor::Start,
                dx if dx < -0.5 => Anchor::End,
                _ => Anchor::Middle,
            };
            Label { area, anchor, leader: (distance > DISTANCES[1]).then_some((at_x, at_y)) }
        });
        let label = free.into_iter().find(|label| {
            frame.holds(&label.area) && !busy.iter().chain(&marks).any(|other| label.area.meets(other))
        });
        busy.extend(label.map(|label| label.area));
        labels.push(label);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowded_names_do_not_meet() {
        let frame = Area { x: 0.0, y: 0.0, width: 600.0, height: 400.0 };
        let names: Vec<String> = (0..30).map(|index| format!("model-{index}")).collect();
        let points: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(i, name)| ((280.0 + (i % 6) as f64 * 9.0, 180.0 + (i / 6) as f64 * 9.0), name.as_str()))
            .collect();
        let labels: Vec<Area> =
            place(&points, &frame, &[]).into_iter().flatten().map(|label| label.area).collect();
        assert!(labels.len() > 20, "{}", labels.len());
        for (index, label) in labels.iter().enumerate() {
            assert!(labels[..index].iter().all(|other| !label.meets(other)));
            assert!(points.iter().all(|&(point, _)| !label.meets(&Area::around(point, MARK))));
        }
    }

    #[test]
    fn one_name_stands_right_of_its_point() {
        let frame = Area { x: 0.0, y: 0.0, width: 100.0, height: 100.0 };
        let label = place(&[((20.0, 50.0), "six")], &frame, &[])[0].unwrap();
        assert_eq!((label.area.x, label.area.y, label.leader), (29.0, 43.0, None));
    }
}
