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
