//! A file that appears under its name when it is complete, or not at all.

use anyhow::{Context, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// The temporary file of this process. It is locked while it appears, is renamed or is removed.
static TEMPORARY: Mutex<Option<PathBuf>> = Mutex::new(None);

fn temporary() -> MutexGuard<'static, Option<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file in the making: a temporary one beside its target.
#[derive(Debug)]
pub(super) struct Pending {
    file: NamedTempFile,
    target: PathBuf,
}

impl Pending {
    /// Begins a file that will replace `target`; none if there is a device or a pipe, which cannot be replaced.
    pub(super) fn begin(target: &Path) -> anyhow::Result<Option<Self>> {
        // A link stays a link, to the new contents.
        let target = std::fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        match std::fs::metadata(&target) {
            Ok(found) if found.is_dir() => bail!("`{}`: found a folder: expected a file", target.display()),
            Ok(found) if !found.is_file() => return Ok(None),
            _ => {}
        }
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut current = temporary();
        let file = create(folder).with_context(|| cannot(&target))?;
        *current = Some(file.path().to_owned());
        Ok(Some(Self { file, target }))
    }

    /// A handle to write with.
    pub(super) fn file(&self) -> anyhow::Result<File> {
        self.file.as_file().try_clone().with_context(|| cannot(&self.target))
    }

    /// Gives the file its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let mut current = temporary();
        let done = self.file.persist(&self.target).map_err(|error| error.error);
        done.with_context(|| cannot(&self.target))?;
        *current = None;
        Ok(())
    }
}

pub(super) fn cannot(target: &Path) -> String {
    format!("cannot write `{}`", target.display())
}

/// A new temporary file in `folder`. They are private unless told; this one is to be like any that the user creates.
fn create(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Removes the temporary file and exits with status 130 when the user interrupts or the system ends this process.
///
/// Call it once, before the first file.
#[cfg(unix)]
pub(super) fn leave_nothing() -> anyhow::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            // The lock stays: nothing may be renamed any more.
            let current = temporary();
            if let Some(path) = &*current {
                // It may be gone already; there is nobody left to tell.
                let _gone = std::fs::remove_file(path);
            }
            std::process::exit(130);
        }
    });
    Ok(())
}

/// Elsewhere the system ends the process, and the temporary file stays.
#[cfg(not(unix))]
pub(super) fn leave_nothing() -> anyhow::Result<()> {
    Ok(())
}
