//! Expressions over the tokens of a decode, before an order of evaluation is chosen.
//!
//! Unlike the nodes of a [`Program`](crate::Program) they keep sums, dot products and softmaxes whole, so that a number which
//! allows for any order of summation sees what may be reordered, and a prover sees where the attention is.

use crate::graph::Binary;

/// An expression: an index into a list in which operands stand before what reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExprId(pub u32);

impl ExprId {
    /// Its index into the list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A number, and how far from it another evaluation of the same model may find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Constant {
    value: u64,
    radius: u64,
}

impl Constant {
    /// The same number in every evaluation.
    pub fn exact(value: f64) -> Self {
        Self::near(value, 0.0)
    }

    /// A number that another evaluation may find as far as `radius` away: the cosine of an angle, for example.
    pub fn near(value: f64, radius: f64) -> Self {
        Self { value: value.to_bits(), radius: radius.to_bits() }
    }

    /// The number as our own evaluation finds it.
    pub fn value(self) -> f64 {
        f64::from_bits(self.value)
    }

    /// How far from it another evaluation may be.
    pub fn radius(self) -> f64 {
        f64::from_bits(self.radius)
    }
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// `-x`.
    Neg,
    /// The square root.
    Sqrt,
    /// The exponential.
    Exp,
    /// The hyperbolic tangent.
    Tanh,
    /// The error function.
    Erf,
    /// `x / (1 + exp(-x))`.
    Silu,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// The natural logarithm.
    Ln,
    /// `ln(1 + exp(x))`.
    Softplus,
    /// The nearest number of f32, ties to even.
    AsF32,
}

/// How a number comes about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expression {
    /// The same number in every problem.
    Constant(Constant),
    /// The entry of a table at the token that stands at a position.
    LookUp {
        /// The position of the token, from 0.
        position: u32,
        /// The table, an index into [`Expressions::tables`].
        table: u32,
    },
    /// A function of one number.
    Unary(Function, ExprId),
    /// An operation on two numbers.
    Binary(Binary, ExprId, ExprId),
    /// A sum in the order given.
    Sum(Vec<ExprId>),
    /// A dot product of two lists of the same length.
    Dot(Vec<ExprId>, Vec<ExprId>),
    /// `Σ eᵢ vᵢ / Σ eᵢ`, with `eᵢ` the exponential of score i of a softmax less the greatest: what a head of attention reads.
    Mixture {
        /// The softmax, an index into [`Expressions::softmaxes`].
        softmax: u32,
        /// One value for each score.
        values: Vec<ExprId>,
    },
    /// One weight of a softmax.
    Share {
        /// The softmax, an index into [`Expressions::softmaxes`].
        softmax: u32,
        /// Which score's.
        index: u32,
    },
}

/// A list of expressions.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    /// The expressions; operands stand before what reads them.
    pub list: Vec<Expression>,
    /// Tables with one entry for each token of the vocabulary.
    pub tables: Vec<Vec<Constant>>,
    /// The scores of each softmax; they stand before every expression that reads it.
    pub softmaxes: Vec<Vec<ExprId>>,
}

impl Expressions {
    /// The expression `id`.
    pub fn get(&self, id: ExprId) -> &Expression {
        &self.list[id.index()]
    }

    /// Calls `see` with each operand of `expression`, the scores of its softmax first.
    pub fn operands(&self, expression: &Expression, see: &mut dyn FnMut(ExprId)) {
        match expression {
            Expression::Constant(_) | Expression::LookUp { .. } => {}
            Expression::Unary(_, x) => see(*x),
            Expression::Binary(_, x, y) => {
                see(*x);
                see(*y);
            }
            Expression::Sum(terms) => terms.iter().copied().for_each(see),
            Expression::Dot(left, right) => left.iter().chain(right).copied().for_each(see),
            Expression::Mixture { softmax, values } => {
                self.softmaxes[*softmax as usize].iter().chain(values).copied().for_each(see);
            }
            Expression::Share { softmax, .. } => {
                self.softmaxes[*softmax as usize].iter().copied().for_each(see);
            }
        }
    }

    /// The same expression with every operand, softmax and table renamed.
    pub(crate) fn renamed(
        expression: &Expression,
        id: &dyn Fn(ExprId) -> ExprId,
        table: u32,
        softmax: u32,
    ) -> Expression {
        let all = |ids: &[ExprId]| ids.iter().map(|&x| id(x)).collect::<Vec<_>>();
        match expression {
            Expression::Constant(constant) => Expression::Constant(*constant),
            Expression::LookUp { position, .. } => Expression::LookUp { position: *position, table },
            Expression::Unary(function, x) => Expression::Unary(*function, id(*x)),
            Expression::Binary(op, x, y) => Expression::Binary(*op, id(*x), id(*y)),
            Expression::Sum(terms) => Expression::Sum(all(terms)),
            Expression::Dot(left, right) => Expression::Dot(all(left), all(right)),
            Expression::Mixture { values, .. } => Expression::Mixture { softmax, values: all(values) },
            Expression::Share { index, .. } => Expression::Share { softmax, index: *index },
        }
    }
}
