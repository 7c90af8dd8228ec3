//! A thousand clients at once, over a socket.

use serde_json::json;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::num::NonZeroUsize;
use std::sync::Barrier;
use std::time::Duration;
use web::{Limits, Options, serve};

/// A server on a port of its own, which lives as long as the test.
fn start(limits: Limits) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    let options = Options { host: Ipv4Addr::LOCALHOST.into(), port: 0 };
    std::thread::spawn(move || serve(options, limits, |address| sender.send(address).unwrap()));
    receiver.recv().unwrap()
}

/// The status of one request, and the body.
fn ask(address: SocketAddr, path: &str, body: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok((status, text.split("\r\n\r\n").nth(1).unwrap_or("").to_owned()))
}

/// The statuses of a thousand requests that are sent at the same moment.
fn thousand(limits: Limits) -> Vec<(u16, String)> {
    const CLIENTS: usize = 1_000;
    let address = start(limits);
    let barrier = Barrier::new(CLIENTS);
    let body = json!({ "model": "nanoadder-58", "a": "9999999999", "b": "1" }).to_string();
    std::thread::scope(|scope| {
        let one = || {
            barrier.wait();
            ask(address, "/api/v1/add", &body).unwrap()
        };
        let builder = || std::thread::Builder::new().stack_size(128 << 10);
        let clients: Vec<_> = (0..CLIENTS).map(|_| builder().spawn_scoped(scope, one).unwrap()).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

#[test]
fn a_thousand_at_once_are_answered_or_refused() {
    let answers = thousand(Limits::default());
    let right =
        answers.iter().filter(|(status, body)| *status == 200 && body.contains("10000000000")).count();
    let refused = answers.iter().filter(|(status, _)| *status == 429).count();
    assert_eq!(right + refused, answers.len(), "{:?}", answers.iter().map(|(status, _)| status).max());
    assert!(right >= 100, "{right} answered, {refused} refused");
}

#[test]
fn with_room_for_one_the_others_are_refused() {
    let limits = Limits { short: NonZeroUsize::MIN, waiting: 0, ..Limits::default() };
    let answers = thousand(limits);
    assert!(answers.iter().any(|(status, _)| *status == 200));
    let refusal = answers.iter().find(|(status, _)| *status == 429).map(|(_, body)| body.as_str());
    assert!(refusal.is_some_and(|body| body.contains("\"code\":\"busy\"")), "{refusal:?}");
    assert!(answers.iter().all(|(status, _)| [200, 429].contains(status)));
}
