//! Known numbers against what other evaluations find.

use super::*;
use crate::range::tests::Dice;

#[test]
fn exact_numbers_stay_exact_where_nothing_rounds() {
    let exact = |value: f64| Constant::exact(f64::from(value as f32));
    let third = binary(Width::Single, Binary::Div, exact(1.0), exact(3.0));
    assert_eq!(third.value(), f64::from(1.0_f32 / 3.0));
    assert!(third.radius() > 0.0);
    assert_eq!(binary(Width::Single, Binary::Mul, exact(0.1), exact(4.0)), exact(0.4));
    let sine = elementary(Width::Single, Elementary::Sin, exact(1.0));
    assert!(sine.radius() > 1e-7 && sine.radius() < 1e-6);
    let twice = binary(Width::Single, Binary::Add, sine, sine);
    assert!(twice.radius() > 2.0 * sine.radius());
    assert_eq!(power(Width::Single, exact(10.0), exact(3.0)), exact(1000.0));
    let mask = binary(Width::Single, Binary::Add, exact(f64::NEG_INFINITY), exact(1.0));
    assert_eq!(unary(Width::Single, Function::Exp, mask), exact(0.0));
}

/// What an evaluation may make of a result: off by `units`, and by one more where it is rounded to the type; lost if it is subnormal.
fn evaluations(width: Width, exact: f64, units: f64) -> Vec<f64> {
    let mut all = Vec::new();
    for off in [-units, 0.0, units] {
        let found = width.round(exact * (1.0 + off * width.unit()));
        all.extend([found, if found.abs() < width.least_normal() { 0.0 } else { found }]);
    }
    all
}

#[track_caller]
fn holds(constant: Constant, found: f64, what: &str) {
    let (value, radius) = (constant.value(), constant.radius());
    // In f64 the exact result is not known to the last unit.
    let near = (found - value).abs() <= radius + 4.0 * f64::EPSILON * value.abs();
    let same = found == value || (found.is_nan() && value.is_nan());
    // An exact number that is subnormal stands for itself and for zero.
    let same = same || (radius == 0.0 && found == 0.0 && value.abs() < Width::Single.least_normal());
    assert!(near || same || radius == f64::INFINITY, "{what}: {found} is not within {radius} of {value}");
}

/// A known number and numbers that an evaluation may have in place of it.
fn known(dice: &mut Dice, width: Width) -> (Constant, Vec<f64>) {
    let value = dice.number(width);
    // What is nearly subnormal is known within as much where it is not exact.
    if !value.is_finite() || value.abs() < 2.0 * width.least_normal() || dice.below(3) == 0 {
        return (Constant::exact(value), vec![value]);
    }
    let radius = value.abs() * portable::pow(0.5, dice.below(30) as f64);
    let mut values = vec![value, value - radius, value + radius, value + 0.3 * radius];
    // As numbers of the type, and still within the radius.
    values = values.into_iter().map(|found| width.round(found)).collect();
    values.retain(|found| found.is_finite() && (found - value).abs() <= radius);
    (Constant::near(value, radius), values)
}

#[test]
fn radii_of_functions_hold_at_every_magnitude() {
    type Exact = fn(f64) -> f64;
    let functions: [(Function, Exact, f64); 10] = [
        (Function::Neg, |x| -x, 0.0),
        (Function::Sqrt, f64::sqrt, 3.0),
        (Function::Exp, portable::exp, 7.0),
        (Function::Tanh, portable::tanh, 7.0),
        (Function::Erf, portable::erf, 7.0),
        (Function::Silu, |x| x / (1.0 + portable::exp(-x)), 15.0),
        (Function::Sigmoid, |x| 1.0 / (1.0 + portable::exp(-x)), 15.0),
        (Function::Ln, portable::ln, 7.0),
        (Function::Softplus, portable::softplus, 7.0),
        (Function::AsF32, |x| f64::from(x as f32), 0.0),
    ];
    let elementary: [(Elementary, Exact); 4] = [
        (Elementary::Sin, portable::sin),
        (Elementary::Cos, portable::cos),
        (Elementary::Tan, |x| portable::sin(x) / portable::cos(x)),
        (Elementary::Ln, portable::ln),
    ];
    let mut dice = Dice(5);
    for width in [Width::Single, Width::Double] {
        for _ in 0..4000 {
            let (x, inputs) = known(&mut dice, width);
            for &input in &inputs {
                for (function, exact, units) in functions {
                    let known = unary(width, function, x);
                    // What is exact in ours, the root of a square, is exact everywhere.
                    let units = if known.radius() == 0.0 { 0.0 } else { units };
                    for found in evaluations(width, exact(input), units) {
                        holds(known, found, &format!("{width:?} {function:?} of {input}, {x:?}"));
                    }
                }
                for (function, exact) in elementary {
                    for found in evaluations(width, exact(input), 7.0) {
                        let known = super::elementary(width, function, x);
                        // What is known exactly and whole is taken to be exact.
                        if known.radius() > 0.0 || !known.value().is_finite() {
                            holds(known, found, &format!("{width:?} {function:?} of {input}, {x:?}"));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn radii_of_operations_hold_at_every_magnitude() {
    type Case = (Binary, fn(f64, f64) -> f64, f64);
    let operations: [Case; 5] = [
        (Binary::Add, |x, y| x + y, 0.0),
        (Binary::Sub, |x, y| x - y, 0.0),
        (Binary::Mul, |x, y| x * y, 0.0),
        (Binary::Div, |x, y| x / y, 3.0),
        (Binary::Max, |x, y| Scalar::max(x, y), 0.0),
    ];
    let mut dice = Dice(6);
    for width in [Width::Single, Width::Double] {
        for _ in 0..4000 {
            let ((x, xs), (y, ys)) = (known(&mut dice, width), known(&mut dice, width));
            for (op, exact, units) in operations {
                let constant = binary(width, op, x, y);
                // A quotient that is exact in ours is exact where it is computed as one.
                let units = if constant.radius() == 0.0 { 0.0 } else { units };
                for (&a, &b) in xs.iter().flat_map(|a| ys.iter().map(move |b| (a, b))) {
                    // A power of two divides without rounding.
                    let power = b.to_bits() & ((1 << 52) - 1) == 0;
                    for found in evaluations(width, exact(a, b), if power { 0.0 } else { units }) {
                        holds(constant, found, &format!("{width:?} {a} {op:?} {b}, {x:?} {y:?}"));
                    }
                }
            }
        }
    }
}

#[test]
fn radii_of_powers_hold() {
    let mut dice = Dice(7);
    for width in [Width::Single, Width::Double] {
        for _ in 0..4000 {
            let mut draw = |most: f64| {
                let value = width.round((2.0 * dice.unit() - 1.0) * most);
                let radius = value.abs() * portable::pow(0.5, dice.below(30) as f64);
                (Constant::near(value, radius), [value, value - radius, value + radius])
            };
            let ((logarithm, _), (exponent, exponents)) = (draw(20.0), draw(6.0));
            let base = width.round(portable::exp(logarithm.value()));
            let radius = base * portable::pow(0.5, dice.below(30) as f64);
            let found = power(width, Constant::near(base, radius), exponent);
            for b in [base, base - radius, base + radius] {
                for e in exponents {
                    for value in evaluations(width, portable::pow(b, e), 7.0) {
                        holds(found, value, &format!("{width:?} {b} to the power of {e}, {exponent:?}"));
                    }
                }
            }
        }
    }
}

#[test]
fn a_tangent_near_its_pole_is_known_only_from_its_own_side() {
    let near = |radius| {
        elementary(
            Width::Double,
            Elementary::Tan,
            Constant::near(std::f64::consts::FRAC_PI_2 - 9.6e-5, radius),
        )
    };
    assert!(near(1e-6).radius() < 200.0 && near(1e-6).radius() > 100.0);
    assert_eq!(near(1e-3).radius(), f64::INFINITY);
}

#[test]
fn infinities_and_nan_go_through_known_arithmetic() {
    let exact = Constant::exact;
    let (infinity, nan) = (exact(f64::INFINITY), exact(f64::NAN));
    let same = |found: Constant, value: f64| {
        let equal = found.value() == value || (found.value().is_nan() && value.is_nan());
        assert!(equal && found.radius() == 0.0, "{found:?}, expected {value}");
    };
    let two = |op, x, y| binary(Width::Single, op, x, y);
    same(two(Binary::Mul, infinity, exact(0.0)), f64::NAN);
    same(two(Binary::Mul, nan, exact(0.0)), f64::NAN);
    same(two(Binary::Sub, infinity, infinity), f64::NAN);
    same(two(Binary::Div, exact(0.0), exact(0.0)), f64::NAN);
    same(two(Binary::Max, exact(1.0), nan), f64::NAN);
    same(two(Binary::Add, exact(f64::NEG_INFINITY), Constant::near(1.0, 0.5)), f64::NEG_INFINITY);
    same(two(Binary::Mul, exact(0.0), Constant::near(1.0, 0.5)), 0.0);
    same(two(Binary::Mul, exact(3e38), exact(3e38)), f64::INFINITY);
    // What may overflow, or be anything, times zero may be a NaN.
    assert_eq!(two(Binary::Mul, exact(0.0), Constant::near(1.0, f64::INFINITY)).radius(), f64::INFINITY);
    let edge = two(Binary::Add, Constant::near(3.4e38, 1e36), exact(0.0));
    assert!(edge.radius() > 0.0);
    // A subnormal divisor may be read as zero.
    assert_eq!(two(Binary::Div, exact(1.0), exact(1e-39)).radius(), f64::INFINITY);
}

#[test]
fn a_sine_of_f64_holds_what_a_rough_reduction_of_its_argument_finds() {
    let found = elementary(Width::Double, Elementary::Sin, Constant::exact(-12.5));
    // As ONNX Runtime 1.32 computes it, 35 units off.
    assert!((found.value() - 0.0663218973512002).abs() <= found.radius());
    assert!(found.radius() < 1e-14);
}
