//! What a proof found at each step, for people.

use crate::Layer;
use crate::branch::{Leaf, Node, Root};
use crate::letters::{Case, Class, Digit};
use crate::script::{Job, Script};
use run::Pair;

/// What is known of one place in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The place: 0 is that of the ones.
    pub place: usize,
    /// The digit of the first operand, if it is known.
    pub a: Option<usize>,
    /// The digit of the second operand, if it is known.
    pub b: Option<usize>,
    /// The digit of the sum, if it is known.
    pub sum: Option<usize>,
    /// The carry into the place, if it is known.
    pub carry: Option<usize>,
}

/// The case of a step that was proved with the smallest margin.
#[derive(Clone, Debug, PartialEq)]
pub struct Tightest {
    /// The margin that was proved.
    pub margin: f64,
    /// What this holds for.
    pub layer: Layer,
    /// The places of which something is known, the ones first.
    pub known: Vec<Known>,
    /// How many pairs the case has.
    pub pairs: u128,
    /// One of them.
    pub pair: Pair,
    /// The case itself.
    pub(crate) case: Case,
}

/// What was found at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReport {
    /// The generated token, from 1.
    pub step: usize,
    /// The cases that were decided or left open: the leaves.
    pub cases: u64,
    /// Of these, those proved for our program by running it.
    pub exact: u64,
    /// Those proved for our program by intervals.
    pub program: u64,
    /// Those proved for every evaluation order.
    pub portable: u64,
    /// Those that are wrong.
    pub wrong: u64,
    /// Those left open.
    pub open: u64,
    /// The number of pairs in open cases.
    pub open_pairs: u128,
    /// The number of all pairs.
    pub pairs: u128,
    /// The case that was proved with the smallest margin.
    pub tightest: Option<Tightest>,
}

/// A report for each step.
pub(crate) fn steps(script: &Script, jobs: &[Job], done: &[Vec<Root>]) -> Vec<StepReport> {
    let pairs = script.places.weight(&script.places.everything());
    let mut steps: Vec<StepReport> =
        (0..script.steps().len()).map(|index| StepReport::new(index + 1, pairs)).collect();
    let mut least: Vec<Option<(f64, Layer, Case)>> = vec![None; steps.len()];
    for (job, roots) in jobs.iter().zip(done) {
        let step = &mut steps[job.index];
        for root in roots {
            step.open_pairs += root.open;
            walk(script, root, |leaf, case| match leaf {
                Leaf::Right { layer, margin } => {
                    step.count(layer);
                    if least[job.index].is_none_or(|(least, ..)| margin < least) {
                        least[job.index] = Some((margin, layer, *case));
                    }
                }
                Leaf::Wrong => step.wrong += 1,
                Leaf::Open => step.open += 1,
            });
        }
    }
    for (step, least) in steps.iter_mut().zip(least) {
        step.cases = step.exact + step.program + step.portable + step.wrong + step.open;
        step.tightest = least.and_then(|(margin, layer, case)| {
            let pair = script.places.witness(&case)?;
            let pairs = script.places.weight(&case);
            Some(Tightest { margin, layer, known: known(script, &case), pairs, pair, case })
        });
    }
    steps
}

impl StepReport {
    fn new(step: usize, pairs: u128) -> Self {
        Self {
            step,
            cases: 0,
            exact: 0,
            program: 0,
            portable: 0,
            wrong: 0,
            open: 0,
            open_pairs: 0,
            pairs,
            tightest: None,
        }
    }

    fn count(&mut self, layer: Layer) {
        match layer {
            Layer::Exact => self.exact += 1,
            Layer::Program => self.program += 1,
            Layer::Portable => self.portable += 1,
        }
    }
}

/// Every leaf of a root with its case, in the order in which they were decided.
fn walk(script: &Script, root: &Root, mut see: impl FnMut(Leaf, &Case)) {
    let mut stack = vec![root.case];
    for node in &root.tree {
        let Some(case) = stack.pop() else { return };
        match *node {
            Node::Split(split) => stack.extend(split.parts(script.places, &case).into_iter().rev()),
            Node::Leaf(leaf) => see(leaf, &case),
        }
    }
}

fn known(script: &Script, case: &Case) -> Vec<Known> {
    let of = |place: usize| {
        let class = case.classes[place];
        if class == Class::ANY {
            return None;
        }
        let letters: Vec<_> = script.places.letters(case, place).collect();
        let same = |value: &dyn Fn(usize) -> usize| {
            let first = value(0);
            (0..letters.len()).all(|index| value(index) == first).then_some(first)
        };
        Some(Known {
            place,
            a: same(&|index| letters[index].a),
            b: same(&|index| letters[index].b),
            sum: same(&|index| Digit::Sum.of(letters[index])),
            carry: same(&|index| letters[index].carry),
        })
    };
    (0..script.places.count).filter_map(of).collect()
}

/// In words, which steps are open and how much of each.
pub(crate) fn open(steps: &[StepReport]) -> String {
    let open = steps.iter().filter(|step| step.open_pairs > 0);
    let part = |step: &StepReport| {
        format!("{} ({:.3} %)", step.step, 100.0 * step.open_pairs as f64 / step.pairs as f64)
    };
    format!("open steps, with their share of the pairs: {}", open.map(part).collect::<Vec<_>>().join(", "))
}
