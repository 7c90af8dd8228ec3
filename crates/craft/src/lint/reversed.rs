//! A number whose sums run from the last term to the first: another order that a library might choose.

use num::{Float, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `T` with every sum and dot product in the other order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reversed<T>(pub(super) T);

macro_rules! operator {
    ($($operator:ident $function:ident),*) => {$(
        impl<T: Float> $operator for Reversed<T> {
            type Output = Self;
            fn $function(self, other: Self) -> Self {
                Self(self.0.$function(other.0))
            }
        }
    )*};
}

operator!(Add add, Sub sub, Mul mul, Div div);

impl<T: Float> Neg for Reversed<T> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<T: Float> Scalar for Reversed<T> {
    fn zero() -> Self {
        Self(T::zero())
    }

    fn one() -> Self {
        Self(T::one())
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

    fn sum(terms: &[Self]) -> Self {
        terms.iter().rev().copied().reduce(Add::add).unwrap_or(Self::zero())
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        let products = a.iter().zip(b).map(|(&a, &b)| a * b);
        products.rev().reduce(Add::add).unwrap_or(Self::zero())
    }
}

impl<T: Float> Reading for Reversed<T> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    fn argmax(logits: &[Self]) -> usize {
        let logits: Vec<T> = logits.iter().map(|logit| logit.0).collect();
        T::argmax(&logits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_run_from_the_last_term() {
        // In f32, 2^24 + 1 rounds back to 2^24, so the order shows.
        let terms = [16_777_216.0_f32, 1.0, 1.0].map(Reversed);
        assert_eq!(Reversed::sum(&terms).0, 16_777_218.0);
        assert_eq!(Reversed::dot(&terms, &[Reversed(1.0); 3]).0, 16_777_218.0);
        assert_eq!(num::sum(&[16_777_216.0_f32, 1.0, 1.0]), 16_777_216.0);
        assert_eq!(Reversed::<f32>::argmax(&[Reversed(1.0), Reversed(2.0), Reversed(2.0)]), 1);
    }
}
