//! Total formulas: no loops, no definitions, a value for every input or an error with its place.

mod count;
mod eval;
mod lex;
mod names;
mod parse;

pub(crate) use eval::{Cell, Rounding};
pub(crate) use names::{Names, Word};
pub(crate) use parse::parse;

use crate::problem::Span;

/// A parsed formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Formula {
    pub(crate) root: Expression,
}

/// A node of a formula, with its place in the model file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A number written in the formula.
    Number(f64),
    /// `pi` or `tau`.
    Constant(f64),
    /// An entry of `[const]`.
    Named(usize),
    /// An index word: `row`, `col`, `token`, `pos`, `head`, `unit`, `query`, `key`.
    Word(Word),
    /// A stored number: the tensor and one formula for each of its axes; none if it holds a single number.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    /// `x div y`: the quotient rounded down.
    Quotient,
    /// `x mod y`: what is left, with the sign of `y`.
    Remainder,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Sin,
    Cos,
    Sqrt,
    Exp,
    Ln,
    Abs,
    Floor,
}

impl Function {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("sin", Self::Sin),
        ("cos", Self::Cos),
        ("sqrt", Self::Sqrt),
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("abs", Self::Abs),
        ("floor", Self::Floor),
    ];
}
