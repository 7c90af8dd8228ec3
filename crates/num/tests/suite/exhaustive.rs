//! `portable::exp_f32`, and `portable::exp` rounded to f32: correctly rounded, and monotone.

use std::sync::atomic::{AtomicU32, Ordering};

use num::portable;

use crate::reference;

/// What `f32` computes, after seeing that `exp` in f64, rounded, is the same.
fn exp(x: f32) -> f32 {
    let got = portable::exp_f32(x);
    let wide = portable::exp(f64::from(x)) as f32;
    assert!(got.to_bits() == wide.to_bits() || (got.is_nan() && wide.is_nan()), "exp({x:e})");
    got
}

#[test]
fn a_sample_of_exp_is_correctly_rounded_and_monotone() {
    // Every 4099th pattern of each sign, from zero outwards: over a million, in all binades.
    for sign in [0, 1_u32 << 31] {
        let mut before = 1.0;
        for bits in (0..=f32::INFINITY.to_bits()).step_by(4099) {
            let x = f32::from_bits(sign | bits);
            let got = exp(x);
            // e^±128 is beyond the range of f32, and nothing further out comes back.
            let expected = reference::to_f32(reference::exp(f64::from(x.clamp(-128.0, 128.0))));
            assert_eq!(got.to_bits(), expected.to_bits(), "exp({x:e})");
            assert!(if sign == 0 { got >= before } else { got <= before }, "exp({x:e})");
            before = got;
        }
    }
}

#[test]
#[ignore = "1 minute on 2 cores: every f32 through exp; cargo xtask test --slow"]
fn every_exp_is_correctly_rounded_and_monotone() {
    // A task is a sign and an exponent, that is 2^23 patterns. All NaN come last, with the infinities.
    let next = AtomicU32::new(0);
    let worker = || {
        let mut wrong = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= 512 {
                return wrong;
            }
            binade(task << 23, &mut wrong);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<f32> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker panicked")).collect()
    });
    assert!(wrong.is_empty(), "{} f32 are not rounded correctly: {wrong:?}", wrong.len());
}

/// Checks the 2^23 patterns from `start` on, and the step to the one after them. Collects what is not correctly
/// rounded and asserts that results do not go back.
fn binade(start: u32, wrong: &mut Vec<f32>) {
    let number = |offset: u32| f32::from_bits(start + offset);
    if !number(0).is_finite() {
        let limit = if start >> 31 == 0 { f32::INFINITY } else { 0.0 };
        assert_eq!(exp(number(0)), limit);
        assert!((1..1 << 23).all(|offset| exp(number(offset)).is_nan()));
        return;
    }
    // With 2^11 offsets in a block, x is the first of its block plus a multiple of the spacing, both exactly, and
    // e^x is the product of two values of the reference out of 2^12 and 2^11.
    let bounded = |x: f64| reference::exp(x.clamp(-128.0, 128.0));
    let spacing = f64::from(number(1)) - f64::from(number(0));
    let within: Vec<_> = (0..1 << 11).map(|offset| bounded(f64::from(offset) * spacing)).collect();
    let rising = start >> 31 == 0;
    let mut before = exp(number(0));
    for block in (0..1 << 23).step_by(1 << 11) {
        let first = bounded(f64::from(number(block)));
        for (offset, &factor) in (block..).zip(&within) {
            let x = number(offset);
            let got = exp(x);
            assert!(if rising { got >= before } else { got <= before }, "exp({x:e})");
            before = got;
            let expected = reference::to_f32(reference::multiply(first, factor));
            if got.to_bits() != expected.to_bits() {
                wrong.push(x);
            }
        }
    }
    let after = exp(number(1 << 23));
    assert!(if rising { after >= before } else { after <= before }, "exp({:e})", number(1 << 23));
}
