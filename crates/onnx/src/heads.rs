//! Where the heads of a graph look: which position each weight of a softmax belongs to, as far as the graph says it.
//!
//! A graph has no heads. What is taken for them is a tensor of weights with an axis as long as the run, whatever that length is:
//! its places are those of the tokens. That is checked with the values: what is weighed may not depend on a token that comes later
//! than the place says. Where the run has one length only, a value must also depend on the very token. What is not known so is
//! not shown, and said.

use crate::arena::{Arena, Id};
use crate::tensor::{Cell, strides};
use crate::trace::{Part, Run, Sheet};
use program::{Binary, Expression, Head, Key};
use std::collections::{BTreeMap, BTreeSet};

/// One evaluation of the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluation {
    /// The tokens that are known.
    pub(crate) read: usize,
    /// The tokens with the padding behind them.
    pub(crate) length: usize,
}

/// The heads of every step, layer by layer, and in words what is not known of them.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    pub(crate) steps: Vec<Vec<Head>>,
    pub(crate) unknown: Vec<String>,
}

/// What weights are divided by: together they are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Softmax(u32),
    Total(Id),
}

/// One weight of a group: the place of its score, or its exponential.
type Member = (Group, u32);

/// Finds the heads of the steps, of which each is evaluated as `runs` says; `logits` are those of every step, and `copies` is
/// the number of equal rows of a batch.
pub(crate) fn heads(arena: &Arena, runs: &[Evaluation], logits: &[Vec<Id>], copies: usize) -> Heads {
    let needed = arena.needed(logits);
    let (values, latest) = (values(arena, &needed), latest(arena, &needed));
    let finder = Finder { arena, runs, copies, values, latest };
    let mut nodes: BTreeMap<(usize, usize), Vec<&Sheet>> = BTreeMap::new();
    for sheet in &arena.trace.sheets {
        if sheet.tensor.cells.iter().any(|&cell| finder.member(cell).is_some()) {
            nodes.entry(sheet.order).or_default().push(sheet);
        }
    }
    let (mut shown, mut not, mut covered) = (Vec::new(), Vec::new(), BTreeSet::new());
    // A cast gives known numbers new names: then it is its tensor that holds all weights.
    let mut met = BTreeSet::new();
    for sheets in nodes.values().rev() {
        let weights = finder.weights(sheets);
        if !met.is_disjoint(&weights) {
            continue;
        }
        met.extend(weights);
        let groups = finder.groups(sheets);
        match finder.node(sheets) {
            Ok(steps) => {
                shown.push((sheets[0].depth, steps));
                covered.extend(groups);
            }
            Err(why) => not.push((
                groups,
                format!("the weights of {}: {why}; layers are numbered without it", sheets[0].node),
            )),
        }
    }
    let needed = finder.weighing(logits, &needed);
    let missing = |groups: &BTreeSet<Group>| {
        groups.iter().any(|group| needed.contains(group) && !covered.contains(group))
    };
    let mut unknown: Vec<String> =
        not.iter().filter(|(groups, _)| missing(groups)).map(|(_, why)| why.clone()).collect();
    let told: BTreeSet<Group> = not.into_iter().flat_map(|(groups, _)| groups).chain(covered).collect();
    if !needed.is_subset(&told) {
        unknown.push("a softmax whose weights stand in no tensor of the graph".into());
    }
    if shown.is_empty() && unknown.is_empty() {
        unknown.push("no softmax over tokens was found: where the graph looks is not known".into());
    }
    let depths: BTreeSet<usize> = shown.iter().map(|&(depth, _)| depth).collect();
    shown.reverse();
    shown.sort_by_key(|&(depth, _)| depth);
    let mut steps = vec![Vec::new(); runs.len()];
    for (depth, found) in shown {
        let layer = depths.range(..depth).count();
        for (step, heads) in steps.iter_mut().zip(found) {
            step.extend(heads.into_iter().map(|keys| Head { layer, keys }));
        }
    }
    Heads { steps, unknown }
}

struct Finder<'a> {
    arena: &'a Arena,
    runs: &'a [Evaluation],
    copies: usize,
    /// What is weighed by each weight.
    values: BTreeMap<Member, Vec<Id>>,
    /// The last position whose token each expression depends on, attention apart.
    latest: Vec<Option<u32>>,
}

impl Finder<'_> {
    /// The weight that `cell` is or stands for.
    fn member(&self, cell: Cell) -> Option<Member> {
        let Cell::Float(id) = cell else { return None };
        match *self.arena.get(id) {
            Expression::Share { softmax, index } => Some((Group::Softmax(softmax), index)),
            _ => match *self.arena.trace.parts.get(&id)? {
                Part::Score { softmax, index } => Some((Group::Softmax(softmax), index)),
                Part::Term(total) => Some((Group::Total(total), id.0)),
            },
        }
    }

    /// The weights in these tensors, as expressions.
    fn weights(&self, sheets: &[&Sheet]) -> BTreeSet<Id> {
        let cells = sheets.iter().flat_map(|sheet| &sheet.tensor.cells);
        cells
            .filter(|&&cell| self.member(cell).is_some())
            .filter_map(|cell| if let Cell::Float(id) = cell { Some(*id) } else { None })
            .collect()
    }

    fn groups(&self, sheets: &[&Sheet]) -> BTreeSet<Group> {
        let cells = sheets.iter().flat_map(|sheet| &sheet.tensor.cells);
        cells.filter_map(|&cell| self.member(cell)).map(|(group, _)| group).collect()
    }

    /// For each step the heads of one node, each with its keys; or why they are not known.
    fn node(&self, sheets: &[&Sheet]) -> Result<Vec<Vec<Vec<Key>>>, String> {
        let sheet = |step: usize| {
            let of = |run: Run| sheets.iter().rfind(|sheet| sheet.run == run);
            of(Run::Step(step)).or_else(|| of(Run::Constants)).ok_or("a step goes without them")
        };
        let mut all = Vec::with_capacity(self.runs.len());
        for (step, run) in self.runs.iter().enumerate() {
            all.push((sheet(step)?, run));
        }
        let rank = sheets[0].tensor.rank();
        // An axis of tokens is as long as the run in every step.
        let tokens: Vec<usize> = (0..rank)
            .filter(|&axis| all.iter().all(|(sheet, run)| sheet.tensor.shape.get(axis) == Some(&run.length)))
            .collect();
        let axis = self.axis(sheets, &tokens)?;
        if !tokens.contains(&axis) {
            return Err("they are not one for each token".into());
        }
        let query = match tokens.iter().filter(|&&other| other != axis).collect::<Vec<_>>().as_slice() {
            [] => None,
            [query] => Some(**query),
            _ => return Err("which axis is that of the tokens that ask is not known".into()),
        };
        let batches: Vec<usize> =
            (0..rank).filter(|&other| sheets[0].tensor.shape[other] == self.copies).collect();
        if self.copies > 1 && (batches != [0] || axis == 0 || query == Some(0)) {
            return Err("which axis is that of the batch is not known".into());
        }
        let mut confirmed = false;
        let mut steps = Vec::with_capacity(all.len());
        for (sheet, run) in &all {
            let mut heads = Vec::new();
            for start in self.starts(sheet, axis, query, run.read - 1) {
                let (keys, sure) = self.row(sheet, axis, start, run.read)?;
                confirmed |= sure;
                heads.push(keys);
            }
            steps.push(heads);
        }
        let lengths: BTreeSet<usize> = self.runs.iter().map(|run| run.length).collect();
        if lengths.len() == 1 && !confirmed {
            return Err("whether they are those of tokens is not known".into());
        }
        Ok(steps)
    }

    /// The axis along which weights of one softmax lie, among those of `tokens` where each has one weight alone.
    fn axis(&self, sheets: &[&Sheet], tokens: &[usize]) -> Result<usize, String> {
        for sheet in sheets.iter().rev() {
            let steps = strides(&sheet.tensor.shape);
            for (at, &cell) in sheet.tensor.cells.iter().enumerate().rev() {
                let Some((group, index)) = self.member(cell) else { continue };
                let along = |&axis: &usize| {
                    let first = at - at / steps[axis] % sheet.tensor.shape[axis] * steps[axis];
                    let row = (0..sheet.tensor.shape[axis])
                        .map(|place| sheet.tensor.cells[first + place * steps[axis]]);
                    row.filter_map(|cell| self.member(cell))
                        .any(|(other, place)| other == group && place != index)
                };
                match (0..sheet.tensor.rank()).filter(along).collect::<Vec<_>>().as_slice() {
                    [] => {}
                    [axis] => return Ok(*axis),
                    _ => return Err("a softmax runs over several axes".into()),
                }
            }
        }
        let alone = |&&axis: &&usize| sheets.iter().all(|sheet| self.has_one_in_each_line(sheet, axis));
        match tokens.iter().filter(alone).collect::<Vec<_>>().as_slice() {
            [axis] => Ok(**axis),
            _ => Err("no softmax has two of them, so what it runs over is not known".into()),
        }
    }

    /// Whether there is one weight in each line along `axis`.
    fn has_one_in_each_line(&self, sheet: &Sheet, axis: usize) -> bool {
        let (shape, steps) = (&sheet.tensor.shape, strides(&sheet.tensor.shape));
        let mut lines = vec![0; sheet.tensor.cells.len()];
        for (at, &cell) in sheet.tensor.cells.iter().enumerate() {
            lines[at - at / steps[axis] % shape[axis] * steps[axis]] +=
                usize::from(self.member(cell).is_some());
        }
        let is_start = |&(at, _): &(usize, &usize)| at / steps[axis] % shape[axis] == 0;
        lines.iter().enumerate().filter(is_start).all(|(_, &count)| count == 1)
    }

    /// Where the rows of the heads begin at the token `asks`.
    fn starts(&self, sheet: &Sheet, axis: usize, query: Option<usize>, asks: usize) -> Vec<usize> {
        let shape = &sheet.tensor.shape;
        let steps = strides(shape);
        let is_start = |&at: &usize| {
            let place = |axis: usize| at / steps[axis] % shape[axis];
            let first_of_batch = self.copies == 1 || place(0) == 0;
            first_of_batch && place(axis) == 0 && query.is_none_or(|query| place(query) == asks)
        };
        (0..sheet.tensor.cells.len()).filter(is_start).collect()
    }

    /// The keys of one row, and whether some value shows that they stand where they should.
    fn row(&self, sheet: &Sheet, axis: usize, start: usize, read: usize) -> Result<(Vec<Key>, bool), String> {
        let step = strides(&sheet.tensor.shape)[axis];
        let cells: Vec<Cell> =
            (0..sheet.tensor.shape[axis]).map(|place| sheet.tensor.cells[start + place * step]).collect();
        let members: Vec<Option<Member>> = cells.iter().map(|&cell| self.member(cell)).collect();
        let found: BTreeSet<Member> = members.iter().copied().flatten().collect();
        let groups: BTreeSet<Group> = found.iter().map(|&(group, _)| group).collect();
        let complete = match groups.iter().collect::<Vec<_>>().as_slice() {
            [] => {
                // A softmax of one score was folded to one.
                let is = |cell: &Cell, value: f64| matches!(*cell, Cell::Float(id) if self.is(id, value));
                let ones = cells.iter().filter(|cell| is(cell, 1.0)).count();
                ones == 1 && cells.iter().all(|cell| is(cell, 1.0) || is(cell, 0.0))
            }
            [Group::Softmax(softmax)] => {
                self.arena.expressions.softmaxes[*softmax as usize].len() == found.len()
            }
            // One more term may be that of a score which belongs to no token.
            [Group::Total(total)] => self.arena.exponentials_in(*total) <= found.len() + 1,
            _ => return Err("a row holds weights of several softmaxes".into()),
        };
        if !complete || members.iter().flatten().count() != found.len() {
            return Err("a softmax has weights outside of its row".into());
        }
        let mut sure = false;
        let mut keys = Vec::with_capacity(cells.len());
        for (place, (&cell, member)) in cells.iter().zip(&members).enumerate() {
            // Equal rows of other tokens are one softmax with this one, and weigh what stands elsewhere.
            let values = member.iter().filter_map(|member| self.values.get(member)).flatten();
            let latest: BTreeSet<usize> =
                values.filter_map(|value| self.latest[value.index()]).map(|latest| latest as usize).collect();
            if latest.first().is_some_and(|&latest| latest > place) {
                return Err("what they weigh at a place depends on a later token".into());
            }
            sure |= latest.contains(&place);
            keys.push(match *member {
                Some((Group::Softmax(softmax), index)) => Key::Share { softmax, index },
                Some((Group::Total(total), part)) => Key::Quotient { part: program::ExprId(part), total },
                None if groups.is_empty() && matches!(cell, Cell::Float(id) if self.is(id, 1.0)) => {
                    Key::Whole
                }
                None => Key::Hidden,
            });
        }
        // Padding that gets no weight is no part of what is read.
        let last = keys.iter().rposition(|key| *key != Key::Hidden).map_or(0, |last| last + 1);
        keys.truncate(last.max(read));
        Ok((keys, sure))
    }

    fn is(&self, id: Id, value: f64) -> bool {
        self.arena.known(id).is_some_and(|known| known == program::Constant::exact(value))
    }

    /// The groups among what the logits need, without those that end the graph.
    fn weighing(&self, logits: &[Vec<Id>], needed: &[bool]) -> BTreeSet<Group> {
        let expressions = &self.arena.expressions;
        let totals: BTreeSet<Id> = self
            .arena
            .trace
            .parts
            .values()
            .filter_map(|part| if let Part::Term(total) = part { Some(*total) } else { None })
            .collect();
        let mut found = BTreeSet::new();
        for next in (0..).zip(needed).filter(|&(_, &needed)| needed).map(|(index, _)| program::ExprId(index))
        {
            match *expressions.get(next) {
                Expression::Mixture { softmax, .. } | Expression::Share { softmax, .. } => {
                    found.insert(Group::Softmax(softmax));
                }
                _ if totals.contains(&next) && self.arena.exponentials_in(next) > 1 => {
                    found.insert(Group::Total(next));
                }
                _ => {}
            }
        }
        for &logit in logits.iter().flatten() {
            let inner = if let Expression::Unary(_, inner) = expressions.get(logit) { *inner } else { logit };
            if let Expression::Share { softmax, .. } = expressions.get(inner) {
                found.remove(&Group::Softmax(*softmax));
            }
        }
        found
    }
}

/// What each weight weighs among the expressions that are needed.
fn values(arena: &Arena, needed: &[bool]) -> BTreeMap<Member, Vec<Id>> {
    let mut found: BTreeMap<Member, Vec<Id>> = BTreeMap::new();
    for (expression, _) in arena.expressions.list.iter().zip(needed).filter(|&(_, &needed)| needed) {
        match expression {
            Expression::Mixture { softmax, values } => {
                for (index, &value) in (0..).zip(values) {
                    found.entry((Group::Softmax(*softmax), index)).or_default().push(value);
                }
            }
            Expression::Dot(left, right) => {
                for (&x, &y) in left.iter().zip(right) {
                    for (weight, value) in [(x, y), (y, x)] {
                        // Divided already, or to be divided.
                        let part = match *arena.get(weight) {
                            Expression::Binary(Binary::Div, part, _) => part,
                            _ => weight,
                        };
                        if let Some(Part::Term(total)) = arena.trace.parts.get(&part) {
                            found.entry((Group::Total(*total), part.0)).or_default().push(value);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The last position whose token each expression that is needed depends on, attention apart.
fn latest(arena: &Arena, needed: &[bool]) -> Vec<Option<u32>> {
    let expressions = &arena.expressions;
    let mut found: Vec<Option<u32>> = Vec::with_capacity(expressions.list.len());
    for (expression, &needed) in expressions.list.iter().zip(needed) {
        found.push(match *expression {
            _ if !needed => None,
            Expression::LookUp { position, .. } => Some(position),
            Expression::Mixture { .. } | Expression::Share { .. } => None,
            _ => {
                let mut latest = None;
                expressions.operands(expression, &mut |operand| latest = latest.max(found[operand.index()]));
                latest
            }
        });
    }
    found
}

#[cfg(test)]
mod tests;
