//! Leaves by hand.

use super::Random;
use super::bounds::{lead, letters, run_on, tokens};
use crate::file::Kind;
use crate::leaves::{Decider, Nets};
use crate::pairs::{Addition, Case, Letters, Split};
use net::Net;
use spec::Model;

/// Of equal logits a program chooses the first token, which is all that can be right then.
#[test]
fn a_tie_is_won_by_the_first_token_alone() {
    let mut text = zoo::find("nanoadder-58").unwrap().text.to_owned();
    for (from, to) in
        [("lin = [2]", "lin = [0]"), ("quad = [-1]", "quad = [0]"), ("dim_w = [1]", "dim_w = [0]")]
    {
        assert!(text.contains(from));
        text = text.replace(from, to);
    }
    let model = Model::parse("ties", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let net: Net<f32> = model.net();
    let addition = Addition::new(model.task()).unwrap();
    let nets = Nets::<f32, 16>::new(&net);
    // The first digit of the sum, of all pairs that begin with the same letters.
    let roots = addition.roots(0);
    for (root, digit) in [(&roots[0], 0), (&roots[1], 1), (&roots[99], 8)] {
        let asked = addition.fixed_token(addition.last_read(0), root).unwrap();
        assert_eq!(addition.fixed_token(addition.last_read(0) + 1, root), Some(digit));
        let mut decider = Decider::new(&addition, &nets, 0, asked);
        let single = addition.parts(root, 1, Split::Letter)[0];
        for kind in [Kind::Portable, Kind::Program, Kind::Exact] {
            let lead = decider.confirm(kind, &single, digit, 0.0);
            let right = digit == 0 && kind != Kind::Portable;
            assert_eq!(lead.map(|lead| (lead.lo, lead.hi)), right.then_some((0.0, 0.0)), "{kind:?} {digit}");
        }
    }
}

/// Whatever margin is stated, a case that holds a wrong pair is none that is right.
#[test]
fn a_case_with_a_wrong_pair_is_never_confirmed() {
    let model = zoo::find("gist-58").unwrap().model().unwrap();
    let net: Net<f32> = model.net();
    let addition = Addition::new(model.task()).unwrap();
    let nets = Nets::<f32, 16>::new(&net);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut wrong = 0;
    while wrong < 40 {
        let shown = letters(&addition, [0, 0].map(|_| random.below(10_000_000_000) as u64).into());
        let step = random.below(addition.steps());
        let last = addition.last_read(step);
        let tokens = tokens(&addition, &shown, last + 1);
        if lead(&run_on(&net, &tokens[..=last]).1, tokens[last + 1]) > 0.0 {
            continue;
        }
        wrong += 1;
        let mut decider = Decider::new(&addition, &nets, step, tokens[last]);
        // Where nothing is known but what is read last, every digit may be the next.
        let mut case: Case = *addition.everything();
        addition.place(last).into_iter().for_each(|place| case[place] = Letters::one(shown[place]));
        assert!((0..10).all(|token| decider.run(&case, token).is_none()), "{shown:?}");
        // Known is what is read last and what comes next alone, then every second letter as well, then all.
        for every in [0, 2, 1] {
            for (place, &letter) in
                shown.iter().enumerate().filter(|(place, _)| every > 0 && place % every == 0)
            {
                case[place] = Letters::one(letter);
            }
            for at in [last, last + 1] {
                addition.place(at).into_iter().for_each(|place| case[place] = Letters::one(shown[place]));
            }
            for kind in [Kind::Portable, Kind::Program, Kind::Exact] {
                for stated in [1.0, -1e9] {
                    assert!(
                        decider.confirm(kind, &case, tokens[last + 1], stated).is_none(),
                        "{kind:?} {shown:?}"
                    );
                }
            }
        }
    }
}

/// What was read for the last case is kept where it is the same, and nowhere else.
#[test]
fn runs_know_what_they_have_read() {
    let model = zoo::find("nanoadder-58").unwrap().model().unwrap();
    let net: Net<f32> = model.net();
    let addition = Addition::new(model.task()).unwrap();
    let nets = Nets::<f32, 16>::new(&net);
    let mut random = Random(1_865_811_235_122_147_685);
    for step in [0, 1, 5, 9] {
        let last = addition.last_read(step);
        let asked = *addition.alphabet(last).last().unwrap();
        let mut decider = Decider::new(&addition, &nets, step, asked);
        let (mut count, mut a) = (0, 0);
        while count < 100 {
            // Half of the pairs begin as the one before.
            if random.below(2) == 0 {
                a = random.below(10_000_000_000) as u64;
            }
            let shown = letters(&addition, (a, random.below(10_000_000_000) as u64));
            let tokens = tokens(&addition, &shown, last + 1);
            if tokens[last] != asked {
                continue;
            }
            let mut case: Case = *addition.everything();
            for (place, &letter) in shown.iter().enumerate() {
                case[place] = Letters::one(letter);
            }
            let real = lead(&run_on(&net, &tokens[..=last]).1, tokens[last + 1]);
            let found = decider.run(&case, tokens[last + 1]).unwrap();
            assert_eq!((found.lo, found.hi), (real, real), "{step}, {tokens:?}");
            count += 1;
        }
    }
}
