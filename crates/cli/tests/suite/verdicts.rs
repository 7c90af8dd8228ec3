//! What the zoo states of each model is what the prover says.

use prove::{Options, Report, Verdict, prove};
use run::Adder;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use zoo::Entry;

fn report(entry: &Entry, most_states: u64) -> Report {
    let adder = Adder::new(entry.model().unwrap());
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    prove(&adder, Options { most_states, ..Options::new(threads) }, &AtomicBool::new(false), &|_| ())
}

fn check(entry: &Entry) {
    match (entry.verdict, report(entry, 2_000_000).verdict) {
        (zoo::Verdict::Proved { layer }, Verdict::Proved { layer: found }) => {
            assert_eq!(layer.name(), found.name(), "{}", entry.name);
        }
        (zoo::Verdict::Refuted { a, b }, Verdict::Refuted(found)) => {
            assert_eq!((a, b), (found.a, found.b), "{}", entry.name);
        }
        (stated, found) => panic!("{}: the zoo states {stated:?}, the prover says {found:?}", entry.name),
    }
}

/// Those that take a second each at most.
#[test]
fn portable_proofs_and_refutations_are_as_stated() {
    for entry in &zoo::ENTRIES {
        match entry.verdict {
            zoo::Verdict::Proved { layer: zoo::Layer::Portable } | zoo::Verdict::Refuted { .. } => {
                check(entry);
            }
            zoo::Verdict::Proved { .. } | zoo::Verdict::Undecided => {}
        }
    }
}

#[test]
#[ignore = "slow: two minutes on two cores; `cargo xtask test --slow`"]
fn other_proofs_are_as_stated() {
    let portable = Some(zoo::Layer::Portable);
    for entry in zoo::ENTRIES.iter().filter(|e| e.verdict.layer().is_some() && e.verdict.layer() != portable)
    {
        check(entry);
    }
}

/// A model that is stated as undecided is not refuted by a search either.
#[test]
#[ignore = "slow: a minute on two cores; `cargo xtask test --slow`"]
fn undecided_is_no_excuse() {
    for entry in zoo::ENTRIES.iter().filter(|entry| entry.verdict == zoo::Verdict::Undecided) {
        let found = report(entry, 10_000).verdict;
        assert!(
            matches!(found, Verdict::Undecided { .. } | Verdict::Unsupported { .. }),
            "{}: {found:?}",
            entry.name
        );
    }
}
