//! From expressions to instructions on slots.
//!
//! Three things happen. Patterns that are common are fused into one instruction, which still performs every rounding of its
//! parts: an interpreter pays for each instruction and for each value that it stores. Constants become immediates. And
//! values live in slots that are reused as soon as nothing reads them any more, so that the working set stays in the
//! first cache.

use crate::graph::{Binary, Node, NodeId, TokenId, TokenNode};
use crate::instruction::{Instruction, Slot, Stairs};
use crate::program::Program;
use crate::rounding::Rounding;
use crate::staircase::{Step, staircase};
use num::Float;
use std::collections::{BTreeMap, BTreeSet};

/// A program as instructions.
#[derive(Clone, Debug)]
pub struct Schedule<T> {
    pub(crate) code: Vec<Instruction<T>>,
    pub(crate) slots: usize,
    /// The slot of each input; none if the program does not read it.
    pub(crate) inputs: Vec<Option<Slot>>,
    /// The slot of each generated token at the end.
    pub(crate) outputs: Vec<Slot>,
}

impl<T> Schedule<T> {
    /// Whether the exponential or one of its kin is computed.
    pub fn has_functions(&self) -> bool {
        self.code
            .iter()
            .any(|instruction| matches!(instruction, Instruction::Unary { op, .. } if op.is_long()))
    }

    /// The number of instructions.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.code.is_empty()
    }

    /// The number of slots: values that live at the same time, at most.
    pub fn slots(&self) -> usize {
        self.slots
    }
}

/// A value of the program: a number or a token. `Index` nodes are their tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(usize),
    Token(usize),
}

impl<T: Float> Schedule<T> {
    /// The instructions of `program`.
    ///
    /// # Panics
    ///
    /// If more than 65,535 values live at the same time.
    pub fn new(program: &Program<T>) -> Self {
        let mut emitter = Emitter::new(program);
        let mut pending: Vec<TokenId> = Vec::new();
        for (index, token) in program.tokens().iter().enumerate() {
            match token {
                TokenNode::Input(..) => emitter.define_input(index),
                TokenNode::Fixed(_) | TokenNode::Argmax(_) => {
                    pending.push(TokenId(u32::try_from(index).expect("few tokens")));
                }
            }
        }
        let mut pending = pending.into_iter().peekable();
        for index in 0..program.nodes().len() {
            while let Some(token) = pending.next_if(|token| program.time(*token) <= index) {
                emitter.token(token);
            }
            emitter.node(index);
        }
        pending.for_each(|token| emitter.token(token));
        emitter.finish()
    }
}

struct Emitter<'a, T> {
    program: &'a Program<T>,
    /// How many readers each number has.
    uses: Vec<usize>,
    /// Whether a number is computed inside of the instruction that reads it.
    inlined: Vec<bool>,
    /// The staircase of each token that is one.
    staircases: Vec<Option<(NodeId, Vec<Step<T>>)>>,
    /// Instructions on values; slots come at the end.
    code: Vec<(Instruction<T>, Vec<Value>, Value)>,
    /// The constants that have an instruction.
    materialized: BTreeSet<NodeId>,
    inputs: Vec<Option<usize>>,
}

impl<'a, T: Float> Emitter<'a, T> {
    fn new(program: &'a Program<T>) -> Self {
        let nodes = program.nodes();
        let mut uses = vec![0; nodes.len()];
        nodes.iter().flat_map(Node::operands).for_each(|operand| uses[operand.index()] += 1);
        for token in program.tokens() {
            if let TokenNode::Argmax(logits) = token {
                logits.iter().for_each(|logit| uses[logit.index()] += 1);
            }
        }
        let inputs = vec![None; program.inputs()];
        let mut emitter = Self {
            program,
            uses,
            inlined: vec![false; nodes.len()],
            staircases: Vec::new(),
            code: Vec::new(),
            materialized: BTreeSet::new(),
            inputs,
        };
        emitter.choose();
        emitter
    }

    fn constant(&self, id: NodeId) -> Option<T> {
        self.program.nodes()[id.index()].constant().map(T::from_f64)
    }

    fn node_at(&self, id: NodeId) -> &'a Node {
        &self.program.nodes()[id.index()]
    }

    fn once(&self, id: NodeId) -> bool {
        self.uses[id.index()] == 1
    }

    /// `x * constant`, read once.
    fn scaled(&self, id: NodeId) -> Option<(NodeId, T)> {
        let Node::Binary(Binary::Mul, x, y) = *self.node_at(id) else { return None };
        let (x, scale) = match (self.constant(x), self.constant(y)) {
            (None, Some(scale)) => (x, scale),
            (Some(scale), None) => (y, scale),
            _ => return None,
        };
        self.once(id).then_some((x, scale))
    }

    /// `max(x + constant, +0)`, both read once.
    fn hinge(&self, id: NodeId) -> Option<(NodeId, T, NodeId)> {
        let Node::Binary(Binary::Max, sum, zero) = *self.node_at(id) else { return None };
        if !self.once(id)
            || !self.once(sum)
            || self.constant(zero).is_none_or(|zero| zero.to_f64().to_bits() != 0)
        {
            return None;
        }
        let Node::Binary(Binary::Add, x, y) = *self.node_at(sum) else { return None };
        match (self.constant(x), self.constant(y)) {
            (None, Some(shift)) => Some((x, shift, sum)),
            (Some(shift), None) => Some((y, shift, sum)),
            _ => None,
        }
    }

    /// The factor of a fused product that is no constant, and the constant.
    fn fused_scale(&self, x: NodeId, y: NodeId) -> Option<(NodeId, T)> {
        match (self.constant(x), self.constant(y)) {
            (None, Some(scale)) => Some((x, scale)),
            (Some(scale), None) => Some((y, scale)),
            _ => None,
        }
    }

    /// The operand of a sum that is a product with a constant, and the other operand.
    fn scale_add(&self, x: NodeId, y: NodeId) -> Option<(NodeId, NodeId)> {
        let scaled = |id| self.scaled(id).is_some();
        // A hinge saves more than a plain product.
        let hinged = |id| self.scaled(id).is_some_and(|(inner, _)| self.hinge(inner).is_some());
        if hinged(y) || (scaled(y) && !hinged(x)) {
            Some((y, x))
        } else if scaled(x) {
            Some((x, y))
        } else {
            None
        }
    }

    /// Decides which numbers disappear into their readers.
    fn choose(&mut self) {
        let nodes = self.program.nodes();
        for (index, node) in nodes.iter().enumerate() {
            match *node {
                Node::Const(_) => self.inlined[index] = true,
                Node::Binary(Binary::Mul, x, y) => {
                    for (id, other) in [(x, y), (y, x)] {
                        if let (Some((_, _, sum)), Some(_)) = (self.hinge(id), self.constant(other)) {
                            self.inlined[id.index()] = true;
                            self.inlined[sum.index()] = true;
                        }
                    }
                }
                Node::Fused(x, y, _) => {
                    if let Some((id, _)) = self.fused_scale(x, y)
                        && let Some((_, _, sum)) = self.hinge(id)
                    {
                        self.inlined[id.index()] = true;
                        self.inlined[sum.index()] = true;
                    }
                }
                _ => {}
            }
        }
        for (index, node) in nodes.iter().enumerate() {
            // A sum that is computed inside of a hinge reads its operands as they are.
            if let Node::Binary(Binary::Add, x, y) = *node
                && !self.inlined[index]
                && let Some((product, _)) = self.scale_add(x, y)
            {
                self.inlined[product.index()] = true;
            }
        }
        // The lines of a staircase are never computed.
        for token in self.program.tokens() {
            let staircase = match token {
                TokenNode::Argmax(logits) => self.lines(logits),
                _ => None,
            };
            if let (Some(_), TokenNode::Argmax(logits)) = (&staircase, token) {
                for &logit in logits {
                    self.inlined[logit.index()] = true;
                    if let Node::Binary(Binary::Add, x, y) = *self.node_at(logit)
                        && let Some((product, _)) = self.scale_add(x, y)
                    {
                        self.inlined[product.index()] = true;
                    }
                }
            }
            self.staircases.push(staircase);
        }
    }

    /// The staircase of logits that are all lines of one number, each read once.
    fn lines(&self, logits: &[NodeId]) -> Option<(NodeId, Vec<Step<T>>)> {
        let mut base = None;
        let (mut scales, mut shifts) = (Vec::new(), Vec::new());
        for &logit in logits {
            let (x, scale, shift) = self.line(logit)?;
            if let Some(x) = x
                && *base.get_or_insert(x) != x
            {
                return None;
            }
            scales.push(scale);
            shifts.push(shift);
        }
        let base = base?;
        let facts = self.program.facts(base);
        if !facts.finite() || self.inlined[base.index()] {
            return None;
        }
        let steps = staircase(&scales, &shifts, T::from_f64(facts.low), T::from_f64(facts.high))?;
        Some((base, steps))
    }

    /// A logit as `x * scale + shift`. Where a part is missing it is 1 or -0, which change nothing.
    fn line(&self, logit: NodeId) -> Option<(Option<NodeId>, T, T)> {
        let nothing = T::from_f64(-0.0);
        if let Some(shift) = self.constant(logit) {
            return Some((None, T::zero(), shift));
        }
        if let Some((x, scale)) = self.scaled(logit) {
            return Some((Some(x), scale, nothing));
        }
        let Node::Binary(Binary::Add, x, y) = *self.node_at(logit) else { return None };
        let (part, shift) = match (self.constant(x), self.constant(y)) {
            (None, Some(shift)) => (x, shift),
            (Some(shift), None) => (y, shift),
            _ => return None,
        };
        if !self.once(logit) {
            return None;
        }
        match self.scaled(part) {
            Some((x, scale)) => Some((Some(x), scale, shift)),
            None => Some((Some(part), T::one(), shift)),
        }
    }

    fn value(&self, id: NodeId) -> Value {
        match self.node_at(id) {
            Node::Index(token) => Value::Token(token.index()),
            _ => Value::Number(id.index()),
        }
    }

    fn emit(&mut self, instruction: Instruction<T>, reads: &[NodeId], out: Value) {
        // Constants that stand where no immediate can are computed first.
        for &read in reads {
            if let Some(value) = self.constant(read)
                && self.materialized.insert(read)
            {
                let out = Value::Number(read.index());
                self.code.push((Instruction::Constant { value, out: 0 }, Vec::new(), out));
            }
        }
        let reads = reads.iter().map(|&read| self.value(read)).collect();
        self.code.push((instruction, reads, out));
    }

    fn define_input(&mut self, token: usize) {
        if let TokenNode::Input(index, _) = &self.program.tokens()[token] {
            self.inputs[*index] = Some(token);
        }
    }

    fn token(&mut self, id: TokenId) {
        let out = Value::Token(id.index());
        match &self.program.tokens()[id.index()] {
            TokenNode::Fixed(token) => {
                let value = T::from_f64(f64::from(*token));
                self.code.push((Instruction::Constant { value, out: 0 }, Vec::new(), out));
            }
            TokenNode::Input(..) => {}
            TokenNode::Argmax(logits) => match self.staircases[id.index()].take() {
                Some((x, steps)) => {
                    let index = |at: usize| T::from_f64(steps[at].index as f64);
                    let rises = (1..steps.len()).map(|at| (steps[at].from, index(at) - index(at - 1)));
                    let high = T::from_f64(self.program.facts(x).high);
                    let rounding = Rounding::new(&steps, high);
                    let stairs = Box::new(Stairs { first: index(0), steps: rises.collect(), rounding });
                    self.emit(Instruction::Staircase { x: 0, stairs, out: 0 }, &[x], out);
                }
                None => {
                    let slots = vec![0; logits.len()].into();
                    self.emit(Instruction::Argmax { logits: slots, out: 0 }, logits, out);
                }
            },
        }
    }

    fn node(&mut self, index: usize) {
        if self.inlined[index] {
            return;
        }
        let out = Value::Number(index);
        match &self.program.nodes()[index] {
            Node::Const(_) | Node::Index(_) => {}
            Node::LookUp(token, table) => {
                let table = table.iter().map(|&bits| T::from_f64(f64::from_bits(bits))).collect();
                let reads = vec![Value::Token(token.index())];
                self.code.push((Instruction::LookUp { x: 0, table, out: 0 }, reads, out));
            }
            &Node::Unary(op, x) => self.emit(Instruction::Unary { op, x: 0, out: 0 }, &[x], out),
            &Node::Binary(op, x, y) => self.binary(op, x, y, out),
            &Node::Fused(x, y, z) => self.fused(x, y, z, out),
        }
    }

    fn fused(&mut self, x: NodeId, y: NodeId, z: NodeId, out: Value) {
        let Some((factor, scale)) = self.fused_scale(x, y) else {
            return self.emit(Instruction::Fused { x: 0, y: 0, z: 0, out: 0 }, &[x, y, z], out);
        };
        match (self.hinge(factor), self.constant(z)) {
            (Some((x, shift, _)), _) => {
                self.emit(Instruction::HingeFused { x: 0, shift, scale, y: 0, out: 0 }, &[x, z], out);
            }
            (None, Some(shift)) => {
                self.emit(Instruction::FusedShift { x: 0, scale, shift, out: 0 }, &[factor], out);
            }
            (None, None) => {
                self.emit(Instruction::FusedAdd { x: 0, scale, y: 0, out: 0 }, &[factor, z], out);
            }
        }
    }

    fn binary(&mut self, op: Binary, x: NodeId, y: NodeId, out: Value) {
        if op == Binary::Add
            && let Some((product, other)) = self.scale_add(x, y)
            && let Some((inner, scale)) = self.scaled(product)
        {
            let hinge = self.hinge(inner).map(|(x, shift, _)| (x, shift));
            match (hinge, self.constant(other)) {
                (Some((x, shift)), _) => {
                    self.emit(Instruction::HingeAdd { x: 0, shift, scale, y: 0, out: 0 }, &[x, other], out);
                }
                (None, Some(shift)) => {
                    self.emit(Instruction::ScaleShift { x: 0, scale, shift, out: 0 }, &[inner], out);
                }
                (None, None) => {
                    self.emit(Instruction::ScaleAdd { x: 0, scale, y: 0, out: 0 }, &[inner, other], out);
                }
            }
            return;
        }
        if op == Binary::Mul {
            for (id, other) in [(x, y), (y, x)] {
                if let (Some((x, shift, _)), Some(scale)) = (self.hinge(id), self.constant(other)) {
                    self.emit(Instruction::Hinge { x: 0, shift, scale, out: 0 }, &[x], out);
                    return;
                }
            }
        }
        match (self.constant(x), self.constant(y)) {
            (None, Some(value)) => self.emit(Instruction::Right { op, x: 0, value, out: 0 }, &[x], out),
            (Some(value), None) => self.emit(Instruction::Left { op, value, x: 0, out: 0 }, &[y], out),
            _ => self.emit(Instruction::Binary { op, x: 0, y: 0, out: 0 }, &[x, y], out),
        }
    }

    /// Gives every value a slot from where it is computed to where it is last read.
    fn finish(self) -> Schedule<T> {
        let end = self.code.len();
        let outputs: Vec<Value> =
            self.program.outputs().iter().map(|token| Value::Token(token.index())).collect();
        let mut last = BTreeMap::new();
        for (time, (_, reads, _)) in self.code.iter().enumerate() {
            reads.iter().for_each(|&read| {
                last.insert(read, time);
            });
        }
        outputs.iter().for_each(|&output| {
            last.insert(output, end);
        });
        let mut slots = Slots::default();
        let inputs = self.inputs.iter().map(|token| {
            let value = Value::Token((*token)?);
            last.contains_key(&value).then(|| slots.take(value))
        });
        let inputs: Vec<_> = inputs.collect();
        let mut code = Vec::with_capacity(end);
        for (time, (mut instruction, reads, out)) in self.code.into_iter().enumerate() {
            let read: Vec<Slot> = reads.iter().map(|&read| slots.of(read)).collect();
            for &read in &reads {
                if last[&read] == time {
                    slots.free(read);
                }
            }
            // A result may take the slot of an operand: the machine reads before it writes.
            let slot = slots.take(out);
            if !last.contains_key(&out) {
                slots.free(out);
            }
            instruction.place(&read, slot);
            code.push(instruction);
        }
        let outputs = outputs.iter().map(|&output| slots.of(output)).collect();
        Schedule { code, slots: slots.used, inputs, outputs }
    }
}

/// Slots in use and free ones.
#[derive(Default)]
struct Slots {
    at: BTreeMap<Value, Slot>,
    free: Vec<Slot>,
    used: usize,
}

impl Slots {
    fn of(&self, value: Value) -> Slot {
        self.at[&value]
    }

    fn take(&mut self, value: Value) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            Slot::try_from(self.used - 1).expect("at most 65,535 values live at the same time")
        });
        self.at.insert(value, slot);
        slot
    }

    /// The slot of a value that is read no more. A value that an instruction reads twice is freed once.
    fn free(&mut self, value: Value) {
        let slot = self.at[&value];
        if !self.free.contains(&slot) {
            self.free.push(slot);
        }
    }
}
