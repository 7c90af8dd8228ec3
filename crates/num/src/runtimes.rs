//! How far the runtimes were measured to compute from exact results, and which of them keep to the
//! [model of arithmetic](crate::Affine).
//!
//! `cargo xtask arithmetic` measures; `bench/arithmetic` has the record, `docs/arithmetic.md` its tables and what they are worth.
//! The figures here are those of the record, rounded up to the next half unit. Figures are of a processor, of versions and of
//! arguments tried: no proof. What they show to be outside of the model is outside.

use crate::affine::{ERF_UNITS, QUOTIENT_UNITS, SIGMOID_ABSOLUTE, UNITS};

/// What the model of arithmetic speaks of, and so what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// The exponential, by itself.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The hyperbolic tangent; its error is absolute.
    Tanh,
    /// The error function; its error is absolute.
    Erf,
    /// `1 / (1 + exp(-x))`; its error is absolute.
    Sigmoid,
    /// `x / (1 + exp(-x))`; its error is measured against `|x|`.
    Silu,
    /// `x/2 · (1 + erf(x/√2))` as one operator; its error is measured against `|x|` and half the result.
    Gelu,
    /// GELU by the hyperbolic tangent as one operator, measured in the same way.
    GeluTanh,
    /// `ln(1 + exp(x))`; its error is measured against the result and one half.
    Softplus,
    /// The square root.
    Sqrt,
    /// One divided by the square root.
    ReciprocalSqrt,
    /// A quotient.
    Divide,
    /// The ratio of two weights of a softmax: two exponentials and two quotients.
    Softmax,
    /// Sums, dot products and matrix products: the error is measured against what any order of roundings can do.
    Sums,
}

impl Operation {
    /// All of them, in the order of [`Errors`].
    pub const ALL: [Self; 14] = [
        Self::Exp,
        Self::Ln,
        Self::Tanh,
        Self::Erf,
        Self::Sigmoid,
        Self::Silu,
        Self::Gelu,
        Self::GeluTanh,
        Self::Softplus,
        Self::Sqrt,
        Self::ReciprocalSqrt,
        Self::Divide,
        Self::Softmax,
        Self::Sums,
    ];

    /// Its name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exp => "exp",
            Self::Ln => "log",
            Self::Tanh => "tanh",
            Self::Erf => "erf",
            Self::Sigmoid => "sigmoid",
            Self::Silu => "silu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu-tanh",
            Self::Softplus => "softplus",
            Self::Sqrt => "sqrt",
            Self::ReciprocalSqrt => "rsqrt",
            Self::Divide => "divide",
            Self::Softmax => "softmax",
            Self::Sums => "sums",
        }
    }

    /// The error that the bounds allow for, in units of `u`; of [`Operation::Sums`] the share of the bound.
    ///
    /// Where the bounds allow for a relative and an absolute error, this is the one that suffices by itself.
    pub fn allowed(self) -> f64 {
        match self {
            Self::Exp | Self::Ln | Self::Tanh | Self::Softplus => UNITS,
            Self::Erf => ERF_UNITS,
            Self::Sigmoid | Self::Silu => SIGMOID_ABSOLUTE,
            // Half of erf's or tanh's error, times x; the sum with 1 and the product round once each.
            Self::Gelu => ERF_UNITS / 2.0,
            Self::GeluTanh => UNITS / 2.0,
            Self::Sqrt | Self::Divide => QUOTIENT_UNITS,
            Self::ReciprocalSqrt => 2.0 * QUOTIENT_UNITS,
            Self::Softmax => 2.0 * (UNITS + QUOTIENT_UNITS),
            Self::Sums => 1.0,
        }
    }
}

/// The greatest errors in one type, in the order of [`Operation::ALL`]; infinite where a runtime has no such operation, or none
/// that has to do with the exact result.
pub type Errors = [f64; 14];

/// A runtime and its greatest errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Runtime {
    /// Its name in JSON.
    pub key: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Its errors in f32.
    pub single: Errors,
    /// Its errors in f64; none if it does not compute in f64.
    pub double: Option<Errors>,
}

/// No such operation, or nothing to rely on.
const NONE: f64 = f64::INFINITY;

/// The runtimes that were measured. The first four are those that a proof has to hold for to be called portable.
#[rustfmt::skip]
pub const RUNTIMES: [Runtime; 8] = [
    Runtime {
        key: "pytorch",
        name: "PyTorch",
        single: [1.5, 2.0, 1.0, 1.0, 1.5, 2.0, 5.5, 1.5, 1.5, 1.5, 1.5, 1.0, 7.5, 1.0],
        double: Some([1.0, 1.0, 1.0, 1.0, 1.5, 2.0, 1.5, 1.5, 1.5, 1.0, 1.5, 1.0, 2.0, 1.0]),
    },
    Runtime {
        key: "onnxruntime",
        name: "ONNX Runtime",
        single: [1.5, 4.5, 5.5, 1.0, 3.0, 3.5, 1.5, 2.5, 2.5, 1.0, 1.5, 1.0, 2.5, 1.0],
        double: Some([2.0, 2.5, 7.5, NONE, 1.5, 2.5, NONE, NONE, NONE, 1.0, 1.5, 1.0, 3.0, 1.0]),
    },
    Runtime {
        key: "jax",
        name: "JAX",
        single: [5.5, 2.5, 4.5, 5.5, 1.5, 2.5, 1.5, 2.5, 4.5, 1.0, 3.0, 1.0, 2.5, 1.0],
        double: Some([2.0, 1.0, 7.0, 1.0, 1.5, 2.5, 1.5, 3.5, 3.5, 1.0, 1.5, 1.0, 2.5, 1.0]),
    },
    Runtime {
        key: "numpy",
        name: "NumPy",
        single: [3.5, 4.0, 1.5, 0.5, 2.0, 2.5, 1.5, 1.5, 1.5, 1.0, 1.5, 1.0, 4.5, 1.0],
        double: Some([1.5, 1.0, 1.0, 3.0, 1.5, 2.5, 1.5, 1.5, 1.5, 1.0, 1.5, 1.0, 2.5, 1.0]),
    },
    Runtime {
        key: "openvino",
        name: "OpenVINO",
        single: [NONE, 1.5, 1.5, 9.0, 2.0, 2.0, 5.5, 1.5, 256.0, 1.0, 1.5, 2.0, 7.5, 1.0],
        double: None,
    },
    Runtime {
        key: "openvino-default",
        name: "OpenVINO, default",
        single: [NONE, 1.5, 1.5, 9.0, 2.0, 2.0, 5.5, 1.5, 256.0, 1.0, 1.5, 2.0, NONE, NONE],
        double: None,
    },
    Runtime {
        key: "mlx",
        name: "MLX",
        single: [NONE, 1.5, 2.0, 9.0, 1.5, 2.0, 4.5, 1.5, 1.5, 1.0, 1.5, 1.0, 65.0, 1.0],
        double: Some([NONE, 1.0, 2.0, NONE, NONE, NONE, NONE, 1.5, NONE, 1.0, 1.5, 1.0, NONE, 1.0]),
    },
    Runtime {
        key: "tinygrad",
        name: "tinygrad",
        single: [65.5, 5.0, 3.5, 9.0, 2.0, 2.0, 4.0, 1.5, 2.5, 1.0, 1.5, 1.0, 65.0, 1.0],
        double: Some([445.0, 3.5, 3.0, NONE, 1.5, 2.0, NONE, 1.5, 2.5, 1.0, 1.5, 1.0, 444.0, 1.0]),
    },
];

/// The number of runtimes that a portable proof holds for at least: PyTorch, ONNX Runtime, JAX and NumPy.
pub const PORTABLE: usize = 4;

/// The runtimes that keep to the model of arithmetic in all of `operations`, in f64 or in f32.
pub fn keeping(operations: &[Operation], double: bool) -> Vec<&'static Runtime> {
    RUNTIMES.iter().filter(|runtime| runtime.keeps(operations, double)).collect()
}

impl Runtime {
    /// Whether its errors in all of `operations` are at most what the bounds allow for. Sums are always asked about.
    pub fn keeps(&self, operations: &[Operation], double: bool) -> bool {
        let errors = if double { self.double.as_ref() } else { Some(&self.single) };
        errors.is_some_and(|errors| {
            let within = |operation: &Operation| errors[*operation as usize] <= operation.allowed();
            within(&Operation::Sums) && operations.iter().all(within)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_indices_into_errors() {
        for (index, operation) in Operation::ALL.into_iter().enumerate() {
            assert_eq!(operation as usize, index);
        }
    }

    #[test]
    fn a_runtime_keeps_to_the_model_until_an_operation_is_outside_of_it() {
        let names = |operations: &[Operation], double| -> Vec<_> {
            keeping(operations, double).iter().map(|runtime| runtime.key).collect()
        };
        let four: Vec<_> = RUNTIMES[..PORTABLE].iter().map(|runtime| runtime.key).collect();
        assert_eq!(four, ["pytorch", "onnxruntime", "jax", "numpy"]);
        // All attend, divide and take sums.
        let attention = [Operation::Softmax, Operation::Divide];
        assert_eq!(names(&attention, false), ["pytorch", "onnxruntime", "jax", "numpy", "openvino"]);
        assert_eq!(names(&attention, true), four);
        // MLX's exponential is 64 units off, its sums are right.
        assert!(names(&[], false).contains(&"mlx"));
        // bfloat16 keeps to nothing.
        assert!(!names(&[], false).contains(&"openvino-default"));
        // ONNX Runtime has no error function of f64.
        assert!(!names(&[Operation::Erf], true).contains(&"onnxruntime"));
        let all: Vec<_> = Operation::ALL.into_iter().collect();
        assert_eq!(names(&all, false), four);
    }
}
