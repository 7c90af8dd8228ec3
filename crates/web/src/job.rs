//! Long work: a check or a proof that tells of its progress and stops when nobody listens.

use crate::error::ApiError;
use crate::serve::Server;
use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Sets a flag when it is dropped: the request is answered, or its client has gone.
#[derive(Debug)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What long work is given: when to stop, and whom to tell how far it is.
#[derive(Debug)]
pub(crate) struct Job {
    stop: Arc<AtomicBool>,
    news: mpsc::Sender<Event>,
    told: AtomicU64,
}

#[derive(Serialize)]
struct Progress {
    share: f64,
}

impl Job {
    /// Set when the work should end.
    pub(crate) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// Tells that `share` of the work is done, from any thread; a hundred times at most, and never back.
    pub(crate) fn progress(&self, share: f64) {
        let percent = (share.clamp(0.0, 1.0) * 100.0) as u64;
        if self.told.fetch_max(percent, Ordering::Relaxed) < percent {
            // A listener that lags misses some; the next is as good.
            let _full = self.news.try_send(event("progress", &Progress { share: percent as f64 / 100.0 }));
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).json_data(data).unwrap_or_else(|_| Event::default().event("error"))
}

/// Does `work` in its turn. The answer is a stream of events if the request accepts one, and JSON at the end otherwise.
pub(crate) async fn run<T: Serialize + Send + 'static>(
    server: &Server,
    headers: &HeaderMap,
    work: impl FnOnce(&Job) -> Result<T, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let streamed = accepts.contains("text/event-stream");
    let stop = server.stop_flag();
    let guard = StopOnDrop(Arc::clone(&stop));
    let (sender, mut receiver) = mpsc::channel(128);
    let job = Job { stop: Arc::clone(&stop), news: sender.clone(), told: AtomicU64::new(0) };
    let gate = server.long.clone();
    let time = server.limits.work;
    let task = async move {
        // Whoever is refused is told at once; whoever waits may leave meanwhile.
        let deadline = tokio::spawn(async move {
            tokio::time::sleep(time).await;
            stop.store(true, Ordering::Relaxed);
        });
        // A client that has left while it waited is not worked for.
        let result =
            gate.compute(move || if job.news.is_closed() { Err(ApiError::busy()) } else { work(&job) }).await;
        deadline.abort();
        result
    };
    if !streamed {
        let result = task.await;
        drop(guard);
        return result.map(|value| Json(value).into_response());
    }
    if server.long.is_full() {
        return Err(ApiError::busy());
    }
    tokio::spawn(async move {
        let last = match task.await {
            Ok(value) => event("result", &value),
            Err(error) => event("error", &error.into_body()),
        };
        // Nobody may listen any more.
        let _gone = sender.send(last).await;
    });
    let events = stream::poll_fn(move |context| {
        let _held = &guard;
        receiver.poll_recv(context).map(|event| event.map(Ok::<_, Infallible>))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
