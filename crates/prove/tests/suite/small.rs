//! Two and three digits: every pair is tried, and the prover must agree with the truth.

use crate::{Dice, decide, threads};
use prove::{Report, Verdict};
use run::{Adder, Subject};
use spec::Model;
use std::fmt::Write;

/// The default model for operands of fewer digits: the same construction with another period.
pub(crate) fn small_adder(digits: usize) -> Model {
    let text = zoo::find(zoo::DEFAULT).unwrap().text;
    let period = digits + 1;
    let angle = |parts: usize| format!("{}", parts as f64 * std::f64::consts::TAU / period as f64);
    let text = text
        .replace("period = 11", &format!("period = {period}"))
        .replace("last_of_prompt = 21", &format!("last_of_prompt = {}", 2 * digits + 1))
        .replace("{a:0>10}", &format!("{{a:0>{digits}}}"))
        .replace("{b:0>10}", &format!("{{b:0>{digits}}}"))
        .replace("least-first:11", &format!("least-first:{period}"))
        .replace("[4.569589]", &format!("[{}]", angle(digits + period - 2)))
        .replace("[5.140788]", &format!("[{}]", angle(digits + period - 1)));
    Model::parse("small", &text).unwrap()
}

/// One of `choices`.
fn one_of<T: Copy>(dice: &mut Dice, choices: &[T]) -> T {
    choices[dice.below(choices.len())]
}

/// A network of one layer out of every kind of block, with weights drawn at random.
pub(crate) fn random_net(dice: &mut Dice, digits: usize) -> Model {
    let dtype = one_of(dice, &["f32", "f64"]);
    let order = one_of(dice, &["least-first", "most-first"]);
    let kv_heads = 1 + dice.below(2);
    let (prompt, vocabulary) = match dice.below(3) {
        0 => (format!("{{a:0>{digits}}}+{{b:0>{digits}}}="), 12),
        1 => (format!("0{{a:least-first:{digits}}}0{{b:least-first:{digits}}}0"), 10),
        _ => (format!("{{10*a+b:least-first:{digits}}}="), 112),
    };
    let mut text = format!("name = \"random\"\ndtype = \"{dtype}\"\n\n[task]\nprompt = \"{prompt}\"\n");
    match vocabulary {
        12 => text.push_str("tokens = { \"+\" = 10, \"=\" = 11 }\n"),
        112 => text.push_str("tokens = { \"=\" = 111 }\n"),
        _ => {}
    }
    // Without a draw of its own, so that all else stays as it was.
    let sums = if kv_heads == 1 { "separate" } else { "fused" };
    text = text.replace("\n\n[task]", &format!("\nsums = \"{sums}\"\n\n[task]"));
    write!(
        text,
        "answer = \"{order}:{}\"\n\n[shape]\nvocabulary = {vocabulary}\nwidth = 4\nheads = 2\nkv_heads = {kv_heads}\n\
         hidden = 5\nblock_size = 16\n\n[params]\n",
        digits + 1,
    )
    .unwrap();
    // Positions are added, turned by, or a bias of the scores.
    let position = one_of(dice, &["table", "interleaved", "halves", "alibi"]);
    let head_norm = dice.below(2) == 0;
    let kv = 2 * kv_heads;
    let mut tensor = |name: &str, rows: usize, columns: usize, size: f64, base: f64| {
        let row = |dice: &mut Dice| {
            (0..columns).map(|_| format!("{}", base + size * dice.signed())).collect::<Vec<_>>().join(", ")
        };
        let rows: Vec<String> = (0..rows).map(|_| format!("[{}]", row(dice))).collect();
        writeln!(text, "{name} = [{}]", rows.join(", ")).unwrap();
    };
    tensor("embed", vocabulary, 4, 2.0, 0.0);
    tensor("wq", 4, 4, 3.0, 0.0);
    tensor("wk", kv, 4, 3.0, 0.0);
    tensor("wv", kv, 4, 2.0, 0.0);
    tensor("wo", 4, 4, 2.0, 0.0);
    tensor("up", 5, 4, 2.0, 0.0);
    tensor("gate", 5, 4, 2.0, 0.0);
    tensor("down", 4, 5, 2.0, 0.0);
    tensor("bias", 5, 1, 1.0, 0.0);
    tensor("unembed", vocabulary, 4, 2.0, 0.0);
    tensor("norm", 4, 1, 0.5, 1.0);
    if position == "table" {
        tensor("place", 16, 4, 1.0, 0.0);
    }
    if head_norm {
        tensor("head_norm", 2, 1, 0.5, 2.0);
    }
    text.push_str("\n[embed]\ntable = \"embed\"\n");
    if position == "table" {
        text.push_str("\n[position]\ntable = \"place\"\n");
    }
    let kind = one_of(dice, &["rms", "layer"]);
    write!(text, "\n[[layer]]\n[layer.attention_norm]\nkind = \"{kind}\"\neps = 1e-5\nweight = \"norm\"\n")
        .unwrap();
    text.push_str("[layer.attention]\nquery = \"wq\"\nkey = \"wk\"\nvalue = \"wv\"\noutput = \"wo\"\n");
    writeln!(text, "softmax = \"{}\"", one_of(dice, &["plain", "one-more"])).unwrap();
    match position {
        "alibi" => text.push_str("bias = \"(1 + head) * (key - query) / 3\"\n"),
        "table" => {}
        pairs => {
            write!(text, "[layer.attention.rope]\nangle = \"pos * tau / 7\"\npairs = \"{pairs}\"\n").unwrap();
        }
    }
    if head_norm {
        for of in ["query_norm", "key_norm"] {
            write!(text, "[layer.attention.{of}]\nkind = \"rms\"\neps = 1e-6\nweight = \"head_norm\"\n")
                .unwrap();
        }
    }
    let activation = one_of(dice, &["relu", "silu", "gelu", "gelu-tanh"]);
    write!(
        text,
        "[layer.mlp]\nactivation = \"{activation}\"\nup = {{ table = \"up\", bias = \"bias\" }}\ngate = \"gate\"\ndown = \"down\"\n"
    )
    .unwrap();
    if dice.below(2) == 0 {
        text.push_str("\n[norm]\nkind = \"rms\"\neps = 1e-5\n");
    }
    text.push_str("\n[head]\ntable = \"unembed\"\n");
    Model::parse("random", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// How many of all pairs the model gets wrong, by trying each.
fn wrong_pairs(adder: &Adder) -> u128 {
    let most = adder.model().task().greatest();
    let pairs: Vec<_> = (0..=most).flat_map(|a| (0..=most).map(move |b| (a, b))).collect();
    let sums = adder.add_many(&pairs, threads()).unwrap();
    pairs.iter().zip(sums).filter(|((a, b), sum)| *sum != Some(a + b)).count() as u128
}

/// Compares verdict and rate with the truth; gives whether the model was proved, and whether the rate is exact.
pub(crate) fn agree(model: impl Into<Subject>, what: &str) -> (bool, bool) {
    let adder = Adder::new(model);
    let truth = wrong_pairs(&adder);
    let Report { verdict, rate, .. } = decide(&adder, true, 2_000_000);
    let rate = rate.unwrap_or_else(|| panic!("{what}: {verdict:?} has no rate"));
    assert!(rate.least <= truth && truth <= rate.most, "{what}: {truth} wrong, but {rate:?}");
    match verdict {
        Verdict::Proved { .. } => assert_eq!(truth, 0, "{what} is proved"),
        Verdict::Refuted(_) => assert!(truth > 0, "{what} is refuted"),
        Verdict::Undecided { why } | Verdict::Statistical { why } | Verdict::Unsupported { why } => {
            panic!("{what}: {why}")
        }
    }
    (truth == 0, rate.least == rate.most)
}

#[test]
fn small_adders_are_proved() {
    for digits in [2, 3] {
        assert_eq!(agree(small_adder(digits), "the construction"), (true, true));
    }
}

#[test]
fn nudged_small_adders_are_judged_as_trying_every_pair_does() {
    let model = small_adder(2);
    let mut dice = Dice(5);
    let mut right = 0;
    for _ in 0..120 {
        let tensor = dice.below(model.stored().len());
        let element = dice.below(model.stored()[tensor].len());
        let old = model.stored()[tensor][element];
        let new = match dice.below(3) {
            0 => old + dice.signed(),
            1 => old * (1.0 + 0.2 * dice.signed()),
            _ => old * (1.0 + 0.01 * dice.signed()),
        };
        let what = format!("tensor {tensor}, element {element}: {old} -> {new}");
        right += usize::from(agree(model.with_stored(tensor, element, new).unwrap(), &what).0);
    }
    assert!((20..110).contains(&right), "{right} of 120 are right: the nudges show little");
}

#[test]
fn random_nets_are_as_wrong_as_the_rate_says() {
    let mut dice = Dice(9);
    for index in 0..40 {
        agree(random_net(&mut dice, 2), &format!("random net {index}"));
    }
}

#[test]
#[ignore = "takes minutes: cargo xtask test --slow"]
fn hundreds_of_random_nets() {
    let mut dice = Dice(10);
    for index in 0..300 {
        agree(random_net(&mut dice, 2), &format!("random net {index}"));
    }
}
