//! Graphs that cannot be used, and what is said of them.

use onnx::{Graph, Prompt};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn nothing(_: &str) -> Result<Vec<u8>, String> {
    Err("no such file".into())
}

fn message(bytes: &[u8], prompt: &str) -> String {
    let prompt = Prompt::new(prompt, None, None, None).unwrap();
    match Graph::read(bytes, &mut nothing).and_then(|graph| graph.model("graph", &prompt)) {
        Ok(_) => panic!("expected an error"),
        Err(error) => error.to_string(),
    }
}

/// `bytes` with `from` replaced by `to`, which has the same length, so that the file stays whole.
fn replaced(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut count = 0;
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            count += 1;
        }
    }
    assert!(count > 0, "`{from}` stands in the file");
    bytes
}

#[test]
fn an_unknown_operator_is_named_with_its_node() {
    let bytes = replaced(fixture("nanogpt.dynamo.onnx"), "Softmax", "Hardmax");
    let found = message(&bytes, "F22z");
    assert!(found.contains("node `node_softmax` (Hardmax)"), "{found}");
    assert!(found.contains("the operator `Hardmax` is not supported"), "{found}");
}

#[test]
fn what_is_no_graph_is_told() {
    assert!(message(b"name = 1", "F22z").starts_with("not an ONNX file"));
    assert!(message(b"", "F22z").contains("it holds no graph"));
    let whole = fixture("nanogpt.dynamo.onnx");
    assert!(message(&whole[..whole.len() / 2], "F22z").starts_with("not an ONNX file"));
}

#[test]
fn a_graph_that_is_too_short_or_a_token_that_it_does_not_know_is_told() {
    let found = message(&fixture("nanogpt.fixed.onnx"), "F31");
    assert!(found.contains("takes 33 tokens: expected at least 41"), "{found}");
    let found = message(&fixture("nanogpt.dynamo.onnx"), "F22");
    assert!(found.contains("(Gather): the index 10 lies outside of an axis of 10 places"), "{found}");
}

/// Cutting the file anywhere, or changing a byte, gives an error or a model, never a panic.
#[test]
fn damaged_files_are_refused_or_read() {
    let whole = fixture("llama.dynamo.onnx");
    let prompt = Prompt::new("F31", None, None, None).unwrap();
    let mut state = 1_u64;
    for _ in 0..60 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut bytes = whole.clone();
        let at = (state >> 33) as usize % bytes.len();
        bytes[at] = bytes[at].wrapping_add((state >> 20) as u8 | 1);
        if state >> 62 == 0 {
            bytes.truncate(at);
        }
        if let Ok(graph) = Graph::read(&bytes, &mut nothing) {
            let _ = graph.model("damaged", &prompt);
        }
    }
}
