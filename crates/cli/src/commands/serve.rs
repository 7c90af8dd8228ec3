//! `nanoadder serve`: the page and the API on a local port.

use crate::Answer;
use crate::args::{Common, Serve};
use crate::output::{counted, tell};
use anyhow::Context;
use std::io::Write;

pub(crate) fn run(args: &Serve, common: &Common) -> anyhow::Result<Answer> {
    let options = web::Options { host: args.host, port: args.port };
    let ready = |address: std::net::SocketAddr| {
        // Whoever started this may have closed stdout; the server is there all the same.
        let _closed = writeln!(std::io::stdout(), "http://{address}/");
        if common.verbose {
            tell!("listening on {address} with {}", counted(zoo::ENTRIES.len(), "model"));
        }
        if !common.quiet {
            tell!("Open that address in a browser; Ctrl-C ends it.");
            if !address.ip().is_loopback() {
                tell!("Anyone who reaches this machine on that port can use it.");
            }
        }
    };
    web::serve(options, web::Limits::default(), ready)
        .with_context(|| format!("cannot serve on {} port {}", args.host, args.port))?;
    // It goes on until it is interrupted.
    Ok(Answer::Interrupted)
}
