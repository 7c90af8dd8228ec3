//! Long work beside Python: other threads run, and Ctrl-C is heard.

use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often Ctrl-C is looked for.
const PATIENCE: Duration = Duration::from_millis(50);

/// Runs `work` on a thread of its own without the interpreter's lock. On Ctrl-C the flag that `work` is given is raised, and
/// `KeyboardInterrupt` is raised once it has ended.
pub(crate) fn interruptible<R: Send>(
    py: Python<'_>,
    work: impl FnOnce(&AtomicBool) -> R + Send,
) -> PyResult<R> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| work(&stop));
        while !running.is_finished() {
            py.detach(|| std::thread::park_timeout(PATIENCE.min(Duration::from_millis(50))));
            if let Err(interrupt) = py.check_signals() {
                stop.store(true, Ordering::Relaxed);
                py.detach(|| {
                    while !running.is_finished() {
                        std::thread::sleep(PATIENCE)
                    }
                });
                return Err(interrupt);
            }
        }
        running.join().map_err(|_| {
            pyo3::exceptions::PyRuntimeError::new_err("nanoadder itself failed; please report it")
        })
    })
}
