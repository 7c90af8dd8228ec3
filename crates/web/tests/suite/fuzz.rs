//! Requests drawn at random: every answer is well formed, and no request takes the server down.

use crate::send;
use axum::body::Body;
use axum::http::{Request, Uri};
use proptest::prelude::*;
use serde_json::{Value, json};
use web::{Limits, app};

const PATHS: [&str; 8] = ["list", "show", "count", "add", "explain", "check", "openapi.json", "nosuch"];

/// Sends the request; what is no HTTP is not sent.
fn answers(method: &str, path: &str, kind: &str, body: Vec<u8>) -> Result<(), TestCaseError> {
    let Ok(uri) = path.parse::<Uri>() else { return Ok(()) };
    let request = Request::builder().method(method).uri(uri).header("content-type", kind);
    let Ok(request) = request.body(Body::from(body)) else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(send(app(Limits::default()), request));
    prop_assert!(answer.status != 500, "{}", answer.text());
    if !answer.status.is_success() && answer.status != 304 && method != "HEAD" {
        prop_assert!(answer.json()["error"]["code"].is_string(), "{}", answer.text());
    }
    Ok(())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9]{0,22}".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("nanoadder-58")),
        Just(
            json!({ "name": "gist-58", "overrides": [{ "tensor": "wte.A", "element": 3, "value": 1e300 }] })
        ),
        Just(json!({ "toml": zoo::ENTRIES[4].text })),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] =
        &["model", "name", "toml", "overrides", "tensor", "element", "value", "a", "b", "weights", "seed"];
    prop_oneof![prop::sample::select(KNOWN).prop_map(str::to_owned), ".{0,6}"]
}

/// A request that is nearly right.
fn body() -> impl Strategy<Value = Value> {
    let nearly = (value(), value(), value(), value()).prop_map(|(model, a, b, more)| {
        let mut body = json!({ "model": model, "a": a, "b": b });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        body
    });
    prop_oneof![nearly, value()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn json_of_any_shape(path in prop::sample::select(&PATHS[..]), body in body()) {
        answers("POST", &format!("/api/v1/{path}"), "application/json", body.to_string().into_bytes())?;
    }

    #[test]
    fn bytes_of_any_kind(path in prop::sample::select(&PATHS[..]), body in prop::collection::vec(any::<u8>(), 0..200)) {
        answers("POST", &format!("/api/v1/{path}"), "application/json", body)?;
    }

    #[test]
    fn paths_and_methods_of_any_kind(
        method in prop::sample::select(&["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"][..]),
        path in "/[ -~]{0,40}",
        kind in "[a-z/;= ]{0,20}",
    ) {
        answers(method, &path, &kind, Vec::new())?;
    }

    /// A model file with a few bytes changed: mostly refused, sometimes a model, never a crash.
    #[test]
    fn model_files_with_changed_bytes(
        entry in 0..zoo::ENTRIES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[ -~\n]"), 1..4),
    ) {
        let mut text: Vec<char> = zoo::ENTRIES[entry].text.chars().collect();
        for (at, with) in &changes {
            let at = at.index(text.len());
            text[at] = with.chars().next().unwrap_or(' ');
        }
        let text: String = text.into_iter().collect();
        let body = json!({ "model": { "toml": text }, "a": 9_999_999, "b": "1" });
        answers("POST", "/api/v1/explain", "application/json", body.to_string().into_bytes())?;
    }
}
