//! What other positions leave in the second layer, case by case.
//!
//! The second layer's values depend on what the first layer's heads read at their positions. The tables of its scores hold what
//! that can be over all pairs. Where this is not enough, the positions that matter are followed again with what a case says.

use crate::bound::Mixed;
use crate::hull::{Entry, Hulls};
use crate::letters::Case;
use crate::network::Network;
use crate::scores::{Heads, Near, Scores, worth_symbols};
use crate::script::Script;
use net::{Net, Site, State};
use num::{Affine, Float};
use std::collections::BTreeMap;

/// The most positions that are followed.
const MOST: usize = 6;

/// The smallest part of the greatest uncertainty that is worth following.
const LEAST: f64 = 0.02;

/// The first layer at other positions, with room to work in.
pub(crate) struct Beside<'a, T: Float, const K: usize> {
    script: &'a Script,
    scores: &'a Scores,
    net: Net<Affine<T, K>>,
    state: State<Affine<T, K>>,
    mixed: Mixed<T, K>,
    x: Vec<Affine<T, K>>,
    values: Vec<Affine<T, K>>,
    /// The hulls of positions and tokens, made when they are needed first.
    hulls: BTreeMap<(usize, usize), Option<Hulls>>,
    /// What was followed last, with the centres of what the heads read there.
    followed: Vec<((usize, usize), Vec<f64>)>,
}

impl<'a, T: Float, const K: usize> Beside<'a, T, K> {
    /// Of a network whose layers have these scores; none if it has one layer.
    pub(crate) fn new(script: &'a Script, layers: &'a [Scores], network: &Network<T>) -> Option<Self> {
        let (Some(net), [scores, _, ..]) = (network.blocks(), layers) else { return None };
        let net = net.map(|weight| Affine::constant(weight.to_f64()));
        let zeros = |size: usize| vec![Affine::constant(0.0); size];
        Some(Self {
            script,
            scores,
            state: State::new(&net),
            mixed: Mixed::new(scores.heads, 0),
            x: zeros(net.width()),
            values: zeros(net.layers()[1].attention.value.outputs()),
            hulls: BTreeMap::new(),
            followed: Vec::new(),
            net,
        })
    }

    /// Those of the second layer's `known` entries whose values are uncertain most, as they are in `case`.
    pub(crate) fn closer(&mut self, case: &Case, known: &[&Entry]) -> Vec<(usize, Entry)> {
        self.followed.clear();
        let mut uncertain: Vec<(f64, usize)> =
            known.iter().enumerate().map(|(index, entry)| (entry.uncertain(), index)).collect();
        uncertain.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let least = uncertain.first().map_or(0.0, |(most, _)| most * LEAST);
        uncertain.retain(|(size, _)| *size > least);
        uncertain.truncate(MOST);
        let closer = |(_, index): (f64, usize)| Some((index, self.follow(case, known[index])?));
        uncertain.into_iter().filter_map(closer).collect()
    }

    /// An entry with the values that its position leaves in a case that shows its token there.
    fn follow(&mut self, case: &Case, entry: &Entry) -> Option<Entry> {
        let (position, token) = entry.at?;
        let (script, scores) = (self.script, self.scores);
        let hulls = self.hulls.entry((position, token));
        let hulls = hulls.or_insert_with(|| Hulls::new(script, scores, position, token)).as_ref()?;
        self.mixed.read(script, hulls, case)?;
        let stream = Mixed::<T, K>::symbols(scores.heads);
        let mut watch = |site: Site, values: &mut [Affine<T, K>]| {
            if let Some((_, first)) = worth_symbols(&self.net, site) {
                (stream + first..).zip(values).for_each(|(symbol, value)| value.promote(symbol));
            }
        };
        self.net.embed(token, position, &mut self.x);
        self.net.go_on(0, &mut self.x, self.mixed.forms(), &mut self.state, &mut watch);
        self.net.values(1, &self.x, &mut self.state, &mut self.values);
        self.followed.push(((position, token), self.mixed.centres.clone()));
        let heads = Heads::of(&self.net.layers()[1].attention);
        let group = |head: usize| &self.values[heads.group(head)..][..heads.value_width];
        let near = |form: &Affine<T, K>| Near { mid: form.mid(), err: form.radius() };
        let values: Vec<Near> = (0..heads.heads).flat_map(group).map(near).collect();
        // Both hold.
        let better = |(new, old): (Near, &Near)| if new.err < old.err { new } else { *old };
        let values = values.into_iter().zip(&entry.values).map(better).collect();
        Some(Entry { values, ..entry.clone() })
    }

    /// What was followed last, for the choice of a place to divide at.
    pub(crate) fn read(&self) -> impl Iterator<Item = (&Hulls, &[f64])> {
        self.followed.iter().filter_map(|(at, centres)| {
            let hulls = self.hulls.get(at)?.as_ref()?;
            Some((hulls, centres.as_slice()))
        })
    }
}
