//! Arithmetic of known numbers: as our own evaluation rounds, with how far another one may be.

use num::{Affine, Float, Scalar, portable};
use program::{Binary, Constant, Function};

/// The type that an operation rounds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Single,
    Double,
}

impl Width {
    /// `value` rounded to this type.
    pub(crate) fn round(self, value: f64) -> f64 {
        match self {
            Self::Single => f64::from(value as f32),
            Self::Double => value,
        }
    }

    /// Half the distance from 1 to the next number.
    pub(crate) fn unit(self) -> f64 {
        match self {
            Self::Single => f32::UNIT_ROUNDOFF,
            Self::Double => f64::UNIT_ROUNDOFF,
        }
    }

    /// What a score must lie below the greatest for its exponential to be exactly zero.
    pub(crate) fn vanishes(self) -> f64 {
        match self {
            Self::Single => 104.0,
            Self::Double => 746.0,
        }
    }
}

/// `$body` with `$T` the machine number of `$width`.
macro_rules! in_width {
    ($width:expr, $T:ident, $body:expr) => {
        match $width {
            Width::Single => {
                type $T = f32;
                $body
            }
            Width::Double => {
                type $T = f64;
                $body
            }
        }
    };
}

fn form<T: Float>(constant: Constant) -> Affine<T, 0> {
    if constant.radius() == 0.0 {
        Affine::constant(constant.value())
    } else {
        Affine::around(constant.value(), constant.radius())
    }
}

/// `value` with the distance to everything in `form`.
fn near<T: Float>(value: f64, form: &Affine<T, 0>) -> Constant {
    if !value.is_finite() {
        // An infinite mask, or nothing that a bound could help.
        return Constant::exact(value);
    }
    Constant::near(value, (form.mid() - value).abs() + form.radius())
}

/// Whether `x op y` is `value` without rounding. It may say no where it is.
fn exact(op: Binary, x: f64, y: f64, value: f64) -> bool {
    let power_of_two = |x: f64| x.to_bits() & ((1 << 52) - 1) == 0;
    let small = |x: f64| x.fract() == 0.0 && x.abs() < 67_108_864.0;
    if !value.is_finite() {
        return true;
    }
    match op {
        Binary::Max => true,
        Binary::Add => x + y == value && value - x == y && value - y == x,
        Binary::Sub => x - y == value && x - value == y && value + y == x,
        Binary::Mul => {
            x * y == value && (power_of_two(x) || power_of_two(y) || (small(x) && small(y)))
                || f64::from(x as f32) == x && f64::from(y as f32) == y && x * y == value
        }
        Binary::Div => x / y == value && (power_of_two(y) || (small(value) && small(y) && value * y == x)),
    }
}

/// `x op y`, with no radius where nothing rounds.
pub(crate) fn binary(width: Width, op: Binary, x: Constant, y: Constant) -> Constant {
    in_width!(width, T, {
        let (a, b) = (T::from_f64(x.value()), T::from_f64(y.value()));
        let value = match op {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div => a / b,
            Binary::Max => Scalar::max(a, b),
        };
        if x.radius() == 0.0 && y.radius() == 0.0 && exact(op, x.value(), y.value(), value.to_f64()) {
            return Constant::exact(value.to_f64());
        }
        // As with numbers that depend on tokens, the other number is taken to be finite, and a divisor not to be zero, however
        // little is known of it.
        let zero =
            |side: Constant, other: Constant| side == Constant::exact(0.0) && other.value().is_finite();
        let nothing = match op {
            Binary::Mul => zero(x, y) || zero(y, x),
            Binary::Div => zero(x, y) && y.value() != 0.0,
            _ => false,
        };
        if nothing {
            return Constant::exact(0.0);
        }
        let (x, y) = (form::<T>(x), form::<T>(y));
        let form = match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            Binary::Mul => x * y,
            Binary::Div => x / y,
            Binary::Max => x.max(y),
        };
        near(value.to_f64(), &form)
    })
}

/// A function of a known number.
pub(crate) fn unary(width: Width, function: Function, x: Constant) -> Constant {
    in_width!(width, T, {
        let a = T::from_f64(x.value());
        let value = match function {
            Function::Neg => return Constant::near(-x.value(), x.radius()),
            Function::Sqrt => Scalar::sqrt(a),
            Function::Exp => Scalar::exp(a),
            Function::Tanh => Scalar::tanh(a),
            Function::Erf => Scalar::erf(a),
            Function::Silu => a.silu(),
            Function::Sigmoid => a.sigmoid(),
            Function::Ln => Scalar::ln(a),
            Function::Softplus => a.softplus(),
        };
        if function == Function::Sqrt && x.radius() == 0.0 {
            let root = value.to_f64();
            if root.fract() == 0.0 && root < 67_108_864.0 && root * root == x.value() {
                return Constant::exact(root);
            }
        }
        // What is so far below zero underflows, in every evaluation.
        if function == Function::Exp && x.value() + x.radius() < -width.vanishes() {
            return Constant::exact(0.0);
        }
        let x = form::<T>(x);
        let form = match function {
            Function::Neg | Function::Sqrt => x.sqrt(),
            Function::Exp => x.exp(),
            Function::Tanh => x.tanh(),
            Function::Erf => x.erf(),
            Function::Silu => x.silu(),
            Function::Sigmoid => x.sigmoid(),
            Function::Ln => x.ln(),
            Function::Softplus => x.softplus(),
        };
        near(value.to_f64(), &form)
    })
}

/// The dot product of known numbers, which another evaluation may sum in another order.
pub(crate) fn dot(width: Width, pairs: &[(Constant, Constant)]) -> Constant {
    in_width!(width, T, {
        let side = |of: fn(&(Constant, Constant)) -> Constant| pairs.iter().map(of).collect::<Vec<_>>();
        let (left, right) = (side(|pair| pair.0), side(|pair| pair.1));
        let machine = |side: &[Constant]| side.iter().map(|c| T::from_f64(c.value())).collect::<Vec<_>>();
        let value = T::dot(&machine(&left), &machine(&right));
        let forms = |side: &[Constant]| side.iter().map(|&c| form::<T>(c)).collect::<Vec<_>>();
        near(value.to_f64(), &Affine::dot(&forms(&left), &forms(&right)))
    })
}

/// Functions that only known numbers meet: positions, frequencies, slopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elementary {
    Sin,
    Cos,
    Tan,
    Ln,
}

/// An elementary function of a known number: computed in f64, rounded once, and within 8 units of the model's rounding anywhere.
pub(crate) fn elementary(width: Width, function: Elementary, x: Constant) -> Constant {
    let at = x.value();
    let value = match function {
        Elementary::Sin => portable::sin(at),
        Elementary::Cos => portable::cos(at),
        Elementary::Tan => portable::sin(at) / portable::cos(at),
        Elementary::Ln => portable::ln(at),
    };
    let slope = match function {
        Elementary::Sin | Elementary::Cos => 1.0,
        Elementary::Tan => 1.0 + 2.0 * (value.abs() + x.radius()) * (value.abs() + x.radius()),
        Elementary::Ln => 1.0 / (at - x.radius()).max(f64::MIN_POSITIVE),
    };
    rounded(width, value, slope * x.radius())
}

/// `base` to the power of `exponent`.
pub(crate) fn power(width: Width, base: Constant, exponent: Constant) -> Constant {
    let value = portable::pow(base.value(), exponent.value());
    if base.radius() == 0.0 && exponent.radius() == 0.0 {
        return rounded(width, value, 0.0);
    }
    // |d(b^e)| ≤ |b^e| (|e| |db|/|b| + |ln b| |de|), with some room for the second order.
    let relative = exponent.value().abs() * base.radius() / base.value().abs()
        + portable::ln(base.value().abs()).abs() * exponent.radius();
    // So much room is enough where they are small.
    let radius = if relative < 0.1 { 2.0 * relative * value.abs() } else { f64::INFINITY };
    rounded(width, value, radius)
}

/// `value` rounded once, as a function's result that other libraries find within 8 units.
fn rounded(width: Width, value: f64, radius: f64) -> Constant {
    let unit = match width {
        Width::Single => f64::from(f32::EPSILON) / 2.0,
        Width::Double => f64::EPSILON / 2.0,
    };
    let result = width.round(value);
    if !result.is_finite() {
        return Constant::exact(result);
    }
    // The functions that are asked for whole numbers and powers of two are exact everywhere.
    let exact = radius == 0.0 && result == value && value.fract() == 0.0;
    let radius = if exact { 0.0 } else { (radius + 9.0 * unit * value.abs().max(1e-30)) * (1.0 + 1e-9) };
    Constant::near(result, radius)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
