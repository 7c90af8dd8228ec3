//! Processes of a cluster, which end with the test.

use crate::network::Network;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long the schedulers of these tests wait for a sign of life before they give an executor up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(7);

/// How long anything may take before a test fails.
const LONGEST: Duration = Duration::from_secs(120);

/// A process that is killed when it is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// On the machine number `machine` of a network, if there is one.
    fn start(network: Option<&Network>, machine: usize, args: &[&str]) -> Self {
        let program = env!("CARGO_BIN_EXE_nanoadder-cluster");
        let mut command = network.map_or(Command::new(program), |network| network.command(machine, program));
        // What they log is shown with the output of a test that fails.
        Self(command.args(args).env("RUST_LOG", "error").stdout(Stdio::null()).spawn().unwrap())
    }

    /// Kills it, as a machine dies that loses its power.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has computed for `time`.
    fn wait_for_work(&self, time: Duration) {
        wait(|| self.computed() >= time);
    }

    /// The time that it has computed.
    fn computed(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        // In hundredths of a second.
        Duration::from_millis(10 * fields[11].parse::<u64>().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until `done`.
pub(crate) fn wait(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < LONGEST, "not done after {LONGEST:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A scheduler and its executors.
pub(crate) struct Cluster {
    port: u16,
    pub(crate) scheduler: Process,
    pub(crate) executors: Vec<Process>,
    /// The machines, if they are not all this one: the scheduler and the client are on the first, each executor has its own.
    pub(crate) network: Option<Network>,
}

impl Cluster {
    /// A scheduler and `executors` executors of one thread each.
    pub(crate) fn start(executors: usize) -> Self {
        Self::start_on(None, executors)
    }

    /// The same, every executor on a machine of its own; none where no such machines can be made.
    pub(crate) fn start_apart(executors: usize) -> Option<Self> {
        Some(Self::start_on(Some(Network::new(1 + executors)?), executors))
    }

    fn start_on(network: Option<Network>, executors: usize) -> Self {
        let port = if network.is_some() { 50050 } else { free_port() };
        let scheduler = Self::start_scheduler(network.as_ref(), port);
        let mut cluster = Self { port, scheduler, executors: Vec::new(), network };
        for _ in 0..executors {
            cluster.add_executor();
        }
        cluster
    }

    fn start_scheduler(network: Option<&Network>, port: u16) -> Process {
        let (port_text, patience) = (port.to_string(), PATIENCE.as_secs().to_string());
        let mut args = vec!["scheduler", "--port", &port_text, "--patience", &patience];
        let host = network.map(|network| network.address(0));
        if let Some(host) = &host {
            args.extend(["--host", "0.0.0.0", "--name", host]);
        }
        let scheduler = Process::start(network, 0, &args);
        wait(|| match network {
            Some(network) => network.listens(0, port),
            None => TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok(),
        });
        scheduler
    }

    /// A new scheduler in the place of the old one, which knows nothing of what the old one knew.
    pub(crate) fn restart_scheduler(&mut self) {
        self.scheduler.kill();
        self.scheduler = Self::start_scheduler(self.network.as_ref(), self.port);
    }

    pub(crate) fn add_executor(&mut self) {
        let machine = self.executors.len() + 1;
        let scheduler = self.address().replace("df://", "");
        let port = if self.network.is_some() { 50051 } else { free_port() }.to_string();
        let mut args = vec!["executor", "--scheduler", &scheduler, "--port", &port, "--threads", "1"];
        let host = self.network.as_ref().map(|network| network.address(machine));
        if let Some(host) = &host {
            args.extend(["--host", "0.0.0.0", "--name", host]);
        }
        self.executors.push(Process::start(self.network.as_ref(), machine, &args));
    }

    /// The address that a client is given.
    pub(crate) fn address(&self) -> String {
        let host = self.network.as_ref().map_or("localhost".to_owned(), |network| network.address(0));
        format!("df://{host}:{}", self.port)
    }

    /// Waits until every executor is in the middle of its work.
    pub(crate) fn wait_for_work(&self) {
        for executor in &self.executors {
            executor.wait_for_work(executor.computed() + Duration::from_millis(300));
        }
    }

    /// A client's query on this cluster, begun.
    pub(crate) fn begin(&self, args: &[&str]) -> Child {
        let program = env!("CARGO_BIN_EXE_nanoadder-sql");
        let network = self.network.as_ref();
        network
            .map_or(Command::new(program), |network| network.command(0, program))
            .args([&["--cluster", &self.address()], args].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// What a query that runs prints as CSV.
    pub(crate) fn query(&self, args: &[&str]) -> String {
        printed(self.begin(&[args, &["--format", "csv"]].concat()).wait_with_output().unwrap())
    }

    /// What is said of a query that cannot run.
    pub(crate) fn said(&self, args: &[&str]) -> String {
        said(self.begin(args).wait_with_output().unwrap())
    }
}

/// What a query prints as CSV that runs in the client.
pub(crate) fn embedded(args: &[&str]) -> String {
    let mut client = Command::new(env!("CARGO_BIN_EXE_nanoadder-sql"));
    printed(client.args([args, &["--format", "csv"]].concat()).output().unwrap())
}

/// The output of a query that ran.
pub(crate) fn printed(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The message of a query that could not run.
pub(crate) fn said(output: Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr).unwrap()
}
