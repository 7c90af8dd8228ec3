//! What the failures among random pairs say about the share of all pairs: exact binomial limits.
//!
//! The interval of Clopper and Pearson (1934): a share above its upper end would give so few failures, and one below its lower
//! end so many, with a probability of at most (1 − confidence)/2 each. It holds for every share and every number of trials,
//! unlike approximations by the normal distribution. Of n trials without a failure the upper end is
//! 1 − ((1 − confidence)/2)^(1/n).

use num::portable::{exp, ln};

/// The least and the greatest share of failures that fit `failures` of `trials`, with this confidence between 0 and 1.
///
/// Computed in f64, to about seven digits. Nothing is known without a trial.
pub(crate) fn limits(failures: u64, trials: u64, confidence: f64) -> (f64, f64) {
    let (k, n, rare) = (failures as f64, trials as f64, (1.0 - confidence) / 2.0);
    let least = if failures == 0 { 0.0 } else { root(0.0, k / n, |p| at_most(n - k, n, 1.0 - p, p) < rare) };
    let most = if failures >= trials { 1.0 } else { root(k / n, 1.0, |p| at_most(k, n, p, 1.0 - p) > rare) };
    (least, most)
}

/// Where `below` turns from true to false between `low` and `high`.
fn root(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        // By halves of the exponent at first: the place may lie near zero.
        let middle =
            if low < high / 4.0 { (low.max(high * 1e-12) * high).sqrt() } else { f64::midpoint(low, high) };
        let end = if below(middle) { &mut low } else { &mut high };
        *end = middle;
    }
    high
}

/// The probability of at most `k` failures in `n` trials, each with probability `p` = 1 − `q` of at least `k`/`n`.
///
/// The terms fall from the last one down, so nothing cancels.
fn at_most(k: f64, n: f64, p: f64, q: f64) -> f64 {
    let (mut term, mut sum, mut count) = (1.0, 0.0, k);
    while count >= 0.0 && term > 1e-17 * sum {
        sum += term;
        term *= count * q / ((n - count + 1.0) * p);
        count -= 1.0;
    }
    sum * exactly(k, n, p, q)
}

/// The probability of exactly `k` failures in `n` trials.
fn exactly(k: f64, n: f64, p: f64, q: f64) -> f64 {
    let rest = n - k;
    if k == 0.0 {
        return exp(n * ln(q));
    }
    if rest == 0.0 {
        return exp(n * ln(p));
    }
    // n! = √(τn)·(n/e)ⁿ·e^s(n); what is left of the powers are the quotients of counted and expected.
    let off = k * ln(k / (n * p)) + rest * ln(rest / (n * q));
    exp(stirling(n) - stirling(k) - stirling(rest) - off) * (n / (std::f64::consts::TAU * k * rest)).sqrt()
}

/// ln(n!) less Stirling's √(τn)·(n/e)ⁿ: by its series, and below 16 by the factorial itself.
fn stirling(n: f64) -> f64 {
    if n < 16.0 {
        let factorial = (1..=n as u32).map(f64::from).product::<f64>();
        return ln(factorial) - ((n + 0.5) * ln(n) - n + 0.5 * ln(std::f64::consts::TAU));
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * square)) / square) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-7 * expected
    }

    /// The first three stand in many textbooks; all were computed with 30 digits by bisection of the sums of binomial terms.
    #[test]
    fn limits_are_those_of_the_tables() {
        for (failures, trials, confidence, least, most) in [
            (0, 10, 0.95, 0.0, 0.308497107819),
            (1, 10, 0.95, 0.00252857854446, 0.445016117028),
            (5, 100, 0.95, 0.0164318791821, 0.112834911105),
            (50, 100, 0.95, 0.398321129503, 0.601678870497),
            (100, 100, 0.999, 0.926807842456, 1.0),
            (1, 1_000_000, 0.999, 5.001250416e-10, 9.99863251e-6),
            (3, 1_000_000, 0.999, 1.497039884e-7, 1.393394702e-5),
            (14_735, 200_000, 0.999, 0.0717664473, 0.07561580673),
            (999_999, 1_000_000, 0.999, 0.9999900014, 0.9999999995),
        ] {
            let (lo, hi) = limits(failures, trials, confidence);
            assert!(near(lo, least) && near(hi, most), "{failures} of {trials}: {lo} {hi}");
        }
    }

    #[test]
    fn without_a_failure_the_limit_is_a_power() {
        for trials in [1, 7, 1000, 30_000_000] {
            let (lo, hi) = limits(0, trials, 0.999);
            let power = exp(ln(0.0005) / trials as f64);
            assert!(lo == 0.0 && (hi - (1.0 - power)).abs() < 1e-13, "{trials}: {hi}");
        }
        assert_eq!(limits(0, 0, 0.999), (0.0, 1.0));
    }

    /// Of all shares in turn: the interval misses the true one as seldom as it says, by the exact probabilities of all counts.
    #[test]
    fn the_interval_covers_what_it_says() {
        let (trials, confidence) = (60, 0.9);
        let intervals: Vec<_> = (0..=trials).map(|failures| limits(failures, trials, confidence)).collect();
        for percent in 1..100 {
            let share = f64::from(percent) / 100.0;
            let hit: f64 = intervals
                .iter()
                .enumerate()
                .filter(|(_, (lo, hi))| *lo <= share && share <= *hi)
                .map(|(failures, _)| exactly(failures as f64, trials as f64, share, 1.0 - share))
                .sum();
            assert!(hit >= confidence - 1e-9, "{share}: {hit}");
        }
        let all: f64 = (0..=trials).map(|k| exactly(k as f64, trials as f64, 0.3, 0.7)).sum();
        assert!((all - 1.0).abs() < 1e-12, "{all}");
    }
}
