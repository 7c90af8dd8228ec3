//! CSV: pairs in columns `a` and `b`, or the only two without a header.
//!
//! Nearly every record is a line of plain digits. `fast` reads those straight from the bytes; whatever it does not
//! know (quotes, another number of fields, a word) goes to `reader`'s slow way, which has the complete rules and the errors.

mod fast;
mod quotes;
mod reader;
mod whole;
mod writer;

pub(crate) use reader::{Csv, names};
pub(crate) use whole::has_quotes;
pub(crate) use writer::CsvWriter;
