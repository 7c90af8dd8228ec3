//! Machines of their own on one: network namespaces, joined by a bridge in the first of them.

use std::process::Command;

/// Machines that reach each other, and nothing else.
pub(crate) struct Network {
    machines: Vec<String>,
}

fn ip(args: &[&str]) -> bool {
    let output = Command::new("ip").args(args).output();
    output.is_ok_and(|output| output.status.success())
}

impl Network {
    /// None where they cannot be made: that takes Linux, `ip` and root.
    pub(crate) fn new(machines: usize) -> Option<Self> {
        let id = std::process::id();
        let mut network = Self { machines: Vec::new() };
        for machine in 0..machines {
            let name = format!("nanoadder-{id}-{machine}");
            if !ip(&["netns", "add", &name]) {
                println!("skipped: no network namespaces can be made here");
                return None;
            }
            network.machines.push(name);
        }
        let first = &network.machines[0];
        let address = |machine: usize| network.address(machine) + "/24";
        assert!(ip(&["-n", first, "link", "add", "bridge", "type", "bridge"]));
        assert!(ip(&["-n", first, "address", "add", &address(0), "dev", "bridge"]));
        assert!(ip(&["-n", first, "link", "set", "bridge", "up"]));
        for (machine, name) in network.machines.iter().enumerate() {
            assert!(ip(&["-n", name, "link", "set", "lo", "up"]));
            if machine == 0 {
                continue;
            }
            let wire = Self::wire(machine);
            let peer = ["type", "veth", "peer", "name", "wire", "netns", name];
            assert!(ip(&[&["-n", first, "link", "add", &wire], &peer[..]].concat()));
            assert!(ip(&["-n", first, "link", "set", &wire, "master", "bridge"]));
            assert!(ip(&["-n", name, "address", "add", &address(machine), "dev", "wire"]));
            assert!(ip(&["-n", name, "link", "set", "wire", "up"]));
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
        assert!(ip(&["-n", &self.machines[0], "link", "set", &Self::wire(machine), "down"]));
    }

    pub(crate) fn mend(&self, machine: usize) {
        assert!(ip(&["-n", &self.machines[0], "link", "set", &Self::wire(machine), "up"]));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in &self.machines {
            ip(&["netns", "delete", name]);
        }
    }
}
