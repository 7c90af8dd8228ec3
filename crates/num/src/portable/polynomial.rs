//! Polynomials, evaluated in an order that leaves the processor something to do in parallel.

/// `c[0] + c[1] x + c[2] x^2 + …`
///
/// Four chains of Horner's rule in x^4, joined at the end. One chain would be a quarter shorter in operations and
/// three times longer in time, because each step waits for the one before. Every operation rounds; the order is
/// fixed by the code below, so the result is too. The trip count is a constant, and the loop is unrolled.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(x: f64, c: &[f64; N]) -> f64 {
    let x2 = x * x;
    let x4 = x2 * x2;
    let mut chain = [0.0; 4];
    for i in (0..N).rev() {
        chain[i % 4] = if i + 4 < N { c[i] + x4 * chain[i % 4] } else { c[i] };
    }
    (chain[0] + x * chain[1]) + x2 * (chain[2] + x * chain[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coefficient_meets_its_power() {
        // The digits of the value are the coefficients, and all operations are exact.
        assert_eq!(polynomial(10.0, &[7.0]), 7.0);
        assert_eq!(polynomial(10.0, &[7.0, 6.0, 5.0]), 567.0);
        assert_eq!(polynomial(10.0, &[9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), 123_456_789.0);
        assert_eq!(polynomial(-1.0, &[1.0, 2.0, 3.0, 4.0, 5.0]), 3.0);
    }
}
