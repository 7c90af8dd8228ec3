//! One file for each command.

pub(crate) mod add;
pub(crate) mod bench;
pub(crate) mod board;
pub(crate) mod certify;
pub(crate) mod check;
pub(crate) mod count;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod hunt;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod prove;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod shrink;
pub(crate) mod tui;
pub(crate) mod why;
