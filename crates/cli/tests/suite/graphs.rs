//! ONNX graphs through the commands. `crates/onnx/fixtures/make.py` made them with PyTorch.

use crate::{command, nanoadder};
use snapbox::cmd::OutputAssert;
use snapbox::file;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../onnx/fixtures").join(name)
}

/// A folder with the graph `name` alone, as `model.onnx`: nothing beside it says how operands become tokens.
fn alone(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture(name), folder.path().join("model.onnx")).unwrap();
    folder
}

fn run(folder: &TempDir, line: &str) -> OutputAssert {
    command(line).current_dir(folder.path()).assert()
}

/// What is printed has times in it: the first line has not.
fn first_line(assert: &OutputAssert) -> String {
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn named_formats_templates_and_files_say_how_operands_become_tokens() {
    let template = "--prompt {a:0>10}0{b:0>10}0 --tokens 0123456789 --answer least-first:11";
    for (name, said, layer) in [
        ("nanogpt.dynamo.onnx", "--prompt F22z", "portable"),
        ("nanogpt.script.onnx", template, "portable"),
        // ONNX Runtime has no GELU of f64 by the error function.
        ("gpt2-f64.recent.onnx", "--prompt F22", "program"),
        ("llama.dynamo.onnx", "--prompt F31", "portable"),
    ] {
        let done = run(&alone(name), &format!("prove model.onnx --quiet {said}")).code(0);
        assert_eq!(first_line(&done), format!("model: proved right on every pair, {layer}"), "{name}");
    }
    // An end token is said by `--end` and read from the file beside the graph.
    let folder = alone("ends.dynamo.onnx");
    let ends = "model: proved right on every pair, program";
    assert_eq!(first_line(&run(&folder, "prove model.onnx --quiet --prompt F22z --end 10").code(0)), ends);
    fs::copy(fixture("ends.dynamo.prompt.toml"), folder.path().join("model.prompt.toml")).unwrap();
    assert_eq!(first_line(&run(&folder, "prove model.onnx --quiet").code(0)), ends);
    run(&folder, "add --model model.onnx 9999999999 1").code(0).stdout_eq("10000000000\n");
    // Without it nothing is read past the eleven digits.
    assert_eq!(first_line(&run(&folder, "prove model.onnx --quiet --prompt F22z").code(0)), ends);
}

#[test]
fn a_format_that_is_not_the_models_is_refuted_and_one_that_is_none_is_refused() {
    let folder = alone("llama.dynamo.onnx");
    run(&folder, "prove model.onnx --quiet --prompt F24").code(1);
    run(&folder, "check model.onnx --quiet --prompt F24").code(1);
    run(&folder, "check model.onnx --prompt F9").code(2).stdout_eq("").stderr_eq(
        "error: no format is called `F9`: expected one of F22, F22t, F22s, F22z, F24, F31, or a template\n",
    );
    run(&folder, "check model.onnx").code(2).stdout_eq("").stderr_eq(
        "error: `model.onnx` does not say how operands become tokens: expected `--prompt`, such as \
         `--prompt '{a:0>10}+{b:0>10}=' --answer least-first:11`, or the file `model.prompt.toml`\n",
    );
}

#[test]
fn the_output_of_logits_can_be_named() {
    let folder = alone("nanogpt.fixed.onnx");
    let add = |more: &str| run(&folder, &format!("add --model model.onnx 5 7 --prompt F22z {more}"));
    let remark =
        "model: the graph takes 33 tokens at a time: the places behind those of a decode hold token 0\n";
    for named in ["", "--logits logits", "--logits 0"] {
        add(named).code(0).stdout_eq("12\n").stderr_eq(remark);
    }
    add("--quiet").code(0).stdout_eq("12\n").stderr_eq("");
    add("--logits 1").code(2).stdout_eq("").stderr_eq(
        "error: `model.onnx`: no output is called `1`: expected the name or the number of one of \
         0: `logits` [1, 33, 10]\n",
    );
}

#[test]
fn every_command_that_reads_takes_a_graph() {
    let folder = alone("llama.dynamo.onnx");
    let said = |line: &str| run(&folder, &format!("{line} --prompt F31"));
    said("count model.onnx").code(0).stdout_eq(file!["../snapshots/count-graph.txt"]);
    said("add --model model.onnx 5 7").code(0).stdout_eq("12\n");
    said("check model.onnx").code(0);
    said("explain model.onnx 1 9").code(0).stdout_eq(file!["../snapshots/explain-graph.txt"]);
    said("hunt model.onnx --seconds 0.2").code(3);
    let refused = "error: `model.onnx` is an ONNX graph: expected a model file here\n";
    for line in ["lint model.onnx", "export model.onnx --to pytorch", "fmt model.onnx"] {
        run(&folder, line).code(2).stdout_eq("").stderr_eq(refused);
    }
}

/// Numbers that lie beside a graph are read from there; without them it is none.
#[test]
fn numbers_beside_a_graph_are_read() {
    let proved = nanoadder(&format!("prove {} --quiet", fixture("nanogpt.outside.onnx").display())).code(0);
    assert_eq!(first_line(&proved), "nanogpt.outside: proved right on every pair, portable");
    run(&alone("nanogpt.outside.onnx"), "check model.onnx --prompt F22z")
        .code(2)
        .stdout_eq("")
        .stderr_eq(file!["../snapshots/graph-without-numbers.txt"]);
}

#[test]
fn a_graph_of_two_widths_is_statistical() {
    let done =
        nanoadder(&format!("prove {} --quiet --sample 0.1", fixture("mixed.dynamo.onnx").display())).code(3);
    assert_eq!(first_line(&done), "mixed.dynamo: statistical, no proof and no wrong pair found");
}
