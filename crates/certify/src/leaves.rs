//! Whether a model is right throughout a case: the decision on one leaf.

use crate::attention::Attention;
use crate::file::Kind;
use crate::pairs::{Addition, Case};
use crate::program::Span;
use crate::range::Range;
use crate::slope::Slope;
use net::{Net, Site, State};
use num::Float;
use std::cell::OnceCell;

/// How many cases the checker divides a leaf into before it gives up.
const MOST_PARTS: usize = 20_000;

/// How many variables are tried first.
const FEW: usize = 8;

/// The network over the checker's numbers.
pub(crate) struct Nets<T: Float, const K: usize> {
    /// Without a variable for rounding errors, for the many leaves that need none.
    quick: Net<Slope<T, FEW>>,
    slopes: Net<Slope<T, K>>,
    spans: Net<Span<T>>,
}

impl<T: Float, const K: usize> Nets<T, K> {
    pub(crate) fn new(net: &Net<T>) -> Self {
        Self {
            quick: net.map(|weight| Slope::weight(weight.to_f64())),
            slopes: net.map(|weight| Slope::weight(weight.to_f64())),
            spans: net.map(|&weight| Span::exactly(weight)),
        }
    }
}

/// All that is needed to decide the leaves of one step that read one token last.
pub(crate) struct Leaves<'a, T: Float, const K: usize> {
    addition: &'a Addition,
    /// The position that is read last, and its token.
    last: (usize, usize),
    nets: &'a Nets<T, K>,
    /// What the heads read in every faithful evaluation, and in the program; made when it is needed first. None where it cannot be
    /// bounded: several layers, or a wide attention.
    portable: OnceCell<Option<Attention<'a>>>,
    program: OnceCell<Option<Attention<'a>>>,
    /// Room for the networks.
    quick: State<Slope<T, FEW>>,
    slopes: State<Slope<T, K>>,
    spans: State<Span<T>>,
    /// How many cases were looked at.
    pub(crate) cases: u64,
}

/// By how much the right token leads all others, over the pairs of a case: the least and the greatest it may be.
type Lead = Range;

impl<'a, T: Float, const K: usize> Leaves<'a, T, K> {
    pub(crate) fn new(addition: &'a Addition, nets: &'a Nets<T, K>, step: usize, asked: usize) -> Self {
        Self {
            addition,
            last: (addition.last_read(step), asked),
            nets,
            portable: OnceCell::new(),
            program: OnceCell::new(),
            quick: State::new(&nets.quick),
            slopes: State::new(&nets.slopes),
            spans: State::new(&nets.spans),
            cases: 0,
        }
    }

    /// What is known of the lead in a case that is right throughout, with a lead of at least half of what is `stated`; none if that
    /// is not confirmed.
    ///
    /// A bound that is weaker than the prover's can still confirm a leaf, by dividing it.
    pub(crate) fn confirm(&mut self, kind: Kind, case: &Case, target: usize, stated: f64) -> Option<Lead> {
        let enough = stated / 2.0;
        let mut open = vec![*case];
        let mut lead: Option<Lead> = None;
        let mut parts = 0;
        while let Some(case) = open.pop() {
            self.cases += 1;
            parts += 1;
            let here = self.bound(kind, &case, target, enough).or_else(|| {
                // What holds in the program alone is not portable.
                let program = kind != Kind::Portable;
                program.then(|| self.run(&case, target)).flatten().filter(|lead| lead.lo >= enough)
            });
            match here {
                Some(here) => lead = Some(lead.map_or(here, |all| least(all, here))),
                None if parts > MOST_PARTS => return None,
                None => {
                    let (place, split) = self.attention(kind)?.divide(&case)?;
                    open.extend(self.addition.parts(&case, place, split));
                }
            }
        }
        lead
    }

    /// What the heads read in all evaluations that a leaf speaks of.
    fn attention(&self, kind: Kind) -> Option<&Attention<'a>> {
        let (nets, addition, last) = (self.nets, self.addition, self.last);
        if nets.slopes.layers().len() != 1 {
            return None;
        }
        let made = match kind {
            Kind::Portable => self.portable.get_or_init(|| Attention::portable(&nets.slopes, addition, last)),
            Kind::Program | Kind::Exact => {
                self.program.get_or_init(|| Attention::program::<T, K>(&nets.spans, addition, last))
            }
        };
        made.as_ref()
    }

    /// By bounds that hold in all evaluations that a leaf speaks of. None if they do not show that the case is right.
    fn bound(&mut self, kind: Kind, case: &Case, target: usize, enough: f64) -> Option<Lead> {
        let reads = self.attention(kind)?.reads(case);
        let shows = |lead: &Lead| lead.lo > 0.0 && lead.lo >= enough;
        let (nets, last) = (self.nets, self.last);
        if reads.len() <= FEW {
            let quick = lead(&nets.quick, &mut self.quick, &reads, last, target, false).filter(shows);
            if quick.is_some() {
                return quick;
            }
        }
        lead(&nets.slopes, &mut self.slopes, &reads, last, target, true).filter(shows)
    }

    /// By the program itself, on everything that the pairs of the case can show. It may lead by zero, if it breaks the tie rightly.
    fn run(&mut self, case: &Case, target: usize) -> Option<Lead> {
        let possible = self.addition.possible(case);
        let shown = |position: usize| -> u128 {
            let letters = self.addition.place(position).map(|place| possible[place]);
            letters.map_or(1 << self.addition.token(position, 0), |letters| {
                letters.iter().fold(0, |set, letter| set | 1 << self.addition.token(position, letter))
            })
        };
        self.spans.clear();
        for position in 0..self.last.0 {
            self.nets.spans.read(shown(position), &mut self.spans, &mut ());
        }
        let logits = self.nets.spans.step(shown(self.last.0), &mut self.spans, &mut ());
        let logits: Vec<(T, T)> = logits.iter().map(|logit| logit.0).collect::<Option<_>>()?;
        let (right, others) =
            (logits[target], logits.iter().enumerate().filter(|&(token, _)| token != target));
        // Of equal logits the first token is chosen.
        let wins =
            |(token, other): (usize, &(T, T))| right.0 > other.1 || right.0 == other.1 && target < token;
        if !others.clone().all(wins) {
            return None;
        }
        let lead = |(_, other): (usize, &(T, T))| {
            Range::new(right.0.to_f64() - other.1.to_f64(), right.1.to_f64() - other.0.to_f64())
        };
        others.map(lead).reduce(least)
    }
}

/// The lead over both of two tokens, or in both of two cases.
fn least(a: Lead, b: Lead) -> Lead {
    Range::new(a.lo.min(b.lo), a.hi.min(b.hi))
}

/// The lead when the heads read anything within `reads`, with `last` the position and the token that is read last.
///
/// If rounding errors are to be `shared`, those that several numbers have in common become variables while there are some left.
fn lead<T: Float, const K: usize>(
    net: &Net<Slope<T, K>>,
    state: &mut State<Slope<T, K>>,
    reads: &[Range],
    last: (usize, usize),
    target: usize,
    shared: bool,
) -> Option<Lead> {
    let mixed: Vec<_> = reads.iter().enumerate().map(|(at, &range)| Slope::variable(at, range)).collect();
    let mut x = vec![Slope::weight(0.0); net.width()];
    net.embed(last.1, last.0, &mut x);
    let (normed, normed_at_last) = (net.layers()[0].mlp_norm.is_some(), net.norm().is_some());
    let (first, size) = (mixed.len(), x.len());
    let mut share = |site: Site, numbers: &mut [Slope<T, K>]| {
        let from = match site {
            Site::Attended { .. } if !normed => first,
            Site::Normed { .. } if normed => first,
            Site::Transformed { .. } => first + size,
            Site::Final if normed_at_last => first + 2 * size,
            _ => return,
        };
        for (index, number) in (from..K).zip(numbers).filter(|_| shared) {
            number.share(index);
        }
    };
    let logits = net.conclude(&x, &mixed, state, &mut share);
    let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
    others.map(|(_, logit)| logits[target].lead_over(logit)).reduce(least)
}
