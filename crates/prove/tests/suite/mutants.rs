//! Models with numbers nudged: never proved where a wrong pair is known.

use crate::{Dice, decide, threads};
use prove::{Counterexample, Verdict};
use run::protocol::RandomPairs;
use run::{Adder, sets};
use std::num::NonZeroUsize;

/// The structured sets and 50,000 random pairs, those that find most first.
fn trial(digits: usize) -> Vec<(u64, u64)> {
    let structured = sets::structured(digits, 7).into_iter().flat_map(|set| set.pairs);
    RandomPairs::new(7).take(2_000).chain(structured).chain(RandomPairs::new(8).take(50_000)).collect()
}

/// Whether one of `pairs` is wrong.
fn known_wrong(adder: &Adder, pairs: &[(u64, u64)]) -> bool {
    pairs.chunks(2_000).any(|pairs| {
        let sums = adder.add_many(pairs, NonZeroUsize::MIN).unwrap();
        pairs.iter().zip(sums).any(|((a, b), sum)| sum != Some(a + b))
    })
}

/// Another value for a number: zero, its negative, or off by a share of it from half down to a millionth.
fn nudged(old: f64, dice: &mut Dice) -> f64 {
    match dice.below(8) {
        0 => 0.0,
        1 => -old,
        2 => old + 1.0,
        3 => old * 1.5,
        4 => old * (1.0 + 0.1 * dice.signed()),
        5 => old * (1.0 + 0.01 * dice.signed()),
        6 => old * (1.0 + 1e-4 * dice.signed()),
        _ => old * (1.0 + 1e-6 * dice.signed()),
    }
}

/// Nudges one number of a model, again and again, until `count` of the mutants are known to be wrong. None of them may be proved.
///
/// Of those, half are taken to the edge: to just beyond the last nudge that no pair is known for, where few pairs are wrong. Some of
/// those that are not known to be wrong are decided as well, so that a prover that proves nothing would be noticed.
fn mutants(name: &str, count: usize, seed: u64) {
    let model = zoo::find(name).unwrap().model().unwrap();
    let pairs = trial(model.task().digits());
    let original = Adder::new(model.clone());
    let original_is_wrong = known_wrong(&original, &pairs);
    // A tenth more cases than it takes itself.
    let most_states = (decide(&original, false, 300_000).states / 10 * 11).max(200_000);
    let mut dice = Dice(seed);
    let (mut wrong, mut others, mut proved, mut refuted) = (0, 0, 0, 0);
    while wrong < count && others < 4 * count {
        let tensor = dice.below(model.stored().len());
        let element = dice.below(model.stored()[tensor].len());
        // Some forms refuse a zero, such as a norm that divides by it.
        let mutant = |value| model.with_stored(tensor, element, value).ok().map(Adder::new);
        let old = model.stored()[tensor][element];
        let new = nudged(old, &mut dice);
        let Some(mut adder) = mutant(new) else { continue };
        let is_wrong = known_wrong(&adder, &pairs);
        let mut what = format!("{name}, tensor {tensor}, element {element}: {old} -> {new}");
        if is_wrong && !original_is_wrong && dice.below(2) == 0 {
            let (mut right, mut edge) = (old, new);
            for _ in 0..16 {
                let middle = f64::midpoint(right, edge);
                let Some(between) = mutant(middle) else { break };
                if known_wrong(&between, &pairs) {
                    (edge, adder) = (middle, between);
                } else {
                    right = middle;
                }
            }
            what = format!("{what}, at the edge {edge}");
        }
        *(if is_wrong { &mut wrong } else { &mut others }) += 1;
        if !is_wrong && others % 10 != 1 {
            continue;
        }
        match decide(&adder, false, most_states).verdict {
            Verdict::Proved { .. } => {
                assert!(!is_wrong, "proved, but wrong: {what}");
                proved += 1;
            }
            Verdict::Refuted(Counterexample { a, b, .. }) => {
                assert_ne!(adder.add(a, b).unwrap().value, Some(a + b), "{what}: {a} + {b} is right");
                refuted += 1;
            }
            Verdict::Undecided { .. } | Verdict::Statistical { .. } | Verdict::Unsupported { .. } => {}
        }
    }
    println!("{name}: {wrong} wrong, {refuted} refuted; {others} others, {proved} proved");
    assert!(wrong > 0 && (original_is_wrong || proved > 0), "{name}: the mutants show nothing");
}

#[test]
fn nudged_numbers_are_never_proved_where_a_wrong_pair_is_known() {
    mutants("nanoadder-58", 15, 1);
    mutants("nanogpt-130", 10, 2);
}

/// Mutants of each model of the zoo that stores numbers, one test for each so that each shows when it has ended.
macro_rules! mutants_of {
    ($($count:literal: $($test:ident)*;)*) => {
        mod many {
            $($(
                #[test]
                #[ignore = "takes minutes: cargo xtask test --slow"]
                fn $test() {
                    super::mutants(&stringify!($test).replace('_', "-"), $count, 3);
                }
            )*)*
        }

        #[test]
        fn each_model_that_stores_numbers_has_its_mutants() {
            let mut tested = vec![$($(stringify!($test).replace('_', "-")),*),*];
            let stores = |entry: &&zoo::Entry| !entry.model().unwrap().stored().is_empty();
            let mut expected: Vec<_> = zoo::ENTRIES.iter().filter(stores).map(|entry| entry.name).collect();
            tested.sort_unstable();
            expected.sort_unstable();
            assert_eq!(tested, expected);
        }
    };
}

mutants_of! {
    100:
    cosminscn_66
    fblissjr_33
    gist_58
    jnros_1
    kiguli_7_mask
    kiguli_7
    kswain98_2
    kswain98_4
    kswain98_8
    lichengliu03_50
    lokimorty_10
    lokimorty_12
    nanoadder_3
    nanoadder_5
    nanoadder_58
    nanogpt_130
    warlockee_6
    wonderfall_27
    wonderfall_40
    yieldthought_20
    zcbtrak_6;

    // These take seconds each: they have two layers, or nothing but the program itself decides.
    40:
    alexlitz_36
    bingbangboom_148
    bingbangboom_87
    corbensorenson_111
    fblissjr_249
    prasannakotyal_116
    seuperhakkerja_28
    seuperhakkerja_93
    wonderfall_121
    wonderfall_130
    wonderfall_139
    xangma_177
    xangma_197;
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
        if known_wrong(&adder, &trial(adder.model().task().digits())) {
            let report = decide(&adder, false, 20_000);
            assert!(!matches!(report.verdict, Verdict::Proved { .. }), "{} of zeros is proved", entry.name);
        }
    }
}

#[test]
fn a_wrong_share_is_counted_exactly() {
    let adder = Adder::new(zoo::find("gist-58").unwrap().model().unwrap());
    let rate = decide(&adder, true, 1_000_000).rate.unwrap();
    assert_eq!((rate.least, rate.most), (8_633_133_437_500_000_000, 8_633_133_437_500_000_000));
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
