//! Smaller files mean the same: every step keeps the weights or is proved.

use craft::shrink::{Plan, Rule, Shrunk, Standing, shrink};
use prove::Layer;
use spec::Model;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

fn shrunk(name: &str, rule: Rule, most_states: u64) -> Shrunk {
    let model = zoo::find(name).unwrap().model().unwrap();
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let plan = Plan { rule, threads, most_states };
    let shrunk = shrink(&model, plan, &AtomicBool::new(false), &mut |_, _| ());
    check(&model, rule, &shrunk);
    shrunk
}

/// What holds of every result.
fn check(start: &Model, rule: Rule, shrunk: &Shrunk) {
    let mut counts = start.counts();
    for step in &shrunk.steps {
        assert_eq!(step.before, counts, "{}", step.what);
        assert!(rule.of(step.after) < rule.of(step.before), "{}", step.what);
        counts = step.after;
    }
    assert_eq!(shrunk.model.counts(), counts);
    // The text alone gives the model.
    let text = shrunk.text("smaller");
    assert_eq!(craft::format("smaller.toml", &text).unwrap(), text);
    let again = Model::parse("smaller.toml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((again.name(), again.counts()), ("smaller", counts));
    assert_eq!(again.net::<f64>(), shrunk.model.net::<f64>());
    assert_eq!((again.task(), again.dtype()), (start.task(), start.dtype()));
    if shrunk.steps.iter().all(|step| step.same_weights) {
        assert_eq!(again.net::<f64>(), start.net::<f64>());
    }
}

#[test]
fn a_refuted_model_keeps_its_weights() {
    let found = shrunk("gist-58", Rule::Stored, 1_000_000);
    assert!(matches!(found.start, Standing::Refuted(_)), "{:?}", found.start);
    assert!(found.steps.iter().all(|step| step.same_weights && step.standing == found.start));
    assert!(found.model.counts().stored <= 14, "{:?}", found.model.counts());
    assert_eq!(found.tried, 0);
}

#[test]
fn every_count_can_be_lowered() {
    // No state is allowed, so nothing is proved and only the weights as they are count.
    for rule in Rule::ALL {
        let found = shrunk("nanoadder-58", rule, 0);
        assert!(!found.steps.is_empty() || rule == Rule::Literals, "{}", rule.name());
    }
}

#[test]
fn a_step_that_moves_weights_is_proved() {
    // The model's own numbers are tied already.
    let found = shrunk("kswain98-4", Rule::Stored, 200_000);
    assert!(matches!(found.start, Standing::Proved { layer: Layer::Portable, .. }), "{:?}", found.start);
    for step in &found.steps {
        assert!(matches!(step.standing, Standing::Proved { layer: Layer::Portable, .. }), "{}", step.what);
    }
    assert!(found.tried > 0);
}

#[test]
fn it_can_be_stopped() {
    let model = zoo::find("nanoadder-58").unwrap().model().unwrap();
    let stop = AtomicBool::new(false);
    let plan = Plan { rule: Rule::Stored, threads: NonZeroUsize::MIN, most_states: 0 };
    let found = shrink(&model, plan, &stop, &mut |shrunk, _| {
        stop.store(shrunk.steps.len() >= 2, Ordering::Relaxed);
    });
    assert_eq!((found.steps.len(), found.stopped), (2, true));
    check(&model, Rule::Stored, &found);
}

#[test]
#[ignore = "slow: minutes on two cores; `cargo xtask test --slow`"]
fn every_model_of_the_zoo_stays_itself() {
    for entry in &zoo::ENTRIES {
        shrunk(entry.name, Rule::Stored, 0);
        shrunk(entry.name, Rule::Description, 0);
    }
}
