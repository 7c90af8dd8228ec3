//! NaN, infinities, zeros and ties follow the operators as IEEE 754 and the operators' definitions have them.

use crate::build::*;
use num::portable;
use program::Expression;

/// `x` goes through `nodes` to the logits, with these single numbers as `one`, `zero` and so on.
fn file(nodes: &[Bytes]) -> File {
    let number = |name: &str, value: f32| float_tensor(name, &[1], &[value]);
    File::new(nodes).with(&[
        number("one", 1.0),
        number("zero", 0.0),
        number("great", 3e38),
        number("tiny", 1e-39),
        number("small", 1e-30),
        number("low", f32::NEG_INFINITY),
        number("lowest", f32::MIN),
        number("scale", 0.25),
        number("eight", 8.0),
    ])
}

/// `y` is 8 · 3 · 10^38 x, which is infinite where x is above 0.14 in magnitude.
fn over() -> [Bytes; 2] {
    [op("Mul", "x eight", "w"), op("Mul", "w great", "y")]
}

fn is_over(x: f64) -> bool {
    (8.0 * x * 3e38).abs() > f64::from(f32::MAX)
}

/// `first`, and then `then`.
fn and(first: &[Bytes], then: &[Bytes]) -> Vec<Bytes> {
    [first, then].concat()
}

fn op(op: &str, inputs: &str, output: &str) -> Bytes {
    node(op, inputs, output, &[])
}

/// The row that the logits of the prompt 7, 2 come from; its fifth number is zero.
fn row() -> Vec<f64> {
    (0..10).map(|column| f64::from(entry(2, column))).collect()
}

#[track_caller]
fn gives(nodes: &[Bytes], expected: impl Fn(f64) -> f64) {
    let found = file(nodes).logits();
    for (x, found) in row().into_iter().zip(found) {
        let right = expected(x);
        assert!(found == right || (found.is_nan() && right.is_nan()), "at {x}: {found}, expected {right}");
    }
}

#[test]
fn a_product_with_zero_is_zero_only_of_what_is_finite() {
    let lost = |x: f64| if is_over(x) { f64::NAN } else { 0.0 };
    gives(&and(&over(), &[op("Mul", "y zero", "logits")]), lost);
    gives(&and(&over(), &[op("Mul", "zero y", "z"), op("Add", "z z", "logits")]), lost);
    gives(&[op("Mul", "x zero", "logits")], |_| 0.0);
    // In a matrix, too: a row of zeros beside one.
    let mut weights = vec![0.0; 100];
    weights[9] = 1.0;
    let by = file(&and(&over(), &[op("MatMul", "y weights", "logits")])).with(&[float_tensor(
        "weights",
        &[10, 10],
        &weights,
    )]);
    assert!(by.logits().iter().all(|logit| logit.is_nan()), "{:?}", by.logits());
}

#[test]
fn zero_over_a_number_is_zero_only_where_that_is_not_zero() {
    gives(&[op("Div", "zero x", "logits")], |x| 0.0 / x);
    gives(&[op("Abs", "x", "y"), op("Add", "y one", "z"), op("Div", "zero z", "logits")], |_| 0.0);
}

#[test]
fn a_product_with_a_reciprocal_is_no_quotient_where_the_reciprocal_overflows() {
    // 1 / (10^-39 x) is infinite for x below 2.9 in magnitude; 10^-30 x / (10^-39 x) is 10^9.
    let infinite = [op("Mul", "x tiny", "d"), op("Reciprocal", "d", "r"), op("Mul", "x small", "y")];
    let end = op("Mul", "y r", "logits");
    gives(&[infinite.as_slice(), &[end]].concat(), |x| if x == 0.0 { f64::NAN } else { f64::INFINITY });
    // Of one number the reciprocal is known, and an infinity.
    gives(&[op("Reciprocal", "tiny", "r"), op("Mul", "x r", "logits")], |x| x * f64::INFINITY);
}

#[test]
fn an_infinity_is_added_only_to_what_is_finite() {
    gives(&[op("Add", "x low", "logits")], |_| f64::NEG_INFINITY);
    let sum = |x: f64| if x > 0.0 && is_over(x) { f64::NAN } else { f64::NEG_INFINITY };
    gives(&and(&over(), &[op("Add", "low y", "logits")]), sum);
    gives(&[op("Div", "x x", "y"), op("Add", "y low", "logits")], |x| x / x - f64::INFINITY);
}

#[test]
fn maxima_minima_and_hinges_hand_a_nan_on() {
    // x / x is a NaN for one column and 1 for the others.
    let quotient = || op("Div", "x x", "y");
    for nodes in [
        vec![op("Relu", "y", "logits")],
        vec![op("Max", "y zero", "logits")],
        vec![op("Max", "zero y", "logits")],
        vec![op("Min", "one y", "logits")],
        vec![op("Min", "y one", "logits")],
        vec![op("Clip", "y zero one", "logits")],
        vec![op("Abs", "y", "logits")],
    ] {
        gives(&[vec![quotient()], nodes].concat(), |x| x / x);
    }
    gives(
        &[op("Div", "x x", "y"), op("Neg", "x", "m"), op("Sqrt", "m", "z"), op("Max", "y z", "logits")],
        |x| {
            if x == 0.0 || -x < 0.0 { f64::NAN } else { 1.0_f64.max(f64::from((-x as f32).sqrt())) }
        },
    );
}

#[test]
fn a_sum_overflows_as_it_goes() {
    let nodes = and(&over(), &[op("Sub", "y y", "logits")]);
    gives(&nodes, |x| if is_over(x) { f64::NAN } else { 0.0 });
}

/// The row of weights of the softmax over `x` and what masks it.
fn softmax(mask: &[f32; 10]) -> File {
    file(&[op("Add", "x mask", "y"), op("Softmax", "y", "logits")]).with(&[float_tensor("mask", &[10], mask)])
}

#[test]
fn rows_of_a_softmax_are_those_of_its_definition() {
    let mut mask = [f32::NEG_INFINITY; 10];
    assert!(softmax(&mask).logits().iter().all(|weight| weight.is_nan()));
    mask[3] = 0.0;
    let one: Vec<f64> = (0..10).map(|at| f64::from(u8::from(at == 3))).collect();
    assert_eq!(softmax(&mask).logits(), one);
    // The lowest numbers swallow the scores: the mean.
    assert!(softmax(&[f32::MIN; 10]).logits().iter().all(|weight| (weight - 0.1).abs() < 1e-7));
    // An infinite score, and one that is a NaN for this token.
    let over = file(&and(&over(), &[op("Softmax", "y", "logits")]));
    assert!(over.logits().iter().all(|weight| weight.is_nan()));
    let one = file(&[op("Div", "x x", "y"), op("Add", "y mask", "z"), op("Softmax", "z", "logits")])
        .with(&[float_tensor("mask", &[10], &[0.0, -1e3, -1e3, -1e3, -1e3, -1e3, -1e3, -1e3, -1e3, -1e3])]);
    assert!(one.logits().iter().all(|weight| weight.is_nan()), "a NaN that a mask cannot hide");
}

/// A softmax that is written out, with a mask that shuts keys out: their weights are zero, whatever the others are.
#[test]
fn a_softmax_that_is_written_out_is_one() {
    let mut mask = [0.0; 10];
    mask[2] = -1e9;
    let nodes = [
        op("Add", "x mask", "s"),
        node("ReduceMax", "s", "m", &[ints("axes", &[-1])]),
        op("Sub", "s m", "d"),
        op("Exp", "d", "e"),
        node("ReduceSum", "e last", "t", &[]),
        op("Div", "e t", "logits"),
    ];
    let written =
        file(&nodes).opset(13).with(&[float_tensor("mask", &[10], &mask), int_tensor("last", &[1], &[-1])]);
    assert_eq!(written.logits(), softmax(&mask).logits());
    let model = written.read().unwrap();
    assert_eq!(model.decode().steps()[0].scores.as_ref().map(Vec::len), Some(10));
}

#[test]
fn a_softmax_over_one_key_is_still_attention() {
    let mut mask = [f32::NEG_INFINITY; 10];
    mask[3] = 0.0;
    let model = softmax(&mask).read().unwrap();
    let expressions = model.decode().expressions();
    assert!(expressions.list.iter().any(|expression| matches!(expression, Expression::Share { .. })));
}

/// An attention of one head over 10 keys, read from the look-ups, with a mask of one row.
fn attention(mask: Bytes) -> File {
    let keys = int_tensor("keys", &[4], &[1, 1, 10, 1]);
    file(&[
        node("Slice", "x start stop axis", "row", &[]),
        op("Reshape", "row keys", "k"),
        op("Reshape", "row keys", "v"),
        op("Reshape", "one unit", "q"),
        op("Attention", "q k v mask", "read"),
        op("Reshape", "read flat", "r"),
        op("Add", "row r", "logits"),
    ])
    .opset(23)
    .with(&[keys, mask])
    .with(&[
        int_tensor("start", &[1], &[-1]),
        int_tensor("stop", &[1], &[i64::MAX]),
        int_tensor("axis", &[1], &[1]),
        int_tensor("unit", &[4], &[1, 1, 1, 1]),
        int_tensor("flat", &[1], &[1]),
    ])
    .outputs(&[value("logits", 1, &[1, 1, 10])])
}

#[test]
fn a_row_of_attention_without_keys_is_zero_and_left_open() {
    let bools = |values: [u8; 10]| tensor("mask", 9, &[1, 10], raw(values));
    let floats = |value: f32| float_tensor("mask", &[1, 10], &[value; 10]);
    for mask in [bools([0; 10]), floats(f32::NEG_INFINITY)] {
        let model = attention(mask).read().unwrap();
        assert_eq!(logits(&model), row());
        let caveat = model.caveat().unwrap();
        assert!(caveat.starts_with("node `Attention` (Attention): every key of a row is masked"), "{caveat}");
    }
    // What some runtimes take for an infinity gives the mean here.
    let model = attention(floats(f32::MIN)).read().unwrap();
    assert!(model.caveat().unwrap().contains("every key of a row is masked"));
    let mean = row().iter().sum::<f64>() / 10.0;
    for (x, found) in row().into_iter().zip(logits(&model)) {
        assert!((found - (x + mean)).abs() < 1e-6, "{found}");
    }
    let mut one = [0; 10];
    one[3] = 1;
    let model = attention(bools(one)).read().unwrap();
    assert_eq!(model.caveat(), None);
    let expected: Vec<f64> = row().into_iter().map(|x| x + f64::from(entry(2, 3))).collect();
    assert_eq!(logits(&model), expected);
}

#[test]
fn what_hangs_on_rounding_names_its_node() {
    // exp(6.4345465) is 623 or just below it, depending on the library.
    let file = file(&[
        op("Exp", "near", "e"),
        node("Cast", "e", "i", &[int("to", 7)]),
        node("Cast", "i", "f", &[int("to", 1)]),
        op("Mul", "x f", "logits"),
    ])
    .with(&[float_tensor("near", &[1], &[6.434_546_5])]);
    let model = file.read().unwrap();
    let caveat = model.caveat().unwrap();
    assert!(caveat.starts_with("node `Cast` (Cast): an integer or a choice"), "{caveat}");
}

#[test]
fn the_greatest_of_what_may_be_a_nan_is_left_open() {
    let reduced = |first: &str| {
        file(&[
            op(first, "x x", "y"),
            node("ReduceMax", "y", "m", &[ints("axes", &[-1])]),
            op("Add", "x m", "logits"),
        ])
        .opset(13)
    };
    let model = reduced("Div").read().unwrap();
    assert!(model.caveat().unwrap().starts_with("node `ReduceMax` (ReduceMax)"), "{:?}", model.caveat());
    assert_eq!(reduced("Mul").read().unwrap().caveat(), None);
}

/// How many scores stand behind the logits.
fn scores(nodes: &[Bytes]) -> Option<usize> {
    let model = file(nodes).read().unwrap();
    model.decode().steps()[0].scores.as_ref().map(Vec::len)
}

#[test]
fn the_last_operator_is_computed_and_what_it_hides_is_found() {
    let scaled = || op("Mul", "x scale", "y");
    for last in ["Softmax", "LogSoftmax"] {
        assert_eq!(scores(&[scaled(), op(last, "y", "logits")]), Some(10), "{last}");
        assert_eq!(
            scores(&[scaled(), op(last, "y", "z"), op("Identity", "z", "logits")]),
            Some(10),
            "{last}"
        );
        // Another order, and what is no softmax any more.
        assert_eq!(scores(&[scaled(), op(last, "y", "z"), op("Mul", "z z", "logits")]), None, "{last}");
        assert_eq!(scores(&[scaled(), op(last, "y", "z"), op("Sigmoid", "z", "logits")]), None, "{last}");
    }
    assert_eq!(scores(&[op("Mul", "x scale", "logits")]), None);
    let found = file(&[scaled(), op("Softmax", "y", "logits")]).logits();
    let logarithms = file(&[scaled(), op("LogSoftmax", "y", "logits")]).logits();
    let total: f64 = row().iter().map(|x| portable::exp(x / 4.0)).sum();
    for ((x, weight), logarithm) in row().into_iter().zip(found).zip(logarithms) {
        let right = portable::exp(x / 4.0) / total;
        assert!((weight - right).abs() < 1e-7 && (logarithm - portable::ln(right)).abs() < 1e-6, "{x}");
    }
    // Ties are seen as runtimes see them.
    let tied = file(&[op("Mul", "x small", "y"), op("Softmax", "y", "logits")]).logits();
    assert!(tied.iter().all(|&weight| weight == tied[0]));
    // What a softmax leaves out is still a logit: zero, and a score far below.
    let mut mask = [0.0; 10];
    mask[7] = f32::NEG_INFINITY;
    let model = softmax(&mask).read().unwrap();
    assert_eq!(model.decode().steps()[0].scores.as_ref().map(Vec::len), Some(10));
}

#[test]
fn a_vector_without_a_length_is_refused_where_it_stays_as_it_is() {
    let whole = file(&[op("Abs", "x", "y"), op("Add", "y one", "z"), op("LpNormalization", "z", "logits")]);
    assert!(whole.read().is_ok(), "no number of it is zero");
    let nothing = file(&[op("Sub", "x x", "y"), op("LpNormalization", "y", "logits")]);
    assert!(nothing.refused().contains("a length above zero"), "{}", nothing.refused());
}

#[test]
fn a_negative_power_is_refused_where_its_product_may_overflow() {
    let power = |by: &str| {
        [op("Mul", "x eight", "w"), op("Mul", "w great", "y"), op("Pow", &format!("y {by}"), "logits")]
    };
    let numbers = [float_tensor("squared", &[1], &[-2.0]), float_tensor("once", &[1], &[-1.0])];
    let message = file(&power("squared")).with(&numbers).refused();
    assert!(message.contains("the power -2 of a number that may be too large for it"), "{message}");
    assert!(file(&power("once")).with(&numbers).read().is_ok());
    // From 25 to 39 on.
    let tame = [op("Add", "x forty", "w"), op("Pow", "w squared", "logits")];
    let found = file(&tame).with(&numbers).with(&[float_tensor("forty", &[1], &[40.0])]).logits();
    for (x, found) in row().into_iter().zip(found) {
        assert!((found * (x + 40.0) * (x + 40.0) - 1.0).abs() < 1e-6, "{found}");
    }
}

#[test]
fn whether_a_known_number_is_a_nan_may_hang_on_the_order_of_a_sum() {
    let terms: Vec<f32> = [3e38, -3e38].repeat(8);
    let test = |op_of: &str| {
        let nodes = [
            op("ReduceSum", "terms", "sum"),
            op(op_of, "sum", "found"),
            node("Cast", "found", "as_float", &[int("to", 1)]),
            op("Add", "x as_float", "logits"),
        ];
        file(&nodes).with(&[float_tensor("terms", &[16], &terms)]).read().unwrap().caveat().map(str::to_owned)
    };
    for op_of in ["IsNaN", "IsInf"] {
        let why = test(op_of).expect("a caveat");
        assert!(why.contains("depends on how a number is rounded"), "{why}");
    }
}

/// `Σ e·v / Σ e` without the greatest score taken off: the sum of products overflows where weights times values do not.
#[test]
fn a_softmax_by_hand_is_none_where_its_numerator_may_overflow() {
    let softmax = |value: f32| {
        let nodes = [
            op("Add", "x offset", "s"),
            op("Exp", "s", "e"),
            op("Mul", "e value", "weighed"),
            node("ReduceSum", "weighed last", "above", &[int("keepdims", 1)]),
            node("ReduceSum", "e last", "below", &[int("keepdims", 1)]),
            op("Div", "above below", "mean"),
            op("Add", "x mean", "logits"),
        ];
        let numbers = [
            float_tensor("offset", &[1], &[65.0]),
            float_tensor("value", &[1], &[value]),
            int_tensor("last", &[1], &[-1]),
        ];
        file(&nodes).with(&numbers).logits()
    };
    // The greatest score is 74.5: its exponential is 2 · 10^32.
    assert!(softmax(1e3).iter().all(|logit| (logit - 1e3).abs() < 20.0));
    assert!(softmax(1e11).iter().all(|logit| *logit == f64::INFINITY));
}

#[test]
fn products_that_runtimes_sum_early_are_refused() {
    let einsum = |equation: &str, inputs: &str| {
        let nodes = [node("Einsum", inputs, "logits", &[text("equation", equation)])];
        file(&nodes).with(&[float_tensor("k", &[10], &[1.0; 10])]).read().map(|_| ())
    };
    let message = einsum("bli,k->blk", "x k").unwrap_err();
    assert!(message.contains("sums along `i` before all of its products"), "{message}");
    assert!(einsum("bli,bli,k->blk", "x x k").is_err());
    assert!(einsum("bli,i->bli", "x k").is_ok());
}
