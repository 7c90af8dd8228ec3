//! What each position can contribute to the attention of a network of one layer.
//!
//! With one layer, the score and the value of a position depend on its token and on the token that is read last, and on
//! nothing else. So running the network itself on contexts of equal tokens shows all of them.

use crate::script::{Script, Step};
use net::{Net, Site, State};
use num::{Affine, Float, Reading};

/// A number and how far any evaluation of the model may be from it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Near {
    pub(crate) mid: f64,
    pub(crate) err: f64,
}

/// Scores and values of every position, for every token that it can show.
#[derive(Clone, Debug)]
pub(crate) struct Scores {
    /// The tokens that each position can show, in rising order.
    pub(crate) alphabets: Vec<Vec<usize>>,
    /// `[position][token of its alphabet][kv_heads · value_width]`.
    pub(crate) values: Vec<Vec<Vec<Near>>>,
    /// `[step][token of the query's alphabet][head][position][token of its alphabet]`. At the query's own position there is
    /// one entry, for its own token.
    pub(crate) scores: Table<Near>,
}

/// What is kept of the scores of one head, `[position][token of its alphabet]`.
type HeadOf<'a, S> = dyn Fn(&[Vec<S>]) -> Vec<Vec<Near>> + 'a;

/// `[step][token of the query's alphabet][head][position][token of its alphabet]`.
type Table<S> = Vec<Vec<Vec<Vec<Vec<S>>>>>;

impl Scores {
    /// What any evaluation of the model can have.
    pub(crate) fn portable<T: Float>(net: &Net<T>, script: &Script) -> Self {
        let attention = &net.layers()[0].attention;
        match attention.heads * attention.head_width {
            0..=4 => Self::with_symbols::<T, 4>(net, script),
            5..=8 => Self::with_symbols::<T, 8>(net, script),
            _ => Self::with_symbols::<T, 32>(net, script),
        }
    }

    /// What our own program has, to the bit.
    pub(crate) fn program<T: Float>(net: &Net<T>, script: &Script) -> Self {
        let near = |value: &T| Near { mid: value.to_f64(), err: 0.0 };
        Self::collect(net, script, &|_| {}, &near, &|head| map_head(head, &near))
    }

    /// With `Q` symbols for the errors of the queries, which all scores of a head share; further components keep their own.
    fn with_symbols<T: Float, const Q: usize>(net: &Net<T>, script: &Script) -> Self {
        let net = net.map(|weight| Affine::<T, Q>::constant(weight.to_f64()));
        let share = |queries: &mut [Affine<T, Q>]| {
            for (symbol, query) in queries.iter_mut().enumerate().take(Q) {
                query.promote(symbol);
            }
        };
        let near = |form: &Affine<T, Q>| Near { mid: form.mid(), err: form.radius() };
        // One more term in the sum does not shift with the scores.
        let shifts = !net.layers()[0].attention.one_more;
        let head = |head: &[Vec<Affine<T, Q>>]| if shifts { relative(head) } else { map_head(head, &near) };
        Self::collect(&net, script, &share, &near, &head)
    }

    /// Runs `net` on contexts of equal tokens: `share` meets each query, `value` each component of a value, `head` the scores
    /// of each head.
    fn collect<S: Reading<Token = usize>>(
        net: &Net<S>,
        script: &Script,
        share: &dyn Fn(&mut [S]),
        value: &dyn Fn(&S) -> Near,
        head: &HeadOf<'_, S>,
    ) -> Self {
        let heads = net.layers()[0].attention.heads;
        let steps = script.steps();
        let last = steps.last().map_or(0, |step| step.query);
        let alphabets: Vec<Vec<usize>> =
            script.symbols()[..=last].iter().map(|&symbol| script.alphabet(symbol)).collect();
        let empty = |upto: usize| -> Vec<Vec<S>> {
            let mut sizes: Vec<_> = alphabets[..=upto].iter().map(Vec::len).collect();
            sizes[upto] = 1;
            sizes.into_iter().map(|size| vec![S::zero(); size]).collect()
        };
        let mut scores: Table<S> = steps
            .iter()
            .map(|&Step { query, .. }| vec![vec![empty(query); heads]; alphabets[query].len()])
            .collect();
        let mut values: Vec<Vec<Vec<Near>>> =
            alphabets.iter().map(|alphabet| vec![Vec::new(); alphabet.len()]).collect();
        let rounds = alphabets.iter().map(Vec::len).max().unwrap_or(0);
        let mut state = State::new(net);
        for round in 0..rounds {
            state.clear();
            for position in 0..=last {
                let alphabet = &alphabets[position];
                if let Some(step) = steps.iter().position(|step| step.query == position) {
                    for (asked, &token) in alphabet.iter().enumerate() {
                        let mut watch = |site: Site, seen: &mut [S]| match site {
                            Site::Query { .. } => share(seen),
                            Site::Scores { head, .. } => {
                                for (at, score) in seen.iter().enumerate() {
                                    let known = &mut scores[step][asked][head][at];
                                    let choice = round % known.len();
                                    known[choice] = *score;
                                }
                            }
                            Site::Values { .. } => values[position][asked] = seen.iter().map(value).collect(),
                            _ => {}
                        };
                        net.step(token, &mut state.clone(), &mut watch);
                    }
                }
                let choice = round % alphabet.len();
                let mut watch = |site: Site, seen: &mut [S]| {
                    if let Site::Values { .. } = site {
                        values[position][choice] = seen.iter().map(value).collect();
                    }
                };
                net.read(alphabet[choice], &mut state, &mut watch);
            }
        }
        let scores = scores
            .iter()
            .map(|step| step.iter().map(|asked| asked.iter().map(|scores| head(scores)).collect()).collect());
        Self { scores: scores.collect(), alphabets, values }
    }
}

fn map_head<S>(head: &[Vec<S>], near: &impl Fn(&S) -> Near) -> Vec<Vec<Near>> {
    head.iter().map(|tokens| tokens.iter().map(near).collect()).collect()
}

/// The scores of one head with what they share taken from each: a softmax does not see what is added to all scores.
///
/// What is taken is the deviation of the greatest score along the symbols of the query.
fn relative<T: Float, const Q: usize>(head: &[Vec<Affine<T, Q>>]) -> Vec<Vec<Near>> {
    let greatest =
        head.iter().flatten().reduce(|best, next| if next.mid() > best.mid() { next } else { best });
    let Some(greatest) = greatest else { return Vec::new() };
    map_head(head, &|score| Near { mid: score.mid(), err: score.radius_beside(greatest) })
}
