//! Integers and truth values: known ones, and those that depend on one token.

use crate::arena::{Arena, Discrete};
use crate::tensor::{Cell, Dtype, Tensor};
use program::{Constant, ExprId};

const TWO_TOKENS: &str = "an integer that depends on two tokens at once is not supported";

impl Arena {
    /// The integers `table`, one for each token at `position`; a known integer if all are the same.
    pub(crate) fn integers(&mut self, position: usize, table: Vec<i64>) -> Cell {
        if table.iter().all(|entry| *entry == table[0]) {
            return Cell::Int(table[0]);
        }
        self.discrete.push(Discrete { position, table });
        Cell::Token(self.discrete.len() as u32 - 1)
    }

    /// What the number `id` is for each token at `position`, if it depends on nothing else.
    pub(crate) fn entries(&self, id: ExprId, position: usize) -> Option<Vec<Constant>> {
        if let Some(known) = self.known(id) {
            return Some(vec![known; self.vocabulary]);
        }
        let (at, table) = self.table(id)?;
        (at as usize == position).then(|| table.to_vec())
    }
}

/// `f` of two integers, token by token where they depend on one, as the type `dtype` holds it.
///
/// # Errors
///
/// Those of `f`, for any token of the vocabulary; or if the two depend on different tokens.
pub(crate) fn fold(
    arena: &mut Arena,
    dtype: Dtype,
    x: Cell,
    y: Cell,
    f: impl Fn(i64, i64) -> Result<i64, String>,
) -> Result<Cell, String> {
    let wrapped = |a, b| f(a, b).map(|value| dtype.wrap(value));
    if let (Cell::Int(a), Cell::Int(b)) = (x, y) {
        return wrapped(a, b).map(Cell::Int);
    }
    let size = arena.vocabulary;
    let of = |cell: Cell| match cell {
        Cell::Int(value) => Ok((None, vec![value; size])),
        Cell::Token(index) => {
            let Discrete { position, table } = &arena.discrete[index as usize];
            Ok((Some(*position), table.clone()))
        }
        Cell::Float(_) => Err("floats: expected integers".to_owned()),
    };
    let ((p, a), (q, b)) = (of(x)?, of(y)?);
    if p.is_some() && q.is_some() && p != q {
        return Err(TWO_TOKENS.into());
    }
    let table = a.iter().zip(&b).map(|(&a, &b)| wrapped(a, b)).collect::<Result<Vec<_>, _>>()?;
    let position = p.or(q).expect("one of the two depends on a token");
    Ok(arena.integers(position, table))
}

/// `f` of each integer of a tensor, as its type holds it.
pub(crate) fn map(
    arena: &mut Arena,
    x: &Tensor,
    f: impl Fn(i64) -> Result<i64, String>,
) -> Result<Tensor, String> {
    let cells = x.cells.iter().map(|&cell| fold(arena, x.dtype, cell, Cell::Int(0), |a, _| f(a)));
    Ok(Tensor::new(x.dtype, x.shape.clone(), cells.collect::<Result<_, _>>()?))
}
