//! What each position can contribute to the attention of a layer.
//!
//! In the first layer the score and the value of a position depend on its token and on the token that asks, and on nothing
//! else. So running the network itself on contexts of equal tokens shows all of them. In a further layer they depend on what
//! the heads below read at both positions; whatever that is over all pairs is given as a box, and the run goes on from there.

use crate::script::Script;
use net::{Attention, Net, Site, State};
use num::{Affine, Float, Reading};

/// A number and how far any evaluation of the model may be from it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Near {
    pub(crate) mid: f64,
    pub(crate) err: f64,
}

/// The sizes of the attention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heads {
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) value_width: usize,
    /// Whether each softmax has one more term, of score 0 and without a value.
    pub(crate) one_more: bool,
}

impl Heads {
    /// Those of `attention`.
    pub(crate) fn of<S>(attention: &Attention<S>) -> Self {
        Self {
            heads: attention.heads,
            kv_heads: attention.kv_heads,
            value_width: attention.value_width,
            one_more: attention.one_more,
        }
    }

    /// The first of the values that `head` reads, of those that a token leaves.
    pub(crate) fn group(self, head: usize) -> usize {
        head / (self.heads / self.kv_heads) * self.value_width
    }

    /// The number of components of a sum: for each head the weight, and each component of the value.
    pub(crate) fn dims(self) -> usize {
        self.heads * (1 + self.value_width)
    }
}

/// What the heads of a layer can read at each position with each token of its alphabet, over all pairs:
/// `[position][token][heads · value_width]`.
pub(crate) type Reach = Vec<Vec<Vec<Near>>>;

/// Scores and values of every position, for every token that it can show.
#[derive(Clone, Debug)]
pub(crate) struct Scores {
    /// The layer's attention.
    pub(crate) heads: Heads,
    /// The rounding unit of the model's type.
    pub(crate) unit: f64,
    /// The positions that ask.
    pub(crate) queries: Vec<usize>,
    /// The tokens that each position can show, in rising order.
    pub(crate) alphabets: Vec<Vec<usize>>,
    /// `[position][token of its alphabet][kv_heads · value_width]`.
    pub(crate) values: Vec<Vec<Vec<Near>>>,
    /// `[query][token of the query's alphabet][head][position][token of its alphabet]`. At the query's own position there is
    /// one entry, for its own token.
    pub(crate) scores: Table<Near>,
}

/// What is kept of the scores of one head, `[position][token of its alphabet]`.
pub(crate) type HeadOf<'a, S> = dyn Fn(&[Vec<S>]) -> Vec<Vec<Near>> + 'a;

/// `[query][token of the query's alphabet][head][position][token of its alphabet]`.
type Table<S> = Vec<Vec<Vec<Vec<Vec<S>>>>>;

/// Where errors of the residual stream are worth symbols, because hinges with large gains and logits meet them several times: the
/// layer, and the first of its symbols for them.
pub(crate) fn worth_symbols<S>(net: &Net<S>, site: Site) -> Option<(usize, usize)> {
    let normed = |layer: usize| net.layers()[layer].mlp_norm.is_some();
    match site {
        Site::Attended { layer } if !normed(layer) => Some((layer, 0)),
        Site::Normed { layer } if normed(layer) => Some((layer, 0)),
        Site::Transformed { layer } => Some((layer, net.width())),
        _ => None,
    }
}

/// What meets the numbers of a run that a further layer's scores come from: the place, the numbers, the position and the place of
/// its token in the alphabet.
type Meet<'a, S> = dyn Fn(Site, &mut [S], usize, usize) + 'a;

impl Scores {
    /// What any evaluation of the model can have in the layer above those whose reach is `below`.
    pub(crate) fn portable<T: Float>(net: &Net<T>, script: &Script, below: &[Reach]) -> Self {
        let attention = &net.layers()[below.len()].attention;
        match attention.heads * attention.head_width {
            0..=4 if below.is_empty() => Self::with_symbols::<T, 4>(net, script, below),
            5..=8 if below.is_empty() => Self::with_symbols::<T, 8>(net, script, below),
            _ => Self::with_symbols::<T, 32>(net, script, below),
        }
    }

    /// What our own program has, to the bit, in the first layer.
    pub(crate) fn program<T: Float>(net: &Net<T>, script: &Script) -> Self {
        let near = |value: &T| Near { mid: value.to_f64(), err: 0.0 };
        Self::collect(net, script, 0, T::UNIT_ROUNDOFF, &|_, _, _, _| {}, &near, &|head| {
            map_head(head, &near)
        })
    }

    /// With `Q` symbols for the errors of the queries, which all scores of a head share; further components keep their own.
    fn with_symbols<T: Float, const Q: usize>(net: &Net<T>, script: &Script, below: &[Reach]) -> Self {
        let net = net.map(|weight| Affine::<T, Q>::constant(weight.to_f64()));
        let above = below.len();
        let share = |values: &mut [Affine<T, Q>], first: usize| {
            for (symbol, value) in (first..Q).zip(values) {
                value.promote(symbol);
            }
        };
        // The first symbol of each layer below: for what its heads read, then for the residual stream at two places.
        let firsts: Vec<usize> = (0..above)
            .map(|layer| {
                let heads = |layer: &net::Layer<_>| layer.attention.heads * layer.attention.value_width;
                net.layers()[..layer].iter().map(|layer| heads(layer) + 2 * net.width()).sum()
            })
            .collect();
        let meet = |site: Site, values: &mut [Affine<T, Q>], position: usize, choice: usize| match site {
            Site::Mixed { layer } if layer < above => {
                for (at, (value, near)) in values.iter_mut().zip(&below[layer][position][choice]).enumerate()
                {
                    *value = Affine::around(near.mid, near.err);
                    share(std::slice::from_mut(value), firsts[layer] + at);
                }
            }
            // Symbols are shared by what one position computes; between positions the same symbol means other numbers.
            Site::Keys { layer } if layer == above && above > 0 => values.iter_mut().for_each(alone),
            Site::Query { layer } if layer == above => {
                if above > 0 {
                    values.iter_mut().for_each(alone);
                }
                share(values, 0);
            }
            _ => {
                if let Some((layer, first)) = worth_symbols(&net, site).filter(|(layer, _)| *layer < above) {
                    share(values, firsts[layer] + below[layer][position][choice].len() + first);
                }
            }
        };
        let near = |form: &Affine<T, Q>| Near { mid: form.mid(), err: form.radius() };
        // One more term in the sum does not shift with the scores.
        let shifts = !net.layers()[above].attention.one_more;
        let head = |head: &[Vec<Affine<T, Q>>]| if shifts { relative(head) } else { map_head(head, &near) };
        Self::collect(&net, script, above, T::UNIT_ROUNDOFF, &meet, &near, &head)
    }

    /// Runs `net` on contexts of equal tokens: `meet` sees all numbers first, `value` makes each component of a value, `head` the
    /// scores of each head.
    fn collect<S: Reading<Token = usize>>(
        net: &Net<S>,
        script: &Script,
        of: usize,
        unit: f64,
        meet: &Meet<'_, S>,
        value: &dyn Fn(&S) -> Near,
        head: &HeadOf<'_, S>,
    ) -> Self {
        let heads = Heads::of(&net.layers()[of].attention);
        let asking: Vec<usize> = script.steps().iter().map(|step| step.query).collect();
        let last = asking.last().copied().unwrap_or(0);
        // What is read below the last layer matters at every position.
        let queries = if of + 1 == net.layers().len() { asking } else { (0..=last).collect() };
        let alphabets: Vec<Vec<usize>> =
            script.symbols()[..=last].iter().map(|&symbol| script.alphabet(symbol)).collect();
        let empty = |upto: usize| -> Vec<Vec<S>> {
            let mut sizes: Vec<_> = alphabets[..=upto].iter().map(Vec::len).collect();
            sizes[upto] = 1;
            sizes.into_iter().map(|size| vec![S::zero(); size]).collect()
        };
        let mut scores: Table<S> = queries
            .iter()
            .map(|&query| vec![vec![empty(query); heads.heads]; alphabets[query].len()])
            .collect();
        let mut values: Vec<Vec<Vec<Near>>> =
            alphabets.iter().map(|alphabet| vec![Vec::new(); alphabet.len()]).collect();
        let rounds = alphabets.iter().map(Vec::len).max().unwrap_or(0);
        let mut state = State::new(net);
        for round in 0..rounds {
            state.clear();
            for position in 0..=last {
                let alphabet = &alphabets[position];
                if let Some(index) = queries.iter().position(|&query| query == position) {
                    for (asked, &token) in alphabet.iter().enumerate() {
                        let mut watch = |site: Site, seen: &mut [S]| {
                            meet(site, seen, position, asked);
                            match site {
                                Site::Scores { layer, head } if layer == of => {
                                    for (at, score) in seen.iter().enumerate() {
                                        let known = &mut scores[index][asked][head][at];
                                        let choice = round % known.len();
                                        known[choice] = *score;
                                    }
                                }
                                Site::Values { layer } if layer == of => {
                                    values[position][asked] = seen.iter().map(value).collect();
                                }
                                _ => {}
                            }
                        };
                        net.step(token, &mut state.clone(), &mut watch);
                    }
                }
                let choice = round % alphabet.len();
                let mut watch = |site: Site, seen: &mut [S]| {
                    meet(site, seen, position, choice);
                    if site == (Site::Values { layer: of }) {
                        values[position][choice] = seen.iter().map(value).collect();
                    }
                };
                net.read(alphabet[choice], &mut state, &mut watch);
            }
        }
        let scores = scores.iter().map(|asked| {
            asked.iter().map(|heads| heads.iter().map(|scores| head(scores)).collect()).collect()
        });
        Self { heads, unit, queries, scores: scores.collect(), alphabets, values }
    }
}

/// Takes from a form what it shares with others.
fn alone<T: Float, const Q: usize>(form: &mut Affine<T, Q>) {
    *form = Affine::around(form.mid(), form.radius());
}

pub(crate) fn map_head<S>(head: &[Vec<S>], near: &impl Fn(&S) -> Near) -> Vec<Vec<Near>> {
    head.iter().map(|tokens| tokens.iter().map(near).collect()).collect()
}

/// The scores of one head with what they share taken from each: a softmax does not see what is added to all scores.
///
/// What is taken is the deviation of the greatest score along the symbols of the query.
pub(crate) fn relative<T: Float, const Q: usize>(head: &[Vec<Affine<T, Q>>]) -> Vec<Vec<Near>> {
    let greatest =
        head.iter().flatten().reduce(|best, next| if next.mid() > best.mid() { next } else { best });
    let Some(greatest) = greatest else { return Vec::new() };
    map_head(head, &|score| Near { mid: score.mid(), err: score.radius_beside(greatest) })
}
