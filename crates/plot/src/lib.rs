//! Pictures without a browser: a decode, a network, the margins of a proof.
//!
//! Each drawing is made once, as an [`Svg`] in the look of the page, and written as SVG, PNG or a page of HTML that stands
//! alone ([`Format`]).

mod decode;
mod format;
mod look;
mod margins;
mod names;
mod network;
mod png;
mod svg;
mod words;

pub use decode::decode;
pub use format::Format;
pub use look::Theme;
pub use margins::margins;
pub use network::network;
pub use svg::{Svg, escape};
