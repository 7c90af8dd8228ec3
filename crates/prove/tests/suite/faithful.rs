//! Another evaluation of a model, drawn at random among those that the model of arithmetic allows.
//!
//! What is proved `portable` must be right in each of them: sums in any order, products fused or not, functions off by some
//! units, what is subnormal flushed to zero or not.

use crate::Dice;
use net::{Net, State};
use num::{Float, Reading, Scalar};
use spec::Model;
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// How an evaluation rounds: its choices, and whether it flushes.
struct Manner {
    dice: Dice,
    flushes: bool,
}

thread_local! {
    static MANNER: RefCell<Manner> = const { RefCell::new(Manner { dice: Dice(1), flushes: false }) };
}

fn below(most: usize) -> usize {
    MANNER.with_borrow_mut(|manner| manner.dice.below(most))
}

/// A number of this evaluation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faithful<T>(T);

impl<T: Float> Faithful<T> {
    /// `value` as this evaluation reads or writes it.
    fn of(value: T) -> Self {
        let lost = value.to_f64().abs() < T::LEAST_NORMAL && MANNER.with_borrow(|manner| manner.flushes);
        Self(if lost { T::zero() } else { value })
    }

    /// `value`, which is correctly rounded or nearly so, off by up to `ulps` units in the last place.
    fn near(value: T, ulps: usize) -> Self {
        let (bits, negative) = value.ordered_bits();
        if !(value.to_f64().abs() > T::LEAST_NORMAL && value.to_f64().is_finite()) {
            return Self::of(value);
        }
        let by = below(2 * ulps + 1) as i64 - ulps as i64;
        Self::of(T::from_ordered_bits(bits + by, negative))
    }

    /// The terms in an order that is drawn.
    fn shuffled<I>(mut terms: Vec<I>) -> Vec<I> {
        for at in (1..terms.len()).rev() {
            terms.swap(at, below(at + 1));
        }
        terms
    }
}

macro_rules! operators {
    ($($operator:ident $function:ident: $ulps:expr),*) => {$(
        impl<T: Float> $operator for Faithful<T> {
            type Output = Self;

            fn $function(self, other: Self) -> Self {
                Self::near(self.0.$function(other.0), $ulps)
            }
        }
    )*};
}

// A quotient within 4u: one rounding and a unit, which is up to 2u.
operators!(Add add: 0, Sub sub: 0, Mul mul: 0, Div div: 1);

impl<T: Float> Neg for Faithful<T> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<T: Float> Scalar for Faithful<T> {
    fn zero() -> Self {
        Self(T::zero())
    }

    fn one() -> Self {
        Self(T::one())
    }

    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    fn sqrt(self) -> Self {
        Self::near(self.0.sqrt(), 1)
    }

    // Within 8u: one rounding and three units.
    fn exp(self) -> Self {
        Self::near(self.0.exp(), 3)
    }

    fn tanh(self) -> Self {
        Self::near(self.0.tanh(), 3)
    }

    fn erf(self) -> Self {
        Self::near(self.0.erf(), 3)
    }

    fn ln(self) -> Self {
        Self::near(self.0.ln(), 3)
    }

    fn softplus(self) -> Self {
        Self::near(self.0.softplus(), 3)
    }

    fn fused(self, factor: Self, addend: Self) -> Self {
        Self::near(self.0.fused(factor.0, addend.0), 0)
    }

    fn as_f32(self) -> Self {
        Self(self.0.as_f32())
    }

    fn sum(terms: &[Self]) -> Self {
        Self::shuffled(terms.to_vec()).into_iter().reduce(Add::add).unwrap_or(Self::zero())
    }

    /// In f32 some products are fused with the addition: f64 holds them exactly.
    fn dot(a: &[Self], b: &[Self]) -> Self {
        let pairs = Self::shuffled(a.iter().copied().zip(b.iter().copied()).collect());
        let add = |sum: Self, (a, b): (Self, Self)| {
            if T::NAME == "f32" && below(2) == 0 {
                return Self::of(T::from_f64(sum.0.to_f64() + a.0.to_f64() * b.0.to_f64()));
            }
            sum + a * b
        };
        let mut pairs = pairs.into_iter();
        let Some((a, b)) = pairs.next() else { return Self::zero() };
        pairs.fold(a * b, add)
    }
}

impl<T: Float> Reading for Faithful<T> {
    type Token = usize;

    fn token(id: usize) -> usize {
        id
    }

    fn look_up(column: &[Self], token: usize) -> Self {
        column[token]
    }

    fn argmax(logits: &[Self]) -> usize {
        let logits: Vec<T> = logits.iter().map(|logit| logit.0).collect();
        T::argmax(&logits)
    }
}

/// The first of `pairs` that an evaluation of `model` drawn by `seed` answers wrongly, with the answer.
pub(crate) fn wrong<T: Float>(
    model: &Model,
    pairs: &[run::Pair],
    seed: u64,
) -> Option<(run::Pair, Option<u64>)> {
    MANNER.set(Manner { dice: Dice(seed | 1), flushes: seed.is_multiple_of(2) });
    let (net, task) = (model.net::<T>(), model.task());
    let net: Net<Faithful<T>> = net.map(|&weight| Faithful::of(weight));
    let mut state = State::new(&net);
    let mut tokens = vec![0; task.answer_len()];
    pairs.iter().find_map(|&(a, b)| {
        let prompt = task.prompt_tokens(a, b);
        net::generate(&net, &prompt, &mut state, &mut tokens, &mut ());
        let got = task.decode(tokens.iter().copied());
        (got != Some(a + b)).then_some(((a, b), got))
    })
}
