//! What each position can contribute to the attention of a network of one layer.
//!
//! With one layer, the score and the value of a position depend on its token and on the token that is read last, and on
//! nothing else. So running the network itself on contexts of equal tokens shows all of them.

use crate::graph::Graph;
use crate::network::Network;
use crate::script::{Script, Step};
use net::{Net, Site, State};
use num::{Affine, Float, Reading};
use program::{Constant, DecodeIn, Values};

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
    /// `[step][position][token of its alphabet][kv_heads · value_width]`; the same for all steps if there is but one entry.
    pub(crate) values: Vec<Vec<Vec<Vec<Near>>>>,
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
    pub(crate) fn portable<T: Float>(network: &Network<T>, script: &Script) -> Self {
        match network {
            Network::Blocks(net) => {
                let attention = &net.layers()[0].attention;
                match attention.heads * attention.head_width {
                    0..=4 => Self::with_symbols::<T, 4>(net, script),
                    5..=8 => Self::with_symbols::<T, 8>(net, script),
                    _ => Self::with_symbols::<T, 32>(net, script),
                }
            }
            Network::Graph(graph) => {
                match graph.steps.iter().map(|step| step.shared.len()).max().unwrap_or(0) {
                    0..=4 => Self::of_graph::<T, 4>(graph, script),
                    5..=8 => Self::of_graph::<T, 8>(graph, script),
                    _ => Self::of_graph::<T, 32>(graph, script),
                }
            }
            Network::Opaque(_, why) => panic!("asked behind a barrier: {why}"),
        }
    }

    /// What our own program has, to the bit.
    pub(crate) fn program<T: Float>(network: &Network<T>, script: &Script) -> Self {
        let near = |value: &T| Near { mid: value.to_f64(), err: 0.0 };
        match network {
            Network::Blocks(net) => Self::collect(net, script, &|_| {}, &near, &|head| map_head(head, &near)),
            Network::Graph(graph) => {
                let decode = graph.decode.read(|constant| T::from_f64(constant.value()));
                Self::collect_graph(graph, script, &decode, &|_, _| {}, &near, &|head| map_head(head, &near))
            }
            Network::Opaque(_, why) => panic!("asked behind a barrier: {why}"),
        }
    }

    /// With `Q` symbols for what the scores of a head share.
    fn of_graph<T: Float, const Q: usize>(graph: &Graph, script: &Script) -> Self {
        let share = |symbol: usize, value: &mut Affine<T, Q>| {
            if symbol < Q {
                value.promote(symbol);
            }
        };
        let near = |form: &Affine<T, Q>| Near { mid: form.mid(), err: form.radius() };
        Self::collect_graph(graph, script, &graph.decode.read(form), &share, &near, &|head| relative(head))
    }

    /// Computes the scores and values of `graph` on contexts of equal tokens, as [`collect`](Self::collect) does.
    fn collect_graph<S: Reading<Token = usize>>(
        graph: &Graph,
        script: &Script,
        decode: &DecodeIn<S>,
        share: &dyn Fn(usize, &mut S),
        value: &dyn Fn(&S) -> Near,
        head: &HeadOf<'_, S>,
    ) -> Self {
        let steps = script.steps();
        let last = steps.last().map_or(0, |step| step.query);
        let alphabets: Vec<Vec<usize>> =
            script.symbols()[..=last].iter().map(|&symbol| script.alphabet(symbol)).collect();
        let mut room = Values::room(&graph.decode, S::zero());
        let (mut scores, mut values) = (Vec::new(), Vec::new());
        for (part, &Step { query, .. }) in graph.steps.iter().zip(&steps) {
            let (asked, read) = (&alphabets[query], &alphabets[..=query]);
            let rounds = read[..query].iter().map(Vec::len).max().unwrap_or(1);
            let width = part.sizes().value_width;
            let nothing = vec![Near::default(); part.heads.len() * width];
            let mut of_step: Vec<Vec<Vec<Near>>> =
                read.iter().map(|alphabet| vec![nothing.clone(); alphabet.len()]).collect();
            let mut by_asked = Vec::new();
            for (index, &token) in asked.iter().enumerate() {
                let mut tables: Vec<Vec<Vec<Option<S>>>> = part
                    .heads
                    .iter()
                    .map(|_| {
                        let size = |position: usize| if position == query { 1 } else { read[position].len() };
                        (0..=query).map(|position| vec![None; size(position)]).collect()
                    })
                    .collect();
                for round in 0..rounds {
                    let mut tokens: Vec<usize> = read.iter().map(|all| all[round % all.len()]).collect();
                    tokens[query] = token;
                    for &id in &part.inputs {
                        let mut value = decode.compute(id, &tokens, &mut room);
                        if let Ok(symbol) = part.shared.binary_search(&id) {
                            share(symbol, &mut value);
                        }
                        room.known[id.index()] = value;
                    }
                    for (place, (of_head, table)) in part.heads.iter().zip(&mut tables).enumerate() {
                        for (at, &(position, score)) in of_head.scores.iter().enumerate() {
                            let (choice, own) = if position == query {
                                (0, index)
                            } else {
                                (round % read[position].len(), round % read[position].len())
                            };
                            table[position][choice] = Some(*room.get(score));
                            for (unit, (_, mixed)) in of_head.mixtures.iter().enumerate() {
                                of_step[position][own][place * width + unit] = value(room.get(mixed[at]));
                            }
                        }
                    }
                }
                by_asked.push(tables.iter().map(|table| present(table, head)).collect());
            }
            scores.push(by_asked);
            values.push(of_step);
        }
        Self { alphabets, values, scores }
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
        Self { scores: scores.collect(), alphabets, values: vec![values] }
    }
}

/// A constant of a graph as a form: a number that other evaluations may find elsewhere stands for all of them.
pub(crate) fn form<T: Float, const K: usize>(constant: Constant) -> Affine<T, K> {
    if constant.radius() == 0.0 {
        Affine::constant(constant.value())
    } else {
        Affine::around(constant.value(), constant.radius())
    }
}

/// How far below all others the score of a position lies that a softmax leaves out: its weight is zero.
const ABSENT: f64 = 1e6;

/// `head` of the scores that are there; the positions that the softmax leaves out follow far below.
fn present<S: Copy>(table: &[Vec<Option<S>>], head: &HeadOf<'_, S>) -> Vec<Vec<Near>> {
    let there: Vec<Vec<S>> = table.iter().map(|tokens| tokens.iter().copied().flatten().collect()).collect();
    let mut found = head(&there);
    let lowest = found.iter().flatten().map(|near| near.mid - near.err).fold(0.0, f64::min);
    for (tokens, all) in found.iter_mut().zip(table) {
        if tokens.len() < all.len() {
            *tokens = vec![Near { mid: lowest - ABSENT, err: 0.0 }; all.len()];
        }
    }
    found
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
