//! The MLP: up, activation, optionally gated, down.

use crate::cache::Room;
use crate::{Linear, Probe, Site};
use num::Scalar;

/// The function between the two maps of an MLP.
///
/// The constants of GELU are part of that function as everyone writes it; they arrive from the model file's
/// lowering like every other number, rounded to the model's type.
#[derive(Clone, Debug, PartialEq)]
pub enum Activation<S> {
    /// `max(x, 0)`; exact.
    Relu,
    /// `x / (1 + exp(-x))`, also called swish.
    Silu,
    /// `(half · x) · (1 + erf(x · sqrt_half))`.
    Gelu {
        /// One half.
        half: S,
        /// The square root of one half.
        sqrt_half: S,
    },
    /// `(half · x) · (1 + tanh(scale · (x + cubic · ((x · x) · x))))`.
    GeluTanh {
        /// One half.
        half: S,
        /// The square root of 2/π.
        scale: S,
        /// 0.044715.
        cubic: S,
    },
}

impl<S: Scalar> Activation<S> {
    /// The activation of one pre-activation; each operation rounded, in the order of the variant's formula.
    #[inline(always)]
    pub fn apply(&self, x: S) -> S {
        match *self {
            Self::Relu => x.max(S::zero()),
            Self::Silu => x.silu(),
            Self::Gelu { half, sqrt_half } => (half * x) * (S::one() + (x * sqrt_half).erf()),
            Self::GeluTanh { half, scale, cubic } => {
                (half * x) * (S::one() + (scale * (x + cubic * ((x * x) * x))).tanh())
            }
        }
    }
}

/// `down(activation(up(x)))`, or with a gate `down(activation(gate(x)) · up(x))`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlp<S> {
    /// width → hidden.
    pub up: Linear<S>,
    /// width → hidden; with it the MLP is gated (SwiGLU, ReGLU, GEGLU).
    pub gate: Option<Linear<S>>,
    /// The function between.
    pub activation: Activation<S>,
    /// hidden → width.
    pub down: Linear<S>,
}

impl<S: Scalar> Mlp<S> {
    /// Writes the change of the residual stream to `out`.
    #[inline(always)]
    pub(crate) fn apply(
        &self,
        x: &[S],
        room: &mut Room<S>,
        out: &mut [S],
        layer: usize,
        probe: &mut impl Probe<S>,
    ) {
        let hidden = self.up.outputs();
        let (up, gate) = (&mut room.up[..hidden], &mut room.gate[..hidden]);
        self.up.apply(x, &mut room.rank, up);
        if let Some(map) = &self.gate {
            map.apply(x, &mut room.rank, gate);
            probe.see(Site::PreActivation { layer }, gate);
            for (up, &gate) in up.iter_mut().zip(&*gate) {
                *up = self.activation.apply(gate) * *up;
            }
        } else {
            probe.see(Site::PreActivation { layer }, up);
            for up in up.iter_mut() {
                *up = self.activation.apply(*up);
            }
        }
        probe.see(Site::Hidden { layer }, up);
        self.down.apply(up, &mut room.rank, out);
    }
}

impl<S> Mlp<S> {
    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Mlp<T> {
        Mlp {
            up: self.up.map(convert),
            gate: self.gate.as_ref().map(|gate| gate.map(convert)),
            activation: match &self.activation {
                Activation::Relu => Activation::Relu,
                Activation::Silu => Activation::Silu,
                Activation::Gelu { half, sqrt_half } => {
                    Activation::Gelu { half: convert(half), sqrt_half: convert(sqrt_half) }
                }
                Activation::GeluTanh { half, scale, cubic } => {
                    Activation::GeluTanh { half: convert(half), scale: convert(scale), cubic: convert(cubic) }
                }
            },
            down: self.down.map(convert),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_by_hand() {
        assert_eq!(Activation::Relu.apply(-2.0_f64), 0.0);
        assert_eq!(Activation::Relu.apply(2.0_f64), 2.0);
        assert_eq!(Activation::Silu.apply(0.0_f64), 0.0);
        // silu(x) - silu(-x) = x for every x.
        let silu = |x: f64| Activation::Silu.apply(x);
        assert!((silu(1.5) - silu(-1.5) - 1.5).abs() < 1e-15);
        // GELU is x times the normal distribution function: 1.96 covers 97.5 % of it.
        let gelu = Activation::Gelu { half: 0.5, sqrt_half: 0.5_f64.sqrt() };
        assert!((gelu.apply(1.959963984540054) / 1.959963984540054 - 0.975).abs() < 1e-12);
        let tanh =
            Activation::GeluTanh { half: 0.5, scale: (2.0 / std::f64::consts::PI).sqrt(), cubic: 0.044715 };
        assert!((tanh.apply(1.0) - gelu.apply(1.0)).abs() < 2e-4);
        assert_eq!(tanh.apply(0.0), 0.0);
    }
}
