//! Leaving cleanly when the user interrupts: no half file, no half line of progress, exit status 130.

use indicatif::ProgressBar;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
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

/// What the searches ask whether to stop: never, because an interrupt ends the process.
pub(crate) static NEVER: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt, or the system's word to end, removes what is left, says so and exits with status 130.
///
/// # Errors
///
/// If the system refuses to say when that happens.
#[cfg(unix)]
pub(crate) fn listen() -> anyhow::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            leave();
        }
    });
    Ok(())
}

/// Elsewhere the system ends the process, and a temporary file stays.
#[cfg(not(unix))]
pub(crate) fn listen() -> anyhow::Result<()> {
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
    anstream::eprintln!("interrupted");
    std::process::exit(130);
}
