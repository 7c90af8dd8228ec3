//! The inner pieces, one by one: `cargo bench --package run`.

#![allow(missing_docs, reason = "the macros of criterion write undocumented items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use num::{Lanes, Scalar};
use run::protocol::RandomPairs;
use run::{Adder, Pair};
use std::hint::black_box;
use std::num::NonZeroUsize;

fn adder() -> Adder {
    let entry = zoo::find(zoo::DEFAULT).expect("the zoo has its default");
    Adder::new(entry.model().expect("a zoo model is readable"))
}

fn numbers(c: &mut Criterion) {
    let mut group = c.benchmark_group("num");
    group.throughput(Throughput::Elements(16));
    let x = Lanes::<f32, 16>(std::array::from_fn(|i| -(i as f32)));
    group.bench_function("exp of 16 lanes, baseline", |b| b.iter(|| black_box(x).exp()));
    group.bench_function("product and sum of 16 lanes, baseline", |b| {
        b.iter(|| black_box(x) * black_box(x) + x);
    });
    group.finish();
}

fn models(c: &mut Criterion) {
    let mut group = c.benchmark_group("model");
    let entry = zoo::find(zoo::DEFAULT).expect("the zoo has its default");
    group.bench_function("read the file", |b| b.iter(|| entry.model()));
    group.bench_function("record, fold and schedule", |b| {
        b.iter(|| {
            let adder = adder();
            adder.add_fast(black_box(1), 2)
        });
    });
    group.finish();
}

fn additions(c: &mut Criterion) {
    let adder = adder();
    let pairs: Vec<Pair> = RandomPairs::new(1).take(65_536).collect();
    let mut group = c.benchmark_group("addition");
    group.throughput(Throughput::Elements(1));
    group.bench_function("by the network", |b| b.iter(|| adder.add(black_box(1_234_567_890), 9_876_543_210)));
    group.bench_function("by the program", |b| {
        b.iter(|| adder.add_fast(black_box(1_234_567_890), 9_876_543_210));
    });
    group.throughput(Throughput::Elements(pairs.len() as u64));
    group.bench_function("65,536 in lanes, one thread", |b| {
        b.iter(|| adder.add_many(black_box(&pairs), NonZeroUsize::MIN));
    });
    let mut drawn = vec![(0, 0); 65_536];
    let mut random = RandomPairs::new(1);
    group.bench_function("65,536 random pairs drawn", |b| b.iter(|| random.fill(black_box(&mut drawn))));
    group.finish();
}

criterion_group! {
    name = pieces;
    config = Criterion::default().sample_size(20);
    targets = numbers, models, additions
}
criterion_main!(pieces);
