//! What the heads can read: the contributions of all positions, and hulls of their sums.
//!
//! Behind the only layer's attention, a head reads Σ wᵢvᵢ / Σ wᵢ, where wᵢ is the exponential of the score of position i. With one
//! layer, a score and a value are functions of the token at that position and of the token that is read last. So running the
//! network on contexts of every token shows what each position can add, and what a place adds is a function of its letter.

use crate::pairs::{Addition, Case, LETTERS, Letter, Letters, Split, carry_in, carry_out};
use crate::program::Span;
use crate::range::Range;
use crate::slope::Slope;
use net::{Net, Site, State};
use num::{Float, Reading};

/// The most components of [`Sum`]: heads · (1 + value width).
const DIMS: usize = 24;

/// For each head the sum of weights and, for each component of the value, the sum of weight times value.
type Sum = [Range; DIMS];

/// The sums of the ways from a carry to a carry, where there are any.
type Ways = [[Option<Sum>; 2]; 2];

/// What one position adds.
#[derive(Clone, Debug)]
struct Added {
    /// For each head.
    weights: Vec<Range>,
    /// For each head and component.
    values: Vec<Range>,
}

/// All that the heads can read at one step when one token is read last.
pub(crate) struct Attention<'a> {
    addition: &'a Addition,
    heads: usize,
    width: usize,
    dims: usize,
    /// What is added always.
    fixed: Vec<Added>,
    /// `[place][letter]`: what the positions that show the place add.
    added: Vec<Vec<Vec<Added>>>,
    /// `[place][letter]`: the same as a sum.
    sums: Vec<Vec<Sum>>,
    /// `[first][last − first]`: all letters at these places.
    runs: Vec<Vec<Ways>>,
    /// For each head and component: what rounding adds to what a head reads.
    rounding: Vec<f64>,
}

fn plus(a: &Sum, b: &Sum, dims: usize) -> Sum {
    let mut sum = *a;
    for (sum, with) in sum[..dims].iter_mut().zip(b) {
        *sum = *sum + *with;
    }
    sum
}

fn hull(a: &mut Option<Sum>, b: Sum, dims: usize) {
    match a {
        None => *a = Some(b),
        Some(a) => a[..dims].iter_mut().zip(b).for_each(|(a, b)| *a = a.hull(b)),
    }
}

/// The ways that go on.
fn then(ways: &[Option<Sum>; 2], next: &Ways, dims: usize) -> [Option<Sum>; 2] {
    let mut out = [None; 2];
    for (from, next) in ways.iter().zip(next) {
        for (to, next) in out.iter_mut().zip(next) {
            if let (Some(a), Some(b)) = (from, next) {
                hull(to, plus(a, b, dims), dims);
            }
        }
    }
    out
}

/// Scores of each head: `[head][position][token]`, and the values of each position: `[position][token]`.
struct Seen<S> {
    scores: Vec<Vec<Vec<Option<S>>>>,
    values: Vec<Vec<Vec<Range>>>,
}

/// Runs the network on contexts that show every token at every position, `asked` last.
fn watch<S: Reading>(
    net: &Net<S>,
    addition: &Addition,
    (last, asked): (usize, usize),
    query: impl Fn(&mut [S]),
    range: impl Fn(&S) -> Range,
) -> Seen<S> {
    let heads = net.layers()[0].attention.heads;
    let tokens = net.vocabulary();
    let mut seen = Seen {
        scores: vec![vec![vec![None; tokens]; last + 1]; heads],
        values: vec![vec![Vec::new(); tokens]; last + 1],
    };
    let mut alphabets: Vec<Vec<usize>> = (0..last).map(|position| addition.alphabet(position)).collect();
    alphabets.push(vec![asked]);
    let rounds = alphabets.iter().map(Vec::len).max().unwrap_or(0);
    let mut state = State::new(net);
    for round in 0..rounds {
        state.clear();
        let shown = |position: usize| alphabets[position][round % alphabets[position].len()];
        for position in 0..=last {
            let mut probe = |site: Site, numbers: &mut [S]| match site {
                Site::Values { .. } => {
                    seen.values[position][shown(position)] = numbers.iter().map(&range).collect();
                }
                Site::Query { .. } => query(numbers),
                Site::Scores { head, .. } => {
                    for (at, score) in numbers.iter().enumerate() {
                        seen.scores[head][at][shown(at)] = Some(*score);
                    }
                }
                _ => {}
            };
            let token = S::token(shown(position));
            if position == last {
                net.step(token, &mut state, &mut probe);
            } else {
                net.read(token, &mut state, &mut probe);
            }
        }
    }
    seen
}

/// The weights that scores have beside a reference: their exponentials, as any program may compute them, apart from underflow.
///
/// A program's scores are `score.program()`, with errors of the query that all scores of a head share. A softmax does not see what is
/// added to all scores, so the part along the slopes `common` is taken from each.
fn relative<T: Float, const K: usize>(score: &Slope<T, K>, common: &[f64; K]) -> Range {
    let strays: f64 = (0..K).map(|i| (score.slopes[i] - common[i]).abs() + score.strays[i]).sum();
    score.centre.widened((strays + score.error) * (1.0 + 1e-12))
}

/// The exponential of a score below `reference` as a weight.
///
/// A program rounds the score's distance from the greatest, which is at most its distance from the reference, and is within 8u of
/// the exponential of that: together a factor of at most 1 + u·(16 + 2·distance), where the distance lies below 10⁵.
fn weight(score: Range, reference: f64, u: f64) -> Range {
    let gap = score - Range::point(reference);
    let slack = |gap: f64| Range::point(1.0 + u * (16.0 + 2.0 * gap.abs())).widened(1e-15);
    if gap.lo < -1e5 {
        // The exponential is far below what underflows.
        return Range::new(0.0, (Range::point(gap.hi.max(-1e5)).exp() * slack(1e5)).hi);
    }
    let (lo, hi) =
        (Range::point(gap.lo).exp().over(slack(gap.lo)), Range::point(gap.hi).exp() * slack(gap.lo));
    Range::new(lo.lo.max(0.0), hi.hi)
}

/// What softmaxes meet: scores up to a number that all scores of a head share, that of one more term, and the values.
struct Met {
    scores: Vec<Vec<Vec<Option<Range>>>>,
    rest: Vec<Range>,
    values: Vec<Vec<Vec<Range>>>,
}

/// In every faithful evaluation; the queries are variables.
fn portable<T: Float, const K: usize>(
    net: &Net<Slope<T, K>>,
    addition: &Addition,
    last: (usize, usize),
) -> Option<Met> {
    let query = |query: &mut [Slope<T, K>]| {
        query.iter_mut().take(K).enumerate().for_each(|(at, query)| query.share(at));
    };
    let seen = watch(net, addition, last, query, Slope::program);
    let (mut scores, mut rest) = (Vec::new(), Vec::new());
    for head in &seen.scores {
        let middle = |score: &&Slope<T, K>| score.centre.middle();
        let greatest = head.iter().flatten().flatten().max_by(|a, b| middle(a).total_cmp(&middle(b)))?;
        let common = greatest.slopes;
        let near = |score: &Option<Slope<T, K>>| score.as_ref().map(|score| relative(score, &common));
        scores.push(head.iter().map(|tokens| tokens.iter().map(near).collect()).collect());
        // A further score of zero shares nothing with the others.
        rest.push(relative(&Slope::<T, K>::weight(0.0), &common));
    }
    Some(Met { scores, rest, values: seen.values })
}

/// In the program itself, to the bit.
fn program<T: Float>(net: &Net<Span<T>>, addition: &Addition, last: (usize, usize)) -> Met {
    let seen = watch(net, addition, last, |_| {}, Span::range);
    let range =
        |tokens: Vec<Option<Span<T>>>| tokens.iter().map(|score| score.as_ref().map(Span::range)).collect();
    let head = |head: Vec<Vec<_>>| head.into_iter().map(range).collect();
    let rest = vec![Range::ZERO; seen.scores.len()];
    Met { scores: seen.scores.into_iter().map(head).collect(), rest, values: seen.values }
}

impl<'a> Attention<'a> {
    /// In every faithful evaluation. None if it is too wide.
    pub(crate) fn portable<T: Float, const K: usize>(
        net: &Net<Slope<T, K>>,
        addition: &'a Addition,
        last: (usize, usize),
    ) -> Option<Self> {
        Self::new::<T, K, _>(&net.layers()[0].attention, addition, last, portable(net, addition, last)?)
    }

    /// In the program itself.
    pub(crate) fn program<T: Float, const K: usize>(
        net: &Net<Span<T>>,
        addition: &'a Addition,
        last: (usize, usize),
    ) -> Option<Self> {
        Self::new::<T, K, _>(&net.layers()[0].attention, addition, last, program(net, addition, last))
    }

    fn new<T: Float, const K: usize, S>(
        layer: &net::Attention<S>,
        addition: &'a Addition,
        (last, asked): (usize, usize),
        met: Met,
    ) -> Option<Self> {
        let (heads, width) = (layer.heads, layer.value_width);
        let dims = heads * (1 + width);
        if dims > DIMS {
            return None;
        }
        let Met { scores, rest, values } = met;
        // No score is greater.
        let references: Vec<f64> = scores
            .iter()
            .zip(&rest)
            .map(|(head, rest)| {
                let least = if layer.one_more { rest.hi } else { f64::NEG_INFINITY };
                head.iter().flatten().flatten().fold(least, |most, score| most.max(score.hi))
            })
            .collect();
        let u = T::UNIT_ROUNDOFF;
        let group = |head: usize| head / (heads / layer.kv_heads) * width;
        let added = |position: usize, token: usize| Added {
            weights: (0..heads)
                .map(|head| {
                    scores[head][position][token].map_or(Range::UNKNOWN, |at| weight(at, references[head], u))
                })
                .collect(),
            values: (0..heads)
                .flat_map(|head| (0..width).map(move |unit| group(head) + unit))
                .map(|at| values[position][token].get(at).copied().unwrap_or(Range::UNKNOWN))
                .collect(),
        };
        let mut fixed: Vec<Added> = vec![added(last, asked)];
        if layer.one_more {
            let weights = (0..heads).map(|head| weight(rest[head], references[head], u)).collect();
            fixed.push(Added { weights, values: vec![Range::ZERO; heads * width] });
        }
        let still = |&position: &usize| addition.place(position).is_none();
        fixed.extend((0..last).filter(still).map(|position| added(position, addition.token(position, 0))));
        let here = |place: usize, letter: Letter| {
            let shown = (0..last).filter(move |&position| addition.place(position) == Some(place));
            shown.map(|position| added(position, addition.token(position, letter))).collect()
        };
        let letters = |place: usize| {
            let possible = |letter: &Letter| addition.everything()[place].iter().any(|at| at == *letter);
            (0..LETTERS)
                .map(move |letter| if possible(&letter) { here(place, letter) } else { Vec::new() })
                .collect()
        };
        let reach = |at: usize| {
            let values =
                values.iter().flatten().filter_map(|value| value.get(group(at / width) + at % width));
            values.fold(0.0, |most: f64, value| most.max(value.most()))
        };
        // Weights and products are summed in any order and divided once; what underflows is a share of at most TINY each.
        let n = (last + 3) as f64;
        let units = 1.001 * (2.0 * n + 8.0) * u;
        let rounding = |at: usize| {
            let reach = reach(at);
            if 2.0 * n * reach < T::GREATEST {
                units * reach + 4.0 * n * (reach + 1.0) * T::LEAST_NORMAL
            } else {
                // The sums may overflow.
                f64::INFINITY
            }
        };
        let mut attention = Self {
            addition,
            heads,
            width,
            dims,
            fixed,
            added: (0..addition.places).map(letters).collect(),
            sums: Vec::new(),
            runs: Vec::new(),
            rounding: (0..heads * width).map(rounding).collect(),
        };
        attention.tabulate();
        Some(attention)
    }

    fn tabulate(&mut self) {
        let sum = |added: &Vec<Added>| {
            let mut sum = [Range::ZERO; DIMS];
            for added in added {
                for head in 0..self.heads {
                    let (at, weight) = (head * (1 + self.width), added.weights[head]);
                    sum[at] = sum[at] + weight;
                    for unit in 0..self.width {
                        sum[at + 1 + unit] =
                            sum[at + 1 + unit] + weight * added.values[head * self.width + unit];
                    }
                }
            }
            sum
        };
        self.sums = self.added.iter().map(|letters| letters.iter().map(sum).collect()).collect();
        let all: Vec<Ways> = (0..self.addition.places)
            .map(|place| self.ways(place, self.addition.everything()[place]))
            .collect();
        for first in 0..all.len() {
            let mut row = vec![all[first]];
            for next in &all[first + 1..] {
                let before = row[row.len() - 1];
                row.push([0, 1].map(|from: usize| then(&before[from], next, self.dims)));
            }
            self.runs.push(row);
        }
    }

    fn ways(&self, place: usize, letters: Letters) -> Ways {
        let mut ways: Ways = [[None; 2]; 2];
        for letter in letters.iter() {
            let sum = self.sums[place][usize::from(letter)];
            hull(&mut ways[carry_in(letter)][carry_out(letter)], sum, self.dims);
        }
        ways
    }

    /// What each component of each head can read in a case, as a program computes it. Unknown where the sum of weights may vanish.
    pub(crate) fn reads(&self, case: &Case) -> Vec<Range> {
        let unknown = || vec![Range::UNKNOWN; self.heads * self.width];
        let mut known: Vec<&Added> = self.fixed.iter().collect();
        let mut ways = [Some([Range::ZERO; DIMS]), None];
        let mut place = 0;
        while place < self.addition.places {
            let free =
                (place..self.addition.places).take_while(|&at| self.addition.is_free(case, at)).count();
            if free > 0 {
                ways = then(&ways, &self.runs[place][free - 1], self.dims);
                place += free;
                continue;
            }
            if let Some(letter) = case[place].single() {
                known.extend(&self.added[place][usize::from(letter)]);
                let sum = ways[carry_in(letter)];
                ways = [None; 2];
                ways[carry_out(letter)] = sum;
            } else {
                ways = then(&ways, &self.ways(place, case[place]), self.dims);
            }
            place += 1;
        }
        // There is no carry out of the last place.
        let Some(open) = ways[0] else { return unknown() };
        let component = |at: usize| {
            let (head, unit) = (at / self.width, at % self.width);
            let (weights, products) =
                (open[head * (1 + self.width)], open[head * (1 + self.width) + 1 + unit]);
            let total = known.iter().fold(weights, |sum, added| sum + added.weights[head]);
            // Any number will do as the centre; near the middle it is best.
            let middle = |added: &&Added| added.weights[head].middle() * added.values[at].middle();
            let centre = (products.middle() + known.iter().map(middle).sum::<f64>()) / total.middle();
            if !centre.is_finite() {
                return Range::UNKNOWN;
            }
            let centre = Range::point(centre);
            // Σ w(v − c) / Σ w, which is what the head reads less c.
            let stray = known.iter().fold(products - centre * weights, |sum, added| {
                sum + added.weights[head] * (added.values[at] - centre)
            });
            (centre + stray.over(total)).widened(self.rounding[at])
        };
        (0..self.heads * self.width).map(component).collect()
    }

    /// The place, and how to divide it, that leaves the least of what its letters move.
    pub(crate) fn divide(&self, case: &Case) -> Option<(usize, Split)> {
        let centres: Vec<f64> = self.reads(case).iter().map(|range| range.middle()).collect();
        // By how much a letter moves a component, up to the sum of weights; a reading that is unknown counts as zero.
        let moved = |place: usize, letter: Letter, at: usize| {
            let (sum, first) = (&self.sums[place][usize::from(letter)], at / self.width * (1 + self.width));
            let centre = if centres[at].is_finite() { centres[at] } else { 0.0 };
            sum[first + 1 + at % self.width].middle() - centre * sum[first].middle()
        };
        let width = |place: usize, letters: Letters| {
            let component = |at: usize| {
                let moves = letters.iter().map(|letter| moved(place, letter, at));
                let (lo, hi) =
                    moves.fold((f64::MAX, f64::MIN), |(lo, hi), move_| (lo.min(move_), hi.max(move_)));
                (hi - lo).max(0.0)
            };
            (0..centres.len()).map(component).sum::<f64>()
        };
        let mut best: Option<(f64, (usize, Split))> = None;
        for place in (0..self.addition.places).filter(|&place| case[place].single().is_none()) {
            let whole = width(place, case[place]);
            for split in [Split::Digit(0), Split::Digit(1), Split::Digit(2)] {
                let parts = self.addition.parts(case, place, split);
                // A digit that is known already divides nothing.
                if parts.len() < 2 {
                    continue;
                }
                let left = parts.iter().map(|part| width(place, part[place])).fold(0.0, f64::max);
                if best.is_none_or(|(most, _)| whole - left > most) {
                    best = Some((whole - left, (place, split)));
                }
            }
        }
        best.map(|(_, way)| way)
    }
}
