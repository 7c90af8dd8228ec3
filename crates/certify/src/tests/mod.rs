//! The checker's parts on their own; `tests/suite` has whole certificates.

mod ends;
mod file;
mod pairs;
mod taylor;
