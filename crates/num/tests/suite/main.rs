//! Integration tests of the numbers: `portable` against golden values, and `exp` over every `f32`.

mod exhaustive;
mod golden;
mod reference;
