//! Intervals and affine forms at every magnitude of their type, against exact rationals and against evaluations that flush.

use crate::exact::Dice;
use num::{Affine, Float, Interval, Scalar, portable};
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// The same expression in every arithmetic. What is exact is known as long as no function is met.
#[derive(Clone)]
struct Everywhere<T> {
    exact: Option<BigRational>,
    float: T,
    /// As an evaluation finds it that reads and writes zero for what is subnormal.
    flushed: T,
    interval: Interval<T>,
    form: Affine<T, 3>,
}

fn rational(value: f64) -> BigRational {
    BigRational::from_float(value).unwrap()
}

fn flush<T: Float>(value: T) -> T {
    if value.to_f64().abs() < T::LEAST_NORMAL { T::zero() } else { value }
}

/// Any finite number of `T`, each exponent as often as another.
fn any<T: Float>(dice: &mut Dice) -> T {
    let (most, _) = T::from_f64(T::GREATEST).ordered_bits();
    let bits = (dice.below(1 << 31) as i64) << 31 | dice.below(1 << 31) as i64;
    // 62 bits are drawn, and numbers of f64 have 63.
    T::from_ordered_bits(bits * 2 % (most + 1), dice.below(2) == 0)
}

impl<T: Float> Everywhere<T> {
    fn constant(value: T) -> Self {
        Self {
            exact: Some(rational(value.to_f64())),
            float: value,
            flushed: flush(value),
            interval: Interval::point(value),
            form: Affine::constant(value.to_f64()),
        }
    }

    /// An unknown of any size: its ends, and one number between them.
    fn unknown(symbol: usize, dice: &mut Dice) -> Self {
        let mid: T = any(dice);
        let width = [0.0, 1e-6, 0.1, 0.9, 1.5][dice.below(5) as usize];
        let radius = T::from_f64((mid.to_f64().abs() * width).min(T::GREATEST));
        let place = dice.below(2_000_001) as f64 / 1e6 - 1.0;
        let value = mid + radius * T::from_f64(place);
        let along = rational(mid.to_f64()) + rational(radius.to_f64()) * rational(place);
        let exact = value.to_f64().is_finite().then(|| rational(value.to_f64()));
        let off = exact.as_ref().map(|exact| (exact - along).abs());
        // What is subnormal may be zero as well, and every other number has some room.
        let off = off.and_then(|off| num_traits::ToPrimitive::to_f64(&off)).unwrap_or(f64::INFINITY);
        let err = off * (1.0 + 1e-15) + 2.0 * T::LEAST_NORMAL;
        Self {
            exact,
            float: value,
            flushed: flush(value),
            interval: Interval::new(mid - radius, mid + radius).hull(Interval::point(value)),
            form: Affine::along(symbol, mid.to_f64(), radius.to_f64(), err),
        }
    }

    fn combine(&self, other: &Self, op: u64) -> Option<Self> {
        let (a, b) = (self, other);
        let both = |f: &dyn Fn(&BigRational, &BigRational) -> BigRational| {
            Some(f(a.exact.as_ref()?, b.exact.as_ref()?))
        };
        let zero = T::zero();
        let of = |exact, float: T, flushed: T, interval, form| {
            Some(Self { exact, float, flushed: flush(flushed), interval, form })
        };
        let (x, y, p, q) = (a.float, b.float, a.flushed, b.flushed);
        match op {
            0 => of(both(&|a, b| a + b), x + y, p + q, a.interval + b.interval, a.form + b.form),
            1 => of(both(&|a, b| a - b), x - y, p - q, a.interval - b.interval, a.form - b.form),
            2 => of(both(&|a, b| a * b), x * y, p * q, a.interval * b.interval, a.form * b.form),
            3 => {
                let divides = b.exact.as_ref().is_some_and(|b| !b.is_zero());
                let exact = if divides { both(&|a, b| a / b) } else { None };
                of(exact, x / y, p / q, a.interval / b.interval, a.form / b.form)
            }
            4 => {
                let (float, flushed) = (Scalar::max(x, zero), Scalar::max(p, zero));
                let exact = a.exact.clone().map(|a| if a.is_negative() { BigRational::zero() } else { a });
                let (interval, form) = (a.interval.max(Interval::zero()), a.form.max(Affine::zero()));
                // Only a NaN keeps what it was.
                of(exact, float, flushed, interval, form)
            }
            5 => {
                let exact = both(&|a, b| a * b + b * b + a);
                let one = T::one();
                let float = T::dot(&[x, y, x], &[y, y, one]);
                let flushed = flush(flush(p * q) + flush(q * q)) + p;
                let interval = Interval::dot(
                    &[a.interval, b.interval, a.interval],
                    &[b.interval, b.interval, Interval::one()],
                );
                let form = Affine::dot(&[a.form, b.form, a.form], &[b.form, b.form, Affine::one()]);
                of(exact, float, flushed, interval, form)
            }
            6 => {
                let exact = both(&|a, b| a * a + b * b);
                let (intervals, forms) = ([a.interval, b.interval], [a.form, b.form]);
                let (interval, form) = (Interval::dot(&intervals, &intervals), Affine::dot(&forms, &forms));
                of(exact, x * x + y * y, flush(p * p) + flush(q * q), interval, form)
            }
            7 => of(None, Scalar::sqrt(x), Scalar::sqrt(p), a.interval.sqrt(), a.form.sqrt()),
            8 => of(None, Scalar::exp(x), Scalar::exp(p), a.interval.exp(), a.form.exp()),
            9 => of(None, Scalar::tanh(x), Scalar::tanh(p), a.interval.tanh(), a.form.tanh()),
            10 => of(None, Scalar::erf(x), Scalar::erf(p), a.interval.erf(), a.form.erf()),
            11 => {
                // The exponential may overflow: then a quotient by it is zero.
                let below = flush(T::one() + flush(Scalar::exp(-p)));
                of(None, x.silu(), p / below, a.interval.silu(), a.form.silu())
            }
            12 => {
                let three = [a.form, b.form, a.form];
                let exact = both(&|a, b| a + b + a);
                let interval = Interval::sum(&[a.interval, b.interval, a.interval]);
                of(exact, T::sum(&[x, y, x]), flush(p + q) + p, interval, Affine::sum(&three))
            }
            _ => None,
        }
    }

    /// The form encloses what is exact and what evaluations compute, the interval what the program does; a form or an interval
    /// of which something is known stands for finite numbers alone.
    fn check(&self, what: &str) {
        let (mid, radius) = (self.form.mid(), self.form.radius());
        if (mid.abs() + radius) < f64::INFINITY {
            let (centre, radius) = (rational(mid), rational(radius));
            for (name, value) in [("float", self.float), ("flushed", self.flushed)] {
                let value = value.to_f64();
                assert!(value.is_finite(), "{what}: {name} is {value}, {:?}", self.form);
                let off = (rational(value) - &centre).abs();
                assert!(off <= radius, "{what}: {name} {value:e}, {:?}", self.form);
            }
            if let Some(exact) = &self.exact {
                assert!((exact - &centre).abs() <= radius, "{what}: exactly {exact}, {:?}", self.form);
            }
        }
        let (lo, hi) = (self.interval.lo(), self.interval.hi());
        if lo.to_f64().is_finite() {
            let inside = lo <= self.float && self.float <= hi;
            assert!(inside, "{what}: {:e} in the program, {lo} to {hi}", self.float.to_f64());
        }
    }
}

/// How many results there were of which something is known.
fn expressions<T: Float>(seed: u64, rounds: usize) -> usize {
    let mut dice = Dice(seed);
    let mut known_forms = 0;
    for round in 0..rounds {
        let mut known: Vec<Everywhere<T>> =
            (0..3).map(|symbol| Everywhere::unknown(symbol, &mut dice)).collect();
        known.extend((0..2).map(|_| Everywhere::constant(any(&mut dice))));
        // A power of two, which scales exactly, that brings another number to the size of 1.
        let pick = |dice: &mut Dice, len: usize| dice.below(len as u64) as usize;
        let near = known[pick(&mut dice, known.len())].float.to_f64();
        let power =
            if near == 0.0 { 0.0 } else { -(portable::ln(near.abs()) / std::f64::consts::LN_2).round() };
        let power = portable::pow(2.0, power.clamp(-1000.0, 1000.0));
        known.push(Everywhere::constant(T::from_f64(power.clamp(-T::GREATEST, T::GREATEST))));
        for step in 0..5 {
            let (left, right) = (pick(&mut dice, known.len()), pick(&mut dice, known.len()));
            let op = dice.below(13);
            let Some(next) = known[left].combine(&known[right], op) else { continue };
            next.check(&format!("{}, round {round}, step {step}, operation {op}", T::NAME));
            known_forms += usize::from(next.form.radius() < f64::INFINITY);
            if next.exact.as_ref().is_none_or(|exact| exact.denom().bits() + exact.numer().bits() < 20_000) {
                known.push(next);
            }
        }
    }
    known_forms
}

#[test]
fn expressions_of_any_magnitude_lie_where_intervals_and_forms_say() {
    let (single, double) = (expressions::<f32>(3, 6_000), expressions::<f64>(4, 3_000));
    assert!(single > 10_000 && double > 5_000, "{single} and {double} say something");
}

#[test]
#[ignore = "takes minutes: cargo xtask test --slow"]
fn many_expressions_of_any_magnitude() {
    let (single, double) = (expressions::<f32>(5, 300_000), expressions::<f64>(6, 100_000));
    assert!(single > 500_000 && double > 150_000, "{single} and {double} say something");
}

/// The fused sums of an interval's numbers lie inside, and the ends are met.
#[test]
fn fused_sums_of_intervals_are_those_of_their_ends() {
    let all = Interval::new(-1.1_f32, 2.3).fused(Interval::new(-3.7, 0.5), Interval::new(0.1, 0.7));
    assert_eq!((all.lo(), all.hi()), (2.3_f32.fused(-3.7, 0.1), (-1.1_f32).fused(-3.7, 0.7)));
    let infinite = Interval::point(f32::INFINITY).fused(Interval::point(0.0), Interval::point(1.0));
    assert!(infinite.lo().is_nan());
    assert!(Interval::<f32>::unknown().fused(Interval::one(), Interval::one()).lo().is_nan());
}
