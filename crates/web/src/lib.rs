//! The page and the HTTP API: what the commands do, for a browser.
//!
//! [`serve`](serve()) listens and answers until it is interrupted; [`app`] is the same without a socket. The server keeps nothing: each
//! request names its model, computes, and is forgotten. It opens no file for a request, and its answers are the JSON of the
//! commands ([`wire`]). Limits on bodies, time and work at once stand in [`Limits`].

mod api;
mod asked;
mod error;
mod gate;
mod job;
mod limits;
mod openapi;
mod page;
mod serve;

pub use limits::Limits;
pub use openapi::openapi;
pub use serve::{Options, app, serve};
