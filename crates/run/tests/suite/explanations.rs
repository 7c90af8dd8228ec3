//! Watching a decode shows what it did.

use crate::adder;
use onnx::Graph;
use run::Adder;

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
    // The first wrong step is the third: a 9 without a carry was taken for a carry.
    let wrong =
        explanation.tokens.iter().zip(&explanation.expected).position(|(got, expected)| got != expected);
    assert_eq!(wrong, Some(2));
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

/// The graph of a model file, read back.
fn graph(model: &spec::Model) -> Adder {
    let nothing: &mut onnx::Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
    let graph = Graph::read(&onnx::write(model), nothing).unwrap();
    let prompt = graph.prompt().expect("the metadata hold the task");
    Adder::new(graph.model(model.name(), &prompt).unwrap())
}

/// The weights of every head in one step, layer by layer.
fn weights(step: &run::StepTrace) -> Vec<Vec<&[f64]>> {
    step.layers.iter().map(|layer| layer.heads.iter().map(|head| head.weights.as_slice()).collect()).collect()
}

/// Every weight of every head stands at the same position, and is the same number: what is left out of a graph's softmax has no
/// weight in the model file either.
#[test]
fn a_graph_looks_where_its_model_file_looks() {
    for entry in &zoo::ENTRIES {
        // A graph cannot ask for fused sums.
        let model = spec::Model::parse(entry.name, &crate::with(entry.name, "", &["sums"])).unwrap();
        let (name, graph, greatest) = (entry.name, graph(&model), model.task().greatest());
        let adder = Adder::new(model);
        let middle = greatest / 9 * 4;
        let pairs =
            [(0, 0), (greatest, 1), (middle, greatest - middle), (greatest / 8, greatest / 7), (5, 95)];
        for (a, b) in pairs {
            let (file, graph) = (adder.explain(a, b).unwrap(), graph.explain(a, b).unwrap());
            assert_eq!(graph.unknown, Vec::<String>::new(), "{name}");
            assert_eq!((file.tokens, file.steps.len()), (graph.tokens, graph.steps.len()), "{name}");
            for (index, (file, graph)) in file.steps.iter().zip(&graph.steps).enumerate() {
                assert_eq!(weights(file), weights(graph), "{name}: {a} + {b}, step {index}");
                assert_eq!(file.logits, graph.logits, "{name}: {a} + {b}, step {index}");
                let choice =
                    |step: &run::StepTrace| (step.position, step.chosen, step.runner_up, step.margin);
                assert_eq!(choice(file), choice(graph), "{name}: {a} + {b}, step {index}");
            }
        }
    }
}
