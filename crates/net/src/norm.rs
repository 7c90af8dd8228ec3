//! Norms: RMSNorm and LayerNorm, with or without weight and bias.

use num::Scalar;

/// What a norm measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormKind {
    /// RMSNorm: divides by the root of the mean square.
    Rms,
    /// LayerNorm: subtracts the mean, then divides by the root of the mean square of what is left.
    Layer,
}

/// A norm over the components of one vector.
///
/// Rounding, in order: squares and their sum from the first component to the last, the division by the size,
/// `+ eps`, the square root, one division for each component, then the weight, then the bias.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm<S> {
    /// RMSNorm or LayerNorm.
    pub kind: NormKind,
    /// Multiplies each component afterwards.
    pub weight: Option<Vec<S>>,
    /// Added to each component at the end.
    pub bias: Option<Vec<S>>,
    /// Added to the mean square, so that nothing is divided by zero.
    pub eps: S,
    /// The number of components, as a number.
    pub size: S,
}

impl<S> Norm<S> {
    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Norm<T> {
        let list = |values: &Vec<S>| values.iter().map(convert).collect();
        Norm {
            kind: self.kind,
            weight: self.weight.as_ref().map(list),
            bias: self.bias.as_ref().map(list),
            eps: convert(&self.eps),
            size: convert(&self.size),
        }
    }
}

impl<S: Scalar> Norm<S> {
    /// Writes the normed `x` to `out`; without a norm, a copy.
    #[inline(always)]
    pub(crate) fn apply(norm: &Option<Self>, x: &[S], out: &mut [S]) {
        out.copy_from_slice(x);
        if let Some(norm) = norm {
            norm.normalize(out);
        }
    }

    /// Norms `x` in place.
    #[inline(always)]
    pub(crate) fn normalize(&self, x: &mut [S]) {
        if self.kind == NormKind::Layer {
            let mean = S::sum(x) / self.size;
            for x in x.iter_mut() {
                *x = *x - mean;
            }
        }
        let mean_square = S::dot(x, x) / self.size;
        let root = (mean_square + self.eps).sqrt();
        for x in x.iter_mut() {
            *x = *x / root;
        }
        if let Some(weight) = &self.weight {
            for (x, &weight) in x.iter_mut().zip(weight) {
                *x = *x * weight;
            }
        }
        if let Some(bias) = &self.bias {
            for (x, &bias) in x.iter_mut().zip(bias) {
                *x = *x + bias;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norm(kind: NormKind) -> Norm<f64> {
        Norm { kind, weight: Some(vec![1.0, 2.0]), bias: None, eps: 0.0, size: 2.0 }
    }

    #[test]
    fn rms_norm_by_hand() {
        // The mean square of (1, 7) is 25.
        let mut x = [1.0, 7.0];
        norm(NormKind::Rms).normalize(&mut x);
        assert_eq!(x, [0.2, 2.8]);
    }

    #[test]
    fn layer_norm_by_hand() {
        // The mean of (1, 7) is 4, what is left is (-3, 3), its mean square 9.
        let mut x = [1.0, 7.0];
        Norm { bias: Some(vec![10.0, 0.0]), ..norm(NormKind::Layer) }.normalize(&mut x);
        assert_eq!(x, [9.0, 2.0]);
    }

    #[test]
    fn eps_keeps_zero_finite_and_no_norm_is_a_copy() {
        let mut out = [9.0, 9.0];
        Norm::apply(&Some(Norm { eps: 1e-6, ..norm(NormKind::Rms) }), &[0.0, 0.0], &mut out);
        assert_eq!(out, [0.0, 0.0]);
        Norm::apply(&None, &[1.0, 2.0], &mut out);
        assert_eq!(out, [1.0, 2.0]);
    }
}
