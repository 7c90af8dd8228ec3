//! A file that appears under its name when it is complete, or not at all.

use crate::interrupt::left;
use anyhow::{Context, anyhow, bail};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file in the making: a temporary one beside its target.
#[derive(Debug)]
pub(crate) struct Pending {
    file: NamedTempFile,
    /// Where it goes, behind all links.
    target: PathBuf,
    /// What the user calls it.
    named: PathBuf,
}

impl Pending {
    /// Begins a file that will replace `target`; none if there is a device or a pipe, which cannot be replaced.
    pub(crate) fn begin(named: &Path) -> anyhow::Result<Option<Self>> {
        if named == Path::new("-") {
            bail!("`-`: expected the name of a file; without it stdout is written where the command can");
        }
        // A link stays a link, to the new contents.
        let target = std::fs::canonicalize(named).unwrap_or_else(|_| named.to_owned());
        match std::fs::metadata(&target) {
            Ok(found) if found.is_dir() => bail!("`{}`: found a folder: expected a file", named.display()),
            Ok(found) if !found.is_file() => return Ok(None),
            _ => {}
        }
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut left = left();
        let file = create(folder).with_context(|| cannot(named))?;
        left.file = Some(file.path().to_owned());
        Ok(Some(Self { file, target, named: named.to_owned() }))
    }

    /// A handle to write with.
    pub(crate) fn file(&self) -> anyhow::Result<File> {
        self.file.as_file().try_clone().with_context(|| cannot(&self.named))
    }

    /// Gives the file its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let mut left = left();
        let done = self.file.persist(&self.target).map_err(|error| error.error);
        done.with_context(|| cannot(&self.named))?;
        left.file = None;
        Ok(())
    }
}

/// Writes a file that must not be there yet, all of it or nothing.
///
/// # Errors
///
/// If there is something of that name already, or the file cannot be written.
pub(crate) fn write_new(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let taken = || anyhow!("`{}` is there already: expected the name of a new file", target.display());
    if target.symlink_metadata().is_ok() {
        return Err(taken());
    }
    let pending = Pending::begin(target)?.ok_or_else(taken)?;
    pending.file()?.write_all(bytes).with_context(|| cannot(target))?;
    let mut left = left();
    let done = pending.file.persist_noclobber(&pending.target);
    left.file = None;
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Err(taken()),
        Err(error) => Err(error.error).with_context(|| cannot(target)),
    }
}

/// A file that is written at once, when all of it is known.
#[derive(Debug)]
pub(crate) struct Output {
    pending: Option<Pending>,
    target: PathBuf,
}

impl Output {
    /// Makes sure that `target` can be written before the work begins.
    pub(crate) fn begin(target: &Path) -> anyhow::Result<Self> {
        Ok(Self { pending: Pending::begin(target)?, target: target.to_owned() })
    }

    /// Writes all of it.
    pub(crate) fn finish(self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut file = match &self.pending {
            Some(pending) => pending.file()?,
            None => File::options().write(true).open(&self.target).with_context(|| cannot(&self.target))?,
        };
        file.write_all(bytes).with_context(|| cannot(&self.target))?;
        self.pending.map_or(Ok(()), Pending::finish)
    }
}

pub(crate) fn cannot(target: &Path) -> String {
    format!("cannot write `{}`", target.display())
}

/// A new temporary file in `folder`, with the permissions of any that the user creates. Its name is no part of an error.
fn create(folder: &Path) -> std::io::Result<NamedTempFile> {
    tempfile::Builder::new().make_in(folder, |path| File::create_new(path))
}
