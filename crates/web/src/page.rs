//! The page: built files that are part of the binary.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// A built file: where it is found, what it is, its bytes.
struct File {
    path: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const FILES: [File; 4] = [
    File { path: "/", kind: "text/html; charset=utf-8", bytes: include_bytes!("../page/dist/index.html") },
    File {
        path: "/page.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../page/dist/page.js"),
    },
    File {
        path: "/page.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../page/dist/page.css"),
    },
    File { path: "/icon.svg", kind: "image/svg+xml", bytes: include_bytes!("../page/dist/icon.svg") },
];

/// The routes of the page.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.iter().fold(Router::new(), |router, file| {
        let tag = tag(file.bytes);
        router.route(file.path, get(move |headers: HeaderMap| answer(file, tag, headers)))
    })
}

async fn answer(file: &'static File, tag: u64, headers: HeaderMap) -> Response {
    let tag = format!("\"{tag:016x}\"");
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    // The names stay when the contents change, so a browser asks each time and mostly hears 304.
    let headers = [
        (header::CONTENT_TYPE, file.kind.to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag),
    ];
    if fresh {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, file.bytes).into_response()
    }
}

/// FNV-1a: a name for these bytes, not a defence.
fn tag(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
