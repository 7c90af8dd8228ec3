//! The value of a formula in one cell of a weight.
//!
//! Rounding is part of a model's meaning, so there are two ways, see [`Rounding`].

use super::{Expression, Formula, Function, Kind, Names, Operator, Word};
use crate::problem::{Problem, Span};
use crate::text::number;
use num::portable::{self, vector_sine};

/// How formulas round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Everything in f64; the weight rounds once to the model's type at the end.
    Once,
    /// As PyTorch code on f32 tensors does: literals and constants combine in f64, as Python's numbers do; whatever
    /// involves a stored number or an index is a tensor, and rounds to f32 at each operation.
    EachInF32(Sines),
}

/// Whose sines and cosines of tensors these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sines {
    /// Those nearest to the true ones.
    Rounded,
    /// PyTorch's on x86: [`portable::vector_sine`].
    PyTorch,
}

impl Rounding {
    /// One operation on a tensor: rounds where each does.
    pub(crate) fn operation(self, value: f64) -> f64 {
        match self {
            Self::Once => value,
            Self::EachInF32(_) => f64::from(value as f32),
        }
    }

    /// The sine of a tensor.
    ///
    /// # Errors
    ///
    /// If it is not known: PyTorch's beyond 10,000.
    pub(crate) fn sin(self, angle: f64) -> Result<f64, String> {
        self.either(angle, portable::sin, vector_sine::sin)
    }

    /// The cosine of a tensor.
    ///
    /// # Errors
    ///
    /// If it is not known: PyTorch's beyond 10,000.
    pub(crate) fn cos(self, angle: f64) -> Result<f64, String> {
        self.either(angle, portable::cos, vector_sine::cos)
    }

    fn either(
        self,
        angle: f64,
        rounded: fn(f64) -> f64,
        pytorch: fn(f64) -> Option<f64>,
    ) -> Result<f64, String> {
        match self {
            Self::Once | Self::EachInF32(Sines::Rounded) => Ok(self.operation(rounded(angle))),
            Self::EachInF32(Sines::PyTorch) => pytorch(self.operation(angle)).ok_or_else(|| {
                format!(
                    "the angle {angle}: PyTorch's sines are known up to {} in magnitude",
                    vector_sine::MOST
                )
            }),
        }
    }
}

/// The cell that a formula fills: the value of each index word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) row: usize,
    pub(crate) col: usize,
    pub(crate) head: usize,
    pub(crate) unit: usize,
}

impl Cell {
    /// What an index word stands for.
    pub(crate) fn word(self, word: Word) -> usize {
        match word {
            Word::Row | Word::Token | Word::Pos | Word::Query => self.row,
            Word::Col | Word::Key => self.col,
            Word::Head => self.head,
            Word::Unit => self.unit,
        }
    }
}

/// A value on its way: PyTorch tells Python's numbers from tensors, and they round differently.
#[derive(Clone, Copy)]
struct Term {
    value: f64,
    tensor: bool,
}

impl Formula {
    /// The value in `cell`. Every stored number that is read is told to `read` by tensor and element.
    pub(crate) fn value(
        &self,
        names: &Names,
        rounding: Rounding,
        cell: Cell,
        read: &mut dyn FnMut(usize, usize) -> f64,
    ) -> Result<f64, Problem> {
        let mut evaluator = Evaluator { names, rounding, cell, read, broken: None };
        let value = evaluator.term(&self.root)?.value;
        match evaluator.broken.take() {
            Some((span, what)) if !value.is_finite() => {
                let message = format!("{what}, in {}", evaluator.place());
                Err(Problem::new(span, message).expected("a finite number"))
            }
            _ => Ok(value),
        }
    }
}

/// Why a finite number is not: it rounds.
const IN_F32: &str = " in f32";

struct Evaluator<'a> {
    names: &'a Names,
    rounding: Rounding,
    cell: Cell,
    read: &'a mut dyn FnMut(usize, usize) -> f64,
    /// The first operation on finite numbers whose result is not finite, in words. A formula can do without what came of it.
    broken: Option<(Span, String)>,
}

impl Evaluator<'_> {
    fn term(&mut self, expression: &Expression) -> Result<Term, Problem> {
        Ok(match &expression.kind {
            Kind::Number(value) | Kind::Constant(value) => Term { value: *value, tensor: false },
            Kind::Named(index) => Term { value: self.names.consts[*index].value, tensor: false },
            Kind::Word(word) => Term { value: self.cell.word(*word) as f64, tensor: true },
            Kind::Stored(tensor, indices) => self.stored(expression, *tensor, indices)?,
            Kind::Negative(inner) => {
                let inner = self.term(inner)?;
                Term { value: -inner.value, ..inner }
            }
            Kind::Binary(operator, left, right) => {
                let (x, y) = (self.term(left)?, self.term(right)?);
                let tensor = x.tensor || y.tensor;
                let (x, y) = (self.operand(left, x, tensor), self.operand(right, y, tensor));
                let exact = binary(*operator, x, y);
                let result = self.rounded(exact, tensor);
                self.note(expression, result.value, || {
                    let division =
                        matches!(operator, Operator::Divide | Operator::Quotient | Operator::Remainder);
                    let why = match exact {
                        _ if division && y == 0.0 => ", a division by zero",
                        exact if exact.is_finite() => IN_F32,
                        _ => "",
                    };
                    (format!("{} {} {}", number(x), operator.sign(), number(y)), why)
                });
                result
            }
            Kind::Call(function, inner) => {
                let term = self.term(inner)?;
                let x = self.operand(inner, term, term.tensor);
                let rounding = if term.tensor { self.rounding } else { Rounding::Once };
                let value = call(*function, x, rounding)
                    .map_err(|message| Problem::new(expression.span.clone(), message))?;
                let result = self.rounded(value, term.tensor);
                self.note(expression, result.value, || (format!("{}({})", function.name(), number(x)), ""));
                result
            }
            Kind::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let condition = self.term(condition)?;
                let chosen = self.term(if condition.value != 0.0 { then } else { otherwise })?;
                let result = self.rounded(chosen.value, condition.tensor || chosen.tensor);
                self.note(expression, result.value, || (number(chosen.value), IN_F32));
                result
            }
        })
    }

    /// Notes that `expression` comes out as `value`, if that is the first number that is not finite. `what` says what was computed,
    /// and why it is not finite.
    fn note(&mut self, expression: &Expression, value: f64, what: impl FnOnce() -> (String, &'static str)) {
        if value.is_finite() || self.broken.is_some() {
            return;
        }
        let (what, why) = what();
        let is = if value.is_nan() { "NaN" } else { "infinite" };
        self.broken = Some((expression.span.clone(), format!("{what} is {is}{why}")));
    }

    /// `term`, the value of `expression`, as an operand: a Python number that meets a tensor becomes one, and rounds.
    fn operand(&mut self, expression: &Expression, term: Term, tensor: bool) -> f64 {
        let value = self.rounded(term.value, tensor).value;
        self.note(expression, value, || (number(term.value), IN_F32));
        value
    }

    /// One rounding, where this way of rounding has one. Rounding the f64 result of one operation on f32 operands to f32
    /// gives the f32 result for `+ - * /` and the square root, because f64 has more than twice the bits.
    fn rounded(&self, value: f64, tensor: bool) -> Term {
        Term { value: if tensor { self.rounding.operation(value) } else { value }, tensor }
    }

    fn stored(&mut self, whole: &Expression, tensor: usize, indices: &[Expression]) -> Result<Term, Problem> {
        let names = self.names;
        let shape = &names.stored[tensor].shape;
        let mut element = 0;
        for (axis, index) in indices.iter().enumerate() {
            let (value, size) = (self.term(index)?.value, shape[axis]);
            if !(value.fract() == 0.0 && value >= 0.0 && value < size as f64) {
                let name = &names.stored[tensor].name;
                let message = format!("index {value} of `{name}`, in {}", self.place());
                let expected = format!("a whole number from 0 to {}", size - 1);
                return Err(Problem::new(index.span.clone(), message).expected(expected));
            }
            element = element * size + value as usize;
        }
        debug_assert!(element < names.stored[tensor].values.len(), "{whole:?}");
        Ok(Term { value: (self.read)(tensor, element), tensor: true })
    }

    fn place(&self) -> String {
        format!("row {}, column {}", self.cell.row, self.cell.col)
    }
}

fn binary(operator: Operator, x: f64, y: f64) -> f64 {
    let truth = |holds: bool| f64::from(u8::from(holds));
    match operator {
        Operator::Add => x + y,
        Operator::Subtract => x - y,
        Operator::Multiply => x * y,
        Operator::Divide => x / y,
        Operator::Power => portable::pow(x, y),
        Operator::Quotient => (x / y).floor(),
        Operator::Remainder => {
            // The remainder of two floats is exact; only its sign is Rust's.
            let rest = x % y;
            if rest != 0.0 && (rest < 0.0) != (y < 0.0) { rest + y } else { rest }
        }
        Operator::Less => truth(x < y),
        Operator::LessEqual => truth(x <= y),
        Operator::Greater => truth(x > y),
        Operator::GreaterEqual => truth(x >= y),
        Operator::Equal => truth(x == y),
        Operator::NotEqual => truth(x != y),
    }
}

fn call(function: Function, x: f64, rounding: Rounding) -> Result<f64, String> {
    Ok(match function {
        Function::Sin => rounding.sin(x)?,
        Function::Cos => rounding.cos(x)?,
        Function::Sqrt => x.sqrt(),
        Function::Exp => portable::exp(x),
        Function::Ln => portable::ln(x),
        Function::Abs => x.abs(),
        Function::Floor => x.floor(),
    })
}
