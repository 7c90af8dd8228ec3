//! The attention of a graph: which expressions are scores, values and what follows, step by step.
//!
//! A graph has no blocks with names. What identifies its attention is that the logits of a step depend on earlier tokens
//! through mixtures of softmaxes alone, and that each score and value depends on the token of one position and on the token that is
//! read last. That is all that the bounds need.

pub(crate) mod scores;

use crate::bound::Mixed;
use crate::layers::MOST_SYMBOLS;
use crate::scores::Heads;
use program::{Decode, ExprId, Expression};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A decode with one layer of attention in each step.
pub(crate) struct Graph {
    pub(crate) decode: Arc<Decode>,
    pub(crate) steps: Vec<GraphStep>,
}

/// How far a score must lead all others, in units of `u`, for its logit to be the greatest where the logits are the softmax of the
/// scores or its logarithm, in every evaluation.
///
/// Let the scores of an evaluation be numbers of its type, x the greatest of them, all others at most x − m, and n of them, with `ln n`
/// at most 12. A runtime takes the greatest from all, so that x becomes 0, and any other at most −m (1 − u).
///
/// The softmax of x is `e/S` with e at least 1 − 8u, of another at most `exp(−m (1 − u)) (1 + 8u)/S`; a quotient is within 4u. So the first
/// is greater if m exceeds 25u: 121u for an exponential within 60u, the worst that was met. The quotient of x is at least 1/(2n), so that
/// nothing of it is lost below the smallest normal number.
///
/// The logarithm of the softmax is `(x − greatest) − l` with l between 0 and 12: the subtraction rounds by at most half a place, 16u,
/// and m is more than two of these. Where l and the greatest are added first, to c, the subtractions are off by `u (12 + u |c|)` each;
/// m is also at least the distance of two numbers, u |x|, and so more than twice that. Where it is the logarithm of a softmax, that is
/// within 8u of at most 12, twice: 192u, and 25u of the softmax.
pub(crate) const LEAD: f64 = 256.0;

/// One step of such a decode.
pub(crate) struct GraphStep {
    pub(crate) heads: Vec<GraphHead>,
    /// What scores and values need, and they themselves; operands first.
    pub(crate) inputs: Vec<ExprId>,
    /// Of these, what all scores of a head share and what may be off: each gets a symbol.
    pub(crate) shared: Vec<ExprId>,
    /// What follows the mixtures and depends on none: operands first.
    pub(crate) base: Vec<ExprId>,
    /// What depends on a mixture, with a symbol where several others read it: operands first.
    pub(crate) tail: Vec<(ExprId, Option<usize>)>,
    /// The number of these symbols.
    pub(crate) symbols: usize,
    /// Everything that the logits need: operands first.
    pub(crate) all: Vec<ExprId>,
}

/// One softmax, and what it mixes.
pub(crate) struct GraphHead {
    /// The position of each score with its expression.
    pub(crate) scores: Vec<(usize, ExprId)>,
    /// Each mixture with one value for each score.
    pub(crate) mixtures: Vec<(ExprId, Vec<ExprId>)>,
}

impl GraphStep {
    /// The sizes of the attention in this step.
    pub(crate) fn sizes(&self) -> Heads {
        let value_width = self.heads.iter().map(|head| head.mixtures.len()).max().unwrap_or(0);
        Heads { heads: self.heads.len(), kv_heads: self.heads.len(), value_width, one_more: false }
    }
}

impl Graph {
    /// Finds the attention of `decode`, or says what stands in the way.
    pub(crate) fn new(decode: &Arc<Decode>) -> Result<Self, String> {
        let positions = decode.prompt() + decode.steps().len();
        if positions > 128 {
            return Err(format!("a decode of {positions} tokens: the bounds are for at most 128"));
        }
        let reads = Reads::new(decode);
        let step =
            |index: usize| reads.step(index).map_err(|what| format!("generated token {}: {what}", index + 1));
        let steps = (0..decode.steps().len()).map(step).collect::<Result<_, _>>()?;
        Ok(Self { decode: Arc::clone(decode), steps })
    }
}

/// What each expression depends on.
struct Reads<'a> {
    decode: &'a Decode,
    /// The positions whose tokens it depends on, mixtures apart.
    positions: Vec<u128>,
    /// How many mixtures lie behind each other in it.
    depth: Vec<usize>,
}

impl<'a> Reads<'a> {
    fn new(decode: &'a Decode) -> Self {
        let expressions = decode.expressions();
        let (mut positions, mut depth) = (Vec::new(), Vec::new());
        for expression in &expressions.list {
            let (mut own, mut deep) = match *expression {
                Expression::LookUp { position, .. } => (1 << position, 0),
                _ => (0, 0),
            };
            let mixes = matches!(expression, Expression::Mixture { .. } | Expression::Share { .. });
            expressions.operands(expression, &mut |operand| {
                own |= positions[operand.index()];
                deep = deep.max(depth[operand.index()]);
            });
            positions.push(if mixes { 0 } else { own });
            depth.push(deep + usize::from(mixes));
        }
        Self { decode, positions, depth }
    }

    /// Everything that `roots` need, themselves included, operands first; `through` says what to look behind.
    fn needed(&self, roots: &[ExprId], through: &dyn Fn(ExprId) -> bool) -> Vec<ExprId> {
        let (mut open, mut found) = (roots.to_vec(), BTreeSet::new());
        while let Some(next) = open.pop() {
            if found.insert(next) && through(next) {
                let expressions = self.decode.expressions();
                expressions.operands(expressions.get(next), &mut |operand| open.push(operand));
            }
        }
        // Operands have smaller indices.
        found.into_iter().collect()
    }

    fn step(&self, index: usize) -> Result<GraphStep, String> {
        let expressions = self.decode.expressions();
        let part = &self.decode.steps()[index];
        let logits = part.compared();
        let query = self.decode.prompt() + index - 1;
        let is_mixture = |id: ExprId| matches!(expressions.get(id), Expression::Mixture { .. });
        let behind = self.needed(logits, &|id| !is_mixture(id));
        let deepest = logits.iter().map(|logit| self.depth[logit.index()]).max().unwrap_or(0);
        if deepest > 1 {
            return Err(format!("{deepest} layers of attention; the bounds are for one layer"));
        }
        if behind.iter().any(|&id| matches!(expressions.get(id), Expression::Share { .. })) {
            return Err(
                "a weight of the attention is used by itself; the bounds are for mixtures of values".into()
            );
        }
        let other = |id: &ExprId| self.positions[id.index()] & !(1 << query);
        if let Some(&id) = behind.iter().find(|id| other(id) != 0) {
            let position = other(&id).trailing_zeros();
            return Err(format!(
                "the token at position {position} reaches the logits outside of the attention; the bounds are for one that mixes \
                 earlier tokens in softmaxes alone"
            ));
        }
        // The one weight of one score is 1 at every position, so that equal scores of several positions may be one softmax: a head for
        // each position.
        type Mixtures = Vec<(ExprId, Vec<ExprId>)>;
        let mut heads: BTreeMap<(u32, u128), Mixtures> = BTreeMap::new();
        for &id in &behind {
            if let Expression::Mixture { softmax, values } = expressions.get(id) {
                let alone = expressions.softmaxes[*softmax as usize].len() == 1;
                let reads = if alone { self.positions[values[0].index()] & !(1 << query) } else { 0 };
                heads.entry((*softmax, reads)).or_default().push((id, values.clone()));
            }
        }
        let heads = heads
            .into_iter()
            .map(|((softmax, _), mixtures)| self.head(softmax, mixtures, query))
            .collect::<Result<Vec<_>, _>>()?;
        let roots: Vec<ExprId> = heads
            .iter()
            .flat_map(|head| {
                let values = head.mixtures.iter().flat_map(|(_, values)| values.iter().copied());
                head.scores.iter().map(|&(_, score)| score).chain(values)
            })
            .collect();
        let inputs = self.needed(&roots, &|_| true);
        let (tail, base): (Vec<ExprId>, Vec<ExprId>) =
            behind.into_iter().filter(|&id| !is_mixture(id)).partition(|id| self.depth[id.index()] > 0);
        let shared = self.shared(&heads);
        let all = self.needed(&[logits, &part.logits].concat(), &|_| true);
        let mut step = GraphStep { heads, inputs, shared, base, tail: Vec::new(), symbols: 0, all };
        let left = MOST_SYMBOLS.saturating_sub(Mixed::<f64, 0>::symbols(step.sizes()));
        (step.tail, step.symbols) = self.with_symbols(tail, left);
        Ok(step)
    }

    /// Which position each score of a softmax is for.
    fn head(
        &self,
        softmax: u32,
        mixtures: Vec<(ExprId, Vec<ExprId>)>,
        query: usize,
    ) -> Result<GraphHead, String> {
        let scores = &self.decode.expressions().softmaxes[softmax as usize];
        let whole = scores.len() == query + 1;
        let mut found: Vec<(usize, ExprId)> = Vec::new();
        for (index, &score) in scores.iter().enumerate() {
            let values = mixtures.iter().map(|(_, values)| self.positions[values[index].index()]);
            let reads = values.fold(self.positions[score.index()], |all, next| all | next) & !(1 << query);
            let position = match reads.count_ones() {
                // A softmax over all tokens so far has one score for each, in order.
                0 if whole => index,
                0 => query,
                1 => reads.trailing_zeros() as usize,
                _ => {
                    return Err("a score or a value depends on several tokens; the bounds are for one".into());
                }
            };
            if (whole && position != index) || found.iter().any(|&(known, _)| known == position) {
                return Err("a softmax has several scores for one token; the bounds are for one each".into());
            }
            let asks = |(_, values): &(ExprId, Vec<ExprId>)| {
                position != query && self.positions[values[index].index()] >> query & 1 == 1
            };
            if mixtures.iter().any(asks) {
                return Err(
                    "a value depends on the token that asks; the bounds are for values of one token".into()
                );
            }
            found.push((position, score));
        }
        Ok(GraphHead { scores: found, mixtures })
    }

    /// Gives a symbol to what at least two others read, those that most read first, up to `most` of them.
    fn with_symbols(&self, tail: Vec<ExprId>, most: usize) -> (Vec<(ExprId, Option<usize>)>, usize) {
        let mut readers: BTreeMap<ExprId, usize> = BTreeMap::new();
        let expressions = self.decode.expressions();
        for &id in &tail {
            let mut seen = BTreeSet::new();
            expressions.operands(expressions.get(id), &mut |operand| {
                seen.insert(operand);
            });
            for operand in seen {
                *readers.entry(operand).or_default() += 1;
            }
        }
        let mut chosen: Vec<(usize, ExprId)> = tail
            .iter()
            .filter_map(|id| readers.get(id).filter(|&&count| count > 1).map(|&count| (count, *id)))
            .collect();
        chosen.sort_by(|x, y| y.0.cmp(&x.0).then(x.1.cmp(&y.1)));
        chosen.truncate(most);
        let symbol = |id: ExprId| chosen.iter().position(|&(_, known)| known == id);
        let count = chosen.len();
        (tail.into_iter().map(|id| (id, symbol(id))).collect(), count)
    }

    /// What several scores of a head read and others compute with one token more: their query.
    fn shared(&self, heads: &[GraphHead]) -> Vec<ExprId> {
        let expressions = self.decode.expressions();
        let mut found = BTreeSet::new();
        for head in heads {
            let mut readers: BTreeMap<ExprId, usize> = BTreeMap::new();
            for &(_, score) in &head.scores {
                for id in self.needed(&[score], &|_| true) {
                    *readers.entry(id).or_default() += 1;
                }
            }
            for (&id, _) in readers.iter().filter(|&(_, &count)| count == 1) {
                expressions.operands(expressions.get(id), &mut |operand| {
                    let exact = matches!(
                        expressions.get(operand),
                        Expression::Constant(_) | Expression::LookUp { .. }
                    );
                    if readers[&operand] > 1 && !exact {
                        found.insert(operand);
                    }
                });
            }
        }
        found.into_iter().collect()
    }
}
