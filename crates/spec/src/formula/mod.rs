//! Total formulas: no loops, no definitions, a value for every input or an error with its place.

mod count;
mod eval;
mod lex;
mod names;
mod parse;

pub(crate) use eval::Cell;
pub use eval::{Rounding, Sines};
pub use names::Word;
pub(crate) use names::{Name, Names};
pub(crate) use parse::parse;

use crate::problem::Span;

/// A parsed formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The whole of it.
    pub root: Expression,
    /// As the file writes it, on one line.
    pub text: String,
}

/// A node of a formula, with its place in the model file.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Its place in the model file.
    pub span: Span,
}

/// What a node of a formula is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number written in the formula.
    Number(f64),
    /// `pi` or `tau`.
    Constant(f64),
    /// An entry of `[const]`: its index in [`Model::consts`](crate::Model::consts).
    Named(usize),
    /// An index word: `row`, `col`, `token`, `pos`, `head`, `unit`, `query`, `key`.
    Word(Word),
    /// A stored number: the tensor, an index into [`Ledger::tensors`](crate::Ledger::tensors), and one formula for each of its
    /// axes; none if it holds a single number.
    Stored(usize, Vec<Expression>),
    /// `-x`.
    Negative(Box<Expression>),
    /// `x op y`.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `f(x)`.
    Call(Function, Box<Expression>),
    /// `if(condition, then, otherwise)`.
    If(Box<[Expression; 3]>),
}

/// What stands between two operands. A comparison is 1 where it holds and 0 where it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `x + y`.
    Add,
    /// `x - y`.
    Subtract,
    /// `x * y`.
    Multiply,
    /// `x / y`.
    Divide,
    /// `x ^ y`.
    Power,
    /// `x div y`: the quotient rounded down.
    Quotient,
    /// `x mod y`: what is left, with the sign of `y`.
    Remainder,
    /// `x < y`.
    Less,
    /// `x <= y`.
    LessEqual,
    /// `x > y`.
    Greater,
    /// `x >= y`.
    GreaterEqual,
    /// `x == y`.
    Equal,
    /// `x != y`.
    NotEqual,
}

impl Operator {
    /// How formulas write it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
            Self::Quotient => "div",
            Self::Remainder => "mod",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The sine.
    Sin,
    /// The cosine.
    Cos,
    /// The square root.
    Sqrt,
    /// The exponential.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The magnitude.
    Abs,
    /// The greatest whole number that is not greater.
    Floor,
}

impl Function {
    /// Every function by its name.
    pub const ALL: [(&'static str, Self); 7] = [
        ("sin", Self::Sin),
        ("cos", Self::Cos),
        ("sqrt", Self::Sqrt),
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("abs", Self::Abs),
        ("floor", Self::Floor),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }
}
