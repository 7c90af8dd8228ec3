//! What an operator's declaration does not have is refused, by name, and defaults come from it.

use crate::build::*;

/// `x` goes through one node to the logits.
fn through(op: &str, attributes: &[Bytes]) -> File {
    File::new(&[node(op, "x", "logits", attributes)])
}

#[track_caller]
fn says(file: &File, parts: &[&str]) {
    let found = file.refused();
    for part in parts {
        assert!(found.contains(part), "`{part}` in `{found}`");
    }
}

#[test]
fn attributes_beyond_the_declaration_are_refused() {
    let relu = |attribute| through("Relu", &[attribute]);
    says(&relu(int("axis", 0)), &["node `Relu` (Relu)", "the attribute `axis`", "expected none"]);
    let softmax = |attributes: &[Bytes]| through("Softmax", attributes);
    says(&softmax(&[int("axes", -1)]), &["the attribute `axes`: expected `axis`"]);
    says(&softmax(&[float("axis", -1.0)]), &["`axis` is of the type float: expected int"]);
    says(&softmax(&[int("axis", -1), int("axis", 1)]), &["`axis` stands twice"]);
    let twofold = attribute("axis", 2, [number(3, -1), field(4, "last")].concat());
    says(&softmax(&[twofold]), &["values of two types"]);
    says(&softmax(&[attribute("axis", 2, field(4, "last"))]), &["a value of another type than it says"]);
    says(&softmax(&[reference("axis", 2, "axis")]), &["refers to `axis` of a function", "no function"]);
    let cast = |attributes: &[Bytes]| through("Cast", attributes).opset(19);
    says(&cast(&[]), &["the attribute `to` is missing"]);
    says(&cast(&[int("to", 1), int("saturate", 0)]), &["`saturate` = 0 is not supported: expected 1"]);
    assert!(cast(&[int("to", 1), int("saturate", 1)]).read().is_ok());
    let rounded = [int("to", 1), text("round_mode", "down")];
    says(&cast(&rounded), &["the attribute `round_mode`"]);
    says(&cast(&rounded).opset(24), &["`round_mode` = \"down\"", "expected \"up\""]);
    let leaky = |alpha| through("LeakyRelu", &[float("alpha", alpha)]);
    says(&leaky(f32::NAN), &["`alpha` holds NaN"]);
    // The type may be left out, as the first files did, and a zero too where the type is there.
    let bare = field(5, [field(1, "axis"), number(3, -1)].concat());
    assert_eq!(softmax(&[bare]).logits(), softmax(&[]).logits());
    let empty = attribute("axis", 2, vec![]);
    assert_eq!(softmax(&[empty]).logits(), softmax(&[int("axis", 0)]).logits());
}

#[test]
fn inputs_and_outputs_beyond_the_declaration_are_refused() {
    let with = |op, inputs, outputs| File::new(&[node(op, inputs, outputs, &[])]);
    says(&with("Relu", "x x", "logits"), &["input 1, `x`: expected at most 1 input"]);
    says(&with("Add", "x", "logits"), &["the input `B` (1) is missing"]);
    says(&with("Add", "x -", "logits"), &["the input `B` (1) is missing"]);
    says(&with("Max", "x -", "logits"), &["an input is missing"]);
    let two = |op, inputs| File::new(&[node(op, inputs, "y z", &[]), node("Add", "y z", "logits", &[])]);
    says(&two("Relu", "x"), &["output 1, `z`: expected at most 1 output"]);
    says(&two("LayerNormalization", "x table"), &["the output `Mean` (1) is not supported"]);
}

#[test]
fn versions_that_are_not_declared_are_refused() {
    let add = || File::new(&[node("Add", "x x", "logits", &[])]);
    says(&add().opset(6), &["`Add` is not supported in version 6 of the operator set: expected 7 to 28"]);
    says(&add().opset(29), &["version 29 of the operator set", "at most 28"]);
    says(&add().opset(0), &["no version of the operator set `ai.onnx` is imported"]);
    says(&add().import("ai.onnx", 17), &["`ai.onnx` is imported twice"]);
    for opset in [7, 13, 28] {
        assert_eq!(add().opset(opset).logits()[3], 2.0 * f64::from(entry(2, 3)));
    }
    let gelu = through("Gelu", &[]);
    says(&gelu.opset(19), &["`Gelu` is not supported in version 19 of the operator set: expected 20 to 28"]);
    let scatter =
        File::new(&[node("Scatter", "x i x", "logits", &[])]).with(&[int_tensor("i", &[1, 1, 1], &[0])]);
    says(&scatter.opset(11), &["`Scatter` is not supported in version 11", "expected 9 to 10"]);
    let squeezed = || through("Squeeze", &[ints("axes", &[0])]);
    says(&squeezed().opset(13), &["the attribute `axes`"]);
    assert_eq!(squeezed().opset(11).logits(), through("Identity", &[]).logits());
}

#[test]
fn files_of_a_newer_format_and_overloads_that_are_not_there_are_refused() {
    let mut file = File::new(&[node("Relu", "x", "logits", &[])]);
    file.format = 15;
    says(&file, &["version 15 of the format: expected at most 14"]);
    let overloaded = [node("Relu", "x", "logits", &[]), field(8, "fast")].concat();
    says(&File::new(&[overloaded]), &["the operator `Relu` has no overload `fast`"]);
    let mut twice = File::new(&[node("Relu", "x", "logits", &[])]);
    twice.more = ["a", "b"].map(|task| entry_of_metadata("nanoadder.task", task)).concat();
    says(&twice, &["the metadata have the key `nanoadder.task` twice"]);
}

#[test]
fn other_domains_are_refused_with_what_helps() {
    let of = |domain, op| File::new(&[crate::build::of(domain, node(op, "x", "logits", &[]))]);
    says(&of("example.org", "Relu").import("example.org", 1), &["`Relu` of `example.org` is not supported"]);
    let attention = of("com.microsoft", "MultiHeadAttention").import("com.microsoft", 1);
    says(&attention, &["node `MultiHeadAttention`", "without ONNX Runtime's optimisations"]);
    says(&of("com.microsoft", "QuickGelu"), &["no version of the operator set `com.microsoft`"]);
    assert!(of("com.microsoft", "QuickGelu").import("com.microsoft", 1).read().is_ok());
    says(&of("com.microsoft", "Relu").import("com.microsoft", 1), &["`Relu` of `com.microsoft`"]);
    let fused = |name| {
        let node = node("FusedMatMul", "x table", "logits", &[int(name, 1)]);
        File::new(&[crate::build::of("com.microsoft", node)]).import("com.microsoft", 1)
    };
    says(&fused("transBatchA"), &["`transBatchA` = 1 is not supported: expected 0"]);
    assert!(fused("transB").read().is_ok());
}

#[test]
fn a_name_has_one_definition() {
    let relu = |output| node("Relu", "x", output, &[]);
    says(
        &File::new(&[relu("logits"), node("Neg", "x", "logits", &[])]),
        &["node `Neg` (Neg): its output `logits` has a second definition"],
    );
    says(&File::new(&[relu("table"), relu("logits")]), &["`table` has a second definition"]);
    says(&File::new(&[relu("ids"), relu("logits")]), &["`ids` has a second definition"]);
    let again = float_tensor("table", &[1], &[1.0]);
    says(&File::new(&[relu("logits")]).with(&[again]), &["the initialiser `table`"]);
    let logits = value("logits", 1, &[1, 0, 10]);
    says(
        &File::new(&[relu("logits")]).outputs(&[logits.clone(), logits]),
        &["`logits` of the graph stands twice"],
    );
    let own = || function("Twice", "a", "b", &[node("Add", "a a", "b", &[])], 18, vec![]);
    let call = || File::new(&[of("own", node("Twice", "x", "logits", &[]))]);
    assert_eq!(call().functions(&[own()]).logits()[0], 2.0 * f64::from(entry(2, 0)));
    says(&call().functions(&[own(), own()]), &["the function `Twice` of `own` is defined twice"]);
    let clash =
        function("Twice", "a", "b", &[node("Add", "a a", "b", &[]), node("Neg", "a", "b", &[])], 18, vec![]);
    says(&call().functions(&[clash]), &["`b` has a second definition"]);
    let as_operator = [own(), field(10, "")].concat();
    says(&call().functions(&[as_operator]), &["is called as an operator"]);
}

#[test]
fn functions_have_their_own_versions_and_attributes() {
    // Before version 13 a softmax runs over all axes from the second on: over one token it is the same, over two it is not.
    let own = |opset| function("Own", "a", "b", &[node("Softmax", "a", "b", &[])], opset, vec![]);
    let call = |file: Bytes| File::new(&[of("own", node("Own", "x", "logits", &[]))]).functions(&[file]);
    let own_softmax = |opset| File::new(&[node("Softmax", "x", "logits", &[])]).opset(opset).logits();
    assert_eq!(call(own(13)).logits(), own_softmax(13));
    assert_eq!(call(own(12)).opset(12).logits(), own_softmax(12));
    assert_ne!(own_softmax(12), own_softmax(13));
    // Runtimes take the version of the file, the definition of the format that of the function.
    says(&call(own(12)), &["node `Softmax", "version 12 of the operator set", "and 18"]);
    says(
        &call(function("Own", "a", "b", &[node("Gelu", "a", "b", &[])], 18, vec![])).opset(20),
        &["version 18"],
    );
    let scaled = |attributes: &[Bytes], more| {
        let nodes = [node("LeakyRelu", "a", "b", &[reference("alpha", 1, "slope")])];
        let call = of("own", node("Own", "x", "logits", attributes));
        File::new(&[call]).functions(&[function("Own", "a", "b", &nodes, 18, more)])
    };
    let slope = || field(6, "slope");
    let own = |slope| scaled(&[float("slope", slope)], field(6, "slope")).logits();
    assert_eq!(own(0.5)[0], f64::from(entry(2, 0)).max(0.5 * f64::from(entry(2, 0))));
    says(&scaled(&[], slope()), &["the attribute `slope` of the function is missing"]);
    says(&scaled(&[int("slope", 1)], slope()), &["`alpha` is of the type int: expected float"]);
    says(&scaled(&[float("slope", 0.5), int("axis", 1)], slope()), &["has no attribute `axis`"]);
    says(&scaled(&[], vec![]), &["`alpha` refers to `slope`, which the function does not have"]);
    let inputs = |inputs| {
        let own = function("Own", "a", "b", &[node("Relu", "a", "b", &[])], 18, vec![]);
        File::new(&[of("own", node("Own", inputs, "logits", &[]))]).functions(&[own])
    };
    says(&inputs("x x"), &["2 inputs: the function has 1"]);
}

#[test]
fn what_the_output_does_not_depend_on_need_not_be_supported() {
    let aside = node("Hardmax", "x", "aside", &[]);
    let file = |nodes: &[Bytes]| File::new(&[nodes, &[node("Relu", "x", "logits", &[])]].concat());
    assert_eq!(file(&[aside]).logits(), file(&[]).logits());
    let branches = [
        branch("then_branch", &[node("Relu", "x", "a", &[])], "a"),
        branch("else_branch", &[node("Hardmax", "x", "b", &[])], "b"),
    ];
    let branched = |truth: u8| {
        File::new(&[node("If", "yes", "logits", &branches)]).with(&[tensor("yes", 9, &[], raw([truth]))])
    };
    assert_eq!(branched(1).logits(), file(&[]).logits());
    says(&branched(0), &["the operator `Hardmax` is not supported"]);
}

#[test]
fn a_zero_that_is_written_out_is_not_the_default() {
    let attention = |attributes: &[Bytes]| {
        let shape = int_tensor("shape", &[4], &[1, 1, -1, 10]);
        let nodes = [
            node("Reshape", "x shape", "q", &[]),
            node("Attention", "q q q", "y", attributes),
            node("Reshape", "y flat", "logits", &[]),
        ];
        File::new(&nodes).opset(24).with(&[shape, int_tensor("flat", &[3], &[1, -1, 10])])
    };
    let close = |found: Vec<f64>, expected: f64| (found[4] - expected).abs() < 1e-5;
    // With a scale of zero every token counts the same.
    let mean = f64::from(entry(2, 4) + entry(7, 4)) / 2.0;
    assert!(close(attention(&[float("scale", 0.0)]).logits(), mean));
    assert!(close(attention(&[attribute("scale", 1, vec![])]).logits(), mean));
    assert!(!close(attention(&[]).logits(), mean));
    says(&attention(&[int("softmax_precision", 1)]), &["`softmax_precision` is not supported"]);
    says(&attention(&[int("qk_matmul_output_mode", 1)]), &["`qk_matmul_output_mode` = 1"]);
    says(&attention(&[int("left_window_size", 3)]), &["the attribute `left_window_size`"]);
    says(&attention(&[int("left_window_size", 3)]).opset(25), &["`left_window_size` = 3 is not supported"]);
    let padded = File::new(&[node("Attention", "x x x - - - n", "logits", &[])]).opset(24);
    says(
        &padded.with(&[int_tensor("n", &[1], &[1])]),
        &["the input `nonpad_kv_seqlen` (6) is not supported"],
    );
}

#[test]
fn dropout_that_trains_is_refused() {
    let dropout = |truth: u8| {
        let ratio = float_tensor("ratio", &[], &[0.5]);
        File::new(&[node("Dropout", "x ratio train", "logits", &[])])
            .with(&[ratio, tensor("train", 9, &[], raw([truth]))])
    };
    assert_eq!(dropout(0).logits()[1], f64::from(entry(2, 1)));
    says(&dropout(1), &["node `Dropout`", "expected `training_mode` to be false"]);
}

#[test]
fn infinities_are_told_apart_by_their_signs() {
    let found = |attributes: &[Bytes]| {
        let low = node("Constant", "", "low", &[float("value_float", f32::NEG_INFINITY)]);
        let is = node("IsInf", "low", "is", attributes);
        File::new(&[low, is, node("Cast", "is", "one", &[int("to", 1)]), node("Add", "x one", "logits", &[])])
            .logits()[0]
            - f64::from(entry(2, 0))
    };
    assert_eq!(found(&[]), 1.0);
    assert_eq!(found(&[int("detect_negative", 0)]), 0.0);
    assert_eq!(found(&[int("detect_positive", 0)]), 1.0);
}

#[test]
fn a_reduction_over_no_axes_does_the_rest_of_its_operator() {
    let reduced = |op, attributes: &[Bytes]| through(op, attributes).logits();
    let noop = [int("noop_with_empty_axes", 1)];
    let x = f64::from(entry(2, 0));
    assert!(x < 0.0);
    for (op, expected) in
        [("ReduceL1", x.abs()), ("ReduceSumSquare", x * x), ("ReduceMax", x), ("ReduceMean", x)]
    {
        assert_eq!(reduced(op, &noop)[0], expected, "{op}");
    }
    let says = through("ReduceL1", &[]).refused();
    assert!(says.contains("the output `logits`"), "{says}");
}
