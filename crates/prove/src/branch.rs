//! Branch and bound over the letters of a step.

use crate::Layer;
use crate::bound::{Margin, Tail};
use crate::enclose::{Answer, Enclosure};
use crate::hull::Hulls;
use crate::letters::{Case, Split};
use crate::network::Network;
use crate::scores::Scores;
use crate::script::{Script, Step};
use num::Float;
use std::cell::OnceCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Why a case needs no more splitting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Leaf {
    /// Right on every pair.
    Right { layer: Layer, margin: f64 },
    /// Wrong on every pair.
    Wrong,
    /// Not decided before the search stopped.
    Open,
}

/// One case of a tree: divided, or a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node {
    Split(Split),
    Leaf(Leaf),
}

/// What came of one root.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) case: Case,
    /// The cases that were looked at, each before its parts.
    pub(crate) tree: Vec<Node>,
    /// The number of pairs.
    pub(crate) weight: u128,
    /// Of these, the pairs in leaves that are wrong.
    pub(crate) wrong: u128,
    /// The pairs in leaves that are open.
    pub(crate) open: u128,
    /// The open leaves.
    pub(crate) open_cases: Vec<Case>,
    /// A case that is wrong.
    pub(crate) witness: Option<Case>,
}

/// What the workers share.
pub(crate) struct Shared<'a, T> {
    pub(crate) network: &'a Network<T>,
    pub(crate) script: &'a Script,
    /// What any evaluation can have. None where the attention cannot be summed over letters: more than one layer, or too wide.
    pub(crate) portable: Option<&'a Scores>,
    /// What our program has, under the same condition.
    pub(crate) program: Option<&'a Scores>,
    pub(crate) states: &'a AtomicU64,
    /// The most states of the whole search.
    pub(crate) most_states: u64,
    /// Set to stop.
    pub(crate) stop: &'a AtomicBool,
    /// Set by the caller to stop: heard at every case, because a single root can hold millions.
    pub(crate) asked: &'a AtomicBool,
    /// Cases of fewer pairs than this stay open rather than being divided.
    pub(crate) light: u128,
    /// Whether to stop at the first wrong case.
    pub(crate) first_wrong: bool,
    /// Called after each root.
    pub(crate) root_done: &'a (dyn Fn() + Sync),
}

/// The roots of one step that read the same token last.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) index: usize,
    pub(crate) step: Step,
    /// The token that is read last.
    pub(crate) token: usize,
    pub(crate) roots: Vec<Case>,
}

/// All jobs of a script.
pub(crate) fn jobs(script: &Script) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for (index, step) in script.steps().into_iter().enumerate() {
        let first = jobs.len();
        for case in script.roots(step) {
            let token = script
                .known_token(script.symbols()[step.query], &case)
                .expect("a root fixes the token that is read last");
            match jobs[first..].iter_mut().find(|job| job.token == token) {
                Some(job) => job.roots.push(case),
                None => jobs.push(Job { index, step, token, roots: vec![case] }),
            }
        }
    }
    jobs
}

/// The most cases of one root that are divided for a stronger layer.
const CHASE: u32 = 300;

/// How often the program's own enclosure is tried at cases where it has failed so far: once in this many.
const PATIENCE: u32 = 64;

impl<T: Float> Shared<'_, T> {
    /// Decides the roots of a job, with forms of `K` symbols.
    pub(crate) fn decide<const K: usize>(&self, job: &Job) -> Vec<Root> {
        let hulls = |scores: Option<&Scores>| {
            let scores = scores?;
            let asked = scores.alphabets[job.step.query].iter().position(|&token| token == job.token)?;
            Hulls::new(
                self.script,
                scores,
                self.network.heads(job.index),
                job.step,
                job.index,
                asked,
                T::UNIT_ROUNDOFF,
            )
        };
        let portable = hulls(self.portable);
        let program = OnceCell::new();
        let program = || program.get_or_init(|| hulls(self.program)).as_ref();
        let mut worker = Worker::<T, K> {
            shared: self,
            job,
            portable: portable.as_ref(),
            program: &program,
            tail: self.portable.map(|_| Tail::new(self.network, job.index)),
            enclosure: Enclosure::new(self.network),
            useless: 0,
            chased: 0,
            ours: None,
            current: self.script.places.everything(),
        };
        let mut roots = Vec::with_capacity(job.roots.len());
        for &case in &job.roots {
            let root = worker.root(case);
            let total =
                self.states.fetch_add(root.tree.len() as u64, Ordering::Relaxed) + root.tree.len() as u64;
            let wrong = root.witness.is_some();
            roots.push(root);
            (self.root_done)();
            if (wrong && self.first_wrong) || total > self.most_states {
                self.stop.store(true, Ordering::Relaxed);
            }
        }
        roots
    }
}

struct Worker<'a, 's, T: Float, const K: usize> {
    shared: &'a Shared<'s, T>,
    job: &'a Job,
    portable: Option<&'a Hulls>,
    /// Made when it is needed first.
    program: &'a dyn Fn() -> Option<&'a Hulls>,
    /// None where there are no bounds.
    tail: Option<Tail<T, K>>,
    enclosure: Enclosure<T>,
    /// The root at hand.
    current: Case,
    /// The margin of this root for our program, if it was divided although it is proved for it.
    ours: Option<f64>,
    /// How many cases of this root were divided although they are proved for our program.
    chased: u32,
    /// How often in a row the enclosure did not decide a case.
    useless: u32,
}

impl<T: Float, const K: usize> Worker<'_, '_, T, K> {
    fn root(&mut self, case: Case) -> Root {
        let places = self.shared.script.places;
        let weight = places.weight(&case);
        let mut root = Root {
            case,
            tree: Vec::with_capacity(1),
            weight,
            wrong: 0,
            open: 0,
            open_cases: Vec::new(),
            witness: None,
        };
        let mut stack = vec![case];
        self.chased = 0;
        self.ours = None;
        self.current = case;
        while let Some(case) = stack.pop() {
            let exhausted = root.tree.len() as u64 > self.shared.most_states
                || self.shared.stop.load(Ordering::Relaxed)
                || self.shared.asked.load(Ordering::Relaxed);
            let leaf = if exhausted { Some(Leaf::Open) } else { self.decide(&case) };
            let node = match leaf {
                Some(leaf) => Node::Leaf(leaf),
                // A case without an open place is decided above: the program itself runs on its one pair.
                None if places.weight(&case) < self.shared.light => Node::Leaf(Leaf::Open),
                None => self.split(&case).map_or(Node::Leaf(Leaf::Open), Node::Split),
            };
            root.tree.push(node);
            match node {
                Node::Split(split) => stack.extend(split.parts(places, &case).into_iter().rev()),
                Node::Leaf(Leaf::Wrong) => {
                    root.wrong += places.weight(&case);
                    root.witness = root.witness.or(Some(case));
                }
                Node::Leaf(Leaf::Open) => {
                    root.open += places.weight(&case);
                    root.open_cases.push(case);
                }
                Node::Leaf(Leaf::Right { .. }) => {}
            }
        }
        let weaker =
            |node: &Node| matches!(node, Node::Leaf(Leaf::Right { layer, .. }) if *layer != Layer::Portable);
        if let Some(margin) = self.ours
            && root.tree.iter().any(weaker)
        {
            // Dividing it has not made it portable: one leaf says all that is known.
            root.tree = vec![Node::Leaf(Leaf::Right { layer: Layer::Program, margin })];
            (root.open, root.open_cases) = (0, Vec::new());
        }
        root
    }

    fn split(&self, case: &Case) -> Option<Split> {
        let script = self.shared.script;
        match self.portable {
            Some(hulls) => {
                let centres = self.tail.as_ref().map_or(&[][..], |tail| &tail.centres);
                hulls.split(script, case, centres)
            }
            None => {
                let place = (0..script.places.count).find(|&place| case.classes[place].single().is_none())?;
                Some(Split { place, by: None })
            }
        }
    }

    /// Whether dividing `case` can prove it for every evaluation: not if that fails for a single pair of it.
    fn may_be_portable(&mut self, case: &Case, asked: (usize, usize, usize)) -> bool {
        let script = self.shared.script;
        // How strong a proof is does not matter for a rate.
        if self.chased > CHASE || !self.shared.first_wrong {
            return false;
        }
        let (Some(hulls), Some(pair)) = (self.portable, script.places.single(case)) else { return false };
        let margin =
            self.tail.as_mut().and_then(|tail| tail.margin(script, hulls, &pair, asked, &mut Vec::new()));
        self.chased += 1;
        pair != *case && margin.is_some_and(|margin| margin.lead > 0.0)
    }

    fn decide(&mut self, case: &Case) -> Option<Leaf> {
        let (script, job) = (self.shared.script, self.job);
        let target = script.known_token(job.step.target, case).expect("a root fixes the target");
        let asked = (job.step.query, job.token, target);
        for layer in [Layer::Portable, Layer::Program] {
            let hulls = if layer == Layer::Portable { self.portable } else { (self.program)() };
            let Some(hulls) = hulls else { continue };
            let mut known = Vec::new();
            let tail = self.tail.as_mut().expect("hulls come with a tail");
            let Some(Margin { lead, behind }) = tail.margin(script, hulls, case, asked, &mut known) else {
                continue;
            };
            if lead > 0.0 {
                if layer == Layer::Program && self.may_be_portable(case, asked) {
                    if *case == self.current {
                        self.ours = Some(lead);
                    }
                    return None;
                }
                return Some(Leaf::Right { layer, margin: lead });
            }
            if behind > 0.0 {
                return Some(Leaf::Wrong);
            }
        }
        let concrete = case.classes[..script.places.count].iter().all(|class| class.single().is_some());
        if !concrete && self.useless >= PATIENCE && !self.useless.is_multiple_of(PATIENCE) {
            self.useless += 1;
            return None;
        }
        let answer = self.enclosure.answer(script, case, job.step, target);
        let (layer, token, margin) = match answer {
            Answer::Exact { token, margin } => (Layer::Exact, token, margin),
            Answer::One { token, margin } => (Layer::Program, token, margin),
            Answer::Open => {
                self.useless += 1;
                return None;
            }
        };
        self.useless = 0;
        Some(if token == target { Leaf::Right { layer, margin } } else { Leaf::Wrong })
    }
}
