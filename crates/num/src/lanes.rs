//! Many problems side by side.

use crate::float::beats;
use crate::{Float, Reading, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `N` problems: lane `i` holds the number of problem `i`.
///
/// A lane performs the scalar operations one for one, in the same order, so each result equals the scalar's to
/// the bit. Lanes never meet. The loops below are plain; the compiler turns them into vector instructions of
/// whatever processor the calling function is compiled for (closures such as `from_fn`'s are not always inlined).
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct Lanes<T, const N: usize>(pub [T; N]);

/// The tokens of `N` problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneTokens<const N: usize>(pub [u32; N]);

impl<T: Copy, const N: usize> Lanes<T, N> {
    /// The same `value` in every lane.
    #[inline(always)]
    pub fn splat(value: T) -> Self {
        Self([value; N])
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $op:tt) => {
        impl<T: Float, const N: usize> $trait for Lanes<T, N> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let mut out = self;
                for i in 0..N {
                    out.0[i] = self.0[i] $op other.0[i];
                }
                out
            }
        }
    };
}

operator!(Add, add, +);
operator!(Sub, sub, -);
operator!(Mul, mul, *);
operator!(Div, div, /);

impl<T: Float, const N: usize> Neg for Lanes<T, N> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = -*x;
        }
        out
    }
}

impl<T: Float, const N: usize> Scalar for Lanes<T, N> {
    #[inline(always)]
    fn zero() -> Self {
        Self::splat(T::zero())
    }

    #[inline(always)]
    fn one() -> Self {
        Self::splat(T::one())
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        let mut out = self;
        for i in 0..N {
            out.0[i] = self.0[i].max(other.0[i]);
        }
        out
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.sqrt();
        }
        out
    }

    #[inline(always)]
    fn exp(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.exp();
        }
        out
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.tanh();
        }
        out
    }

    #[inline(always)]
    fn erf(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.erf();
        }
        out
    }

    #[inline(always)]
    fn ln(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.ln();
        }
        out
    }

    #[inline(always)]
    fn softplus(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.softplus();
        }
        out
    }

    #[inline(always)]
    fn fused(self, factor: Self, addend: Self) -> Self {
        let mut out = self;
        for i in 0..N {
            out.0[i] = out.0[i].fused(factor.0[i], addend.0[i]);
        }
        out
    }

    #[inline(always)]
    fn as_f32(self) -> Self {
        let mut out = self;
        for x in &mut out.0 {
            *x = x.as_f32();
        }
        out
    }
}

impl<T: Float, const N: usize> Reading for Lanes<T, N> {
    type Token = LaneTokens<N>;

    #[inline(always)]
    fn token(id: usize) -> LaneTokens<N> {
        LaneTokens([u32::try_from(id).expect("a vocabulary has fewer than 2^32 tokens"); N])
    }

    #[inline(always)]
    fn look_up(column: &[Self], token: LaneTokens<N>) -> Self {
        let mut out = Self::zero();
        for i in 0..N {
            out.0[i] = column[token.0[i] as usize].0[i];
        }
        out
    }

    #[inline(always)]
    fn argmax(logits: &[Self]) -> LaneTokens<N> {
        let Some(&first) = logits.first() else { return LaneTokens([0; N]) };
        let (mut best, mut index) = (first.0, [0; N]);
        for (j, logit) in (1_u32..).zip(&logits[1..]) {
            for i in 0..N {
                let wins = beats(logit.0[i], best[i]);
                best[i] = if wins { logit.0[i] } else { best[i] };
                index[i] = if wins { j } else { index[i] };
            }
        }
        LaneTokens(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws;
    use std::array::from_fn;

    laws!(one_lane_obeys, Lanes<f32, 1>, |x: f64| Lanes([x as f32]), |x: Lanes<f32, 1>| x.0.to_vec());
    laws!(eight_lanes_obey, Lanes<f64, 8>, Lanes::splat, |x: Lanes<f64, 8>| x.0.to_vec());
    laws!(sixteen_lanes_obey, Lanes<f32, 16>, |x: f64| Lanes::splat(x as f32), |x: Lanes<f32, 16>| x.0.to_vec());

    /// Lane `i` of every operation on different lanes equals the scalar operation, to the bit.
    #[test]
    fn a_lane_does_what_the_scalar_does() {
        let samples: Vec<f32> = laws::SAMPLES.iter().map(|&x| x as f32).collect();
        for chunk in samples.windows(16) {
            let x = Lanes::<f32, 16>(from_fn(|i| chunk[i]));
            let y = Lanes::<f32, 16>(from_fn(|i| chunk[15 - i]));
            let check = |name: &str, lanes: Lanes<f32, 16>, scalar: &dyn Fn(f32, f32) -> f32| {
                for i in 0..16 {
                    let expected = scalar(x.0[i], y.0[i]);
                    assert!(
                        laws::same(lanes.0[i].to_f64(), expected.to_f64()),
                        "{name}({}, {}): {} in lane {i}, {expected} alone",
                        x.0[i],
                        y.0[i],
                        lanes.0[i]
                    );
                }
            };
            check("add", x + y, &|a, b| a + b);
            check("sub", x - y, &|a, b| a - b);
            check("mul", x * y, &|a, b| a * b);
            check("div", x / y, &|a, b| a / b);
            check("neg", -x, &|a, _| -a);
            check("max", x.max(y), &|a, b| Scalar::max(a, b));
            check("sqrt", x.sqrt(), &|a, _| a.sqrt());
            check("exp", x.exp(), &|a, _| Scalar::exp(a));
            check("tanh", x.tanh(), &|a, _| Scalar::tanh(a));
            check("erf", x.erf(), &|a, _| Scalar::erf(a));
        }
    }

    #[test]
    fn each_lane_looks_up_and_chooses_for_itself() {
        let column: Vec<Lanes<f32, 4>> = [10.0, 20.0, 30.0].map(Lanes::splat).to_vec();
        assert_eq!(Lanes::look_up(&column, LaneTokens([2, 0, 1, 2])), Lanes([30.0, 10.0, 20.0, 30.0]));

        let logits: Vec<Lanes<f32, 4>> = vec![
            Lanes([1.0, 5.0, f32::NAN, -0.0]),
            Lanes([2.0, 5.0, 9.0, 0.0]),
            Lanes([0.0, f32::NAN, f32::NAN, -1.0]),
        ];
        let expected: [u32; 4] = from_fn(|i| {
            let problem: Vec<f32> = logits.iter().map(|logit| logit.0[i]).collect();
            f32::argmax(&problem) as u32
        });
        assert_eq!(Lanes::argmax(&logits), LaneTokens(expected));
        assert_eq!(expected, [1, 2, 0, 0]);
    }
}
