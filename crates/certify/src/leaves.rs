//! Whether a model is right throughout a case: the decision on one leaf.

use crate::attention::Attention;
use crate::ends::{Range, Span};
use crate::file::Kind;
use crate::pairs::{Addition, Case};
use crate::taylor::Taylor;
use net::{Net, Site, State};
use num::{Float, Scalar};
use std::cell::OnceCell;

/// How many cases the checker divides a leaf into before it gives up.
const MOST_PARTS: usize = 20_000;

/// The network over the checker's numbers.
pub(crate) struct Nets<T: Float, const K: usize> {
    /// Every faithful evaluation.
    portable: Net<Taylor<T, K, false>>,
    /// The program, with its order of sums.
    program: Net<Taylor<T, K, true>>,
    /// The same on ranges of its own numbers.
    spans: Net<Span<T>>,
}

impl<T: Float, const K: usize> Nets<T, K> {
    pub(crate) fn new(net: &Net<T>) -> Self {
        Self {
            portable: net.map(|weight| Taylor::weight(weight.to_f64())),
            program: net.map(|weight| Taylor::weight(weight.to_f64())),
            spans: net.map(|&weight| Span::point(weight)),
        }
    }
}

/// By how much the right token leads all others, over the pairs of a case: the least and the greatest it may be.
type Lead = Range;

/// The lead over both of two tokens, or in both of two cases.
fn least(a: Lead, b: Lead) -> Lead {
    Range::new(a.lo.min(b.lo), a.hi.min(b.hi))
}

/// The pass behind the attention in all evaluations that some leaves speak of.
struct Pass<'a, T: Float, const K: usize, const ORDERED: bool> {
    net: &'a Net<Taylor<T, K, ORDERED>>,
    state: State<Taylor<T, K, ORDERED>>,
    /// What the heads read; made when it is needed first, none where it cannot be bounded.
    attention: OnceCell<Option<Attention<'a>>>,
}

impl<'a, T: Float, const K: usize, const ORDERED: bool> Pass<'a, T, K, ORDERED> {
    fn new(net: &'a Net<Taylor<T, K, ORDERED>>) -> Self {
        Self { net, state: State::new(net), attention: OnceCell::new() }
    }

    /// When `last`, a position and its token, is read last.
    fn attention(&self, addition: &'a Addition, last: (usize, usize)) -> Option<&Attention<'a>> {
        let one = self.net.layers().len() == 1;
        let made = || one.then(|| Attention::new(self.net, addition, last)).flatten();
        self.attention.get_or_init(made).as_ref()
    }

    /// What is known of the lead of `target` in a case.
    fn lead(
        &mut self,
        addition: &'a Addition,
        last: (usize, usize),
        case: &Case,
        target: usize,
    ) -> Option<Lead> {
        let net = self.net;
        let reads = self.attention(addition, last)?.reads(case);
        let mixed: Vec<_> = reads.iter().enumerate().map(|(at, &read)| Taylor::variable(at, read)).collect();
        let mut x = vec![Taylor::zero(); net.width()];
        net.embed(last.1, last.0, &mut x);
        let (normed, normed_at_last) = (net.layers()[0].mlp_norm.is_some(), net.norm().is_some());
        let (first, size) = (mixed.len(), x.len());
        // What is not known of the residual stream is met several times; so it becomes variables while there are some left.
        let mut share = |site: Site, numbers: &mut [Taylor<T, K, ORDERED>]| {
            let from = match site {
                Site::Attended { .. } if !normed => first,
                Site::Normed { .. } if normed => first,
                Site::Transformed { .. } => first + size,
                Site::Final if normed_at_last => first + 2 * size,
                _ => return,
            };
            (from..K).zip(numbers).for_each(|(index, number)| number.share(index));
        };
        let logits = net.conclude(&x, &mixed, &mut self.state, &mut share);
        let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
        others.map(|(_, logit)| logits[target].lead_over(logit)).reduce(least)
    }
}

/// All that is needed to decide the leaves of one step that read one token last.
pub(crate) struct Decider<'a, T: Float, const K: usize> {
    addition: &'a Addition,
    /// The position that is read last, and its token.
    last: (usize, usize),
    portable: Pass<'a, T, K, false>,
    program: Pass<'a, T, K, true>,
    spans: (&'a Net<Span<T>>, State<Span<T>>),
    /// How many cases were looked at.
    pub(crate) cases: u64,
}

impl<'a, T: Float, const K: usize> Decider<'a, T, K> {
    pub(crate) fn new(addition: &'a Addition, nets: &'a Nets<T, K>, step: usize, asked: usize) -> Self {
        Self {
            addition,
            last: (addition.last_read(step), asked),
            portable: Pass::new(&nets.portable),
            program: Pass::new(&nets.program),
            spans: (&nets.spans, State::new(&nets.spans)),
            cases: 0,
        }
    }

    /// What is known of the lead in a case that is right throughout, with a lead of at least half of what is `stated`; none if that
    /// is not confirmed.
    ///
    /// A bound that is weaker than the prover's can still confirm a leaf, by dividing it.
    pub(crate) fn confirm(&mut self, kind: Kind, case: &Case, target: usize, stated: f64) -> Option<Lead> {
        let enough = stated / 2.0;
        let (addition, last) = (self.addition, self.last);
        let mut open = vec![*case];
        let mut lead: Option<Lead> = None;
        for _ in 0..MOST_PARTS {
            let Some(case) = open.pop() else { return lead };
            self.cases += 1;
            let bound = match kind {
                Kind::Portable => self.portable.lead(addition, last, &case, target),
                Kind::Program | Kind::Exact => self.program.lead(addition, last, &case, target),
            };
            let shown = bound.filter(|lead| lead.lo > 0.0 && lead.lo >= enough).or_else(|| {
                // What holds in the program alone is not portable.
                (kind != Kind::Portable).then(|| self.run(&case, target)).flatten()
            });
            if let Some(here) = shown.filter(|lead| lead.lo >= enough) {
                lead = Some(lead.map_or(here, |all| least(all, here)));
                continue;
            }
            let attention = match kind {
                Kind::Portable => self.portable.attention(addition, last),
                Kind::Program | Kind::Exact => self.program.attention(addition, last),
            };
            let (place, split) = attention?.divide(&case)?;
            open.extend(addition.parts(&case, place, split));
        }
        None
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
        let (net, state) = (self.spans.0, &mut self.spans.1);
        state.clear();
        (0..self.last.0).for_each(|position| net.read(shown(position), state, &mut ()));
        let logits = net.step(shown(self.last.0), state, &mut ());
        let right = logits[target];
        let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
        // Of equal logits the first token is chosen.
        let wins =
            |(token, other): (usize, &Span<T>)| right.lo > other.hi || right.lo == other.hi && target < token;
        let ends = |lo: T, hi: T| lo.to_f64() - hi.to_f64();
        let lead =
            |(_, other): (usize, &Span<T>)| Range::new(ends(right.lo, other.hi), ends(right.hi, other.lo));
        let lead = others.clone().map(lead).reduce(least);
        lead.filter(|_| others.clone().all(wins))
    }
}
