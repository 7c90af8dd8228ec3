//! A lower bound on the margin of one step over a whole case, in any evaluation of the model.

use crate::behind::Behind;
use crate::beside::Beside;
use crate::form::Form;
use crate::hull::{Entry, Hulls, Region};
use crate::letters::Case;
use crate::network::Network;
use crate::scores::Heads;
use crate::script::Script;
use net::Net;
use num::{Affine, Float};

/// For each head, the known positions whose weight gets a symbol.
const SHARED: usize = 2;

/// What lies below the smallest normal number is lost against a sum of weights that is at least 1, because the greatest score
/// is taken from all; where a graph does not, it is at least e^−40.
const LOST: f64 = 2.4e17;

/// What is known of the margin of a step: how far the right token's logit leads all others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Margin {
    /// The right token leads by at least this, beyond what a graph's last operator may make up; NaN if nothing is known.
    pub(crate) lead: f64,
    /// Some other token leads the right one by at least this, beyond the same.
    pub(crate) behind: f64,
}

/// What the heads of one layer read, as affine forms.
pub(crate) struct Mixed<T, const K: usize> {
    heads: Heads,
    forms: Vec<Affine<T, K>>,
    /// The centres of what was read last.
    pub(crate) centres: Vec<f64>,
    /// The first symbol: one for each component that the heads read, then some of weights that all components of a head share.
    first: usize,
}

impl<T: Float, const K: usize> Mixed<T, K> {
    /// Room for what `heads` read, along the symbols from `first`.
    pub(crate) fn new(heads: Heads, first: usize) -> Self {
        let size = heads.heads * heads.value_width;
        Self { heads, forms: vec![Affine::constant(0.0); size], centres: vec![0.0; size], first }
    }

    /// How many symbols it uses.
    pub(crate) fn symbols(heads: Heads) -> usize {
        heads.heads * (heads.value_width + SHARED)
    }

    /// The symbol behind those that it uses.
    pub(crate) fn end(&self) -> usize {
        self.first + Self::symbols(self.heads)
    }

    /// Encloses what all heads read over `case`. None if no pair is in it.
    pub(crate) fn read(&mut self, script: &Script, hulls: &Hulls, case: &Case) -> Option<&[Affine<T, K>]> {
        let mut known = Vec::new();
        let region = hulls.sum(script, case, &mut known)?;
        self.sum(hulls, &region, &known);
        Some(&self.forms)
    }

    /// Encloses what all heads read of `known` and something in `region`. Nothing is known if some sum of weights may be zero or some
    /// sum may overflow.
    fn sum(&mut self, hulls: &Hulls, region: &Region, known: &[&Entry]) {
        if !(0..self.heads.heads).all(|head| self.head(hulls, region, known, head)) {
            self.forms.fill(Affine::around(0.0, f64::INFINITY));
        }
    }

    /// What was enclosed last.
    pub(crate) fn forms(&self) -> &[Affine<T, K>] {
        &self.forms
    }

    /// Encloses what one head reads: `N/D` around a centre, where `(D, N)` is the sum of `known` and something in `region`.
    ///
    /// With `c` any centre, `N/D = c + (N − c·D)/D`, and `N − c·D` is small where it matters. What a known position adds to it
    /// is `e·(v − c)`, with one uncertain `e` for all components: the widest of these get a symbol each. False if `D` may be
    /// zero or the sums may overflow.
    fn head(&mut self, hulls: &Hulls, region: &Region, known: &[&Entry], head: usize) -> bool {
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
            // What our own rounding and the program's are relative to: the terms of the region may have cancelled.
            let reach = hulls.greatest[value];
            let mut terms = reach * region.hi[at];
            let mut size = (reach + centre.abs()) * region.hi[at];
            let mut shared = [0.0; SHARED];
            let mut second = 0.0;
            for (index, entry) in known.iter().enumerate() {
                let (low, high) = entry.weights[head];
                let near = entry.values[value];
                let (down, up) = (near.mid - near.err - centre, near.mid + near.err - centre);
                terms += high * (near.mid.abs() + near.err);
                size += 2.0 * high * (near.mid.abs() + near.err + centre.abs());
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
            // Our own roundings, and what our own products lose below the smallest normal number.
            let own = 128.0 * f64::EPSILON * size + f64::MIN_POSITIVE;
            let (lo, hi) = (lo - own, hi + own);
            let (lo, hi) = ((lo / least).min(lo / most), (hi / least).max(hi / most));
            // The program's rounding: weights and products summed in any order, one division; each may lose what is subnormal.
            let n = hulls.positions as f64 + 1.0;
            if 2.0 * n * reach > T::GREATEST {
                return false;
            }
            let units = (2.0 * n + 16.0) * (T::UNIT_ROUNDOFF + 4.0 * f64::EPSILON);
            // Relative to Σ|w·v|, which may be far below the greatest value where a value of zero has most of the weight.
            let err = units * (terms / least).min(reach) + 2.0 * n * (reach + 1.0) * LOST * T::LEAST_NORMAL;
            let radius = ((hi - lo) / 2.0 + second + f64::MIN_POSITIVE / least) * (1.0 + 1e-12);
            // Not a NaN either.
            if !(radius + err + centre.abs()).is_finite() {
                return false;
            }
            let mut form = Affine::along(self.first + value, centre + (lo + hi) / 2.0, radius, err);
            for (symbol, &radius) in shared.iter().enumerate() {
                form.deviate(self.first + self.forms.len() + head * SHARED + symbol, radius);
            }
            self.forms[value] = form;
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
}

/// The attention and the passes behind it over affine forms, with room to work in.
///
/// `N` says which programs they hold for: every one, or with [`Ordered`](num::Ordered) ours.
pub(crate) struct Tail<T: Float, const K: usize, N = Affine<T, K>> {
    /// What the heads read, layer by layer.
    mixed: Vec<Mixed<T, K>>,
    behind: Behind<N>,
    logits: Vec<Affine<T, K>>,
    /// See [`Network::least_lead`].
    least: f64,
}

impl<T: Float, const K: usize, N: Form<T, K>> Tail<T, K, N> {
    /// Those of the step number `step`; none if the attention is not known.
    pub(crate) fn new(network: &Network<T>, step: usize) -> Option<Self> {
        let mut first = 0;
        let mut mixed = Vec::new();
        for heads in network.heads(step)? {
            mixed.push(Mixed::new(heads, first));
            first += Mixed::<T, K>::symbols(heads) + 2 * network.blocks().map_or(0, Net::width);
        }
        let least = network.least_lead(step);
        Some(Self { mixed, behind: Behind::new(network, step)?, logits: Vec::new(), least })
    }

    /// The centres of what the heads of each layer read in the last case.
    pub(crate) fn centres(&self) -> impl Iterator<Item = &[f64]> {
        self.mixed.iter().map(|mixed| mixed.centres.as_slice())
    }

    /// Bounds the margin of `target` in a case when `token` is read at `position`; `hulls` are those of each layer there, and what
    /// other positions leave in the second layer is as in all pairs, or with `beside` as in this case.
    ///
    /// None if no pair is in the case.
    pub(crate) fn margin(
        &mut self,
        script: &Script,
        hulls: &[Hulls],
        case: &Case,
        (position, token, target): (usize, usize, usize),
        beside: Option<&mut Beside<'_, T, K>>,
    ) -> Option<Margin> {
        let mut beside = beside;
        for (layer, (mixed, hulls)) in self.mixed.iter_mut().zip(hulls).enumerate() {
            let mut known = Vec::new();
            let region = hulls.sum(script, case, &mut known)?;
            let closer = match &mut beside {
                Some(beside) if layer == 1 => beside.closer(case, &known),
                _ => Vec::new(),
            };
            for (index, entry) in &closer {
                known[*index] = entry;
            }
            mixed.sum(hulls, &region, &known);
        }
        self.logits.clear();
        for &computed in self.behind.logits((position, token), &self.mixed) {
            let mut computed = computed;
            self.logits.push(*computed.form());
        }
        Some(self.compared(target))
    }

    /// How far the logit of `target` leads or lags behind the others.
    fn compared(&self, target: usize) -> Margin {
        let right = &self.logits[target];
        let mut margin = Margin { lead: f64::INFINITY, behind: f64::NEG_INFINITY };
        for (_, logit) in self.logits.iter().enumerate().filter(|&(token, _)| token != target) {
            let lead = right.least_lead(logit);
            if lead.is_nan() {
                return Margin { lead, behind: lead };
            }
            margin.lead = margin.lead.min(lead - self.least);
            margin.behind = margin.behind.max(logit.least_lead(right) - self.least);
        }
        margin
    }
}
