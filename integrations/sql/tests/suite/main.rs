//! The functions in queries, and the binary as its users run it.

mod binary;
mod functions;
