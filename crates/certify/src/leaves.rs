//! Whether a model is right throughout a case: the decision on one leaf.

use crate::attention::{Attention, Met};
use crate::ends::{Range, Span};
use crate::file::Kind;
use crate::pairs::{Addition, Case};
use crate::taylor::Taylor;
use net::{Net, Site, State};
use num::{Float, Scalar};
use std::cell::LazyCell;

/// How many cases the checker divides a leaf into before it gives up.
const MOST_PARTS: usize = 20_000;

/// How many variables are tried first.
const FEW: usize = 8;

/// The network over the checker's numbers.
pub(crate) struct Nets<T: Float, const K: usize> {
    /// Every faithful evaluation, with few variables: enough for most leaves.
    quick: Net<Taylor<T, FEW, false>>,
    pub(crate) portable: Net<Taylor<T, K, false>>,
    /// The program, with its order of sums.
    pub(crate) program: Net<Taylor<T, K, true>>,
    /// The same on ranges of its own numbers.
    pub(crate) spans: Net<Span<T>>,
}

impl<T: Float, const K: usize> Nets<T, K> {
    pub(crate) fn new(net: &Net<T>) -> Self {
        Self {
            quick: net.map(|weight| Taylor::weight(weight.to_f64())),
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

/// What the heads read; made when it is needed first, none where it cannot be bounded.
type Attended<'a> = LazyCell<Option<Attention<'a>>, Box<dyn FnOnce() -> Option<Attention<'a>> + 'a>>;

/// The pass behind the attention in all evaluations that some leaves speak of.
pub(crate) struct Pass<'a, T: Float, const K: usize, const ORDERED: bool> {
    net: &'a Net<Taylor<T, K, ORDERED>>,
    state: State<Taylor<T, K, ORDERED>>,
    attention: Attended<'a>,
}

impl<'a, T: Float, const K: usize, const ORDERED: bool> Pass<'a, T, K, ORDERED> {
    /// Whose attention is that of `met` when `last`, a position and its token, is read last.
    pub(crate) fn new<S: Met>(
        net: &'a Net<Taylor<T, K, ORDERED>>,
        met: &'a Net<S>,
        addition: &'a Addition,
        last: (usize, usize),
    ) -> Self {
        let attention = move || Attention::new::<T, S>(met, addition, last);
        Self { net, state: State::new(net), attention: LazyCell::new(Box::new(attention)) }
    }

    /// What is known of the lead of `target` in a case, when `last` is read last.
    pub(crate) fn lead(&mut self, case: &Case, last: (usize, usize), target: usize) -> Option<Lead> {
        let net = self.net;
        let reads = self.attention.as_ref()?.reads(case);
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
            (from..).zip(numbers).for_each(|(index, number)| number.share(index));
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
    quick: Pass<'a, T, FEW, false>,
    portable: Pass<'a, T, K, false>,
    program: Pass<'a, T, K, true>,
    /// With room, and the tokens that were read last.
    spans: (&'a Net<Span<T>>, State<Span<T>>, Vec<u128>),
    /// How many cases were looked at.
    pub(crate) cases: u64,
}

impl<'a, T: Float, const K: usize> Decider<'a, T, K> {
    pub(crate) fn new(addition: &'a Addition, nets: &'a Nets<T, K>, step: usize, asked: usize) -> Self {
        let last = (addition.last_read(step), asked);
        Self {
            addition,
            last,
            quick: Pass::new(&nets.quick, &nets.quick, addition, last),
            portable: Pass::new(&nets.portable, &nets.portable, addition, last),
            program: Pass::new(&nets.program, &nets.spans, addition, last),
            spans: (&nets.spans, State::new(&nets.spans), Vec::new()),
            cases: 0,
        }
    }

    /// What is known of the lead in a case that is right throughout, with a lead of at least half of what is `stated`; none if that
    /// is not confirmed.
    ///
    /// A bound that is weaker than the prover's can still confirm a leaf, by dividing it.
    pub(crate) fn confirm(&mut self, kind: Kind, case: &Case, target: usize, stated: f64) -> Option<Lead> {
        let enough = stated / 2.0;
        let shows = |lead: &Lead| lead.lo > 0.0 && lead.lo >= enough;
        let mut open = vec![*case];
        let mut lead: Option<Lead> = None;
        for _ in 0..MOST_PARTS {
            let Some(case) = open.pop() else { return lead };
            self.cases += 1;
            let here = if kind == Kind::Portable {
                let quick = self.quick.lead(&case, self.last, target).filter(shows);
                quick.or_else(|| self.portable.lead(&case, self.last, target).filter(shows))
            } else {
                // What holds in the program alone is not portable.
                let bound = self.program.lead(&case, self.last, target).filter(shows);
                bound.or_else(|| self.run(&case, target).filter(|lead| lead.lo >= enough))
            };
            if here.is_some() {
                lead = here.into_iter().chain(lead).reduce(least);
                continue;
            }
            let (portable, program) = (&self.portable.attention, &self.program.attention);
            let attention = if kind == Kind::Portable { portable } else { program };
            let (place, split) = attention.as_ref()?.divide(&case)?;
            open.extend(self.addition.parts(&case, place, split));
        }
        None
    }

    /// By the program itself, on everything that the pairs of the case can show. It may lead by zero, if it breaks the tie rightly.
    pub(crate) fn run(&mut self, case: &Case, target: usize) -> Option<Lead> {
        let possible = self.addition.possible(case);
        let shown = |position: usize| -> u128 {
            let letters = self.addition.place(position).map(|place| possible[place]);
            letters.map_or(1 << self.addition.token(position, 0), |letters| {
                letters.iter().fold(0, |set, letter| set | 1 << self.addition.token(position, letter))
            })
        };
        let (last, (net, state, read)) = (self.last.0, &mut self.spans);
        let shown: Vec<u128> = (0..=last).map(shown).collect();
        // What begins as the last case did has been read.
        let same = read.iter().zip(&shown[..last]).take_while(|(old, new)| old == new).count();
        state.truncate(same);
        shown[same..last].iter().for_each(|&tokens| net.read(tokens, state, &mut ()));
        let logits = net.step(shown[last], state, &mut ());
        *read = shown;
        let right = logits[target];
        let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
        // Of equal logits the first token is chosen.
        let wins =
            |(token, other): (usize, &Span<T>)| right.lo > other.hi || right.lo == other.hi && target < token;
        let (right, others_all) = (right.all(), others.clone().map(|(_, other)| other.all()));
        // Not moved outward: of a tie it is zero.
        let lead = others_all.map(|other| Range::new(right.lo - other.hi, right.hi - other.lo)).reduce(least);
        lead.filter(|_| others.clone().all(wins))
    }
}
