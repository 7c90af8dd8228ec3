//! A lower bound on the margin of one step over a whole case, in any evaluation of the model.

use crate::behind::Behind;
use crate::hull::{Entry, Heads, Hulls, Region};
use crate::letters::Case;
use crate::network::Network;
use crate::script::Script;
use num::{Affine, Float};

/// For each head, the known positions whose weight gets a symbol.
pub(crate) const SHARED: usize = 2;

/// What is known of the margin of a step: how far the right token's logit leads all others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Margin {
    /// The right token leads by at least this; NaN if nothing is known.
    pub(crate) lead: f64,
    /// Some other token leads the right one by at least this.
    pub(crate) behind: f64,
}

/// The pass behind the attention over affine forms, with room to work in.
pub(crate) struct Tail<T: Float, const K: usize> {
    behind: Behind<T, K>,
    heads: Heads,
    mixed: Vec<Affine<T, K>>,
    /// The first symbol of weights that all components of a head share.
    first_shared: usize,
    /// The centres of what the heads read in the last case.
    pub(crate) centres: Vec<f64>,
}

impl<T: Float, const K: usize> Tail<T, K> {
    /// The pass behind the attention of the step number `step`.
    pub(crate) fn new(network: &Network<T>, step: usize) -> Self {
        let heads = network.heads(step);
        let components = heads.heads * heads.value_width;
        let behind = Behind::new(network, step);
        Self {
            heads,
            mixed: vec![Affine::constant(0.0); components],
            centres: vec![0.0; components],
            first_shared: components + behind.symbols(),
            behind,
        }
    }

    /// Bounds the margin of `target` in a case with these entries, when `token` is read at `position`.
    pub(crate) fn margin<'s>(
        &mut self,
        script: &'s Script,
        hulls: &'s Hulls,
        case: &Case,
        (position, token, target): (usize, usize, usize),
        known: &mut Vec<&'s Entry>,
    ) -> Option<Margin> {
        let region = hulls.sum(script, case, known)?;
        for head in 0..self.heads.heads {
            if !self.read(hulls, &region, known, head) {
                return Some(Margin { lead: f64::NAN, behind: f64::NAN });
            }
        }
        Some(self.finish((position, token, target)))
    }

    /// Encloses what one head reads: `N/D` around a centre, where `(D, N)` is the sum of `known` and something in `region`.
    ///
    /// With `c` any centre, `N/D = c + (N − c·D)/D`, and `N − c·D` is small where it matters. What a known position adds to it
    /// is `e·(v − c)`, with one uncertain `e` for all components: the widest of these get a symbol each. False if `D` may be
    /// zero or the sums may overflow.
    fn read(&mut self, hulls: &Hulls, region: &Region, known: &[&Entry], head: usize) -> bool {
        let width = self.heads.value_width;
        let at = head * (1 + width);
        let (mut least, mut most) = (region.lo[at], region.hi[at]);
        for entry in known {
            let (lo, hi) = entry.weights[head];
            (least, most) = (least + lo, most + hi);
        }
        // Our own rounding of these sums of nonnegative numbers.
        (least, most) = (least * (1.0 - 1e-13), most * (1.0 + 1e-13));
        if !(least > 0.0 && most < f64::INFINITY) {
            return false;
        }
        let middle = |entry: &Entry| (entry.weights[head].0 + entry.weights[head].1) / 2.0;
        let weight =
            known.iter().fold((region.lo[at] + region.hi[at]) / 2.0, |sum, entry| sum + middle(entry));
        for unit in 0..width {
            let start = (region.lo[at + 1 + unit] + region.hi[at + 1 + unit]) / 2.0;
            let value = head * width + unit;
            let sum = known.iter().fold(start, |sum, entry| sum + middle(entry) * entry.values[value].mid);
            self.centres[value] = sum / weight;
        }
        let widest = self.widest(known, head);
        // 1/D is within `spread` of 1/`weight`.
        let spread = (1.0 / least - 1.0 / weight).max(1.0 / weight - 1.0 / most) + 4.0 * f64::EPSILON / least;
        for unit in 0..width {
            let (component, value) = (at + 1 + unit, head * width + unit);
            let centre = self.centres[value];
            let shift = |d: f64| centre * d;
            let mut lo = region.lo[component] - shift(region.lo[at]).max(shift(region.hi[at]));
            let mut hi = region.hi[component] - shift(region.lo[at]).min(shift(region.hi[at]));
            // What our own rounding is relative to: the terms of the region may have cancelled.
            let reach = hulls.greatest[value];
            let mut size = (reach + centre.abs()) * most;
            let mut shared = [0.0; SHARED];
            let mut second = 0.0;
            for (index, entry) in known.iter().enumerate() {
                let (low, high) = entry.weights[head];
                let near = entry.values[value];
                let (down, up) = (near.mid - near.err - centre, near.mid + near.err - centre);
                size += high * (up.abs() + down.abs());
                if let Some(symbol) = widest.iter().position(|&known| known == Some(index)) {
                    let (mid, radius) = ((low + high) / 2.0, (high - low) / 2.0);
                    let along = near.mid - centre;
                    shared[symbol] = radius * along / weight;
                    second += radius * (along.abs() * spread + near.err / least);
                    lo += mid * down;
                    hi += mid * up;
                } else {
                    lo += (down * low).min(down * high);
                    hi += (up * low).max(up * high);
                }
            }
            let own = 128.0 * f64::EPSILON * size;
            let (lo, hi) = (lo - own, hi + own);
            let (lo, hi) = ((lo / least).min(lo / most), (hi / least).max(hi / most));
            // The program's rounding: weights and products summed in any order, one division; each may lose what is subnormal.
            let n = hulls.positions as f64 + 1.0;
            if 2.0 * n * reach > T::GREATEST {
                return false;
            }
            let units = (2.0 * n + 16.0) * (T::UNIT_ROUNDOFF + 4.0 * f64::EPSILON);
            let err = units * reach + 2.0 * n * (reach + 1.0) * T::LEAST_NORMAL;
            let radius = ((hi - lo) / 2.0 + second) * (1.0 + 1e-12);
            let mut form = Affine::along(value, centre + (lo + hi) / 2.0, radius, err);
            for (symbol, &radius) in shared.iter().enumerate() {
                form.deviate(self.first_shared + head * SHARED + symbol, radius);
            }
            self.mixed[value] = form;
        }
        true
    }

    /// The known positions whose uncertain weight moves a head most.
    fn widest(&self, known: &[&Entry], head: usize) -> [Option<usize>; SHARED] {
        let width = self.heads.value_width;
        let mut best = [(0.0, None); SHARED];
        for (index, entry) in known.iter().enumerate() {
            let (low, high) = entry.weights[head];
            let values = &entry.values[head * width..][..width];
            let centres = &self.centres[head * width..][..width];
            let far =
                values.iter().zip(centres).fold(0.0, |far, (value, centre)| far + (value.mid - centre).abs());
            let mut moved = ((high - low) * far, Some(index));
            for slot in &mut best {
                if moved.0 > slot.0 {
                    std::mem::swap(slot, &mut moved);
                }
            }
        }
        best.map(|(_, index)| index)
    }

    fn finish(&mut self, (position, token, target): (usize, usize, usize)) -> Margin {
        let logits = self.behind.logits((position, token), &self.mixed);
        let right = &logits[target];
        let mut margin = Margin { lead: f64::INFINITY, behind: f64::NEG_INFINITY };
        for (_, logit) in logits.iter().enumerate().filter(|&(token, _)| token != target) {
            let lead = right.least_lead(logit);
            if lead.is_nan() {
                return Margin { lead, behind: lead };
            }
            margin.lead = margin.lead.min(lead);
            margin.behind = margin.behind.max(logit.least_lead(right));
        }
        margin
    }
}
