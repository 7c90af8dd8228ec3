//! `f32` and `f64`: the numbers of the machine.

use crate::{Reading, Scalar, portable};

/// A machine number: what a model's weights are made of.
pub trait Float:
    Reading<Token = usize> + PartialOrd + Default + std::fmt::Display + Send + Sync + 'static
{
    /// The name of the type in a model file: `f32` or `f64`.
    const NAME: &'static str;

    /// Half the distance from 1 to the next number: how far an operation's result is from the exact one, relative to it.
    const UNIT_ROUNDOFF: f64;

    /// The smallest normal number.
    const LEAST_NORMAL: f64;

    /// The greatest finite number.
    const GREATEST: f64;

    /// 1.5 · 2^p for a type with p bits behind the leading one: adding it to a number of less than a quarter of that rounds the
    /// number to a whole one, to nearest, and leaves that whole number in the lowest bits of the sum.
    const WHOLE: Self;

    /// `value` rounded to nearest, ties to even.
    fn from_f64(value: f64) -> Self;

    /// The same number in f64: exact.
    fn to_f64(self) -> f64;

    /// The bits of its magnitude, which count the floats from zero, and whether its sign is negative.
    fn ordered_bits(self) -> (i64, bool);

    /// The float with these bits as its magnitude.
    fn from_ordered_bits(bits: i64, negative: bool) -> Self;
}

macro_rules! float {
    ($float:ident, $exp:path) => {
        impl Scalar for $float {
            #[inline(always)]
            fn zero() -> Self {
                0.0
            }

            #[inline(always)]
            fn one() -> Self {
                1.0
            }

            #[inline(always)]
            #[allow(clippy::eq_op, reason = "a NaN is the one number that differs from itself")]
            fn max(self, other: Self) -> Self {
                if (other > self) | (other != other) { other } else { self }
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                // IEEE 754 requires the square root to be correctly rounded, so the platform's is portable.
                <$float>::sqrt(self)
            }

            #[inline(always)]
            fn exp(self) -> Self {
                $exp(self)
            }

            #[inline(always)]
            fn tanh(self) -> Self {
                Self::from_f64(portable::tanh(self.to_f64()))
            }

            #[inline(always)]
            fn erf(self) -> Self {
                Self::from_f64(portable::erf(self.to_f64()))
            }

            #[inline(always)]
            fn ln(self) -> Self {
                Self::from_f64(portable::ln(self.to_f64()))
            }

            #[inline(always)]
            fn softplus(self) -> Self {
                Self::from_f64(portable::softplus(self.to_f64()))
            }

            #[inline(always)]
            #[expect(clippy::disallowed_methods, reason = "one rounding is what is asked for")]
            fn fused(self, factor: Self, addend: Self) -> Self {
                self.mul_add(factor, addend)
            }

            #[inline(always)]
            fn as_f32(self) -> Self {
                Self::from_f64(f64::from(self.to_f64() as f32))
            }
        }

        impl Reading for $float {
            type Token = usize;

            #[inline(always)]
            fn token(id: usize) -> usize {
                id
            }

            #[inline(always)]
            fn look_up(column: &[Self], token: usize) -> Self {
                column[token]
            }

            #[inline(always)]
            fn argmax(logits: &[Self]) -> usize {
                let (mut best, mut index) = (Self::NEG_INFINITY, 0);
                for (i, &logit) in logits.iter().enumerate() {
                    if beats(logit, best) {
                        (best, index) = (logit, i);
                    }
                }
                index
            }
        }

        impl Float for $float {
            const NAME: &'static str = stringify!($float);
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            const UNIT_ROUNDOFF: f64 = Self::EPSILON as f64 / 2.0;
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            const LEAST_NORMAL: f64 = Self::MIN_POSITIVE as f64;
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            const GREATEST: f64 = Self::MAX as f64;
            const WHOLE: Self = 1.5 / Self::EPSILON;

            #[inline(always)]
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            fn from_f64(value: f64) -> Self {
                value as $float
            }

            #[inline(always)]
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[inline(always)]
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            fn ordered_bits(self) -> (i64, bool) {
                (self.abs().to_bits() as i64, self.is_sign_negative())
            }

            #[inline(always)]
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, reason = "one text for both types")]
            fn from_ordered_bits(bits: i64, negative: bool) -> Self {
                let magnitude = Self::from_bits(bits as _);
                if negative { -magnitude } else { magnitude }
            }
        }
    };
}

float!(f32, portable::exp_f32);
float!(f64, portable::exp);

/// Whether `a` beats `b` in an argmax: greater, or a NaN against a number. It has no jumps, so lanes can use it.
#[inline(always)]
#[allow(clippy::eq_op, reason = "a NaN is the one number that differs from itself")]
pub(crate) fn beats<T: PartialOrd + Copy>(a: T, b: T) -> bool {
    ((a > b) | (a != a)) & (b == b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws;

    laws!(f32_obeys, f32, |x: f64| x as f32, |x: f32| vec![x]);
    laws!(f64_obeys, f64, |x: f64| x, |x: f64| vec![x]);

    #[test]
    fn argmax_takes_the_first_of_equals_and_lets_a_nan_win() {
        assert_eq!(f32::argmax(&[1.0, 3.0, 3.0, 2.0]), 1);
        assert_eq!(f32::argmax(&[-0.0, 0.0]), 0);
        assert_eq!(f32::argmax(&[f32::NEG_INFINITY; 3]), 0);
        assert_eq!(f64::argmax(&[1.0, f64::NAN, 9.0, f64::NAN]), 1);
        assert_eq!(f64::argmax(&[f64::NAN, 9.0]), 0);
        assert_eq!(f64::argmax(&[]), 0);
    }

    #[test]
    fn max_keeps_the_first_of_two_zeros_and_hands_a_nan_on() {
        assert!(Scalar::max(-0.0_f32, 0.0).is_sign_negative());
        assert!(Scalar::max(f32::NAN, 1.0).is_nan());
        assert!(Scalar::max(1.0, f32::NAN).is_nan());
        assert!(Scalar::max(f64::INFINITY, f64::NAN).is_nan());
    }
}
