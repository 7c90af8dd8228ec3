//! The description of the API, made from its handlers and shapes.

use crate::api;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "nanoadder",
        version = "1",
        description = "What the commands of nanoadder do, over HTTP. Nothing is kept between requests."
    ),
    paths(api::list, api::show, api::count, api::add, api::explain, api::check, api::prove, api::openapi)
)]
struct Document;

/// The description in the form of `OpenAPI` 3.1.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
