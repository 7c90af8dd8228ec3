//! Elementary functions that are the same to the bit on every machine.
//!
//! Only the operations of IEEE 754 that are rounded correctly everywhere are used: `+ − × ÷` on f64, comparisons,
//! and the bits of a number. Each is rounded to nearest, ties to even, in the order written, and never fused with
//! another. So the result depends on the argument alone: not on the processor, its vector width, the compiler or
//! the C library. The exception is which NaN a NaN is.
//!
//! | function | error, units in the last place | who uses it |
//! |---|---|---|
//! | [`exp()`] | < 0.7, subnormal < 0.9; as `f32` correctly rounded | blocks, in lanes: softmax, SiLU, sigmoid |
//! | [`exp_f32()`] | correctly rounded | the same for `f32`, with fewer operations |
//! | [`tanh()`] | < 1 | blocks, in lanes |
//! | [`erf()`] | < 1 | blocks, in lanes: GELU |
//! | [`ln()`], [`ln_1p()`] | < 0.501 | lowering; graphs |
//! | [`softplus()`] | < 1.5 | graphs |
//! | [`sin()`], [`cos()`] | < 0.501, for every finite argument | lowering: RoPE, positions |
//! | [`vector_sine`] | those of PyTorch's f32, where a model file names them | lowering: positions |
//! | [`pow()`] | < 0.7, subnormal < 0.9; whole exponents to 64 < 0.501 | lowering: frequencies |
//!
//! The bounds hold for every point of `golden/elementary.csv` (`tests/suite/golden.rs`, where they stand in a
//! table); beside each formula is why they hold elsewhere. What is said of `exp` as `f32` and of `exp_f32` is checked
//! over every `f32` (`tests/suite/exhaustive.rs`). The coefficients come from `golden/elementary.py`.
//!
//! Two kinds of function live here. `exp`, `exp_f32`, `tanh` and `erf` run in the inner loops of a decode. They are
//! straight lines of code, without branches or tables, so that a loop over lanes becomes vector instructions;
//! and they are `#[inline(always)]`, since a function that is not inlined is compiled for the baseline
//! processor and not for the target features of the loop. The others run while a model file is lowered, or in the few graphs
//! that ask for them, where time does not matter: they sum plain series in numbers of twice the precision, and need no coefficients at all.

mod bits;
mod erf;
mod exp;
mod exp_f32;
mod exp_parts;
mod ln;
mod pair;
mod polynomial;
mod pow;
mod quarter_turns;
mod sin_cos;
mod softplus;
mod tanh;
pub mod vector_sine;

pub use erf::erf;
pub use exp::exp;
pub use exp_f32::exp_f32;
pub use ln::{ln, ln_1p};
pub use pow::pow;
pub use sin_cos::{cos, sin};
pub use softplus::softplus;
pub use tanh::tanh;
