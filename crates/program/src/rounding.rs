//! A staircase as a rounding, wherever x is not close to a step.
//!
//! The steps of a parabolic head are as wide as each other, so its staircase is a line rounded to the nearest whole number:
//! six operations in place of three for each step. Close to a step the two differ, for there the logits round to ties; so a
//! rounding also tells whether it is sure. Where it is not, the steps are climbed after all. A right model keeps its distance
//! from every step, and then that never happens.

use crate::staircase::{Step, float, ordinal};
use num::{Float, Lanes};

/// The index is `x * scale + shift`, each rounded, held between `least` and `greatest`, and rounded to the nearest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rounding<T> {
    scale: T,
    shift: T,
    least: T,
    greatest: T,
}

/// Fewer steps than this are climbed sooner.
const FEWEST_STEPS: usize = 4;

/// A rounding is sure if it moves its line by at most this, squared.
const SURE_SQUARED: f64 = 31.0 * 31.0 / (64.0 * 64.0);

/// If it is sure, it has moved the line by less than this: more than the root of [`SURE_SQUARED`], as a square is rounded.
const SURE: f64 = 63.0 / 128.0;

impl<T: Float> Rounding<T> {
    /// The rounding that agrees with `steps` for every `x` up to `high` of which it is sure. None if there is none.
    ///
    /// Product, sum and rounding are monotone, so that it is enough to look at both ends of each step.
    pub(crate) fn new(steps: &[Step<T>], high: T) -> Option<Self> {
        let least = steps.iter().map(|step| step.index).min()?;
        let greatest = steps.iter().map(|step| step.index).max()?;
        if steps.len() < FEWEST_STEPS || greatest > 1 << 20 {
            return None;
        }
        // Where the first and the last index begin, half of one before them: the line through both.
        let from = |index: usize| Some(steps.iter().find(|step| step.index == index)?.from.to_f64());
        let (start, end) = (from(least + 1)?, from(greatest)?);
        let scale = (greatest - least - 1) as f64 / (end - start);
        let shift = least as f64 + 0.5 - scale * start;
        if !(scale > 0.0 && scale.is_finite() && shift.is_finite()) {
            return None;
        }
        let real = |index: usize| T::from_f64(index as f64);
        let rounding = Self {
            scale: T::from_f64(scale),
            shift: T::from_f64(shift),
            least: real(least),
            greatest: real(greatest),
        };
        let agrees = (0..steps.len()).all(|at| {
            let Step { from, index } = steps[at];
            let last = steps.get(at + 1).map_or(high, |next| float(ordinal(next.from) - 1));
            let (low, high) = (rounding.line(from).to_f64(), rounding.line(last).to_f64());
            let index_real = index as f64;
            (index == least || low > index_real - 1.0 + SURE)
                && (index == greatest || high < index_real + 1.0 - SURE)
        });
        agrees.then_some(rounding)
    }

    fn line(&self, x: T) -> T {
        x * self.scale + self.shift
    }

    /// The indices at `x`, and whether every one is sure.
    #[inline(always)]
    pub(crate) fn apply<const LANES: usize>(&self, x: Lanes<T, LANES>) -> (Lanes<T, LANES>, bool) {
        let whole = Lanes::splat(T::WHOLE);
        let line = x * Lanes::splat(self.scale) + Lanes::splat(self.shift);
        // Neither end is a NaN, so each of these is one instruction, which [`num::Scalar::max`] is not.
        let mut line = line;
        for value in &mut line.0 {
            *value = if *value < self.least { self.least } else { *value };
            *value = if *value > self.greatest { self.greatest } else { *value };
        }
        let index = (line + whole) - whole;
        let moved = line - index;
        let (squared, limit) = (moved * moved, T::from_f64(SURE_SQUARED));
        let mut unsure = false;
        for i in 0..LANES {
            unsure |= squared.0[i] > limit;
        }
        (index, !unsure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staircase::staircase;

    fn parabola(scale: f32) -> Vec<Step<f32>> {
        let digits = (0..10_u8).map(f32::from);
        let (scales, shifts): (Vec<_>, Vec<_>) = digits.map(|d| (scale * d, -d * d)).unzip();
        staircase(&scales, &shifts, -30.0, 200.0).unwrap()
    }

    #[test]
    fn where_it_is_sure_it_is_the_staircase() {
        for scale in [2.0, 0.3, 17.0] {
            let steps = parabola(scale);
            let rounding = Rounding::new(&steps, 200.0).unwrap();
            let staircase = |x: f32| steps.iter().rev().find(|step| step.from <= x).unwrap().index as f32;
            let mut unsure = 0;
            let nearby =
                steps[1..].iter().flat_map(|step| (-500..500).map(|at| float(ordinal(step.from) + at)));
            let samples = (-30_000..200_000).map(|at| at as f32 / 1000.0).chain(nearby);
            for x in samples {
                let (index, sure) = rounding.apply(Lanes([x]));
                unsure += usize::from(!sure);
                assert!(!sure || index.0[0] == staircase(x), "{scale} * {x}: {}", index.0[0]);
            }
            // Near each of nine steps or more, and seldom elsewhere.
            assert!((9_000..25_000).contains(&unsure), "{scale}: {unsure}");
        }
    }

    #[test]
    fn one_unsure_lane_is_told() {
        let rounding = Rounding::new(&parabola(2.0), 200.0).unwrap();
        let (index, sure) = rounding.apply(Lanes([-7.0, 0.2, 8.6, 99.0]));
        assert_eq!((index.0, sure), ([0.0, 0.0, 9.0, 9.0], true));
        assert!(!rounding.apply(Lanes([1.0, 2.0, 3.5, 4.0])).1);
    }

    #[test]
    fn uneven_steps_have_no_rounding() {
        let step = |from: f32, index| Step { from, index };
        let even = [step(0.0, 0), step(0.5, 1), step(1.5, 2), step(2.5, 3)];
        assert!(Rounding::new(&even, 9.0).is_some());
        // The second index begins too late, the last but one is missing, the indices fall.
        let late = [step(0.0, 0), step(0.5, 1), step(1.9, 2), step(2.5, 3)];
        let skipped = [step(0.0, 0), step(0.5, 1), step(1.5, 2), step(2.5, 4)];
        let falling = [step(0.0, 3), step(0.5, 2), step(1.5, 1), step(2.5, 0)];
        for steps in [late, skipped, falling] {
            assert_eq!(Rounding::new(&steps, 9.0), None, "{steps:?}");
        }
    }
}
