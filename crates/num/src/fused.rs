//! A number that computes as other libraries may: another evaluation of the same model.

use crate::{Float, LaneTokens, Lanes, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// [`Lanes`] whose sums and dot products run from the last term to the first, and whose products in a dot product are fused with
/// the addition: they do not round by themselves. Every other operation is that of `Lanes`.
///
/// In f32 a fused product is added in f64 and rounded again, which is the fused operation but for about one sum in 2^29, where the
/// two roundings meet. In f64 products round, and the order alone is another.
#[derive(Clone, Copy, Debug)]
pub struct Fused<T, const N: usize>(pub Lanes<T, N>);

macro_rules! operators {
    ($($operator:ident $function:ident),*) => {$(
        impl<T: Float, const N: usize> $operator for Fused<T, N> {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self(self.0.$function(other.0))
            }
        }
    )*};
}

operators!(Add add, Sub sub, Mul mul, Div div);

impl<T: Float, const N: usize> Neg for Fused<T, N> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

macro_rules! functions {
    ($($function:ident),*) => {$(
        #[inline(always)]
        fn $function(self) -> Self {
            Self(self.0.$function())
        }
    )*};
}

impl<T: Float, const N: usize> Scalar for Fused<T, N> {
    #[inline(always)]
    fn zero() -> Self {
        Self(Lanes::zero())
    }

    #[inline(always)]
    fn one() -> Self {
        Self(Lanes::one())
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    functions!(sqrt, exp, tanh, erf, ln, softplus, as_f32);

    #[inline(always)]
    fn fused(self, factor: Self, addend: Self) -> Self {
        Self(self.0.fused(factor.0, addend.0))
    }

    #[inline(always)]
    fn sum(terms: &[Self]) -> Self {
        let mut terms = terms.iter().rev();
        let Some(&first) = terms.next() else { return Self::zero() };
        terms.fold(first, |sum, &term| sum + term)
    }

    #[inline(always)]
    fn dot(a: &[Self], b: &[Self]) -> Self {
        let mut terms = a.iter().zip(b).rev();
        let Some((&first, &factor)) = terms.next() else { return Self::zero() };
        let mut sum = first.0 * factor.0;
        for (x, y) in terms {
            for i in 0..N {
                // Exact in f64 for f32 operands.
                let product = x.0.0[i].to_f64() * y.0.0[i].to_f64();
                sum.0[i] = T::from_f64(product + sum.0[i].to_f64());
            }
        }
        Self(sum)
    }

    #[inline(always)]
    fn fused_dot(a: &[Self], b: &[Self]) -> Self {
        Self::dot(a, b)
    }
}

impl<T: Float, const N: usize> Reading for Fused<T, N> {
    type Token = LaneTokens<N>;

    #[inline(always)]
    fn token(id: usize) -> LaneTokens<N> {
        Lanes::<T, N>::token(id)
    }

    #[inline(always)]
    fn look_up(column: &[Self], token: LaneTokens<N>) -> Self {
        let mut out = Self::zero();
        for i in 0..N {
            out.0.0[i] = column[token.0[i] as usize].0.0[i];
        }
        out
    }

    #[inline(always)]
    fn argmax(logits: &[Self]) -> LaneTokens<N> {
        let logits: Vec<Lanes<T, N>> = logits.iter().map(|logit| logit.0).collect();
        Lanes::argmax(&logits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes<T: Copy, const K: usize>(values: [T; K]) -> [Fused<T, 2>; K] {
        values.map(|value| Fused(Lanes::splat(value)))
    }

    /// In f32, 2^24 + 1 rounds back to 2^24, so the order shows.
    #[test]
    fn sums_run_from_the_last_term() {
        let terms = lanes([16_777_216.0_f32, 1.0, 1.0]);
        assert_eq!(Fused::sum(&terms).0, Lanes([16_777_218.0; 2]));
        assert_eq!(Fused::dot(&terms, &lanes([1.0; 3])).0, Lanes([16_777_218.0; 2]));
        assert_eq!(Fused::<f32, 2>::sum(&[]).0, Lanes([0.0; 2]));
        assert_eq!(Fused::<f32, 2>::dot(&[], &[]).0, Lanes([0.0; 2]));
        assert_eq!(Fused::argmax(&lanes([1.0_f32, 2.0, 2.0])), LaneTokens([1; 2]));
    }

    /// (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, of which f32 loses the last part if the product rounds by itself.
    #[test]
    fn products_of_f32_do_not_round_by_themselves() {
        let (small, tiny) = (1.0 / 2048.0, 1.0 / 16_777_216.0);
        let x = 1.0 + small / 2.0;
        // The square is the first term, and so the last that is added.
        let (left, right) = ([x, -1.0], [x, 1.0 + small]);
        assert_eq!(Fused::dot(&lanes(left), &lanes(right)).0, Lanes([tiny; 2]));
        assert_eq!(f32::dot(&left, &right), 0.0);
    }
}
