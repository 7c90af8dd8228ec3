//! Affine forms of our own program, whose sums go from the first term to the last.
//!
//! Where terms cancel, what any order may round is relative to the greatest of them; in one order it is relative to what has
//! been summed so far, which may be much less.

use num::{Affine, Float, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that a pass behind the attention can be followed with.
pub(crate) trait Form<T: Float, const K: usize>: Reading<Token = usize> {
    /// The form as a number.
    fn of(form: Affine<T, K>) -> Self;

    /// The number as a form.
    fn form(&mut self) -> &mut Affine<T, K>;
}

impl<T: Float, const K: usize> Form<T, K> for Affine<T, K> {
    fn of(form: Affine<T, K>) -> Self {
        form
    }

    fn form(&mut self) -> &mut Affine<T, K> {
        self
    }
}

/// What our program computes: every operation is a form's, and sums are those of [`Scalar`] itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ordered<T, const K: usize>(Affine<T, K>);

impl<T: Float, const K: usize> Form<T, K> for Ordered<T, K> {
    fn of(form: Affine<T, K>) -> Self {
        Self(form)
    }

    fn form(&mut self) -> &mut Affine<T, K> {
        &mut self.0
    }
}

impl<T: Float, const K: usize> Add for Ordered<T, K> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl<T: Float, const K: usize> Sub for Ordered<T, K> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl<T: Float, const K: usize> Mul for Ordered<T, K> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl<T: Float, const K: usize> Div for Ordered<T, K> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self(self.0 / other.0)
    }
}

impl<T: Float, const K: usize> Neg for Ordered<T, K> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<T: Float, const K: usize> Scalar for Ordered<T, K> {
    fn zero() -> Self {
        Self(Affine::zero())
    }

    fn one() -> Self {
        Self(Affine::one())
    }

    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    fn sqrt(self) -> Self {
        Self(self.0.sqrt())
    }

    fn exp(self) -> Self {
        Self(self.0.exp())
    }

    fn tanh(self) -> Self {
        Self(self.0.tanh())
    }

    fn erf(self) -> Self {
        Self(self.0.erf())
    }

    fn silu(self) -> Self {
        Self(self.0.silu())
    }
}

impl<T: Float, const K: usize> Reading for Ordered<T, K> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    fn argmax(logits: &[Self]) -> usize {
        let forms: Vec<_> = logits.iter().map(|logit| logit.0).collect();
        Affine::argmax(&forms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10⁴ and then −10⁴ again, beside a small term: any order may round it at 10⁴, ours does not.
    #[test]
    fn one_order_rounds_less_than_any() {
        let weights = [1.0_f32, 10_000.0, -10_000.0];
        let x = [0.3_f32, 1.0, 1.0];
        let known = |value: &f32| Affine::<f32, 1>::constant(f64::from(*value));
        let near = |value: &f32| Affine::<f32, 1>::around(f64::from(*value), 0.0);
        let any = Affine::dot(&weights.map(|w| known(&w)), &x.map(|x| near(&x)));
        let swapped = |list: [f32; 3]| [list[1], list[2], list[0]];
        let form = |list: [f32; 3], make: &dyn Fn(&f32) -> Affine<f32, 1>| {
            swapped(list).map(|v| Ordered::of(make(&v)))
        };
        let mut ours = Ordered::dot(&form(weights, &known), &form(x, &near));
        assert!(ours.form().radius() < 0.8 * any.radius(), "{any:?} {ours:?}");
        // Both hold what the program computes in their orders.
        let program = f32::dot(&swapped(weights), &swapped(x));
        assert!((f64::from(program) - ours.form().mid()).abs() <= ours.form().radius());
        let other = f32::dot(&weights, &x);
        assert!((f64::from(other) - any.mid()).abs() <= any.radius());
        assert_ne!(program, other);
    }
}
