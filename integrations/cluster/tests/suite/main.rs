//! A cluster of real processes on this machine, and what becomes of it when some of them die.

mod faults;
mod network;
mod processes;
mod queries;
