//! Sums of products and of squares, which an evaluation may take in any order.

use super::{Affine, OWN};
use crate::Float;

impl<T: Float, const K: usize> Affine<T, K> {
    /// A sum of products in any order.
    #[inline]
    pub(super) fn series(products: impl Iterator<Item = (Self, Self)>) -> Self {
        let mut out = Self::constant(0.0);
        let (mut terms, mut count, mut inexact) = (0.0, 0.0, 0.0);
        for (a, b) in products {
            if a.exact && a.mid == 0.0 || b.exact && b.mid == 0.0 {
                // Zero times an infinity is no zero.
                if !(a.known() && b.known()) {
                    return Self::form(0.0, [0.0; K], f64::INFINITY);
                }
                continue;
            }
            count += 1.0;
            if a.exact || b.exact {
                let (factor, form) = if a.exact { (a, b) } else { (b, a) };
                out.mid += factor.mid * form.mid;
                for (dev, with) in out.dev.iter_mut().zip(&form.dev) {
                    *dev += factor.mid * with;
                }
                out.err += factor.mid.abs() * form.err;
                terms += factor.mid.abs() * form.most();
                if !(factor.scales_exactly() || form.scales_exactly()) {
                    inexact = 1.0;
                }
            } else {
                let size = a.most() * b.most();
                let product = a * b;
                out.mid += product.mid;
                for (dev, with) in out.dev.iter_mut().zip(&product.dev) {
                    *dev += with;
                }
                out.err += product.err;
                terms += size;
                inexact = 1.0;
            }
        }
        if count == 0.0 {
            return out;
        }
        out.exact = false;
        let roundings = count - 1.0 + inexact;
        out.err += count * OWN * terms;
        let mut out = out.rounded(roundings, terms);
        (out.terms, out.roundings) = (terms, roundings);
        out
    }

    /// The sum of the squares of `a`, in any order.
    #[inline]
    pub(super) fn square(a: &[Self]) -> Self {
        let mut out = Self::constant(0.0);
        let mut terms = 0.0;
        for x in a {
            let (r, most) = (x.radius(), x.most());
            // x² = x₀² + 2x₀·dx + dx², and dx² lies in 0 … r².
            out.mid += x.mid * x.mid + r * r / 2.0;
            for (dev, with) in out.dev.iter_mut().zip(&x.dev) {
                *dev += 2.0 * x.mid * with;
            }
            out.err += 2.0 * x.mid.abs() * x.err + r * r / 2.0;
            terms += most * most;
        }
        out.exact = false;
        let count = a.len() as f64;
        out.err += 4.0 * count * OWN * terms;
        let mut out = out.rounded(count, terms);
        (out.terms, out.roundings) = (terms, count);
        out
    }
}
