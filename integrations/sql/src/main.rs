//! `nanoadder-sql`: a query over files, in this process.

use nanoadder_sql::front;
use std::process::ExitCode;

fn main() -> ExitCode {
    front::main(None)
}
