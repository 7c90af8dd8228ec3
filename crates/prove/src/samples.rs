//! Bounds against what models really compute, on many pairs.

use crate::bound::Tail;
use crate::branch::jobs;
use crate::hull::Hulls;
use crate::letters::{Case, Class, Digit, Letter};
use crate::network::Network;
use crate::scores::Scores;
use crate::script::Script;
use net::{Net, State};
use num::Float;
use run::protocol::RandomPairs;
use spec::Model;

/// The letters of a pair, place by place.
fn letters(pair: run::Pair, count: usize) -> Vec<Letter> {
    let (mut a, mut b, mut carry) = (pair.0, pair.1, 0);
    (0..count)
        .map(|_| {
            let letter = Letter { a: (a % 10) as usize, b: (b % 10) as usize, carry };
            (a, b, carry) = (a / 10, b / 10, letter.out());
            letter
        })
        .collect()
}

/// The margin of each step under the right prefix.
fn margins<T: Float>(net: &Net<T>, script: &Script, letters: &[Letter]) -> Vec<f64> {
    let none = Letter { a: 0, b: 0, carry: 0 };
    let tokens: Vec<usize> = script
        .symbols()
        .iter()
        .map(|&symbol| script.token(symbol, symbol.place().map_or(none, |place| letters[place])))
        .collect();
    let steps = script.steps();
    let mut state = State::new(net);
    for &token in &tokens[..steps[0].query] {
        net.read(token, &mut state, &mut ());
    }
    steps
        .iter()
        .map(|step| {
            let logits = net.step(tokens[step.query], &mut state, &mut ());
            let right = tokens[step.query + 1];
            let others = logits.iter().enumerate().filter(|&(token, _)| token != right);
            let best = others.fold(f64::NEG_INFINITY, |best, (_, logit)| best.max(logit.to_f64()));
            logits[right].to_f64() - best
        })
        .collect()
}

/// Compares the bound of random cases with the margins of pairs in them, computed in f32 and in f64 with the same numbers.
///
/// The portable bound must hold for both; the program's for f32 alone.
fn compare(model: &Model, pairs: usize) -> usize {
    let (net, exact) = (model.net::<f32>(), model.net::<f32>().map(|&weight| f64::from(weight)));
    let script = Script::new(model.task()).unwrap();
    let network = Network::Blocks(net.clone());
    let heads = network.heads(0);
    let portable = Scores::portable(&network, &script);
    let program = Scores::program(&network, &script);
    let mut tail = Tail::<f32, 64>::new(&network, 0);
    let mut compared = 0;
    let sampled: Vec<_> = RandomPairs::new(3)
        .take(pairs)
        .map(|pair| {
            let letters = letters(pair, script.places.count);
            let real = margins(&net, &script, &letters);
            let other = margins(&exact, &script, &letters);
            (letters, real, other)
        })
        .collect();
    for job in jobs(&script) {
        let table = |scores: &Scores| {
            let asked = scores.alphabets[job.step.query].iter().position(|&token| token == job.token)?;
            Hulls::new(&script, scores, heads, job.step, job.index, asked, f32::UNIT_ROUNDOFF)
        };
        let (Some(portable), Some(program)) = (table(&portable), table(&program)) else { continue };
        for (index, (letters, real, other)) in sampled.iter().enumerate() {
            let known = [script.symbols()[job.step.query].place(), job.step.target.place()];
            let mut case: Case = script.places.everything();
            for (place, &letter) in letters.iter().enumerate() {
                // What a root fixes, and of the rest something else for each pair.
                let choice = (index * 7 + place * 13 + job.index) % 9;
                case.classes[place] = match choice {
                    _ if known.contains(&Some(place)) => Class::one(letter),
                    0 => Class::one(letter),
                    1 if place < script.places.digits => Class::given(Digit::A, letter.a),
                    2 if place < script.places.digits => Class::given(Digit::Sum, letter.sum()),
                    _ => Class::ANY,
                };
            }
            if script.known_token(script.symbols()[job.step.query], &case) != Some(job.token) {
                continue;
            }
            let target = script.known_token(job.step.target, &case).unwrap();
            let asked = (job.step.query, job.token, target);
            for (hulls, portable) in [(&portable, true), (&program, false)] {
                let margin = tail.margin(&script, hulls, &case, asked, &mut Vec::new()).unwrap();
                let real = [real[job.index], other[job.index]];
                for &real in &real[..if portable { 2 } else { 1 }] {
                    assert!(
                        margin.lead.is_nan() || margin.lead <= real,
                        "step {}, {case:?}: {margin:?} against {real}",
                        job.index
                    );
                    assert!(
                        margin.behind.is_nan() || margin.behind <= -real,
                        "step {}: {margin:?} against {real}",
                        job.index
                    );
                    compared += 1;
                }
            }
        }
    }
    compared
}

#[test]
fn bounds_hold_on_a_hundred_thousand_samples() {
    let mut compared = 0;
    for name in [zoo::DEFAULT, "gist-58", "nanogpt-130", "seuperhakkerja-28", "yieldthought-20"] {
        compared += compare(&zoo::find(name).unwrap().model().unwrap(), 900);
    }
    assert!(compared >= 100_000, "{compared}");
}

/// The portable bound holds for PyTorch: its logits on 200 pairs, made from the same model files (`cargo xtask parity`).
#[test]
fn bounds_hold_for_pytorch() {
    for name in [zoo::DEFAULT, "nanogpt-130"] {
        let model = zoo::find(name).unwrap().model().unwrap();
        let net = model.net::<f32>();
        let script = Script::new(model.task()).unwrap();
        let network = Network::Blocks(net);
        let heads = network.heads(0);
        let scores = Scores::portable(&network, &script);
        let mut tail = Tail::<f32, 64>::new(&network, 0);
        let path = format!("{}/../run/golden/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let jobs = jobs(&script);
        let hulls: Vec<Option<Hulls>> = jobs
            .iter()
            .map(|job| {
                let asked = scores.alphabets[job.step.query].iter().position(|&token| token == job.token)?;
                Hulls::new(&script, &scores, heads, job.step, job.index, asked, f32::UNIT_ROUNDOFF)
            })
            .collect();
        let (mut compared, mut right, mut pair) = (0, true, (u64::MAX, 0));
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let number = |index: usize| fields[index].parse::<u64>().unwrap();
            if pair != (number(0), number(1)) {
                (pair, right) = ((number(0), number(1)), true);
            }
            let letters = letters(pair, script.places.count);
            let step = number(2) as usize;
            let logits: Vec<f64> = fields[6..].iter().map(|field| field.parse().unwrap()).collect();
            // PyTorch fed its own tokens back: the claim is about right prefixes.
            if !right {
                continue;
            }
            let known =
                [script.symbols()[script.steps()[step].query].place(), script.steps()[step].target.place()];
            let mut case = script.places.everything();
            for (place, &letter) in
                letters.iter().enumerate().filter(|(place, _)| known.contains(&Some(*place)))
            {
                case.classes[place] = Class::one(letter);
            }
            let target = script.known_token(script.steps()[step].target, &case).unwrap();
            right = number(3) as usize == target;
            let token = script.known_token(script.symbols()[script.steps()[step].query], &case).unwrap();
            let job = jobs.iter().position(|job| job.index == step && job.token == token).unwrap();
            let Some(hulls) = &hulls[job] else { continue };
            let asked = (script.steps()[step].query, token, target);
            let bound = tail.margin(&script, hulls, &case, asked, &mut Vec::new()).unwrap().lead;
            let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
            let best = others.fold(f64::NEG_INFINITY, |best, (_, &logit)| best.max(logit));
            let margin = logits[target] - best;
            assert!(
                bound.is_nan() || bound <= margin,
                "{name}, {pair:?}, step {step}: {bound} against {margin}"
            );
            compared += 1;
        }
        assert!(compared > 2_000, "{name}: {compared}");
    }
}
