//! Linear maps: a matrix, or a product of matrices that stays a product, and a bias.

use num::{Scalar, Sums};

/// A dense matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<S> {
    rows: usize,
    columns: usize,
    values: Vec<S>,
}

impl<S> Matrix<S> {
    /// The matrix of `rows` × `columns` numbers given row by row.
    ///
    /// # Panics
    ///
    /// If `values` does not hold `rows * columns` numbers.
    pub fn from_rows(rows: usize, columns: usize, values: Vec<S>) -> Self {
        assert_eq!(values.len(), rows * columns, "a matrix of {rows} rows of {columns} numbers");
        Self { rows, columns, values }
    }

    /// The number of rows: the size of the output.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns: the size of the input.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All numbers, row by row.
    pub fn values(&self) -> &[S] {
        &self.values
    }

    /// The numbers of one row.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> &[S] {
        &self.values[row * self.columns..][..self.columns]
    }

    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Matrix<T> {
        Matrix { rows: self.rows, columns: self.columns, values: self.values.iter().map(convert).collect() }
    }
}

impl<S: Scalar> Matrix<S> {
    /// `out = self · x`: each component one dot product, over the columns from the first to the last.
    #[inline(always)]
    fn apply(&self, x: &[S], sums: Sums, out: &mut [S]) {
        for (out, row) in out.iter_mut().zip(self.values.chunks_exact(self.columns)) {
            *out = sums.dot(row, x);
        }
    }
}

/// A linear map with an optional bias: `factors[0] · (factors[1] · (… x)) + bias`.
///
/// A low-rank map keeps its factors apart, because multiplying them out would round differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear<S> {
    /// One matrix, or two whose product is the map; the last one meets the input first.
    pub factors: Vec<Matrix<S>>,
    /// Added to the product, after it.
    pub bias: Option<Vec<S>>,
    /// How the products with the factors round.
    pub sums: Sums,
}

impl<S> Linear<S> {
    /// The size of the input.
    pub fn inputs(&self) -> usize {
        self.factors.last().map_or(0, Matrix::columns)
    }

    /// The size of the output.
    pub fn outputs(&self) -> usize {
        self.factors.first().map_or(0, Matrix::rows)
    }

    /// The size of the vector between the two factors of a low-rank map, 0 for a single matrix.
    pub(crate) fn rank(&self) -> usize {
        if self.factors.len() > 1 { self.inner() } else { 0 }
    }

    fn inner(&self) -> usize {
        self.factors.first().map_or(0, Matrix::columns)
    }

    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Linear<T> {
        Linear {
            factors: self.factors.iter().map(|factor| factor.map(convert)).collect(),
            bias: self.bias.as_ref().map(|bias| bias.iter().map(convert).collect()),
            sums: self.sums,
        }
    }
}

impl<S: Scalar> Linear<S> {
    /// Writes the image of `x` to `out`. `rank` is room for the vector between two factors.
    ///
    /// The bias is added last, as a rounded operation of its own.
    #[inline(always)]
    pub(crate) fn apply(&self, x: &[S], rank: &mut [S], out: &mut [S]) {
        match self.factors.as_slice() {
            [whole] => whole.apply(x, self.sums, out),
            [outer, inner, ..] => {
                let between = &mut rank[..inner.rows()];
                inner.apply(x, self.sums, between);
                outer.apply(between, self.sums, out);
            }
            [] => {}
        }
        if let Some(bias) = &self.bias {
            for (out, &bias) in out.iter_mut().zip(bias) {
                *out = *out + bias;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_rank_map_keeps_its_two_roundings() {
        // u · (v · x) with v · x = 1/3 in f32, against (u · v) · x.
        let third = 1.0_f32 / 3.0;
        let map = Linear {
            factors: vec![
                Matrix::from_rows(2, 1, vec![3.0, -1.0]),
                Matrix::from_rows(1, 2, vec![third, 0.0]),
            ],
            bias: Some(vec![0.5, 0.0]),
            sums: Sums::Separate,
        };
        let mut out = [0.0; 2];
        map.apply(&[1.0, 7.0], &mut [0.0], &mut out);
        assert_eq!(out, [3.0 * third + 0.5, -third]);
        assert_eq!((map.inputs(), map.outputs(), map.rank()), (2, 2, 1));
    }
}
