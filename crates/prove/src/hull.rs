//! How much of the attention a set of pairs can reach: sums over letters, enclosed by boxes.
//!
//! Fix a step and the token that is read last. Each position adds `(e, e·v)` to a head's `(D, N)`, where `e` is the
//! exponential of its score; the head reads `N/D`. What a place adds is a function of its letter, so the sum over a run of
//! places is a path in the carry automaton, and a dynamic program over the two carries gives its hull.

use crate::letters::{Case, Class, Digit, Letter, Split};
use crate::scores::{Heads, Near, Scores};
use crate::script::{Script, Symbol};
use num::portable;

/// The most components of all heads together: `heads · (1 + value_width)`.
pub(crate) const MOST_DIMS: usize = 24;

/// The widest gap between the greatest score and a score that is sure to be exceeded, in exponents of f64.
const WIDEST: f64 = 600.0;

/// A box around sums of `(D, N)`, all heads side by side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub(crate) lo: [f64; MOST_DIMS],
    pub(crate) hi: [f64; MOST_DIMS],
}

impl Region {
    const ZERO: Self = Self { lo: [0.0; MOST_DIMS], hi: [0.0; MOST_DIMS] };

    fn plus(mut self, other: &Self, dims: usize) -> Self {
        for dim in 0..dims {
            self.lo[dim] += other.lo[dim];
            self.hi[dim] += other.hi[dim];
        }
        self
    }

    fn hull(mut self, other: &Self, dims: usize) -> Self {
        for dim in 0..dims {
            self.lo[dim] = self.lo[dim].min(other.lo[dim]);
            self.hi[dim] = self.hi[dim].max(other.hi[dim]);
        }
        self
    }
}

/// A hull for each carry in and out, where there is a way.
type Ways = [[Option<Region>; 2]; 2];

/// What one position adds to every head.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The position and the token that it shows; none for a term that has no position.
    pub(crate) at: Option<(usize, usize)>,
    /// The exponential of each head's score, least and greatest.
    pub(crate) weights: Vec<(f64, f64)>,
    /// The value, all heads side by side.
    pub(crate) values: Vec<Near>,
}

impl Entry {
    /// How much the uncertainty of its values can move what heads read, up to a factor.
    pub(crate) fn uncertain(&self) -> f64 {
        let width = self.values.len() / self.weights.len();
        let heads = self.weights.iter().zip(self.values.chunks(width));
        heads.map(|((_, weight), values)| weight * values.iter().map(|value| value.err).sum::<f64>()).sum()
    }
}

/// All sums that the heads of a layer can meet at one position with one token there.
pub(crate) struct Hulls {
    heads: Heads,
    /// What fixed positions and the position itself add.
    fixed: Vec<Entry>,
    /// For each place the positions that show it, with an entry for each token of the vocabulary.
    shown: Vec<Vec<(Symbol, Vec<Option<Entry>>)>>,
    /// `[place][class]` for classes that are no single letter: every letter, and those with a digit given.
    classes: Vec<Vec<Ways>>,
    /// `[first][last]`: runs of places that are not restricted.
    runs: Vec<Vec<Ways>>,
    /// The number of positions that are read.
    pub(crate) positions: usize,
    /// The greatest magnitude of each component of a value, all heads side by side.
    pub(crate) greatest: Vec<f64>,
}

impl Hulls {
    /// The hulls at the position `query` when it shows `token`.
    ///
    /// None if `scores` has none for it, if nothing is known of some, or if they lie so far apart that f64 cannot hold their
    /// exponentials side by side.
    pub(crate) fn new(script: &Script, scores: &Scores, query: usize, token: usize) -> Option<Self> {
        let (heads, u) = (scores.heads, scores.unit);
        let index = scores.queries.iter().position(|&known| known == query)?;
        let asked = scores.alphabets[query].iter().position(|&known| known == token)?;
        let table = &scores.scores[index][asked];
        let seen = table.iter().flatten().flatten().chain(scores.values[..=query].iter().flatten().flatten());
        if !seen.into_iter().all(|near| near.mid.is_finite() && near.err.is_finite()) {
            return None;
        }
        let mut reference = Vec::new();
        for head in table {
            let most = head.iter().flatten().map(|s| s.mid + s.err).fold(f64::NEG_INFINITY, f64::max);
            let sure =
                |tokens: &Vec<Near>| tokens.iter().map(|s| s.mid - s.err).fold(f64::INFINITY, f64::min);
            let least = head.iter().map(sure).fold(f64::NEG_INFINITY, f64::max);
            let least = if heads.one_more { least.max(0.0) } else { least };
            if !(most - least < WIDEST && most.is_finite()) {
                return None;
            }
            reference.push(if heads.one_more { most.max(0.0) } else { most });
        }
        let entry = |position: usize, choice: usize, of: usize| {
            let weights = (0..heads.heads).map(|head| {
                let score = table[head][position][choice];
                exponential(score, reference[head], u)
            });
            let values = &scores.values[position][of];
            let values = (0..heads.heads).flat_map(|head| &values[heads.group(head)..][..heads.value_width]);
            let at = Some((position, scores.alphabets[position][of]));
            Entry { at, weights: weights.collect(), values: values.copied().collect() }
        };
        let mut fixed = vec![entry(query, 0, asked)];
        if heads.one_more {
            let zero = Near::default();
            fixed.push(Entry {
                at: None,
                weights: reference.iter().map(|&reference| exponential(zero, reference, u)).collect(),
                values: vec![zero; heads.heads * heads.value_width],
            });
        }
        let mut shown: Vec<Vec<(Symbol, Vec<Option<Entry>>)>> = vec![Vec::new(); script.places.count];
        for (position, &symbol) in script.symbols()[..query].iter().enumerate() {
            let Some(place) = symbol.place() else {
                fixed.push(entry(position, 0, 0));
                continue;
            };
            let alphabet = &scores.alphabets[position];
            let mut entries = vec![None; alphabet.last().map_or(0, |last| last + 1)];
            for (choice, &token) in alphabet.iter().enumerate() {
                entries[token] = Some(entry(position, choice, choice));
            }
            shown[place].push((symbol, entries));
        }
        let mut greatest = vec![0.0; heads.heads * heads.value_width];
        for entry in shown.iter().flatten().flat_map(|(_, entries)| entries).flatten().chain(&fixed) {
            for (most, value) in greatest.iter_mut().zip(&entry.values) {
                *most = f64::max(*most, value.mid.abs() + value.err);
            }
        }
        let positions = query + 1;
        let mut hulls =
            Self { heads, fixed, shown, classes: Vec::new(), runs: Vec::new(), positions, greatest };
        hulls.fill(script);
        Some(hulls)
    }

    fn fill(&mut self, script: &Script) {
        let (dims, count) = (self.heads.dims(), script.places.count);
        for place in 0..count {
            let shows = place < script.places.digits;
            let letters: Vec<(Letter, Region)> = Class::ANY
                .letters(shows)
                .map(|letter| {
                    let add = |sum: Region, entry: &Entry| sum.plus(&self.region(entry), dims);
                    (letter, self.entries(script, place, letter).fold(Region::ZERO, add))
                })
                .collect();
            let mut classes: Vec<Ways> = vec![[[None; 2]; 2]; 31];
            let mut join = |class: usize, letter: Letter, region: &Region| {
                let way = &mut classes[class][letter.carry][letter.out()];
                *way = Some(way.map_or(*region, |known| known.hull(region, dims)));
            };
            for (letter, region) in &letters {
                join(0, *letter, region);
                for digit in Digit::ALL {
                    join(Class::given(digit, digit.of(*letter)).index() - 200, *letter, region);
                }
            }
            self.classes.push(classes);
        }
        for first in 0..count {
            let mut ways = self.classes[first][0];
            let mut row = vec![[[None; 2]; 2]; first];
            row.push(ways);
            for last in first + 1..count {
                let next = &self.classes[last][0];
                ways = [0, 1].map(|carry| follow(&ways[carry], next, dims));
                row.push(ways);
            }
            self.runs.push(row);
        }
    }

    /// What the positions of `place` add when it has this letter.
    fn entries<'s>(
        &'s self,
        script: &'s Script,
        place: usize,
        letter: Letter,
    ) -> impl Iterator<Item = &'s Entry> {
        self.shown[place].iter().map(move |(symbol, entries)| {
            entries[script.token(*symbol, letter)].as_ref().expect("the token is in the alphabet")
        })
    }

    fn region(&self, entry: &Entry) -> Region {
        let mut region = Region::ZERO;
        let width = self.heads.value_width;
        for (head, &(lo, hi)) in entry.weights.iter().enumerate() {
            let at = head * (1 + width);
            (region.lo[at], region.hi[at]) = (lo, hi);
            for unit in 0..width {
                let value = entry.values[head * width + unit];
                let (low, high) = (value.mid - value.err, value.mid + value.err);
                region.lo[at + 1 + unit] = (low * lo).min(low * hi);
                region.hi[at + 1 + unit] = (high * lo).max(high * hi);
            }
        }
        region
    }

    /// The entries of all places of `case` whose letter is known, and the hull of the sum over the others.
    ///
    /// None if no pair is in `case`.
    pub(crate) fn sum<'s>(
        &'s self,
        script: &'s Script,
        case: &Case,
        known: &mut Vec<&'s Entry>,
    ) -> Option<Region> {
        let dims = self.heads.dims();
        let count = script.places.count;
        known.clear();
        known.extend(&self.fixed);
        let mut ways = [Some(Region::ZERO), None];
        let mut place = 0;
        while place < count {
            let class = case.classes[place];
            if let Some(letter) = class.single() {
                known.extend(self.entries(script, place, letter));
                let here = ways[letter.carry];
                ways = [None; 2];
                ways[letter.out()] = here;
                place += 1;
            } else if class == Class::ANY {
                let last = (place..count).take_while(|&at| case.classes[at] == Class::ANY).last()?;
                ways = follow(&ways, &self.runs[place][last], dims);
                place = last + 1;
            } else {
                ways = follow(&ways, &self.classes[place][class.index() - 200], dims);
                place += 1;
            }
        }
        // Above the last place there is no carry.
        ways[0]
    }

    /// How far the letters of a class at a place can move what the heads read, when they read `mixed`; up to a factor.
    fn width(&self, place: usize, class: Class, mixed: &[f64]) -> f64 {
        let width = self.heads.value_width;
        let hull = |hull: Option<Region>, region: &Region| {
            Some(hull.map_or(*region, |hull| hull.hull(region, self.heads.dims())))
        };
        let table = &self.classes[place][class.index().saturating_sub(200)];
        let Some(hull) = table.iter().flatten().flatten().fold(None, hull) else { return 0.0 };
        let mut moved = 0.0;
        for head in 0..self.heads.heads {
            let at = head * (1 + width);
            for unit in 0..width {
                let reads = mixed[head * width + unit].abs();
                moved +=
                    hull.hi[at + 1 + unit] - hull.lo[at + 1 + unit] + reads * (hull.hi[at] - hull.lo[at]);
            }
        }
        moved
    }
}

/// How to divide `case`: the open place that moves heads most is told apart, by one digit if that is most of it, else letter by
/// letter. None if no place is open.
///
/// `read` has hulls, and the centres of what heads read of them.
pub(crate) fn split(script: &Script, read: &[(&Hulls, &[f64])], case: &Case) -> Option<Split> {
    let width = |place: usize, class: Class| {
        read.iter().fold(0.0, |sum, (hulls, centres)| sum + hulls.width(place, class, centres))
    };
    let (place, moved) = (0..script.places.count)
        .filter(|&place| case.classes[place].single().is_none())
        .map(|place| (place, width(place, case.classes[place])))
        // The first of equals, so that a proof is the same everywhere.
        .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    let left =
        |digit: Digit| (0..10).map(|value| width(place, Class::given(digit, value))).fold(0.0, f64::max);
    let by = (case.classes[place] == Class::ANY && place < script.places.digits)
        .then(|| Digit::ALL.into_iter().map(|digit| (digit, left(digit))))
        .and_then(|choices| choices.reduce(|best, next| if next.1 < best.1 { next } else { best }))
        .filter(|(_, left)| *left < moved / 2.0)
        .map(|(digit, _)| digit);
    Some(Split { place, by })
}

/// The hulls of a path that goes on.
fn follow(ways: &[Option<Region>; 2], next: &Ways, dims: usize) -> [Option<Region>; 2] {
    [0, 1].map(|out| {
        let mut hull: Option<Region> = None;
        for carry in 0..2 {
            if let (Some(path), Some(step)) = (&ways[carry], &next[carry][out]) {
                let sum = path.plus(step, dims);
                hull = Some(hull.map_or(sum, |hull| hull.hull(&sum, dims)));
            }
        }
        hull
    })
}

/// The least exponent whose exponential is taken for more than nothing: below it numbers of f64 lose their digits, and then vanish.
const DEEPEST: f64 = -700.0;

/// What the exponential of `score − reference` can be, relative to that of the greatest score, in any evaluation.
///
/// The reference is the greatest score that any pair can have. In a case the greatest may lie up to [`WIDEST`] below it, and the
/// program takes its exponentials relative to that one: so what vanishes here need not vanish there, and no weight has zero as
/// its upper bound. Where the program's own underflows, it loses what lies below the smallest normal number.
///
/// Rounding, in units of `u`: the difference to the greatest score is off by its own size; the function by 8.
fn exponential(score: Near, reference: f64, u: f64) -> (f64, f64) {
    let (lo, hi) = (score.mid - score.err - reference, score.mid + score.err - reference);
    let slack = |gap: f64| 1.0 + u * (32.0 + 2.0 * gap.abs());
    let least = if lo < DEEPEST { 0.0 } else { portable::exp(lo) / slack(lo) };
    (least, portable::exp(hi.max(DEEPEST)) * slack(hi.max(2.0 * DEEPEST)))
}
