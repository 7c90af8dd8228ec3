//! The checker's number against samples: values, slopes and rounding.

use super::Random;
use crate::attention::Met;
use crate::ends::Range;
use crate::taylor::Taylor;
use num::{Float, Scalar};

/// The same formula for every number: what a network does, in small.
fn formula<S: Scalar>(kind: usize, weights: &[S], x: &[S]) -> S {
    let linear = S::dot(&weights[..x.len()], x) + weights[x.len()];
    let other = S::dot(&weights[1..=x.len()], x);
    match kind {
        0 => linear,
        1 => (linear - weights[0]).max(S::zero()) - (other + weights[1]).max(S::zero()),
        2 => linear * other,
        3 => linear / (S::dot(x, x) + weights[2] * weights[2] + S::one()).sqrt(),
        4 => linear.silu() * other,
        5 => (weights[0] * linear) * (S::one() + (linear * weights[1]).erf()),
        6 => linear.tanh() + other.exp(),
        _ => S::sum(&[linear, other, weights[3]]) * weights[2] + linear,
    }
}

/// Samples of what `formula` can be, in f32 and with real numbers, and the line of a [`Taylor`] against them. Of its four variables
/// those from `K` on are not shared.
fn sampled<const K: usize, const ORDERED: bool>() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut checked = 0;
    for round in 0..4000 {
        let kind = round % 8;
        let scale = [0.01, 0.3, 3.0][random.below(3)];
        let weights: Vec<f32> = (0..5).map(|_| (3.0 * random.number()) as f32).collect();
        let balls: Vec<(f64, f64)> =
            (0..4).map(|_| (2.0 * random.number(), scale * random.number().abs())).collect();
        let ranges: Vec<Range> =
            balls.iter().map(|(middle, radius)| Range::new(middle - radius, middle + radius)).collect();
        let exact: Vec<Taylor<f32, K, ORDERED>> =
            weights.iter().map(|&weight| Taylor::weight(f64::from(weight))).collect();
        let variables: Vec<Taylor<f32, K, ORDERED>> =
            ranges.iter().enumerate().map(|(at, &range)| Taylor::variable(at, range)).collect();
        let y = formula(kind, &exact, &variables);
        assert!(y.rest.is_finite(), "{kind}: {y:?}");
        for _ in 0..20 {
            // Numbers that f32 has, since a program reads such; half of them near the ends, where the most is lost.
            let mut sample = |&(middle, radius): &(f64, f64)| {
                let at = random.number();
                (middle + radius * if random.below(2) == 0 { at } else { 0.999_99 * at.signum() }) as f32
            };
            let x: Vec<f32> = balls.iter().map(&mut sample).collect();
            let inside = |(x, range): (&f32, &Range)| f64::from(*x) >= range.lo && f64::from(*x) <= range.hi;
            if !x.iter().zip(&ranges).all(inside) {
                continue;
            }
            let wide = |numbers: &[f32]| numbers.iter().map(|&number| f64::from(number)).collect::<Vec<_>>();
            let real = formula(kind, &wide(&weights), &wide(&x));
            let program = f64::from(formula(kind, &weights, &x));
            // This test computes in f64.
            let own = 1e-13 * (1.0 + y.all.most());
            let step = |at: usize| {
                let (middle, radius) = ranges[at].ball();
                (f64::from(x[at]) - middle) / radius
            };
            let line = (0..K.min(4)).fold(y.centre, |line, at| line + y.slopes[at] * step(at));
            for value in [real, program] {
                assert!((value - line).abs() <= y.rest + own, "{kind}: {value} {line} {y:?}");
                assert!(y.all.lo - own <= value && value <= y.all.hi + own, "{kind}: {value} {y:?}");
            }
            checked += 1;
        }
    }
    assert!(checked > 50_000, "{checked}");
}

#[test]
fn what_programs_compute_is_enclosed() {
    sampled::<8, false>();
    sampled::<8, true>();
    sampled::<2, false>();
    sampled::<0, true>();
}

#[test]
fn any_order_of_summation_is_allowed_for() {
    let mut random = Random(88_172_645_463_325_252);
    for _ in 0..2000 {
        let count = 2 + random.below(12);
        let weights: Vec<f32> = (0..count).map(|_| (100.0 * random.number()) as f32).collect();
        let x: Vec<f32> = (0..count).map(|_| (100.0 * random.number()) as f32).collect();
        let bias = (1000.0 * random.number()) as f32;
        let y = biased::<false>(&weights, &x, bias);
        for _ in 0..20 {
            // Terms are joined two by two in any order, the bias among them, each product rounded or not.
            let mut terms: Vec<f32> = weights.iter().zip(&x).map(|(w, x)| w * x).collect();
            terms.push(bias);
            while terms.len() > 1 {
                let a = terms.swap_remove(random.below(terms.len()));
                let b = terms.swap_remove(random.below(terms.len()));
                terms.push(a + b);
            }
            let sum = f64::from(terms[0]);
            assert!((sum - y.centre).abs() <= y.rest * (1.0 + 1e-9), "{sum} {y:?}");
        }
        // Our own order rounds no more, and is enclosed as well.
        let ours = biased::<true>(&weights, &x, bias);
        let sum = f64::from(f32::dot(&weights, &x) + bias);
        assert!((sum - ours.centre).abs() <= ours.rest && ours.rest <= 1.01 * y.rest, "{sum} {ours:?} {y:?}");
    }
}

/// A dot product of known numbers with a bias.
fn biased<const ORDERED: bool>(weights: &[f32], x: &[f32], bias: f32) -> Taylor<f32, 8, ORDERED> {
    let weights: Vec<_> = weights.iter().map(|&weight| Taylor::weight(f64::from(weight))).collect();
    let point = |&value: &f32| Taylor::variable(0, Range::point(f64::from(value)));
    let x: Vec<_> = x.iter().map(point).collect();
    Taylor::dot(&weights, &x) + Taylor::weight(f64::from(bias))
}

#[test]
fn terms_that_cancel_are_rounded_as_they_come() {
    let (weights, x) = ([10_000.0, -10_000.0, 1.0], [1.0, 1.0, 0.3]);
    let (any, ours) = (biased::<false>(&weights, &x, 0.0), biased::<true>(&weights, &x, 0.0));
    assert!(ours.rest < 0.7 * any.rest, "{any:?} {ours:?}");
}

#[test]
fn each_function_is_rounded_as_a_program_does() {
    let mut random = Random(2_685_821_657_736_338_717);
    for _ in 0..2000 {
        let (x, y) = ((3.0 * random.number()) as f32, (1.0 + random.number().abs()) as f32);
        let [at, by] = [x, y].map(|x| Taylor::<f32, 1, false>::variable(1, Range::point(f64::from(x))));
        for (bound, program) in [
            (at.exp(), Scalar::exp(x)),
            (at.tanh(), Scalar::tanh(x)),
            (at.erf(), Scalar::erf(x)),
            (at.silu(), Scalar::silu(x)),
            (by.sqrt(), Scalar::sqrt(y)),
            (at / by, x / y),
            (at * by, x * y),
            (at + by, x + y),
            (at - by, x - y),
        ] {
            let (all, program) = (bound.all, f64::from(program));
            assert!((program - bound.centre).abs() <= bound.rest, "{x} {y}: {program} {bound:?}");
            assert!(all.lo <= program && program <= all.hi, "{x} {y}: {program} {bound:?}");
        }
    }
}

#[test]
fn silu_is_enclosed_where_its_exponential_overflows() {
    for x in [-88.6_f32, -88.75, -88.8, -89.0, -100.0, -1e5] {
        let bound = Taylor::<f32, 1, false>::variable(0, Range::point(f64::from(x))).silu();
        for value in [f64::from(Scalar::silu(x)), f64::from(x) * Scalar::exp(f64::from(x))] {
            assert!((value - bound.centre).abs() <= bound.rest, "{x}: {value} {bound:?}");
            assert!(bound.all.lo <= value && value <= bound.all.hi, "{x}: {value} {bound:?}");
        }
    }
}

/// Libraries whose sigmoid is zero from −18 on.
#[test]
fn what_libraries_lose_far_from_zero_is_allowed_for() {
    let at = |x: f64| Taylor::<f32, 1, false>::variable(0, Range::point(x));
    let bound = at(-18.5).silu();
    assert!(bound.all.lo <= 0.0 && bound.all.hi >= 0.0, "{bound:?}");
    assert!(bound.centre.abs() <= bound.rest, "{bound:?}");
}

/// A term of a sum may be rounded once as a product, once in each addition, and once in whatever scales the sum.
#[test]
fn roundings_are_counted() {
    type Number = Taylor<f32, 8, false>;
    let u = f64::from(f32::EPSILON) / 2.0;
    let known = |bound: Number, units: f64| {
        let counted = bound.rest / u;
        assert!((units..1.001 * units).contains(&counted), "{counted} for {units}: {bound:?}");
    };
    let [a, b, c] = [3.0, -3.0, 5.0].map(Number::weight);
    let x = [1.0, 1.0, 1.0].map(|x| Number::variable(0, Range::point(x)));
    // Each of 3, −3 and 5 as a product and in two additions.
    let sum = Number::dot(&[a, b, c], &x);
    known(sum, 11.0 * 3.0);
    // By a power of two exactly; otherwise each term, or its factors, once more and the sum too, on top of seven times what was lost.
    known(sum * Number::weight(0.5), 0.5 * 11.0 * 3.0);
    let scaled = sum * Number::weight(7.0);
    known(scaled, 7.0 * (11.0 * 3.0 + 11.0 * 2.0));
    // Then 77 and 11 are joined, in any order: a term of either may be in each addition of both.
    let joined = scaled + sum;
    known(joined, 7.0 * 11.0 * 5.0 + 11.0 * 3.0 + 88.0 * (1.0 + 5.0 + 3.0));
    // A number that is no sum is one term more.
    known(sum + x[0], 11.0 * 3.0 + 12.0 * (1.0 + 3.0));
    known(x[0] + x[1], 2.0);
}

#[test]
fn what_is_shared_cancels() {
    let mut x: Taylor<f32, 2, false> = Taylor::variable(0, Range::new(2.0, 8.0)) * Taylor::weight(0.1);
    let apart = x.lead_over(&(x - Taylor::one()));
    assert!(apart.lo > 0.999 && apart.hi < 1.001, "{apart:?}");
    assert!(x.rest > 0.0);
    let before = x.all;
    x.share(1);
    assert!(x.rest == 0.0 && x.all == before);
    // The error of x is the same on both sides; only the rounding of the subtraction is left.
    assert!((x - x).all.most() < 1e-6);
    // What has a slope along the variable keeps it, and its rest.
    let mut taken = x + Taylor::variable(5, Range::new(-1.0, 1.0));
    let before = taken;
    taken.share(1);
    assert_eq!((taken.slopes, taken.rest), (before.slopes, before.rest));
}

/// Of what a score and the greatest share, only the difference moves the score beside it.
#[test]
fn scores_move_with_the_greatest() {
    let [x, y] =
        [(1.0, 3.0), (10.0, 14.0)].map(|(lo, hi)| Taylor::<f64, 2, false>::variable(0, Range::new(lo, hi)));
    let apart = |score: Taylor<f64, 2, false>, lo: f64, hi: f64| {
        let beside = score.beside(&y);
        assert!((beside.lo - lo).abs() + (beside.hi - hi).abs() < 1e-9, "{beside:?} for {lo} to {hi}");
    };
    apart(x, 1.0, 3.0);
    apart(x + x, 4.0, 4.0);
    apart(-x, -5.0, 1.0);
    apart(y, 12.0, 12.0);
    apart(Taylor::zero(), -2.0, 2.0);
    apart(Taylor::variable(1, Range::new(1.0, 3.0)), -1.0, 5.0);
}

#[test]
fn what_may_overflow_is_unknown() {
    type Number = Taylor<f32, 2, false>;
    let big: Number = Taylor::variable(0, Range::new(3e38, 3.1e38));
    assert_eq!((big + big).all, Range::unknown());
    assert_eq!((big + big).lead_over(&Taylor::zero()), Range::unknown());
    let none = Number::one() / Taylor::variable(0, Range::new(-1.0, 1.0));
    assert_eq!(none.all, Range::unknown());
    // It may be infinite or no number, which a weight of zero does not mend.
    for product in [none * Taylor::zero(), Number::dot(&[Taylor::zero()], &[none]), none.max(Taylor::zero())]
    {
        assert_eq!(product.lead_over(&Taylor::zero()).lo, f64::NEG_INFINITY);
    }
    let mut wild: Number = Taylor::variable(0, Range::unknown());
    wild.share(1);
    for number in [wild, wild.exp(), wild.tanh(), wild.silu(), wild.sqrt(), Taylor::weight(f64::NAN)] {
        assert_eq!((number.all, number.rest), (Range::unknown(), f64::INFINITY));
    }
    assert_eq!(f32::NAME, "f32");
}
