//! Affine forms by hand.

use super::*;

type Form = Affine<f32, 4>;

#[test]
fn what_two_forms_share_cancels() {
    let x = Form::along(0, 5.0, 3.0, 0.0);
    let difference = x - x;
    assert!(difference.radius() < 1e-5, "{difference:?}");
    assert!(x.least_lead(&(x - Form::one())) > 0.999);
    // Promoted errors are shared from then on.
    let mut y = Form::around(1.0, 0.5);
    assert!((y - y).radius() > 0.9);
    y.promote(1);
    assert!((y - y).radius() < 1e-5);
}

#[test]
fn products_and_quotients_keep_first_order() {
    let x = Form::along(0, 10.0, 0.1, 0.0);
    // x·x − 20x + 100 = (x − 10)², from 0 to 0.01.
    let square = x * x - x * Form::constant(20.0) + Form::constant(100.0);
    assert!(square.lo() > -0.001 && square.hi() < 0.011, "{square:?}");
    let quotient = x / x;
    assert!((quotient.mid() - 1.0).abs() < 1e-9 && quotient.radius() < 1e-5, "{quotient:?}");
    assert!(!(Form::one() / Form::along(0, 0.5, 1.0, 0.0)).radius().is_finite());
}

#[test]
fn a_hinge_is_exact_where_its_sign_is_fixed() {
    let x = Form::along(0, 2.0, 1.0, 0.0);
    assert!((x.max(Form::zero()) - x).radius() < 1e-5);
    assert_eq!((-x).max(Form::zero()).hi(), 0.0);
    let hinge = (x - Form::constant(2.5)).max(Form::zero());
    // x − 2.5 lies in −1.5 … 0.5: the hinge reaches 0.5, and the chord goes to at most a little below zero.
    assert!(hinge.hi() >= 0.5 && hinge.hi() < 0.51 && hinge.lo() > -0.4);
}

#[test]
fn a_possible_overflow_encloses_everything() {
    let big = Form::around(3e38, 0.0);
    assert!(!(big + big).radius().is_finite());
    assert!((big + big).least_lead(&Form::zero()).partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater));
}

/// Scaling by a power of two rounds nothing, but it can overflow, and underflow.
#[test]
fn exact_scaling_still_has_ends() {
    let known = |form: Form| form.radius().is_finite();
    let (big, small) = (Form::along(0, 2e38, 1e38, 0.0), Form::along(0, 2e-38, 1e-38, 0.0));
    let (two, half) = (Form::constant(2.0), Form::constant(0.5));
    assert!(known(big * half) && !known(big * two) && !known(two * big) && !known(big / half));
    assert!(!known(Form::dot(&[big], &[two])) && known(Form::dot(&[big], &[half])));
    // The exact half of the least normal number is subnormal: it may be flushed to zero.
    for shrunk in [small * half, small / two, Form::dot(&[small], &[half])] {
        assert!(shrunk.err >= 1.17e-38, "{shrunk:?}");
    }
}

/// An exponential that reaches from nothing to beyond the model's type.
#[test]
fn exponentials_overflow_at_the_type_of_the_model() {
    let wide = |hi: f64| Form::along(0, (hi - 2000.0) / 2.0, (hi + 2000.0) / 2.0, 0.0).exp();
    assert!(wide(88.0).radius().is_finite());
    assert!(!wide(89.0).radius().is_finite());
}

/// A bias of zero does not end a sum: another evaluation may add what follows to its terms.
#[test]
fn adding_zero_leaves_a_sum_open() {
    let terms = [Form::along(0, 1e4, 1.0, 0.0), Form::along(1, -1e4, 1.0, 0.0)];
    let sum = Form::sum(&terms);
    for zero in [sum + Form::zero(), Form::zero() + sum, sum - Form::zero()] {
        let (with, without) = (zero + Form::one(), sum + Form::one());
        assert_eq!(with.err, without.err);
        assert!(with.err > 2e4 * 5.9e-8);
    }
    assert_eq!((Form::zero() - sum).mid, -sum.mid);
}
