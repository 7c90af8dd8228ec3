//! Ranges against values: random ends of all magnitudes, and for every rule each result inside, in f32 and in f64.

use super::*;
use num::{Float, Ordered, Scalar};

/// Numbers that one seed gives.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // The steps of SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of the type: of any magnitude, near the limits of its functions, zero or infinite.
    pub(crate) fn number(&mut self, width: Width) -> f64 {
        let sign = if self.below(2) == 0 { 1.0 } else { -1.0 };
        let value = match self.below(12) {
            0 => 0.0,
            1 => f64::INFINITY,
            2 => width.least_normal() * self.unit(),
            3 => width.greatest() * (0.5 + 0.5 * self.unit()),
            4 => 80.0 + 30.0 * self.unit(),
            5 => 10.0 * self.unit(),
            6 => self.below(20) as f64,
            7 => 1.0 + 4.0 * width.unit() * self.below(9) as f64,
            _ => {
                let most = if width == Width::Single { 149.0 } else { 1074.0 };
                num::portable::pow(2.0, (2.0 * self.unit() - 1.0) * most)
            }
        };
        width.round(sign * value)
    }

    /// A range and values of it: its ends and some between.
    fn range(&mut self, width: Width) -> (Range, Vec<f64>) {
        let (a, b) = (self.number(width), self.number(width));
        let (lo, hi) = if self.below(4) == 0 { (a, a) } else { (a.min(b), a.max(b)) };
        let nan = self.below(16) == 0;
        let mut values = vec![lo, hi];
        for _ in 0..3 {
            let near = width.round(self.number(width));
            values.push(near.clamp(lo, hi));
        }
        if nan {
            values.push(f64::NAN);
        }
        // What a range is of may have been flushed.
        (Range { nan, ..Range::new(lo, hi).with_flushed() }, values)
    }
}

fn holds(range: Range, value: f64) -> bool {
    if value.is_nan() { range.nan } else { range.lo <= value && value <= range.hi }
}

/// What evaluations may make of a result: off by `units`, rounded to the type, flushed if it is subnormal.
fn results(width: Width, value: f64, units: f64) -> Vec<f64> {
    let mut all = Vec::new();
    for off in [-units, 0.0, units] {
        let found = width.round(value * (1.0 + off * width.unit()));
        all.push(found);
        if found.abs() < width.least_normal() {
            all.push(0.0);
        }
    }
    all
}

/// Numbers as an evaluation may read them.
fn read(width: Width, value: f64) -> [f64; 2] {
    [value, if value.abs() < width.least_normal() { 0.0 } else { value }]
}

const WIDTHS: [Width; 2] = [Width::Single, Width::Double];

#[test]
fn every_function_lies_in_its_range() {
    type Exact = fn(f64) -> f64;
    let functions: [(Function, Exact, f64); 10] = [
        (Function::Neg, |x| -x, 0.0),
        (Function::Sqrt, f64::sqrt, 4.0),
        (Function::Exp, portable::exp, 60.0),
        (Function::Tanh, portable::tanh, 8.0),
        (Function::Erf, portable::erf, 8.0),
        (Function::Silu, |x| x / (1.0 + portable::exp(-x)), 16.0),
        (Function::Sigmoid, |x| 1.0 / (1.0 + portable::exp(-x)), 16.0),
        (Function::Ln, portable::ln, 8.0),
        (Function::Softplus, portable::softplus, 8.0),
        (Function::AsF32, |x| f64::from(x as f32), 0.0),
    ];
    let mut dice = Dice(1);
    for width in WIDTHS {
        for _ in 0..4000 {
            let (x, values) = dice.range(width);
            for (function, exact, units) in functions {
                let range = Range::unary(width, function, x);
                for &value in &values {
                    for input in read(width, value) {
                        for result in results(width, exact(input), units) {
                            assert!(
                                holds(range, result),
                                "{width:?} {function:?} of {input} in {x:?}: {result} is not in {range:?}"
                            );
                        }
                    }
                    // Our own evaluation, operation by operation.
                    let own = match width {
                        Width::Single => own::<f32>(function, value),
                        Width::Double => own::<f64>(function, value),
                    };
                    assert!(
                        holds(range, own),
                        "{width:?} {function:?} of {value} in {x:?}: {own}, {range:?}"
                    );
                }
            }
        }
    }
}

fn own<T: Float>(function: Function, x: f64) -> f64 {
    let x = T::from_f64(x);
    let value = match function {
        Function::Neg => -x,
        Function::Sqrt => x.sqrt(),
        Function::Exp => x.exp(),
        Function::Tanh => x.tanh(),
        Function::Erf => x.erf(),
        Function::Silu => x.silu(),
        Function::Sigmoid => x.sigmoid(),
        Function::Ln => x.ln(),
        Function::Softplus => x.softplus(),
        Function::AsF32 => x.as_f32(),
    };
    value.to_f64()
}

#[test]
fn every_operation_lies_in_its_range() {
    type Case = (Binary, fn(f64, f64) -> f64);
    let operations: [Case; 5] = [
        (Binary::Add, |x, y| x + y),
        (Binary::Sub, |x, y| x - y),
        (Binary::Mul, |x, y| x * y),
        (Binary::Div, |x, y| x / y),
        (Binary::Max, |x, y| Scalar::max(x, y)),
    ];
    let mut dice = Dice(2);
    for width in WIDTHS {
        for _ in 0..4000 {
            let ((x, xs), (y, ys)) = (dice.range(width), dice.range(width));
            let square = Range::square(width, x);
            for (op, exact) in operations {
                let range = Range::binary(width, op, x, y);
                for (&a, &b) in xs.iter().flat_map(|a| ys.iter().map(move |b| (a, b))) {
                    for (a, b) in read(width, a).into_iter().flat_map(|a| read(width, b).map(|b| (a, b))) {
                        let units = if op == Binary::Div { 4.0 } else { 0.0 };
                        for result in results(width, exact(a, b), units) {
                            assert!(
                                holds(range, result),
                                "{width:?} {a} {op:?} {b} in {x:?}, {y:?}: {result} is not in {range:?}"
                            );
                        }
                    }
                }
            }
            for &a in &xs {
                let value = width.round(a * a);
                assert!(holds(square, value), "{width:?} the square of {a} in {x:?}: {value}, {square:?}");
            }
        }
    }
}

/// The sum of products in three orders, each operation rounded.
fn sums<T: Float>(left: &[f64], right: &[f64]) -> Vec<f64> {
    let all = |side: &[f64]| side.iter().map(|&x| T::from_f64(x)).collect::<Vec<T>>();
    let (a, b) = (all(left), all(right));
    let turned = |side: &[T]| side.iter().map(|&x| Ordered::<T, true>(x)).collect::<Vec<_>>();
    let halves = |from: usize, to: usize| T::dot(&a[from..to], &b[from..to]);
    let middle = a.len() / 2;
    [T::dot(&a, &b), Ordered::dot(&turned(&a), &turned(&b)).0, halves(0, middle) + halves(middle, a.len())]
        .map(T::to_f64)
        .to_vec()
}

#[test]
fn sums_in_every_order_lie_in_their_range() {
    let mut dice = Dice(3);
    for width in WIDTHS {
        for _ in 0..4000 {
            let count = 2 + dice.below(7) as usize;
            let (left, right): (Vec<_>, Vec<_>) =
                (0..count).map(|_| (dice.range(width), dice.range(width))).unzip();
            let products: Vec<Range> = left
                .iter()
                .zip(&right)
                .map(|((x, _), (y, _))| Range::binary(width, Binary::Mul, *x, *y).fused(width))
                .collect();
            let dot = Range::sum(width, &products);
            let sum = Range::sum(width, &left.iter().map(|(x, _)| *x).collect::<Vec<_>>());
            let most = left.iter().chain(&right).map(|(_, values)| values.len()).min().unwrap();
            for at in 0..most {
                let pick = |side: &[(Range, Vec<f64>)]| side.iter().map(|(_, x)| x[at]).collect::<Vec<_>>();
                let (a, b, ones) = (pick(&left), pick(&right), vec![1.0; count]);
                let found = |b: &[f64]| match width {
                    Width::Single => sums::<f32>(&a, b),
                    Width::Double => sums::<f64>(&a, b),
                };
                for (range, values) in [(dot, found(&b)), (sum, found(&ones))] {
                    for value in values {
                        assert!(holds(range, value), "{width:?} {a:?} · {b:?}: {value} is not in {range:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn means_lie_in_their_range() {
    let mut dice = Dice(4);
    for width in WIDTHS {
        for _ in 0..4000 {
            let count = 1 + dice.below(6) as usize;
            let values: Vec<_> = (0..count).map(|_| dice.range(width)).collect();
            let range = Range::mean(width, &values.iter().map(|(x, _)| *x).collect::<Vec<_>>());
            let mut weights: Vec<f64> = (0..count).map(|_| portable::exp(-60.0 * dice.unit())).collect();
            weights[0] = 1.0;
            let weights: Vec<f64> = weights.into_iter().map(|weight| width.round(weight)).collect();
            for at in 0..2 {
                let picked: Vec<f64> = values.iter().map(|(_, x)| x[at]).collect();
                let found = match width {
                    Width::Single => mixed::<f32>(&weights, &picked),
                    Width::Double => mixed::<f64>(&weights, &picked),
                };
                for value in found {
                    assert!(holds(range, value), "{width:?} {weights:?} of {picked:?}: {value}, {range:?}");
                }
            }
        }
    }
}

/// A mean as one sum divided by another, and as a sum of shares.
fn mixed<T: Float>(weights: &[f64], values: &[f64]) -> Vec<f64> {
    let all = |side: &[f64]| side.iter().map(|&x| T::from_f64(x)).collect::<Vec<T>>();
    let (weights, values) = (all(weights), all(values));
    let total = T::sum(&weights);
    let shares: Vec<T> = weights.iter().map(|&weight| weight / total).collect();
    vec![(T::dot(&weights, &values) / total).to_f64(), T::dot(&shares, &values).to_f64()]
}

#[test]
fn ranges_by_hand() {
    let (x, y) = (Range::new(-1.0, 2.0), Range::new(3.0, 4.0));
    let product = Range::binary(Width::Single, Binary::Mul, x, y);
    assert!(product.lo < -4.0 && product.lo > -4.001 && product.hi > 8.0 && product.hi < 8.001);
    assert_eq!(Range::binary(Width::Single, Binary::Div, y, x), Range { nan: false, ..Range::ANYTHING });
    assert!(Range::binary(Width::Single, Binary::Div, x, x).nan);
    assert_eq!(Range::binary(Width::Double, Binary::Add, Range::ANYTHING, x), Range::ANYTHING);
    // SiLU of a positive number lies below it.
    assert!(Range::unary(Width::Single, Function::Silu, y).lo < 2.86);
    // 3 · 10^38 twice overflows in f32 and not in f64.
    let great = Range::new(3e38, 3e38);
    assert_eq!(Range::binary(Width::Single, Binary::Add, great, great).single(), Some(f64::INFINITY));
    assert!(Range::binary(Width::Double, Binary::Add, great, great).finite());
    // A subnormal number may be read as zero, and its reciprocal is then infinite.
    let tiny = Range::of(Constant::exact(1e-39));
    assert!(!Range::binary(Width::Single, Binary::Div, y, tiny).finite());
    // A sum of f64 that overflows in one order and not in another.
    let terms = [1e308, 1e308, -1e308].map(|x| Range::new(x, x));
    let sum = Range::sum(Width::Double, &terms);
    assert!(sum.lo < 1e308 && sum.hi == f64::INFINITY, "{sum:?}");
    let zero = Range::new(0.0, 0.0);
    assert_eq!(Range::binary(Width::Single, Binary::Mul, zero, y).single(), Some(0.0));
    assert_eq!(Range::binary(Width::Single, Binary::Mul, zero, Range::ANYTHING).single(), None);
}
