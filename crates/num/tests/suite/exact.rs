//! Intervals and affine forms against exact rational arithmetic.

use num::{Affine, Float, Interval, Scalar};
use num_rational::BigRational;
use num_traits::{Signed, Zero};

type Form = Affine<f32, 3>;

/// A stream of numbers for choices that a test can repeat (xorshift64*, Vigna 2016).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % most
    }

    /// A float with few bits, so that products of a few stay far from overflow.
    fn float(&mut self) -> f32 {
        (self.below(2_000_001) as f32 - 1e6) * [1e-6, 1e-3, 1.0][self.below(3) as usize]
    }
}

fn exact(value: f64) -> BigRational {
    BigRational::from_float(value).unwrap()
}

/// The same expression in every arithmetic: what it is exactly, in f32, as an interval and as a form.
#[derive(Clone)]
struct Everywhere {
    exact: BigRational,
    float: f32,
    interval: Interval<f32>,
    form: Form,
}

impl Everywhere {
    fn constant(value: f32) -> Self {
        Self {
            exact: exact(f64::from(value)),
            float: value,
            interval: Interval::point(value),
            form: Form::constant(f64::from(value)),
        }
    }

    /// An unknown within an eighth of `mid`, `step` eighths of that from it.
    fn unknown(symbol: usize, mid: f32, step: i8) -> Self {
        let radius = mid.abs() / 8.0;
        let value = mid + radius * f32::from(step) / 8.0;
        let (lo, hi) = (mid - 2.0 * radius, mid + 2.0 * radius);
        let rounding = f64::from(radius) * 1e-5;
        Self {
            exact: exact(f64::from(value)),
            float: value,
            interval: Interval::new(lo, hi),
            form: Form::along(symbol, f64::from(mid), f64::from(radius), rounding),
        }
    }

    fn combine(&self, other: &Self, op: u64) -> Option<Self> {
        let (a, b) = (self, other);
        Some(match op {
            0 => Self {
                exact: &a.exact + &b.exact,
                float: a.float + b.float,
                interval: a.interval + b.interval,
                form: a.form + b.form,
            },
            1 => Self {
                exact: &a.exact - &b.exact,
                float: a.float - b.float,
                interval: a.interval - b.interval,
                form: a.form - b.form,
            },
            2 => Self {
                exact: &a.exact * &b.exact,
                float: a.float * b.float,
                interval: a.interval * b.interval,
                form: a.form * b.form,
            },
            3 if !b.exact.is_zero() && b.float != 0.0 => Self {
                exact: &a.exact / &b.exact,
                float: a.float / b.float,
                interval: a.interval / b.interval,
                form: a.form / b.form,
            },
            4 => Self {
                exact: if b.exact > a.exact { b.exact.clone() } else { a.exact.clone() },
                float: a.float.max(b.float),
                interval: Scalar::max(a.interval, b.interval),
                form: Scalar::max(a.form, b.form),
            },
            5 => {
                let pair = [[a.float, b.float], [b.float, a.float]];
                let product = &a.exact * &b.exact;
                Self {
                    exact: &product + &product,
                    float: f32::dot(&pair[0], &pair[1]),
                    interval: Interval::dot(&[a.interval, b.interval], &[b.interval, a.interval]),
                    form: Form::dot(&[a.form, b.form], &[b.form, a.form]),
                }
            }
            6 => {
                let square = &a.exact * &a.exact + &b.exact * &b.exact;
                let (intervals, forms) = ([a.interval, b.interval], [a.form, b.form]);
                Self {
                    exact: square,
                    float: a.float * a.float + b.float * b.float,
                    interval: Interval::dot(&intervals, &intervals),
                    form: Form::dot(&forms, &forms),
                }
            }
            _ => return None,
        })
    }

    /// The form encloses what is exact and what f32 computes, the interval what f32 computes.
    fn check(&self, what: &str) {
        let (mid, radius) = (self.form.mid(), self.form.radius());
        if mid.is_finite() && radius.is_finite() {
            let (centre, radius) = (exact(mid), exact(radius));
            assert!(
                (&self.exact - &centre).abs() <= radius,
                "{what}: exactly {}, {:?}",
                self.exact,
                self.form
            );
            if self.float.is_finite() {
                let off = (exact(f64::from(self.float)) - centre).abs();
                assert!(off <= radius, "{what}: {} in f32, {:?}", self.float, self.form);
            }
        }
        let (lo, hi) = (self.interval.lo(), self.interval.hi());
        if lo.to_f64().is_finite() {
            assert!(lo <= self.float && self.float <= hi, "{what}: {} in f32, {lo} to {hi}", self.float);
        }
    }
}

#[test]
fn expressions_lie_where_intervals_and_forms_say() {
    let mut dice = Dice(42);
    let mut wide = 0;
    for round in 0..3000 {
        let mut known: Vec<Everywhere> = (0..3)
            .map(|symbol| {
                let step = dice.below(17) as i8 - 8;
                let mid = dice.float();
                Everywhere::unknown(symbol, mid, step)
            })
            .collect();
        known.extend((0..2).map(|_| Everywhere::constant(dice.float())));
        for step in 0..8 {
            let pick = |dice: &mut Dice| dice.below(known.len() as u64) as usize;
            let (left, right, op) = (pick(&mut dice), pick(&mut dice), dice.below(7));
            let Some(next) = known[left].combine(&known[right], op) else { continue };
            next.check(&format!("round {round}, step {step}, operation {op}"));
            wide += usize::from(next.form.radius() > 0.0);
            known.push(next);
        }
    }
    assert!(wide > 10_000, "{wide}");
}
