//! A matrix as a grid of cells: the stronger the colour the greater the number, which stands in the cell where there is room.

use crate::Svg;
use crate::words::precise;

/// The height of a cell with a number, and the width of a character in it.
const CELL: f64 = 17.0;
const CHARACTER: f64 = 7.1;

/// The most cells across and down that have numbers.
const NUMBERED: (usize, usize) = (8, 14);

/// The most room that cells without numbers take.
const ROOM: f64 = 168.0;

/// A matrix to draw.
pub(super) struct Grid<'a> {
    pub(super) name: &'a str,
    pub(super) rows: Vec<Vec<f64>>,
    /// What stands in front of each row; nothing if it is empty.
    pub(super) labels: Vec<String>,
}

impl Grid<'_> {
    fn columns(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    fn numbered(&self) -> bool {
        self.columns() <= NUMBERED.0 && self.rows.len() <= NUMBERED.1
    }

    fn label(&self) -> f64 {
        let widest = self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        if self.numbered() && widest > 0 { 8.0 + CHARACTER * widest as f64 } else { 0.0 }
    }

    /// The width and the height of a cell.
    fn cell(&self) -> (f64, f64) {
        if self.numbered() {
            let texts = self.rows.iter().flatten().map(|&value| precise(value).chars().count());
            return (8.0 + CHARACTER * texts.max().unwrap_or(1) as f64, CELL);
        }
        let side = |count: usize| (ROOM / count.max(1) as f64).clamp(2.0, 12.0);
        (side(self.columns()), side(self.rows.len()))
    }

    /// The size of the whole, with its name.
    pub(super) fn size(&self) -> (f64, f64) {
        let (wide, high) = self.cell();
        let name = 6.7 * self.name.chars().count() as f64;
        ((self.label() + wide * self.columns() as f64).max(name), 18.0 + high * self.rows.len() as f64)
    }

    pub(super) fn draw(&self, svg: &mut Svg, (left, top): (f64, f64)) {
        svg.text((left, top + 11.0), self.name, "small mute");
        let (wide, high) = self.cell();
        let most = self.rows.iter().flatten().map(|value| value.abs()).filter(|size| size.is_finite());
        let most = most.fold(0.0_f64, f64::max);
        for (row, values) in self.rows.iter().enumerate() {
            let y = top + 18.0 + row as f64 * high;
            if let Some(label) = self.labels.get(row).filter(|_| self.numbered()) {
                svg.text((left + self.label() - 6.0, y + 12.5), label, "digit small mute end");
            }
            for (column, &value) in values.iter().enumerate() {
                let x = left + self.label() + column as f64 * wide;
                let size = (wide - 1.0, high - 1.0);
                svg.rect((x, y), size, "sunk");
                let share = if most > 0.0 && value.is_finite() { (value.abs() / most).sqrt() } else { 0.0 };
                svg.shade((x, y), size, if value < 0.0 { "minus" } else { "plus" }, 0.5 * share);
                if self.numbered() {
                    let class = if value == 0.0 { "digit small mute middle" } else { "digit small middle" };
                    svg.text((x + wide / 2.0, y + 12.5), &precise(value), class);
                }
            }
        }
    }
}
