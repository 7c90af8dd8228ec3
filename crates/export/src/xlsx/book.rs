//! Sheets of cells, and numbers as the text of formulas.

use super::cell::{Address, Cell, Kind, Operator};
use rust_xlsxwriter::utility::row_col_to_cell;
use std::collections::BTreeMap;

/// A part of a formula with more characters gets a cell of its own.
const LONG: usize = 400;

/// What a cell holds.
pub(super) enum Content {
    Text(String),
    /// A heading.
    Title(String),
    Number(f64),
    /// A formula and its value.
    Formula(String, f64),
    /// A formula and the text it gives.
    Says(String, String),
}

/// A sheet: its name and its cells.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) cells: Vec<(u32, u16, Content)>,
}

/// All sheets.
#[derive(Default)]
pub(super) struct Book {
    pub(super) sheets: Vec<Sheet>,
    /// The numbers that have a cell of their own on the sheet of parts, by their index.
    parts: BTreeMap<u32, Address>,
    workings: Option<usize>,
}

impl Book {
    /// A new sheet behind the others.
    pub(super) fn sheet(&mut self, name: impl Into<String>) -> usize {
        self.sheets.push(Sheet { name: name.into(), cells: Vec::new() });
        self.sheets.len() - 1
    }

    pub(super) fn write(&mut self, at: Address, content: Content) {
        self.sheets[at.sheet].cells.push((at.row, at.column, content));
    }

    /// The characters of the longest formula.
    pub(super) fn longest(&self) -> usize {
        let cells = self.sheets.iter().flat_map(|sheet| &sheet.cells);
        let length = |(_, _, content): &(u32, u16, Content)| match content {
            Content::Formula(text, _) | Content::Says(text, _) => text.len(),
            _ => 0,
        };
        cells.map(length).max().unwrap_or(0)
    }

    /// Writes `cell` at `at`, and gives what stands there.
    pub(super) fn place(&mut self, at: Address, cell: Cell) -> Cell {
        let value = cell.value();
        let content = match cell.kind() {
            Kind::Number => Content::Number(value),
            _ => Content::Formula(self.text(cell, at.sheet, true).0, value),
        };
        self.write(at, content);
        Cell::at(at, value)
    }

    /// `address` as a formula on `sheet` names it.
    pub(super) fn name(&self, address: Address, sheet: usize) -> String {
        let cell = row_col_to_cell(address.row, address.column);
        if address.sheet == sheet { cell } else { format!("'{}'!{cell}", self.sheets[address.sheet].name) }
    }

    /// The cells from `first` to `last`.
    pub(super) fn range(&self, first: Address, last: Address, sheet: usize) -> String {
        format!("{}:{}", self.name(first, sheet), row_col_to_cell(last.row, last.column))
    }

    /// `cell` as a formula on `sheet`, and how tightly it binds: 0 for a comparison, 1 for a sum, 2 for a product, 3 for a name.
    fn text(&mut self, cell: Cell, sheet: usize, whole: bool) -> (String, u8) {
        if let Some(&address) = self.parts.get(&cell.index()) {
            return (self.name(address, sheet), 3);
        }
        let (text, binding) = match cell.kind() {
            Kind::Number => return number(cell.value()),
            Kind::At(address) => return (self.name(address, sheet), 3),
            Kind::Negative(inner) => (format!("-{}", self.inside(inner, sheet, 3)), 2),
            Kind::Binary(operator, left, right) => self.binary(operator, left, right, sheet),
            Kind::Call(name, operands) => (format!("{name}({})", self.operands(&operands, sheet)), 3),
            Kind::Dot(a, b) => self.dot(&a, &b, sheet),
            Kind::LookUp(column, token) => {
                let token = self.name(token, sheet);
                match self.run(&column, sheet) {
                    Some(range) => (format!("INDEX({range},{token}+1)"), 3),
                    None => (format!("CHOOSE({token}+1,{})", self.operands(&column, sheet)), 3),
                }
            }
        };
        if whole || text.len() <= LONG {
            return (text, binding);
        }
        // Written anew, because there it stands on another sheet.
        let workings = match self.workings {
            Some(workings) => workings,
            None => *self.workings.insert(self.sheets.len()),
        };
        if workings == self.sheets.len() {
            self.sheet("Parts");
        }
        let text = self.text(cell, workings, true).0;
        let row = u32::try_from(self.sheets[workings].cells.len()).expect("a sheet has fewer than 2^32 rows");
        let address = Address { sheet: workings, row, column: 0 };
        self.write(address, Content::Formula(text, cell.value()));
        self.parts.insert(cell.index(), address);
        (self.name(address, sheet), 3)
    }

    fn binary(&mut self, operator: Operator, left: Cell, right: Cell, sheet: usize) -> (String, u8) {
        let (sign, binding) = match operator {
            Operator::Add => ("+", 1),
            Operator::Subtract => ("-", 1),
            Operator::Multiply => ("*", 2),
            Operator::Divide => ("/", 2),
            Operator::Less => ("<", 0),
            Operator::LessEqual => ("<=", 0),
            Operator::Equal => ("=", 0),
            Operator::NotEqual => ("<>", 0),
        };
        if binding == 0 {
            let (left, right) = (self.inside(left, sheet, 1), self.inside(right, sheet, 1));
            return (format!("IF({left}{sign}{right},1,0)"), 3);
        }
        // Left to right: an operand on the right binds more tightly.
        let (left, right) = (self.inside(left, sheet, binding), self.inside(right, sheet, binding + 1));
        (format!("{left}{sign}{right}"), binding)
    }

    fn dot(&mut self, a: &[Cell], b: &[Cell], sheet: usize) -> (String, u8) {
        if let (Some((from, to)), Some((first, last))) = (ends(a), ends(b))
            && (from.row == to.row) == (first.row == last.row)
        {
            let (a, b) = (self.range(from, to, sheet), self.range(first, last, sheet));
            return (format!("SUMPRODUCT({a},{b})"), 3);
        }
        let mut product =
            |(&a, &b): (&Cell, &Cell)| format!("{}*{}", self.inside(a, sheet, 2), self.inside(b, sheet, 3));
        let products: Vec<String> = a.iter().zip(b).map(&mut product).collect();
        (products.join("+"), 1)
    }

    fn operands(&mut self, cells: &[Cell], sheet: usize) -> String {
        if let Some(range) = self.run(cells, sheet) {
            return range;
        }
        cells.iter().map(|&cell| self.text(cell, sheet, false).0).collect::<Vec<_>>().join(",")
    }

    /// `cells` as one range, if they stand side by side or one below the other.
    fn run(&self, cells: &[Cell], sheet: usize) -> Option<String> {
        ends(cells).map(|(first, last)| self.range(first, last, sheet))
    }

    /// `cell` in brackets where it binds less tightly than `binding`.
    fn inside(&mut self, cell: Cell, sheet: usize, binding: u8) -> String {
        let (text, own) = self.text(cell, sheet, false);
        if own < binding { format!("({text})") } else { text }
    }
}

/// The first and the last of `cells`, if they are several and stand side by side or one below the other.
fn ends(cells: &[Cell]) -> Option<(Address, Address)> {
    let addresses: Vec<Address> = cells.iter().map(|cell| cell.address()).collect::<Option<_>>()?;
    let first = *addresses.first()?;
    let along = |down: u32, across: u16| {
        let mut at = first;
        addresses.iter().all(|&address| {
            let fits = address == at;
            (at.row, at.column) = (at.row + down, at.column + across);
            fits
        })
    };
    (addresses.len() > 1 && (along(1, 0) || along(0, 1)))
        .then(|| (first, *addresses.last().unwrap_or(&first)))
}

/// A number in a formula, with all its digits.
fn number(value: f64) -> (String, u8) {
    let text = format!("{value:?}").to_uppercase();
    let text = text.strip_suffix(".0").unwrap_or(&text).to_owned();
    if value < 0.0 { (format!("({text})"), 3) } else { (text, 3) }
}

#[cfg(test)]
mod tests {
    use super::super::cell::recording;
    use super::*;
    use num::Scalar;

    #[test]
    fn formulas_read_as_people_write_them() {
        recording(|| {
            let mut book = Book::default();
            let (here, there) = (book.sheet("here"), book.sheet("there"));
            let at = |sheet, row, column| Cell::at(Address { sheet, row, column }, 2.0);
            let row: Vec<Cell> = (0..3).map(|column| at(here, 0, column)).collect();
            let down: Vec<Cell> = (0..3).map(|row| at(there, row, 1)).collect();
            let mut text = |cell: Cell| book.text(cell, here, true).0;
            assert_eq!(text(Cell::dot(&row, &row)), "SUMPRODUCT(A1:C1,A1:C1)");
            assert_eq!(text(Cell::dot(&row, &down)), "A1*'there'!B1+B1*'there'!B2+C1*'there'!B3");
            assert_eq!(text(row[0].max(row[1]).max(row[2])), "MAX(A1:C1)");
            assert_eq!(text(row[0] - (row[1] - row[2])), "A1-(B1-C1)");
            assert_eq!(text((row[0] - row[1]) - row[2]), "A1-B1-C1");
            assert_eq!(text(-(row[0] + row[1]) * row[2]), "-(A1+B1)*C1");
            assert_eq!(text(row[0] / (row[1] * row[2])), "A1/(B1*C1)");
            assert_eq!(text(row[0] * Cell::number(-0.25)), "A1*(-0.25)");
            assert_eq!(text(row[0] * Cell::number(1e-7)), "A1*1E-7");
            assert_eq!(text(Cell::sum(&down)), "SUM('there'!B1:B3)");
            let less = row[0].binary(Operator::Less, row[1]);
            assert_eq!((text(less), less.value()), ("IF(A1<B1,1,0)".into(), 0.0));
        });
    }

    #[test]
    fn what_is_long_gets_a_cell_of_its_own_once() {
        recording(|| {
            let mut book = Book::default();
            let here = book.sheet("here");
            let far = |row: u32| Cell::at(Address { sheet: here, row: 7 * row, column: 0 }, 1.0);
            let long = Cell::sum(&(0..200).map(far).collect::<Vec<_>>());
            let text = book.text(long * long, here, true).0;
            assert_eq!(text, "'Parts'!A1*'Parts'!A1");
            assert_eq!(book.sheets[1].cells.len(), 1);
            let (_, _, Content::Formula(text, value)) = &book.sheets[1].cells[0] else { panic!("a formula") };
            assert!(text.starts_with("SUM('here'!A1,'here'!A8,") && *value == 200.0, "{text}");
        });
    }
}
