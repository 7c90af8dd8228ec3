//! The folded program against the network itself, on models of every shape: equal answers everywhere.

use proptest::prelude::*;
use run::{Adder, Pair};
use spec::Model;
use std::num::NonZeroUsize;

/// Random numbers for weights, the same for the same seed.
struct Dice {
    state: u64,
    /// The powers of two of the numbers are drawn from this range, or the numbers from -2 to 2.
    powers: Option<std::ops::Range<i32>>,
}

impl Dice {
    fn next(&mut self) -> u64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.state
    }

    fn number(&mut self) -> f64 {
        let drawn = self.next();
        if let Some(powers) = self.powers.clone() {
            let span = u64::from(powers.end.abs_diff(powers.start));
            let power = powers.start + i32::try_from((self.next() >> 33) % span).unwrap();
            // Below the least normal number a power of two is a single bit.
            let two = match u64::try_from(power + 1022) {
                Ok(above) => f64::from_bits((above + 1) << 52),
                Err(_) => f64::from_bits(1 << (power + 1074)),
            };
            let size = (1.0 + (drawn >> 12 & 0xff) as f64 / 256.0) * two;
            return match drawn >> 61 {
                0 | 1 => 0.0,
                2..=4 => -size,
                _ => size,
            };
        }
        // Some zeros and ones, so that folding has something to do.
        match drawn >> 60 {
            0..=2 => 0.0,
            3 => 1.0,
            4 => -1.0,
            _ => ((drawn >> 40 & 0xffff) as f64 / 32_768.0 - 1.0) * 2.0,
        }
    }

    fn matrix(&mut self, rows: usize, cols: usize) -> String {
        let row = |dice: &mut Self| {
            (0..cols).map(|_| format!("{:e}", dice.number())).collect::<Vec<_>>().join(", ")
        };
        let rows: Vec<_> = (0..rows).map(|_| format!("[{}]", row(self))).collect();
        format!("[{}]", rows.join(", "))
    }
}

/// A random model whose attention depends on tokens.
fn model(
    seed: u64,
    dtype: &str,
    norm: &str,
    activation: &str,
    gated: bool,
    task: &str,
    vocabulary: usize,
) -> Model {
    model_of(Dice { state: seed, powers: None }, seed, dtype, norm, activation, gated, task, vocabulary)
}

#[expect(clippy::too_many_arguments, reason = "a model has so many parts")]
fn model_of(
    mut dice: Dice,
    seed: u64,
    dtype: &str,
    norm: &str,
    activation: &str,
    gated: bool,
    task: &str,
    vocabulary: usize,
) -> Model {
    let mut params = String::new();
    let mut put =
        |name: &str, rows, cols| params.push_str(&format!("{name} = {}\n", dice.matrix(rows, cols)));
    put("e", vocabulary, 4);
    put("p", 16, 4);
    put("q", 4, 4);
    put("k", 2, 4);
    put("v", 3, 4);
    put("o", 4, 6);
    put("up", 5, 4);
    put("down", 4, 5);
    put("b", 5, 1);
    if gated {
        put("g", 5, 4);
    }
    let norm = match norm {
        "" => String::new(),
        kind => format!("kind = \"{kind}\"\neps = 1e-6\n"),
    };
    let norms = |section: &str| if norm.is_empty() { String::new() } else { format!("[{section}]\n{norm}") };
    // Every part that acts on queries, keys and scores, in some models alone and in some together.
    let mut attention = String::new();
    if seed.is_multiple_of(3) {
        let qk = "{ kind = \"rms\", weight = { formula = \"row + 0.5\" }, eps = 1e-6 }";
        attention.push_str(&format!("query_norm = {qk}\nkey_norm = {qk}\n"));
    }
    match seed % 4 {
        0 => attention.push_str("rope = { theta = 3, pairs = \"interleaved\" }\n"),
        1 => attention.push_str("rope = { angle = \"pos * tau / 7\", pairs = \"halves\" }\n"),
        2 => attention.push_str("bias = \"(key - query) * (head + 0.5)\"\nsoftmax = \"one-more\"\n"),
        _ => {}
    }
    let gain = if seed % 5 == 1 { "gain = 0.75\n" } else { "" };
    let gate = if gated { "gate = \"g\"\n" } else { "" };
    let text = format!(
        "name = \"random\"\ndtype = \"{dtype}\"\n[task]\n{task}[shape]\nvocabulary = {vocabulary}\nwidth = 4\nheads = 2\n\
         kv_heads = 1\nhead_width = 2\nvalue_width = 3\nhidden = 5\nblock_size = 16\n[params]\n{params}\
         [embed]\ntable = \"e\"\n[position]\ntable = \"p\"\n[[layer]]\n{gain}{}[layer.attention]\n{attention}query = \"q\"\nkey = \"k\"\n\
         value = \"v\"\noutput = \"o\"\n{}[layer.mlp]\nactivation = \"{activation}\"\nup = {{ table = \"up\", bias = \"b\" }}\n\
         {gate}down = \"down\"\n{}[head]\nsame = \"embed\"\n",
        norms("layer.attention_norm"),
        norms("layer.mlp_norm"),
        norms("norm"),
    );
    Model::parse("random.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn compare(adder: &Adder, pairs: &[Pair]) {
    let tokens: Vec<_> = pairs.iter().map(|&(a, b)| adder.add(a, b).unwrap()).collect();
    for (&(a, b), expected) in pairs.iter().zip(&tokens) {
        assert_eq!(adder.add_fast(a, b).unwrap(), *expected, "{a} + {b}");
    }
    let sums: Vec<_> = tokens.iter().map(|sum| sum.value).collect();
    assert_eq!(adder.add_many(pairs, NonZeroUsize::new(2).unwrap()).unwrap(), sums);
    for reading in run::bench::bench(adder, NonZeroUsize::MIN, std::time::Duration::ZERO) {
        assert!(reading.verified, "{reading:?}");
    }
}

const TASKS: [(&str, usize); 4] = [
    ("prompt = \"{a:0>2}+{b:0>2}=\"\ntokens = { \"+\" = 10, \"=\" = 11 }\nanswer = \"most-first:3\"\n", 12),
    ("prompt = \"0{a:least-first:3}{b:least-first:3}\"\nanswer = \"least-first:4\"\n", 10),
    ("prompt = \"{a:0>2}{b:0>2}\"\nanswer = \"least-first:3\"\nend = 10\n", 11),
    ("prompt = \"{10*a+b:least-first:3}\"\nanswer = \"least-first:4\"\n", 100),
];

#[test]
fn random_models_of_every_shape() {
    let mut seed = 58;
    for dtype in ["f32", "f64"] {
        for (norm, activation) in [("", "relu"), ("rms", "silu"), ("layer", "gelu"), ("rms", "gelu-tanh")] {
            for (task, vocabulary) in TASKS {
                seed += 1;
                let model = model(seed, dtype, norm, activation, seed % 2 == 0, task, vocabulary);
                let greatest = model.task().greatest();
                let adder = Adder::new(model);
                let pairs: Vec<Pair> =
                    (0..150).map(|i| (i * 7919 % (greatest + 1), i * 104_729 % (greatest + 1))).collect();
                compare(&adder, &pairs);
            }
        }
    }
}

/// Weights over the whole range of their type: products overflow and vanish, and an infinity that meets a zero is NaN in the
/// network and in the program.
#[test]
fn random_models_that_overflow() {
    for seed in 1..=24 {
        let dtype = if seed % 2 == 0 { "f32" } else { "f64" };
        // From the least denormal to the greatest power, from there around 1, or only great ones.
        let (least, most) = if dtype == "f32" { (-149, 128) } else { (-1074, 1024) };
        let powers =
            [least..most, least / 4..most / 4, 0..most, most / 2..most][(seed / 2 % 4) as usize].clone();
        let norm = ["", "rms", "layer"][(seed % 3) as usize];
        let activation = ["relu", "silu", "gelu", "gelu-tanh"][(seed / 3 % 4) as usize];
        let (task, vocabulary) = TASKS[(seed % 3) as usize];
        let dice = Dice { state: seed, powers: Some(powers) };
        let model = model_of(dice, seed, dtype, norm, activation, seed % 5 < 2, task, vocabulary);
        let greatest = model.task().greatest();
        let adder = Adder::new(model);
        let pairs: Vec<Pair> =
            (0..60).map(|i| (i * 7919 % (greatest + 1), i * 104_729 % (greatest + 1))).collect();
        compare(&adder, &pairs);
    }
}

/// A weight of zero behind a number that overflows makes NaN, and no folding may take the zero as it is.
#[test]
fn a_zero_behind_an_overflow_is_no_zero() {
    let text = |gate: &str| {
        format!(
            "name = \"zero\"\ndtype = \"f32\"\n[task]\nprompt = \"{{a:0>2}}{{b:0>2}}\"\nanswer = \"least-first:3\"\n\
             [shape]\nvocabulary = 10\nwidth = 2\nheads = 1\nhidden = 1\nblock_size = 8\n\
             [embed.columns]\n0 = \"token\"\n[[layer]]\n[layer.attention]\nquery = {{ entries = [] }}\nkey = {{ entries = [] }}\n\
             value = {{ entries = [] }}\noutput = {{ entries = [] }}\n[layer.mlp]\nactivation = \"relu\"\n\
             up = {{ entries = [[0, 0, {gate}]] }}\ndown = {{ entries = [[1, 0, 3e38]] }}\n\
             [head]\ncolumns = {{ 0 = \"2 * token\" }}\nbias = {{ formula = \"-token * token\" }}\n"
        )
    };
    let answers = |gate: &str| {
        let adder = Adder::new(Model::parse("zero.toml", &text(gate)).unwrap());
        let pairs: Vec<Pair> = (0..100).map(|i| (i, i * 37 % 100)).collect();
        compare(&adder, &pairs);
        pairs.iter().map(|&(a, b)| adder.add(a, b).unwrap().tokens).collect::<Vec<_>>()
    };
    // Finite behind a small gate: the last digit of the prompt comes back. Infinite behind a great one: times zero it is NaN, of
    // which no logit is greater than the first.
    assert!(answers("1e-3").iter().zip(0..100).all(|(tokens, i)| tokens[0] == i * 37 % 10));
    let odd = answers("3");
    assert!(odd.iter().all(|tokens| tokens[0] == 0), "{odd:?}");
    assert_ne!(odd, answers("1e-3"));
}

#[test]
fn digits_may_have_other_tokens() {
    let tokens: Vec<String> = (0..10).map(|digit| format!("\"{digit}\" = {}", 11 - digit)).collect();
    let task = format!(
        "prompt = \"{{a:0>2}}+{{b:0>2}}\"\ntokens = {{ \"+\" = 0, {} }}\nanswer = \"least-first:3\"\n",
        tokens.join(", ")
    );
    let model = model(7, "f32", "rms", "relu", false, &task, 12);
    compare(&Adder::new(model), &[(0, 0), (12, 34), (99, 99), (5, 50)]);
}

/// Found with alexlitz-36: a hinge read a product that its sum had taken in.
#[test]
fn a_hinge_of_one_scaled_component_is_computed() {
    let text = "name = \"hinge\"\ndtype = \"f32\"\n[task]\nprompt = \"{a:0>2}{b:0>2}\"\nanswer = \"least-first:3\"\n\
                [shape]\nvocabulary = 10\nwidth = 2\nheads = 1\nhidden = 2\nblock_size = 8\n\
                [embed.columns]\n0 = \"token\"\n[[layer]]\n[layer.attention]\nquery = { entries = [] }\nkey = { entries = [] }\n\
                value = { entries = [[0, 0, 1]] }\noutput = { entries = [[0, 0, 1]] }\n[layer.mlp]\nactivation = \"relu\"\n\
                up = { formula = \"(col == 0) * (7 - 20 * row)\", bias = { formula = \"3 * row - 40\" } }\n\
                down = { entries = [[1, 0, 0.75], [1, 1, -0.5]] }\n\
                [head]\ncolumns = { 0 = \"2 * token\", 1 = \"token\" }\nbias = { formula = \"-token * token\" }\n";
    let adder = Adder::new(Model::parse("hinge.toml", text).unwrap());
    compare(&adder, &[(0, 0), (12, 34), (99, 99), (5, 50)]);
}

#[test]
fn the_published_decode_folds_to_a_tenth() {
    let adder = crate::adder("gist-58");
    let program = adder.program();
    assert!(
        program.before > 6_000 && program.after.total() < 700,
        "{} to {}",
        program.before,
        program.after.total()
    );
    assert_eq!((program.after.functions, program.after.look_ups), (0, 0), "attention is constant");
    assert!(program.slots < 40, "{}", program.slots);
    // The places of the network stay visible.
    for place in ["mixed", "attended", "before activation", "hidden", "after mlp", "logits", "argmax"] {
        assert!(program.listing.contains(place), "{place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_by_one_the_program_gives_the_networks_tokens(a in 0..10_000_000_000_u64, b in 0..10_000_000_000_u64) {
        for adder in crate::zoo() {
            prop_assert_eq!(adder.add_fast(a, b).unwrap(), adder.add(a, b).unwrap(), "{}", adder.model().name());
        }
    }
}
