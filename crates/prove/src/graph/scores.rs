//! What each position of a graph can contribute to its attention, step by step.
//!
//! As with blocks, running the graph on contexts of equal tokens shows all scores and values: each depends on the token of one
//! position and on the token that is read last.

use super::{Graph, GraphStep};
use crate::behind::form;
use crate::scores::{HeadOf, Near, Scores, map_head, relative};
use crate::script::{Script, Step};
use num::{Affine, Float, Reading};
use program::{DecodeIn, Values};

/// What any evaluation of the graph can have at each step.
pub(crate) fn portable<T: Float>(graph: &Graph, script: &Script) -> Vec<Scores> {
    match graph.steps.iter().map(|step| step.shared.len()).max().unwrap_or(0) {
        0..=4 => with_symbols::<T, 4>(graph, script),
        5..=8 => with_symbols::<T, 8>(graph, script),
        _ => with_symbols::<T, 32>(graph, script),
    }
}

/// What our own program has at each step, to the bit.
pub(crate) fn program<T: Float>(graph: &Graph, script: &Script) -> Vec<Scores> {
    let near = |value: &T| Near { mid: value.to_f64(), err: 0.0 };
    let decode = graph.decode.read(|constant| T::from_f64(constant.value()));
    collect(graph, script, T::UNIT_ROUNDOFF, &decode, &|_, _| {}, &near, &|head| map_head(head, &near))
}

/// With `Q` symbols for what the scores of a head share; further ones keep their own.
fn with_symbols<T: Float, const Q: usize>(graph: &Graph, script: &Script) -> Vec<Scores> {
    let share = |symbol: usize, value: &mut Affine<T, Q>| {
        if symbol < Q {
            value.promote(symbol);
        }
    };
    let near = |form: &Affine<T, Q>| Near { mid: form.mid(), err: form.radius() };
    let decode = graph.decode.read(form);
    collect(graph, script, T::UNIT_ROUNDOFF, &decode, &share, &near, &|head| relative(head))
}

/// Computes the scores and values on contexts of equal tokens: `share` sees what several scores read, `value` makes each
/// component of a value, `head` the scores of each head.
fn collect<S: Reading<Token = usize>>(
    graph: &Graph,
    script: &Script,
    unit: f64,
    decode: &DecodeIn<S>,
    share: &dyn Fn(usize, &mut S),
    value: &dyn Fn(&S) -> Near,
    head: &HeadOf<'_, S>,
) -> Vec<Scores> {
    let mut room = Values::room(&graph.decode, S::zero());
    let step = |(part, &Step { query, .. }): (&GraphStep, &Step)| {
        let symbols = script.symbols()[..=query].iter();
        let alphabets: Vec<Vec<usize>> = symbols.map(|&symbol| script.alphabet(symbol)).collect();
        let rounds = alphabets[..query].iter().map(Vec::len).max().unwrap_or(1);
        let heads = part.sizes();
        let width = heads.value_width;
        let nothing = vec![Near::default(); heads.heads * width];
        let mut values: Vec<Vec<Vec<Near>>> =
            alphabets.iter().map(|alphabet| vec![nothing.clone(); alphabet.len()]).collect();
        let mut scores = Vec::new();
        for (asked, &token) in alphabets[query].iter().enumerate() {
            let size = |position: usize| if position == query { 1 } else { alphabets[position].len() };
            let empty: Vec<Vec<Option<S>>> = (0..=query).map(|position| vec![None; size(position)]).collect();
            let mut tables = vec![empty; heads.heads];
            for round in 0..rounds {
                let mut tokens: Vec<usize> = alphabets.iter().map(|all| all[round % all.len()]).collect();
                tokens[query] = token;
                for &id in &part.inputs {
                    let mut value = decode.compute(id, &tokens, &mut room);
                    if let Ok(symbol) = part.shared.binary_search(&id) {
                        share(symbol, &mut value);
                    }
                    room.known[id.index()] = value;
                }
                for (index, (of_head, table)) in part.heads.iter().zip(&mut tables).enumerate() {
                    for (at, &(position, score)) in of_head.scores.iter().enumerate() {
                        let choice = round % alphabets[position].len();
                        let (choice, own) = if position == query { (0, asked) } else { (choice, choice) };
                        table[position][choice] = Some(*room.get(score));
                        for (unit, (_, mixed)) in of_head.mixtures.iter().enumerate() {
                            values[position][own][index * width + unit] = value(room.get(mixed[at]));
                        }
                    }
                }
            }
            scores.push(tables.iter().map(|table| present(table, head)).collect());
        }
        Scores { heads, unit, queries: vec![query], alphabets, values, scores: vec![scores] }
    };
    graph.steps.iter().zip(&script.steps()).map(step).collect()
}

/// How far below all others the score of a position lies that a softmax leaves out: its weight is zero.
const ABSENT: f64 = 1e6;

/// `head` of the scores that are there; the positions that the softmax leaves out follow far below.
///
/// A softmax with one score has a weight of 1 in every evaluation, `exp(s − s) / exp(s − s)`, whatever the score is as long as it is
/// finite. So it is taken to be zero, and its weight does not vary with the token.
fn present<S: Copy>(table: &[Vec<Option<S>>], head: &HeadOf<'_, S>) -> Vec<Vec<Near>> {
    let there: Vec<Vec<S>> = table.iter().map(|tokens| tokens.iter().copied().flatten().collect()).collect();
    let mut found = head(&there);
    if there.iter().filter(|tokens| !tokens.is_empty()).count() == 1 {
        for near in found.iter_mut().flatten().filter(|near| near.mid.is_finite() && near.err.is_finite()) {
            *near = Near::default();
        }
    }
    let lowest = found.iter().flatten().map(|near| near.mid - near.err).fold(0.0, f64::min);
    for (tokens, all) in found.iter_mut().zip(table) {
        if tokens.len() < all.len() {
            *tokens = vec![Near { mid: lowest - ABSENT, err: 0.0 }; all.len()];
        }
    }
    found
}
