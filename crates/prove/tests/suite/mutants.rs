//! Models with numbers nudged: never proved where a wrong pair is known.

use crate::{Dice, decide, threads};
use prove::Verdict;
use run::protocol::RandomPairs;
use run::{Adder, sets};
use spec::Model;

/// Whether the structured sets and 50,000 random pairs show a wrong one.
fn known_wrong(adder: &Adder) -> bool {
    let digits = adder.model().task().digits();
    let structured = sets::structured(digits, 7).into_iter().flat_map(|set| set.pairs);
    let pairs: Vec<_> = structured.chain(RandomPairs::new(7).take(50_000)).collect();
    let sums = adder.add_many(&pairs, threads()).unwrap();
    pairs.iter().zip(sums).any(|((a, b), sum)| sum != Some(a + b))
}

/// One number of `model` changed: to zero, by its sign, or by a share of it from half down to a millionth.
fn nudged(model: &Model, dice: &mut Dice) -> (Model, String) {
    let tensor = dice.below(model.stored().len());
    let element = dice.below(model.stored()[tensor].len());
    let old = model.stored()[tensor][element];
    let new = match dice.below(8) {
        0 => 0.0,
        1 => -old,
        2 => old + 1.0,
        3 => old * 1.5,
        4 => old * (1.0 + 0.1 * dice.signed()),
        5 => old * (1.0 + 0.01 * dice.signed()),
        6 => old * (1.0 + 1e-4 * dice.signed()),
        _ => old * (1.0 + 1e-6 * dice.signed()),
    };
    let what = format!("tensor {tensor}, element {element}: {old} -> {new}");
    (model.with_stored(tensor, element, new).unwrap(), what)
}

pub(crate) fn mutants(name: &str, count: usize, seed: u64) {
    let model = zoo::find(name).unwrap().model().unwrap();
    let mut dice = Dice(seed);
    let (mut proved, mut refuted, mut open) = (0, 0, 0);
    for _ in 0..count {
        let (mutant, what) = nudged(&model, &mut dice);
        let adder = Adder::new(mutant);
        let verdict = decide(&adder, false, 400_000).verdict;
        let wrong = known_wrong(&adder);
        match verdict {
            Verdict::Proved { .. } => {
                assert!(!wrong, "{name} is proved, but wrong with {what}");
                proved += 1;
            }
            Verdict::Refuted(counterexample) => {
                let (a, b) = (counterexample.a, counterexample.b);
                assert_ne!(adder.add(a, b).unwrap().value, Some(a + b), "{name}, {what}: {a} + {b} is right");
                refuted += 1;
            }
            Verdict::Undecided { .. } | Verdict::Statistical { .. } | Verdict::Unsupported { .. } => {
                open += 1;
            }
        }
    }
    println!("{name}: {proved} proved, {refuted} refuted, {open} open");
    assert!(proved > 0 && refuted > 0, "{name}: the mutants show nothing");
}

#[test]
fn nudged_numbers_are_never_proved_where_a_wrong_pair_is_known() {
    mutants("nanoadder-58", 30, 1);
    mutants("nanogpt-130", 20, 2);
}

/// Hundreds of nudged numbers, one test for each model so that each shows when it has ended.
macro_rules! hundreds {
    ($($test:ident $model:literal;)*) => {$(
        #[test]
        #[ignore = "takes minutes: cargo xtask test --slow"]
        fn $test() {
            mutants($model, 300, 3);
        }
    )*};
}

hundreds! {
    hundreds_of_nanoadder_58 "nanoadder-58";
    hundreds_of_nanogpt_130 "nanogpt-130";
    hundreds_of_lokimorty_10 "lokimorty-10";
    hundreds_of_yieldthought_20 "yieldthought-20";
    hundreds_of_seuperhakkerja_28 "seuperhakkerja-28";
}

#[test]
fn a_model_of_zeros_is_never_proved() {
    for entry in zoo::ENTRIES {
        let mut model = entry.model().unwrap();
        for tensor in 0..model.stored().len() {
            for element in 0..model.stored()[tensor].len() {
                // Some forms refuse a zero, such as a norm that divides by it.
                if let Ok(zeroed) = model.with_stored(tensor, element, 0.0) {
                    model = zeroed;
                }
            }
        }
        let adder = Adder::new(model);
        if known_wrong(&adder) {
            let report = decide(&adder, false, 20_000);
            assert!(!matches!(report.verdict, Verdict::Proved { .. }), "{} of zeros is proved", entry.name);
        }
    }
}

#[test]
fn a_wrong_share_is_counted_exactly() {
    let adder = Adder::new(zoo::find("gist-58").unwrap().model().unwrap());
    let rate = decide(&adder, true, 1_000_000).rate.unwrap();
    assert_eq!((rate.least, rate.most), (7_367_511_250_000_000_000, 7_367_511_250_000_000_000));
    // A hundred thousand random pairs agree within four standard deviations.
    let pairs: Vec<_> = RandomPairs::new(11).take(100_000).collect();
    let sums = adder.add_many(&pairs, threads()).unwrap();
    let wrong = pairs.iter().zip(sums).filter(|((a, b), sum)| *sum != Some(a + b)).count();
    let (share, sampled) = (rate.lo(), wrong as f64 / 1e5);
    assert!(
        (sampled - share).abs() < 4.0 * (share * (1.0 - share) / 1e5).sqrt(),
        "{sampled} against {share}"
    );
}
