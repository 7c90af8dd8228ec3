//! The rules of folding. Each keeps every bit of every result, signed zeros and NaN included.

use crate::facts::Facts;
use crate::graph::{Binary, Graph, Node, NodeId, TokenId, TokenNode, Unary};

impl Graph {
    pub(crate) fn unary_node(&mut self, op: Unary, x: NodeId) -> NodeId {
        self.asked += 1;
        if self.folds {
            if let Some(value) = self.node(x).constant() {
                let value = (self.unary)(op, value);
                return self.constant(value);
            }
            if let (Unary::Neg, Node::Unary(Unary::Neg, inner)) = (op, self.node(x)) {
                return *inner;
            }
        }
        let facts = Facts::unary(op, &self.facts(x), self.unary);
        self.intern(Node::Unary(op, x), facts)
    }

    pub(crate) fn binary_node(&mut self, op: Binary, x: NodeId, y: NodeId) -> NodeId {
        self.asked += 1;
        if self.folds
            && let Some(known) = self.simpler(op, x, y)
        {
            return known;
        }
        // Sums and products do not care for the order of their operands, so equal ones can be shared.
        let (x, y) = match op {
            Binary::Add | Binary::Mul if self.folds && y < x => (y, x),
            _ => (x, y),
        };
        let facts = Facts::binary(op, &self.facts(x), &self.facts(y), self.binary);
        self.intern(Node::Binary(op, x, y), facts)
    }

    /// A node that always has the value of `x op y`, if one is known.
    fn simpler(&mut self, op: Binary, x: NodeId, y: NodeId) -> Option<NodeId> {
        let (a, b) = (self.node(x).constant(), self.node(y).constant());
        if let (Some(a), Some(b)) = (a, b) {
            let value = (self.binary)(op, a, b);
            return Some(self.constant(value));
        }
        let (fx, fy) = (self.facts(x), self.facts(y));
        match op {
            Binary::Add if adds_nothing(&fy, &fx) => Some(x),
            Binary::Add if adds_nothing(&fx, &fy) => Some(y),
            // Subtracting a positive zero changes nothing, not even a negative zero.
            Binary::Sub if b.is_some_and(|b| b.to_bits() == 0) => Some(x),
            Binary::Mul if b == Some(1.0) => Some(x),
            Binary::Mul if a == Some(1.0) => Some(y),
            Binary::Mul if b == Some(-1.0) => Some(self.negated(x)),
            Binary::Mul if a == Some(-1.0) => Some(self.negated(y)),
            Binary::Mul => self.zero_product(&fx, &fy),
            Binary::Div => self.quotient(x, b?),
            // `max` takes the second only if it is greater or a NaN.
            Binary::Max if !fx.nan && !fy.nan && fx.low >= fy.high => Some(x),
            Binary::Max if !fx.nan && !fy.nan && fy.low > fx.high => Some(y),
            _ => None,
        }
    }

    pub(crate) fn fused_node(&mut self, x: NodeId, y: NodeId, z: NodeId) -> NodeId {
        if self.folds
            && let Some((op, left, right)) = self.unfused(x, y, z)
        {
            return self.binary_node(op, left, right);
        }
        self.asked += 1;
        let [a, b, c] = [x, y, z].map(|id| self.node(id).constant());
        if let (true, Some(a), Some(b), Some(c)) = (self.folds, a, b, c) {
            let value = (self.fused)(a, b, c);
            return self.constant(value);
        }
        let (x, y) = if self.folds && y < x { (y, x) } else { (x, y) };
        let facts = Facts::fused(&self.facts(x), &self.facts(y), &self.facts(z), self.fused);
        self.intern(Node::Fused(x, y, z), facts)
    }

    /// The one operation that `x · y + z` is where its product does not round.
    fn unfused(&mut self, x: NodeId, y: NodeId, z: NodeId) -> Option<(Binary, NodeId, NodeId)> {
        let (a, b) = (self.node(x).constant(), self.node(y).constant());
        match (a, b) {
            (Some(a), Some(b)) => {
                let product = (self.binary)(Binary::Mul, a, b);
                // What a product of this size leaves over does not vanish.
                let exact = product.abs() > 1e-30 && (self.fused)(a, b, -product) == 0.0;
                (exact || a == 0.0 || b == 0.0).then(|| (Binary::Add, self.constant(product), z))
            }
            (_, Some(1.0)) => Some((Binary::Add, x, z)),
            (Some(1.0), _) => Some((Binary::Add, y, z)),
            (_, Some(-1.0)) => Some((Binary::Sub, z, x)),
            (Some(-1.0), _) => Some((Binary::Sub, z, y)),
            _ => {
                let (x, y) = (self.facts(x), self.facts(y));
                self.zero_product(&x, &y).map(|zero| (Binary::Add, zero, z))
            }
        }
    }

    fn negated(&mut self, x: NodeId) -> NodeId {
        // The operation asked for was counted already.
        self.asked -= 1;
        self.unary_node(Unary::Neg, x)
    }

    /// A product with an exact zero, where the other factor is finite and the sign of the zero is known.
    fn zero_product(&mut self, x: &Facts, y: &Facts) -> Option<NodeId> {
        let product = Facts::binary(Binary::Mul, x, y, self.binary);
        (product.is_zero() && !product.negative_zero).then(|| self.constant(0.0))
    }

    /// Dividing by a power of two multiplies by its inverse: both are the same real number, rounded once.
    fn quotient(&mut self, x: NodeId, divisor: f64) -> Option<NodeId> {
        let inverse = (self.binary)(Binary::Div, 1.0, divisor);
        let power = divisor.to_bits() << 12 == 0 && inverse.is_normal() && divisor.is_normal();
        if divisor == 1.0 {
            Some(x)
        } else if power {
            self.asked -= 1;
            let inverse = self.constant(inverse);
            Some(self.binary_node(Binary::Mul, x, inverse))
        } else {
            None
        }
    }

    /// The entry of `column` at `token`. Entries are constants: a network's tables are its weights.
    pub(crate) fn look_up(&mut self, column: &[NodeId], token: TokenId) -> NodeId {
        if let TokenNode::Fixed(token) = self.tokens[token.index()] {
            return column[token as usize];
        }
        let values: Vec<f64> = column
            .iter()
            .map(|&entry| self.node(entry).constant().expect("the tables of a network are constants"))
            .collect();
        let possible = self.possible(token, values.len());
        let at = |token: &u32| values[*token as usize];
        let first = at(&possible[0]);
        if self.folds {
            if possible.iter().all(|token| at(token).to_bits() == first.to_bits()) {
                return self.constant(first);
            }
            let index = Facts::among(possible.iter().map(|&token| f64::from(token)));
            if possible.iter().all(|token| at(token).to_bits() == f64::from(*token).to_bits()) {
                return self.intern(Node::Index(token), index);
            }
            // A multiple of the index, exact in each entry.
            if let Some(&unit) = possible.iter().find(|&&token| token != 0) {
                let factor = at(&unit) / f64::from(unit);
                let exact = |token: &u32| {
                    let product = (self.binary)(Binary::Mul, f64::from(*token), factor);
                    product.to_bits() == at(token).to_bits()
                };
                if (self.binary)(Binary::Mul, factor, 1.0) == factor && possible.iter().all(exact) {
                    let (index, factor) = (self.intern(Node::Index(token), index), self.constant(factor));
                    return self.binary_node(Binary::Mul, index, factor);
                }
            }
        }
        let facts = Facts::among(possible.iter().map(at));
        self.intern(Node::LookUp(token, values.into_iter().map(f64::to_bits).collect()), facts)
    }
}

/// Whether adding a value with the facts `zero` to any value with the facts `other` gives that value, to the bit.
///
/// It is one of the zeros, and the other is never a negative zero: to that one a positive zero would make a difference.
fn adds_nothing(zero: &Facts, other: &Facts) -> bool {
    zero.is_zero() && !other.negative_zero
}
