//! Products of matrices.

use crate::arena::Id;
use crate::call::{Call, Outputs, one};
use crate::constant::Width;
use crate::ops::movement::permuted;
use crate::tensor::{Cell, Tensor, broadcast_shape, strides};
use program::Binary;

/// `MatMul` with NumPy's broadcasting; ONNX Runtime's fused form scales and turns its operands.
pub(crate) fn matmul(call: &mut Call<'_>) -> Outputs {
    let (mut x, mut y) = ((*call.tensor(0)?).clone(), (*call.tensor(1)?).clone());
    for (side, name) in [(&mut x, "transA"), (&mut y, "transB")] {
        if call.declares(name) && call.int(name)? != 0 && side.rank() >= 2 {
            let mut order: Vec<usize> = (0..side.rank()).collect();
            order.swap(side.rank() - 1, side.rank() - 2);
            *side = permuted(side, &order)?;
        }
    }
    let mut product = multiply(call, &x, &y)?;
    if call.declares("alpha") && call.float("alpha")? != 1.0 {
        let alpha = call.float("alpha")?;
        scale(call, &mut product, alpha)?;
    }
    one(product)
}

fn scale(call: &mut Call<'_>, x: &mut Tensor, factor: f64) -> Result<(), String> {
    let width = call.width(x)?;
    let factor = call.arena.constant(factor);
    let cells = call.floats(x)?;
    // A library may leave out what a zero scales, or multiply an infinity by it.
    if call.arena.known(factor).is_some_and(|known| known.value() == 0.0)
        && cells.iter().any(|&cell| !call.arena.range(cell).finite())
    {
        return Err("a factor of 0 for a number that is not shown to be finite is not supported".into());
    }
    x.cells =
        cells.into_iter().map(|x| Cell::Float(call.arena.binary(width, Binary::Mul, x, factor))).collect();
    Ok(())
}

/// The product of two tensors, whose last two axes are matrices; a single axis is a vector.
pub(crate) fn multiply(call: &mut Call<'_>, x: &Tensor, y: &Tensor) -> Result<Tensor, String> {
    let (left, right) = (x.rank() == 1, y.rank() == 1);
    let x = if left { x.reshaped(vec![1, x.shape[0]])? } else { x.clone() };
    let y = if right { y.reshaped(vec![y.shape[0], 1])? } else { y.clone() };
    if x.rank() < 2 || y.rank() < 2 {
        return Err("a number: expected vectors or matrices".into());
    }
    let (batch_x, batch_y) = (&x.shape[..x.rank() - 2], &y.shape[..y.rank() - 2]);
    let batch = broadcast_shape(batch_x, batch_y)?;
    let (rows, inner) = (x.shape[x.rank() - 2], x.shape[x.rank() - 1]);
    let (other, columns) = (y.shape[y.rank() - 2], y.shape[y.rank() - 1]);
    if inner != other {
        return Err(format!("the shapes {:?} and {:?} do not fit together", x.shape, y.shape));
    }
    let mut shape = batch.clone();
    let matrices = Tensor::size(&batch)?;
    let (from_x, from_y) = (starts(batch_x, &batch), starts(batch_y, &batch));
    let (xs, ys) = (call.floats(&x)?, call.floats(&y)?);
    let width = call.width(&x)?;
    countable(Tensor::size(&[matrices, rows, columns])?, inner)?;
    let mut cells = Vec::with_capacity(matrices * rows * columns);
    for matrix in 0..matrices {
        let (x, y) = (from_x[matrix] * rows * inner, from_y[matrix] * inner * columns);
        for row in 0..rows {
            for column in 0..columns {
                let left: Vec<Id> = xs[x + row * inner..][..inner].to_vec();
                let right: Vec<Id> = (0..inner).map(|k| ys[y + k * columns + column]).collect();
                cells.push(Cell::Float(call.arena.dot(width, left, right)));
            }
        }
    }
    if !left {
        shape.push(rows);
    }
    if !right {
        shape.push(columns);
    }
    Ok(Tensor::new(x.dtype, shape, cells))
}

/// The most products that an operator makes: more are no tiny model.
const MOST_PRODUCTS: usize = 1 << 28;

/// Makes sure that so many sums of so many products each can be made.
pub(crate) fn countable(sums: usize, products: usize) -> Result<(), String> {
    match sums.checked_mul(products) {
        Some(all) if all <= MOST_PRODUCTS => Ok(()),
        _ => Err(format!("{sums} sums of {products} products: expected at most {MOST_PRODUCTS} products")),
    }
}

/// For each place of `to` the place of `from` that is broadcast there.
fn starts(from: &[usize], to: &[usize]) -> Vec<usize> {
    let own = strides(from);
    let skip = to.len() - from.len();
    let mut index = vec![0; to.len()];
    (0..to.iter().product::<usize>())
        .map(|_| {
            let place = |(axis, &i): (usize, &usize)| if from[axis] == 1 { 0 } else { i * own[axis] };
            let at = index[skip..].iter().enumerate().map(place).sum();
            crate::tensor::advance(&mut index, to);
            at
        })
        .collect()
}

/// `alpha · A · B + beta · C`.
pub(crate) fn gemm(call: &mut Call<'_>) -> Outputs {
    let (mut x, mut y) = ((*call.tensor(0)?).clone(), (*call.tensor(1)?).clone());
    if x.rank() != 2 || y.rank() != 2 {
        return Err("expected two matrices".into());
    }
    if call.int("transA")? != 0 {
        x = permuted(&x, &[1, 0])?;
    }
    if call.int("transB")? != 0 {
        y = permuted(&y, &[1, 0])?;
    }
    let mut product = multiply(call, &x, &y)?;
    let (alpha, beta) = (call.float("alpha")?, call.float("beta")?);
    if alpha != 1.0 {
        scale(call, &mut product, alpha)?;
    }
    if let Some(bias) = call.optional(2)? {
        let mut bias = bias.broadcast(&product.shape)?;
        if beta != 1.0 {
            scale(call, &mut bias, beta)?;
        }
        let width: Width = call.width(&product)?;
        let (sums, bias) = (call.floats(&product)?, call.floats(&bias)?);
        let add = |(x, y)| Cell::Float(call.arena.binary(width, Binary::Add, x, y));
        product.cells = sums.into_iter().zip(bias).map(add).collect();
    }
    one(product)
}
