//! Two hosts joined by a cable, made of Linux namespaces.
//!
//! The namespaces of a host live as long as a process in it, and every process in it ends with this program, even when this
//! program is killed: one waits for the end of its standard input, the others have asked the kernel for it. So no name, file
//! or interface is left behind. Where the user is not root, a user namespace gives the rights that are needed.

use std::io::{self, BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::PeerError;

/// Two hosts, each with one interface, joined by a cable.
#[derive(Debug)]
pub struct Network {
    first: Host,
    second: Host,
}

impl Network {
    /// Makes two hosts and joins them; nothing else can reach them.
    ///
    /// # Errors
    /// This machine lacks a program for it, or does not allow it.
    pub fn new() -> Result<Self, PeerError> {
        let first = first_host(Ipv4Addr::new(10, 77, 0, 1))?;
        let second = second_host(&first, Ipv4Addr::new(10, 77, 0, 2))?;
        first.ip(&format!(
            "link add {INTERFACE} type veth peer name {INTERFACE} netns {}",
            second.process()
        ))?;
        for host in [&first, &second] {
            host.ip(&format!("addr add {}/24 dev {INTERFACE}", host.address))?;
            host.ip(&format!("link set {INTERFACE} up"))?;
        }
        Ok(Self { first, second })
    }

    /// The hosts with the addresses 10.77.0.1 and 10.77.0.2.
    #[must_use]
    pub fn hosts(&self) -> [&Host; 2] {
        [&self.first, &self.second]
    }
}

/// One host: its own interfaces, its own empty `/run`, and the files of this machine.
#[derive(Debug)]
pub struct Host {
    address: Ipv4Addr,
    /// How `nsenter` gets into a user namespace, where there is one.
    user: &'static [&'static str],
    /// The process whose namespaces the host is made of.
    holder: Child,
}

impl Host {
    /// The address of its interface.
    #[must_use]
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// A command that runs `program` on this host, in the folder `/`. The program ends with the thread that starts it.
    #[must_use]
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.enter(&["--net", "--mount"]);
        command.args(["setpriv", "--pdeathsig", "KILL", "--"]).arg(program.as_ref());
        command
    }

    fn enter(&self, namespaces: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.process()]).args(self.user).args(namespaces).arg("--");
        command
    }

    fn process(&self) -> String {
        self.holder.id().to_string()
    }

    fn ip(&self, arguments: &str) -> Result<(), PeerError> {
        let mut command = self.enter(&["--net"]);
        command.arg("ip").args(arguments.split(' '));
        run(&format!("ip {arguments}"), command).map(drop)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

const INTERFACE: &str = "ike0";

/// Says when it is ready, and waits for the end of its input. Daemons write their process numbers and sockets to `/run`.
const HOLD: &str = "mount -t tmpfs ikespec /run && ip link set lo up && echo ready && exec cat";

const IN_USER_NAMESPACE: &[&str] = &["--user", "--preserve-credentials"];

fn first_host(address: Ipv4Addr) -> Result<Host, PeerError> {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "--mount"]);
    hold(command, IN_USER_NAMESPACE, address).or_else(|error| match error {
        // A machine may forbid user namespaces and still let root do without one.
        PeerError::NoNamespaces { .. } => {
            let mut command = Command::new("unshare");
            command.args(["--net", "--mount"]);
            hold(command, &[], address)
        }
        other => Err(other),
    })
}

fn second_host(first: &Host, address: Ipv4Addr) -> Result<Host, PeerError> {
    let mut command = first.enter(&[]);
    command.args(["unshare", "--net", "--mount"]);
    hold(command, first.user, address)
}

/// Runs [`HOLD`] by `command` and waits until the host exists.
fn hold(mut command: Command, user: &'static [&'static str], address: Ipv4Addr) -> Result<Host, PeerError> {
    let mut holder = command
        .args(["sh", "-c", HOLD])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                PeerError::NotInstalled { program: "unshare and nsenter", package: "util-linux" }
            }
            _ => PeerError::Environment { attempt: "start unshare".to_owned(), error },
        })?;
    let mut ready = String::new();
    if let Some(output) = holder.stdout.take() {
        BufReader::new(output).read_line(&mut ready).map_err(PeerError::environment("read from unshare"))?;
    }
    if ready.is_empty() {
        let output = holder.wait_with_output().map_err(PeerError::environment("wait for unshare"))?;
        return Err(PeerError::NoNamespaces {
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Ok(Host { address, user, holder })
}

/// Runs `command` to its end and returns what it printed.
pub(super) fn run(name: &str, mut command: Command) -> Result<String, PeerError> {
    let output =
        command.stdin(Stdio::null()).output().map_err(PeerError::environment(format!("run {name}")))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        Ok(text)
    } else {
        Err(PeerError::Failed { command: name.to_owned(), output: text })
    }
}
