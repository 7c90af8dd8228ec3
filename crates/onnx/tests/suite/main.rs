//! Tests of the crate as others use it.

mod fixtures;
mod messages;
mod written;
