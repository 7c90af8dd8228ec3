//! Decides whether a model adds *every* pair.
//!
//! [`prove`] reads nothing but the model. It answers with a proof, with a pair on which the model is wrong, with the share of
//! pairs on which it is wrong, or with what is left open, beside it what random pairs say; never with a guess.
//! `docs/proofs.md` tells the method from the beginning.
//!
//! The way through: `network` and `graph` (what is decided: blocks, or the expressions of a graph), `script` (what stands at each position), `letters` (digits, carries and sets of pairs), `search`
//! (counterexamples first), `hunt` (only those), `scores`, `hull` and `layers` (what the attention can reach), `bound` and `behind` (margins over affine forms, in any
//! evaluation order), `enclose` (the program itself on intervals), `branch` (branch and bound), `holds` (for which runtimes), `coverage` (no pair is left
//! out), `rate` (how often it is wrong), `statistics` and `binomial` (random pairs where there is no proof), `verdict` (the answer), `certificate` (the answer written down for a checker), `summary`, `slack` and `blame`
//! (why).

mod behind;
mod beside;
mod binomial;
mod blame;
mod bound;
mod branch;
mod certificate;
mod coverage;
mod enclose;
mod form;
mod graph;
mod holds;
mod hull;
mod hunt;
mod layers;
mod letters;
mod network;
mod rate;
#[cfg(test)]
mod samples;
mod scores;
mod script;
mod search;
mod slack;
mod statistics;
mod summary;
mod verdict;

pub use blame::{Blame, Repair, blame};
pub use certificate::{Proof, certificate};
pub use hunt::{Catch, Found, Hunt, hunt};
pub use search::{Closest, Source};
pub use slack::{Slack, slack};
pub use statistics::Statistics;
pub use summary::{Known, StepReport, Tightest};
pub use verdict::{Counterexample, Layer, Options, Rate, Report, Verdict, prove};
