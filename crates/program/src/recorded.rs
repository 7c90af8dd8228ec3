//! The number that records.
//!
//! It is a name into the graph at hand, which lives in a variable of the thread while a recording runs: a number must be
//! `Copy`, and `zero()` has nothing to take a graph from.

use crate::graph::{Binary, Graph, NodeId, TokenId, TokenNode, Unary};
use num::{Reading, Scalar};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

thread_local! {
    static GRAPH: RefCell<Option<Graph>> = const { RefCell::new(None) };
}

/// A number of the program that is being recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded(pub(crate) NodeId);

/// Runs `body` with `graph` at hand and gives the graph back.
pub(crate) fn recording<R>(graph: Graph, body: impl FnOnce() -> R) -> (Graph, R) {
    /// Takes the graph away again even if `body` panics.
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            GRAPH.with(|cell| cell.borrow_mut().take());
        }
    }
    let before = GRAPH.with(|cell| cell.borrow_mut().replace(graph));
    assert!(before.is_none(), "one recording at a time on a thread");
    let guard = Guard;
    let result = body();
    let graph = GRAPH.with(|cell| cell.borrow_mut().take()).expect("the graph was put there above");
    drop(guard);
    (graph, result)
}

fn with<R>(body: impl FnOnce(&mut Graph) -> R) -> R {
    GRAPH.with(|cell| body(cell.borrow_mut().as_mut().expect("numbers are recorded inside of `recording`")))
}

impl Recorded {
    pub(crate) fn constant(value: f64) -> Self {
        Self(with(|graph| graph.constant(value)))
    }

    fn binary(self, op: Binary, other: Self) -> Self {
        Self(with(|graph| graph.binary_node(op, self.0, other.0)))
    }

    fn unary(self, op: Unary) -> Self {
        Self(with(|graph| graph.unary_node(op, self.0)))
    }
}

/// A token of the program that is being recorded.
pub(crate) fn token(node: TokenNode) -> TokenId {
    with(|graph| graph.token(node))
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Recorded {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                self.binary(Binary::$trait, other)
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Recorded {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(Unary::Neg)
    }
}

impl Scalar for Recorded {
    fn zero() -> Self {
        Self::constant(0.0)
    }

    fn one() -> Self {
        Self::constant(1.0)
    }

    fn max(self, other: Self) -> Self {
        self.binary(Binary::Max, other)
    }

    fn sqrt(self) -> Self {
        self.unary(Unary::Sqrt)
    }

    fn exp(self) -> Self {
        self.unary(Unary::Exp)
    }

    fn tanh(self) -> Self {
        self.unary(Unary::Tanh)
    }

    fn erf(self) -> Self {
        self.unary(Unary::Erf)
    }

    fn ln(self) -> Self {
        self.unary(Unary::Ln)
    }

    fn softplus(self) -> Self {
        self.unary(Unary::Softplus)
    }

    fn fused(self, factor: Self, addend: Self) -> Self {
        Self(with(|graph| graph.fused_node(self.0, factor.0, addend.0)))
    }

    fn as_f32(self) -> Self {
        self.unary(Unary::AsF32)
    }
}

impl Reading for Recorded {
    type Token = TokenId;

    fn token(id: usize) -> TokenId {
        token(TokenNode::Fixed(u32::try_from(id).expect("a vocabulary has fewer than 2^32 tokens")))
    }

    fn look_up(column: &[Self], token: TokenId) -> Self {
        let column: Vec<NodeId> = column.iter().map(|entry| entry.0).collect();
        Self(with(|graph| graph.look_up(&column, token)))
    }

    fn argmax(logits: &[Self]) -> TokenId {
        with(|graph| {
            graph.asked += logits.len().saturating_sub(1);
            graph.token(TokenNode::Argmax(logits.iter().map(|logit| logit.0).collect()))
        })
    }
}
