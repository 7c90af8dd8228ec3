//! The sine and cosine of f32 that PyTorch computes of a tensor on x86.
//!
//! Its wheels take them from Intel's vector math library, whose method is not published. This one was found by measurement: the
//! argument in f64, less the nearest multiple of π (for the cosine, the nearest odd multiple of π/2), and the odd polynomial of degree
//! nine whose greatest relative error on [−π/2, π/2] is the least that one with the slope 1 at zero can have, 6.05 · 10⁻⁹; then one
//! rounding. Of all f32 from 2⁻¹² to 1024 in magnitude each sine is PyTorch's to the bit and all cosines but one, that of
//! ±0.1322608; up to 10,000 three sines and ten cosines more lie a unit beside. From there on the library goes another way, which
//! is not known here. `golden/vector_sine.py` has the coefficients computed again, and compares; it ran with PyTorch 2.15.0 on an AMD
//! processor with AVX-512, and the library's switches for older instructions changed no result.

/// Up to here.
pub const MOST: f64 = 10_000.0;

/// Of r³, r⁵, r⁷ and r⁹.
const COEFFICIENTS: [f64; 4] = [
    -0.166_666_595_504_277_56,
    0.008_333_066_246_082_155,
    -0.000_198_096_029_019_379_5,
    2.605_780_637_968_037e-6,
];

/// π as a sum of two numbers.
const PI: [f64; 2] = [std::f64::consts::PI, 1.224_646_799_147_353_2e-16];

/// The sine of `x`, a number of f32, as a number of f32; none above [`MOST`] in magnitude, or of a NaN.
pub fn sin(x: f64) -> Option<f64> {
    let half_turns = (x * std::f64::consts::FRAC_1_PI).round_ties_even();
    // A zero keeps its sign.
    (x.abs() <= MOST).then(|| if x == 0.0 { x } else { sine_beside(x, half_turns, half_turns) })
}

/// The cosine of `x`, a number of f32, as a number of f32; none above [`MOST`] in magnitude, or of a NaN.
pub fn cos(x: f64) -> Option<f64> {
    let half_turns = (x * std::f64::consts::FRAC_1_PI + 0.5).round_ties_even();
    (x.abs() <= MOST).then(|| sine_beside(x, half_turns, half_turns - 0.5))
}

/// The sine of `x − multiple · π`, negative where `half_turns` is odd, rounded to f32.
fn sine_beside(x: f64, half_turns: f64, multiple: f64) -> f64 {
    let rest = fused(-multiple, PI[1], fused(-multiple, PI[0], x));
    let square = rest * rest;
    let [third, fifth, seventh, ninth] = COEFFICIENTS;
    let sine = rest + rest * (square * (((ninth * square + seventh) * square + fifth) * square + third));
    f64::from(if half_turns % 2.0 == 0.0 { sine } else { -sine } as f32)
}

#[expect(
    clippy::disallowed_methods,
    reason = "one rounding is meant: the multiple of π cancels nearly all of x"
)]
fn fused(x: f64, y: f64, z: f64) -> f64 {
    x.mul_add(y, z)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the correctly rounded value is another.
    #[test]
    fn it_is_a_unit_beside_the_rounded_value_where_pytorch_is() {
        let angle = |position: u8| f64::from(f32::from(position) * (std::f64::consts::TAU / 11.0) as f32);
        let beside = |own: fn(f64) -> Option<f64>, rounded: fn(f64) -> f64| -> Vec<u8> {
            let differs =
                |&position: &u8| own(angle(position)).unwrap() != f64::from(rounded(angle(position)) as f32);
            (0..33).filter(differs).collect()
        };
        assert_eq!(beside(sin, crate::portable::sin), [1, 7, 15, 18, 21]);
        assert_eq!(beside(cos, crate::portable::cos), [17, 23]);
    }

    #[test]
    fn zeros_keep_their_sign_and_what_is_beyond_is_not_known() {
        assert_eq!(sin(-0.0).map(f64::to_bits), Some((-0.0_f64).to_bits()));
        assert_eq!(cos(0.0), Some(1.0));
        assert_eq!((sin(10_000.5), cos(-1e9), sin(f64::NAN), cos(f64::INFINITY)), (None, None, None, None));
    }
}
