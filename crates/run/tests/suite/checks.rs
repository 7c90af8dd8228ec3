//! What the protocol finds.

use crate::adder;
use run::check::{Plan, check};
use std::num::NonZeroUsize;

fn plan(pairs: u64, detailed: bool) -> Plan {
    Plan { seed: run::protocol::SEED, pairs, threads: NonZeroUsize::new(2).unwrap(), detailed }
}

#[test]
fn right_models_pass_all_and_the_published_one_does_not_qualify() {
    for adder in crate::zoo() {
        let name = adder.model().name();
        let passed = if name == "gist-58" { 9_203 } else { 10_010 };
        let report = check(adder, plan(10_000, false), &mut |_| ()).unwrap();
        assert_eq!((report.passed, report.total), (passed, 10_010), "{name}");
        assert_eq!(report.qualified(), passed == 10_010, "{name}");
    }
}

#[test]
fn details_add_up() {
    let mut told = 0;
    let report = check(&adder("gist-58"), plan(2_000, true), &mut |done| told = done).unwrap();
    let detail = report.detail.as_ref().unwrap();
    let wrong = report.total - report.passed;
    assert_eq!(told, 2_000);
    assert_eq!(detail.by_chain.iter().map(|group| group.total).sum::<u64>(), report.total);
    assert_eq!(detail.by_chain.iter().map(|group| group.wrong).sum::<u64>(), wrong);
    assert!(detail.by_position.iter().map(|group| group.wrong).sum::<u64>() >= wrong);
    assert_eq!((report.edge_failures, report.failures[0].pair), (1, (9_999_999_999, 0)));
    assert_eq!(report.failures.len(), run::check::FAILURES_KEPT);
}

#[test]
fn a_report_does_not_depend_on_the_number_of_threads() {
    let adder = adder("gist-58");
    // More batches than threads, and a last one that is not full.
    let report = |threads| {
        let threads = NonZeroUsize::new(threads).unwrap();
        let report = check(&adder, Plan { threads, ..plan(50_001, true) }, &mut |_| ()).unwrap();
        (report.passed, report.total, report.edge_failures, report.failures, report.detail)
    };
    let alone = report(1);
    assert_eq!(alone.1, 50_011);
    for threads in [2, 3, 7, 64] {
        assert_eq!(report(threads), alone, "{threads} threads");
    }
}

#[test]
fn the_default_model_survives_every_structured_set() {
    let report = check(&adder(zoo::DEFAULT), plan(0, true), &mut |_| ()).unwrap();
    for set in &report.detail.unwrap().by_set {
        assert_eq!(set.wrong, 0, "{}", set.name);
    }
}

#[test]
fn the_race_wants_ten_digits() {
    let text = zoo::find(zoo::DEFAULT).unwrap().text.replace("{a:0>10}+{b:0>10}=", "{a:0>9}+{b:0>9}=");
    let adder = run::Adder::new(spec::Model::parse("nine.toml", &text).unwrap());
    let error = check(&adder, plan(10, false), &mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, "the protocol adds operands of 10 digits; this model's have 9");
}
