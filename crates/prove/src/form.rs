//! The numbers that a pass behind the attention can be followed with.

use num::{Affine, Float, Ordered, Reading};

/// An affine form, with what is claimed of the order of sums.
pub(crate) trait Form<T: Float, const K: usize>: Reading<Token = usize> {
    /// The form as a number.
    fn of(form: Affine<T, K>) -> Self;

    /// The number as a form.
    fn form(&mut self) -> &mut Affine<T, K>;
}

/// Every faithful evaluation: any order of sums.
impl<T: Float, const K: usize> Form<T, K> for Affine<T, K> {
    fn of(form: Affine<T, K>) -> Self {
        form
    }

    fn form(&mut self) -> &mut Affine<T, K> {
        self
    }
}

/// Our own program, whose sums go from the first term to the last.
impl<T: Float, const K: usize> Form<T, K> for Ordered<Affine<T, K>> {
    fn of(form: Affine<T, K>) -> Self {
        Self(form)
    }

    fn form(&mut self) -> &mut Affine<T, K> {
        &mut self.0
    }
}
