//! Many models side by side: what each claims, what it stores and hides, whether it is right, how fast it is.
//!
//! [`measure`](measure()) makes the rows, [`table`] says what stands in each cell, [`markdown()`] and [`html()`] write pages,
//! [`plot()`] draws the numbers stored against the strict count. Nothing is dropped: a model that cannot be read is a row
//! with its error.

mod html;
mod labels;
mod markdown;
mod measure;
mod plot;
mod row;
pub mod table;

pub use html::html;
pub use markdown::markdown;
pub use measure::{Doing, Limits, measure};
pub use plot::plot;
pub use row::{Accuracy, Decision, Line, Order, Row, sort};
