//! Networks of two layers: every pair is tried, and the prover must agree with the truth.

use crate::Dice;
use crate::small::{agree, random_net, small_adder};
use spec::Model;

/// `model` with its layer once more behind it, whose change of the residual stream is multiplied by `gain`.
fn twice(model: &Model, gain: f64) -> Model {
    let text = model.text();
    let start = text.find("[[layer]]").unwrap();
    let end = ["\n[norm]", "\n[head]"].iter().filter_map(|part| text.find(part)).min().unwrap();
    let again = text[start..end].replace("[[layer]]", &format!("[[layer]]\ngain = \"{gain}\""));
    let text = [&text[..end], "\n", &again, &text[end..]].concat();
    Model::parse("twice", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

#[test]
fn random_nets_are_as_wrong_as_the_rate_says() {
    let mut dice = Dice(12);
    for index in 0..20 {
        let net = random_net(&mut dice, 2);
        let gain = [1.0, 0.3, -2.0][dice.below(3)];
        agree(twice(&net, gain), &format!("random net {index}"));
    }
}

/// A second layer that hardly changes a right model leaves it right, or not, as trying every pair says.
#[test]
fn adders_with_a_second_layer_are_judged_as_trying_every_pair_does() {
    let adder = small_adder(2);
    let mut dice = Dice(13);
    let mut right = 0;
    for index in 0..30 {
        let gain = [0.0, 1e-4, 1e-2, 0.1, 1.0, 10.0][index % 6] * dice.signed();
        right += usize::from(agree(twice(&adder, gain), &format!("gain {gain}")).0);
    }
    assert!((5..28).contains(&right), "{right} of 30 are right: the gains show little");
}
