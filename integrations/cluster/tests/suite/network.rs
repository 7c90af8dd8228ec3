//! Machines of their own on one: network namespaces, joined by a bridge in the first of them.

use std::process::Command;

/// Machines that reach each other, and nothing else.
pub(crate) struct Network {
    machines: Vec<String>,
}

/// Runs `ip`; none where it fails.
fn ip(args: &[&str]) -> Option<()> {
    let output = Command::new("ip").args(args).output().ok()?;
    output.status.success().then_some(())
}

impl Network {
    /// None where they cannot be made: that takes Linux with network namespaces, veth and bridges, `ip`, and root.
    pub(crate) fn new(machines: usize) -> Option<Self> {
        let network = Self::made(machines);
        if network.is_none() {
            println!("skipped: no network of namespaces can be made here");
        }
        network
    }

    fn made(machines: usize) -> Option<Self> {
        let id = std::process::id();
        // What was made so far is taken down when the rest cannot be.
        let mut network = Self { machines: Vec::new() };
        for machine in 0..machines {
            let name = format!("nanoadder-{id}-{machine}");
            ip(&["netns", "add", &name])?;
            network.machines.push(name);
        }
        let first = &network.machines[0];
        let address = |machine: usize| network.address(machine) + "/24";
        ip(&["-n", first, "link", "add", "bridge", "type", "bridge"])?;
        ip(&["-n", first, "address", "add", &address(0), "dev", "bridge"])?;
        ip(&["-n", first, "link", "set", "bridge", "up"])?;
        for (machine, name) in network.machines.iter().enumerate() {
            ip(&["-n", name, "link", "set", "lo", "up"])?;
            if machine == 0 {
                continue;
            }
            let wire = Self::wire(machine);
            let peer = ["type", "veth", "peer", "name", "wire", "netns", name];
            ip(&[&["-n", first, "link", "add", &wire], &peer[..]].concat())?;
            ip(&["-n", first, "link", "set", &wire, "master", "bridge"])?;
            ip(&["-n", name, "address", "add", &address(machine), "dev", "wire"])?;
            ip(&["-n", name, "link", "set", "wire", "up"])?;
            network.mend(machine);
        }
        Some(network)
    }

    /// The end of a machine's wire at the bridge.
    fn wire(machine: usize) -> String {
        format!("wire{machine}")
    }

    pub(crate) fn address(&self, machine: usize) -> String {
        format!("10.87.0.{}", machine + 1)
    }

    /// A program on a machine.
    pub(crate) fn command(&self, machine: usize, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.machines[machine], program]);
        command
    }

    /// Whether something on a machine takes connections at `port`.
    pub(crate) fn listens(&self, machine: usize, port: u16) -> bool {
        let output = self.command(machine, "cat").arg("/proc/net/tcp").output().unwrap();
        // The local address, that of nobody, and the state: listening.
        let socket = format!(":{port:04X} 00000000:0000 0A");
        String::from_utf8_lossy(&output.stdout).contains(&socket)
    }

    /// Cuts a machine's wire.
    pub(crate) fn cut(&self, machine: usize) {
        ip(&["-n", &self.machines[0], "link", "set", &Self::wire(machine), "down"]).unwrap();
    }

    pub(crate) fn mend(&self, machine: usize) {
        ip(&["-n", &self.machines[0], "link", "set", &Self::wire(machine), "up"]).unwrap();
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in &self.machines {
            ip(&["netns", "delete", name]);
        }
    }
}
