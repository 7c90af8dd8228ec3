//! The error function.

use super::exp::exp_of_sum;
use super::polynomial::polynomial;

/// Where one formula passes to the other: 1575/2048.
///
/// Among the multiples of 1/2048 near 3/4 it is one whose ln erfc is almost an f64.
const MEETING: f64 = 0.76904296875;

/// 2/√π − 1, as a sum of two: half a place of the first would cost a tenth of a unit in the result.
const SLOPE: [f64; 2] = [0.1283791670955126, -1.2420116002463032e-17];

/// erf(x)/x − 2/√π in x^2, for |x| ≤ `MEETING`: the linear term.
///
/// A minimax polynomial of degree 10 with `NEAR`, fitted after this coefficient was rounded (golden/elementary.py,
/// `erf_near`). With all coefficients rounded to f64 it leaves an error of 2^−58.0 in erf(x)/x.
const NEAR_FIRST: f64 = -0.37612638903183715;

/// The terms after `NEAR_FIRST`.
const NEAR: [f64; 9] = [
    0.11283791670952002,
    -0.026866170644234574,
    0.005223977612708818,
    -0.0008548325984502386,
    0.00012055280502641433,
    -1.4923952168888687e-05,
    1.6426762729307286e-06,
    -1.5905522303779983e-07,
    1.1344091517003687e-08,
];

/// ln(1 − erf(`MEETING` + v)) in v, for 0 ≤ v ≤ 6 − `MEETING`: the constant, off by 2^−58, and the linear term.
///
/// The polynomial of degree 18 with `FAR` that is minimax with the weight 1 − erf, which makes its error that of
/// erf (golden/elementary.py, `erf_far`). With the coefficients rounded to f64 it leaves an error of 2^−56.8.
const FAR_FIRST: [f64; 2] = [-1.2845478219911164, -2.256698651953477];

/// The terms after `FAR_FIRST`.
const FAR: [f64; 17] = [
    -0.8108461719923123,
    -0.05194039331722459,
    0.012490175005203087,
    -0.002254850614121069,
    0.00014318635175078874,
    9.781717584126499e-05,
    -5.188705297164751e-05,
    1.4077081859657032e-05,
    -1.5825259957328383e-06,
    -5.94302531976835e-07,
    4.290934477710798e-07,
    -1.5088121044777937e-07,
    3.631141322970238e-08,
    -6.216449690189296e-09,
    7.293930739110052e-10,
    -5.27129549906499e-11,
    1.768466367147134e-12,
];

/// erf `x` = 2/√π ∫ e^(−t²) dt from 0 to x, off by less than one unit in the last place. Odd, and never beyond ±1.
///
/// Both formulas are evaluated for every argument, and the one that holds is taken: lanes cannot branch.
#[inline(always)]
pub fn erf(x: f64) -> f64 {
    // From 5.93 on the result rounds to 1, and so it does at 6. A NaN is not greater, and stays.
    let distance = x.abs();
    let distance = if distance > 6.0 { 6.0 } else { distance };

    // To an exact x is added at most 0.13 x, so the roundings of the correction count for less than they are. They
    // are largest at the end: a tenth of a unit each from the square, from `NEAR_FIRST`, which is therefore added
    // on its own, and from their product, and 0.15 from all others. With half a unit from the last addition, 0.96.
    let square = distance * distance;
    let bend = square * (NEAR_FIRST + square * polynomial(square, &NEAR));
    let near = distance + distance * ((SLOPE[0] + bend) + SLOPE[1]);

    // erf x = 1 − e^exponent. The exponential is at most 0.277, so its own error counts for a third of a unit there
    // and for half as much from 0.25 down. The error of the exponent counts too, times the exponential. Its sum is
    // therefore kept in two parts, exactly so while the first term is the larger one; where it no longer is, from
    // v = 0.5 on, the exponential is below 0.08. With half a unit from the last subtraction, at most 0.95.
    // The result is at most 1 because an exponential is not negative.
    let v = distance - MEETING;
    let fall = v * (FAR_FIRST[1] + v * polynomial(v, &FAR));
    let exponent = FAR_FIRST[0] + fall;
    let far = 1.0 - exp_of_sum(exponent, fall - (exponent - FAR_FIRST[0]));

    (if distance < MEETING { near } else { far }).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_arguments() {
        assert_eq!(erf(0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(erf(-0.0).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(erf(f64::INFINITY), 1.0);
        assert_eq!(erf(f64::NEG_INFINITY), -1.0);
        assert!(erf(f64::NAN).is_nan());
        assert!(erf(-f64::NAN).is_nan());
    }

    #[test]
    fn near_zero_it_is_a_line() {
        // The slope is 2/√π = 1.1283791670955126.
        for x in [f64::MIN_POSITIVE, 1e-200, 1e-9] {
            assert_eq!(erf(x), x * std::f64::consts::FRAC_2_SQRT_PI, "{x:e}");
        }
        assert_eq!(erf(5e-324), 5e-324);
        assert_eq!(erf(-1e-9), -erf(1e-9));
    }

    #[test]
    fn the_two_formulas_meet() {
        let (below, above) = (erf(MEETING.next_down()), erf(MEETING));
        assert!((above - below).abs() <= f64::EPSILON, "{below} {above}");
        assert_eq!(erf(1.0), 0.842_700_792_949_714_9);
    }

    #[test]
    fn it_saturates_and_stays() {
        // 1 − erf x falls below 2^−54, a quarter of a place of 1, at 5.92158…
        assert_eq!(erf(5.91), 1.0 - f64::EPSILON / 2.0);
        for x in [5.93, 5.95, 6.0, 6.1, 1e300] {
            assert_eq!(erf(x), 1.0, "{x}");
            assert_eq!(erf(-x), -1.0, "{x}");
        }
    }
}
