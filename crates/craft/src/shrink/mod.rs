//! `shrink`: smaller files of the same meaning.
//!
//! Two kinds of steps are told apart. One leaves every weight as it is, to the bit: then everything that holds of the model
//! holds of the smaller one. The other changes weights, and is taken only if the prover proves the changed model for at least
//! the same evaluations as the first. Neither moves a number into a formula: what is made is made of other numbers of the
//! file, of zeros and of ones, and the five counts of each step say what that costs by other rules.
//!
//! The search is greedy: of the steps that leave the weights alone the best, else the first other one that is proved.

mod atoms;
mod edit;
mod parts;
mod structure;

use crate::lint::trial_pairs;
use crate::text::{Document, read::read, write::write};
use atoms::{Atom, Atoms, Made, What};
use prove::{Counterexample, Layer, Options, Verdict, prove};
use run::{Adder, Pair};
use spec::{Counts, Model};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use structure::Change;

/// A counting rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every stored number.
    Stored,
    /// AdderBoard's rule.
    Board,
    /// Numbers in formulas.
    Literals,
    /// Stored and literals.
    Strict,
    /// Every symbol.
    Description,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 5] = [Self::Stored, Self::Board, Self::Literals, Self::Strict, Self::Description];

    /// Its name in `docs/counting.md`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Board => "board",
            Self::Literals => "literals",
            Self::Strict => "strict",
            Self::Description => "description",
        }
    }

    /// Its figure among `counts`.
    pub fn of(self, counts: Counts) -> usize {
        match self {
            Self::Stored => counts.stored,
            Self::Board => counts.board,
            Self::Literals => counts.literals,
            Self::Strict => counts.strict,
            Self::Description => counts.description,
        }
    }
}

/// What is known of a model on all pairs.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Proved.
    Proved {
        /// What the proof holds for.
        layer: Layer,
        /// The smallest margin that was proved.
        margin: Option<f64>,
    },
    /// Wrong on this pair: only steps that leave every weight as it is are taken.
    Refuted(Counterexample),
    /// Neither: likewise.
    Open {
        /// Why.
        why: String,
    },
}

/// One step to a smaller file.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub what: String,
    /// The counts before it.
    pub before: Counts,
    /// The counts after it.
    pub after: Counts,
    /// Whether every weight is as it was, to the bit.
    pub same_weights: bool,
    /// What is known of the model after it.
    pub standing: Standing,
}

/// The smaller file.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// What is known of the model that it began with.
    pub start: Standing,
    /// The steps that were taken.
    pub steps: Vec<Step>,
    /// The model after them.
    pub model: Model,
    /// How many changes were tried.
    pub tried: u64,
    /// Whether the search was stopped before it came to its end.
    pub stopped: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The count to lower.
    pub rule: Rule,
    /// How many threads work.
    pub threads: NonZeroUsize,
    /// The most cases that the prover looks at for one step.
    pub most_states: u64,
}

/// A smaller file of `model` by `plan`. Setting `stop` ends the search with the steps so far.
///
/// `progress` is told each step when it is taken, and each change before it is tried.
pub fn shrink(
    model: &Model,
    plan: Plan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&Shrunk, &str),
) -> Shrunk {
    let start = standing(model.clone(), plan, stop);
    let mut search = Search {
        plan,
        stop,
        progress,
        pairs: trial_pairs(model.task()),
        failed: BTreeSet::new(),
        now: start.clone(),
        shrunk: Shrunk { start, steps: Vec::new(), model: model.clone(), tried: 0, stopped: false },
    };
    while search.step() {}
    search.shrunk.stopped = stop.load(Ordering::Relaxed);
    search.shrunk
}

fn standing(model: Model, plan: Plan, stop: &AtomicBool) -> Standing {
    let options = Options { most_states: plan.most_states, ..Options::new(plan.threads) };
    let report = prove(&Adder::new(model), options, stop, &|_| ());
    match report.verdict {
        Verdict::Proved { layer } => Standing::Proved { layer, margin: report.least_margin },
        Verdict::Refuted(counterexample) => Standing::Refuted(counterexample),
        Verdict::Undecided { why } | Verdict::Statistical { why } | Verdict::Unsupported { why } => {
            Standing::Open { why }
        }
    }
}

struct Search<'a> {
    plan: Plan,
    stop: &'a AtomicBool,
    progress: &'a mut dyn FnMut(&Shrunk, &str),
    pairs: Vec<Pair>,
    /// Changes of weights that were not proved: they are not tried again.
    failed: BTreeSet<String>,
    now: Standing,
    shrunk: Shrunk,
}

impl Search<'_> {
    /// Takes one step, if there is one.
    fn step(&mut self) -> bool {
        let document = read(self.shrunk.model.text());
        let model = self.shrunk.model.clone();
        let atoms = Atoms::new(&model, &document);
        let mut changes = structure::changes(&model, &document);
        changes.extend(parts::changes(&model, &document));
        changes.extend(self.ties(&atoms, &document));
        let net = bits(&model);
        let mut best: Option<(usize, usize, String, Model)> = None;
        let mut others = Vec::new();
        for change in changes {
            if self.stop.load(Ordering::Relaxed) {
                return false;
            }
            let Some(smaller) = self.smaller(&change) else { continue };
            if bits(&smaller) != net {
                others.push((change.what, smaller));
                continue;
            }
            let (count, symbols) = (self.plan.rule.of(smaller.counts()), smaller.counts().description);
            if best.as_ref().is_none_or(|best| (count, symbols) < (best.0, best.1)) {
                best = Some((count, symbols, change.what, smaller));
            }
        }
        if let Some((.., what, smaller)) = best {
            self.take(what, smaller, true, self.now.clone());
            return true;
        }
        let Standing::Proved { layer, .. } = self.now else { return false };
        let mut moves = self.folds(&atoms, &document);
        moves.extend(self.moves(&atoms, &document));
        for change in moves {
            if self.stop.load(Ordering::Relaxed) {
                return false;
            }
            if !self.failed.contains(&change.what)
                && let Some(smaller) = self.smaller(&change)
            {
                others.push((change.what, smaller));
            }
        }
        for (what, smaller) in others {
            if self.stop.load(Ordering::Relaxed) {
                return false;
            }
            if self.failed.contains(&what) {
                continue;
            }
            (self.progress)(&self.shrunk, &what);
            self.shrunk.tried += 1;
            match self.proved(&smaller, layer) {
                Some(standing) => {
                    self.take(what, smaller, false, standing);
                    return true;
                }
                None => {
                    self.failed.insert(what);
                }
            }
        }
        false
    }

    fn take(&mut self, what: String, model: Model, same_weights: bool, standing: Standing) {
        let (before, after) = (self.shrunk.model.counts(), model.counts());
        self.now = standing.clone();
        self.shrunk.steps.push(Step { what, before, after, same_weights, standing });
        self.shrunk.model = model;
        (self.progress)(&self.shrunk, "");
    }

    /// The model of a changed document, if it is one and counts less.
    fn smaller(&self, change: &Change) -> Option<Model> {
        let model = parse(&self.shrunk.model, change.document.clone())?;
        let rule = self.plan.rule;
        (rule.of(model.counts()) < rule.of(self.shrunk.model.counts())).then_some(model)
    }

    /// What is known of a changed model, if it is proved for at least what `layer` says.
    fn proved(&self, model: &Model, layer: Layer) -> Option<Standing> {
        let adder = Adder::new(model.clone());
        let sums = adder.add_many(&self.pairs, self.plan.threads).ok()?;
        if self.pairs.iter().zip(sums).any(|((a, b), sum)| sum != Some(a + b)) {
            return None;
        }
        match standing(model.clone(), self.plan, self.stop) {
            Standing::Proved { layer: found, margin } if found >= layer => {
                Some(Standing::Proved { layer: found, margin })
            }
            _ => None,
        }
    }

    /// The numbers that the rule counts.
    fn counted<'a>(&self, atoms: &'a Atoms<'_>) -> impl Iterator<Item = &'a Atom> + use<'a> {
        let rule = self.plan.rule;
        atoms.list.iter().filter(move |atom| {
            let stored = matches!(atom.what, What::Stored { .. });
            let counts = match rule {
                Rule::Stored | Rule::Board => stored,
                Rule::Literals => !stored,
                Rule::Strict | Rule::Description => true,
            };
            atom.free && counts
        })
    }

    /// Numbers in the place of which one or two others give the same.
    fn ties(&self, atoms: &Atoms<'_>, document: &Document) -> Vec<Change> {
        let sources = sources(atoms);
        let round = self.shrunk.model.dtype().round();
        let mut changes = Vec::new();
        for atom in self.counted(atoms) {
            let others: Vec<What> = sources.iter().copied().filter(|&source| source != atom.what).collect();
            let mut made = Made::WHOLE.to_vec();
            made.extend(others.iter().flat_map(|&a| Made::of_one(a)));
            // Pairs of many numbers fit anything by chance.
            if others.len() <= MOST_SOURCES {
                let pairs = others
                    .iter()
                    .enumerate()
                    .flat_map(|(at, &a)| others[at + 1..].iter().map(move |&b| (a, b)));
                made.extend(pairs.flat_map(|(a, b)| Made::of_two(a, b)));
            }
            let value = values(atoms);
            // The first is the simplest; others that give the same number are no better.
            if let Some(made) = made.into_iter().find(|made| round(made.value(&value)) == atom.value) {
                changes.push(change(atoms, document, atom, made));
            }
        }
        changes
    }

    /// Scales that another number can take over: one is written as 1, and the other multiplied or divided by it.
    fn folds(&self, atoms: &Atoms<'_>, document: &Document) -> Vec<Change> {
        let stored: Vec<&Atom> =
            atoms.list.iter().filter(|atom| atom.free && matches!(atom.what, What::Stored { .. })).collect();
        if self.plan.rule == Rule::Literals || stored.len() > MOST_SOURCES {
            return Vec::new();
        }
        let mut folds = Vec::new();
        for &scale in stored.iter().filter(|scale| scale.value != 0.0) {
            for &other in stored.iter().filter(|other| other.what != scale.what) {
                for (word, value) in
                    [("multiplied", other.value * scale.value), ("divided", other.value / scale.value)]
                {
                    let (name, into) = (atoms.name(scale), atoms.name(other));
                    let what = format!(
                        "{name} = {} becomes 1, {into} is {word} by it and becomes {value}",
                        scale.value
                    );
                    let document = atoms.fold(document, scale, other, value);
                    folds.extend(document.map(|document| Change { what, document }));
                }
            }
        }
        folds
    }

    /// Numbers moved to what others give, the nearest first.
    fn moves(&self, atoms: &Atoms<'_>, document: &Document) -> Vec<Change> {
        let sources = sources(atoms);
        let value = values(atoms);
        let mut moves: Vec<(f64, &Atom, Made)> = Vec::new();
        for atom in self.counted(atoms) {
            let others: Vec<What> = sources.iter().copied().filter(|&source| source != atom.what).collect();
            let ones = others.iter().flat_map(|&a| Made::of_one(a));
            let made = Made::WHOLE.into_iter().chain(ones);
            let distance =
                |made: &Made| (made.value(&value) - atom.value).abs() / atom.value.abs().max(1e-30);
            let mut near: Vec<_> = made.map(|made| (distance(&made), atom, made)).collect();
            near.retain(|(distance, ..)| distance.is_finite() && *distance > 0.0);
            near.sort_by(|a, b| a.0.total_cmp(&b.0));
            near.truncate(NEAREST);
            moves.extend(near);
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0));
        moves.into_iter().map(|(_, atom, made)| change(atoms, document, atom, made)).collect()
    }
}

/// Pairs of numbers are tried among so many at most.
const MOST_SOURCES: usize = 60;

/// How many of the nearest places a number is moved to.
const NEAREST: usize = 10;

/// The numbers that others can be made of: those with a name.
fn sources(atoms: &Atoms<'_>) -> Vec<What> {
    atoms.list.iter().map(|atom| atom.what).filter(|what| *what != What::Literal).collect()
}

fn values<'a>(atoms: &'a Atoms<'_>) -> impl Fn(What) -> f64 + use<'a> {
    |what| atoms.list.iter().find(|atom| atom.what == what).map_or(f64::NAN, |atom| atom.value)
}

fn change(atoms: &Atoms<'_>, document: &Document, atom: &Atom, made: Made) -> Change {
    let name = |what: What| {
        let source = atoms.list.iter().find(|atom| atom.what == what);
        source.map_or(String::new(), |atom| atoms.name(atom))
    };
    let old = match atom.what {
        What::Literal => format!("the literal {}", atom.value),
        _ => format!("{} = {}", name(atom.what), atom.value),
    };
    let new = made.value(&values(atoms));
    let becomes = if new == atom.value { String::new() } else { format!(", which is {new}") };
    let what = format!("{old} becomes {}{becomes}", made.text(&name));
    Change { what, document: atoms.replace(document, atom, &made) }
}

/// The weights of a model, to the bit.
fn bits(model: &Model) -> net::Net<u64> {
    model.net::<f64>().map(|weight| weight.to_bits())
}

/// Numbers and sections that a change has left without a use go, one after the other, at most so many times.
const MOST_ROUNDS: usize = 16;

/// The model of a changed document, written by rule and without the numbers that nothing uses any more.
fn parse(model: &Model, mut document: Document) -> Option<Model> {
    for _ in 0..MOST_ROUNDS {
        let text = crate::format(model.name(), &write(&document)).ok()?;
        let weights = model.weights_file().map(|(_, bytes)| bytes.to_vec());
        let mut weights = |_: &str| weights.clone().ok_or_else(|| "no weights file".to_owned());
        let problems = match Model::parse_with(model.name(), &text, &mut weights) {
            Ok(model) => return Some(model),
            Err(problems) => problems,
        };
        document = read(&text);
        for problem in problems.list() {
            let name = problem.message.strip_suffix("` is never used")?;
            let (section, name) = match name.strip_prefix("the const `") {
                Some(name) => ("const", name),
                None => ("params", name.strip_prefix("the stored `")?),
            };
            edit::set(&mut document, section, name, None);
        }
    }
    None
}

impl Shrunk {
    /// The text of the smaller file under another name; what its authors claim of the model goes, for it was of the larger one.
    pub fn text(&self, name: &str) -> String {
        let mut document = read(self.model.text());
        if let Some(top) = document.sections.first_mut() {
            top.items.retain(|item| item.key.as_ref().is_none_or(|key| key.path != ["claimed"]));
            for item in &mut top.items {
                if item.key.as_ref().is_some_and(|key| key.path == ["name"]) {
                    item.value = edit::scalar(format!("\"{name}\""));
                }
            }
        }
        write(&document)
    }
}
