//! The check of a certificate: of a proof step by step, of a refutation by running the model on its pair.

use crate::file::{Certificate, Counterexample, Kind, Leaves, Node, Step};
use crate::leaves::{Leaves as Decider, Nets};
use crate::pairs::{Addition, Case};
use crate::{Failure, Options};
use net::{Net, State, generate};
use num::Float;
use spec::PromptToken;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The most nodes of a step, so that a short text cannot fill the memory.
const MOST_NODES: usize = 50_000_000;

/// What the check of a proof found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proof {
    pub(crate) leaves: Leaves,
    /// How many cases the checker looked at: the leaves, and the parts of those it divided.
    pub(crate) cases: u64,
    /// The least margin that the checker itself confirms.
    pub(crate) confirmed: f64,
}

impl Leaves {
    pub(crate) fn of(&mut self, kind: Kind) -> &mut u64 {
        match kind {
            Kind::Portable => &mut self.portable,
            Kind::Program => &mut self.program,
            Kind::Exact => &mut self.exact,
        }
    }

    fn add(&mut self, other: &Self) {
        self.portable += other.portable;
        self.program += other.program;
        self.exact += other.exact;
    }

    /// The least that is claimed of a leaf.
    pub(crate) fn layer(&self) -> &'static str {
        match self {
            Self { exact: 1.., .. } => "exact",
            Self { program: 1.., .. } => "program",
            _ => "portable",
        }
    }
}

/// How far, relatively, a stated margin may lie above what some pair has: it is computed in f64.
const SLACK: f64 = 1e-9;

/// Checks that the model of a certificate is right on every pair.
pub(crate) fn proof<T: Float>(
    certificate: &Certificate<'_>,
    options: &Options<'_>,
) -> Result<Proof, Failure> {
    let net = certificate.model.net::<T>();
    if net.vocabulary() > 128 {
        return Err(Failure::at(1, "a vocabulary of more than 128 tokens: this checker cannot follow"));
    }
    let attention = net.layers().first().map(|layer| &layer.attention);
    let reads = attention.map_or(0, |attention| attention.heads * attention.value_width);
    // A variable for each component that the heads read, and for each of the residual stream at three places.
    match reads + 3 * net.width() {
        0..=8 => steps::<T, 8>(&net, certificate, options),
        9..=16 => steps::<T, 16>(&net, certificate, options),
        17..=32 => steps::<T, 32>(&net, certificate, options),
        _ => steps::<T, 64>(&net, certificate, options),
    }
}

fn steps<T: Float, const K: usize>(
    net: &Net<T>,
    certificate: &Certificate<'_>,
    options: &Options<'_>,
) -> Result<Proof, Failure> {
    let header = &certificate.header;
    let addition = Addition::new(certificate.model.task()).ok_or_else(|| {
        Failure::at(1, "the answer is too short for the greatest sum, so no proof can be right")
    })?;
    let pairs = addition.count(addition.everything()).to_string();
    if header.pairs != pairs {
        return Err(Failure::at(1, format!("{} pairs: expected {pairs}", header.pairs)));
    }
    if header.steps != addition.steps() || certificate.steps.len() != addition.steps() {
        let (said, lines) = (header.steps, certificate.steps.len());
        let what = format!("{said} steps in {lines} lines: expected {}", addition.steps());
        return Err(Failure::at(1, what));
    }
    let nets = Nets::<T, K>::new(net);
    let mut proof = Proof { leaves: Leaves::default(), cases: 0, confirmed: f64::INFINITY };
    let mut least = f64::INFINITY;
    for (index, text) in certificate.steps.iter().enumerate() {
        let line = index + 2;
        let step = Step::read(line, text)?;
        if step.step != index {
            return Err(Failure::at(line, format!("step {}: expected step {index}", step.step)));
        }
        let found = check_step(&addition, &nets, &step, line, options)?;
        if found.leaves != step.leaves {
            return Err(Failure::at(line, format!("{:?}: the trees have {:?}", step.leaves, found.leaves)));
        }
        proof.leaves.add(&found.leaves);
        proof.cases += found.cases;
        proof.confirmed = proof.confirmed.min(found.confirmed);
        least = least.min(step.least_margin);
        (options.progress)((index + 1) as f64 / addition.steps() as f64);
    }
    if header.least_margin != Some(least) {
        let what = format!("a least margin of {:?}: the least of the steps is {least}", header.least_margin);
        return Err(Failure::at(1, what));
    }
    let layer = proof.leaves.layer();
    if header.layer.as_deref() != Some(layer) {
        return Err(Failure::at(1, format!("layer {:?}: the leaves are {layer}", header.layer)));
    }
    Ok(proof)
}

/// The trees of a step, and where each begins.
struct Trees {
    roots: Vec<Case>,
    nodes: Vec<Node>,
    starts: Vec<usize>,
}

/// Follows the trees of a step: each must be complete, none may be left over, and the leaves must hold every pair once.
fn trees(addition: &Addition, step: &Step, line: usize) -> Result<Trees, Failure> {
    let nodes = step.nodes(line, MOST_NODES)?;
    let roots = addition.roots(step.step);
    if step.roots != roots.len() {
        return Err(Failure::at(line, format!("{} roots: expected {}", step.roots, roots.len())));
    }
    let (mut at, mut starts, mut pairs) = (0, Vec::with_capacity(roots.len()), 0);
    for (index, root) in roots.iter().enumerate() {
        starts.push(at);
        walk(addition, root, &nodes, &mut at, |_, case| {
            pairs += addition.count(case);
            true
        })
        .map_err(|what| Failure::at(line, format!("tree {index}: {what}")))?;
    }
    if at != nodes.len() {
        return Err(Failure::at(line, format!("trees: {} nodes are left over", nodes.len() - at)));
    }
    let expected = addition.count(addition.everything());
    if pairs != expected || step.pairs != expected.to_string() {
        let what = format!("{} pairs, and {pairs} in the leaves: expected {expected}", step.pairs);
        return Err(Failure::at(line, what));
    }
    Ok(Trees { roots, nodes, starts })
}

/// Calls `leaf` with every leaf of the tree that begins at `at`, until it says no.
fn walk(
    addition: &Addition,
    root: &Case,
    nodes: &[Node],
    at: &mut usize,
    mut leaf: impl FnMut(Kind, &Case) -> bool,
) -> Result<(), String> {
    let mut open = vec![*root];
    while let Some(case) = open.pop() {
        let Some(&node) = nodes.get(*at) else { return Err("a node is missing".into()) };
        *at += 1;
        match node {
            Node::Leaf(kind) => {
                if !leaf(kind, &case) {
                    return Ok(());
                }
            }
            Node::Split { place, split } => {
                let place = usize::from(place);
                if place >= addition.places {
                    return Err(format!("there is no place {place} to divide at"));
                }
                open.extend(addition.parts(&case, place, split).into_iter().rev());
            }
        }
    }
    Ok(())
}

/// Confirms every leaf of a step. The work is shared by the token that is read last.
fn check_step<T: Float, const K: usize>(
    addition: &Addition,
    nets: &Nets<T, K>,
    step: &Step,
    line: usize,
    options: &Options<'_>,
) -> Result<Proof, Failure> {
    let trees = trees(addition, step, line)?;
    let last = addition.last_read(step.step);
    let asked: Vec<usize> = addition.alphabet(last);
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let done: Vec<Mutex<Option<Result<Proof, Failure>>>> = asked.iter().map(|_| Mutex::new(None)).collect();
    let work = |index: usize| -> Result<Proof, Failure> {
        let token = asked[index];
        let mut decider = Decider::new(addition, nets, step.step, token);
        let mut proof = Proof { leaves: Leaves::default(), cases: 0, confirmed: f64::INFINITY };
        for (tree, root) in trees.roots.iter().enumerate() {
            if addition.fixed_token(last, root) != Some(token) {
                continue;
            }
            let target = addition.fixed_token(last + 1, root);
            let mut refused = None;
            let mut at = trees.starts[tree];
            let leaf = |kind: Kind, case: &Case| {
                *proof.leaves.of(kind) += 1;
                let lead = target.and_then(|target| decider.confirm(kind, case, target, step.least_margin));
                match lead {
                    None => refused = Some(format!("a leaf that claims {kind:?} cannot be confirmed")),
                    // No margin can be stated that is greater than one which some pair has.
                    Some(lead) if step.least_margin > lead.hi + SLACK * lead.hi.abs() => {
                        let (said, most) = (step.least_margin, lead.hi);
                        refused = Some(format!("a least margin of {said}: a leaf has at most {most}"));
                    }
                    Some(lead) => proof.confirmed = proof.confirmed.min(lead.lo),
                }
                refused.is_none()
            };
            walk(addition, root, &trees.nodes, &mut at, leaf).map_err(|what| Failure::at(line, what))?;
            if let Some(what) = refused {
                let root = addition.describe(root);
                return Err(Failure::at(
                    line,
                    format!("tree {tree} ({root}), node {}: {what}", at - trees.starts[tree]),
                ));
            }
        }
        proof.cases = decider.cases;
        Ok(proof)
    };
    std::thread::scope(|scope| {
        for _ in 0..options.threads.get() {
            scope.spawn(|| {
                // Tokens are taken in order, so the first that fails is always looked at: the message does not depend on threads.
                while !failed.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= asked.len() {
                        break;
                    }
                    let result = work(index);
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    *done[index].lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(result);
                }
            });
        }
    });
    let mut all = Proof { leaves: Leaves::default(), cases: 0, confirmed: f64::INFINITY };
    for result in done {
        match result.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
            Some(Ok(proof)) => {
                all.leaves.add(&proof.leaves);
                all.cases += proof.cases;
                all.confirmed = all.confirmed.min(proof.confirmed);
            }
            Some(Err(failure)) => return Err(failure),
            None => return Err(Failure::at(line, "a part of the work was not done")),
        }
    }
    Ok(all)
}

/// Checks that the model answers wrongly on the pair of a refutation, as it says.
pub(crate) fn refutation<T: Float>(
    certificate: &Certificate<'_>,
    said: &Counterexample,
) -> Result<(), Failure> {
    let wrong = |what: String| Failure::at(1, format!("counterexample: {what}"));
    let (net, task) = (certificate.model.net::<T>(), certificate.model.task());
    if said.a > task.greatest() || said.b > task.greatest() {
        return Err(wrong(format!("{} + {}: expected operands up to {}", said.a, said.b, task.greatest())));
    }
    if said.expected != said.a + said.b {
        return Err(wrong(format!("{} + {} is not {}", said.a, said.b, said.expected)));
    }
    let digit = |number: u64, place: usize| (0..place).fold(number, |left, _| left / 10) as usize % 10;
    let prompt: Vec<usize> = task
        .prompt()
        .iter()
        .map(|token| match *token {
            PromptToken::Fixed { token, .. } => token,
            PromptToken::Digit { operand: spec::Operand::A, place } => task.digit_token(digit(said.a, place)),
            PromptToken::Digit { operand: spec::Operand::B, place } => task.digit_token(digit(said.b, place)),
            PromptToken::Pair { times, place } => times * digit(said.a, place) + digit(said.b, place),
        })
        .collect();
    let mut tokens = vec![0; task.answer_len()];
    generate(&net, &prompt, &mut State::new(&net), &mut tokens, &mut ());
    let right = task.expected(said.expected);
    let step = tokens.iter().zip(&right).position(|(got, right)| got != right);
    let got = task.decode(tokens.iter().copied());
    let Some(step) = step.filter(|_| got != Some(said.expected)) else {
        return Err(wrong(format!("the model is right on {} + {}", said.a, said.b)));
    };
    let found = Counterexample { got, tokens, step: step + 1, ..said.clone() };
    if found != *said {
        return Err(wrong(format!(
            "the model generates {:?} and is first wrong at {}",
            found.tokens, found.step
        )));
    }
    Ok(())
}
