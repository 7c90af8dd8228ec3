//! `--plot FILE`: pictures of what a command says.

use crate::pending::Output;
use anyhow::anyhow;
use plot::{Format, Svg};
use std::path::Path;

/// A picture in the making, in the format that its name ends with.
#[derive(Debug)]
pub(crate) struct Picture {
    format: Format,
    output: Output,
}

impl Picture {
    /// Makes sure that the file can be written, before the work begins.
    pub(crate) fn begin(target: &Path) -> anyhow::Result<Self> {
        let format = Format::of(target).map_err(|error| anyhow!(error))?;
        Ok(Self { format, output: Output::begin(target)? })
    }

    /// Writes it.
    pub(crate) fn finish(self, svg: &Svg) -> anyhow::Result<()> {
        let bytes = self.format.write(svg).map_err(|error| anyhow!(error))?;
        self.output.finish(&bytes)
    }
}
