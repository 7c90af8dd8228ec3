//! Certificates: a verdict written down so that another program can repeat it.
//!
//! `docs/certificates.md` describes the format. What is written are the trees of all steps; nothing that a checker could not
//! recompute is to be believed.

use crate::branch::{Leaf, Node, Root};
use crate::letters::Digit;
use crate::script::{Job, Script};
use crate::verdict::{Layer, Report, Verdict};
use serde::Serialize;
use sha2::{Digest, Sha256};
use spec::Model;
use std::fmt::Write;

/// The version of the format.
const VERSION: u32 = 1;

/// Why there is no certificate where nothing is decided.
pub(crate) const NOTHING: &str = "a certificate needs a proof or a counterexample";

/// The trees of a proof, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Step {
    step: usize,
    roots: usize,
    pairs: String,
    leaves: Leaves,
    least_margin: f64,
    trees: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
struct Leaves {
    portable: u64,
    program: u64,
    exact: u64,
}

impl Proof {
    /// What was done, in the order of the steps and of their roots; why not, unless every leaf is right and `certify` can
    /// confirm it.
    pub(crate) fn new(script: &Script, jobs: &[Job], done: &[Vec<Root>]) -> Result<Self, &'static str> {
        if let Some(why) = done.iter().flatten().find_map(|root| root.uncheckable) {
            return Err(why);
        }
        let step = |(index, step)| {
            // The jobs share the roots of a step by the token that is read last; each has them in order.
            let mut shares: Vec<(usize, std::slice::Iter<'_, Root>)> = jobs
                .iter()
                .zip(done)
                .filter(|(job, _)| job.index == index)
                .map(|(job, roots)| (job.token, roots.iter()))
                .collect();
            let (mut trees, mut leaves, mut pairs) = (Trees::default(), Leaves::default(), 0);
            let mut least_margin = f64::INFINITY;
            let roots = script.roots(step);
            for case in &roots {
                let token = script.known_token(script.symbols()[step.query], case)?;
                let (_, share) = shares.iter_mut().find(|(shared, _)| *shared == token)?;
                let root = share.next()?;
                debug_assert_eq!(root.case, *case, "roots come in order");
                pairs += root.weight;
                for node in &root.tree {
                    trees.push(*node)?;
                    if let Node::Leaf(Leaf::Right { layer, margin }) = *node {
                        *leaves.of(layer) += 1;
                        least_margin = least_margin.min(margin);
                    }
                }
            }
            let (roots, pairs, trees) = (roots.len(), pairs.to_string(), trees.finish());
            Some(Step { step: index, roots, pairs, leaves, least_margin, trees })
        };
        let steps = script.steps().into_iter().enumerate().map(step).collect::<Option<_>>().ok_or(NOTHING)?;
        Ok(Self { steps })
    }
}

impl Proof {
    /// The least that is claimed of a leaf.
    fn layer(&self) -> Layer {
        let some = |count: fn(&Leaves) -> u64| self.steps.iter().any(|step| count(&step.leaves) > 0);
        if some(|leaves| leaves.exact) {
            Layer::Exact
        } else if some(|leaves| leaves.program) {
            Layer::Program
        } else {
            Layer::Portable
        }
    }
}

impl Leaves {
    fn of(&mut self, layer: Layer) -> &mut u64 {
        match layer {
            Layer::Exact => &mut self.exact,
            Layer::Program => &mut self.program,
            Layer::Portable => &mut self.portable,
        }
    }
}

/// Nodes as text, equal ones in a row counted.
#[derive(Default)]
struct Trees {
    text: String,
    last: String,
    times: u64,
}

impl Trees {
    /// None for a leaf that is not right.
    fn push(&mut self, node: Node) -> Option<()> {
        let item = match node {
            Node::Leaf(Leaf::Right { layer: Layer::Portable, .. }) => "P".to_owned(),
            Node::Leaf(Leaf::Right { layer: Layer::Program, .. }) => "G".to_owned(),
            Node::Leaf(Leaf::Right { layer: Layer::Exact, .. }) => "E".to_owned(),
            Node::Leaf(Leaf::Wrong | Leaf::Open) => return None,
            Node::Split(split) => {
                let by = match split.by {
                    Some(Digit::A) => 'a',
                    Some(Digit::B) => 'b',
                    Some(Digit::Sum) => 's',
                    None => 'l',
                };
                format!("/{by}{}", split.place)
            }
        };
        if item != self.last {
            self.flush();
            self.last = item;
        }
        self.times += 1;
        Some(())
    }

    fn flush(&mut self) {
        if self.times == 0 {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        if self.times > 1 {
            write!(self.text, "{}", self.times).expect("writing to a string does not fail");
        }
        self.text.push_str(&self.last);
        self.times = 0;
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}

#[derive(Serialize)]
struct Header<'a> {
    format: &'a str,
    version: u32,
    verdict: &'a str,
    layer: Option<&'a str>,
    pairs: String,
    steps: usize,
    least_margin: Option<f64>,
    counterexample: Option<Pair<'a>>,
    evaluator: Evaluator<'a>,
    model: Subject<'a>,
}

#[derive(Serialize)]
struct Pair<'a> {
    a: u64,
    b: u64,
    expected: u64,
    got: Option<u64>,
    tokens: &'a [usize],
    step: usize,
}

#[derive(Serialize)]
struct Evaluator<'a> {
    name: &'a str,
    version: &'a str,
    dtype: &'a str,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: &'a str,
    sha256: String,
    text: &'a str,
    weights: Option<Weights<'a>>,
}

#[derive(Serialize)]
struct Weights<'a> {
    file: &'a str,
    hex: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line(text: &mut String, value: &impl Serialize) {
    text.push_str(&serde_json::to_string(value).expect("numbers, texts and lists have a JSON form"));
    text.push('\n');
}

/// The certificate of a report on `model`.
///
/// # Errors
///
/// Why there is none: only a proof and a refutation have one, of a model that its file describes.
pub fn certificate(model: &Model, report: &Report) -> Result<String, String> {
    let weights = model.weights_file();
    let mut held = |_: &str| weights.map(|(_, bytes)| bytes.to_vec()).ok_or_else(String::new);
    let described = Model::parse_with(model.name(), model.text(), &mut held);
    if described.map_or(true, |described| described.content() != model.content()) {
        return Err("the model has other numbers than its file".into());
    }
    let (verdict, layer, counterexample, proof) = match (&report.verdict, &report.proof) {
        // It speaks of the model of arithmetic and not of runtimes, so its layer is that of its leaves.
        (Verdict::Proved { .. }, Ok(proof)) => ("proved", Some(proof.layer().name()), None, Some(proof)),
        (Verdict::Refuted(found), _) => ("refuted", None, Some(found), None),
        (_, Err(why)) => return Err((*why).into()),
        _ => return Err(NOTHING.into()),
    };
    let steps: &[Step] = proof.map_or(&[], |proof| &proof.steps);
    let counterexample = counterexample.map(|found| Pair {
        a: found.a,
        b: found.b,
        expected: found.expected,
        got: found.got,
        tokens: &found.tokens,
        step: found.step,
    });
    let task = model.task();
    let header = Header {
        format: "nanoadder certificate",
        version: VERSION,
        verdict,
        layer,
        pairs: (u128::from(task.greatest()) + 1).pow(2).to_string(),
        steps: steps.len(),
        least_margin: steps.iter().map(|step| step.least_margin).reduce(f64::min),
        counterexample,
        evaluator: Evaluator {
            name: "nanoadder",
            version: env!("CARGO_PKG_VERSION"),
            dtype: model.dtype().name(),
        },
        model: Subject {
            name: model.name(),
            sha256: hex(&Sha256::digest(model.content())),
            text: model.text(),
            weights: weights.map(|(file, bytes)| Weights { file, hex: hex(bytes) }),
        },
    };
    let mut text = String::new();
    line(&mut text, &header);
    steps.iter().for_each(|step| line(&mut text, step));
    let seal = hex(&Sha256::digest(text.as_bytes()));
    writeln!(text, "{{\"sha256\":\"{seal}\"}}").expect("writing to a string does not fail");
    Ok(text)
}
