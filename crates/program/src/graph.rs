//! Expressions, each written down once.

use crate::facts::Facts;
use num::Float;
use std::collections::BTreeMap;

/// A number in a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

/// A token in a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenId(pub(crate) u32);

impl NodeId {
    /// Its index into [`Program::nodes`](crate::Program::nodes).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl TokenId {
    /// Its index into [`Program::tokens`](crate::Program::tokens).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An operation on one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unary {
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
    /// The natural logarithm.
    Ln,
    /// `ln(1 + exp(x))`.
    Softplus,
    /// The nearest number of f32.
    AsF32,
}

impl Unary {
    /// Whether it is a function that takes many operations of the processor.
    pub(crate) fn is_long(self) -> bool {
        !matches!(self, Self::Neg | Self::Sqrt | Self::AsF32)
    }
}

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binary {
    /// `x + y`.
    Add,
    /// `x - y`.
    Sub,
    /// `x * y`.
    Mul,
    /// `x / y`.
    Div,
    /// `y` where it is greater than `x` or a NaN, otherwise `x`.
    Max,
}

/// How a number comes about. Operands stand before the node that reads them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A number of the model's type, as the bits of the f64 that equals it.
    Const(u64),
    /// The index of a token, as a number: exact.
    Index(TokenId),
    /// The entry at a token, one for each token of the vocabulary, as the bits of f64.
    LookUp(TokenId, Vec<u64>),
    /// An operation on one number.
    Unary(Unary, NodeId),
    /// An operation on two numbers.
    Binary(Binary, NodeId, NodeId),
    /// `x · y + z`, rounded once.
    Fused(NodeId, NodeId, NodeId),
}

/// How a token comes about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenNode {
    /// The same in every problem.
    Fixed(u32),
    /// An input of the program, and which tokens it can be.
    Input(usize, Vec<u32>),
    /// The index of the greatest of these numbers; of equal ones the first.
    Argmax(Vec<NodeId>),
}

impl Node {
    /// The constant's value, if it is one.
    pub fn constant(&self) -> Option<f64> {
        match self {
            Self::Const(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// The numbers it reads.
    pub fn operands(&self) -> impl Iterator<Item = NodeId> {
        let operands = match *self {
            Self::Const(_) | Self::Index(_) | Self::LookUp(..) => [None; 3],
            Self::Unary(_, x) => [Some(x), None, None],
            Self::Binary(_, x, y) => [Some(x), Some(y), None],
            Self::Fused(x, y, z) => [Some(x), Some(y), Some(z)],
        };
        operands.into_iter().flatten()
    }

    /// The token it reads.
    pub fn token(&self) -> Option<TokenId> {
        match *self {
            Self::Index(token) | Self::LookUp(token, _) => Some(token),
            _ => None,
        }
    }
}

/// A growing program over the machine number that `unary` and `binary` compute with.
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) facts: Vec<Facts>,
    pub(crate) tokens: Vec<TokenNode>,
    /// How many operations the network asked for, folded or not.
    pub(crate) asked: usize,
    pub(crate) folds: bool,
    pub(crate) unary: fn(Unary, f64) -> f64,
    pub(crate) binary: fn(Binary, f64, f64) -> f64,
    pub(crate) fused: fn(f64, f64, f64) -> f64,
    known: BTreeMap<Node, NodeId>,
    known_tokens: BTreeMap<TokenNode, TokenId>,
}

impl Graph {
    pub(crate) fn new<T: Float>(folds: bool) -> Self {
        Self {
            nodes: Vec::new(),
            facts: Vec::new(),
            tokens: Vec::new(),
            asked: 0,
            folds,
            unary: |op, x| compute_unary(op, T::from_f64(x)).to_f64(),
            binary: |op, x, y| compute_binary(op, T::from_f64(x), T::from_f64(y)).to_f64(),
            fused: |x, y, z| T::from_f64(x).fused(T::from_f64(y), T::from_f64(z)).to_f64(),
            known: BTreeMap::new(),
            known_tokens: BTreeMap::new(),
        }
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    pub(crate) fn facts(&self, id: NodeId) -> Facts {
        self.facts[id.index()]
    }

    /// The node, written down unless it already is.
    pub(crate) fn intern(&mut self, node: Node, facts: Facts) -> NodeId {
        // A constant has no cost, so it is shared even where folding is off.
        if (self.folds || node.constant().is_some())
            && let Some(&id) = self.known.get(&node)
        {
            return id;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).expect("a program has fewer than 2^32 nodes"));
        self.nodes.push(node.clone());
        self.facts.push(facts);
        self.known.insert(node, id);
        id
    }

    pub(crate) fn constant(&mut self, value: f64) -> NodeId {
        self.intern(Node::Const(value.to_bits()), Facts::constant(value))
    }

    pub(crate) fn token(&mut self, token: TokenNode) -> TokenId {
        if let Some(&id) = self.known_tokens.get(&token) {
            return id;
        }
        let id = TokenId(u32::try_from(self.tokens.len()).expect("a program has fewer than 2^32 tokens"));
        self.tokens.push(token.clone());
        self.known_tokens.insert(token, id);
        id
    }

    /// The tokens that `id` can be, of a vocabulary of `size`.
    pub(crate) fn possible(&self, id: TokenId, size: usize) -> Vec<u32> {
        match &self.tokens[id.index()] {
            TokenNode::Fixed(token) => vec![*token],
            TokenNode::Input(_, possible) => possible.clone(),
            TokenNode::Argmax(_) => (0..).take(size).collect(),
        }
    }
}

/// `op` on a number of any kind.
#[inline(always)]
pub(crate) fn compute_unary<S: num::Scalar>(op: Unary, x: S) -> S {
    match op {
        Unary::Neg => -x,
        Unary::Sqrt => x.sqrt(),
        Unary::Exp => x.exp(),
        Unary::Tanh => x.tanh(),
        Unary::Erf => x.erf(),
        Unary::Ln => x.ln(),
        Unary::Softplus => x.softplus(),
        Unary::AsF32 => x.as_f32(),
    }
}

/// `op` on numbers of any kind.
#[inline(always)]
pub(crate) fn compute_binary<S: num::Scalar>(op: Binary, x: S, y: S) -> S {
    match op {
        Binary::Add => x + y,
        Binary::Sub => x - y,
        Binary::Mul => x * y,
        Binary::Div => x / y,
        Binary::Max => x.max(y),
    }
}
