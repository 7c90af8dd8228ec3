//! A choice among lines as thresholds.
//!
//! Many heads are parabolic: all logits are `scaleᵢ · x + shiftᵢ` of one value x. The greatest of several lines is a staircase of x,
//! and nine comparisons of x replace ten products, ten sums and nine comparisons. In floating point the steps can flicker
//! where two logits round to a tie, so the range of x is divided until one logit provably wins on each piece, down to single
//! floats: the staircase has a step more for each flicker, and agrees with the argmax on every float.

use num::Float;

/// One step: from `from` on the argmax is `index`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step<T> {
    pub(crate) from: T,
    pub(crate) index: usize,
}

/// How many ranges may be looked at.
const BUDGET: usize = 1 << 18;

/// More steps than this cost more than the argmax itself.
const MOST_STEPS: usize = 24;

/// The argmax of `scale[i] · x + shift[i]`, product and sum rounded, for every `x` from `low` to `high`: the steps in the
/// order of x, the first at `low`. None if there are too many, or if finding them takes too long.
pub(crate) fn staircase<T: Float>(scale: &[T], shift: &[T], low: T, high: T) -> Option<Vec<Step<T>>> {
    let finite = |x: &T| x.to_f64().is_finite();
    if !(scale.iter().chain(shift).all(finite) && finite(&low) && finite(&high) && low <= high) {
        return None;
    }
    let mut search = Search { lines: Lines { scale, shift }, steps: Vec::new(), budget: BUDGET };
    search.pieces(ordinal(low), ordinal(high))?;
    Some(search.steps)
}

struct Search<'a, T> {
    lines: Lines<'a, T>,
    steps: Vec<Step<T>>,
    budget: usize,
}

impl<T: Float> Search<'_, T> {
    /// Adds the steps from the float at place `low` to the one at `high`.
    fn pieces(&mut self, low: i64, high: i64) -> Option<()> {
        self.budget = self.budget.checked_sub(1)?;
        let index = self.lines.argmax(float(low));
        if low == high || self.lines.wins(index, low, high) {
            if self.steps.last().is_none_or(|step| step.index != index) {
                self.steps.push(Step { from: float(low), index });
            }
            return (self.steps.len() <= MOST_STEPS).then_some(());
        }
        // The mean rounded down: of f64, neither their sum nor their distance fits.
        let middle = (low & high) + ((low ^ high) >> 1);
        self.pieces(low, middle)?;
        self.pieces(middle + 1, high)
    }
}

struct Lines<'a, T> {
    scale: &'a [T],
    shift: &'a [T],
}

impl<T: Float> Lines<'_, T> {
    fn logit(&self, index: usize, x: T) -> T {
        self.scale[index] * x + self.shift[index]
    }

    fn argmax(&self, x: T) -> usize {
        let logits: Vec<T> = (0..self.scale.len()).map(|index| self.logit(index, x)).collect();
        T::argmax(&logits)
    }

    /// Whether line `winner` certainly wins against every other at every float from place `low` to `high`.
    ///
    /// Rounding is monotone and so is a line: its least and greatest value over a range are those at the ends.
    fn wins(&self, winner: usize, low: i64, high: i64) -> bool {
        let ends = |index| (self.logit(index, float(low)), self.logit(index, float(high)));
        let (a, b) = ends(winner);
        let least = if a <= b { a } else { b };
        (0..self.scale.len()).filter(|&other| other != winner).all(|other| {
            let (a, b) = ends(other);
            let greatest = if a <= b { b } else { a };
            let same = self.scale[other] == self.scale[winner] && self.shift[other] == self.shift[winner];
            // Of equal logits the first wins.
            least > greatest || (winner < other && (least == greatest || same))
        })
    }
}

/// The place of `x` among all floats of its type; the two zeros have one place.
pub(crate) fn ordinal<T: Float>(x: T) -> i64 {
    let (bits, sign) = x.ordered_bits();
    if sign { -bits } else { bits }
}

/// The float at a place; the zero is positive.
pub(crate) fn float<T: Float>(place: i64) -> T {
    T::from_ordered_bits(place.abs(), place < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parabola() -> (Vec<f32>, Vec<f32>) {
        (0..10_u8).map(|d| (2.0 * f32::from(d), -f32::from(d) * f32::from(d))).unzip()
    }

    /// All finite floats of f64 are more than an i64 can count.
    #[test]
    fn a_range_of_all_floats_is_searched() {
        let (scale, shift): (Vec<f64>, Vec<f64>) = parabola().0.iter().map(|&x| (f64::from(x), 1.0)).unzip();
        let steps = staircase(&scale, &shift, -1e307, 1e307);
        assert!(steps.is_none_or(|steps| !steps.is_empty()));
    }

    #[test]
    fn a_parabola_rounds_to_the_nearest_digit() {
        let (scale, shift) = parabola();
        let steps = staircase(&scale, &shift, -3.0, 20.0).unwrap();
        let indices: std::collections::BTreeSet<usize> = steps.iter().map(|step| step.index).collect();
        assert_eq!(indices.len(), 10);
        for step in &steps[1..] {
            // Every step lies within a few floats of a digit and a half.
            assert!(((step.from - 0.5) - (step.from - 0.5).round()).abs() < 1e-5, "{step:?}");
        }
    }

    #[test]
    fn steps_agree_with_the_argmax_around_every_threshold() {
        let (scale, shift) = parabola();
        let lines = Lines { scale: &scale, shift: &shift };
        let steps = staircase(&scale, &shift, -3.0, 20.0).unwrap();
        let at = |x: f32| steps.iter().rev().find(|step| step.from <= x).unwrap().index;
        for step in &steps[1..] {
            for offset in -2000..2000 {
                let x = float(ordinal(step.from) + offset);
                assert_eq!(lines.argmax(x), at(x), "{x}");
            }
        }
    }

    #[test]
    fn what_is_no_staircase_is_refused() {
        // The same line twice is one step: the first wins.
        assert_eq!(staircase(&[1.0_f64, 1.0], &[0.0, 0.0], -1.0, 1.0).unwrap().len(), 1);
        assert!(staircase(&[f64::INFINITY], &[0.0], 0.0, 1.0).is_none());
        assert!(staircase(&[1.0_f64], &[0.0], f64::NEG_INFINITY, 1.0).is_none());
        // Slopes so small against the shift that the sums round to ties in a wide band, again and again.
        assert!(staircase(&[1.0_f32, 1.000_000_1], &[1e6, 1e6], 1.0, 1e6).is_none());
    }

    #[test]
    fn places_and_floats_are_inverse() {
        for x in [0.0_f32, 1.0, -1.0, 1e-45, -1e-45, f32::MAX] {
            assert_eq!(float::<f32>(ordinal(x)), x);
            assert_eq!(float::<f64>(ordinal(f64::from(x))), f64::from(x));
        }
        assert_eq!(ordinal(1e-45_f32), 1);
        assert_eq!(ordinal(-0.0_f64), 0);
    }
}
