//! A number whose sums are taken in one given order.

use crate::{Reading, Scalar, dot, fused_dot, sum};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `S` whose every sum and dot product runs from the first term to the last, as our program's do, or from the last to the
/// first if `REVERSED`. Every other operation is that of `S`.
///
/// With an [`Affine`](crate::Affine) form it encloses one program instead of all, so where terms cancel it rounds less: relative
/// to what has been summed so far and not to the greatest term. With a [`Float`](crate::Float) it shows what another library,
/// which sums in another order, would compute.
#[derive(Clone, Copy, Debug)]
pub struct Ordered<S, const REVERSED: bool = false>(pub S);

macro_rules! operators {
    ($($operator:ident $function:ident),*) => {$(
        impl<S: Scalar, const REVERSED: bool> $operator for Ordered<S, REVERSED> {
            type Output = Self;

            fn $function(self, other: Self) -> Self {
                Self(self.0.$function(other.0))
            }
        }
    )*};
}

operators!(Add add, Sub sub, Mul mul, Div div);

impl<S: Scalar, const REVERSED: bool> Neg for Ordered<S, REVERSED> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<S: Scalar, const REVERSED: bool> Scalar for Ordered<S, REVERSED> {
    fn zero() -> Self {
        Self(S::zero())
    }

    fn one() -> Self {
        Self(S::one())
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

    fn sigmoid(self) -> Self {
        Self(self.0.sigmoid())
    }

    fn ln(self) -> Self {
        Self(self.0.ln())
    }

    fn softplus(self) -> Self {
        Self(self.0.softplus())
    }

    fn as_f32(self) -> Self {
        Self(self.0.as_f32())
    }

    fn fused(self, factor: Self, addend: Self) -> Self {
        Self(self.0.fused(factor.0, addend.0))
    }

    fn sum(terms: &[Self]) -> Self {
        if REVERSED {
            terms.iter().rev().copied().reduce(Add::add).unwrap_or(Self::zero())
        } else {
            sum(terms)
        }
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        if REVERSED {
            let products = a.iter().zip(b).map(|(&a, &b)| a * b);
            products.rev().reduce(Add::add).unwrap_or(Self::zero())
        } else {
            dot(a, b)
        }
    }

    fn fused_dot(a: &[Self], b: &[Self]) -> Self {
        if REVERSED {
            let mut pairs = a.iter().zip(b).rev();
            let Some((&a, &b)) = pairs.next() else { return Self::zero() };
            pairs.fold(a * b, |total, (&a, &b)| a.fused(b, total))
        } else {
            fused_dot(a, b)
        }
    }
}

impl<S: Reading<Token = usize>, const REVERSED: bool> Reading for Ordered<S, REVERSED> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    fn argmax(logits: &[Self]) -> usize {
        let logits: Vec<S> = logits.iter().map(|logit| logit.0).collect();
        S::argmax(&logits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Affine;

    /// In f32, 2^24 + 1 rounds back to 2^24, so the order shows.
    #[test]
    fn sums_run_from_the_first_term_or_from_the_last() {
        let terms = [16_777_216.0_f32, 1.0, 1.0];
        let ones = [Ordered(1.0); 3];
        assert_eq!(Ordered::<_, true>::sum(&terms.map(Ordered)).0, 16_777_218.0);
        assert_eq!(Ordered::<_, true>::dot(&terms.map(Ordered), &[Ordered(1.0); 3]).0, 16_777_218.0);
        assert_eq!(Ordered::<_, false>::sum(&terms.map(Ordered)).0, 16_777_216.0);
        assert_eq!(Ordered::<_, false>::dot(&terms.map(Ordered), &ones).0, 16_777_216.0);
        assert_eq!(Ordered::<f32, true>::argmax(&[1.0, 2.0, 2.0].map(Ordered)), 1);
        assert_eq!(Ordered::<f32, true>::sum(&[]).0, 0.0);
    }

    /// 10⁴ and then −10⁴ again, beside a small term: any order may round it at 10⁴, ours does not.
    #[test]
    fn one_order_rounds_less_than_any() {
        let (weights, x) = ([10_000.0_f32, -10_000.0, 1.0], [1.0_f32, 1.0, 0.3]);
        let known = weights.map(|value| Affine::<f32, 1>::constant(f64::from(value)));
        let near = x.map(|value| Affine::<f32, 1>::around(f64::from(value), 0.0));
        let any = Affine::dot(&known, &near);
        let ours = Ordered::<_, false>::dot(&known.map(Ordered), &near.map(Ordered)).0;
        assert!(ours.radius() < 0.8 * any.radius(), "{any:?} {ours:?}");
        // Both hold what the program computes in their orders.
        let program = f32::dot(&weights, &x);
        assert!((f64::from(program) - ours.mid()).abs() <= ours.radius());
        let other = Ordered::<_, true>::dot(&weights.map(Ordered), &x.map(Ordered)).0;
        assert!((f64::from(other) - any.mid()).abs() <= any.radius());
        assert_ne!(program, other);
    }
}
