//! Watching a decode shows what it did.

use crate::adder;

#[test]
fn an_explanation_is_complete_and_consistent() {
    let adder = adder("gist-58");
    let explanation = adder.explain(9_999_999_999, 0).unwrap();
    assert_eq!(explanation.prompt.concat(), "9999999999+0000000000=");
    assert_eq!(explanation.steps.len(), 11);
    assert_eq!(explanation.tokens, adder.add(9_999_999_999, 0).unwrap().tokens);
    for (index, step) in explanation.steps.iter().enumerate() {
        assert_eq!((step.position, step.chosen), (21 + index, explanation.tokens[index]));
        assert_eq!((step.embedded.len(), step.layers.len(), step.logits.len()), (4, 1, 10));
        let layer = &step.layers[0];
        assert_eq!((layer.heads.len(), layer.hidden.len(), layer.transformed.len()), (2, 4, 4));
        let widths = [&layer.query, &layer.mixed, &layer.read_by_mlp, &step.read_by_head].map(Vec::len);
        assert_eq!(widths, [4, 4, 4, 4]);
        for head in &layer.heads {
            assert_eq!((head.scores.len(), head.weights.len()), (22 + index, 22 + index));
            assert!((head.weights.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        }
        assert!(step.margin >= 0.0);
    }
    // All tokens but the last generated one are read, each leaves a key and a value of two heads of two units.
    assert_eq!(explanation.memories.len(), 1);
    let memory = &explanation.memories[0];
    assert_eq!((memory.keys.len(), memory.values.len()), (32, 32));
    assert!(memory.keys.iter().chain(&memory.values).all(|vector| vector.len() == 4));
    assert_eq!((explanation.prompt_tokens.len(), explanation.prompt_tokens[10]), (22, 0));
    // A score is a query times a key, over the root of the head's width.
    let step = &explanation.steps[3];
    let dot: f64 = (2..4).map(|unit| step.layers[0].query[unit] * memory.keys[7][unit]).sum();
    let score = step.layers[0].heads[1].scores[7];
    assert!((dot / 2.0_f64.sqrt() - score).abs() <= score.abs() * 1e-6, "{dot} {score}");
    // The first wrong step is the fourth: a 9 without a carry was taken for a carry.
    let wrong =
        explanation.tokens.iter().zip(&explanation.expected).position(|(got, expected)| got != expected);
    assert_eq!(wrong, Some(3));
}

#[test]
fn the_default_models_margin_is_one_on_structured_pairs() {
    let adder = adder(zoo::DEFAULT);
    for set in run::sets::structured(10, 58) {
        for &(a, b) in set.pairs.iter().step_by(11) {
            for step in adder.explain(a, b).unwrap().steps {
                assert!((step.margin - 1.0).abs() < 1e-6, "{a} + {b}: {}", step.margin);
            }
        }
    }
}
