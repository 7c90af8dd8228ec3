//! The number that is a formula: a name of a node, which knows its operands and its value.
//!
//! It is a name into a list of the thread, because a number must be `Copy` and `zero()` has nothing to take a list from.
//! Values are in f64, as in a spreadsheet; they are what the file shows before anything is computed again.

use num::{Reading, Scalar, portable};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A cell of a sheet; rows and columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) sheet: usize,
    pub(super) row: u32,
    pub(super) column: u16,
}

/// A number with a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell(u32);

/// What stands between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessEqual,
    Equal,
    NotEqual,
}

/// How a number comes about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// It stands in the formula.
    Number,
    /// It stands in a cell.
    At(Address),
    Negative(Cell),
    Binary(Operator, Cell, Cell),
    /// A function of the spreadsheet.
    Call(&'static str, Vec<Cell>),
    Dot(Vec<Cell>, Vec<Cell>),
    /// The entry of a column at a token.
    LookUp(Vec<Cell>, Address),
}

#[derive(Clone, Debug)]
struct Node {
    kind: Kind,
    value: f64,
}

/// A token: the same in every problem, or what a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Fixed(usize),
    At(Address, usize),
}

#[derive(Default)]
struct List {
    nodes: Vec<Node>,
    chosen: Option<Token>,
}

thread_local! {
    static LIST: RefCell<List> = RefCell::default();
}

fn with<R>(body: impl FnOnce(&mut List) -> R) -> R {
    LIST.with(|list| body(&mut list.borrow_mut()))
}

/// Runs `body` with an empty list, and empties it again.
pub(super) fn recording<R>(body: impl FnOnce() -> R) -> R {
    with(|list| *list = List::default());
    let result = body();
    with(|list| *list = List::default());
    result
}

impl Cell {
    fn new(kind: Kind, value: f64) -> Self {
        with(|list| {
            list.nodes.push(Node { kind, value });
            Self(u32::try_from(list.nodes.len() - 1).expect("fewer than 2^32 operations in a decode"))
        })
    }

    pub(super) fn number(value: f64) -> Self {
        Self::new(Kind::Number, value)
    }

    /// What stands at `address` and has this value at first.
    pub(super) fn at(address: Address, value: f64) -> Self {
        Self::new(Kind::At(address), value)
    }

    /// A function of the spreadsheet; of numbers alone it is a number.
    pub(super) fn call(name: &'static str, operands: &[Self], value: f64) -> Self {
        if operands.iter().all(|operand| operand.kind() == Kind::Number) {
            return Self::number(value);
        }
        Self::new(Kind::Call(name, operands.to_vec()), value)
    }

    /// Of two numbers a number, so that indices are.
    pub(super) fn binary(self, operator: Operator, other: Self) -> Self {
        let (x, y) = (self.value(), other.value());
        let truth = |holds: bool| f64::from(u8::from(holds));
        let value = match operator {
            Operator::Add => x + y,
            Operator::Subtract => x - y,
            Operator::Multiply => x * y,
            Operator::Divide => x / y,
            Operator::Less => truth(x < y),
            Operator::LessEqual => truth(x <= y),
            Operator::Equal => truth(x == y),
            Operator::NotEqual => truth(x != y),
        };
        if self.kind() == Kind::Number && other.kind() == Kind::Number {
            return Self::number(value);
        }
        Self::new(Kind::Binary(operator, self, other), value)
    }

    /// Its place in the list.
    pub(super) fn index(self) -> u32 {
        self.0
    }

    pub(super) fn value(self) -> f64 {
        with(|list| list.nodes[self.0 as usize].value)
    }

    pub(super) fn kind(self) -> Kind {
        with(|list| list.nodes[self.0 as usize].kind.clone())
    }

    /// Where it stands, if it stands in a cell.
    pub(super) fn address(self) -> Option<Address> {
        match self.kind() {
            Kind::At(address) => Some(address),
            _ => None,
        }
    }
}

/// The token that the next argmax gives: the cell where the choice was written.
pub(super) fn choose(token: Token) {
    with(|list| list.chosen = Some(token));
}

macro_rules! operator {
    ($trait:ident, $method:ident, $operator:ident) => {
        impl $trait for Cell {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                self.binary(Operator::$operator, other)
            }
        }
    };
}

operator!(Add, add, Add);
operator!(Sub, sub, Subtract);
operator!(Mul, mul, Multiply);
operator!(Div, div, Divide);

impl Neg for Cell {
    type Output = Self;

    fn neg(self) -> Self {
        let value = -self.value();
        if self.kind() == Kind::Number { Self::number(value) } else { Self::new(Kind::Negative(self), value) }
    }
}

impl Scalar for Cell {
    fn zero() -> Self {
        Self::number(0.0)
    }

    fn one() -> Self {
        Self::number(1.0)
    }

    /// A maximum of a maximum is one of more operands.
    fn max(self, other: Self) -> Self {
        let mut operands = match self.kind() {
            Kind::Call("MAX", operands) => operands,
            _ => vec![self],
        };
        operands.push(other);
        Self::call("MAX", &operands, Scalar::max(self.value(), other.value()))
    }

    fn sqrt(self) -> Self {
        Self::call("SQRT", &[self], Scalar::sqrt(self.value()))
    }

    fn exp(self) -> Self {
        Self::call("EXP", &[self], Scalar::exp(self.value()))
    }

    fn tanh(self) -> Self {
        Self::call("TANH", &[self], portable::tanh(self.value()))
    }

    fn erf(self) -> Self {
        Self::call("ERF", &[self], portable::erf(self.value()))
    }

    fn ln(self) -> Self {
        Self::call("LN", &[self], portable::ln(self.value()))
    }

    /// With the greatest part taken out, so that nothing overflows.
    fn softplus(self) -> Self {
        let below = Self::call("ABS", &[self], self.value().abs());
        self.max(Self::zero()) + (Self::one() + (-below).exp()).ln()
    }

    /// A spreadsheet rounds the product by itself.
    fn fused(self, factor: Self, addend: Self) -> Self {
        self * factor + addend
    }

    /// No block of a model file asks for it.
    fn as_f32(self) -> Self {
        self
    }

    /// An exponential that overflows is an error in a spreadsheet, so it is cut off where the quotient is next to zero.
    fn silu(self) -> Self {
        const MOST: f64 = 700.0;
        let away = -self;
        let cut = Self::call("MIN", &[away, Self::number(MOST)], away.value().min(MOST));
        self / (Self::one() + cut.exp())
    }

    fn sum(terms: &[Self]) -> Self {
        match terms {
            [] => Self::zero(),
            [only] => *only,
            _ => Self::call("SUM", terms, terms.iter().map(|term| term.value()).sum()),
        }
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        let pairs = || a.iter().zip(b);
        match a.len().min(b.len()) {
            0 => Self::zero(),
            1 => a[0] * b[0],
            _ => {
                let value = pairs().map(|(a, b)| a.value() * b.value()).sum();
                let (a, b) = pairs().map(|(&a, &b)| (a, b)).unzip();
                Self::new(Kind::Dot(a, b), value)
            }
        }
    }

    fn fused_dot(a: &[Self], b: &[Self]) -> Self {
        Self::dot(a, b)
    }
}

impl Reading for Cell {
    type Token = Token;

    fn token(id: usize) -> Token {
        Token::Fixed(id)
    }

    fn look_up(column: &[Self], token: Token) -> Self {
        match token {
            Token::Fixed(id) => column[id],
            Token::At(address, id) => Self::new(Kind::LookUp(column.to_vec(), address), column[id].value()),
        }
    }

    /// The cell where the observer wrote the choice when it saw the logits.
    fn argmax(_: &[Self]) -> Token {
        with(|list| list.chosen.take()).expect("logits are seen before one is chosen")
    }
}
