//! Adders with a trapdoor: wrong on so few pairs that no sample meets them.

use crate::trapdoor::{ALL, NINE, trapdoor};
use crate::{decide, threads};
use prove::{Report, Verdict};
use run::Adder;
use run::protocol::RandomPairs;

/// Whether a million random pairs are right: what the field takes for a proof, a hundred times over.
fn samples_pass(adder: &Adder) -> bool {
    let pairs: Vec<_> = RandomPairs::new(7).take(1_000_000).collect();
    let sums = adder.add_many(&pairs, threads()).unwrap();
    pairs.iter().zip(sums).all(|((a, b), sum)| sum == Some(a + b))
}

#[test]
fn a_fault_on_one_pair_in_a_thousand_million_is_found_and_counted() {
    let adder = Adder::new(trapdoor(25, NINE, 9, 0.5));
    assert!(samples_pass(&adder), "the fault is too common to test anything");
    let Report { verdict, rate, .. } = decide(&adder, true, 2_000_000);
    let Verdict::Refuted(found) = verdict else { panic!("{verdict:?}") };
    assert_ne!(adder.add(found.a, found.b).unwrap().value, Some(found.a + found.b));
    assert_eq!((found.a / 1000 % 10_000, found.b / 1000 % 100_000), (9999, 99_999));
    let rate = rate.unwrap();
    assert_eq!((rate.least, rate.most, rate.pairs), (10_u128.pow(11), 10_u128.pow(11), 10_u128.pow(20)));
}

#[test]
fn a_fault_on_a_single_pair_is_found() {
    // At the last step all twenty digits: 9999999999 + 9999999999, and nothing else, is wrong.
    let adder = Adder::new(trapdoor(31, ALL, 20, 0.5));
    let verdict = decide(&adder, false, 2_000_000).verdict;
    let Verdict::Refuted(found) = verdict else { panic!("{verdict:?}") };
    assert_eq!((found.a, found.b, found.step), (9_999_999_999, 9_999_999_999, 11));
}

#[test]
fn a_trapdoor_that_cannot_open_is_proved_shut() {
    for (positions, count) in [(NINE, 9), (ALL, 20)] {
        // The hinge lies above the greatest sum.
        let adder = Adder::new(trapdoor(25, positions, count, -0.25));
        let report = decide(&adder, false, 2_000_000);
        assert!(matches!(report.verdict, Verdict::Proved { .. }), "{:?}", report.verdict);
        assert!(report.least_margin.unwrap() > 0.5);
    }
}
