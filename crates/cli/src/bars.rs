//! Small bars of one character each, which say the same with colour and without.

use crate::output::{CYAN, DIM, GREEN, RED, RESET};
use crate::shown::Paint;
use anstyle::Style;
use std::fmt;

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The least share that has a bar.
pub(crate) const LEAST: f64 = 0.005;

/// A bar for a share from 0 to 1; a dot for next to nothing.
pub(crate) fn bar(share: f64) -> char {
    if share.is_nan() || share < LEAST {
        return '·';
    }
    // 0 to 8, rounded up, but not for what is rounding: two halves look the same.
    let level = (share.min(1.0) * 8.0 - 1e-3).ceil() as usize;
    LEVELS[level.clamp(1, 8) - 1]
}

/// Bars in their colours, each behind a text.
#[derive(Debug)]
pub(crate) struct Bars(Vec<(String, Paint<Style>, String)>);

impl fmt::Display for Bars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(text, style, bars)| write!(f, "{text}{style}{bars}{RESET}"))
    }
}

/// A bar for each share, `width` characters wide, side by side.
pub(crate) fn strip(shares: &[f64], width: usize) -> Bars {
    let bars = |&share: &f64| {
        let style = if share < LEAST { DIM } else { CYAN };
        (String::new(), style, std::iter::repeat_n(bar(share), width).collect())
    };
    Bars(shares.iter().map(bars).collect())
}

/// The tokens with a bar each: the chosen one is green if it is right, and red if not.
pub(crate) fn choice(shares: &[f64], chosen: usize, expected: usize) -> Bars {
    /// Vocabularies up to this size are shown whole.
    const WHOLE: usize = 16;
    let mut parts = Vec::new();
    for (token, &share) in shares.iter().enumerate() {
        if shares.len() > WHOLE && share < LEAST && token != expected {
            continue;
        }
        let style = match token {
            token if token == chosen && token == expected => GREEN,
            token if token == chosen => RED,
            _ if share < LEAST => DIM,
            _ => CYAN,
        };
        let blank = if parts.is_empty() { "" } else { " " };
        parts.push((format!("{blank}{token}"), style, bar(share).to_string()));
    }
    Bars(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_by_hand() {
        let bars: String =
            [0.0, 0.004, 0.005, 0.125, 0.126, 0.5, 0.99, 1.0, 1.1, f64::NAN].map(bar).iter().collect();
        assert_eq!(bars, "··▁▁▂▄███·");
    }

    #[test]
    fn without_colour_the_characters_tell() {
        let plain = anstream::adapter::strip_str(&strip(&[0.5, 0.0], 2).to_string()).to_string();
        assert_eq!(plain, "▄▄··");
        let plain = anstream::adapter::strip_str(&choice(&[0.0, 1.0, 0.0], 1, 2).to_string()).to_string();
        assert_eq!(plain, "0· 1█ 2·");
    }
}
