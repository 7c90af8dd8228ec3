//! How each weight is written: what an exporter needs to say the same in another language.

use crate::formula::Formula;
use crate::weight::{Form, Frame};
use std::sync::Arc;

/// A weight of the network, as the model file writes it.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The name of the weight, as in [`Place::name`](crate::Place::name).
    pub place: String,
    /// The number of rows of the weight.
    pub rows: usize,
    /// The number of columns of the weight.
    pub columns: usize,
    /// Whether it is a tie to the transpose of what the recipe gives.
    pub transposed: bool,
    pub(crate) form: Arc<dyn Form>,
}

impl Writing {
    /// How it is written.
    pub fn recipe(&self) -> Recipe<'_> {
        self.form.recipe()
    }

    /// Whether both are written once: the one is a tie to the other, or to what the other is tied to.
    pub fn is_tied_to(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.form, &other.form)
    }
}

/// The forms of a weight, each as `docs/format.md` defines it.
///
/// A tensor is an index into [`Ledger::tensors`](crate::Ledger::tensors). Whatever is not said is zero.
#[derive(Clone, Debug)]
pub enum Recipe<'a> {
    /// The stored tensor itself; a single row or column may be stored as an array.
    Table {
        /// The tensor.
        tensor: usize,
    },
    /// A stored matrix with rows and columns exchanged.
    Transposed {
        /// The tensor.
        tensor: usize,
    },
    /// One formula for all cells.
    Formula {
        /// The formula.
        formula: &'a Formula,
        /// What its index words mean.
        frame: Frame,
    },
    /// A formula for each of some columns.
    Columns {
        /// Column and formula.
        columns: Vec<(usize, &'a Formula)>,
        /// What index words mean.
        frame: Frame,
    },
    /// Some cells.
    Entries {
        /// Row, column and formula.
        cells: Vec<(usize, usize, &'a Formula)>,
        /// What index words mean.
        frame: Frame,
    },
    /// The outer product of two stored vectors.
    Outer {
        /// The tensor along the rows.
        rows: usize,
        /// The tensor along the columns.
        columns: usize,
    },
    /// The product of two stored matrices.
    Product {
        /// The left tensor.
        left: usize,
        /// The right tensor.
        right: usize,
    },
    /// A stored matrix on some columns.
    Reads {
        /// The columns, in the order of the stored matrix.
        columns: &'a [usize],
        /// The tensor.
        tensor: usize,
    },
    /// A turn of the plane for each head of two units.
    Rotation {
        /// The angle of each head.
        angles: &'a [Formula],
        /// The factor of all.
        scale: &'a Formula,
        /// The two columns that are read.
        columns: &'a [usize],
    },
    /// Rows by name.
    SharedRows {
        /// The tensor of each row.
        tensors: &'a [usize],
    },
    /// Some rows of a stored matrix.
    Slice {
        /// The tensor.
        tensor: usize,
        /// Its first row.
        first: usize,
    },
    /// Cosines and sines of an angle, side by side for each pair of components: RoPE.
    Turns {
        /// The angle.
        angle: &'a Formula,
        /// What index words mean.
        frame: Frame,
    },
    /// The same with the angle `pos / theta ^ (2 * unit / columns)`.
    Theta {
        /// The base.
        theta: &'a Formula,
    },
    /// A number for each query and each key that is not behind it.
    Scores {
        /// The formula.
        formula: &'a Formula,
        /// What index words mean.
        frame: Frame,
    },
    /// A number that follows from the shape.
    Derived(f64),
}
