//! Where weights of attention stand in the tensors of a graph, written down while it is evaluated.
//!
//! Folding forgets what a score was the score of: keys that a mask shuts out are no part of a softmax. The tensor in which the
//! weights, or the exponentials before their division, first appear still has a place for each key. It is kept, and `heads`
//! reads from it which position each weight belongs to.

use crate::arena::Id;
use crate::proto::NodeProto;
use crate::tensor::{Cell, Tensor, Value};
use program::{Expression, Expressions, Function};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Which evaluation of the graph is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Run {
    /// Of what follows from constants alone: it holds for every step.
    #[default]
    Constants,
    /// Of the step with this index.
    Step(usize),
}

/// What makes an exponential a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is that of a score of a softmax.
    Score { softmax: u32, index: u32 },
    /// It is divided by this sum, of which it is a term.
    Term(Id),
}

/// A tensor in which weights first appear.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// The node that gives it.
    pub(crate) node: String,
    /// Where this node stands in the graph: its place at the top, and inside of the function there.
    pub(crate) order: (usize, usize),
    /// How many such tensors lie behind it, each in front of the next.
    pub(crate) depth: usize,
    pub(crate) run: Run,
    pub(crate) tensor: Rc<Tensor>,
}

/// What is written down.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) run: Run,
    /// Where the node that is evaluated stands.
    pub(crate) order: (usize, usize),
    pub(crate) sheets: Vec<Sheet>,
    /// The exponentials that are weights before their division.
    pub(crate) parts: BTreeMap<Id, Part>,
    /// Exact numbers that were exponentials, or sums of them.
    pub(crate) folded: BTreeMap<Id, Expression>,
    /// Weights whose exponentials have been noted.
    pub(crate) rewritten: BTreeSet<Id>,
    /// For each name how many sheets lie behind it.
    depths: BTreeMap<String, usize>,
    /// Whether the node that is evaluated makes weights.
    noted: bool,
}

impl Trace {
    /// How many sheets lie behind these names, each in front of the next.
    pub(crate) fn depth(&self, names: &[String]) -> usize {
        names.iter().filter_map(|name| self.depths.get(name)).copied().max().unwrap_or(0)
    }

    /// The outputs of `node` are known. What of the `expressions` from `first` on stands in them is new.
    pub(crate) fn evaluated(
        &mut self,
        node: &NodeProto,
        outputs: &[Value],
        expressions: &Expressions,
        first: usize,
    ) {
        let weighs = |cell: &Cell| match cell {
            Cell::Float(id) if id.index() >= first => match expressions.get(*id) {
                Expression::Share { .. } => !self.rewritten.contains(id),
                Expression::Unary(Function::Exp, _) => true,
                _ => matches!(self.folded.get(id), Some(Expression::Unary(Function::Exp, _))),
            },
            _ => false,
        };
        let new: Vec<_> = outputs
            .iter()
            .filter_map(|output| match output {
                Value::Tensor(tensor) if tensor.cells.iter().any(weighs) => Some(Rc::clone(tensor)),
                _ => None,
            })
            .collect();
        new.into_iter().for_each(|tensor| self.note(node, tensor));
        let new = usize::from(std::mem::take(&mut self.noted));
        self.behind(node, self.depth(&node.input) + new);
    }

    /// The outputs of `node` have `depth` sheets behind them.
    pub(crate) fn behind(&mut self, node: &NodeProto, depth: usize) {
        for output in &node.output {
            self.depths.insert(output.clone(), depth);
        }
    }

    /// `tensor` holds weights that `node` makes.
    pub(crate) fn note(&mut self, node: &NodeProto, tensor: Rc<Tensor>) {
        self.noted = true;
        let (order, depth, run) = (self.order, self.depth(&node.input), self.run);
        self.sheets.push(Sheet { node: node.label(), order, depth, run, tensor });
    }

    /// The number `id` is called `new` in another type.
    pub(crate) fn renamed(&mut self, id: Id, new: Id) {
        if let Some(expression) = self.folded.get(&id).cloned() {
            self.folded.insert(new, expression);
        }
    }

    /// A function whose inputs are `inside` is called with those of `node`: the names that were known, to be given back.
    pub(crate) fn enter(&mut self, node: &NodeProto, inside: &[String]) -> BTreeMap<String, usize> {
        let given = inside.iter().zip(&node.input);
        let depths = given.filter_map(|(name, input)| Some((name.clone(), *self.depths.get(input)?)));
        let depths = depths.collect();
        std::mem::replace(&mut self.depths, depths)
    }

    /// The call ends.
    pub(crate) fn leave(&mut self, outside: BTreeMap<String, usize>) {
        self.depths = outside;
    }
}
