//! What the zoo states of each model is what the prover says.

use prove::{Options, Verdict, prove};
use run::Adder;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use zoo::Entry;

fn check(entry: &Entry) {
    let adder = Adder::new(entry.model().unwrap());
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let report = prove(&adder, Options::new(threads), &AtomicBool::new(false), &|_| ());
    match (entry.verdict, report.verdict) {
        (zoo::Verdict::Proved { layer }, Verdict::Proved { layer: found }) => {
            assert_eq!(layer.name(), found.name(), "{}", entry.name);
        }
        (zoo::Verdict::Refuted { a, b }, Verdict::Refuted(found)) => {
            assert_eq!((a, b), (found.a, found.b), "{}", entry.name);
        }
        (stated, found) => panic!("{}: the zoo states {stated:?}, the prover says {found:?}", entry.name),
    }
}

/// Those that take more than a second.
const SLOW: [&str; 13] = [
    "seuperhakkerja-28",
    "fblissjr-33",
    "bingbangboom-87",
    "seuperhakkerja-93",
    "corbensorenson-111",
    "prasannakotyal-116",
    "wonderfall-121",
    "wonderfall-130",
    "wonderfall-139",
    "bingbangboom-148",
    "xangma-177",
    "xangma-197",
    "fblissjr-249",
];

#[test]
fn what_is_decided_in_a_second_is_as_stated() {
    for entry in zoo::ENTRIES.iter().filter(|entry| !SLOW.contains(&entry.name)) {
        check(entry);
    }
}

#[test]
#[ignore = "slow: two minutes on two cores; `cargo xtask test --slow`"]
fn what_takes_longer_is_as_stated() {
    for name in SLOW {
        check(zoo::find(name).expect("a model of the zoo"));
    }
}
