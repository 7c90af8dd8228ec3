//! Who may compute now, who waits, and who is refused.

use crate::error::ApiError;
use std::num::NonZeroUsize;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// Lets a few requests compute at once and some more wait.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    inside: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// A place inside: dropped when the work is done, not when the request is given up.
#[derive(Debug)]
pub(crate) struct Pass {
    _inside: OwnedSemaphorePermit,
    _running: OwnedSemaphorePermit,
}

impl Gate {
    pub(crate) fn new(running: NonZeroUsize, waiting: usize) -> Self {
        let inside = running.get().saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        Self { inside: Arc::new(Semaphore::new(inside)), running: Arc::new(Semaphore::new(running.get())) }
    }

    /// Whether the next request would be refused.
    pub(crate) fn is_full(&self) -> bool {
        self.inside.available_permits() == 0
    }

    /// Waits for its turn; refused at once if too many wait.
    pub(crate) async fn enter(&self) -> Result<Pass, ApiError> {
        let inside = Arc::clone(&self.inside).try_acquire_owned().map_err(|error| match error {
            TryAcquireError::NoPermits => ApiError::busy(),
            TryAcquireError::Closed => ApiError::internal(),
        })?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| ApiError::internal())?;
        Ok(Pass { _inside: inside, _running: running })
    }

    /// Computes on a thread of its own, in turn.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let pass = self.enter().await?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(pass);
            result
        });
        done.await.unwrap_or_else(|_| Err(ApiError::internal()))
    }
}
