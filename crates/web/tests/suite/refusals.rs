//! What the server does not do, and how it says so.

use crate::{get, post, request, send};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use std::time::Duration;
use web::{Limits, app};

/// An answer's status and its error's code.
async fn refused(path: &str, body: &Value) -> (u16, String) {
    let answer = post(path, body).await;
    let error = answer.json()["error"].clone();
    assert!(!error["message"].as_str().unwrap().is_empty());
    (answer.status.as_u16(), error["code"].as_str().unwrap().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn bad_requests_say_what_was_expected() {
    let explain = "/api/v1/explain";
    assert_eq!(refused(explain, &json!({ "model": "nosuch", "a": 1, "b": 2 })).await, is(404, "model"));
    assert_eq!(refused(explain, &json!({ "model": "gist-58", "a": 1 })).await, is(400, "request"));
    assert_eq!(refused(explain, &json!({ "model": "gist-58", "a": -1, "b": 2 })).await, is(400, "request"));
    assert_eq!(
        refused(explain, &json!({ "model": "gist-58", "a": "1e3", "b": 2 })).await,
        is(400, "request")
    );
    assert_eq!(
        refused(explain, &json!({ "model": "gist-58", "a": 1, "b": 2, "c": 3 })).await,
        is(400, "request")
    );
    assert_eq!(
        refused(explain, &json!({ "model": "gist-58", "a": 10_000_000_000_u64, "b": 2 })).await,
        is(400, "operand")
    );
    assert_eq!(refused(explain, &json!({ "model": {}, "a": 1, "b": 2 })).await, is(400, "request"));
    assert_eq!(refused(explain, &json!({ "model": 58, "a": 1, "b": 2 })).await, is(400, "request"));
    let overrides = json!([{ "tensor": "mlp.fc_bias", "element": 4, "value": 0 }]);
    let model = json!({ "name": "gist-58", "overrides": overrides });
    assert_eq!(refused(explain, &json!({ "model": model, "a": 1, "b": 2 })).await, is(400, "request"));
    assert_eq!(
        refused("/api/v1/check", &json!({ "model": "gist-58", "pairs": 1_000_000_000 })).await,
        is(400, "request")
    );
}

#[tokio::test]
async fn a_bad_model_file_is_told_with_its_places() {
    let text = zoo::find("gist-58").unwrap().text.replace("heads = 2", "heds = 2");
    let answer = post("/api/v1/show", &json!({ "model": { "toml": text } })).await;
    assert_eq!(answer.status, 422);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "model_file");
    assert_eq!(error["problems"][0]["message"], "shape: unknown key `heds`");
    assert!(error["problems"][0]["line"].as_u64().unwrap() > 1);
    assert!(error["text"].as_str().unwrap().contains("^^^^"));
}

#[tokio::test]
async fn no_file_is_opened_for_a_model_text() {
    let text = format!("weights = \"model.safetensors\"\n{}", zoo::find("gist-58").unwrap().text);
    let answer = post("/api/v1/show", &json!({ "model": { "toml": text } })).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("only the text of the model file is at hand"), "{}", answer.text());
    // A name is a name of the zoo, and never a path.
    let answer = post("/api/v1/show", &json!({ "model": "crates/zoo/models/gist-58.toml" })).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_short_text_cannot_make_a_large_network() {
    let text = r#"
name = "large"
dtype = "f32"
[task]
prompt = "{a:0>1}{b:0>1}"
answer = "least-first:2"
[shape]
vocabulary = 10
width = 1024
block_size = 1024
heads = 1024
head_width = 1024
[embed]
formula = "token"
[[layer]]
[layer.attention]
query = { formula = "row" }
key = { formula = "row" }
value = { formula = "row" }
output = { formula = "row" }
[head]
formula = "token"
"#;
    let answer = post("/api/v1/show", &json!({ "model": { "toml": text } })).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("at most 65536"), "{}", answer.text());
}

#[tokio::test]
async fn unknown_places_and_methods_are_json_too() {
    let lost = get("/etc/passwd").await;
    assert_eq!((lost.status.as_u16(), &lost.json()["error"]["code"]), (404, &json!("not_found")));
    let lost = get("/..%2f..%2fCargo.toml").await;
    assert_eq!(lost.status, 404);
    let method = get("/api/v1/explain").await;
    assert_eq!((method.status.as_u16(), &method.json()["error"]["code"]), (405, &json!("method")));
}

#[tokio::test]
async fn bodies_are_json_of_a_bounded_size() {
    let large = json!({ "model": { "toml": "#".repeat(65 << 10) } });
    assert_eq!(refused("/api/v1/show", &large).await, is(413, "too_large"));
    let plain = Request::post("/api/v1/show").body(Body::from("{\"model\":\"gist-58\"}")).unwrap();
    let answer = send(app(Limits::default()), plain).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (415, &json!("media_type")));
    let broken = send(app(Limits::default()), request("/api/v1/show", "{\"model\":")).await;
    assert_eq!((broken.status.as_u16(), &broken.json()["error"]["code"]), (400, &json!("request")));
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let limits = Limits { time: Duration::from_millis(1), ..Limits::default() };
    // Some hundred thousand sines: more than a few milliseconds.
    let text = zoo::find("gist-58").unwrap().text.replace("block_size = 35", "block_size = 1024");
    let text = text.replace(
        "[position.columns]",
        &format!("[position.columns]\n3 = \"0{}\"", " + sin(pos)".repeat(300)),
    );
    let body = json!({ "model": { "toml": text } }).to_string();
    let answer = send(app(limits), request("/api/v1/show", body)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (408, &json!("too_slow")));
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let limits = Limits { time: Duration::from_millis(50), ..Limits::default() };
    let never = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    assert_eq!(send(app(limits), request("/api/v1/explain", never)).await.status, 408);
}

#[tokio::test]
async fn work_that_takes_too_long_ends_undecided() {
    let limits = Limits { work: Duration::ZERO, ..Limits::default() };
    let answer =
        send(app(limits), request("/api/v1/prove", json!({ "model": "nanoadder-58" }).to_string())).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["verdict"]), (200, &json!("undecided")));
}
