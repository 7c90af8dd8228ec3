//! Where the heads of a graph look, position by position, as the graph has them.
//!
//! Folding leaves out of a softmax what is sure to get no weight, and lets equal softmaxes be one. So a head says for each
//! position itself which weight it has there.

use crate::decode::{DecodeIn, Values};
use crate::expression::ExprId;
use num::Reading;

/// One head at the token that is read last in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The layer, from 0.
    pub layer: usize,
    /// Where the weight of each position comes from; nothing if that is not known in this step.
    pub keys: Vec<Key>,
}

/// Where the weight of one position comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// It is zero in every problem.
    Hidden,
    /// It is one in every problem.
    Whole,
    /// It is a weight of a softmax.
    Share {
        /// The softmax, an index into [`Expressions::softmaxes`](crate::Expressions::softmaxes).
        softmax: u32,
        /// Which score's.
        index: u32,
    },
    /// It is an exponential over a sum with further terms.
    Quotient {
        /// The exponential.
        part: ExprId,
        /// The sum.
        total: ExprId,
    },
}

impl<S: Reading> DecodeIn<S> {
    /// The weights of every head in every step when these are the tokens, prompt and answer, as quotients: for each position
    /// the exponential, and what all of a head are divided by; none, where the sum of the exponentials is meant.
    pub fn attention(&self, tokens: &[S::Token]) -> Vec<Vec<Looks<S>>> {
        let decode = self.decode();
        let mut values = Values::none();
        self.advance(tokens, decode.expressions().list.len(), &mut values);
        let looks = |head: &Head, values: &mut Values<S>| Looks {
            layer: head.layer,
            parts: head.keys.iter().map(|&key| self.part(key, values)).collect(),
            total: head.keys.iter().find_map(|key| match key {
                Key::Quotient { total, .. } => Some(*values.get(*total)),
                _ => None,
            }),
        };
        let steps = decode.steps().iter();
        steps.map(|step| step.heads.iter().map(|head| looks(head, &mut values)).collect()).collect()
    }

    fn part(&self, key: Key, values: &mut Values<S>) -> S {
        match key {
            Key::Hidden => S::zero(),
            Key::Whole => S::one(),
            Key::Share { softmax, index } => self.exponentials(softmax, values)[index as usize],
            Key::Quotient { part, .. } => *values.get(part),
        }
    }
}

/// What a head looks at in one problem.
#[derive(Clone, Debug)]
pub struct Looks<S> {
    /// The layer, from 0.
    pub layer: usize,
    /// For each position the exponential of its score less the greatest, or zero; nothing if that is not known.
    pub parts: Vec<S>,
    /// What they are divided by, if it is not their sum.
    pub total: Option<S>,
}
