//! Graphs: those of PyTorch's exporters, and model files written as graphs and read back.

use crate::small::{agree, random_net, small_adder};
use crate::{Dice, threads};
use onnx::{Beside, Graph, Prompt};
use prove::{Layer, Options, Report, Verdict, prove};
use run::Adder;
use spec::Model;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// The exported model in the fixture `name` of the `onnx` crate.
fn fixture(name: &str) -> onnx::Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../onnx/fixtures");
    let read = |suffix: &str| std::fs::read(folder.join(format!("{name}.{suffix}"))).unwrap();
    let prompt = String::from_utf8(read("prompt.toml")).unwrap();
    let graph = Graph::read(&read("onnx"), &mut onnx::beside(&folder)).unwrap();
    graph.model(name, &Prompt::from_toml("prompt", prompt)).unwrap()
}

/// `model` as a graph that was written and read.
fn graph(model: &Model) -> onnx::Model {
    let nothing: &mut Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
    let graph = Graph::read(&onnx::write(model), nothing).unwrap();
    graph.model(model.name(), &graph.prompt().unwrap()).unwrap()
}

fn verdict(model: onnx::Model) -> Report {
    prove(&Adder::new(model), Options::new(threads()), &AtomicBool::new(false), &|_| ())
}

/// Of the fixtures, one computes its positions on the way in f32: two scores that should be equal are not in every evaluation, so
/// the proof is for ours. One weighs its end token with a million: how it rounds may outweigh a digit in some evaluation. ONNX Runtime
/// has no GELU of f64 by the error function, and computes that by tanh with constants of f32.
fn layer(name: &str) -> Layer {
    let ours = ["einsum", "ends", "gpt2-f64", "alibi-f64"];
    if ours.iter().any(|ours| name.starts_with(ours)) { Layer::Program } else { Layer::Portable }
}

#[test]
fn exports_of_pytorch_are_proved_and_their_wrong_twins_refuted() {
    for name in ["nanogpt", "gpt2-f64", "llama", "einsum", "alibi-f64", "encoder-f64", "interleaved", "ends"]
    {
        let report = verdict(fixture(&format!("{name}.dynamo")));
        assert_eq!(report.verdict, Verdict::Proved { layer: layer(name) }, "{name}");
        let keys: Vec<&str> = report.holds_for.iter().map(|runtime| runtime.key).collect();
        if name == "gpt2-f64" || name == "alibi-f64" {
            assert!(keys.starts_with(&["pytorch", "jax", "numpy"]), "{name}: {keys:?}");
        } else {
            let portable = keys.starts_with(&["pytorch", "onnxruntime", "jax", "numpy"]);
            assert_eq!(portable, layer(name) == Layer::Portable, "{name}: {keys:?}");
        }
        let wrong = verdict(fixture(&format!("{name}.wrong"))).verdict;
        assert!(matches!(wrong, Verdict::Refuted(_)), "{name}: {wrong:?}");
    }
}

#[test]
fn both_exporters_and_every_length_give_the_same_verdict() {
    for name in [
        "nanogpt.script",
        "nanogpt.fixed",
        "nanogpt.outside",
        "einsum.script",
        "einsum.fixed",
        "llama.script",
        "llama.fixed",
        "llama.recent",
        "gpt2-f64.recent",
        "interleaved.recent",
        "ends.script",
        "ends.fixed",
    ] {
        let report = verdict(fixture(name));
        assert_eq!(report.verdict, Verdict::Proved { layer: layer(name) }, "{name}");
    }
}

/// A softmax in f32 amid f64, as Hugging Face writes it: what would hold of either width need not hold of both.
#[test]
fn a_graph_of_two_widths_gets_no_proof_but_may_be_refuted() {
    // Without time for random pairs the verdict is that there are no bounds.
    let Verdict::Unsupported { why } = verdict(fixture("mixed.dynamo")).verdict else { panic!("no bounds") };
    assert!(why.contains("f32 and in f64"), "{why}");
    assert!(matches!(verdict(fixture("mixed.wrong")).verdict, Verdict::Refuted(_)));
}

#[test]
fn the_default_model_is_proved_as_a_graph() {
    let model = zoo::find(zoo::DEFAULT).unwrap().model().unwrap();
    assert_eq!(verdict(graph(&model)).verdict, Verdict::Proved { layer: Layer::Portable });
}

#[test]
fn small_adders_as_graphs_are_judged_as_trying_every_pair_does() {
    let model = small_adder(2);
    assert_eq!(agree(graph(&model), "the construction"), (true, true));
    let mut dice = Dice(15);
    let mut right = 0;
    for _ in 0..40 {
        let tensor = dice.below(model.stored().len());
        let element = dice.below(model.stored()[tensor].len());
        let old = model.stored()[tensor][element];
        let new = old * (1.0 + [0.2, 0.01][dice.below(2)] * dice.signed());
        let nudged = model.with_stored(tensor, element, new).unwrap();
        right += usize::from(agree(graph(&nudged), &format!("{tensor}, {element}: {old} -> {new}")).0);
    }
    assert!((5..38).contains(&right), "{right} of 40 are right: the nudges show little");
}

#[test]
fn random_nets_as_graphs_are_as_wrong_as_the_rate_says() {
    let mut dice = Dice(16);
    for index in 0..20 {
        agree(graph(&random_net(&mut dice, 2)), &format!("random net {index}"));
    }
}
