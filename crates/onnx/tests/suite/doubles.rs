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
