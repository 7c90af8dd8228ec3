//! The operators, by kind.

mod attention;
mod cast;
mod create;
mod discrete;
mod dropout;
mod einsum;
mod elementwise;
mod index;
mod matmul;
mod movement;
mod norm;
mod reduce;
mod rotary;
pub(crate) mod schema;
mod sequence;
mod split;

use crate::arena::Arena;
use crate::tensor::Cell;

/// The integers `table`, one for each token at `position`.
pub(crate) fn integers(arena: &mut Arena, position: usize, table: Vec<i64>) -> Cell {
    arena.integers(position, table)
}
