//! Expressions with what is known of them: their values in every evaluation, the type that each rounds to, and what the definition of an
//! operator leaves open.
//!
//! How they are made, and folded as they are made, is told in `fold`, `sums` and `softmax`.

use crate::constant::Width;
use crate::range::Range;
use crate::trace::Trace;
use program::{Constant, ExprId, Expression, Expressions, Function};
use std::collections::{BTreeMap, BTreeSet};

/// An expression of the arena.
pub(crate) type Id = ExprId;

/// Integers that depend on one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Discrete {
    /// Where the token stands.
    pub(crate) position: usize,
    /// The integer for each token of the vocabulary.
    pub(crate) table: Vec<i64>,
}

/// Expressions with what is known of them.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) expressions: Expressions,
    ranges: Vec<Range>,
    /// The number that an expression is in every problem. It stays an expression where it rounds, so that every kind of number
    /// sees where its uncertainty comes from.
    knowns: Vec<Option<Constant>>,
    pub(crate) discrete: Vec<Discrete>,
    /// The number of tokens.
    pub(crate) vocabulary: usize,
    singles: bool,
    doubles: bool,
    /// Whether each result of f32 is rounded to it, as it must be where the decode runs in f64: the graph goes through both types.
    rounds: bool,
    /// What the node that is being evaluated is called in messages.
    pub(crate) node: String,
    /// The first node where a known number that rounding may move decided an integer or a choice.
    fragile: Option<String>,
    /// Numbers that an operator's definition leaves open, with the node and what it leaves open.
    doubts: BTreeMap<Id, String>,
    /// Functions of f64.
    wide: BTreeSet<Id>,
    /// Operations of f64 on known numbers that round.
    computed: BTreeSet<Id>,
    /// Known numbers of f32 in f64, with what they were.
    widened: BTreeMap<Id, Id>,
    /// The softmax over each list of scores.
    pub(crate) groups: BTreeMap<Vec<Id>, u32>,
    /// Whether the weights of each softmax may be NaN.
    pub(crate) failing: Vec<bool>,
    /// Where weights stand in the tensors of the graph.
    pub(crate) trace: Trace,
    zero: Id,
    one: Id,
}

impl Arena {
    pub(crate) fn new(vocabulary: usize) -> Self {
        let mut arena = Self {
            expressions: Expressions::default(),
            ranges: Vec::new(),
            knowns: Vec::new(),
            discrete: Vec::new(),
            vocabulary,
            singles: false,
            doubles: false,
            rounds: false,
            node: String::new(),
            fragile: None,
            doubts: BTreeMap::new(),
            wide: BTreeSet::new(),
            computed: BTreeSet::new(),
            widened: BTreeMap::new(),
            groups: BTreeMap::new(),
            failing: Vec::new(),
            trace: Trace::default(),
            zero: ExprId(0),
            one: ExprId(1),
        };
        arena.zero = arena.constant(0.0);
        arena.one = arena.constant(1.0);
        arena
    }

    /// The same for a graph that goes through both types.
    pub(crate) fn rounding(vocabulary: usize) -> Self {
        Self { rounds: true, ..Self::new(vocabulary) }
    }

    pub(crate) fn zero(&self) -> Id {
        self.zero
    }

    pub(crate) fn one(&self) -> Id {
        self.one
    }

    fn push(&mut self, expression: Expression, range: Range) -> Id {
        let id = ExprId(u32::try_from(self.ranges.len()).expect("fewer than 2^32 expressions"));
        self.expressions.list.push(expression);
        self.ranges.push(range);
        self.knowns.push(None);
        id
    }

    /// An expression of known numbers, or the number itself where it is exact.
    pub(crate) fn computed(&mut self, width: Width, expression: Expression, known: Constant) -> Id {
        if known.radius() == 0.0 {
            let id = self.constant_near(known);
            self.folded(id, expression);
            return id;
        }
        let id = self.push(expression, Range::of(known));
        self.knowns[id.index()] = Some(known);
        if width == Width::Double {
            self.computed.insert(id);
        }
        id
    }

    /// An operation on what depends on tokens, in `width`.
    pub(crate) fn data(&mut self, width: Width, expression: Expression, range: Range) -> Id {
        // A function of f32 that is computed in f64 and rounded once is as good as one of f32: its cast tells.
        let function = matches!(expression, Expression::Unary(..));
        let id = self.push(expression, range);
        match width {
            Width::Single if self.rounds(width) => return self.rounded(id),
            Width::Single => self.singles = true,
            Width::Double if function => {
                self.wide.insert(id);
            }
            Width::Double => self.doubles = true,
        }
        id
    }

    /// `id`, which depends on tokens, in f32.
    pub(crate) fn narrowed(&mut self, id: Id) -> Id {
        if self.rounds {
            return self.rounded(id);
        }
        self.singles = true;
        if !self.wide.contains(&id) {
            return id;
        }
        // The function as one of f32, beside the one of f64, which others may read.
        let (function, range) = (self.get(id).clone(), self.range(id).narrowed());
        self.push(function, range)
    }

    /// Whether each result of `width` is rounded by an operation of its own.
    pub(crate) fn rounds(&self, width: Width) -> bool {
        self.rounds && width == Width::Single
    }

    fn rounded(&mut self, id: Id) -> Id {
        self.singles = true;
        let range = self.range(id).narrowed();
        self.push(Expression::Unary(Function::AsF32, id), range)
    }

    /// The known number `id` of f32 as one of f64: what was computed in f32 would come out differently here.
    pub(crate) fn widened(&mut self, id: Id, known: Constant) -> Id {
        let wide = self.constant_near(known);
        self.widened.insert(wide, id);
        wide
    }

    /// A function of a number of f32 that was computed in f64, as one of f32: it is rounded once in both.
    pub(crate) fn narrowed_function(&mut self, id: Id) -> Option<Id> {
        let &Expression::Unary(function, x) = self.get(id) else { return None };
        let x = *self.widened.get(&x)?;
        Some(self.unary(Width::Single, function, x))
    }

    /// Whether some operation on what depends on tokens rounds to f32, and whether `steps` need operations or numbers of f64.
    pub(crate) fn widths(&self, steps: &[Vec<Id>]) -> (bool, bool) {
        let double = |id| self.is_double(id).then_some(());
        (self.singles, self.rounds || self.doubles || self.first(steps, double).is_some())
    }

    /// Whether `id` is made of known numbers in f64, or is a function in f64, or a number that f32 does not hold.
    fn is_double(&self, id: Id) -> bool {
        let beyond = |number: &Constant| {
            let value = number.value();
            !value.is_nan() && f64::from(value as f32) != value
        };
        match self.get(id) {
            Expression::Constant(number) => beyond(number),
            Expression::LookUp { table, .. } => self.expressions.tables[*table as usize].iter().any(beyond),
            _ => self.computed.contains(&id) || self.wide.contains(&id),
        }
    }

    /// What `find` finds first among the expressions that `steps` need, in the order in which they were made.
    fn first<T>(&self, steps: &[Vec<Id>], find: impl Fn(Id) -> Option<T>) -> Option<T> {
        let needed = self.needed(steps);
        (0..).map(ExprId).zip(needed).find_map(|(id, needed)| if needed { find(id) } else { None })
    }

    /// For each expression whether `steps` need it.
    pub(crate) fn needed(&self, steps: &[Vec<Id>]) -> Vec<bool> {
        let mut open: Vec<Id> = steps.iter().flatten().copied().collect();
        let mut needed = vec![false; self.expressions.list.len()];
        while let Some(next) = open.pop() {
            if !std::mem::replace(&mut needed[next.index()], true) {
                self.expressions.operands(self.get(next), &mut |operand| open.push(operand));
            }
        }
        needed
    }

    /// A known number was asked for something that it may not say in another evaluation.
    pub(crate) fn breaks(&mut self) {
        let node = &self.node;
        self.fragile.get_or_insert_with(|| {
            format!(
                "{node}: an integer or a choice depends on how a number is rounded; the bounds are for graphs where none does"
            )
        });
    }

    /// A number that our evaluation finds as `value`, and that the definition of the operator at hand leaves open: `what`.
    pub(crate) fn doubtful(&mut self, value: f64, what: &str) -> Id {
        let id = self.constant_near(Constant::near(value, f64::INFINITY));
        self.doubt_of(id, what);
        id
    }

    /// The definition of the operator at hand leaves `id` open: `what`.
    pub(crate) fn doubt_of(&mut self, id: Id, what: &str) {
        self.doubts.insert(id, format!("{}: {what}", self.node));
    }

    /// Why bounds on what `steps` need do not hold for every evaluation of the graph, if they do not.
    pub(crate) fn caveat(&self, steps: &[Vec<Id>]) -> Option<String> {
        let widths = || "the graph computes in f32 and in f64; the bounds are for one of them".to_owned();
        let doubt = |id| self.doubts.get(&id).cloned();
        (self.widths(steps) == (true, true))
            .then(widths)
            .or_else(|| self.fragile.clone())
            .or_else(|| if self.doubts.is_empty() { None } else { self.first(steps, doubt) })
    }

    pub(crate) fn range(&self, id: Id) -> Range {
        self.ranges[id.index()]
    }

    pub(crate) fn get(&self, id: Id) -> &Expression {
        self.expressions.get(id)
    }

    /// The number that `id` is in every problem, if it is one.
    pub(crate) fn known(&self, id: Id) -> Option<Constant> {
        self.knowns[id.index()]
    }

    /// Whether `id` is `value` in every evaluation; of the two zeros either.
    pub(crate) fn is(&self, id: Id, value: f64) -> bool {
        self.known(id).is_some_and(|known| known.value() == value && known.radius() == 0.0)
    }

    /// Whether `id` is a NaN in every evaluation.
    pub(crate) fn is_nan(&self, id: Id) -> bool {
        self.known(id).is_some_and(|known| known.value().is_nan() && known.radius() == 0.0)
    }

    pub(crate) fn constant(&mut self, value: f64) -> Id {
        self.constant_near(Constant::exact(value))
    }

    pub(crate) fn constant_near(&mut self, constant: Constant) -> Id {
        let id = self.push(Expression::Constant(constant), Range::of(constant));
        self.knowns[id.index()] = Some(constant);
        id
    }

    /// The entry of `table` at the token that stands at `position`.
    pub(crate) fn look_up(&mut self, position: usize, table: Vec<Constant>) -> Id {
        if let Some(&first) = table.first().filter(|first| table.iter().all(|entry| entry == *first)) {
            return self.constant_near(first);
        }
        let range = table.iter().map(|&entry| Range::of(entry)).reduce(Range::hull).expect("a vocabulary");
        let index = self.expressions.tables.len() as u32;
        self.expressions.tables.push(table);
        self.push(Expression::LookUp { position: position as u32, table: index }, range)
    }

    /// The position and the table of a look-up.
    pub(crate) fn table(&self, id: Id) -> Option<(u32, &[Constant])> {
        match self.get(id) {
            Expression::LookUp { position, table } => {
                Some((*position, &self.expressions.tables[*table as usize]))
            }
            _ => None,
        }
    }
}
