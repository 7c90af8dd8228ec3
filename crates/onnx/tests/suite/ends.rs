//! Which output gives the logits, and what is said of a fixed length.

use crate::build::*;
use onnx::Prompt;

/// Three outputs: `x`, which are no right logits, the right ones under a plain name, and integers.
fn several(names: [&str; 3]) -> File {
    let [first, second, third] = names;
    let nodes =
        [node("Neg", "x", first, &[]), node("Identity", "x", second, &[]), node("Shape", "x", third, &[])];
    let outputs = [value(first, 1, &[1, 0, 10]), value(second, 1, &[1, 0, 10]), value(third, 7, &[3])];
    File::new(&nodes).outputs(&outputs)
}

fn right(found: &[f64]) -> bool {
    found[0] == f64::from(entry(2, 0))
}

#[test]
fn the_output_of_logits_is_named_or_asked_for() {
    assert!(right(&several(["a", "logits", "c"]).logits()));
    let unnamed = several(["output_0", "output_1", "output_2"]);
    let found = unnamed.refused();
    for part in
        ["2 of the 3 outputs", "`--logits`", "0: `output_0` [1, any, 10], 1: `output_1`", "2: `output_2` [3]"]
    {
        assert!(found.contains(part), "`{part}` in `{found}`");
    }
    for asked in ["output_1", "1"] {
        assert!(right(&logits(&unnamed.read_with(&prompt().with_logits(asked)).unwrap())));
    }
    assert!(!right(&logits(&unnamed.read_with(&prompt().with_logits("0")).unwrap())));
    let missing = unnamed.read_with(&prompt().with_logits("3")).unwrap_err();
    assert!(missing.contains("no output is called `3`"), "{missing}");
    let with_key = Prompt::from_toml(
        "the task",
        "prompt = \"{a:0>1}{b:0>1}\"\nanswer = \"least-first:1\"\nlogits = \"output_1\"\n",
    );
    assert!(right(&logits(&unnamed.read_with(&with_key).unwrap())));
}

#[test]
fn the_only_output_of_the_right_shape_gives_the_logits() {
    let nodes = [node("Identity", "x", "scores", &[]), node("Shape", "x", "sizes", &[])];
    let outputs = [value("sizes", 7, &[3]), value("scores", 1, &[1, 0, 10])];
    assert!(right(&File::new(&nodes).outputs(&outputs).logits()));
    let four = [value("scores", 1, &[1, 1, 0, 10]), value("sizes", 7, &[3])];
    assert!(File::new(&nodes).outputs(&four).refused().contains("0 of the 2 outputs may be logits"));
}

#[test]
fn an_output_without_the_axis_of_batches_is_read_by_its_rows() {
    let flat = int_tensor("flat", &[2], &[-1, 10]);
    let file =
        File::new(&[node("Reshape", "x flat", "logits", &[])]).outputs(&[value("logits", 1, &[0, 10])]);
    assert!(right(&file.with(&[flat]).logits()));
}

#[test]
fn a_fixed_length_is_said_in_a_remark() {
    let mut file = File::new(&[node("Identity", "x", "logits", &[])]);
    assert!(file.read().unwrap().remarks().is_empty());
    file.length = 5;
    let model = file.read().unwrap();
    assert!(right(&logits(&model)));
    assert_eq!(model.remarks().len(), 1);
    assert!(model.remarks()[0].contains("takes 5 tokens at a time"), "{:?}", model.remarks());
    file.length = 1;
    assert!(file.refused().contains("takes 1 token: expected at least 2"));
}
