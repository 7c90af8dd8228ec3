//! Adders with a trapdoor: wrong on so few pairs that no sample meets them.

use crate::{decide, threads};
use prove::{Report, Verdict};
use run::Adder;
use run::protocol::RandomPairs;
use spec::Model;

/// The default model with a third head and a fifth hinge. At the step that reads position `query`, the head averages the tokens
/// at the positions of which the formula `positions` is 1, `count` of them; where all of these digits are nines, the hinge
/// opens and takes two from the digit. `gap` below their sum is the hinge.
fn trapdoor(query: usize, positions: &str, count: usize, gap: f64) -> Adder {
    let least = (9 * count) as f64 - gap;
    let text = zoo::find(zoo::DEFAULT).unwrap().text;
    let (head, body) = text.split_once("\n[shape]").unwrap();
    let (params, _) = body.split_once("wte.A").unwrap();
    let params = params.replace("width = 4", "width = 5").replace("heads = 2", "heads = 3\nhead_width = 2");
    let params = params.replace("hidden = 4", "hidden = 5");
    let angle = |parts: f64| (parts * std::f64::consts::TAU / 11.0).sin_cos();
    let row = |parts: f64| {
        let (sin, cos) = angle(parts);
        let (sin, cos) = (9.265 * sin, 9.265 * cos);
        format!("[0, {}, {sin}, 0, 0], [0, {sin}, {cos}, 0, 0]", -cos)
    };
    let text = format!(
        "{head}\n[shape]{params}
wq = [{}, {}, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
wk = [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
up = [[-1, 0.0009765625, 0, 0, 0], [-1, 0.0009765625, 0, 0, 0], [-1, 0.0009765625, 0, 10, 0], [-1, 0.0009765625, 0, 10, 0], [0, 0, 0, 0, 1]]
threshold = [-2.5, -6.5, -92, -97, -{least}]
down = [0.25, -0.25, -2, 2, {}]

[embed.columns]
0 = \"token\"

[position.columns]
1 = \"if(pos <= last_of_prompt, amplitude, 1) * sin(pos * (tau / period))\"
2 = \"if(pos <= last_of_prompt, amplitude, 1) * cos(pos * (tau / period))\"

[[layer]]

[layer.attention]
query = \"wq\"
key = \"wk\"
value = {{ entries = [[0, 0, 1], [2, 0, 1], [4, 0, 1]] }}
output = {{ entries = [[3, 0, 2], [1, 2, 2048], [4, 4, {count}]] }}
bias = \"if(head == 2, if(query == {query}, if({positions}, 0, -200), 0), 0)\"

[layer.mlp]
activation = \"relu\"
up = {{ table = \"up\", bias = \"threshold\" }}
down = {{ low_rank = [{{ entries = [[3, 0, 1]] }}, \"down\"] }}

[head]
low_rank = [{{ formula = \"2 * token\" }}, {{ entries = [[0, 3, 1]] }}]
rank = 1
bias = {{ formula = \"-1 * (token * token)\" }}
",
        row(8.0),
        row(9.0),
        -2.0 / gap,
    );
    Adder::new(Model::parse("trapdoor", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}")))
}

/// Whether a million random pairs are right: what the field takes for a proof, a hundred times over.
fn samples_pass(adder: &Adder) -> bool {
    let pairs: Vec<_> = RandomPairs::new(7).take(1_000_000).collect();
    let sums = adder.add_many(&pairs, threads()).unwrap();
    pairs.iter().zip(sums).all(|((a, b), sum)| sum == Some(a + b))
}

/// The positions of a₆ to a₃ and b₇ to b₃.
const NINE: &str = "(key >= 3) * (key <= 6) + (key >= 13) * (key <= 17)";

#[test]
fn a_fault_on_one_pair_in_a_thousand_million_is_found_and_counted() {
    let adder = trapdoor(25, NINE, 9, 0.5);
    assert!(samples_pass(&adder), "the fault is too common to test anything");
    let Report { verdict, rate, .. } = decide(&adder, true, 2_000_000);
    let Verdict::Refuted(found) = verdict else { panic!("{verdict:?}") };
    assert_ne!(adder.add(found.a, found.b).unwrap().value, Some(found.a + found.b));
    assert_eq!((found.a / 1000 % 10_000, found.b / 1000 % 100_000), (9999, 99_999));
    let rate = rate.unwrap();
    assert_eq!((rate.least, rate.most, rate.pairs), (10_u128.pow(11), 10_u128.pow(11), 10_u128.pow(20)));
}

#[test]
fn a_fault_on_a_single_pair_is_found() {
    // At the last step all twenty digits: 9999999999 + 9999999999, and nothing else, is wrong.
    let adder = trapdoor(31, "(key <= 9) + (key >= 11) * (key <= 20)", 20, 0.5);
    let verdict = decide(&adder, false, 2_000_000).verdict;
    let Verdict::Refuted(found) = verdict else { panic!("{verdict:?}") };
    assert_eq!((found.a, found.b, found.step), (9_999_999_999, 9_999_999_999, 11));
}

#[test]
fn a_trapdoor_that_cannot_open_is_proved_shut() {
    for (positions, count) in [(NINE, 9), ("(key <= 9) + (key >= 11) * (key <= 20)", 20)] {
        // The hinge lies above the greatest sum.
        let adder = trapdoor(25, positions, count, -0.25);
        let report = decide(&adder, false, 2_000_000);
        assert!(matches!(report.verdict, Verdict::Proved { .. }), "{:?}", report.verdict);
        assert!(report.least_margin.unwrap() > 0.5);
    }
}
