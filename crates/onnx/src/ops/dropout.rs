//! `Dropout` at rest, where it does nothing.

use crate::call::{Call, Outputs};
use crate::tensor::{Cell, Dtype, Tensor};

/// The input as it is, and a mask that lets everything through.
///
/// In training it draws at random, so such a graph has no one answer; before version 12 no node says that it trains.
pub(crate) fn dropout(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    if let Some(training) = call.optional(2)?
        && call.number(&training)? != 0.0
    {
        return Err("in training draws at random: expected `training_mode` to be false or absent, \
            as in an export for inference"
            .into());
    }
    let mask = Tensor::new(Dtype::Bool, x.shape.clone(), vec![Cell::Int(1); x.cells.len()]);
    Ok(vec![(*x).clone().into(), mask.into()])
}
