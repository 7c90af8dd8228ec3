//! Certificates that hold.

use crate::{attempted, check, default, exact, model, written};
use certify::{Confirmed, Options};

#[test]
fn the_default_model_is_right_on_every_pair() {
    let report = check(default()).unwrap();
    assert_eq!(report.pairs, "100000000000000000000");
    let Confirmed::Proved { layer, stated, margin, leaves, .. } = report.confirmed else { panic!() };
    assert_eq!((layer.as_str(), leaves), ("portable", 170_300));
    assert!(margin > 0.3 && stated > 0.3, "{margin} {stated}");
}

#[test]
fn leaves_of_the_program_itself_are_run_again() {
    let report = check(exact()).unwrap();
    let Confirmed::Proved { layer, margin, .. } = report.confirmed else { panic!() };
    assert_eq!(layer, "exact");
    assert!(margin > 0.0);
}

/// The sum of two digits, whose head gives the right digit and the next one the same logit.
fn ties() -> String {
    let text = zoo::find(zoo::DEFAULT).unwrap().text;
    let (head, _) = text.split_once("\n[const]").unwrap();
    format!(
        r#"{head}
[task]
prompt = "{{a:0>1}}+{{b:0>1}}="
tokens = {{ "+" = 0, "=" = 0 }}
answer = "least-first:2"

[shape]
vocabulary = 10
width = 4
heads = 1
head_width = 1
hidden = 5
block_size = 6

[params]
wq = [[0, 0, 0, 0]]
wk = [[0, 0, 0, 0]]
up = [[0, 1, -1000, 0], [0, 1, -1000, 0], [0, 1, -1000, 0], [0, 1, 1000, 0], [0, 1, 1000, 0]]
threshold = [0, -9, -10, -1009, -1010]

[embed.columns]
0 = "token"

[position.columns]
2 = "if(pos == 4, 1, 0)"

[[layer]]

[layer.attention]
query = "wq"
key = "wk"
value = {{ entries = [[0, 0, 1]] }}
output = {{ entries = [[1, 0, 2]] }}
bias = "if(key == 0, 0, if(key == 2, 0, -1000))"

[layer.mlp]
activation = "relu"
up = {{ table = "up", bias = "threshold" }}
down = {{ entries = [[3, 0, 1], [3, 1, -10], [3, 2, 10], [3, 3, 1], [3, 4, -1]] }}

[head]
low_rank = [{{ formula = "2 * token" }}, {{ entries = [[0, 3, 1]] }}]
rank = 1
bias = {{ formula = "token - token * token" }}
"#
    )
}

/// It takes the first of equal logits, which is the right one here; and the report says that it is no more than that.
#[test]
fn a_tie_that_the_evaluator_wins_is_said_to_be_one() {
    let model = spec::Model::parse("ties", &ties()).unwrap_or_else(|problems| panic!("{problems}"));
    let Confirmed::Proved { layer, stated, margin, ties, .. } = check(&written(&model)).unwrap().confirmed
    else {
        panic!()
    };
    assert!(layer != "portable" && ties > 0, "{layer} {ties}");
    assert_eq!((stated, margin), (0.0, 0.0));
    // Where there is none, none is told of.
    let Confirmed::Proved { ties: 0, .. } = check(default()).unwrap().confirmed else { panic!() };
}

#[test]
fn sums_that_cancel_are_bounded_in_the_programs_order() {
    // Its hinges take a thousand from a thousand: at one step any order of summation rounds more than the margin.
    let report = check(&written(&model("lichengliu03-50"))).unwrap();
    let Confirmed::Proved { layer, margin, .. } = report.confirmed else { panic!() };
    assert_eq!(layer, "program");
    assert!(margin > 1e-3, "{margin}");
}

#[test]
#[ignore = "minutes"]
fn every_proof_of_one_layer_in_the_zoo_is_confirmed() {
    let mut confirmed = 0;
    for entry in &zoo::ENTRIES {
        let model = entry.model().unwrap();
        match attempted(&model) {
            Ok(text) => {
                check(&text).unwrap_or_else(|failure| panic!("{}: {failure}", model.name()));
                confirmed += 1;
            }
            Err(why) => assert!(why.contains("two layers"), "{}: {why}", model.name()),
        }
    }
    assert!(confirmed > 30, "{confirmed}");
}

#[test]
fn a_refutation_is_replayed() {
    let report = check(&written(&model("gist-58"))).unwrap();
    let Confirmed::Refuted(found) = report.confirmed else { panic!() };
    assert_eq!((found.a, found.b, found.expected), (900, 0, 900));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let one = std::num::NonZeroUsize::MIN;
    let options = Options { threads: one, model: Some(&model("nanoadder-58")), progress: &|_| {} };
    let report = certify::certify(default(), &options).unwrap();
    assert_eq!(report.confirmed, check(default()).unwrap().confirmed);
}
