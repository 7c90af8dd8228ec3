//! Sets of pairs by hand.

use crate::pairs::{Addition, Split, carry_in, carry_out};

fn addition() -> Addition {
    let model = zoo::find("nanoadder-58").unwrap().model().unwrap();
    Addition::new(model.task()).unwrap()
}

#[test]
fn counts_are_exact() {
    let addition = addition();
    let all = 10_u128.pow(20);
    assert_eq!(addition.count(addition.everything()), all);
    for place in [0, 4, 9, 10] {
        for split in [Split::Digit(0), Split::Digit(1), Split::Digit(2), Split::Letter] {
            let parts = addition.parts(addition.everything(), place, split);
            assert_eq!(parts.iter().map(|part| addition.count(part)).sum::<u128>(), all);
        }
    }
    // The ones carry in 45 of 100 cases.
    let carries = addition.parts(addition.everything(), 1, Split::Letter);
    let with: u128 = carries
        .iter()
        .filter(|case| case[1].single().is_some_and(|letter| carry_in(letter) == 1))
        .map(|case| addition.count(case))
        .sum();
    assert_eq!(with, all / 100 * 45);
}

#[test]
fn roots_cover_everything_and_fix_what_is_read_and_said() {
    let addition = addition();
    for step in 0..addition.steps() {
        let roots = addition.roots(step);
        assert_eq!(roots.iter().map(|root| addition.count(root)).sum::<u128>(), 10_u128.pow(20));
        let last = addition.last_read(step);
        assert!(roots.iter().all(|root| addition.fixed_token(last, root).is_some()));
        assert!(roots.iter().all(|root| addition.fixed_token(last + 1, root).is_some()));
    }
    assert_eq!([0, 1, 2, 10].map(|step| addition.roots(step).len()), [100, 10_000, 20_000, 200]);
}

#[test]
fn possible_letters_have_a_pair_each() {
    let addition = addition();
    // A carry out of the last place of the operands, whose digit of `a` is 0: then `b` is 9 and a carry comes in.
    let case = addition.parts(addition.everything(), 10, Split::Letter)[1];
    let case = addition.parts(&case, 9, Split::Digit(0))[0];
    let possible = addition.possible(&case);
    assert_eq!(possible[9].iter().collect::<Vec<_>>(), [109]);
    assert!(possible[8].iter().all(|letter| carry_out(letter) == 1));
    assert_eq!(possible[0].iter().count(), 100);
}
