//! Every route answers what the command of its name prints.

use crate::{get, post};
use serde_json::{Value, json};

#[tokio::test]
async fn the_zoo_is_listed() {
    let answer = get("/api/v1/list").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text(), serde_json::to_string(&wire::List::all().unwrap()).unwrap());
}

#[tokio::test]
async fn a_model_is_shown_with_and_without_its_weights() {
    let model = zoo::find("gist-58").unwrap().model().unwrap();
    let short = post("/api/v1/show", &json!({ "model": "gist-58" })).await;
    assert_eq!(short.text(), serde_json::to_string(&wire::Show::new(&model)).unwrap());
    assert!(short.json().get("network").is_none());
    let long = post("/api/v1/show", &json!({ "model": { "name": "gist-58" }, "weights": true })).await;
    assert_eq!(long.text(), serde_json::to_string(&wire::Show::with_network(&model)).unwrap());
    assert_eq!(
        long.json()["network"]["layers"][0]["mlp"]["up"]["factors"][0][2],
        json!([-10.0, 10.0, 0.0, 1000.0])
    );
}

#[tokio::test]
async fn numbers_are_counted() {
    let counts = post("/api/v1/count", &json!({ "model": "nanogpt-130" })).await.json();
    assert_eq!(counts["counts"]["stored"], 130);
}

#[tokio::test]
async fn every_model_of_the_zoo_adds_and_explains() {
    for entry in &zoo::ENTRIES {
        let pair = json!({ "model": entry.name, "a": "5", "b": 7 });
        let sum = post("/api/v1/add", &pair).await.json();
        assert_eq!((&sum["model"], &sum["sum"]), (&json!(entry.name), &json!(12)), "{sum}");
        let explanation = post("/api/v1/explain", &pair).await.json();
        assert_eq!(explanation["tokens"], sum["tokens"]);
        assert_eq!(explanation["steps"].as_array().unwrap().len(), sum["tokens"].as_array().unwrap().len());
        let shown = post("/api/v1/show", &json!({ "model": entry.name, "weights": true })).await.json();
        check_sums(&shown, &explanation);
    }
}

/// The logits of the last step follow from the shown head and what it reads.
fn check_sums(shown: &Value, explanation: &Value) {
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    };
    let last = explanation["steps"].as_array().unwrap().last().unwrap();
    let mut values = numbers(&last["read_by_head"]);
    let head = &shown["network"]["head"];
    for factor in head["factors"].as_array().unwrap().iter().rev() {
        let rows = factor.as_array().unwrap().iter();
        values = rows.map(|row| numbers(row).iter().zip(&values).map(|(w, x)| w * x).sum()).collect();
    }
    if !head["bias"].is_null() {
        values.iter_mut().zip(numbers(&head["bias"])).for_each(|(value, bias)| *value += bias);
    }
    for (computed, logit) in values.iter().zip(numbers(&last["logits"])) {
        let close = (computed - logit).abs() <= 1e-4 * (1.0 + logit.abs());
        assert!(close, "{}: {computed} against {logit}", shown["name"]);
    }
}

#[tokio::test]
async fn a_moved_number_moves_the_answer() {
    let overrides = json!([
        { "tensor": "mlp.fc_bias", "element": 2, "value": -9045 },
        { "tensor": "mlp.fc_bias", "element": 3, "value": -9055 },
    ]);
    let pair = |overrides: &Value| json!({ "model": { "name": "gist-58", "overrides": overrides }, "a": "9999999999", "b": "0" });
    assert_eq!(post("/api/v1/add", &pair(&json!([]))).await.json()["sum"], 10_000_000_499_u64);
    assert_eq!(post("/api/v1/add", &pair(&overrides)).await.json()["sum"], 9_999_999_999_u64);
    let verdict =
        post("/api/v1/prove", &json!({ "model": { "name": "gist-58", "overrides": overrides } })).await;
    assert_eq!(verdict.json()["verdict"], "proved", "{}", verdict.text());
}

#[tokio::test]
async fn a_text_is_a_model() {
    let text = zoo::find("zcbtrak-6").unwrap().text;
    let model = json!({ "toml": text });
    let sum = post("/api/v1/add", &json!({ "model": model, "a": 99, "b": 1 })).await.json();
    assert_eq!(sum["sum"], 100);
    let check = post("/api/v1/check", &json!({ "model": model, "pairs": 100 })).await.json();
    assert_eq!((&check["passed"], &check["qualified"]), (&json!(110), &json!(true)));
}

#[tokio::test]
async fn a_wrong_model_is_refuted() {
    let verdict = post("/api/v1/prove", &json!({ "model": "gist-58" })).await.json();
    assert_eq!(verdict["verdict"], "refuted");
    assert!(verdict["counterexample"]["a"].is_u64());
}

#[tokio::test]
async fn the_page_comes_with_its_files_and_headers() {
    for (path, kind) in [
        ("/", "text/html"),
        ("/page.js", "text/javascript"),
        ("/page.css", "text/css"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!answer.text().contains("http://") || path == "/icon.svg" || path == "/page.js", "{path}");
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let tag = get("/page.js").await.headers["etag"].clone();
    let request = axum::http::Request::get("/page.js").header("if-none-match", tag);
    let again =
        crate::send(web::app(web::Limits::default()), request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
}

#[tokio::test]
async fn the_document_names_every_route_and_shape() {
    let document = get("/api/v1/openapi.json").await.json();
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    for path in ["list", "show", "count", "add", "explain", "check", "prove", "openapi.json"] {
        assert!(paths.contains(&format!("/api/v1/{path}")), "{path}: {paths:?}");
    }
    let text = document.to_string();
    let shapes = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(shapes.contains_key(name), "{name}");
    }
}
