//! A table with one row for each token, or one for each position.

use num::Reading;

/// A table that is read one row at a time.
///
/// It is kept by columns, because a row is chosen by a token and every number knows how to look a token up in a
/// column.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding<S> {
    columns: Vec<Vec<S>>,
}

impl<S: Clone> Embedding<S> {
    /// The table of `rows` × `width` numbers given row by row.
    ///
    /// # Panics
    ///
    /// If `values` does not hold `rows * width` numbers.
    pub fn from_rows(rows: usize, width: usize, values: &[S]) -> Self {
        assert_eq!(values.len(), rows * width, "a table of {rows} rows of {width} numbers");
        let column = |c: usize| (0..rows).map(|r| values[r * width + c].clone()).collect();
        Self { columns: (0..width).map(column).collect() }
    }
}

impl<S> Embedding<S> {
    /// The number of rows: one for each token, or one for each position.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// The number of columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The number in one cell.
    ///
    /// # Panics
    ///
    /// If the cell lies outside of the table.
    pub fn at(&self, row: usize, column: usize) -> &S {
        &self.columns[column][row]
    }

    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Embedding<T> {
        Embedding {
            columns: self.columns.iter().map(|column| column.iter().map(convert).collect()).collect(),
        }
    }
}

impl<S: Reading> Embedding<S> {
    /// Writes the row of `token` to `out`. Exact.
    #[inline(always)]
    pub(crate) fn row(&self, token: S::Token, out: &mut [S]) {
        for (out, column) in out.iter_mut().zip(&self.columns) {
            *out = S::look_up(column, token);
        }
    }

    /// Adds the row `index`, the same in every problem, to `x`; each component rounded once.
    #[inline(always)]
    pub(crate) fn add_fixed_row(&self, index: usize, x: &mut [S]) {
        for (x, column) in x.iter_mut().zip(&self.columns) {
            *x = *x + column[index];
        }
    }
}
