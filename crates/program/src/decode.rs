//! A whole decode as expressions, read with any kind of number.

use crate::attention::{Head, Key};
use crate::expression::{Constant, ExprId, Expression, Expressions, Function};
use crate::graph::compute_binary;
use num::Reading;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A whole decode as expressions over its tokens: what stands at the positions of the prompt, and the tokens generated after it.
///
/// Equal expressions stand once, so what several steps share is computed once: this is the KV cache.
#[derive(Clone, Debug)]
pub struct Decode {
    expressions: Expressions,
    prompt: usize,
    steps: Vec<DecodeStep>,
}

/// One generated token.
#[derive(Clone, Debug)]
pub struct DecodeStep {
    /// One logit for each token of the vocabulary.
    pub logits: Vec<ExprId>,
    /// The scores whose softmax, or its logarithm, the logits are: where one score leads all others by so much that the last
    /// operator's rounding cannot make it up, its logit is the greatest in every evaluation. None where the logits are nothing of
    /// the kind.
    pub scores: Option<Vec<ExprId>>,
    /// How many expressions must be known for both.
    pub upto: usize,
    /// Where the token that is read last looks. What no logit needs of it stands behind all that the steps need.
    pub heads: Vec<Head>,
}

impl DecodeStep {
    /// What a proof compares: the scores where there are some, otherwise the logits.
    pub fn compared(&self) -> &[ExprId] {
        self.scores.as_ref().unwrap_or(&self.logits)
    }
}

impl Decode {
    /// The decode of a prompt of `prompt` tokens whose steps have these logits, and the scores that they are the softmax of, if they
    /// are; and these heads if they are known: a list for each step, or none at all.
    ///
    /// What neither needs is left out, and equal expressions become one.
    ///
    /// # Errors
    ///
    /// The step and the position, if the logits of a step depend on a token that is not known then.
    pub fn new(
        from: &Expressions,
        prompt: usize,
        steps: &[(Vec<ExprId>, Option<Vec<ExprId>>)],
        heads: &[Vec<Head>],
    ) -> Result<Self, (usize, usize)> {
        let mut compact = Compact {
            from,
            names: vec![None; from.list.len()],
            to: Expressions::default(),
            known: BTreeMap::new(),
            tables: BTreeMap::new(),
            softmaxes: BTreeMap::new(),
        };
        let mut named: Vec<DecodeStep> = Vec::new();
        for (index, (logits, scores)) in steps.iter().enumerate() {
            let before = compact.to.list.len();
            let mut all = |ids: &Vec<ExprId>| ids.iter().map(|&id| compact.name(id)).collect();
            let (logits, scores) = (all(logits), scores.as_ref().map(all));
            for expression in &compact.to.list[before..] {
                if let Expression::LookUp { position, .. } = *expression
                    && position as usize >= prompt + index
                {
                    return Err((index, position as usize));
                }
            }
            named.push(DecodeStep { logits, scores, upto: compact.to.list.len(), heads: Vec::new() });
        }
        for (step, heads) in named.iter_mut().zip(heads) {
            step.heads = heads.iter().map(|head| compact.head(head)).collect();
        }
        Ok(Self { expressions: compact.to, prompt, steps: named })
    }

    /// The expressions.
    pub fn expressions(&self) -> &Expressions {
        &self.expressions
    }

    /// The number of tokens of the prompt.
    pub fn prompt(&self) -> usize {
        self.prompt
    }

    /// The generated tokens.
    pub fn steps(&self) -> &[DecodeStep] {
        &self.steps
    }

    /// The number of tokens of the vocabulary.
    pub fn vocabulary(&self) -> usize {
        self.steps.first().map_or(0, |step| step.logits.len())
    }

    /// The decode with its constants in one kind of number.
    pub fn read<S: Reading>(self: &Arc<Self>, constant: impl Fn(Constant) -> S) -> DecodeIn<S> {
        let list = &self.expressions.list;
        let value = |expression: &Expression| match expression {
            Expression::Constant(number) => constant(*number),
            _ => S::zero(),
        };
        let table = |table: &Vec<Constant>| table.iter().map(|&entry| constant(entry)).collect();
        DecodeIn {
            decode: Arc::clone(self),
            constants: list.iter().map(value).collect(),
            tables: self.expressions.tables.iter().map(table).collect(),
        }
    }
}

/// Copies what is needed, each expression once.
struct Compact<'a> {
    from: &'a Expressions,
    names: Vec<Option<ExprId>>,
    to: Expressions,
    known: BTreeMap<Expression, ExprId>,
    tables: BTreeMap<Vec<Constant>, u32>,
    softmaxes: BTreeMap<Vec<ExprId>, u32>,
}

impl Compact<'_> {
    /// The new name of `id`, given after those of its operands.
    fn name(&mut self, id: ExprId) -> ExprId {
        let mut open = vec![id];
        while let Some(&next) = open.last() {
            if self.names[next.index()].is_some() {
                open.pop();
                continue;
            }
            let before = open.len();
            let names = &self.names;
            self.from.operands(self.from.get(next), &mut |operand| {
                if names[operand.index()].is_none() {
                    open.push(operand);
                }
            });
            if open.len() == before {
                let name = self.add(next);
                self.names[next.index()] = Some(name);
                open.pop();
            }
        }
        self.at(id)
    }

    fn at(&self, id: ExprId) -> ExprId {
        self.names[id.index()].expect("operands are named before what reads them")
    }

    fn add(&mut self, id: ExprId) -> ExprId {
        let expression = self.from.get(id);
        let (mut table, mut softmax) = (0, 0);
        match expression {
            Expression::LookUp { table: of, .. } => {
                let entries = &self.from.tables[*of as usize];
                let next = self.to.tables.len() as u32;
                table = *self.tables.entry(entries.clone()).or_insert(next);
                if table == next {
                    self.to.tables.push(entries.clone());
                }
            }
            Expression::Mixture { softmax: of, .. } | Expression::Share { softmax: of, .. } => {
                softmax = self.softmax(*of);
            }
            _ => {}
        }
        let renamed = Expressions::renamed(expression, &|x| self.at(x), table, softmax);
        if let Some(&known) = self.known.get(&renamed) {
            return known;
        }
        let name = ExprId(u32::try_from(self.to.list.len()).expect("fewer than 2^32 expressions"));
        self.to.list.push(renamed.clone());
        self.known.insert(renamed, name);
        name
    }

    /// The new index of a softmax whose scores are named.
    fn softmax(&mut self, of: u32) -> u32 {
        let scores: Vec<ExprId> =
            self.from.softmaxes[of as usize].iter().map(|&score| self.at(score)).collect();
        let next = self.to.softmaxes.len() as u32;
        let softmax = *self.softmaxes.entry(scores.clone()).or_insert(next);
        if softmax == next {
            self.to.softmaxes.push(scores);
        }
        softmax
    }

    fn head(&mut self, head: &Head) -> Head {
        let from = self.from;
        let key = |&key: &Key| match key {
            Key::Hidden | Key::Whole => key,
            Key::Share { softmax, index } => {
                for &score in &from.softmaxes[softmax as usize] {
                    self.name(score);
                }
                Key::Share { softmax: self.softmax(softmax), index }
            }
            Key::Quotient { part, total } => Key::Quotient { part: self.name(part), total: self.name(total) },
        };
        Head { layer: head.layer, keys: head.keys.iter().map(key).collect() }
    }
}

/// A decode with its constants in one kind of number.
#[derive(Clone, Debug)]
pub struct DecodeIn<S> {
    decode: Arc<Decode>,
    constants: Vec<S>,
    tables: Vec<Vec<S>>,
}

/// What is computed so far.
#[derive(Clone, Debug)]
pub struct Values<S> {
    /// The value of each expression that is known.
    pub known: Vec<S>,
    /// The exponentials of each softmax and their sum, where they are known.
    pub softmaxes: Vec<Option<(Vec<S>, S)>>,
    room: [Vec<S>; 2],
}

impl<S> Values<S> {
    /// Nothing is computed.
    pub fn none() -> Self {
        Self { known: Vec::new(), softmaxes: Vec::new(), room: [Vec::new(), Vec::new()] }
    }

    /// Room for every expression of `decode`, to be computed in any order.
    pub fn room(decode: &Decode, zero: S) -> Self
    where
        S: Clone,
    {
        let softmaxes = decode.expressions.softmaxes.iter().map(|_| None).collect();
        Self { known: vec![zero; decode.expressions.list.len()], softmaxes, ..Self::none() }
    }

    /// The value of an expression that is known.
    pub fn get(&self, id: ExprId) -> &S {
        &self.known[id.index()]
    }

    /// The values of expressions that are known.
    pub fn all(&self, ids: &[ExprId]) -> Vec<S>
    where
        S: Copy,
    {
        ids.iter().map(|&id| *self.get(id)).collect()
    }
}

impl<S: Reading> DecodeIn<S> {
    /// The decode.
    pub fn decode(&self) -> &Decode {
        &self.decode
    }

    /// Reads `prompt` and generates the answer; `see` is shown each step, what is known then, and its logits.
    #[inline(always)]
    pub fn generate(
        &self,
        prompt: &[S::Token],
        mut see: impl FnMut(usize, &Values<S>, &[S]),
    ) -> Vec<S::Token> {
        let mut tokens = prompt.to_vec();
        let mut values = Values::none();
        for (index, step) in self.decode.steps.iter().enumerate() {
            self.advance(&tokens, step.upto, &mut values);
            let logits = values.all(&step.logits);
            see(index, &values, &logits);
            tokens.push(S::argmax(&logits));
        }
        tokens.split_off(prompt.len())
    }

    /// Computes every step when these are the tokens, prompt and answer; the last token is not read. `see` is shown each step and
    /// what is known then.
    #[inline(always)]
    pub fn follow(&self, tokens: &[S::Token], mut see: impl FnMut(&DecodeStep, &Values<S>)) {
        let mut values = Values::none();
        for step in &self.decode.steps {
            self.advance(tokens, step.upto, &mut values);
            see(step, &values);
        }
    }

    /// Computes the expressions before `upto` that are not known yet.
    #[inline(always)]
    pub fn advance(&self, tokens: &[S::Token], upto: usize, values: &mut Values<S>) {
        values.softmaxes.resize_with(self.decode.expressions.softmaxes.len(), || None);
        values.known.reserve(upto.saturating_sub(values.known.len()));
        while values.known.len() < upto {
            let next = ExprId(values.known.len() as u32);
            let value = self.compute(next, tokens, values);
            values.known.push(value);
        }
    }

    /// The value of one expression whose operands are known.
    #[inline(always)]
    pub fn compute(&self, id: ExprId, tokens: &[S::Token], values: &mut Values<S>) -> S {
        let expressions = &self.decode.expressions;
        let Values { known, softmaxes, room: [left, right] } = values;
        let gather = |ids: &[ExprId], into: &mut Vec<S>, known: &[S]| {
            into.clear();
            into.extend(ids.iter().map(|id| known[id.index()]));
        };
        match expressions.get(id) {
            Expression::Constant(_) => self.constants[id.index()],
            Expression::LookUp { position, table } => {
                S::look_up(&self.tables[*table as usize], tokens[*position as usize])
            }
            Expression::Unary(function, x) => compute_function(*function, known[x.index()]),
            Expression::Binary(op, x, y) => compute_binary(*op, known[x.index()], known[y.index()]),
            Expression::Sum(terms) => {
                gather(terms, left, known);
                S::sum(left)
            }
            Expression::Dot(a, b) => {
                gather(a, left, known);
                if a == b {
                    // One list in both places: a number can see that these are squares.
                    return S::dot(left, left);
                }
                gather(b, right, known);
                S::dot(left, right)
            }
            Expression::Mixture { softmax, values } => {
                let (weights, total) = exponentials(expressions, *softmax, softmaxes, known);
                gather(values, left, known);
                S::dot(weights, left) / *total
            }
            Expression::Share { softmax, index } => {
                let (weights, total) = exponentials(expressions, *softmax, softmaxes, known);
                weights[*index as usize] / *total
            }
        }
    }
}

impl<S: Reading> DecodeIn<S> {
    /// The exponentials of a softmax whose scores are known.
    pub(crate) fn exponentials<'v>(&self, softmax: u32, values: &'v mut Values<S>) -> &'v [S] {
        let Values { known, softmaxes, .. } = values;
        &exponentials(self.decode.expressions(), softmax, softmaxes, known).0
    }
}

/// The exponentials of a softmax and their sum: each score less the greatest, as [`net::Attention`] has it.
#[inline(always)]
fn exponentials<'v, S: Reading>(
    expressions: &Expressions,
    softmax: u32,
    softmaxes: &'v mut [Option<(Vec<S>, S)>],
    known: &[S],
) -> &'v (Vec<S>, S) {
    let index = softmax as usize;
    softmaxes[index].get_or_insert_with(|| {
        let mut weights: Vec<S> =
            expressions.softmaxes[index].iter().map(|score| known[score.index()]).collect();
        let mut greatest = weights[0];
        for &score in &weights[1..] {
            greatest = greatest.max(score);
        }
        for weight in &mut weights {
            *weight = (*weight - greatest).exp();
        }
        let total = S::sum(&weights);
        (weights, total)
    })
}

/// `function` of a number of any kind.
#[inline(always)]
fn compute_function<S: num::Scalar>(function: Function, x: S) -> S {
    match function {
        Function::Neg => -x,
        Function::Sqrt => x.sqrt(),
        Function::Exp => x.exp(),
        Function::Tanh => x.tanh(),
        Function::Erf => x.erf(),
        Function::Silu => x.silu(),
        Function::Sigmoid => x.sigmoid(),
        Function::Ln => x.ln(),
        Function::Softplus => x.softplus(),
        Function::AsF32 => x.as_f32(),
    }
}
