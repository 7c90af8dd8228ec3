//! Golden logits from PyTorch, made by `cargo xtask parity` from the same model files.
//!
//! PyTorch sums in another order, fuses some products and has another sine, so equality to the bit is not to be had where two
//! scores should tie. Each line of a golden file says how far logits move if every score moves by eight units in the last
//! place; on top of that the tolerance is 2^-16 of the largest logit. It also says whether PyTorch's margin is larger
//! than what those units can do to it: there the tokens must agree.

use net::{Net, State};
use num::Reading;
use spec::{Model, Operand, PromptToken};
use std::num::NonZeroUsize;
use std::path::Path;

/// One step of one pair, as PyTorch had it.
struct Golden {
    pair: run::Pair,
    token: usize,
    rounding: f64,
    decided: bool,
    logits: Vec<f64>,
}

fn golden(name: &str) -> Vec<Golden> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(format!("{name}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        Golden {
            pair: (fields[0].parse().unwrap(), fields[1].parse().unwrap()),
            token: fields[3].parse().unwrap(),
            rounding: fields[4].parse().unwrap(),
            decided: fields[5] == "1",
            logits: fields[6..].iter().map(|field| field.parse().unwrap()).collect(),
        }
    };
    text.lines().skip(1).map(line).collect()
}

/// Our logits behind each token, PyTorch's tokens fed back.
fn logits(net: &Net<f32>, model: &Model, pair: run::Pair, tokens: &[usize]) -> Vec<Vec<f64>> {
    let digit = |number: u64, place: usize| (number / 10_u64.pow(place as u32) % 10) as usize;
    let prompt = model.task().prompt().iter().map(|token| match *token {
        PromptToken::Fixed { token, .. } => token,
        PromptToken::Digit { operand: Operand::A, place } => digit(pair.0, place),
        PromptToken::Digit { operand: Operand::B, place } => digit(pair.1, place),
        PromptToken::Pair { times, place } => times * digit(pair.0, place) + digit(pair.1, place),
    });
    let prompt: Vec<usize> = prompt.collect();
    let mut state = State::new(net);
    for &token in &prompt[..prompt.len() - 1] {
        net.read(token, &mut state, &mut ());
    }
    let inputs = std::iter::once(prompt[prompt.len() - 1]).chain(tokens[..tokens.len() - 1].iter().copied());
    inputs
        .map(|token| net.step(token, &mut state, &mut ()).iter().map(|&logit| f64::from(logit)).collect())
        .collect()
}

/// Compares every golden step; gives the number of steps and of those whose token had to agree: all of them, or those that
/// rounding does not decide.
fn compare(name: &str, all: bool) -> (usize, usize) {
    let model = zoo::find(name).unwrap().model().unwrap();
    let (net, golden) = (model.net::<f32>(), golden(name));
    let (mut steps, mut decided) = (0, 0);
    for case in golden.chunks(model.task().answer_len()) {
        let tokens: Vec<usize> = case.iter().map(|step| step.token).collect();
        for (step, ours) in case.iter().zip(logits(&net, &model, case[0].pair, &tokens)) {
            let largest = step.logits.iter().fold(1.0_f64, |most, logit| most.max(logit.abs()));
            let tolerance = step.rounding + largest / 65_536.0;
            for (index, (ours, theirs)) in ours.iter().zip(&step.logits).enumerate() {
                let place = format!("{name} {:?} token {index}", case[0].pair);
                assert!(
                    (ours - theirs).abs() <= tolerance,
                    "{place}: {ours} here, {theirs} there, {tolerance}"
                );
            }
            steps += 1;
            if step.decided || all {
                decided += 1;
                assert_eq!(f64::argmax(&ours), step.token, "{name} {:?}", case[0].pair);
            }
        }
    }
    (steps, decided)
}

#[test]
fn the_default_model_agrees_on_every_token() {
    let (steps, decided) = compare(zoo::DEFAULT, true);
    assert!(steps >= 2200 && decided == steps, "{decided} of {steps}");
}

#[test]
fn the_published_model_agrees_where_rounding_does_not_decide() {
    let (steps, decided) = compare("gist-58", false);
    assert!(steps >= 2200 && decided * 10 >= steps * 7, "{decided} of {steps}");
}

#[test]
fn the_original_agrees_where_rounding_does_not_decide() {
    let (steps, decided) = compare("nanogpt-130", false);
    assert!(steps >= 2200 && decided * 10 >= steps * 7, "{decided} of {steps}");
}

/// With PyTorch's sines and fused scores the published numbers answer every pair of the protocol as PyTorch does, the wrong ones
/// token for token; with only one of the two they do not. What else is fused changes nothing.
#[test]
fn the_published_model_answers_as_pytorch_does() {
    let mut random = run::protocol::RandomPairs::new(run::protocol::SEED);
    let mut pairs = run::protocol::EDGE_CASES.to_vec();
    pairs.resize(10_010, (0, 0));
    random.fill(&mut pairs[10..]);
    let golden = rows(include_str!("../../golden/gist-58.answers.csv"));
    let mut expected: Vec<Option<u64>> = pairs.iter().map(|(a, b)| Some(a + b)).collect();
    for cells in &golden {
        let pair = (number(cells[0]), number(cells[1]));
        expected[pairs.iter().position(|&found| found == pair).unwrap()] = Some(number(cells[2]));
    }
    let different = |top: &str, without: &[&str]| {
        let model = Model::parse("gist-58", &crate::with("gist-58", top, without)).unwrap();
        let found = run::Adder::new(model).add_many(&pairs, NonZeroUsize::MIN).unwrap();
        found.iter().zip(&expected).filter(|(found, expected)| found != expected).count()
    };
    assert_eq!(golden.len(), 807);
    assert_eq!(different("", &[]), 0);
    assert_eq!(different("sums = \"fused\"\n", &["sums"]), 0);
    assert!(different("", &["sines"]) > 100);
    assert!(different("", &["sums"]) > 100);
}

/// What the originals of the other entries answered to 1,000 pairs in the runtimes that they were written for, wrong answers
/// included: `xtask/parity/entries.py`.
#[test]
fn the_entries_answer_as_their_originals_do() {
    let pairs: Vec<(u64, u64)> = rows(include_str!("../../golden/entries.pairs.csv"))
        .iter()
        .map(|cells| (number(cells[0]), number(cells[1])))
        .collect();
    let wrong = rows(include_str!("../../golden/entries.wrong.csv"));
    let entries = rows(include_str!("../../golden/entries.csv"));
    assert_eq!((pairs.len(), entries.len(), wrong.len()), (1_000, 28, 71));
    for entry in entries {
        let name = entry[0];
        let answer = |&(a, b): &(u64, u64)| {
            let mistake =
                wrong.iter().find(|cells| (cells[0], number(cells[1]), number(cells[2])) == (name, a, b));
            Some(mistake.map_or(a + b, |cells| number(cells[3])))
        };
        let expected: Vec<Option<u64>> = pairs.iter().map(answer).collect();
        let found = crate::adder(name).add_many(&pairs, NonZeroUsize::MIN).unwrap();
        assert_eq!(found, expected, "{name} in {}", entry[1]);
        assert_eq!(wrong.iter().filter(|cells| cells[0] == name).count() as u64, number(entry[3]), "{name}");
    }
}

/// The lines of a golden file below its header, cell by cell.
fn rows(text: &'static str) -> Vec<Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

fn number(cell: &str) -> u64 {
    cell.parse().unwrap()
}
