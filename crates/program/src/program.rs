//! A recorded program, and reading it with any number.

use crate::facts::Facts;
use crate::graph::{Binary, Graph, Node, NodeId, TokenId, TokenNode, Unary, compute_binary, compute_unary};
use net::Site;
use num::{Float, Reading};
use std::marker::PhantomData;

/// A straight-line program over the machine number `T`: every node reads only nodes and tokens before it.
#[derive(Clone, Debug)]
pub struct Program<T> {
    nodes: Vec<Node>,
    facts: Vec<Facts>,
    tokens: Vec<TokenNode>,
    outputs: Vec<TokenId>,
    /// For each token how many nodes stand before it.
    times: Vec<usize>,
    seen: Vec<Seen>,
    inputs: usize,
    asked: usize,
    number: PhantomData<T>,
}

/// Values that the network showed while it was recorded: this keeps scores, softmax, residual stream and logits
/// recognisable in a program. A value that no output needs is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) step: usize,
    pub(crate) site: Site,
    pub(crate) values: Vec<Option<NodeId>>,
}

/// How many operations of each kind a program performs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// `+`, `-` and signs.
    pub additions: usize,
    /// `*`.
    pub products: usize,
    /// `/` and square roots.
    pub quotients: usize,
    /// `max`, and one for each logit of an argmax but the first.
    pub comparisons: usize,
    /// Exponentials, tanh, erf.
    pub functions: usize,
    /// Table look-ups that are neither constant nor a multiple of the token.
    pub look_ups: usize,
}

impl Operations {
    /// All of them.
    pub fn total(&self) -> usize {
        self.additions + self.products + self.quotients + self.comparisons + self.functions + self.look_ups
    }
}

impl<T: Float> Program<T> {
    /// Keeps what the outputs need, in the order of recording.
    pub(crate) fn new(graph: Graph, outputs: &[TokenId], seen: Vec<Seen>) -> Self {
        let (mut node_used, mut token_used) =
            (vec![false; graph.nodes.len()], vec![false; graph.tokens.len()]);
        let mut open: Vec<TokenId> = outputs.to_vec();
        let mut open_nodes: Vec<NodeId> = Vec::new();
        loop {
            if let Some(token) = open.pop() {
                if !std::mem::replace(&mut token_used[token.index()], true)
                    && let TokenNode::Argmax(logits) = &graph.tokens[token.index()]
                {
                    open_nodes.extend(logits);
                }
            } else if let Some(node) = open_nodes.pop() {
                if !std::mem::replace(&mut node_used[node.index()], true) {
                    let node = graph.node(node);
                    open_nodes.extend(node.operands());
                    open.extend(node.token());
                }
            } else {
                break;
            }
        }
        let inputs = graph.tokens.iter().map(|token| match token {
            TokenNode::Input(index, _) => index + 1,
            _ => 0,
        });
        let inputs = inputs.max().unwrap_or(0);
        let new_node = renumber(&node_used).map(NodeId);
        let new_token = renumber(&token_used).map(TokenId);
        let mut program = Self {
            nodes: Vec::new(),
            facts: Vec::new(),
            tokens: Vec::new(),
            outputs: outputs.iter().map(|token| new_token.at(token.0)).collect(),
            times: Vec::new(),
            seen: Vec::new(),
            inputs,
            asked: graph.asked,
            number: PhantomData,
        };
        let kept = graph.nodes.into_iter().zip(graph.facts).zip(&node_used).filter(|(_, used)| **used);
        for ((node, facts), _) in kept {
            program.nodes.push(match node {
                Node::Const(bits) => Node::Const(bits),
                Node::Index(token) => Node::Index(new_token.at(token.0)),
                Node::LookUp(token, table) => Node::LookUp(new_token.at(token.0), table),
                Node::Unary(op, x) => Node::Unary(op, new_node.at(x.0)),
                Node::Binary(op, x, y) => Node::Binary(op, new_node.at(x.0), new_node.at(y.0)),
                Node::Fused(x, y, z) => Node::Fused(new_node.at(x.0), new_node.at(y.0), new_node.at(z.0)),
            });
            program.facts.push(facts);
        }
        for (token, _) in graph.tokens.into_iter().zip(&token_used).filter(|(_, used)| **used) {
            let token = match token {
                TokenNode::Argmax(logits) => {
                    TokenNode::Argmax(logits.iter().map(|logit| new_node.at(logit.0)).collect())
                }
                other => other,
            };
            program.times.push(match &token {
                TokenNode::Argmax(logits) => logits.iter().map(|logit| logit.index() + 1).max().unwrap_or(0),
                _ => 0,
            });
            program.tokens.push(token);
        }
        program.seen = seen
            .into_iter()
            .map(|seen: Seen| Seen {
                values: seen
                    .values
                    .iter()
                    .map(|id| id.filter(|id| node_used[id.index()]).map(|id| new_node.at(id.0)))
                    .collect(),
                ..seen
            })
            .filter(|seen| seen.values.iter().any(Option::is_some))
            .collect();
        program
    }

    /// Its nodes; each reads only what stands before it.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Its tokens; each reads only nodes.
    pub fn tokens(&self) -> &[TokenNode] {
        &self.tokens
    }

    /// The generated tokens, in order.
    pub fn outputs(&self) -> &[TokenId] {
        &self.outputs
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many nodes stand before a token.
    pub(crate) fn time(&self, id: TokenId) -> usize {
        self.times[id.index()]
    }

    pub(crate) fn facts(&self, id: NodeId) -> &Facts {
        &self.facts[id.index()]
    }

    pub(crate) fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// How many operations the network performs directly, without folding.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// How many operations the program performs.
    pub fn operations(&self) -> Operations {
        let mut count = Operations::default();
        for node in &self.nodes {
            let kind = match node {
                Node::Const(_) | Node::Index(_) => continue,
                Node::LookUp(..) => &mut count.look_ups,
                Node::Unary(Unary::Neg, _) | Node::Binary(Binary::Add | Binary::Sub, ..) => {
                    &mut count.additions
                }
                Node::Binary(Binary::Mul, ..) | Node::Fused(..) => &mut count.products,
                Node::Unary(Unary::Sqrt, _) | Node::Binary(Binary::Div, ..) => &mut count.quotients,
                Node::Binary(Binary::Max, ..) => &mut count.comparisons,
                Node::Unary(..) => &mut count.functions,
            };
            *kind += 1;
        }
        for token in &self.tokens {
            if let TokenNode::Argmax(logits) = token {
                count.comparisons += logits.len().saturating_sub(1);
            }
        }
        count
    }

    /// Runs the program on any kind of number: `convert` makes one of a constant, `inputs` are the input tokens.
    ///
    /// This is the plain reading of a program; [`Machine`](crate::Machine) is the fast one.
    ///
    /// # Panics
    ///
    /// If there are fewer inputs than the program reads.
    pub fn evaluate<R: Reading>(&self, inputs: &[R::Token], convert: impl Fn(T) -> R) -> Vec<R::Token> {
        self.values(inputs, convert).1
    }

    /// The value of each node, and what [`Program::evaluate`] gives.
    pub(crate) fn values<R: Reading>(
        &self,
        inputs: &[R::Token],
        convert: impl Fn(T) -> R,
    ) -> (Vec<R>, Vec<R::Token>) {
        let constant = |bits: u64| convert(T::from_f64(f64::from_bits(bits)));
        let mut values: Vec<R> = Vec::with_capacity(self.nodes.len());
        let mut tokens: Vec<Option<R::Token>> = vec![None; self.tokens.len()];
        let token = |id: TokenId, values: &[R], tokens: &mut Vec<Option<R::Token>>| -> R::Token {
            *tokens[id.index()].get_or_insert_with(|| match &self.tokens[id.index()] {
                TokenNode::Fixed(token) => R::token(*token as usize),
                TokenNode::Input(index, _) => inputs[*index],
                TokenNode::Argmax(logits) => {
                    let logits: Vec<R> = logits.iter().map(|logit| values[logit.index()]).collect();
                    R::argmax(&logits)
                }
            })
        };
        for node in &self.nodes {
            let value = match node {
                Node::Const(bits) => constant(*bits),
                Node::Index(id) => {
                    let most = self.greatest(*id);
                    let table: Vec<R> =
                        (0..=most).map(|index| convert(T::from_f64(f64::from(index)))).collect();
                    R::look_up(&table, token(*id, &values, &mut tokens))
                }
                Node::LookUp(id, table) => {
                    let table: Vec<R> = table.iter().copied().map(constant).collect();
                    R::look_up(&table, token(*id, &values, &mut tokens))
                }
                Node::Unary(op, x) => compute_unary(*op, values[x.index()]),
                Node::Binary(op, x, y) => compute_binary(*op, values[x.index()], values[y.index()]),
                Node::Fused(x, y, z) => values[x.index()].fused(values[y.index()], values[z.index()]),
            };
            values.push(value);
        }
        let outputs = self.outputs.iter().map(|&id| token(id, &values, &mut tokens)).collect();
        (values, outputs)
    }

    /// The greatest index that a token can have.
    fn greatest(&self, id: TokenId) -> u32 {
        match &self.tokens[id.index()] {
            TokenNode::Fixed(token) => *token,
            TokenNode::Input(_, possible) => possible.iter().copied().max().unwrap_or(0),
            TokenNode::Argmax(logits) => u32::try_from(logits.len()).unwrap_or(1).saturating_sub(1),
        }
    }
}

/// New numbers for what is kept, in the old order.
fn renumber(used: &[bool]) -> Renumbering<u32> {
    let mut next = 0;
    let number = |&used: &bool| {
        let number = next;
        next += u32::from(used);
        number
    };
    Renumbering(used.iter().map(number).collect())
}

struct Renumbering<I>(Vec<I>);

impl Renumbering<u32> {
    fn map<J>(self, make: impl Fn(u32) -> J) -> Renumbering<J> {
        Renumbering(self.0.into_iter().map(make).collect())
    }
}

impl<I: Copy> Renumbering<I> {
    fn at(&self, old: u32) -> I {
        self.0[old as usize]
    }
}
