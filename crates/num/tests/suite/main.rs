//! Integration tests of the numbers: `portable` against golden values, `exp` over every `f32`, enclosures against exact rationals.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod exact;
mod exhaustive;
mod golden;
mod magnitudes;
mod reference;
