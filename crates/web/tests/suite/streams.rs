//! Progress by server-sent events, and an end when nobody listens.

use crate::request;
use axum::http::{HeaderValue, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tower::ServiceExt;
use web::{Limits, app};

async fn stream(path: &str, body: &Value, app: axum::Router) -> axum::response::Response {
    let mut request = request(path, body.to_string());
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
    app.oneshot(request).await.unwrap()
}

/// The names and the data of all events.
async fn events(path: &str, body: Value) -> Vec<(String, Value)> {
    let response = stream(path, &body, app(Limits::default())).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(text.to_vec()).unwrap();
    let field = |event: &str, name: &str| {
        let line = event.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().to_owned()
    };
    let events = text.split("\n\n").filter(|event| event.contains("data:"));
    events
        .map(|event| (field(event, "event:"), serde_json::from_str(&field(event, "data:")).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_proof_tells_how_far_it_is() {
    let events = events("/api/v1/prove", json!({ "model": "nanoadder-58" })).await;
    let (last, progress) = events.split_last().unwrap();
    assert_eq!((last.0.as_str(), &last.1["verdict"]), ("result", &json!("proved")));
    assert!(!progress.is_empty());
    let shares: Vec<f64> = progress.iter().map(|(_, data)| data["share"].as_f64().unwrap()).collect();
    assert!(progress.iter().all(|(name, _)| name == "progress"));
    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
}

#[tokio::test]
async fn a_check_streams_its_report() {
    let events = events("/api/v1/check", json!({ "model": "gist-58", "pairs": 50_000 })).await;
    let (name, report) = events.last().unwrap();
    assert_eq!((name.as_str(), &report["total"]), ("result", &json!(50_010)));
}

#[tokio::test]
async fn what_is_wrong_with_the_model_comes_as_an_event() {
    let events = events("/api/v1/prove", json!({ "model": "nosuch" })).await;
    assert_eq!((events[0].0.as_str(), &events[0].1["error"]["code"]), ("error", &json!("model")));
}

#[tokio::test]
async fn closing_a_stream_cancels_its_work() {
    let app = app(Limits::default());
    // Long enough to hold the one place for long work, were it not cancelled: minutes on one core.
    let body = json!({ "model": "bingbangboom-87", "rate": true });
    let response = stream("/api/v1/prove", &body, app.clone()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(response);
    let start = Instant::now();
    let body = json!({ "model": "gist-58", "pairs": 10 });
    let answer = app.oneshot(request("/api/v1/check", body.to_string())).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
