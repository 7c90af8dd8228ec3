//! Rotary position embedding: queries and keys turn by angles that depend on the position.

use crate::Matrix;
use num::Scalar;

/// Which two components of a query or key turn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairs {
    /// Components 2i and 2i + 1, as in the paper that brought them (Su et al., 2021).
    Interleaved,
    /// Components i and i + half the head width, as in Llama; the function is often called `rotate_half`.
    Halves,
}

/// Rotary position embedding.
///
/// It holds the cosines and sines themselves, so a frequency from a theta, one radian a token and a given period are
/// all the same to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope<S> {
    /// `block_size` × head width: for each position the cosine and the sine of each pair, side by side.
    pub table: Matrix<S>,
    /// Which components are a pair.
    pub pairs: Pairs,
}

impl<S: Scalar> Rope<S> {
    /// Turns `x`, a query or key of one head, for `position`.
    ///
    /// The pair (a, b) becomes (a · cos − b · sin, a · sin + b · cos): each product rounds, then their difference or sum.
    #[inline(always)]
    pub(crate) fn turn(&self, position: usize, x: &mut [S]) {
        let turns = self.table.row(position);
        let count = x.len() / 2;
        for pair in 0..count {
            let (i, j) = match self.pairs {
                Pairs::Interleaved => (2 * pair, 2 * pair + 1),
                Pairs::Halves => (pair, pair + count),
            };
            let (cos, sin) = (turns[2 * pair], turns[2 * pair + 1]);
            let (a, b) = (x[i], x[j]);
            x[i] = a * cos - b * sin;
            x[j] = a * sin + b * cos;
        }
    }
}

impl<S> Rope<S> {
    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Rope<T> {
        Rope { table: self.table.map(convert), pairs: self.pairs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A quarter turn for the first pair and a half turn for the second at position 1.
    fn rope(pairs: Pairs) -> Rope<f64> {
        let table = Matrix::from_rows(2, 4, vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0, -1.0, 0.0]);
        Rope { table, pairs }
    }

    #[test]
    fn turns_by_hand() {
        let mut x = [1.0, 2.0, 3.0, 4.0];
        rope(Pairs::Interleaved).turn(1, &mut x);
        assert_eq!(x, [-2.0, 1.0, -3.0, -4.0]);
        let mut x = [1.0, 2.0, 3.0, 4.0];
        rope(Pairs::Halves).turn(1, &mut x);
        assert_eq!(x, [-3.0, -2.0, 1.0, -4.0]);
        let mut x = [1.0, 2.0, 3.0, 4.0];
        rope(Pairs::Halves).turn(0, &mut x);
        assert_eq!(x, [1.0, 2.0, 3.0, 4.0]);
    }
}
