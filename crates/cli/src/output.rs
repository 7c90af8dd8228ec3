//! Printing: tables, numbers, colour, JSON.

use crate::args::{Common, Format};
use crate::shown::{Paint, Shown};
pub(crate) use crate::table::{Align, table, wrap};
use anstream::AutoStream;
use anstyle::{AnsiColor, Reset, Style};
use serde::Serialize;
pub(crate) use spec::figures::{counted, share, thousands};
use std::io::{IsTerminal, StdoutLock, Write};
use std::path::Path;

/// The version of the JSON that commands print.
pub(crate) const SCHEMA_VERSION: u32 = wire::SCHEMA_VERSION;

pub(crate) const RED: Paint<Style> = Paint(AnsiColor::Red.on_default());
pub(crate) const GREEN: Paint<Style> = Paint(AnsiColor::Green.on_default());
pub(crate) const CYAN: Paint<Style> = Paint(AnsiColor::Cyan.on_default());
pub(crate) const BOLD: Paint<Style> = Paint(Style::new().bold());
pub(crate) const DIM: Paint<Style> = Paint(Style::new().dimmed());
pub(crate) const RESET: Paint<Reset> = Paint(Reset);

/// The steps of a bar for a share.
const SHARES: u64 = 100_000;

/// Moves a bar of [`Common::progress_of_share`] on, never back: threads report in any order.
pub(crate) fn move_to(bar: &indicatif::ProgressBar, share: f64) {
    bar.update(|state| {
        let position = (share * SHARES as f64) as u64;
        if position > state.pos() {
            state.set_pos(position);
        }
    });
}

impl Common {
    /// Whether to print JSON.
    pub(crate) fn json(&self) -> bool {
        self.format == Format::Json
    }

    /// Says on stderr, if asked to be verbose, what was read as `name`.
    pub(crate) fn tell_model(&self, name: &Path, model: &spec::Model) {
        if self.verbose {
            let (found, bytes) = (model.name(), counted(model.text().len(), "byte"));
            let stored = counted(model.counts().stored, "stored number");
            let from = match name.to_str().and_then(zoo::find) {
                Some(_) => "comes with nanoadder".to_owned(),
                None => format!("read from `{}`", path(name)),
            };
            tell!("{found}: {from}, {bytes}, {stored} in {}", model.dtype().name());
        }
    }

    /// Says on stderr, if asked to be verbose, with what `adder` works.
    pub(crate) fn tell_reading(&self, adder: &run::Adder, threads: std::num::NonZeroUsize) {
        if self.verbose {
            let model = adder.model();
            let (name, number, level) = (model.name(), model.dtype().name(), adder.level().name());
            tell!("{name} in {number}, lanes on {level}, {}", counted(threads.get(), "thread"));
        }
    }

    /// A bar for a share of work from 0 to 1, as [`Common::progress`] draws it.
    pub(crate) fn progress_of_share(&self) -> indicatif::ProgressBar {
        let bar = self.progress(Some(SHARES), "");
        let template = "{bar:30} {percent_precise} %, {eta} left";
        bar.set_style(
            indicatif::ProgressStyle::with_template(template).expect("the template above is well formed"),
        );
        bar
    }

    /// A progress bar over `total` steps on stderr; silent if asked to be, or if stderr is no terminal.
    pub(crate) fn progress(&self, total: Option<u64>, unit: &str) -> indicatif::ProgressBar {
        use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
        if self.quiet {
            return ProgressBar::hidden();
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        let template = match total {
            Some(_) => format!("{{bar:30}} {{human_pos}} of {{human_len}} {unit}, {{per_sec}}, {{eta}} left"),
            None => format!("{{spinner}} {{human_pos}} {unit}, {{per_sec}}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        bar.set_style(ProgressStyle::with_template(&template).expect("the template above is well formed"));
        crate::interrupt::left().bar = Some(bar.clone());
        bar
    }
}

/// Stdout for people: with colour where it is a terminal, and what others wrote as it can be shown.
pub(crate) fn stdout() -> Shown<AutoStream<StdoutLock<'static>>> {
    Shown::text(AutoStream::auto(std::io::stdout().lock()))
}

/// Says something on stderr, as [`stdout`] shows it. What the macro `tell` calls.
pub(crate) fn remark(text: std::fmt::Arguments<'_>) {
    // There is nobody left to tell if this fails.
    let _untold = writeln!(Shown::text(AutoStream::auto(std::io::stderr().lock())), "{text}");
}

/// Says something on stderr: `eprintln!` for what others may have written.
macro_rules! tell {
    ($($text:tt)*) => { $crate::output::remark(format_args!($($text)*)) };
}
pub(crate) use tell;

/// Prints data byte for byte; on a terminal, as it can be shown.
pub(crate) fn data(bytes: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if out.is_terminal() { Shown::text(out).write_all(bytes) } else { out.write_all(bytes) }
}

/// `path` as it can be shown on one line.
pub(crate) fn path(path: &Path) -> String {
    spec::text::line(&path.display().to_string()).into_owned()
}

/// Prints `value` as JSON, one value and a newline.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = Shown::json(std::io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// `number` in a few characters: integers as they are, others with four significant digits.
pub(crate) fn short(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e7 {
        return format!("{number}");
    }
    let size = number.abs();
    if !(1e-3..1e7).contains(&size) {
        return format!("{number:.3e}");
    }
    let before = size.log10_floor();
    let decimals = usize::try_from(3 - before).unwrap_or(0);
    format!("{number:.decimals$}")
}

/// The power of ten of the leading digit.
trait Log10Floor {
    fn log10_floor(self) -> i32;
}

impl Log10Floor for f64 {
    fn log10_floor(self) -> i32 {
        let (mut power, mut size) = (0, self);
        while size >= 10.0 {
            (power, size) = (power + 1, size / 10.0);
        }
        while size < 1.0 {
            (power, size) = (power - 1, size * 10.0);
        }
        power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        assert_eq!(short(-9005.0), "-9005");
        assert_eq!(short(0.5), "0.5000");
        assert_eq!(short(-54.064_113_6), "-54.06");
        assert_eq!(short(1.5e-9), "1.500e-9");
        assert_eq!(short(123_456.7), "123457");
    }
}
