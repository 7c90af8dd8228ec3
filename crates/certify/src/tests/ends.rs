//! Intervals by hand.

use crate::ends::{Range, Span};
use num::{Reading, Scalar};

fn span(lo: f32, hi: f32) -> Span<f32> {
    Span { lo, hi }
}

#[test]
fn ends_lie_outside() {
    let third = Range::point(1.0) / Range::point(3.0);
    assert!(third.lo < 1.0 / 3.0 && 1.0 / 3.0 < third.hi);
    let product = Range::new(-1.0, 2.0) * Range::new(-3.0, 0.5);
    assert!(product.lo <= -6.0 && product.hi >= 3.0 && product.hi - product.lo < 9.000001);
    assert!(Range::new(-1.0, 2.0).square().lo == 0.0);
    let e = Range::point(1.0).exp();
    assert!(e.lo < std::f64::consts::E && std::f64::consts::E < e.hi);
    let (middle, radius) = Range::new(-1.0, 0.1).ball();
    assert!(middle - radius <= -1.0 && middle + radius >= 0.1 && radius < 0.5500001);
}

/// Every fused sum of numbers inside lies inside, of a program to the bit; and the ends are met.
#[test]
fn fused_sums_lie_between_those_of_the_ends() {
    let (x, y, z) = (span(-1.1, 2.3), span(-3.7, 0.5), span(0.1, 0.7));
    let all = x.fused(y, z);
    let steps = |s: Span<f32>| [s.lo, 0.3 * s.lo + 0.7 * s.hi, s.hi];
    let mut found = Vec::new();
    for (a, b, c) in steps(x)
        .into_iter()
        .flat_map(|a| steps(y).into_iter().flat_map(move |b| steps(z).into_iter().map(move |c| (a, b, c))))
    {
        found.push(a.fused(b, c));
    }
    assert!(found.iter().all(|&sum| all.lo <= sum && sum <= all.hi), "{all:?}: {found:?}");
    assert_eq!((all.lo, all.hi), (2.3_f32.fused(-3.7, 0.1), (-1.1_f32).fused(-3.7, 0.7)));
    let wide = Range::new(-1.1, 2.3).fused(Range::new(-3.7, 0.5), Range::new(0.1, 0.7));
    assert!(wide.lo < 2.3_f64.fused(-3.7, 0.1) && wide.hi > (-1.1_f64).fused(-3.7, 0.7));
    assert_eq!(Range::point(1.0).fused(Range::unknown(), Range::point(1.0)), Range::unknown());
}

#[test]
fn what_is_unknown_stays_unknown() {
    let unknown = Range::unknown();
    assert_eq!(Range::point(1.0) / Range::new(-1.0, 1.0), unknown);
    assert_eq!(Range::new(f64::NAN, 1.0), unknown);
    assert_eq!(Range::new(2.0, 1.0), unknown);
    let others = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (-1.0, 0.0), (-2.0, 3.0), (-3.0, -2.0)];
    for other in others.map(|(lo, hi)| Range::new(lo, hi)).into_iter().chain([unknown]) {
        for result in [unknown + other, unknown - other, other - unknown, unknown * other, other * unknown] {
            assert_eq!(result, unknown, "{other:?}");
        }
        assert_eq!((unknown / other, other / unknown, other.hull(unknown)), (unknown, unknown, unknown));
    }
    for function in [Range::exp, Range::tanh, Range::erf, Range::sqrt, Range::silu, Range::square] {
        assert_eq!(function(unknown), unknown);
    }
    assert_eq!(Range::point(-1.0).sqrt(), unknown);
    // No block asks for these.
    assert_eq!((Range::point(1.0).ln(), Range::point(1.0).softplus()), (unknown, unknown));
    assert_eq!(Range::point(1e308) * Range::point(1e308), unknown);
    assert_eq!(Range::point(1e9).exp(), unknown);
    assert_eq!(unknown.meet(Range::ZERO), Range::ZERO);
}

#[test]
fn ends_are_the_programs_own() {
    let (a, b) = (span(-1.0, 3.0), span(0.1, 0.2));
    assert_eq!(a + b, span(-1.0 + 0.1, 3.0 + 0.2));
    assert_eq!(a - b, span(-1.0 - 0.2, 3.0 - 0.1));
    assert_eq!(a * b, span(-0.2, 3.0 * 0.2));
    assert_eq!(a / b, span(-1.0 / 0.1, 3.0 / 0.1));
    assert_eq!(b / a, Span::unknown());
    assert_eq!(span(0.3, 0.3).exp(), span(Scalar::exp(0.3_f32), Scalar::exp(0.3_f32)));
    assert_eq!(Span::<f32>::zero().max(a), span(0.0, 3.0));
    assert_eq!(span(0.3, 0.3).tanh(), span(Scalar::tanh(0.3_f32), Scalar::tanh(0.3_f32)));
    let column = [span(1.0, 1.0), span(5.0, 5.0), span(3.0, 3.0)];
    assert_eq!(Span::look_up(&column, 0b101), span(1.0, 3.0));
    assert_eq!(Span::look_up(&column, 0), Span::unknown());
    let big = span(3e38, 3e38);
    assert_eq!((big + big) * Span::zero(), Span::unknown());
}
