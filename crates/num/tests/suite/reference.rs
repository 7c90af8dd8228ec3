//! e^x once more, in another way and to 80 bits, to judge `portable::exp` by.
//!
//! No code, constant or formula is shared with the crate: no reduction by ln 2, no polynomial, no cut into halves
//! by bits. x is halved until it is small, its Taylor series is summed, and the sum is squared as often as x was
//! halved. All in sums of two f64, with errors that double at each squaring.

/// An unevaluated sum, the first term being the sum rounded to nearest.
pub(crate) type Sum = (f64, f64);

/// The results are within this of the true value, relatively.
///
/// An operation below errs by less than 2^−101. The series has 11 of them and its rest, then there are at most 17
/// squarings for |x| ≤ 128: (2^4 · 2^−101) · 2^17 and the errors of the squarings, in all below 2^−79.
pub(crate) const DOUBT: f64 = 1.0 / (1_u64 << 40) as f64 / (1_u64 << 39) as f64;

fn two_sum(a: f64, b: f64) -> Sum {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

fn add(a: Sum, b: Sum) -> Sum {
    let (s, e) = two_sum(a.0, b.0);
    let (t, f) = two_sum(a.1, b.1);
    let (s, e) = two_sum(s, e + t);
    two_sum(s, e + f)
}

/// The product of two sums; Dekker's product of the leading terms.
pub(crate) fn multiply(a: Sum, b: Sum) -> Sum {
    let cut = |x: f64| {
        let t = 134_217_729.0 * x;
        let high = t - (t - x);
        (high, x - high)
    };
    let p = a.0 * b.0;
    let ((ah, al), (bh, bl)) = (cut(a.0), cut(b.0));
    let e = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
    two_sum(p, e + (a.0 * b.1 + a.1 * b.0))
}

/// e^x for |x| ≤ 128.
pub(crate) fn exp(x: f64) -> Sum {
    assert!(x.abs() <= 128.0);
    // Halving is exact as long as the number stays normal, and an f32 does.
    let (mut small, mut halvings) = (x, 0);
    while small.abs() > 1.0 / 1024.0 {
        small *= 0.5;
        halvings += 1;
    }
    // 1 + x (1 + x/2 (1 + x/3 (…))): the 11th term is below 2^−110/11!, and so is what follows it.
    let mut sum = (1.0, 0.0);
    for n in (1..=10).rev() {
        sum = add((1.0, 0.0), multiply((small, 0.0), divide(sum, f64::from(n))));
    }
    for _ in 0..halvings {
        sum = multiply(sum, sum);
    }
    sum
}

/// A sum over a small integer: the quotient, and the quotient of what it leaves.
fn divide(a: Sum, n: f64) -> Sum {
    let q = a.0 / n;
    let back = multiply((q, 0.0), (n, 0.0));
    two_sum(q, ((a.0 - back.0) - back.1 + a.1) / n)
}

/// A positive sum rounded to the nearest `f32`, once.
///
/// Panics where the sum is too close to the middle between two `f32` to say which is nearer.
pub(crate) fn to_f32((high, low): Sum) -> f32 {
    let doubt = high * DOUBT;
    let rounded = round_once(high, low - doubt);
    assert_eq!(rounded.to_bits(), round_once(high, low + doubt).to_bits(), "{high:e} + {low:e} is in doubt");
    rounded
}

/// Rounded to odd first: where `low` is not zero, the last bit of `high` is made one by moving towards `low`. An
/// odd last bit is never in the middle between two `f32`, so the second rounding sees on which side the sum lies.
fn round_once(high: f64, low: f64) -> f32 {
    let bits = high.to_bits();
    let odd = match (low == 0.0 || bits % 2 == 1, low > 0.0) {
        (true, _) => bits,
        (false, true) => bits + 1,
        (false, false) => bits - 1,
    };
    f64::from_bits(odd) as f32
}

#[test]
fn rounding_once() {
    // Halfway between 1 and the next f32, and a little to each side.
    let half = 1.0 + f64::from(f32::EPSILON) / 2.0;
    assert_eq!(round_once(half, 0.0), 1.0);
    assert_eq!(round_once(half, 1e-25), 1.0 + f32::EPSILON);
    assert_eq!(round_once(half, -1e-25), 1.0);
}

#[test]
fn the_reference_knows_e() {
    // e = 2.718281828459045 0907… + 1.4456468917292502e-16 (the digits of e from any table).
    let (high, low) = exp(1.0);
    assert_eq!(high, std::f64::consts::E);
    assert!((low - 1.445_646_891_729_250_2e-16).abs() < 1e-24, "{low:e}");
    assert_eq!(exp(0.0), (1.0, 0.0));
    let one = multiply(exp(100.0), exp(-100.0));
    assert!(((one.0 - 1.0) + one.1).abs() < 3.0 * DOUBT, "{one:?}");
}
