//! The checker's number against samples: values, slopes and rounding.

use crate::range::Range;
use crate::slope::Slope;
use num::{Float, Scalar};

/// A generator of test numbers: xorshift64.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From −1 to 1.
    fn number(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    fn below(&mut self, most: usize) -> usize {
        (self.bits() % most as u64) as usize
    }
}

/// The same formula for every number: what a network does, in small.
fn formula<S: Scalar>(kind: usize, weights: &[S], x: &[S]) -> S {
    let linear = S::dot(&weights[..x.len()], x) + weights[x.len()];
    let other = S::dot(&weights[1..=x.len()], x);
    match kind {
        0 => linear,
        1 => (linear - weights[0]).max(S::zero()) - (other + weights[1]).max(S::zero()),
        2 => linear * other,
        3 => linear / (S::dot(x, x) + weights[2] * weights[2] + S::one()).sqrt(),
        4 => linear.silu() * other,
        5 => (weights[0] * linear) * (S::one() + (linear * weights[1]).erf()),
        6 => linear.tanh() + other.exp(),
        _ => S::sum(&[linear, other, weights[3]]) * weights[2] + linear,
    }
}

#[test]
fn values_slopes_and_rounding_are_enclosed() {
    type Number = Slope<f32, 8>;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut checked = 0;
    for round in 0..4000 {
        let kind = round % 8;
        let scale = [0.01, 0.3, 3.0][random.below(3)];
        let weights: Vec<f64> = (0..5).map(|_| f64::from((3.0 * random.number()) as f32)).collect();
        let ranges: Vec<Range> = (0..4)
            .map(|_| {
                let (middle, radius) = (2.0 * random.number(), scale * random.number().abs());
                Range::new(middle - radius, middle + radius)
            })
            .collect();
        let exact: Vec<Number> = weights.iter().map(|&weight| Slope::weight(weight)).collect();
        let variables: Vec<Number> =
            ranges.iter().enumerate().map(|(at, &range)| Slope::variable(at, range)).collect();
        let y = formula(kind, &exact, &variables);
        assert!(y.error.is_finite(), "{kind}: {y:?}");
        for _ in 0..20 {
            let steps: Vec<f64> = (0..4).map(|_| random.number()).collect();
            // Numbers that f32 has, since a program reads such.
            let x: Vec<f64> = ranges
                .iter()
                .zip(&steps)
                .map(|(range, step)| f64::from((range.middle() + step * (range.hi - range.middle())) as f32))
                .collect();
            if x.iter().zip(&ranges).any(|(x, range)| *x < range.lo || *x > range.hi) {
                continue;
            }
            let real = formula(kind, &weights, &x);
            // This test computes in f64.
            let own = 1e-13 * (1.0 + y.all.most());
            assert!(y.all.lo - own <= real && real <= y.all.hi + own, "{kind}: {real} {y:?}");
            let line: f64 = (0..4)
                .map(|at| {
                    // A variable's radius is raised by a little.
                    let radius = (ranges[at].hi - ranges[at].middle()) * (1.0 + 1e-12);
                    if radius == 0.0 { 0.0 } else { y.slopes[at] * (x[at] - ranges[at].middle()) / radius }
                })
                .sum();
            let strays: f64 = y.strays.iter().sum();
            assert!((real - y.centre.middle() - line).abs() <= strays + own, "{kind}: {real} {line} {y:?}");
            let program = f64::from(formula(
                kind,
                &weights.iter().map(|&weight| weight as f32).collect::<Vec<_>>(),
                &x.iter().map(|&x| x as f32).collect::<Vec<_>>(),
            ));
            assert!((program - real).abs() <= y.error + own, "{kind}: {program} {real} {y:?}");
            checked += 1;
        }
    }
    assert!(checked > 50_000, "{checked}");
}

#[test]
fn any_order_of_summation_is_allowed_for() {
    let mut random = Random(88_172_645_463_325_252);
    for _ in 0..2000 {
        let count = 2 + random.below(12);
        let weights: Vec<f32> = (0..count).map(|_| (100.0 * random.number()) as f32).collect();
        let x: Vec<f32> = (0..count).map(|_| (100.0 * random.number()) as f32).collect();
        let bias = (1000.0 * random.number()) as f32;
        let exact = |values: &[f32]| -> Vec<Slope<f32, 8>> {
            values.iter().map(|&value| Slope::weight(f64::from(value))).collect()
        };
        let ranges = |values: &[f32]| -> Vec<Slope<f32, 8>> {
            let point = |(at, &value): (usize, &f32)| Slope::variable(at % 8, Range::point(f64::from(value)));
            values.iter().enumerate().map(point).collect()
        };
        let y = Slope::dot(&exact(&weights), &ranges(&x)) + Slope::weight(f64::from(bias));
        let real: f64 =
            weights.iter().zip(&x).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum::<f64>() + f64::from(bias);
        for _ in 0..20 {
            // Terms are joined two by two in any order, the bias among them, each product rounded or not.
            let mut terms: Vec<f32> = weights.iter().zip(&x).map(|(w, x)| w * x).collect();
            terms.push(bias);
            while terms.len() > 1 {
                let a = terms.swap_remove(random.below(terms.len()));
                let b = terms.swap_remove(random.below(terms.len()));
                terms.push(a + b);
            }
            assert!(
                (f64::from(terms[0]) - real).abs() <= y.error + 1e-9 * real.abs(),
                "{} {real} {y:?}",
                terms[0]
            );
        }
    }
}

#[test]
fn what_is_shared_cancels() {
    let mut x: Slope<f32, 2> = Slope::variable(0, Range::new(2.0, 8.0)) * Slope::weight(0.1);
    let apart = x.lead_over(&(x - Slope::one()));
    assert!(apart.lo > 0.999 && apart.hi < 1.001, "{apart:?}");
    assert!(x.error > 0.0);
    let before = x.program();
    x.share(1);
    assert!(x.error == 0.0 && x.program().lo <= before.lo && x.program().hi >= before.hi);
    // The error of x is the same on both sides; only the rounding of the subtraction is left.
    assert!((x - x).program().most() < 1e-6);
}

#[test]
fn what_may_overflow_is_unknown() {
    let big: Slope<f32, 2> = Slope::variable(0, Range::new(3e38, 3.1e38));
    assert_eq!((big + big).program(), Range::UNKNOWN);
    assert_eq!((big + big).lead_over(&Slope::zero()), Range::UNKNOWN);
    let none: Slope<f32, 2> = Slope::one() / Slope::variable(0, Range::new(-1.0, 1.0));
    assert_eq!(none.program(), Range::UNKNOWN);
    assert_eq!((none * Slope::zero()).lead_over(&Slope::zero()).lo, f64::NEG_INFINITY);
    assert!(!Slope::<f32, 2>::variable(0, Range::UNKNOWN).error.is_finite());
    assert_eq!(f32::NAME, "f32");
}
