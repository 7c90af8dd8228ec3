//! What `num::runtimes` declares is not less than what was measured.

use crate::decide;
use num::runtimes::{Errors, Operation, RUNTIMES};
use prove::{Layer, Verdict, certificate};
use run::Adder;
use serde_json::Value;
use std::path::Path;

/// The newest record that `cargo xtask arithmetic` wrote.
fn record() -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/arithmetic");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let newest = files.filter(|path| path.extension().is_some_and(|end| end == "json")).max().unwrap();
    serde_json::from_str(&std::fs::read_to_string(newest).unwrap()).unwrap()
}

/// The figure at `path`: infinite if the runtime has no such operation, or if the figure is null, for no number or infinite.
fn figure(measured: &Value, path: [&str; 3]) -> f64 {
    path.iter().fold(measured, |value, key| &value[key]).as_f64().unwrap_or(f64::INFINITY)
}

fn compare(runtime: &str, kind: &str, declared: &Errors, measured: &Value) {
    for operation in Operation::ALL {
        let name = operation.name();
        let found = match operation {
            Operation::Sums => ["sum", "dot", "matmul"]
                .map(|name| figure(measured, ["sums", name, "share"]))
                .into_iter()
                .fold(0.0, f64::max),
            Operation::Softmax => {
                let written_out = figure(measured, ["softmax", "softmax", "units"]);
                // An operator of attention counts where there is one; JAX's in f64 is for f32, and docs/arithmetic.md says so.
                let apart = measured["softmax"]["attention"].is_null() || (runtime, kind) == ("jax", "f64");
                let operator = if apart { 0.0 } else { figure(measured, ["softmax", "attention", "units"]) };
                written_out.max(operator)
            }
            _ => figure(measured, ["functions", name, "units"]),
        };
        let declared = declared[operation as usize];
        assert!(found <= declared, "{runtime} {kind} {name}: measured {found}, declared {declared}");
        // And not much more, but where it is outside of the model anyway.
        let near = declared <= found + 1.0 || declared > operation.allowed();
        assert!(near, "{runtime} {kind} {name}: measured {found}, declared {declared}");
    }
}

#[test]
fn declared_errors_are_those_that_were_measured() {
    let record = record();
    for operation in Operation::ALL {
        let allowed = record["allowed"][operation.name()].as_f64();
        assert_eq!(
            allowed,
            Some(operation.allowed()),
            "{operation:?}: what docs/arithmetic.md says is allowed"
        );
    }
    assert_eq!(record["runtimes"].as_object().unwrap().len(), RUNTIMES.len());
    for runtime in &RUNTIMES {
        let measured = &record["runtimes"][runtime.key];
        assert_eq!(measured["name"].as_str(), Some(runtime.name));
        compare(runtime.key, "f32", &runtime.single, &measured["f32"]);
        assert_eq!(runtime.double.is_some(), !measured["f64"].is_null(), "{}", runtime.key);
        if let Some(declared) = &runtime.double {
            compare(runtime.key, "f64", declared, &measured["f64"]);
        }
    }
}

/// It speaks of the model of arithmetic and not of runtimes; the checker compares its layer with its leaves.
#[test]
fn a_certificate_has_the_layer_of_its_leaves_whatever_runtimes_do() {
    let model = zoo::find("nanoadder-0").unwrap().model().unwrap();
    let mut report = decide(&Adder::new(model.clone()), false, 20_000_000);
    assert_eq!(report.verdict, Verdict::Proved { layer: Layer::Portable });
    report.verdict = Verdict::Proved { layer: Layer::Program };
    let text = certificate(&model, &report).unwrap();
    let header: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(header["layer"], "portable");
}
