//! Scalar and lanes, one thread and several, on every level: equal to the bit, so equal in every answer.

use crate::adder;
use net::State;
use proptest::prelude::*;
use run::{Adder, Pair};
use std::num::NonZeroUsize;

fn operand() -> impl Strategy<Value = u64> {
    // Half of them uniform, half made of the digits that carries are made of.
    prop_oneof![
        0..10_000_000_000_u64,
        proptest::collection::vec(prop_oneof![Just(0_u64), Just(4), Just(5), Just(9)], 10)
            .prop_map(|digits| digits.into_iter().fold(0, |number, digit| number * 10 + digit)),
    ]
}

fn scalar(adder: &Adder, pairs: &[Pair]) -> Vec<Option<u64>> {
    pairs.iter().map(|&(a, b)| adder.add(a, b).unwrap().value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lanes_and_threads_change_nothing(pairs in proptest::collection::vec((operand(), operand()), 1..80)) {
        for adder in crate::zoo() {
            let expected = scalar(adder, &pairs);
            for threads in [1, 2, 3] {
                let sums = adder.add_many(&pairs, NonZeroUsize::new(threads).unwrap()).unwrap();
                prop_assert_eq!(&sums, &expected, "{} on {} threads", adder.model().name(), threads);
            }
        }
    }
}

#[test]
fn every_level_gives_the_scalar_answers() {
    // Constant attention, attention that depends on tokens, and f64; and the same with fused sums.
    let plain = [zoo::DEFAULT, "gist-58", "kswain98-8", "fblissjr-33"].map(adder);
    let fused = ["gist-58", "kswain98-8", "fblissjr-33"].map(crate::fused);
    for adder in plain.iter().chain(&fused) {
        let found = run::bench::bench(adder, NonZeroUsize::new(2).unwrap(), std::time::Duration::ZERO);
        assert!(found.len() >= 3, "{found:?}");
        for reading in found {
            assert!(reading.verified && reading.rate > 0.0, "{}: {reading:?}", adder.model().name());
        }
    }
}

/// Columns that are no whole number of blocks, on more threads than there are blocks.
#[test]
fn columns_give_the_answers_of_pairs() {
    for name in ["nanoadder-58", "gist-58"] {
        let adder = &adder(name);
        let mut random = run::protocol::RandomPairs::new(7);
        let mut pairs = vec![(0, 0); 10_007];
        random.fill(&mut pairs);
        let (a, b): (Vec<u64>, Vec<u64>) = pairs.iter().copied().unzip();
        let expected = adder.add_many(&pairs, NonZeroUsize::MIN).unwrap();
        for threads in [1, 2, 5] {
            let mut sums = vec![Some(7); pairs.len()];
            let threads = NonZeroUsize::new(threads).unwrap();
            adder.add_columns((&a, &b), &mut sums, |sum| sum, threads).unwrap();
            assert_eq!(sums, expected, "{name}");
        }
    }
}

#[test]
fn operands_beyond_the_prompt_are_refused() {
    let adder = adder(zoo::DEFAULT);
    let error = adder.add(10_000_000_000, 1).unwrap_err().to_string();
    assert_eq!(error, "operand 10000000000: expected an integer from 0 to 9999999999");
    assert!(adder.add_many(&[(1, 1), (1, u64::MAX)], NonZeroUsize::MIN).is_err());
    assert_eq!(adder.add_many(&[], NonZeroUsize::MIN).unwrap(), []);
    let mut sums = [None; 2];
    assert!(adder.add_columns((&[1, 1], &[1, u64::MAX]), &mut sums, |sum| sum, NonZeroUsize::MIN).is_err());
    assert_eq!(sums, [None; 2]);
    adder.add_columns((&[], &[]), &mut [], |sum| sum, NonZeroUsize::MIN).unwrap();
}

/// A state that forgets some tokens and reads others is that of a decode which read only these.
#[test]
fn forgotten_tokens_leave_no_trace() {
    for adder in crate::zoo() {
        let (model, tokens) = (adder.model(), adder.model().task().prompt_tokens(123, 9_876));
        let run::Subject::File(model) = model else { continue };
        let net = model.net::<f64>();
        let mut state = State::new(&net);
        tokens.iter().for_each(|&token| net.read(token, &mut state, &mut ()));
        for kept in [tokens.len() + 1, tokens.len() / 2, 0] {
            state.truncate(kept);
            let kept = kept.min(tokens.len());
            assert_eq!(state.position(), kept);
            let mut fresh = State::new(&net);
            tokens[..kept].iter().for_each(|&token| net.read(token, &mut fresh, &mut ()));
            let again = net.step(tokens[0], &mut state, &mut ()).to_vec();
            assert_eq!(again, net.step(tokens[0], &mut fresh, &mut ()), "{}: {kept}", model.name());
        }
    }
}
