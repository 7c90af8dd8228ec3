//! What a whole decode needs beyond arithmetic.

use crate::Scalar;
use std::fmt::Debug;

/// A choice of number for reading a model: arithmetic, and the tokens that go with it.
///
/// Tokens are data, like numbers: `Lanes` hold one token for each problem, and a recorder holds the name of one.
pub trait Reading: Scalar {
    /// A token of the vocabulary, or one for each problem.
    type Token: Copy + Debug;

    /// The token `id`, in every problem.
    fn token(id: usize) -> Self::Token;

    /// The entry of `column` at `token`. A column holds one entry for each token of the vocabulary.
    ///
    /// # Panics
    ///
    /// If `token` is not below `column.len()`. Lowering and the task make sure that it is.
    fn look_up(column: &[Self], token: Self::Token) -> Self;

    /// The index of the greatest of `logits`; of equal ones, the first.
    ///
    /// As in PyTorch a NaN counts as greater than every number, and of several the first is taken. The two zeros are
    /// equal. An empty slice gives token 0.
    fn argmax(logits: &[Self]) -> Self::Token;
}
