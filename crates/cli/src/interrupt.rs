//! Leaving cleanly when the user interrupts: no half file, no half line of progress, exit status 130.

use indicatif::ProgressBar;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
#[cfg(unix)]
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What an interrupted run would leave behind.
#[derive(Debug)]
pub(crate) struct Left {
    /// The temporary file of this process. All of this is locked while the file appears, is renamed or is removed.
    pub(crate) file: Option<PathBuf>,
    /// The bar on stderr.
    pub(crate) bar: Option<ProgressBar>,
}

static LEFT: Mutex<Left> = Mutex::new(Left { file: None, bar: None });

/// What would be left now, locked.
pub(crate) fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Set when the user has interrupted.
static STOP: AtomicBool = AtomicBool::new(false);

/// Removes what is left and exits with status 130 when the user interrupts or the system ends this process.
///
/// Call it once, before anything could be left.
///
/// # Errors
///
/// If the system refuses to say when that happens.
pub(crate) fn leave_nothing() -> anyhow::Result<()> {
    listen(0)
}

/// A flag that is set when the user interrupts or the system ends this process, so that a command can say how far it came.
///
/// The second time the process leaves, as [`leave_nothing`] says. Call one of the two, once.
///
/// # Errors
///
/// If the system refuses to say when that happens.
pub(crate) fn stop_flag() -> anyhow::Result<&'static AtomicBool> {
    listen(1)?;
    Ok(&STOP)
}

/// Leaves when a signal comes after `patience` others; each sets the flag.
#[cfg(unix)]
fn listen(patience: usize) -> anyhow::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        for (earlier, _) in signals.forever().enumerate() {
            STOP.store(true, Ordering::Relaxed);
            if earlier >= patience {
                leave();
            }
        }
    });
    Ok(())
}

/// Elsewhere the system ends the process, and a temporary file stays.
#[cfg(not(unix))]
fn listen(_: usize) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn leave() -> ! {
    // The lock stays: nothing may be renamed any more.
    let left = left();
    if let Some(path) = &left.file {
        // It may be gone already; there is nobody left to tell.
        let _gone = std::fs::remove_file(path);
    }
    if let Some(bar) = &left.bar {
        bar.finish_and_clear();
    }
    std::process::exit(130);
}
