//! Certificates that hold.

use crate::{attempted, check, default, exact, model, written};
use certify::{Confirmed, Options};

#[test]
fn the_default_model_is_right_on_every_pair() {
    let report = check(default()).unwrap();
    assert_eq!(report.pairs, "100000000000000000000");
    let Confirmed::Proved { layer, stated, margin, leaves, .. } = report.confirmed else { panic!() };
    assert_eq!((layer.as_str(), leaves), ("portable", 170_300));
    assert!(margin > 0.3 && stated > 0.3, "{margin} {stated}");
}

#[test]
fn leaves_of_the_program_itself_are_run_again() {
    let report = check(exact()).unwrap();
    let Confirmed::Proved { layer, margin, .. } = report.confirmed else { panic!() };
    assert_eq!(layer, "exact");
    assert!(margin > 0.0);
}

#[test]
fn sums_that_cancel_are_bounded_in_the_programs_order() {
    // Its hinges take a thousand from a thousand: at one step any order of summation rounds more than the margin.
    let report = check(&written(&model("lichengliu03-50"))).unwrap();
    let Confirmed::Proved { layer, margin, .. } = report.confirmed else { panic!() };
    assert_eq!(layer, "program");
    assert!(margin > 1e-3, "{margin}");
}

#[test]
#[ignore = "minutes"]
fn every_proof_of_one_layer_in_the_zoo_is_confirmed() {
    let mut confirmed = 0;
    for entry in &zoo::ENTRIES {
        let model = entry.model().unwrap();
        match attempted(&model) {
            Ok(text) => {
                check(&text).unwrap_or_else(|failure| panic!("{}: {failure}", model.name()));
                confirmed += 1;
            }
            Err(why) => assert!(why.contains("two layers"), "{}: {why}", model.name()),
        }
    }
    assert!(confirmed > 30, "{confirmed}");
}

#[test]
fn a_refutation_is_replayed() {
    let report = check(&written(&model("gist-58"))).unwrap();
    let Confirmed::Refuted(found) = report.confirmed else { panic!() };
    assert_eq!((found.a, found.b, found.expected), (9000, 0, 9000));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let one = std::num::NonZeroUsize::MIN;
    let options = Options { threads: one, model: Some(&model("nanoadder-58")), progress: &|_| {} };
    let report = certify::certify(default(), &options).unwrap();
    assert_eq!(report.confirmed, check(default()).unwrap().confirmed);
}
