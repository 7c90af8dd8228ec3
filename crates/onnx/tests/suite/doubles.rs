//! Graphs of f64: the type that a decode runs in, and what operators of f64 ask for.

use crate::build::*;
use spec::Dtype;

fn double_tensor(name: &str, shape: &[i64], values: &[f64]) -> Bytes {
    tensor(name, 11, shape, raw(values.iter().flat_map(|x| x.to_le_bytes()).collect::<Bytes>()))
}

/// A graph whose table is of f64: each row rises by so little that f32 does not see it.
fn doubles(nodes: &[Bytes]) -> File {
    let table: Vec<f64> = (0..100).map(|index| 1.0 + f64::from(index % 10) * f64::EPSILON).collect();
    let file = File::new(nodes).outputs(&[value("logits", 11, &[1, 0, 10])]);
    File { tensors: vec![double_tensor("table", &[10, 10], &table)], ..file }
}

fn answer(file: &File) -> Vec<usize> {
    let model = file.read().unwrap();
    assert_eq!((model.dtype(), model.caveat()), (Dtype::F64, None));
    let decode = model.decode().read(program::Constant::value);
    decode.generate(&[7, 2], |_, _, _| {})
}

#[test]
fn numbers_of_f64_are_read_in_f64_where_no_operation_is() {
    assert_eq!(answer(&doubles(&[node("Identity", "x", "logits", &[])])), [9]);
    let single = File::new(&[node("Identity", "x", "logits", &[])]).read().unwrap();
    assert_eq!(single.dtype(), Dtype::F32);
}

#[test]
fn what_is_computed_of_known_numbers_in_f64_stays_in_f64() {
    // Numbers that f32 holds too, and roots that it does not tell apart.
    let whole: Vec<f64> = (0..100).map(|index| 1.0 + f64::from(index % 10) / f64::from(1 << 23)).collect();
    let file = doubles(&[node("Sqrt", "whole", "roots", &[]), node("Gather", "roots ids", "logits", &[])])
        .with(&[double_tensor("whole", &[10, 10], &whole)]);
    assert_eq!(answer(&file), [9]);
    let decode = file.read().unwrap();
    let decode = decode.decode().read(program::Constant::value);
    let mut seen = Vec::new();
    decode.generate(&[7, 2], |_, _, logits: &[f64]| seen = logits.to_vec());
    assert_eq!(seen, whole[..10].iter().map(|x| x.sqrt()).collect::<Vec<_>>());
}

#[test]
fn a_norm_of_f64_may_say_that_it_computes_in_f64() {
    let norm = |kind| node("LayerNormalization", "x scale", "logits", &[int("stash_type", kind)]);
    let ones = double_tensor("scale", &[10], &[1.0; 10]);
    assert!(doubles(&[norm(11)]).with(&[ones]).read().is_ok());
    let single = |kind| File::new(&[norm(kind)]).with(&[float_tensor("scale", &[10], &[1.0; 10])]);
    assert!(single(1).read().is_ok());
    let found = single(11).refused();
    assert!(found.contains("`stash_type` = 11 is not supported: expected 1"), "{found}");
}

/// What a row of numbers of f64 becomes in a graph that goes through both types.
fn two_types(nodes: &[Bytes], expected: impl Fn(f64) -> f64) {
    let rows: Vec<f64> = (0..100).map(|index| 0.1 + f64::from(index) / 7.0).collect();
    let file = doubles(nodes).with(&[
        double_tensor("rows", &[10, 10], &rows),
        float_tensor("third", &[1], &[1.0 / 3.0]),
        float_tensor("large", &[1], &[16_777_216.0]),
        double_tensor("near", &[1], &[1.0 - 1e-12]),
        float_tensor("much", &[1], &[1e8]),
    ]);
    let model = file.read().unwrap();
    assert_eq!(model.dtype(), Dtype::F64);
    assert!(model.caveat().is_some_and(|why| why.contains("f32 and in f64")), "{:?}", model.caveat());
    let mut seen = Vec::new();
    let decode = model.decode().read(program::Constant::value);
    decode.generate(&[7, 2], |_, _, logits: &[f64]| seen = logits.to_vec());
    assert_eq!(seen, rows[20..30].iter().map(|&x| expected(x)).collect::<Vec<_>>());
}

#[test]
fn what_goes_through_both_types_rounds_to_f32_where_it_does() {
    let cast = |from: &str, to: &str, kind| node("Cast", from, to, &[int("to", kind)]);
    let op = |op: &str, inputs: &str, output: &str| node(op, inputs, output, &[]);
    // `w` depends on tokens and is of f64; `s` is `w` in f32.
    let start = [op("Gather", "rows ids", "r"), op("Mul", "r r", "w"), cast("w", "s", 1)];
    let through = |more: &[Bytes], expected: &dyn Fn(f64) -> f64| {
        two_types(&[&start, more].concat(), expected);
    };
    let single = |x: f64| (x * x) as f32;
    // A cast there and back; `w` itself keeps its precision.
    through(&[cast("s", "logits", 11)], &|x| f64::from(single(x)));
    through(&[cast("s", "b", 11), op("Sub", "w b", "logits")], &|x| x * x - f64::from(single(x)));
    // An operation of f32 rounds to it, one of f64 does not.
    through(&[op("Add", "s large", "t"), cast("t", "logits", 11)], &|x| f64::from(single(x) + 16_777_216.0));
    through(&[op("Mul", "s third", "t"), cast("t", "b", 11), op("Mul", "b near", "logits")], &|x| {
        f64::from(single(x) * (1.0_f32 / 3.0)) * (1.0 - 1e-12)
    });
    through(&[op("Div", "third s", "t"), op("Exp", "t", "e"), cast("e", "logits", 11)], &|x| {
        f64::from(num::portable::exp(f64::from((1.0_f32 / 3.0) / single(x))) as f32)
    });
}

/// One exponential as a number of f32, where it overflows, and as one of f64.
#[test]
fn a_function_that_is_used_in_both_types_is_two() {
    let cast = |from: &str, to: &str, kind| node("Cast", from, to, &[int("to", kind)]);
    let op = |op: &str, inputs: &str, output: &str| node(op, inputs, output, &[]);
    let nodes = [
        op("Gather", "rows ids", "r"),
        op("Gather", "shift ids", "t"),
        cast("t", "s", 11),
        op("Exp", "s", "e"),
        cast("e", "single", 1),
        op("Reciprocal", "single", "nothing"),
        cast("nothing", "zero", 11),
        op("Div", "e e", "one"),
        op("Mul", "r one", "same"),
        op("Add", "same zero", "logits"),
    ];
    let rows: Vec<f64> = (0..100).map(|index| 0.1 + f64::from(index) / 7.0).collect();
    let shift: Vec<f32> = (0..100).map(|index| 89.0 + (index % 10) as f32).collect();
    let file = doubles(&nodes)
        .with(&[double_tensor("rows", &[10, 10], &rows), float_tensor("shift", &[10, 10], &shift)]);
    let model = file.read().unwrap();
    assert_eq!(model.dtype(), Dtype::F64);
    let decode = model.decode().read(program::Constant::value);
    decode.generate(&[7, 2], |_, _, logits: &[f64]| assert_eq!(logits, &rows[20..30]));
}

/// Each addition rounds, not their result alone: 10^8 + x − 10^8 is a multiple of 8.
#[test]
fn sums_of_f32_round_at_each_addition() {
    let cast = |from: &str, to: &str, kind| node("Cast", from, to, &[int("to", kind)]);
    let op = |op: &str, inputs: &str, output: &str| node(op, inputs, output, &[]);
    let start = [op("Gather", "rows ids", "r"), op("Mul", "r r", "w"), cast("w", "s", 1)];
    let ends = [cast("t", "b", 11), op("Mul", "b near", "logits")];
    let near = 1.0 - 1e-12;
    let sum = [op("Add", "s much", "up"), op("Sub", "s much", "down"), op("Sum", "up s down", "t")];
    let single = |x: f64| (x * x) as f32;
    two_types(&[&start[..], &sum, &ends].concat(), |x| {
        f64::from((single(x) + 1e8 + single(x)) + (single(x) - 1e8)) * near
    });
}

#[test]
fn the_weights_of_a_softmax_of_f32_round_to_it() {
    let cast = |from: &str, to: &str, kind| node("Cast", from, to, &[int("to", kind)]);
    let nodes = [
        node("Gather", "rows ids", "r", &[]),
        node("Mul", "r r", "w", &[]),
        cast("w", "s", 1),
        node("Softmax", "s", "t", &[int("axis", -1)]),
        cast("t", "b", 11),
        node("Add", "b b", "logits", &[]),
    ];
    let scores: Vec<f32> =
        (20..30).map(|index| 0.1 + f64::from(index) / 7.0).map(|x| (x * x) as f32).collect();
    let sum: f64 = scores.iter().map(|&s| num::portable::exp(f64::from(s - scores[9]))).sum();
    two_types(&nodes, |x| {
        let weight = num::portable::exp(f64::from((x * x) as f32 - scores[9])) / sum;
        2.0 * f64::from(weight as f32)
    });
}
