//! Bounds against what models really compute, on many pairs.

use crate::beside::Beside;
use crate::bound::Tail;
use crate::graph::Graph;
use crate::hull::Hulls;
use crate::layers;
use crate::letters::{Case, Class, Digit, Letter};
use crate::network::Network;
use crate::scores::Scores;
use crate::script::{Job, Script, jobs};
use crate::search::{LANES, Margins};
use num::Float;
use run::protocol::RandomPairs;
use spec::{Model, Task};
use std::path::Path;

/// The hulls of a job's position and token.
fn hulls(network: &Network<f32>, script: &Script, scores: &[Scores], job: &Job) -> Option<Vec<Hulls>> {
    layers::hulls(script, network.of_step(scores, job.index), job.step.query, job.token)
}

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

/// The margins of each pair's steps under the right prefix.
fn margins<T: Float>(network: &Network<T>, script: &Script, pairs: &[run::Pair]) -> Vec<Vec<f64>> {
    let mut margins = Margins::new(network, script);
    let lanes = pairs.chunks(LANES).flat_map(|chunk| {
        let found = margins.of(&std::array::from_fn(|lane| chunk[lane % chunk.len()]));
        let of_lane = |lane: usize| found.iter().map(|step| step[lane]).collect();
        (0..chunk.len()).map(of_lane).collect::<Vec<Vec<f64>>>()
    });
    lanes.collect()
}

/// A model file as blocks in f32, and in f64 with the same numbers.
fn blocks(model: &Model) -> (Network<f32>, Network<f64>) {
    let net = model.net::<f32>();
    let exact = net.map(|&weight| f64::from(weight));
    (Network::Blocks(net), Network::Blocks(exact))
}

/// A graph that PyTorch exported, from the fixtures of the `onnx` crate.
fn fixture(name: &str) -> onnx::Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../onnx/fixtures");
    let read = |suffix: &str| std::fs::read(folder.join(format!("{name}.{suffix}"))).unwrap();
    let prompt = String::from_utf8(read("prompt.toml")).unwrap();
    let graph = onnx::Graph::read(&read("onnx"), &mut onnx::beside(&folder)).unwrap();
    graph.model(name, &onnx::Prompt::from_toml("prompt", prompt)).unwrap()
}

/// The same as a network in f32 and in f64, with the same numbers.
fn graph(model: &onnx::Model) -> (Network<f32>, Network<f64>) {
    let network = || Graph::new(model.decode()).unwrap_or_else(|why| panic!("{}: {why}", model.name()));
    (Network::Graph(network()), Network::Graph(network()))
}

/// Compares the bound of random cases with the margins of pairs in them, computed in f32 and in f64 with the same numbers.
///
/// The portable bound must hold for both; the program's for f32 alone.
fn compare(task: &Task, (network, exact): &(Network<f32>, Network<f64>), pairs: usize) -> usize {
    let script = Script::new(task).unwrap();
    let portable = network.portable(&script).unwrap();
    let program = network.program(&script);
    let mut beside = Beside::<f32, 64>::new(&script, &portable, network);
    let mut compared = 0;
    let pairs: Vec<_> = RandomPairs::new(3).take(pairs).collect();
    let real = margins(network, &script, &pairs);
    let other = margins(exact, &script, &pairs);
    let letters = pairs.iter().map(|&pair| letters(pair, script.places.count));
    let sampled: Vec<_> = letters.zip(real).zip(other).map(|((x, y), z)| (x, y, z)).collect();
    for job in jobs(&script) {
        let Some(portable) = hulls(network, &script, &portable, &job) else { continue };
        let Some(program) = hulls(network, &script, &program, &job) else { continue };
        let mut tail = Tail::<f32, 64>::new(network, job.index).unwrap();
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
                if hulls.is_empty() {
                    continue;
                }
                let mut margins = vec![tail.margin(&script, hulls, &case, asked, None).unwrap()];
                if let Some(beside) = &mut beside {
                    margins.push(tail.margin(&script, hulls, &case, asked, Some(beside)).unwrap());
                }
                let real = [real[job.index], other[job.index]];
                let real = &real[..if portable { 2 } else { 1 }];
                for (margin, &real) in
                    margins.iter().flat_map(|margin| real.iter().map(move |real| (margin, real)))
                {
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
    for name in [zoo::DEFAULT, "gist-58", "nanogpt-130", "seuperhakkerja-28", "yieldthought-20", "xangma-177"]
    {
        let model = zoo::find(name).unwrap().model().unwrap();
        compared += compare(model.task(), &blocks(&model), 900);
    }
    assert!(compared >= 100_000, "{compared}");
}

#[test]
fn bounds_of_graphs_hold_on_samples() {
    for name in ["llama.dynamo", "interleaved.fixed", "nanogpt.script"] {
        let model = fixture(name);
        let compared = compare(model.task(), &graph(&model), 300);
        assert!(compared > 5_000, "{name}: {compared}");
    }
}

/// The portable bound holds for PyTorch: its logits on 200 pairs, made from the same model files (`cargo xtask parity`).
#[test]
fn bounds_hold_for_pytorch() {
    for name in [zoo::DEFAULT, "nanogpt-130"] {
        let model = zoo::find(name).unwrap().model().unwrap();
        let network = Network::Blocks(model.net::<f32>());
        let script = Script::new(model.task()).unwrap();
        let scores = network.portable(&script).unwrap();
        let mut tail = Tail::<f32, 64>::new(&network, 0).unwrap();
        let path = format!("{}/../run/golden/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let jobs = jobs(&script);
        let hulls: Vec<Option<Vec<Hulls>>> =
            jobs.iter().map(|job| hulls(&network, &script, &scores, job)).collect();
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
            let bound = tail.margin(&script, hulls, &case, asked, None).unwrap().lead;
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
