//! Answers that are errors: a status, and `{"error": {"code", "message", …}}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use spec::Problems;
use utoipa::ToSchema;
use wire::Place;

/// Why a request was not answered.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    error: Detail,
}

/// The body of an answer that is an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    error: Detail,
}

#[derive(Debug, Serialize, ToSchema)]
struct Detail {
    /// A word for programs: `request`, `operand`, `model`, `model_file`, `too_large`, `too_slow`, `busy`, `not_found`, `method`,
    /// `media_type`, `internal`.
    code: &'static str,
    /// What was expected and what was found.
    message: String,
    /// With `model_file`: every problem with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Place>,
    /// With `model_file`: the same as the commands print it, with lines and carets.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, error: Detail { code, message: message.into(), problems: Vec::new(), text: None } }
    }

    pub(crate) fn request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request", message)
    }

    pub(crate) fn operand(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "operand", message)
    }

    pub(crate) fn no_model(name: &str) -> Self {
        let message = format!("no model is named `{name}`: expected a name that /api/v1/list shows");
        Self::new(StatusCode::NOT_FOUND, "model", message)
    }

    pub(crate) fn model_file(problems: &Problems) -> Self {
        let message = match problems.list() {
            [one] => one.message.clone(),
            [first, rest @ ..] => format!("{}, and {} more", first.message, rest.len()),
            [] => "the model file cannot be read".to_owned(),
        };
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "model_file", message);
        error.error.problems = Place::all(problems);
        error.error.text = Some(problems.to_string());
        error
    }

    /// What is wrong with a body, as axum found it.
    pub(crate) fn body(status: StatusCode, message: String) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(status, "too_large", message),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(status, "media_type", message),
            _ => Self::request(message),
        }
    }

    pub(crate) fn busy() -> Self {
        let message = "the server is busy: expected fewer requests at once, try again in a second";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", message)
    }

    pub(crate) fn too_slow(seconds: u64) -> Self {
        let message = format!("the request took longer than {seconds} s");
        Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message)
    }

    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("nothing is at {path}"))
    }

    pub(crate) fn method(method: &str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", format!("{method} is not allowed here"))
    }

    pub(crate) fn internal() -> Self {
        let message = "the server failed; please report the request that it failed on";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// The body alone, for a stream that has begun with status 200.
    pub(crate) fn into_body(self) -> ErrorBody {
        ErrorBody { error: self.error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, Json(self.into_body())).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
