//! The check of a certificate: of a proof step by step, of a refutation by running the model on its pair.

use crate::file::{Certificate, Counterexample, KINDS, Kind, Node, Step, json, kinds, layer};
use crate::leaves::{Decider, Nets};
use crate::pairs::{Addition, Case};
use crate::{Failure, Options, must};
use net::{Net, State, generate};
use num::Float;
use spec::figures::counted;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The most nodes of a step, so that a short text cannot fill the memory.
const MOST_NODES: usize = 50_000_000;

/// How far, relatively, a stated margin may lie above what some pair has: it is computed in f64.
const SLACK: f64 = 1e-9;

/// What the check of a proof, or of a part of it, found.
pub(crate) struct Proof {
    /// How many leaves there are of each kind.
    pub(crate) leaves: [u64; 3],
    /// How many cases the checker looked at: the leaves, and the parts of those it divided.
    pub(crate) cases: u64,
    /// The least margin that the checker itself confirms.
    pub(crate) confirmed: f64,
    /// How many leaves hold a tie that the evaluator wins, because the right token is the first of the greatest.
    pub(crate) ties: u64,
}

impl Proof {
    fn new() -> Self {
        Self { leaves: [0; 3], cases: 0, confirmed: f64::INFINITY, ties: 0 }
    }

    fn add(&mut self, other: &Self) {
        self.leaves.iter_mut().zip(other.leaves).for_each(|(count, more)| *count += more);
        self.cases += other.cases;
        self.ties += other.ties;
        self.confirmed = self.confirmed.min(other.confirmed);
    }
}

/// Checks that the model of a certificate is right on every pair.
pub(crate) fn proof<T: Float>(
    certificate: &Certificate<'_>,
    options: &Options<'_>,
) -> Result<Proof, Failure> {
    let net = certificate.model.net::<T>();
    let what = || "a vocabulary of more than 128 tokens: this checker cannot follow".into();
    must(1, net.vocabulary() <= 128, what)?;
    let attention = net.layers().first().map(|layer| &layer.attention);
    let reads = attention.map_or(0, |attention| attention.heads * attention.value_width);
    // A variable for each component that the heads read, and for each of the residual stream at three places.
    match reads + 3 * net.width() {
        0..=16 => steps::<T, 16>(&net, certificate, options),
        17..=32 => steps::<T, 32>(&net, certificate, options),
        _ => steps::<T, 64>(&net, certificate, options),
    }
}

fn steps<T: Float, const K: usize>(
    net: &Net<T>,
    certificate: &Certificate<'_>,
    options: &Options<'_>,
) -> Result<Proof, Failure> {
    let (header, lines) = (&certificate.header, &certificate.steps);
    let addition = Addition::new(certificate.model.task()).ok_or_else(|| {
        Failure::at(1, "the answer is too short for the greatest sum, so no proof can be right")
    })?;
    let (pairs, steps) = (addition.count(addition.everything()).to_string(), addition.steps());
    must(1, header.pairs == pairs, || {
        format!("found {} as the number of pairs: expected {pairs}", header.pairs)
    })?;
    let what =
        || format!("{} in {}: expected {steps}", counted(header.steps, "step"), counted(lines.len(), "line"));
    must(1, header.steps == steps && lines.len() == steps, what)?;
    let nets = Nets::<T, K>::new(net);
    let (mut proof, mut least) = (Proof::new(), f64::INFINITY);
    for (index, text) in lines.iter().enumerate() {
        let line = index + 2;
        let step: Step = json(line, text)?;
        must(line, step.step == index, || format!("step {}: expected step {index}", step.step))?;
        let found = check_step(&addition, &nets, &step, line, options)?;
        let said = step.leaves.counts();
        must(line, found.leaves == said, || {
            format!("leaves: {}: the trees have {}", kinds(&said), kinds(&found.leaves))
        })?;
        proof.add(&found);
        least = least.min(step.least_margin);
        (options.progress)((index + 1) as f64 / steps as f64);
    }
    let what = || {
        format!(
            "{}: the least of the steps is {least}",
            header.least_margin.map_or("no least margin".into(), |said| format!("a least margin of {said}"))
        )
    };
    must(1, header.least_margin == Some(least), what)?;
    let layer = layer(&proof.leaves);
    let what = || {
        format!(
            "{}: the leaves are {layer}",
            header.layer.as_ref().map_or("no layer".into(), |said| format!("layer `{said}`"))
        )
    };
    must(1, header.layer.as_deref() == Some(layer), what)?;
    Ok(proof)
}

/// Calls `leaf` with every leaf of the tree that begins at `at`, until it fails.
fn walk(
    addition: &Addition,
    root: &Case,
    nodes: &[Node],
    at: &mut usize,
    mut leaf: impl FnMut(Kind, &Case) -> Result<(), String>,
) -> Result<(), String> {
    let mut open = vec![*root];
    while let Some(case) = open.pop() {
        let &node = nodes.get(*at).ok_or("a node is missing")?;
        *at += 1;
        match node {
            Node::Leaf(kind) => leaf(kind, &case)?,
            Node::Split { place, .. } if place >= addition.places => {
                return Err(format!("there is no place {place} to divide at"));
            }
            Node::Split { place, split } => {
                open.extend(addition.parts(&case, place, split).into_iter().rev());
            }
        }
    }
    Ok(())
}

/// Confirms a step: its trees are complete, none is left over, and the leaves hold every pair once and are right.
fn check_step<T: Float, const K: usize>(
    addition: &Addition,
    nets: &Nets<T, K>,
    step: &Step,
    line: usize,
    options: &Options<'_>,
) -> Result<Proof, Failure> {
    let nodes = step.nodes(line, MOST_NODES)?;
    let roots = addition.roots(step.step);
    must(line, step.roots == roots.len(), || {
        format!("{}: expected {}", counted(step.roots, "root"), roots.len())
    })?;
    let (mut at, mut starts, mut pairs) = (0, Vec::with_capacity(roots.len()), 0);
    for (tree, root) in roots.iter().enumerate() {
        starts.push(at);
        let count = |_, case: &Case| {
            pairs += addition.count(case);
            Ok(())
        };
        walk(addition, root, &nodes, &mut at, count)
            .map_err(|what| Failure::at(line, format!("tree {tree}: {what}")))?;
    }
    must(line, at == nodes.len(), || format!("trees: left over: {}", counted(nodes.len() - at, "node")))?;
    let all = addition.count(addition.everything());
    let what = || format!("{} pairs, and {pairs} in the leaves: expected {all}", step.pairs);
    must(line, pairs == all && step.pairs == all.to_string(), what)?;
    // The work is shared by the token that is read last.
    let last = addition.last_read(step.step);
    let work = |token: usize| -> Result<Proof, Failure> {
        let mut decider = Decider::new(addition, nets, step.step, token);
        let mut proof = Proof::new();
        let with_token = |(_, root): &(usize, &Case)| addition.fixed_token(last, root) == Some(token);
        for (tree, root) in roots.iter().enumerate().filter(with_token) {
            let target = addition.fixed_token(last + 1, root);
            let leaf = |kind: Kind, case: &Case| {
                proof.leaves[kind as usize] += 1;
                let lead = target.and_then(|target| decider.confirm(kind, case, target, step.least_margin));
                let lead = lead.ok_or_else(|| {
                    format!("a leaf that claims `{}` cannot be confirmed", KINDS[kind as usize])
                })?;
                // No margin can be stated that is greater than one which some pair has.
                let (said, most) = (step.least_margin, lead.hi);
                if said > most + SLACK * most.abs() {
                    return Err(format!("a least margin of {said}: a leaf has at most {most}"));
                }
                proof.confirmed = proof.confirmed.min(lead.lo);
                // Only a run of the program itself confirms a lead of zero.
                proof.ties += u64::from(lead.lo == 0.0);
                Ok(())
            };
            let mut at = starts[tree];
            walk(addition, root, &nodes, &mut at, leaf).map_err(|what| {
                let (root, node) = (addition.describe(root), at - starts[tree]);
                Failure::at(line, format!("tree {tree} ({root}), node {node}: {what}"))
            })?;
        }
        proof.cases = decider.cases;
        Ok(proof)
    };
    let tokens = addition.alphabet(last);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..options.threads.get() {
            scope.spawn(|| {
                // Taken in order, so the first that fails is always looked at: the message does not depend on threads.
                while let Some(&token) = tokens.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(token);
                    if result.is_err() {
                        next.store(tokens.len(), Ordering::Relaxed);
                    }
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((token, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(token, _)| *token);
    let mut all = Proof::new();
    done.into_iter().try_for_each(|(_, proof)| proof.map(|proof| all.add(&proof)))?;
    Ok(all)
}

/// Checks that the model answers wrongly on the pair of a refutation, as it says.
pub(crate) fn refutation<T: Float>(
    certificate: &Certificate<'_>,
    said: &Counterexample,
) -> Result<(), Failure> {
    let (net, task) = (certificate.model.net::<T>(), certificate.model.task());
    let must =
        |holds: bool, what: &dyn Fn() -> String| must(1, holds, || format!("counterexample: {}", what()));
    let (a, b, most) = (said.a, said.b, task.greatest());
    must(a <= most && b <= most, &|| format!("{a} + {b}: expected operands up to {most}"))?;
    must(said.expected == a + b, &|| format!("{a} + {b} is not {}", said.expected))?;
    let mut tokens = vec![0; task.answer_len()];
    generate(&net, &task.prompt_tokens(a, b), &mut State::new(&net), &mut tokens, &mut ());
    let right = task.expected(said.expected);
    let step = 1 + tokens.iter().zip(&right).take_while(|(got, right)| got == right).count();
    let got = task.decode(tokens.iter().copied());
    must(got != Some(said.expected), &|| format!("the model is right on {a} + {b}"))?;
    let found = Counterexample { got, tokens, step, ..said.clone() };
    must(found == *said, &|| format!("the model generates {:?} and is first wrong at {step}", found.tokens))
}
