//! The laws that every number obeys, as a test suite: [`laws!`](crate::laws!) instantiates it for one type.
//!
//! A new number starts by passing it. The suite looks at a number through two functions: one makes it from an
//! f64, the other lists the machine numbers it stands for, one for each problem.

use crate::{Float, Scalar};

/// Numbers with something to show: signs, zeros, subnormals, powers of two, thresholds of `exp`, infinities, NaN.
pub const SAMPLES: [f64; 32] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    -3.75,
    9.0,
    10.0,
    0.1,
    -0.3333333333333333,
    1e-7,
    -1e-7,
    1e-45,
    1e-310,
    16_777_216.0,
    16_777_217.0,
    -9005.0,
    707_106.8,
    1e30,
    -1e38,
    3.5e38,
    1e300,
    f64::MAX,
    88.7,
    89.0,
    -87.4,
    -103.9,
    -104.1,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Equality to the bit, except that all NaN are one.
pub fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// Checks every law on every pair of [`SAMPLES`].
///
/// # Panics
///
/// If a law does not hold; the message names the law and the operands.
pub fn check<S: Scalar, T: Float>(from: impl Fn(f64) -> S, values: impl Fn(S) -> Vec<T>) {
    let equal = |law: &str, x: f64, y: f64, left: S, right: S| {
        for (l, r) in values(left).into_iter().zip(values(right)) {
            assert!(same(l.to_f64(), r.to_f64()), "{law} at x = {x}, y = {y}: {l:?} is not {r:?}");
        }
    };
    let machine = |law: &str, x: f64, y: f64, got: S, expected: T| {
        for value in values(got) {
            let (value, expected) = (value.to_f64(), expected.to_f64());
            assert!(same(value, expected), "{law} at x = {x}, y = {y}: {value} is not {expected}");
        }
    };
    for x in SAMPLES {
        let a = from(x);
        equal("x * 1 = x", x, x, a * S::one(), a);
        equal("x / 1 = x", x, x, a / S::one(), a);
        equal("x - 0 = x", x, x, a - S::zero(), a);
        equal("-(-x) = x", x, x, -(-a), a);
        equal("max(x, x) = x", x, x, a.max(a), a);
        let t = T::from_f64(x);
        machine("sqrt", x, x, a.sqrt(), t.sqrt());
        machine("exp", x, x, a.exp(), t.exp());
        machine("tanh", x, x, a.tanh(), t.tanh());
        machine("erf", x, x, a.erf(), t.erf());
        machine("sigmoid", x, x, a.sigmoid(), t.sigmoid());
        machine("ln", x, x, a.ln(), t.ln());
        machine("softplus", x, x, a.softplus(), t.softplus());
        machine("as f32", x, x, a.as_f32(), t.as_f32());
        for y in SAMPLES {
            let (b, u) = (from(y), T::from_f64(y));
            equal("x + y = y + x", x, y, a + b, b + a);
            equal("x * y = y * x", x, y, a * b, b * a);
            equal("x - y = x + (-y)", x, y, a - b, a + (-b));
            equal("-(x * y) = (-x) * y", x, y, -(a * b), (-a) * b);
            machine("the sum is the machine's", x, y, a + b, t + u);
            machine("the product is the machine's", x, y, a * b, t * u);
            machine("the quotient is the machine's", x, y, a / b, t / u);
            for z in [0.0, -1.0, 1e30] {
                machine("fused", x, y, a.fused(b, from(z)), t.fused(u, T::from_f64(z)));
            }
            machine("the maximum is the machine's", x, y, a.max(b), t.max(u));
        }
    }
    equal("exp(0) = 1", 0.0, 0.0, S::zero().exp(), S::one());
    equal("tanh(0) = 0", 0.0, 0.0, S::zero().tanh(), S::zero());
    equal("erf(0) = 0", 0.0, 0.0, S::zero().erf(), S::zero());
}

/// A test named `$name` that checks the laws for `$number`, given how to make one and what it stands for.
#[macro_export]
macro_rules! laws {
    ($name:ident, $number:ty, $from:expr, $values:expr) => {
        #[test]
        fn $name() {
            $crate::laws::check::<$number, _>($from, $values);
        }
    };
}
