//! What the heads can read: the contributions of all positions, and hulls of their sums.
//!
//! Behind the only layer's attention, a head reads Σ wᵢvᵢ / Σ wᵢ, where wᵢ is the exponential of the score of position i. With one
//! layer, a score and a value are functions of the token at that position and of the token that is read last. So running the
//! network on contexts of every token shows what each position can add, and what a place adds is a function of its letter.

use crate::ends::Range;
use crate::pairs::{Addition, Case, LETTERS, Letter, Letters, Split, carry_in, carry_out};
use net::{Net, Site, State};
use num::{Float, Reading, Scalar};

/// The most components of [`Sum`]: heads · (1 + value width).
const DIMS: usize = 24;

/// For each head the sum of weights and, for each component of the value, the sum of weight times value.
type Sum = [Range; DIMS];

/// The sums of the ways that end without and with a carry, where there are any.
type Ways = [Option<Sum>; 2];

/// What scores and values can be met as.
pub(crate) trait Met: Reading {
    /// All that it can be.
    fn all(&self) -> Range;

    /// Makes what is not known of it the variable `index`, if it has variables.
    fn share(&mut self, index: usize);

    /// All that it can be where `other` stays in the middle of what both share.
    fn beside(&self, other: &Self) -> Range;
}

/// What one position adds: a weight for each head, a value for each head and component.
struct Added {
    weights: Vec<Range>,
    values: Vec<Range>,
}

/// All that the heads can read at one step when one token is read last.
pub(crate) struct Attention<'a> {
    addition: &'a Addition,
    heads: usize,
    width: usize,
    /// What is added always.
    fixed: Vec<Added>,
    /// `[place][letter]`: what the positions that show the place add.
    added: Vec<Vec<Vec<Added>>>,
    /// `[place][letter]`: the same as a sum.
    sums: Vec<Vec<Sum>>,
    /// `[place][carry in]`: all letters of the place.
    all: Vec<[Ways; 2]>,
    /// The number of positions, and half the distance from 1 to the next number, the smallest normal and the greatest number.
    positions: usize,
    float: [f64; 3],
    /// For each head and component, the greatest magnitude of a value.
    reach: Vec<f64>,
}

/// The exponential of a score below `reference` as a weight, as any program may compute it, apart from underflow.
///
/// A program rounds the score's distance from the greatest, which is at most its distance from the reference, and is within 8u of
/// the exponential of that: together a factor of at most 1 + u·(16 + 2·distance), where the distance lies below 10⁵.
pub(crate) fn weight(score: Range, reference: f64, u: f64) -> Range {
    let gap = score - Range::point(reference);
    let slack = |gap: f64| Range::point(1.0 + u * (16.0 + 2.0 * gap.abs())).widened(1e-15);
    if gap.lo < -1e5 {
        // The exponential is far below what underflows.
        return Range::new(0.0, (Range::point(gap.hi.max(-1e5)).exp() * slack(1e5)).hi);
    }
    let lo = Range::point(gap.lo).exp() / slack(gap.lo);
    Range::new(lo.lo.max(0.0), (Range::point(gap.hi).exp() * slack(gap.lo)).hi)
}

impl<'a> Attention<'a> {
    /// When `last`, a position and its token, is read last. None if there are several layers or it is too wide.
    pub(crate) fn new<T: Float, S: Met>(
        net: &Net<S>,
        addition: &'a Addition,
        (last, asked): (usize, usize),
    ) -> Option<Self> {
        let layer = &net.layers().first().filter(|_| net.layers().len() == 1)?.attention;
        let (heads, width) = (layer.heads, layer.value_width);
        if heads * (1 + width) > DIMS {
            return None;
        }
        // `[head][position][token]`, `[position][token]`.
        let mut scores = vec![vec![vec![None; net.vocabulary()]; last + 1]; heads];
        let mut values = vec![vec![Vec::new(); net.vocabulary()]; last + 1];
        let mut alphabets: Vec<Vec<usize>> = (0..last).map(|position| addition.alphabet(position)).collect();
        alphabets.push(vec![asked]);
        let mut state = State::new(net);
        for round in 0..alphabets.iter().map(Vec::len).max().unwrap_or(0) {
            let shown = |position: usize| alphabets[position][round % alphabets[position].len()];
            state.clear();
            for position in 0..=last {
                let mut probe = |site: Site, numbers: &mut [S]| match site {
                    Site::Values { .. } => {
                        values[position][shown(position)] = numbers.iter().map(S::all).collect();
                    }
                    // The scores share what is not known of the query.
                    Site::Query { .. } => {
                        numbers.iter_mut().enumerate().for_each(|(at, query)| query.share(at));
                    }
                    Site::Scores { head, .. } => {
                        let seen = numbers.iter().enumerate();
                        seen.for_each(|(at, score)| scores[head][at][shown(at)] = Some(*score));
                    }
                    _ => {}
                };
                if position == last {
                    net.step(S::token(asked), &mut state, &mut probe);
                } else {
                    net.read(S::token(shown(position)), &mut state, &mut probe);
                }
            }
        }
        // Up to a number that all scores of a head share, which a softmax does not see; at the end that of one more term, zero.
        let beside = |mut head: Vec<Vec<Option<S>>>| -> Vec<Vec<Option<Range>>> {
            head.push(vec![layer.one_more.then(S::zero)]);
            let middle = |score: &&S| score.all().ball().0;
            let seen = head.iter().flatten().flatten();
            let greatest = seen.max_by(|a, b| middle(a).total_cmp(&middle(b))).copied();
            let near = |score: &Option<S>| Some(score.as_ref()?.beside(greatest.as_ref()?));
            head.iter().map(|tokens| tokens.iter().map(near).collect()).collect()
        };
        let scores: Vec<_> = scores.into_iter().map(beside).collect();
        let highest =
            |head: &Vec<Vec<Option<Range>>>| head.iter().flatten().flatten().map(|s| s.hi).reduce(f64::max);
        let references: Vec<f64> = scores.iter().filter_map(highest).collect();
        let value = |at: usize| at / width / (heads / layer.kv_heads) * width + at % width;
        let added = |position: usize, token: usize| {
            let of_head = |head: usize| {
                let score = scores[head][position][token];
                score.map_or(Range::unknown(), |score| weight(score, references[head], T::UNIT_ROUNDOFF))
            };
            let values = values.get(position).map(|tokens| &tokens[token]);
            let component = |at: usize| values.map_or(Range::ZERO, |values| values[value(at)]);
            Added {
                weights: (0..heads).map(of_head).collect(),
                values: (0..heads * width).map(component).collect(),
            }
        };
        let mut fixed = vec![added(last, asked)];
        fixed.extend(layer.one_more.then(|| added(last + 1, 0)));
        let still = (0..last).filter(|&position| addition.place(position).is_none());
        fixed.extend(still.map(|position| added(position, addition.token(position, 0))));
        let of_letter = |place: usize, letter: Letter| {
            let shown = (0..last).filter(|&position| addition.place(position) == Some(place));
            let possible = shown.filter(|_| addition.everything()[place].has(letter));
            possible.map(|position| added(position, addition.token(position, letter))).collect()
        };
        let letters = |place: usize| (0..LETTERS).map(|letter| of_letter(place, letter)).collect();
        let reach = |at: usize| {
            let all = values.iter().flatten().filter_map(|values| values.get(value(at)));
            all.fold(0.0, |most: f64, value| most.max(value.most()))
        };
        let mut attention = Self {
            addition,
            heads,
            width,
            fixed,
            added: (0..addition.places).map(letters).collect(),
            sums: Vec::new(),
            all: Vec::new(),
            positions: last + 3,
            float: [T::UNIT_ROUNDOFF, T::LEAST_NORMAL, T::GREATEST],
            reach: (0..heads * width).map(reach).collect(),
        };
        let sum = |added: &Vec<Added>| attention.sum(added);
        attention.sums = attention.added.iter().map(|letters| letters.iter().map(sum).collect()).collect();
        let all = (0..addition.places).map(|place| attention.ways(place, addition.everything()[place]));
        attention.all = all.collect();
        Some(attention)
    }

    /// Where a head's sum of weights lies in a [`Sum`]; those of its components follow.
    fn at(&self, head: usize) -> usize {
        head * (1 + self.width)
    }

    fn sum(&self, added: &[Added]) -> Sum {
        let mut sum = [Range::ZERO; DIMS];
        for added in added {
            for head in 0..self.heads {
                let (at, weight) = (self.at(head), added.weights[head]);
                sum[at] = sum[at] + weight;
                for unit in 0..self.width {
                    let product = weight * added.values[head * self.width + unit];
                    sum[at + 1 + unit] = sum[at + 1 + unit] + product;
                }
            }
        }
        sum
    }

    /// The ways through letters of a place, from each carry.
    fn ways(&self, place: usize, letters: Letters) -> [Ways; 2] {
        let mut ways = [[None; 2]; 2];
        for letter in letters.iter() {
            let sum = self.sums[place][usize::from(letter)];
            self.join(&mut ways[carry_in(letter)][carry_out(letter)], sum);
        }
        ways
    }

    fn join(&self, way: &mut Option<Sum>, sum: Sum) {
        match way {
            None => *way = Some(sum),
            Some(way) => (0..self.at(self.heads)).for_each(|at| way[at] = way[at].hull(sum[at])),
        }
    }

    /// The ways that go on.
    fn then(&self, ways: &Ways, next: &[Ways; 2]) -> Ways {
        let mut out = [None; 2];
        for (from, next) in ways.iter().zip(next) {
            for (to, next) in out.iter_mut().zip(next) {
                if let (Some(from), Some(next)) = (from, next) {
                    let mut sum = *from;
                    (0..self.at(self.heads)).for_each(|at| sum[at] = sum[at] + next[at]);
                    self.join(to, sum);
                }
            }
        }
        out
    }

    /// What each component of each head can read in a case, as a program computes it. Unknown where the sum of weights may vanish.
    pub(crate) fn reads(&self, case: &Case) -> Vec<Range> {
        let mut known: Vec<&Added> = self.fixed.iter().collect();
        let mut ways = [Some([Range::ZERO; DIMS]), None];
        for (place, &letters) in case[..self.addition.places].iter().enumerate() {
            if letters == self.addition.everything()[place] {
                ways = self.then(&ways, &self.all[place]);
            } else if let Some(letter) = letters.single() {
                known.extend(&self.added[place][usize::from(letter)]);
                let sum = ways[carry_in(letter)];
                ways = [None; 2];
                ways[carry_out(letter)] = sum;
            } else {
                ways = self.then(&ways, &self.ways(place, letters));
            }
        }
        // There is no carry out of the last place.
        let Some(open) = ways[0] else { return vec![Range::unknown(); self.reach.len()] };
        (0..self.reach.len()).map(|at| self.read(&known, &open, at)).collect()
    }

    /// A component of a head, whose weights are those of `known` positions and a sum of `open` ones.
    fn read(&self, known: &[&Added], open: &Sum, at: usize) -> Range {
        let (head, unit) = (at / self.width, at % self.width);
        let (weights, products) = (open[self.at(head)], open[self.at(head) + 1 + unit]);
        let total = known.iter().fold(weights, |sum, added| sum + added.weights[head]);
        // Any number will do as the centre; near the middle it is best.
        let middle = |added: &&Added| added.weights[head].ball().0 * added.values[at].ball().0;
        let centre = (products.ball().0 + known.iter().map(middle).sum::<f64>()) / total.ball().0;
        let centre = Range::point(centre);
        // Σ w(v − c) / Σ w, which is what the head reads less c.
        let stray = known.iter().fold(products - centre * weights, |sum, added| {
            sum + added.weights[head] * (added.values[at] - centre)
        });
        // Weights and products are summed in any order and divided once, relative to Σ|wv| / Σ w; what underflows is a share of at
        // most the smallest normal number each, for the greatest weight of a program is 1.
        let [u, tiny, greatest] = self.float;
        let (n, reach) = (self.positions as f64, self.reach[at]);
        let terms = known
            .iter()
            .fold(weights.hi * reach, |sum, added| sum + added.weights[head].hi * added.values[at].most());
        let size = (terms / total.lo).min(reach);
        if !(2.0 * n * reach < greatest && total.lo > 0.0) {
            // The sums may overflow.
            return Range::unknown();
        }
        let rounding = 1.001 * (2.0 * n + 8.0) * u * size + 4.0 * n * (reach + 1.0) * tiny;
        (centre + stray / total).widened(rounding)
    }

    /// The place that leaves the least to read when its letter is known, and a digit that divides it.
    pub(crate) fn divide(&self, case: &Case) -> Option<(usize, Split)> {
        let width = |part: &Case| -> f64 {
            self.reads(part).iter().map(|range| (range.hi - range.lo).min(f64::MAX / 1e9)).sum()
        };
        let possible = self.addition.possible(case);
        let known = |place: usize| {
            let mut part = *case;
            part[place] = possible[place].iter().next().map_or(case[place], Letters::one);
            (width(&part), place)
        };
        let open = (0..self.addition.places).filter(|&place| possible[place].single().is_none());
        let (_, place) = open.map(known).min_by(|a, b| a.0.total_cmp(&b.0))?;
        // A digit that is known already divides nothing.
        let divides = |split: &Split| self.addition.parts(&possible, place, *split).len() > 1;
        [0, 1, 2].map(Split::Digit).into_iter().find(divides).map(|split| (place, split))
    }
}
