//! The kinds of number that a model can be read with.
//!
//! A block of a network is written once, generic over [`Scalar`]. Choosing the number chooses what running the
//! block means: [`f32`] and [`f64`] compute, [`Lanes`] compute many problems side by side.
//! [`Reading`] adds what a whole decode needs beyond arithmetic: tokens, table look-up and the final choice.
//! [`Interval`] encloses what the program computes, [`Affine`] what any faithful evaluation of the model can compute.
//! [`Ordered`] fixes the order of sums of another number, [`Fused`] computes as other libraries may.
//! [`runtimes`] says how far other libraries were measured to compute from exact results.
//! The recorder, which writes a program down, lives in its own crate.
//!
//! Everything here is exact about rounding: each operation is one IEEE 754 operation to nearest, ties to even,
//! in the order written, never fused. The elementary functions are those of [`portable`], the same on every machine.
//! This crate knows nothing of networks and has no dependencies.
//!
//! Functions on the path of a decode are `#[inline(always)]`: they must be compiled with the target features of
//! the loop that calls them, and a call that is not inlined is compiled for the baseline processor.

mod affine;
mod float;
mod fused;
mod interval;
mod lanes;
pub mod laws;
mod ordered;
pub mod portable;
mod reading;
pub mod runtimes;
mod scalar;

pub use affine::Affine;
pub use float::Float;
pub use fused::Fused;
pub use interval::{Interval, TokenSet};
pub use lanes::{LaneTokens, Lanes};
pub use ordered::Ordered;
pub use reading::Reading;
pub use scalar::{Scalar, Sums, dot, fused_dot, sum};
