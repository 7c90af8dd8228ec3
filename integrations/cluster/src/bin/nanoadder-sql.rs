//! `nanoadder-sql` with `--cluster`: the same query, on many machines.

use std::process::ExitCode;

fn main() -> ExitCode {
    nanoadder_sql::front::main(Some(nanoadder_cluster::connect))
}
