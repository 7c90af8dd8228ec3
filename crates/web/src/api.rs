//! The routes of the API, each of which calls what the command of its name calls.

use crate::asked::{Body, CheckRequest, ModelRequest, PairRequest, ProveRequest, ShowRequest};
use crate::error::{ApiError, ErrorBody};
use crate::job;
use crate::limits::cores;
use crate::serve::Server;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use run::{Adder, Pair};

type Answer<T> = Result<Json<T>, ApiError>;

/// The models that come along.
#[utoipa::path(get, path = "/api/v1/list", responses((status = 200, body = wire::List)))]
pub(crate) async fn list(State(server): State<Server>) -> Answer<wire::List> {
    let all = || wire::List::all().map_err(|problems| ApiError::model_file(&problems));
    server.short.compute(all).await.map(Json)
}

/// One model: its sizes, its numbers, its weights.
#[utoipa::path(
    post, path = "/api/v1/show", request_body = ShowRequest,
    responses((status = 200, body = wire::Show), (status = "4XX", body = ErrorBody))
)]
pub(crate) async fn show(
    State(server): State<Server>,
    Body(request): Body<ShowRequest>,
) -> Answer<wire::Show> {
    let limits = server.limits;
    let show = move || {
        let model = request.model.model(&limits)?;
        Ok(if request.weights { wire::Show::with_network(&model) } else { wire::Show::new(&model) })
    };
    server.short.compute(show).await.map(Json)
}

/// A model's numbers, counted by five rules.
#[utoipa::path(
    post, path = "/api/v1/count", request_body = ModelRequest,
    responses((status = 200, body = wire::Count), (status = "4XX", body = ErrorBody))
)]
pub(crate) async fn count(
    State(server): State<Server>,
    Body(request): Body<ModelRequest>,
) -> Answer<wire::Count> {
    let limits = server.limits;
    server.short.compute(move || Ok(wire::Count::new(&request.model.model(&limits)?))).await.map(Json)
}

/// One sum.
#[utoipa::path(
    post, path = "/api/v1/add", request_body = PairRequest,
    responses((status = 200, body = wire::Sum), (status = "4XX", body = ErrorBody))
)]
pub(crate) async fn add(State(server): State<Server>, Body(request): Body<PairRequest>) -> Answer<wire::Sum> {
    let limits = server.limits;
    let add = move || {
        let adder = request.model.adder(&limits)?;
        let (a, b) = pair(&adder, &request)?;
        let sum = adder.add(a, b).map_err(|error| ApiError::operand(error.to_string()))?;
        Ok(wire::Sum::new(adder.model().name(), (a, b), sum))
    };
    server.short.compute(add).await.map(Json)
}

/// One decode, step by step.
#[utoipa::path(
    post, path = "/api/v1/explain", request_body = PairRequest,
    responses((status = 200, body = wire::Explanation), (status = "4XX", body = ErrorBody))
)]
pub(crate) async fn explain(
    State(server): State<Server>,
    Body(request): Body<PairRequest>,
) -> Answer<wire::Explanation> {
    let limits = server.limits;
    let explain = move || {
        let adder = request.model.adder(&limits)?;
        let (a, b) = pair(&adder, &request)?;
        let explanation = adder.explain(a, b).map_err(|error| ApiError::operand(error.to_string()))?;
        Ok(wire::Explanation::new(adder.model().name(), explanation))
    };
    server.short.compute(explain).await.map(Json)
}

fn pair(adder: &Adder, request: &PairRequest) -> Result<Pair, ApiError> {
    for operand in [request.a, request.b] {
        adder.check_operand(operand.0).map_err(|error| ApiError::operand(error.to_string()))?;
    }
    Ok((request.a.0, request.b.0))
}

/// AdderBoard's protocol. With `Accept: text/event-stream` the answer is a stream of events: `progress` with a `share`, then
/// `result` or `error`. Closing it cancels the work.
#[utoipa::path(
    post, path = "/api/v1/check", request_body = CheckRequest,
    responses((status = 200, body = wire::Check), (status = "4XX", body = ErrorBody))
)]
pub(crate) async fn check(
    State(server): State<Server>,
    headers: HeaderMap,
    Body(request): Body<CheckRequest>,
) -> Result<Response, ApiError> {
    let limits = server.limits;
    if request.pairs > limits.pairs {
        return Err(ApiError::request(format!("pairs: expected at most {}", limits.pairs)));
    }
    job::run(&server, &headers, move |job| {
        let adder = request.model.adder(&limits)?;
        let CheckRequest { seed, pairs, detailed, .. } = request;
        let plan = run::check::Plan { seed, pairs, detailed, threads: cores() };
        let mut progress = |done: u64| job.progress(done as f64 / pairs.max(1) as f64);
        let report = run::check::check_until(&adder, plan, job.stop(), &mut progress)
            .map_err(|error| ApiError::request(error.to_string()))?;
        Ok(wire::Check::new(adder.model().name(), &report))
    })
    .await
}

/// A verdict on all pairs. With `Accept: text/event-stream` the answer is a stream of events: `progress` with a `share`, then
/// `result` or `error`. Closing it cancels the work.
#[utoipa::path(
    post, path = "/api/v1/prove", request_body = ProveRequest,
    responses((status = 200, body = wire::Proof), (status = "4XX", body = ErrorBody))
)]
pub(crate) async fn prove(
    State(server): State<Server>,
    headers: HeaderMap,
    Body(request): Body<ProveRequest>,
) -> Result<Response, ApiError> {
    let limits = server.limits;
    job::run(&server, &headers, move |job| {
        let adder = request.model.adder(&limits)?;
        let usual = prove::Options::new(cores());
        let options = prove::Options { rate: request.rate, most_states: limits.states, ..usual };
        let report = prove::prove(&adder, options, job.stop(), &|share| job.progress(share));
        Ok(wire::Proof::new(adder.model().name(), &report))
    })
    .await
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", responses((status = 200, description = "OpenAPI 3.1")))]
pub(crate) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(crate::openapi())
}
