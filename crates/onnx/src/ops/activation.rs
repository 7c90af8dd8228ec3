//! Activations, each written out in operations that every kind of number knows.
//!
//! Where one is defined by cases it is written as a sum of its two sides, of which one is zero, so that nothing is chosen. A NaN goes
//! through all of them.

use crate::arena::{Arena, Id};
use crate::constant::Width;
use crate::ops::choice::numbers;
use crate::ops::power::whole;
use program::{Binary, Constant, Function};

/// Operations in one width.
pub(crate) struct Builder<'a> {
    pub(crate) arena: &'a mut Arena,
    pub(crate) width: Width,
}

impl Builder<'_> {
    fn unary(&mut self, function: Function, x: Id) -> Id {
        self.arena.unary(self.width, function, x)
    }

    fn binary(&mut self, op: Binary, x: Id, y: Id) -> Id {
        self.arena.binary(self.width, op, x, y)
    }

    fn add(&mut self, x: Id, y: Id) -> Id {
        self.binary(Binary::Add, x, y)
    }

    fn mul(&mut self, x: Id, y: Id) -> Id {
        self.binary(Binary::Mul, x, y)
    }

    fn neg(&mut self, x: Id) -> Id {
        self.unary(Function::Neg, x)
    }

    fn constant(&mut self, value: f64) -> Id {
        self.arena.constant(value)
    }

    /// The greater of two; a NaN goes on.
    pub(crate) fn max(&mut self, x: Id, y: Id) -> Id {
        self.binary(Binary::Max, x, y)
    }

    /// The lesser of two; a NaN goes on.
    pub(crate) fn min(&mut self, x: Id, y: Id) -> Id {
        let (x, y) = (self.neg(x), self.neg(y));
        let greatest = self.max(x, y);
        self.neg(greatest)
    }

    /// `max(x, 0)`.
    pub(crate) fn relu(&mut self, x: Id) -> Id {
        let zero = self.arena.zero();
        self.max(x, zero)
    }

    /// `min(x, 0)`.
    fn below(&mut self, x: Id) -> Id {
        let zero = self.arena.zero();
        self.min(x, zero)
    }

    /// The magnitude. Of a negative zero that is known it is the positive one.
    pub(crate) fn abs(&mut self, x: Id) -> Id {
        if let Some(known) = self.arena.known(x).filter(|known| known.radius() == 0.0) {
            return self.constant(known.value().abs());
        }
        let negative = self.neg(x);
        self.max(x, negative)
    }

    /// `min(max(x, low), high)`, so that of crossed bounds the upper one is the result.
    ///
    /// # Errors
    ///
    /// If a bound is a NaN or an infinity that everything lies beyond, which runtimes treat in different ways; or may be one.
    pub(crate) fn clip(&mut self, mut x: Id, low: Option<Id>, high: Option<Id>) -> Result<Id, String> {
        for (bound, infinite) in [(low, f64::NEG_INFINITY), (high, f64::INFINITY)] {
            let Some(bound) = bound else { continue };
            match self.arena.known(bound).map(Constant::value) {
                Some(value) if value.is_nan() => return Err("a bound is a NaN".into()),
                // It bounds nothing.
                Some(value) if value == infinite => continue,
                Some(value) if value.is_infinite() => return Err(format!("a bound is {value}")),
                None if !self.arena.range(bound).finite() => {
                    return Err("a bound that is not shown to be finite is not supported".into());
                }
                _ => {}
            }
            x = if infinite < 0.0 { self.max(x, bound) } else { self.min(x, bound) };
        }
        Ok(x)
    }

    /// `x` where it is positive, `slope · x` elsewhere.
    pub(crate) fn leaky(&mut self, x: Id, slope: Id) -> Id {
        let exact = self.arena.known(slope).filter(|known| known.radius() == 0.0).map(Constant::value);
        match exact {
            Some(alpha) if alpha > 0.0 && alpha <= 1.0 => {
                let low = self.mul(x, slope);
                self.max(x, low)
            }
            Some(alpha) if alpha > 1.0 && alpha < f64::INFINITY => {
                let low = self.mul(x, slope);
                self.min(x, low)
            }
            _ => {
                let (above, below) = (self.relu(x), self.below(x));
                let below = self.mul(below, slope);
                self.add(above, below)
            }
        }
    }

    /// `x` where it is positive, `α (e^x − 1)` elsewhere. Libraries take e^x − 1 from `expm1` or subtract.
    pub(crate) fn elu(&mut self, x: Id, alpha: f64) -> Id {
        let (above, below) = (self.relu(x), self.below(x));
        let grown = self.grown(below);
        let alpha = self.constant(alpha);
        let below = self.mul(alpha, grown);
        self.add(above, below)
    }

    /// e^x − 1 of a number that is not positive.
    fn grown(&mut self, x: Id) -> Id {
        let one = self.arena.one();
        let power = self.unary(Function::Exp, x);
        self.binary(Binary::Sub, power, one)
    }

    /// `max(x, 0) + min(0, α (e^(x/α) − 1))` for a positive α.
    pub(crate) fn celu(&mut self, x: Id, alpha: f64) -> Id {
        let (above, below) = (self.relu(x), self.below(x));
        let alpha = self.constant(alpha);
        let scaled = self.binary(Binary::Div, below, alpha);
        let grown = self.grown(scaled);
        let below = self.mul(alpha, grown);
        self.add(above, below)
    }

    /// `γ` times the exponential linear unit.
    pub(crate) fn selu(&mut self, x: Id, alpha: f64, gamma: f64) -> Id {
        let unit = self.elu(x, alpha);
        let gamma = self.constant(gamma);
        self.mul(gamma, unit)
    }

    /// `x / (1 + |x|)`.
    pub(crate) fn softsign(&mut self, x: Id) -> Id {
        let (size, one) = (self.abs(x), self.arena.one());
        let below = self.add(one, size);
        self.binary(Binary::Div, x, below)
    }

    /// `x · tanh(softplus(x))`.
    pub(crate) fn mish(&mut self, x: Id) -> Id {
        let inner = self.unary(Function::Softplus, x);
        let gate = self.unary(Function::Tanh, inner);
        self.mul(x, gate)
    }

    /// `x · sigmoid(α x)`.
    pub(crate) fn swish(&mut self, x: Id, alpha: f64) -> Id {
        let alpha = self.constant(alpha);
        let inner = self.mul(x, alpha);
        let gate = self.unary(Function::Sigmoid, inner);
        self.mul(x, gate)
    }

    /// `max(0, min(1, α x + β))`.
    pub(crate) fn hard_sigmoid(&mut self, x: Id, alpha: Id, beta: f64) -> Id {
        let (beta, one) = (self.constant(beta), self.arena.one());
        let inner = self.mul(x, alpha);
        let inner = self.add(inner, beta);
        let gate = self.relu(inner);
        self.min(gate, one)
    }

    /// `x · max(0, min(1, x/6 + 1/2))`. Runtimes take 1/6 in the type, in f32 in either, or divide.
    pub(crate) fn hard_swish(&mut self, x: Id) -> Id {
        let sixth = self.width.round(1.0 / 6.0);
        let off = 2.0 * (Width::Single.round(1.0 / 6.0) - 1.0 / 6.0).abs();
        let sixth = self.arena.constant_near(Constant::near(sixth, off));
        let gate = self.hard_sigmoid(x, sixth, 0.5);
        self.mul(x, gate)
    }

    /// `x` where it is above `alpha`, 0 elsewhere: a step, so one that must be the same in every problem.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub(crate) fn thresholded(&mut self, x: Id, alpha: f64) -> Result<Id, String> {
        let bound = self.constant(alpha);
        Ok(if numbers(self.arena, "Greater", x, bound)? { x } else { self.arena.zero() })
    }

    /// The Gaussian error linear unit, with `tanh` for the error function or without.
    pub(crate) fn gelu(&mut self, x: Id, tanh: bool) -> Id {
        let (half, one) = (self.constant(0.5), self.arena.one());
        let inner = if tanh {
            let cubic = self.constant(self.width.round(0.044715));
            let scale = self.constant(self.width.round((2.0 / std::f64::consts::PI).sqrt()));
            let cube = whole(self.arena, self.width, x, 3);
            let cube = self.mul(cubic, cube);
            let inner = self.add(x, cube);
            let inner = self.mul(scale, inner);
            self.unary(Function::Tanh, inner)
        } else {
            let root = self.constant(self.width.round(std::f64::consts::FRAC_1_SQRT_2));
            let inner = self.mul(x, root);
            self.unary(Function::Erf, inner)
        };
        let gate = self.add(one, inner);
        let halved = self.mul(half, x);
        self.mul(halved, gate)
    }
}
