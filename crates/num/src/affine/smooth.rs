//! Smooth functions of affine forms: a line and how far the function strays from it.
//!
//! Convex and concave functions take the chord, which strays the least of all lines with its slope; the others take the
//! tangent at the centre and half the largest second derivative, or a coarser bound where the form is wide.
//! Values of the functions come from [`portable`], whose error of less than one unit is counted.

use super::{Affine, OWN, QUOTIENT_UNITS};
use crate::{Float, portable};

/// What `exp`, `tanh`, `ln` and softplus may be off, in units of `u`.
pub(crate) const UNITS: f64 = 8.0;

/// What `erf` may be off, in units of `u`: PyTorch's GELU in f32 is as far off as with an `erf` of 11 units.
pub(crate) const ERF_UNITS: f64 = 12.0;

/// What the sigmoid, and SiLU, which is `x` times it, may be off relatively, in units of `u`.
const SIGMOID_UNITS: f64 = 16.0;

/// What the sigmoid may be off absolutely, in units of `u`: ONNX Runtime's is a rational function that is right to 3 units of 1
/// and is zero from −18 on in f32.
pub(crate) const SIGMOID_ABSOLUTE: f64 = 4.0;

/// What softplus may be off absolutely, in units of `u`: a library may add one to the exponential and then take the logarithm, as it
/// is written. ONNX Runtime and PyTorch do not; they were seen 5 units off relatively.
const SOFTPLUS_ABSOLUTE: f64 = 4.0;

/// From here on PyTorch's softplus is its argument.
const SOFTPLUS_LINEAR: f64 = 20.0;

/// The greatest difference between `max(x, 0)` and SiLU: the maximum of x / (1 + e^x), 0.27846….
const SILU_GAP: f64 = 0.2785;

fn unknown<T: Float, const K: usize>() -> Affine<T, K> {
    Affine::around(0.0, f64::INFINITY)
}

/// `f` is convex (or concave) and `touch` the place where its tangent has the given slope.
fn bent<T: Float, const K: usize>(
    x: &Affine<T, K>,
    f: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
    touch: impl Fn(f64) -> f64,
    units: f64,
) -> Affine<T, K> {
    let (lo, hi) = (x.lo(), x.hi());
    let (at_lo, at_hi) = (f(lo), f(hi));
    let wide = hi - lo > 1e-6 * (lo.abs() + hi.abs() + 1e-300);
    let line = if wide { (at_hi - at_lo) / (hi - lo) } else { slope(x.mid()) };
    // How far the function lies above the line at the ends, and where the two run parallel.
    let ends = [at_lo - line * lo, at_hi - line * hi];
    let at = touch(line).clamp(lo, hi);
    let inside = f(at) - line * at;
    let least = ends[0].min(ends[1]).min(inside);
    let most = ends[0].max(ends[1]).max(inside);
    let size = at_lo.abs().max(at_hi.abs());
    let slack = (most - least) / 2.0 + 4.0 * OWN * (size + line.abs() * lo.abs().max(hi.abs()));
    x.linear(line, (least + most) / 2.0, slack, units, size)
}

pub(super) fn exp<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    // Nothing is known of what may overflow or is not finite.
    if !(x.hi() < 700.0 && x.lo() > f64::NEG_INFINITY) {
        return unknown();
    }
    if x.lo() < -700.0 {
        let most = portable::exp(x.hi()) * (1.0 + 2.0 * UNITS * T::UNIT_ROUNDOFF);
        return Affine::around(most / 2.0, most / 2.0 + T::LEAST_NORMAL).unless_over(most);
    }
    bent(x, portable::exp, portable::exp, portable::ln, UNITS)
}

/// Below and beyond these a square of a slope, 1 / (4x), leaves the range of f64.
const ROOTS: std::ops::Range<f64> = 1e-290..1e290;

pub(super) fn sqrt<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    let (lo, hi) = (x.lo(), x.hi());
    // What may be subnormal may be read as zero.
    if !(lo >= T::LEAST_NORMAL && hi < f64::INFINITY) {
        return unknown();
    }
    if !(ROOTS.contains(&lo) && ROOTS.contains(&hi)) {
        let (low, high) = (lo.sqrt(), hi.sqrt());
        return x.linear(
            0.0,
            (low + high) / 2.0,
            (high - low) / 2.0 + 4.0 * OWN * high,
            QUOTIENT_UNITS,
            high,
        );
    }
    bent(x, f64::sqrt, |x| 0.5 / x.sqrt(), |slope| 0.25 / (slope * slope), QUOTIENT_UNITS)
}

/// The tangent at the centre, with second derivatives of at most `bend` in magnitude; or, if that is better, a rising function
/// by its values at the ends.
fn tangent<T: Float, const K: usize>(
    x: &Affine<T, K>,
    f: impl Fn(f64) -> f64,
    slope: f64,
    bend: f64,
    size: f64,
    units: f64,
) -> Affine<T, K> {
    let (mid, radius) = (x.mid(), x.radius());
    let stray = 0.5 * bend * radius * radius * (1.0 + 16.0 * OWN) + 4.0 * OWN * size;
    let (low, high) = (f(x.lo()), f(x.hi()));
    if (high - low) / 2.0 < stray {
        return x.linear(0.0, (high + low) / 2.0, (high - low) / 2.0 + 4.0 * OWN * size, units, size);
    }
    x.linear(slope, f(mid) - slope * mid, stray, units, size)
}

/// The magnitude nearest to zero.
fn nearest<T: Float, const K: usize>(x: &Affine<T, K>) -> f64 {
    (x.mid().abs() - x.radius()).max(0.0)
}

pub(super) fn tanh<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    // What is not finite may be no number.
    if !x.known() {
        return unknown();
    }
    // |tanh″| = 2 |tanh| (1 − tanh²) is at most 0.7699, and at most 8 e^(−2|x|).
    let bend = 0.77_f64.min(8.0 * portable::exp(-2.0 * nearest(x)));
    let value = portable::tanh(x.mid());
    tangent(x, portable::tanh, 1.0 - value * value, bend, 1.0, UNITS)
}

pub(super) fn erf<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    // What is not finite may be no number.
    if !x.known() {
        return unknown();
    }
    // |erf″| = 4/√π · |x| e^(−x²), greatest at 1/√2 and falling beyond.
    let near = nearest(x);
    let slope = |x: f64| std::f64::consts::FRAC_2_SQRT_PI * portable::exp(-x * x);
    let bend = if near < 0.7072 { 0.9679 } else { 2.0 * near * slope(near) };
    tangent(x, portable::erf, slope(x.mid()), bend, 1.0, ERF_UNITS)
}

pub(super) fn silu<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    let (lo, hi) = (x.lo(), x.hi());
    if !(lo > f64::NEG_INFINITY && hi < f64::INFINITY) {
        return unknown();
    }
    let (mid, radius, near) = (x.mid(), x.radius(), nearest(x));
    let at = logistic(mid);
    let most = lo.abs().max(hi.abs());
    let size = most * logistic(hi) + SILU_GAP;
    // |silu″| = σ(1 − σ)|2 − |x| tanh(|x|/2)| is at most 1/2, and at most e^(−|x|) max(2, |x|), which falls beyond 1.
    let fall = if near > 1.0 { portable::exp(-near) } else { 1.0 };
    let bend = if near < 1.5 { 0.5 } else { fall * near.max(2.0) };
    let stray = 0.5 * bend * radius * radius * (1.0 + 16.0 * OWN);
    // The other way: max(x, 0) less something between 0 and its bound.
    let gap = if near > 1.3 { near * fall } else { SILU_GAP };
    let chord = if lo < 0.0 && hi > 0.0 { -hi * lo / (hi - lo) } else { 0.0 };
    let coarse = (gap + chord) / 2.0;
    // Where the exponential overflows, x / (1 + ∞) is a zero instead of x·e^x: at most 2.6 · 10^−37 in f32.
    let lost = if lo < -80.0 { 1024.0 * T::LEAST_NORMAL } else { 0.0 };
    let own = 8.0 * OWN * (size + mid.abs()) + lost + most * SIGMOID_ABSOLUTE * T::UNIT_ROUNDOFF;
    if coarse < stray {
        let slope = if lo >= 0.0 {
            1.0
        } else if hi <= 0.0 {
            0.0
        } else {
            hi / (hi - lo)
        };
        return x.linear(slope, (chord - gap) / 2.0, coarse + own, SIGMOID_UNITS, size);
    }
    let slope = at * (1.0 + mid * (1.0 - at));
    x.linear(slope, mid * at - slope * mid, stray + own, SIGMOID_UNITS, size)
}

/// 1 / (1 + e^−x), within a few units of f64.
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + portable::exp(-x))
}

pub(super) fn sigmoid<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    let (lo, hi) = (x.lo(), x.hi());
    if !(lo > f64::NEG_INFINITY && hi < f64::INFINITY) {
        return unknown();
    }
    // |σ″| = σ(1 − σ)|1 − 2σ| is at most 1/(6√3) = 0.09622…, and at most e^(−|x|).
    let bend = 0.0963_f64.min(portable::exp(-nearest(x)));
    let at = logistic(x.mid());
    let mut out = tangent(x, logistic, at * (1.0 - at), bend, logistic(hi), SIGMOID_UNITS);
    out.err += SIGMOID_ABSOLUTE * T::UNIT_ROUNDOFF;
    out
}

pub(super) fn ln<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    // What lies below the smallest normal number may be flushed to zero.
    if !(x.lo() > T::LEAST_NORMAL && x.hi() < f64::INFINITY) {
        return unknown();
    }
    bent(x, portable::ln, |x| 1.0 / x, |slope| 1.0 / slope, UNITS)
}

pub(super) fn softplus<T: Float, const K: usize>(x: &Affine<T, K>) -> Affine<T, K> {
    let (lo, hi) = (x.lo(), x.hi());
    if !(lo > f64::NEG_INFINITY && hi < f64::INFINITY) {
        return unknown();
    }
    // The slope is the sigmoid; where it rounds to 1 the tangent touches far above.
    let touch = |slope: f64| portable::ln(slope / (1.0 - slope).max(0.0));
    let mut out = bent(x, portable::softplus, logistic, touch, UNITS);
    let linear = if hi >= SOFTPLUS_LINEAR { 1.001 * portable::exp(-SOFTPLUS_LINEAR) } else { 0.0 };
    out.err += SOFTPLUS_ABSOLUTE * T::UNIT_ROUNDOFF + linear;
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;

    type Form = Affine<f64, 2>;

    /// Every function, over forms narrow and wide: each value lies where the form says, symbol by symbol.
    #[test]
    fn forms_enclose_their_functions() {
        type Function = (&'static str, fn(Form) -> Form, fn(f64) -> f64, f64);
        let functions: [Function; 9] = [
            ("exp", |x| x.exp(), portable::exp, f64::NEG_INFINITY),
            ("sqrt", |x| x.sqrt(), f64::sqrt, 1e-3),
            ("tanh", |x| x.tanh(), portable::tanh, f64::NEG_INFINITY),
            ("erf", |x| x.erf(), portable::erf, f64::NEG_INFINITY),
            ("silu", |x| x.silu(), |x| x / (1.0 + portable::exp(-x)), f64::NEG_INFINITY),
            ("sigmoid", |x| x.sigmoid(), logistic, f64::NEG_INFINITY),
            ("ln", |x| x.ln(), portable::ln, 1e-3),
            ("softplus", |x| x.softplus(), portable::softplus, f64::NEG_INFINITY),
            ("relu", |x| x.max(Form::zero()), |x| x.max(0.0), f64::NEG_INFINITY),
        ];
        for (name, form, function, least) in functions {
            for centre in [-40.0, -5.0, -2.4, -1.0, -0.3, 0.0, 0.1, 0.7, 1.0, 2.4, 6.0, 30.0] {
                for (radius, err) in
                    [(0.0, 0.0), (1e-9, 1e-12), (1e-3, 0.0), (0.2, 0.1), (3.0, 0.5), (50.0, 0.0)]
                {
                    if centre - radius - err < least {
                        continue;
                    }
                    let y = form(Form::along(1, centre, radius, err));
                    for step in -20..=20 {
                        for inner in [-1.0, 0.0, 1.0] {
                            let e = f64::from(step) / 20.0;
                            let value = function(centre + radius * e + err * inner);
                            let off = (value - (y.mid + y.dev[1] * e)).abs();
                            let own = 1e-15 * (1.0 + value.abs());
                            assert!(
                                off <= y.err + own,
                                "{name} at {centre} ± {radius}: off by {off}, allowed {}",
                                y.err
                            );
                        }
                    }
                }
            }
        }
    }

    /// Libraries whose sigmoid is zero from −18 on in f32, and whose softplus adds one first or is its argument from 20 on.
    #[test]
    fn what_libraries_lose_far_from_zero_is_allowed_for() {
        let at = |x: f64| Affine::<f32, 1>::along(0, x, 0.0, 0.0);
        for form in [at(-18.5).sigmoid(), at(-18.5).silu(), at(-18.5).softplus()] {
            assert!(form.lo() <= 0.0 && form.hi() >= 0.0, "{form:?}");
        }
        let wide = Form::along(0, 20.5, 0.0, 0.0).softplus();
        assert!(wide.lo() <= 20.5, "{wide:?}");
        // What may be flushed to zero has no logarithm, and what is unknown no sigmoid.
        assert!(!at(1e-39).ln().radius().is_finite());
        assert!(!Affine::<f32, 1>::around(0.0, f64::INFINITY).sigmoid().radius().is_finite());
    }

    #[test]
    fn narrow_forms_lose_second_order_only() {
        for x in [-3.0, 0.2, 2.0] {
            for function in [Form::exp, Form::tanh, Form::erf, Form::silu, Form::sigmoid, Form::softplus] {
                let y = function(Form::along(0, x, 1e-4, 0.0));
                assert!(y.err < 2e-8 * portable::exp(x).max(1.0), "{y:?}");
            }
        }
    }
}
