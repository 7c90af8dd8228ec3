//! The stored numbers, and the weights as formulas of them.

use super::book::{Book, Content};
use super::cell::{Address, Cell, Operator as Sign};
use num::{Scalar, portable};
use spec::{Expression, Formula, Frame, Function, Kind, Model, Operator, Recipe, Writing};
use std::collections::BTreeMap;

/// The weights by the names of their places, each row by row.
pub(super) struct Weights {
    places: BTreeMap<String, Vec<Cell>>,
}

impl Weights {
    /// Writes the sheets of the numbers and of the weights.
    pub(super) fn new(model: &Model, book: &mut Book) -> Self {
        let numbers = Numbers::new(model, book);
        let sheet = book.sheet("Weights");
        let mut row = 0;
        let mut places = BTreeMap::new();
        for writing in model.ledger().writings() {
            let (rows, columns) = shape(writing);
            let title = format!("{} [{rows}, {columns}]", writing.place);
            book.write(Address { sheet, row, column: 0 }, Content::Title(title));
            let mut cells = Vec::with_capacity(rows * columns);
            for r in 0..rows {
                row += 1;
                for c in 0..columns {
                    let (r, c) = if writing.transposed { (c, r) } else { (r, c) };
                    let column = u16::try_from(cells.len() % columns).expect("checked by `fits`");
                    let value = numbers.weight(writing, r, c);
                    cells.push(book.place(Address { sheet, row, column }, value));
                }
            }
            row += 2;
            places.insert(writing.place.clone(), cells);
        }
        Self { places }
    }

    /// The numbers of the weight `place`.
    ///
    /// # Panics
    ///
    /// If the ledger names no such weight: then the network has a part that the walk over the model does not know.
    pub(super) fn of(&self, place: &str) -> &[Cell] {
        self.places.get(place).unwrap_or_else(|| panic!("the ledger names the weight {place}"))
    }
}

/// Rows and columns of a weight as it is used.
pub(super) fn shape(writing: &Writing) -> (usize, usize) {
    if writing.transposed { (writing.columns, writing.rows) } else { (writing.rows, writing.columns) }
}

/// The numbers that formulas name.
struct Numbers<'a> {
    model: &'a Model,
    /// For each tensor its elements, row by row.
    stored: Vec<Vec<Cell>>,
    consts: Vec<Cell>,
}

impl<'a> Numbers<'a> {
    fn new(model: &'a Model, book: &mut Book) -> Self {
        let sheet = book.sheet("Numbers");
        let mut row = 0;
        let mut write = |title: String, values: &[f64], columns: usize| {
            book.write(Address { sheet, row, column: 0 }, Content::Title(title));
            let mut cells = Vec::with_capacity(values.len());
            for values in values.chunks(columns.max(1)) {
                row += 1;
                for (column, &value) in values.iter().enumerate() {
                    let column = u16::try_from(column).expect("checked by `fits`");
                    cells.push(book.place(Address { sheet, row, column }, Cell::number(value)));
                }
            }
            row += 2;
            cells
        };
        let tensors = model.ledger().tensors().iter().zip(model.stored());
        let stored = tensors.map(|(tensor, values)| {
            write(
                format!("{} {:?}", tensor.name, tensor.shape),
                values,
                tensor.shape.last().copied().unwrap_or(1),
            )
        });
        let stored = stored.collect();
        let consts = model.consts().map(|(name, value)| write(format!("{name} (const)"), &[value], 1)[0]);
        let consts = consts.collect();
        Self { model, stored, consts }
    }

    /// The cell of a weight, before it is transposed.
    fn weight(&self, writing: &Writing, row: usize, column: usize) -> Cell {
        let (rows, columns) = (writing.rows, writing.columns);
        let one = |formula: &Formula| self.formula(formula, Frame::Single, 0, 0);
        let turn = |angle: Cell| if column.is_multiple_of(2) { cos(angle) } else { sin(angle) };
        match writing.recipe() {
            Recipe::Table { tensor } => self.stored[tensor][row * columns + column],
            Recipe::Transposed { tensor } => self.stored[tensor][column * rows + row],
            Recipe::Formula { formula, frame } => self.formula(formula, frame, row, column),
            Recipe::Columns { columns, frame } => {
                let found = columns.iter().find(|(index, _)| *index == column);
                found.map_or_else(Cell::zero, |(_, formula)| self.formula(formula, frame, row, column))
            }
            Recipe::Entries { cells, frame } => {
                let found = cells.iter().find(|(r, c, _)| (*r, *c) == (row, column));
                found.map_or_else(Cell::zero, |(_, _, formula)| self.formula(formula, frame, row, column))
            }
            Recipe::Outer { rows, columns } => self.stored[rows][row] * self.stored[columns][column],
            Recipe::Product { left, right } => {
                let inner = self.stored[right].len() / columns;
                let left = &self.stored[left][row * inner..][..inner];
                let right: Vec<Cell> = (0..inner).map(|k| self.stored[right][k * columns + column]).collect();
                Cell::dot(left, &right)
            }
            Recipe::Reads { columns: reads, tensor } => {
                let found = reads.iter().position(|&read| read == column);
                found.map_or_else(Cell::zero, |index| self.stored[tensor][row * reads.len() + index])
            }
            Recipe::Rotation { angles, scale, columns: reads } => {
                let angle = one(&angles[row / 2]);
                let turned = match (row % 2, reads.iter().position(|&read| read == column)) {
                    (_, None) => return Cell::zero(),
                    (0, Some(0)) => -cos(angle),
                    (0, _) | (_, Some(0)) => sin(angle),
                    _ => cos(angle),
                };
                turned * one(scale)
            }
            Recipe::SharedRows { tensors } => self.stored[tensors[row]][column],
            Recipe::Slice { tensor, first } => self.stored[tensor][(first + row) * columns + column],
            Recipe::Turns { angle, frame } => turn(self.formula(angle, frame, row, column)),
            Recipe::Theta { theta } => {
                let exponent = Cell::number((2 * (column / 2)) as f64 / columns as f64);
                turn(Cell::number(row as f64) * (Cell::one() / power(one(theta), exponent)))
            }
            Recipe::Scores { formula, frame } if column <= row % columns => {
                self.formula(formula, frame, row, column)
            }
            Recipe::Scores { .. } => Cell::zero(),
            Recipe::Derived(value) => Cell::number(value),
        }
    }

    fn formula(&self, formula: &Formula, frame: Frame, row: usize, column: usize) -> Cell {
        self.expression(&formula.root, &|word| frame.word(word, row, column))
    }

    fn expression(&self, expression: &Expression, word: &dyn Fn(spec::Word) -> usize) -> Cell {
        let inside = |expression: &Expression| self.expression(expression, word);
        match &expression.kind {
            Kind::Number(value) | Kind::Constant(value) => Cell::number(*value),
            Kind::Named(index) => self.consts[*index],
            Kind::Word(asked) => Cell::number(word(*asked) as f64),
            Kind::Stored(tensor, indices) => {
                let shape = &self.model.ledger().tensors()[*tensor].shape;
                let axes = indices.iter().zip(shape);
                let element =
                    axes.fold(0, |element, (index, size)| element * size + inside(index).value() as usize);
                self.stored[*tensor][element]
            }
            Kind::Negative(inner) => -inside(inner),
            Kind::Binary(operator, left, right) => binary(*operator, inside(left), inside(right)),
            Kind::Call(function, inner) => call(*function, inside(inner)),
            Kind::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let condition = inside(condition);
                let holds = condition.value() != 0.0;
                if condition.kind() == super::cell::Kind::Number {
                    return inside(if holds { then } else { otherwise });
                }
                let (then, otherwise) = (inside(then), inside(otherwise));
                let value = if holds { then } else { otherwise }.value();
                Cell::call("IF", &[condition, then, otherwise], value)
            }
        }
    }
}

fn binary(operator: Operator, x: Cell, y: Cell) -> Cell {
    match operator {
        Operator::Add => x + y,
        Operator::Subtract => x - y,
        Operator::Multiply => x * y,
        Operator::Divide => x / y,
        Operator::Power => power(x, y),
        Operator::Quotient => call(Function::Floor, x / y),
        Operator::Remainder => {
            let value = x.value() - y.value() * (x.value() / y.value()).floor();
            Cell::call("MOD", &[x, y], value)
        }
        Operator::Less => x.binary(Sign::Less, y),
        Operator::LessEqual => x.binary(Sign::LessEqual, y),
        Operator::Greater => y.binary(Sign::Less, x),
        Operator::GreaterEqual => y.binary(Sign::LessEqual, x),
        Operator::Equal => x.binary(Sign::Equal, y),
        Operator::NotEqual => x.binary(Sign::NotEqual, y),
    }
}

fn call(function: Function, x: Cell) -> Cell {
    match function {
        Function::Sin => sin(x),
        Function::Cos => cos(x),
        Function::Sqrt => x.sqrt(),
        Function::Exp => x.exp(),
        Function::Ln => Cell::call("LN", &[x], portable::ln(x.value())),
        Function::Abs => Cell::call("ABS", &[x], x.value().abs()),
        // A spreadsheet's INT rounds down.
        Function::Floor => Cell::call("INT", &[x], x.value().floor()),
    }
}

fn sin(x: Cell) -> Cell {
    Cell::call("SIN", &[x], portable::sin(x.value()))
}

fn cos(x: Cell) -> Cell {
    Cell::call("COS", &[x], portable::cos(x.value()))
}

fn power(x: Cell, y: Cell) -> Cell {
    Cell::call("POWER", &[x, y], portable::pow(x.value(), y.value()))
}
