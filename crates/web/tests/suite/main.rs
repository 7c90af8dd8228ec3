//! The server, asked as a client asks.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod answers;
mod fuzz;
mod load;
mod refusals;
mod streams;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use web::{Limits, app};

/// An answer: its status, its headers, its body.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

async fn send(app: Router, request: Request<Body>) -> Answer {
    let response = app.oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    Answer { status, headers, body }
}

async fn get(path: &str) -> Answer {
    send(app(Limits::default()), Request::get(path).body(Body::empty()).unwrap()).await
}

fn request(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("content-type", "application/json").body(body.into()).unwrap()
}

async fn post(path: &str, body: &Value) -> Answer {
    send(app(Limits::default()), request(path, body.to_string())).await
}
