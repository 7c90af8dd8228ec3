//! The server: routes, headers, the time limit, and an end when it is interrupted.

use crate::error::ApiError;
use crate::gate::Gate;
use crate::limits::Limits;
use crate::{api, page};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Where to listen.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The address; loopback unless the user says otherwise.
    pub host: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
}

/// What all requests share.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) limits: Limits,
    pub(crate) short: Gate,
    pub(crate) long: Gate,
    /// The flags of long work that is under way.
    stops: Arc<Mutex<Vec<Weak<AtomicBool>>>>,
}

impl Server {
    fn new(limits: Limits) -> Self {
        // Long work uses all cores, so one runs at a time.
        let long = Gate::new(NonZeroUsize::MIN, limits.long.get() - 1);
        Self { limits, short: Gate::new(limits.short, limits.waiting), long, stops: Arc::default() }
    }

    /// A flag for new long work, which is set at the latest when the server ends.
    pub(crate) fn stop_flag(&self) -> Arc<AtomicBool> {
        let flag = Arc::new(AtomicBool::new(false));
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.retain(|known| known.strong_count() > 0);
        stops.push(Arc::downgrade(&flag));
        flag
    }

    fn stop_all(&self) {
        let stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        for flag in stops.iter().filter_map(Weak::upgrade) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// The server's routes, without a socket.
pub fn app(limits: Limits) -> Router {
    router(Server::new(limits))
}

fn router(server: Server) -> Router {
    let short = Router::new()
        .route("/api/v1/list", get(api::list))
        .route("/api/v1/show", post(api::show))
        .route("/api/v1/count", post(api::count))
        .route("/api/v1/add", post(api::add))
        .route("/api/v1/explain", post(api::explain))
        .route("/api/v1/openapi.json", get(api::openapi))
        .merge(page::routes())
        .layer(from_fn_with_state(server.limits.time, in_time));
    // Reading a request is short even where its work is long.
    let long_time = server.limits.work + server.limits.time;
    let long = Router::new()
        .route("/api/v1/check", post(api::check))
        .route("/api/v1/prove", post(api::prove))
        .layer(from_fn_with_state(long_time, in_time));
    let mut router = short
        .merge(long)
        .fallback(|uri: Uri| async move { ApiError::not_found(uri.path()) })
        .method_not_allowed_fallback(|method: Method| async move { ApiError::method(method.as_str()) })
        .layer(DefaultBodyLimit::max(server.limits.body))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            ApiError::internal().into_response()
        }));
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    router.with_state(server)
}

/// What every answer carries: the page loads nothing from elsewhere and stands in no other page.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Answers within the limit, or says that it could not.
async fn in_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| ApiError::too_slow(limit.as_secs()).into_response())
}

/// Listens, calls `ready` with the address, and answers until the process is interrupted or told to end.
///
/// Then running work is stopped, answers that have begun are finished, and nothing new is taken.
///
/// # Errors
///
/// If the address cannot be listened on, or the system refuses threads or signals.
pub fn serve(options: Options, limits: Limits, ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = listen(options)?;
        let ended = Arc::new(tokio::sync::Notify::new());
        let server = Server::new(limits);
        let wait = {
            let (server, ended) = (server.clone(), Arc::clone(&ended));
            let signal = interrupted()?;
            async move {
                signal.await;
                server.stop_all();
                ended.notify_one();
            }
        };
        ready(listener.local_addr()?);
        let serving = axum::serve(listener, router(server)).with_graceful_shutdown(wait).into_future();
        let late = async {
            ended.notified().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            done = serving => done,
            // A client that does not read its answer must not keep the server.
            () = late => Ok(()),
        }
    })?;
    runtime.shutdown_timeout(LAST_ANSWERS);
    Ok(())
}

/// How many connections may wait to be taken. Tokio's own 128 makes the system reset connections when more come at once.
const BACKLOG: u32 = 4096;

fn listen(options: Options) -> std::io::Result<TcpListener> {
    let socket = if options.host.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Without it the port stays taken for a while after the last server's end; on Windows it means another thing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(options.host, options.port))?;
    socket.listen(BACKLOG)
}

/// How long answers that have begun may still take at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Ends when the user interrupts or the system ends this process.
#[cfg(unix)]
fn interrupted() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}

/// Ends when the user interrupts.
#[cfg(not(unix))]
fn interrupted() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
