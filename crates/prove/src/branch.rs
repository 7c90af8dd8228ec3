//! Branch and bound over the letters of a step.

use crate::Layer;
use crate::beside::Beside;
use crate::bound::{Margin, Tail};
use crate::enclose::{Answer, Enclosure};
use crate::hull::{self, Hulls};
use crate::layers;
use crate::layers::MOST_SYMBOLS;
use crate::letters::{Case, Split};
use crate::network::Network;
use crate::scores::Scores;
use crate::script::{Job, Script};
use num::{Affine, Float, Ordered};
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

/// What `certify` does not know.
const LAYERS: &str = "the proof is of two layers, and `certify` bounds one";

/// What came of one root.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) case: Case,
    /// The cases it was divided into, each before its parts.
    pub(crate) tree: Vec<Node>,
    /// The cases that were looked at; more than the tree has if some of it was given up.
    pub(crate) looked: u64,
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
    /// Why the independent checker could not confirm it, if it is proved by means that the checker does not have.
    pub(crate) uncheckable: Option<&'static str>,
}

impl Root {
    /// Nothing has come of `case` yet, which has `weight` pairs.
    fn new(case: Case, weight: u128) -> Self {
        let (tree, open_cases) = (Vec::with_capacity(1), Vec::new());
        Self {
            case,
            tree,
            looked: 0,
            weight,
            wrong: 0,
            open: 0,
            open_cases,
            witness: None,
            uncheckable: None,
        }
    }

    /// A root of one node.
    #[cfg(test)]
    pub(crate) fn whole(case: Case, weight: u128, node: Node) -> Self {
        Self { tree: vec![node], looked: 1, ..Self::new(case, weight) }
    }
}

/// What the workers share.
pub(crate) struct Shared<'a, T> {
    pub(crate) network: &'a Network<T>,
    pub(crate) script: &'a Script,
    /// What any evaluation can have, as [`Network::portable`] gives it; nothing where there are no bounds.
    pub(crate) portable: &'a [Scores],
    /// What our program has, to the bit; nothing where there is more than one layer.
    pub(crate) program: &'a [Scores],
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

/// The most cases of one root that are divided for a stronger layer.
const CHASE: u32 = 300;

/// How often the program's own enclosure is tried at cases where it has failed so far: once in this many.
const PATIENCE: u32 = 64;

impl<T: Float> Shared<'_, T> {
    /// Decides the roots of a job, with forms of `K` symbols.
    pub(crate) fn decide<const K: usize>(&self, job: &Job) -> Vec<Root> {
        let hulls = |scores: &[Scores]| {
            let layers = self.network.of_step(scores, job.index);
            layers::hulls(self.script, layers, job.step.query, job.token).filter(|hulls| !hulls.is_empty())
        };
        let portable = hulls(self.portable);
        let program = OnceCell::new();
        let program = || program.get_or_init(|| hulls(self.program)).as_deref();
        let mut worker = Worker::<T, K> {
            shared: self,
            job,
            portable: portable.as_deref(),
            program: &program,
            tail: Tail::new(self.network, job.index),
            ordered: None,
            beside: Beside::new(self.script, self.portable, self.network),
            enclosure: Enclosure::new(self.network, self.script),
            uncheckable: None,
            useless: 0,
            chased: 0,
            futile: false,
            ours: None,
            current: self.script.places.everything(),
        };
        let mut roots = Vec::with_capacity(job.roots.len());
        for &case in &job.roots {
            let root = worker.root(case);
            let total = self.states.fetch_add(root.looked, Ordering::Relaxed) + root.looked;
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

/// What a bound supposes, from the least on.
#[derive(Clone, Copy, PartialEq)]
enum Means {
    /// The model of arithmetic.
    AnyProgram,
    /// The scores of our program.
    OurScores,
    /// And its order of summation behind the attention.
    OurSums,
}

/// Seldom needed, so one size does.
type OrderedTail<T> = Tail<T, MOST_SYMBOLS, Ordered<Affine<T, MOST_SYMBOLS>>>;

struct Worker<'a, 's, T: Float, const K: usize> {
    shared: &'a Shared<'s, T>,
    job: &'a Job,
    portable: Option<&'a [Hulls]>,
    /// Made when it is needed first.
    program: &'a dyn Fn() -> Option<&'a [Hulls]>,
    /// None where there are no bounds.
    tail: Option<Tail<T, K>>,
    /// The same for our order of operations; made when it is needed first.
    ordered: Option<Box<OrderedTail<T>>>,
    /// Where there is a second layer.
    beside: Option<Beside<'a, T, K>>,
    enclosure: Enclosure<'a, T>,
    /// The root at hand.
    current: Case,
    /// The margin of this root for our program, if it was divided although it is proved for it.
    ours: Option<f64>,
    /// How many cases of this root were divided although they are proved for our program.
    chased: u32,
    /// Whether dividing a root of this job for every program was in vain: then no proof holds for more than ours, and no other is
    /// tried.
    futile: bool,
    /// Of this root; see there.
    uncheckable: Option<&'static str>,
    /// How often in a row the enclosure did not decide a case.
    useless: u32,
}

impl<T: Float, const K: usize> Worker<'_, '_, T, K> {
    fn root(&mut self, case: Case) -> Root {
        let places = self.shared.script.places;
        let weight = places.weight(&case);
        let mut root = Root::new(case, weight);
        let mut stack = vec![case];
        self.chased = 0;
        self.ours = None;
        self.uncheckable = self.beside.as_ref().map(|_| LAYERS);
        self.current = case;
        while let Some(case) = stack.pop() {
            let exhausted = root.looked > self.shared.most_states
                || self.shared.stop.load(Ordering::Relaxed)
                || self.shared.asked.load(Ordering::Relaxed);
            root.looked += 1;
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
        // Dividing it further may not have made it portable, or may not have come to an end: then one leaf says all that is known.
        let kept = |node: &Node| match node {
            Node::Split(_) | Node::Leaf(Leaf::Wrong) => true,
            Node::Leaf(Leaf::Right { layer, .. }) => *layer == Layer::Portable,
            Node::Leaf(Leaf::Open) => false,
        };
        if let Some(margin) = self.ours
            && root.wrong == 0
            && !root.tree.iter().all(kept)
        {
            self.futile = true;
            root.tree = vec![Node::Leaf(Leaf::Right { layer: Layer::Program, margin })];
            (root.open, root.open_cases) = (0, Vec::new());
        }
        root.uncheckable = self.uncheckable;
        root
    }

    fn split(&self, case: &Case) -> Option<Split> {
        let script = self.shared.script;
        match self.portable {
            Some(hulls) => {
                let other = self.beside.iter().flat_map(Beside::read);
                let read: Vec<_> =
                    hulls.iter().zip(self.tail.iter().flat_map(Tail::centres)).chain(other).collect();
                hull::split(script, &read, case)
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
        if self.futile || self.chased > CHASE || !self.shared.first_wrong {
            return false;
        }
        let (Some(hulls), Some(pair)) = (self.portable, script.places.single(case)) else { return false };
        let margin = self.tail.as_mut().and_then(|tail| tail.margin(script, hulls, &pair, asked, None));
        self.chased += 1;
        pair != *case && margin.is_some_and(|margin| margin.lead > 0.0)
    }

    /// Bounds the margin of a case. None if these means say nothing.
    fn margin(&mut self, case: &Case, asked: (usize, usize, usize), means: Means) -> Option<Margin> {
        let script = self.shared.script;
        if means == Means::AnyProgram {
            let (tail, hulls) = (self.tail.as_mut()?, self.portable?);
            let margin = tail.margin(script, hulls, case, asked, None)?;
            let open = !(margin.lead > 0.0 || margin.behind > 0.0);
            let Some(beside) = self.beside.as_mut().filter(|_| open) else { return Some(margin) };
            return tail.margin(script, hulls, case, asked, Some(beside));
        }
        let hulls = (self.program)()?;
        if means == Means::OurScores {
            return self.tail.as_mut()?.margin(script, hulls, case, asked, None);
        }
        if self.ordered.is_none() {
            self.ordered = Tail::new(self.shared.network, self.job.index).map(Box::new);
        }
        self.ordered.as_mut()?.margin(script, hulls, case, asked, None)
    }

    fn decide(&mut self, case: &Case) -> Option<Leaf> {
        let (script, job) = (self.shared.script, self.job);
        let target = script.known_token(job.step.target, case).expect("a root fixes the target");
        let asked = (job.step.query, job.token, target);
        for means in [Means::AnyProgram, Means::OurScores, Means::OurSums] {
            let Some(Margin { lead, behind }) = self.margin(case, asked, means) else { continue };
            let layer = if means == Means::AnyProgram { Layer::Portable } else { Layer::Program };
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
        let answer = self.enclosure.answer(case, job.step, target);
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
