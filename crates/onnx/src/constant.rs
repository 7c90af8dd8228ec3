//! Arithmetic of known numbers: as our own evaluation rounds, with how far another one may be.

use crate::range::Range;
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

    /// The greatest finite number of this type.
    pub(crate) fn greatest(self) -> f64 {
        match self {
            Self::Single => f32::GREATEST,
            Self::Double => f64::GREATEST,
        }
    }

    /// Its smallest normal number: what lies below it may be lost.
    pub(crate) fn least_normal(self) -> f64 {
        match self {
            Self::Single => f32::LEAST_NORMAL,
            Self::Double => f64::LEAST_NORMAL,
        }
    }

    /// How far an operation's result is from the exact one, relative to it.
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

/// `value` with the distance to everything in `form`; the radius is infinite if nothing is known.
fn near<T: Float>(value: f64, form: &Affine<T, 0>) -> Constant {
    around(T::LEAST_NORMAL, value, (form.mid() - value).abs() + form.radius())
}

/// `value` within `radius`, with our own rounding of it counted, and what is lost where the number may be subnormal. An exact number
/// that is subnormal is read as itself or as zero wherever it is used.
fn around(least_normal: f64, value: f64, radius: f64) -> Constant {
    let known = value.is_finite() && radius < f64::INFINITY;
    let lost = if radius > 0.0 && value.abs() - radius < least_normal { least_normal } else { 0.0 };
    Constant::near(value, if known { (radius + lost) * (1.0 + 1e-9) } else { f64::INFINITY })
}

/// Whether a number may be read as zero because it is subnormal.
fn flushed(width: Width, x: f64) -> bool {
    x != 0.0 && x.abs() < width.least_normal()
}

/// Whether `x op y` is `value` without rounding, and without anything that may be flushed to zero. It may say no where it is.
fn exact(width: Width, op: Binary, x: f64, y: f64, value: f64) -> bool {
    let power_of_two = |x: f64| x.to_bits() & ((1 << 52) - 1) == 0;
    let small = |x: f64| x.fract() == 0.0 && x.abs() < 67_108_864.0;
    if [x, y, value].into_iter().any(|number| flushed(width, number)) {
        return false;
    }
    if !(x.is_finite() && y.is_finite()) {
        return true;
    }
    if !value.is_finite() {
        // A division by zero is the same everywhere; what overflows need not be.
        return op == Binary::Div && y == 0.0;
    }
    match op {
        Binary::Max => true,
        Binary::Add => x + y == value && value - x == y && value - y == x,
        Binary::Sub => x - y == value && x - value == y && value + y == x,
        // A zero of factors that are none has underflown.
        Binary::Mul if value == 0.0 => x == 0.0 || y == 0.0,
        Binary::Mul => {
            x * y == value && (power_of_two(x) || power_of_two(y) || (small(x) && small(y)))
                || f64::from(x as f32) == x && f64::from(y as f32) == y && x * y == value
        }
        Binary::Div if value == 0.0 => x == 0.0 && y != 0.0,
        Binary::Div => x / y == value && (power_of_two(y) || (small(value) && small(y) && value * y == x)),
    }
}

/// `x op y`, with no radius where nothing rounds, and an infinite one where nothing is known.
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
        let value = value.to_f64();
        if x.radius() == 0.0 && y.radius() == 0.0 && exact(width, op, x.value(), y.value(), value) {
            return Constant::exact(value);
        }
        // An infinity or a zero in every evaluation, however little is known of the operands.
        if Range::binary(width, op, Range::of(x), Range::of(y)).single() == Some(value) {
            return Constant::exact(value);
        }
        let (x, y) = (form::<T>(x), form::<T>(y));
        let form = match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            Binary::Mul => x * y,
            Binary::Div => x / y,
            Binary::Max => x.max(y),
        };
        near(value, &form)
    })
}

/// A function of a known number.
pub(crate) fn unary(width: Width, function: Function, x: Constant) -> Constant {
    in_width!(width, T, {
        let a = T::from_f64(x.value());
        let value = match function {
            Function::Neg => return around(T::LEAST_NORMAL, -x.value(), x.radius()),
            Function::AsF32 => return narrowed(x),
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
        // What is so far below zero underflows, in every evaluation; an infinity may be all that is left.
        if Range::unary(width, function, Range::of(x)).single() == Some(value.to_f64()) {
            return Constant::exact(value.to_f64());
        }
        if x.radius() == 0.0 && !x.value().is_finite() {
            // Zeros, infinities and NaN are those of every library; what a function tends to is within its units.
            let value = value.to_f64();
            let own = if value.is_finite() { 17.0 * width.unit() * value.abs() } else { 0.0 };
            return Constant::near(value, own);
        }
        let x = form::<T>(x);
        let form = match function {
            Function::Neg | Function::AsF32 | Function::Sqrt => x.sqrt(),
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

/// A known number of either type as one of f32.
pub(crate) fn narrowed(x: Constant) -> Constant {
    let (value, radius) = (Width::Single.round(x.value()), x.radius());
    // What is off may round to the other side.
    let own = (value.abs() + radius) * f64::from(f32::EPSILON) + f64::from(f32::MIN_POSITIVE);
    Constant::near(value, if radius > 0.0 { radius + own } else { 0.0 })
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

impl Elementary {
    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sin => "sine",
            Self::Cos => "cosine",
            Self::Tan => "tangent",
            Self::Ln => "logarithm",
        }
    }
}

/// An elementary function of a known number: computed in f64, rounded once, and within 8 units of the model's rounding anywhere.
pub(crate) fn elementary(width: Width, function: Elementary, x: Constant) -> Constant {
    let at = x.value();
    // ONNX Runtime takes multiples of π off an f64 as if that were off by a share of a rounding: sin(-12.5) by 35 units.
    let reduced = function != Elementary::Ln && width == Width::Double && at.abs() > 1.0;
    let off = x.radius() + if reduced { width.unit() * at.abs() } else { 0.0 };
    let value = match function {
        Elementary::Sin => portable::sin(at),
        Elementary::Cos => portable::cos(at),
        Elementary::Tan => portable::sin(at) / portable::cos(at),
        Elementary::Ln => portable::ln(at),
    };
    let radius = match function {
        _ if off == 0.0 => 0.0,
        Elementary::Sin | Elementary::Cos => off,
        // tan(x + d) - tan x = s (1 + t²) / (1 - s t) with s = tan d and t = tan x; a pole lies where that is no bound. For d up to
        // 1/2 the tangent of d is at most 1.1 d.
        Elementary::Tan => {
            let (step, size) = (1.1 * off, value.abs() * (1.0 + 1e-9));
            let room = 1.0 - step * size;
            if off <= 0.5 && room > 0.0 { step * (1.0 + size * size) / room } else { f64::INFINITY }
        }
        // By the slope at the end that is nearer to zero.
        Elementary::Ln if at - off > 0.0 => off / (at - off),
        Elementary::Ln => f64::INFINITY,
    };
    rounded(width, value, radius)
}

/// `base` to the power of `exponent`.
///
/// b^e = exp(e ln b). Where b is off by a share z of itself, at most a half, ln b is off by at most 1.39 z; where that moves the exponent
/// by δ of at most a tenth, the power moves by at most 1.06 δ of itself.
pub(crate) fn power(width: Width, base: Constant, exponent: Constant) -> Constant {
    let value = portable::pow(base.value(), exponent.value());
    if base.radius() == 0.0 && exponent.radius() == 0.0 {
        return rounded(width, value, 0.0);
    }
    let share = base.radius() / base.value().abs();
    let logarithm = portable::ln(base.value().abs()).abs() + 0.7;
    let moved = 1.39 * share * (exponent.value().abs() + exponent.radius()) + logarithm * exponent.radius();
    // A negative number has powers with whole exponents alone.
    let whole = base.value() > 0.0 || exponent.radius() == 0.0;
    let small = share <= 0.5 && moved <= 0.1 && whole;
    rounded(width, value, if small { 1.1 * moved * value.abs() } else { f64::INFINITY })
}

/// `value` rounded once, as a function's result that other libraries find within 8 units, or lose below the smallest normal number.
///
/// The infinities and NaN of what is known exactly are those of every library.
fn rounded(width: Width, value: f64, radius: f64) -> Constant {
    let result = width.round(value);
    if value.is_finite() && !result.is_finite() {
        let over = Range::of(around(width.least_normal(), value, radius)).narrowed().single() == Some(result);
        return Constant::near(result, if over { 0.0 } else { f64::INFINITY });
    }
    if !value.is_finite() {
        return Constant::near(result, if radius == 0.0 { 0.0 } else { f64::INFINITY });
    }
    // The functions that are asked for whole numbers and powers of two are exact everywhere.
    let exact = radius == 0.0 && result == value && value.fract() == 0.0;
    let own = 9.0 * width.unit() * (value.abs() + radius) + width.least_normal();
    if exact { Constant::exact(result) } else { around(width.least_normal(), result, radius + own) }
}

#[cfg(test)]
mod tests;
