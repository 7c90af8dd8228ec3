//! How much one request, and all of them together, may ask for.

use std::num::NonZeroUsize;
use std::time::Duration;

/// What the server refuses to exceed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes. Beyond it: 413.
    pub body: usize,
    /// The most weights of a model that is sent along. Beyond it: 422.
    pub weights: u64,
    /// The most random pairs of a check. Beyond it: 400.
    pub pairs: u64,
    /// The most cases that a proof looks at before it is undecided.
    pub states: u64,
    /// How long a short request may take, from its first byte to its answer. Beyond it: 408.
    pub time: Duration,
    /// How long a check or a proof may work; then it ends with what it has.
    pub work: Duration,
    /// How many short requests compute at once.
    pub short: NonZeroUsize,
    /// How many more of them may wait. Beyond it: 429.
    pub waiting: usize,
    /// How many checks and proofs may run or wait; they run one at a time, on all cores. Beyond it: 429.
    pub long: NonZeroUsize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 64 << 10,
            weights: 1 << 16,
            pairs: 10_000_000,
            states: 2_000_000,
            time: Duration::from_secs(10),
            work: Duration::from_secs(60),
            short: cores(),
            waiting: 128,
            long: NonZeroUsize::new(8).unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// The number of processor cores.
pub(crate) fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
