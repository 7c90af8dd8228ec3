//! Expressions as a graph asks for them: known numbers are computed at once, masks shut out what they hide, and the many ways of
//! writing a softmax or a SiLU become one.

use crate::constant::{self, Elementary, Width};
use crate::range::Range;
use program::{Binary, Constant, ExprId, Expression, Expressions, Function};
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
    /// Whether a known number that rounding may move decided an integer or a choice.
    fragile: bool,
    /// Functions of f64 whose result is not rounded to f32, as far as is known.
    wide: BTreeSet<Id>,
    /// Known numbers of f32 in f64, with what they were.
    widened: BTreeMap<Id, Id>,
    /// The softmax over each list of scores.
    pub(crate) groups: BTreeMap<Vec<Id>, u32>,
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
            fragile: false,
            wide: BTreeSet::new(),
            widened: BTreeMap::new(),
            groups: BTreeMap::new(),
            zero: ExprId(0),
            one: ExprId(1),
        };
        arena.zero = arena.constant(0.0);
        arena.one = arena.constant(1.0);
        arena
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
    fn computed(&mut self, expression: Expression, known: Constant) -> Id {
        if known.radius() == 0.0 {
            return self.constant_near(known);
        }
        let id = self.push(expression, Range::of(known));
        self.knowns[id.index()] = Some(known);
        id
    }

    /// An operation on what depends on tokens, in `width`.
    fn data(&mut self, width: Width, expression: Expression, range: Range) -> Id {
        // A function of f32 that is computed in f64 and rounded once is as good as one of f32: its cast tells.
        let function = matches!(expression, Expression::Unary(..));
        let id = self.push(expression, range);
        match width {
            Width::Single => self.singles = true,
            Width::Double if function => {
                self.wide.insert(id);
            }
            Width::Double => self.doubles = true,
        }
        id
    }

    /// `id`, which depends on tokens, rounded to f32.
    pub(crate) fn narrowed(&mut self, id: Id) {
        self.singles = true;
        self.wide.remove(&id);
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

    /// Whether some operation on what depends on tokens rounds to f32, and whether some rounds to f64.
    pub(crate) fn widths(&self) -> (bool, bool) {
        (self.singles, self.doubles || !self.wide.is_empty())
    }

    /// A known number was asked for something that it may not say in another evaluation.
    pub(crate) fn breaks(&mut self) {
        self.fragile = true;
    }

    /// Why bounds on these expressions do not hold for every evaluation of the graph, if they do not.
    pub(crate) fn caveat(&self) -> Option<&'static str> {
        match self.widths() {
            (true, true) => Some("the graph computes in f32 and in f64; the bounds are for one of them"),
            _ if self.fragile => Some(
                "an integer or a choice of the graph depends on how a number is rounded; the bounds are for graphs where none does",
            ),
            _ => None,
        }
    }

    /// A weight of a softmax, or what it weighs: at most `most` in magnitude.
    pub(crate) fn weight(&mut self, width: Width, expression: Expression, most: f64) -> Id {
        let least = if matches!(expression, Expression::Share { .. }) { 0.0 } else { -most };
        self.data(width, expression, Range::new(least, most))
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

    fn is(&self, id: Id, value: f64) -> bool {
        self.known(id).is_some_and(|known| known.value() == value && known.radius() == 0.0)
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

    pub(crate) fn unary(&mut self, width: Width, function: Function, x: Id) -> Id {
        if let Some(known) = self.known(x) {
            return self.computed(Expression::Unary(function, x), constant::unary(width, function, known));
        }
        match (function, self.get(x)) {
            (Function::Neg, &Expression::Unary(Function::Neg, inner)) => return inner,
            // What is so far below zero underflows, in every evaluation.
            (Function::Exp, _) if self.range(x).hi < -width.vanishes() => return self.zero,
            _ => {}
        }
        let range = Range::unary(function, self.range(x));
        self.data(width, Expression::Unary(function, x), range)
    }

    /// An elementary function, of known numbers alone.
    pub(crate) fn elementary(&mut self, width: Width, function: Elementary, x: Id) -> Result<Id, String> {
        let known = self.known(x).ok_or_else(|| {
            format!("{function:?} of a number that depends on tokens is not supported").to_lowercase()
        })?;
        Ok(self.constant_near(constant::elementary(width, function, known)))
    }

    pub(crate) fn neg(&mut self, width: Width, x: Id) -> Id {
        self.unary(width, Function::Neg, x)
    }

    fn plain(&mut self, width: Width, op: Binary, x: Id, y: Id) -> Id {
        let range = Range::binary(op, self.range(x), self.range(y));
        self.data(width, Expression::Binary(op, x, y), range)
    }

    /// `x op y`, computed at once where both are known.
    ///
    /// Adding zero, multiplying by one or zero and adding an infinity are done without looking at the other number, which is
    /// taken to be finite.
    pub(crate) fn binary(&mut self, width: Width, op: Binary, x: Id, y: Id) -> Id {
        if let (Some(a), Some(b)) = (self.known(x), self.known(y)) {
            // The weights of positions alone are known, and still those of a softmax.
            if op == Binary::Div
                && let Some(share) = self.written_softmax(width, x, y)
            {
                return share;
            }
            return self.computed(Expression::Binary(op, x, y), constant::binary(width, op, a, b));
        }
        let infinite = |arena: &Self, id| arena.known(id).is_some_and(|known| known.value().is_infinite());
        match op {
            Binary::Add if self.is(x, 0.0) || infinite(self, y) => y,
            Binary::Add | Binary::Sub if self.is(y, 0.0) || infinite(self, x) => x,
            Binary::Sub if self.is(x, 0.0) || infinite(self, y) => self.neg(width, y),
            Binary::Mul if self.is(x, 0.0) || self.is(y, 0.0) => self.zero,
            Binary::Mul if self.is(x, 1.0) => y,
            Binary::Mul | Binary::Div if self.is(y, 1.0) => x,
            Binary::Mul if self.is(x, -1.0) => self.neg(width, y),
            Binary::Mul if self.is(y, -1.0) => self.neg(width, x),
            Binary::Mul => self.product(width, x, y),
            Binary::Div if self.is(x, 0.0) => self.zero,
            Binary::Div => self.quotient(width, x, y),
            Binary::Max if x == y => x,
            Binary::Max if self.range(x).lo >= self.range(y).hi => x,
            Binary::Max if self.range(y).lo > self.range(x).hi => y,
            _ => self.plain(width, op, x, y),
        }
    }

    fn product(&mut self, width: Width, x: Id, y: Id) -> Id {
        for (x, y) in [(x, y), (y, x)] {
            if *self.get(y) == Expression::Unary(Function::Sigmoid, x) {
                return self.unary(width, Function::Silu, x);
            }
            let &Expression::Binary(Binary::Div, one, divisor) = self.get(y) else { continue };
            if self.is(one, 1.0) {
                return if self.is_one_and_exp_of_negative(divisor, x) {
                    self.unary(width, Function::Silu, x)
                } else {
                    // A product with a reciprocal is a quotient.
                    self.quotient(width, x, divisor)
                };
            }
        }
        self.plain(width, Binary::Mul, x, y)
    }

    /// Whether `id` is `1 + exp(-x)`.
    fn is_one_and_exp_of_negative(&self, id: Id, x: Id) -> bool {
        let &Expression::Binary(Binary::Add, a, b) = self.get(id) else { return false };
        let negative = |id: Id| match *self.get(id) {
            Expression::Unary(Function::Exp, inner) => {
                *self.get(inner) == Expression::Unary(Function::Neg, x)
            }
            _ => false,
        };
        (self.is(a, 1.0) && negative(b)) || (self.is(b, 1.0) && negative(a))
    }

    fn quotient(&mut self, width: Width, x: Id, y: Id) -> Id {
        if self.is_one_and_exp_of_negative(y, x) {
            return self.unary(width, Function::Silu, x);
        }
        if let Some(share) = self.written_softmax(width, x, y) {
            return share;
        }
        let mut range = Range::binary(Binary::Div, self.range(x), self.range(y));
        if let Some(limit) = self.normed(x, y) {
            range = range.within(limit);
        }
        self.data(width, Expression::Binary(Binary::Div, x, y), range)
    }

    /// How large `x / y` can be, if `y` is the root of a mean of squares of which `x` is one.
    fn normed(&self, x: Id, y: Id) -> Option<f64> {
        let &Expression::Unary(Function::Sqrt, mut inner) = self.get(y) else { return None };
        let mut share = 1.0;
        for _ in 0..4 {
            match self.get(inner) {
                Expression::Dot(left, right) if left == right && left.contains(&x) => {
                    return Some((1.0_f64 / share).sqrt() * 1.001);
                }
                &Expression::Binary(op, a, b) => {
                    let (known, other) = match (self.known(a), self.known(b)) {
                        (Some(known), None) if op != Binary::Div => (known.value(), b),
                        (None, Some(known)) => (known.value(), a),
                        _ => return None,
                    };
                    match op {
                        Binary::Add if known >= 0.0 => {}
                        Binary::Mul if known > 0.0 => share *= known,
                        Binary::Div if known > 0.0 => share /= known,
                        _ => return None,
                    }
                    inner = other;
                }
                _ => return None,
            }
        }
        None
    }

    /// The sum of `terms`, zeros left out.
    pub(crate) fn sum(&mut self, width: Width, mut terms: Vec<Id>) -> Id {
        terms.retain(|&term| !self.is(term, 0.0));
        match terms.as_slice() {
            [] => return self.zero,
            &[term] => {
                if let Expression::Binary(Binary::Mul, x, y) = *self.get(term)
                    && let Some(found) = self.mixture(width, &[x], &[y])
                {
                    return found;
                }
                return term;
            }
            &[x, y] => return self.add_terms(width, x, y),
            _ => {}
        }
        if terms.iter().all(|&term| self.known(term).is_some()) {
            let one = Constant::exact(1.0);
            let pairs: Vec<_> =
                terms.iter().map(|&term| (self.known(term).expect("all are known"), one)).collect();
            return self.computed(Expression::Sum(terms), constant::dot(width, &pairs));
        }
        if let Some((left, right)) = self.products(&terms) {
            return self.dot(width, left, right);
        }
        let range = Range::sum(terms.iter().map(|&term| self.range(term)));
        self.data(width, Expression::Sum(terms), range)
    }

    fn add_terms(&mut self, width: Width, x: Id, y: Id) -> Id {
        match self.products(&[x, y]) {
            Some((left, right)) => self.dot(width, left, right),
            None => self.binary(width, Binary::Add, x, y),
        }
    }

    /// The factors of `terms` if their sum is a dot product: all are products, but for weights of a softmax with a value of 1.
    fn products(&self, terms: &[Id]) -> Option<(Vec<Id>, Vec<Id>)> {
        let weighs =
            |id: Id| matches!(self.get(id), Expression::Unary(Function::Exp, _) | Expression::Share { .. });
        let factors = |&term: &Id| match *self.get(term) {
            // Weights on the left, whatever the graph has.
            Expression::Binary(Binary::Mul, x, y) if weighs(y) && !weighs(x) => Some((y, x)),
            Expression::Binary(Binary::Mul, x, y) => Some((x, y)),
            _ if weighs(term) => Some((term, self.one)),
            _ => None,
        };
        let is_product = |&term: &Id| matches!(self.get(term), Expression::Binary(Binary::Mul, ..));
        let any = terms.iter().any(is_product);
        any.then(|| terms.iter().map(factors).collect::<Option<Vec<_>>>())
            .flatten()
            .map(|pairs| pairs.into_iter().unzip())
    }

    /// The dot product of two lists, products with zero left out.
    pub(crate) fn dot(&mut self, width: Width, left: Vec<Id>, right: Vec<Id>) -> Id {
        let mut pairs: Vec<(Id, Id)> = left.into_iter().zip(right).collect();
        pairs.retain(|&(x, y)| !self.is(x, 0.0) && !self.is(y, 0.0));
        match pairs.as_slice() {
            [] => return self.zero,
            &[(x, y)] => {
                let found = self.mixture(width, &[x], &[y]);
                return found.unwrap_or_else(|| self.binary(width, Binary::Mul, x, y));
            }
            _ => {}
        }
        let known = |id: &Id| self.known(*id);
        if let Some(all) = pairs.iter().map(|(x, y)| Some((known(x)?, known(y)?))).collect::<Option<Vec<_>>>()
        {
            let (left, right) = pairs.into_iter().unzip();
            return self.computed(Expression::Dot(left, right), constant::dot(width, &all));
        }
        if let Some(found) = self.one_hot(&pairs) {
            return found;
        }
        let (left, right): (Vec<Id>, Vec<Id>) = pairs.iter().copied().unzip();
        if let Some(found) = self.mixture(width, &left, &right) {
            return found;
        }
        if right.iter().all(|&y| self.is(y, 1.0)) {
            return self.sum(width, left);
        }
        if left.iter().all(|&x| self.is(x, 1.0)) {
            return self.sum(width, right);
        }
        let product = |&(x, y): &(Id, Id)| {
            let range = Range::binary(Binary::Mul, self.range(x), self.range(y));
            if x == y { Range { lo: range.lo.max(0.0), ..range } } else { range }
        };
        let range = Range::sum(pairs.iter().map(product));
        self.data(width, Expression::Dot(left, right), range)
    }

    /// A product of a one-hot row with known numbers: of all terms only one is not zero, so it is a look-up.
    fn one_hot(&mut self, pairs: &[(Id, Id)]) -> Option<Id> {
        let mut entries = vec![Constant::exact(0.0); self.vocabulary];
        let mut at = None;
        for &(x, y) in pairs {
            let ((position, table), factor) = match (self.table(x), self.table(y)) {
                (Some(table), None) => (table, self.known(y)?),
                (None, Some(table)) => (table, self.known(x)?),
                _ => return None,
            };
            if *at.get_or_insert(position) != position {
                return None;
            }
            for (entry, &hot) in entries.iter_mut().zip(table) {
                if hot == Constant::exact(0.0) {
                    continue;
                }
                if hot != Constant::exact(1.0) || *entry != Constant::exact(0.0) {
                    return None;
                }
                *entry = factor;
            }
        }
        Some(self.look_up(at? as usize, entries))
    }
}
