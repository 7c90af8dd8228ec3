//! Published trained models, restated as model files in `tests/trained` and read with their published weights.
//!
//! The weights are not ours to ship: the environment variable `NANOADDER_WEIGHTS` names a folder of safetensors files. Without
//! it nothing is tested here, and a line says so.

use run::Adder;
use run::check::{Plan, check};
use spec::Model;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// A model, how many of the 10,010 pairs it adds right, and pairs on which it is known to be wrong.
struct Case {
    name: &'static str,
    passed: u64,
    wrong: &'static [(u64, u64, u64)],
}

const CASES: [Case; 7] = [
    Case { name: "lokimorty-39", passed: 10_001, wrong: &[(1_248_196, 95, 1_248_391)] },
    Case { name: "vijec-52", passed: 10_010, wrong: &[] },
    Case { name: "evindor-57", passed: 10_010, wrong: &[] },
    Case { name: "staghado-122", passed: 10_010, wrong: &[] },
    Case { name: "dimopep-140", passed: 10_010, wrong: &[] },
    Case { name: "rezabyt-311", passed: 10_010, wrong: &[(10_000, 10_000, 10_000)] },
    Case { name: "yinglunz-456", passed: 10_010, wrong: &[] },
];

/// The model of this name, or none where its weights are not at hand.
fn model(name: &str) -> Option<Model> {
    let Some(folder) = std::env::var_os("NANOADDER_WEIGHTS") else {
        println!("{name}: skipped, NANOADDER_WEIGHTS names no folder of weights");
        return None;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trained").join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap();
    let folders = [PathBuf::from(folder)];
    let model = Model::parse_with(&path.display().to_string(), &text, &mut spec::weights_in(&folders));
    Some(model.unwrap_or_else(|problems| panic!("{problems}")))
}

#[test]
fn trained_models_are_as_right_as_their_authors_say() {
    for Case { name, passed, wrong } in CASES {
        let Some(model) = model(name) else { continue };
        assert_eq!(model.name(), name);
        assert_eq!(Some(model.counts().stored), model.identity().claimed, "{name}");
        assert_eq!(model.counts().board, model.counts().stored, "{name}: everything was learned");
        let adder = Adder::new(model);
        let plan = Plan {
            seed: run::protocol::SEED,
            pairs: 10_000,
            threads: NonZeroUsize::new(2).unwrap(),
            detailed: false,
        };
        let report = check(&adder, plan, &mut |_| ()).unwrap();
        assert_eq!((report.passed, report.total), (passed, 10_010), "{name}");
        for &(a, b, answer) in wrong {
            assert_eq!(adder.add(a, b).unwrap().value, Some(answer), "{name}: {a} + {b}");
        }
    }
}

#[test]
fn every_reading_of_a_trained_model_agrees() {
    for Case { name, wrong, .. } in CASES {
        let Some(model) = model(name) else { continue };
        let adder = Adder::new(model);
        for reading in run::bench::bench(&adder, NonZeroUsize::MIN, std::time::Duration::ZERO) {
            assert!(reading.verified, "{name}: {reading:?}");
        }
        for &(a, b, _) in wrong {
            assert_eq!(adder.add_fast(a, b).unwrap(), adder.add(a, b).unwrap(), "{name}: {a} + {b}");
        }
    }
}
