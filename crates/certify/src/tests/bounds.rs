//! The checker's bounds against what the program does: on random pairs, in random cases that hold them.

use super::Random;
use crate::attention::{Attention, weight};
use crate::ends::{Range, Span};
use crate::leaves::{Nets, Pass};
use crate::pairs::{Addition, Case, LETTERS, Letter, Letters, Split, digits};
use net::{Net, Site, State};
use num::{Float, Scalar};
use spec::Model;

/// The letter of each place.
pub(super) fn letters(addition: &Addition, (mut a, mut b): (u64, u64)) -> Vec<Letter> {
    let mut carry = 0;
    let mut letter = |_| {
        let letter = (100 * carry + 10 * (a % 10) + b % 10) as Letter;
        carry = u64::from(crate::pairs::carry_out(letter) == 1);
        (a, b) = (a / 10, b / 10);
        letter
    };
    (0..addition.places).map(&mut letter).collect()
}

/// The tokens up to the position `last`, which are those of the letters of a pair.
pub(super) fn tokens(addition: &Addition, shown: &[Letter], last: usize) -> Vec<usize> {
    let letter = |position| addition.place(position).map_or(0, |place| shown[place]);
    (0..=last).map(|position| addition.token(position, letter(position))).collect()
}

/// What the heads read and the logits, of a program that reads `tokens`.
pub(super) fn run_on<T: Float>(net: &Net<T>, tokens: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let mut state = State::new(net);
    let (last, before) = tokens.split_last().unwrap();
    before.iter().for_each(|&token| net.read(token, &mut state, &mut ()));
    let mut mixed = Vec::new();
    let mut probe = |site: Site, numbers: &mut [T]| {
        if matches!(site, Site::Mixed { .. }) {
            mixed.extend(numbers.iter().map(|number| number.to_f64()));
        }
    };
    let logits = net.step(*last, &mut state, &mut probe).iter().map(|logit| logit.to_f64()).collect();
    (mixed, logits)
}

/// By how much `target` leads all others.
pub(super) fn lead(logits: &[f64], target: usize) -> f64 {
    let others = logits.iter().enumerate().filter(|(token, _)| *token != target);
    others.fold(f64::INFINITY, |lead, (_, other)| lead.min(logits[target] - other))
}

/// Heads and leads of one model: how many were compared.
fn compared<T: Float>(model: &Model, seed: u64) -> usize {
    let net: Net<T> = model.net();
    let addition = Addition::new(model.task()).unwrap();
    let nets = Nets::<T, 32>::new(&net);
    let mut random = Random(seed);
    let mut count = 0;
    for _ in 0..40 {
        let step = random.below(addition.steps());
        let last = addition.last_read(step);
        let alphabet = addition.alphabet(last);
        let asked = (last, alphabet[random.below(alphabet.len())]);
        let mut portable = Pass::new(&nets.portable, &nets.portable, &addition, asked);
        let mut program = Pass::new(&nets.program, &nets.spans, &addition, asked);
        let read: [Attention<'_>; 2] = [
            Attention::new::<T, _>(&nets.portable, &addition, asked).unwrap(),
            Attention::new::<T, Span<T>>(&nets.spans, &addition, asked).unwrap(),
        ];
        for _ in 0..400 {
            let pair = (random.below(10_000_000_000) as u64, random.below(10_000_000_000) as u64);
            let shown = letters(&addition, pair);
            let tokens = tokens(&addition, &shown, last + 1);
            if tokens[last] != asked.1 {
                continue;
            }
            let mut case: Case = *addition.everything();
            for (place, &letter) in shown.iter().enumerate() {
                match random.below(4) {
                    0 => {}
                    3 => case[place] = Letters::one(letter),
                    which => {
                        // The part by a digit that holds the letter.
                        let split = Split::Digit(which);
                        let parts = addition.parts(&case, place, split);
                        case[place] = parts.into_iter().find(|part| part[place].has(letter)).unwrap()[place];
                    }
                }
            }
            let (mixed, logits) = run_on(&net, &tokens[..=last]);
            for attention in &read {
                for (range, &number) in attention.reads(&case).iter().zip(&mixed) {
                    assert!(range.lo <= number && number <= range.hi, "{pair:?} {step}: {number} {range:?}");
                }
            }
            let target = tokens[last + 1];
            let lead = lead(&logits, target);
            let bounds = [portable.lead(&case, asked, target), program.lead(&case, asked, target)];
            for bound in bounds.map(Option::unwrap) {
                assert!(bound.lo <= lead && lead <= bound.hi, "{pair:?} {step}: {lead} {bound:?}");
            }
            count += 1;
        }
    }
    count
}

#[test]
fn what_heads_read_and_how_far_a_token_leads_is_enclosed() {
    // Hinges, RMS norms with SiLU, terms that cancel, and f64; right models and a wrong one.
    let names = ["nanoadder-58", "gist-58", "nanogpt-130", "lichengliu03-50", "warlockee-6", "fblissjr-33"];
    let models = names.iter().map(|name| zoo::find(name).unwrap().model().unwrap());
    for (seed, model) in (0x9e37_79b9_7f4a_7c15..).zip(models.chain([one_more(), grouped()])) {
        let count = match model.dtype() {
            spec::Dtype::F32 => compared::<f32>(&model, seed),
            spec::Dtype::F64 => compared::<f64>(&model, seed),
        };
        assert!(count > 500, "{}: {count}", model.name());
    }
}

/// A model whose softmax has one more term, with scores so small that all of it matters.
fn one_more() -> Model {
    let text = zoo::find("nanoadder-58").unwrap().text.replace("scale = [9.265]", "scale = [0.0003]");
    let text = text.replace("[layer.attention]\n", "[layer.attention]\nsoftmax = \"one-more\"\n");
    assert!(text.contains("0.0003") && text.contains("one-more"));
    Model::parse("one-more", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A model whose four heads share two heads of keys and values, which differ.
fn grouped() -> Model {
    let mut text = zoo::find("corbensorenson-111").unwrap().text.to_owned();
    for (from, to) in [
        ("kv_heads = 1", "kv_heads = 2"),
        ("k_proj = [[1, 0, 0], [0, 0, 0]]", "k_proj = [[1, 0, 0], [0, 0, 0], [0.5, 0, 0], [0, 0.25, 0]]"),
        ("[0, 577.3502691896258, 0], [0, 0, 0]]", "[0, 577, 0], [0, 0, 0], [0, 0, 100], [1, 0, 0]]"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    Model::parse("grouped", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn a_weight_is_what_a_program_computes() {
    let mut random = Random(1_181_783_497_276_652_981);
    for _ in 0..20_000 {
        let greatest = (100.0 * random.number()) as f32;
        let score = greatest - (60.0 * random.number().abs()) as f32;
        let program = f64::from(Scalar::exp(score - greatest));
        let bound = weight(Range::point(f64::from(score)), f64::from(greatest), f32::UNIT_ROUNDOFF);
        assert!(bound.lo <= program && program <= bound.hi, "{score} {greatest}: {program} {bound:?}");
    }
}

#[test]
fn letters_of_a_pair_by_hand() {
    let model = zoo::find("nanoadder-58").unwrap().model().unwrap();
    let addition = Addition::new(model.task()).unwrap();
    let shown = letters(&addition, (95, 7));
    assert_eq!(&shown[..4], &[57, 190, 100, 0]);
    assert!(shown.iter().all(|&letter| letter < LETTERS));
    assert_eq!(digits(shown[1]), [9, 0, 0]);
}
