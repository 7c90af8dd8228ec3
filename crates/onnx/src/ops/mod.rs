//! The operators, by kind.

mod activation;
mod attention;
mod cast;
mod choice;
mod create;
mod discrete;
mod dropout;
mod einsum;
mod elementwise;
mod index;
mod integers;
mod matmul;
mod movement;
mod norm;
mod power;
mod reduce;
mod rotary;
pub(crate) mod schema;
mod sequence;
mod split;
#[cfg(test)]
mod tests;
pub(crate) mod types;

use crate::arena::Arena;
use crate::tensor::Cell;

/// The integers `table`, one for each token at `position`.
pub(crate) fn integers(arena: &mut Arena, position: usize, table: Vec<i64>) -> Cell {
    arena.integers(position, table)
}
