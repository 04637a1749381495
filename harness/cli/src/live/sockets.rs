//! UDP sockets, read by a thread each.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ike::Path;
use ios::Diagnostic;

use crate::console;
use crate::trouble::Trouble;

/// The sockets of a router.
#[derive(Debug)]
pub struct Sockets {
    sockets: Vec<Arc<UdpSocket>>,
    received: Receiver<Received>,
}

/// A datagram and between whom it was under way.
#[derive(Debug)]
pub struct Received {
    /// From here to there.
    pub path: Path,
    /// What it carries.
    pub bytes: Vec<u8>,
}

/// Datagrams that wait to be looked at; what comes while so many wait stays with the operating system.
const WAITING: usize = 64;

/// No UDP datagram is longer.
const LONGEST: usize = 65_535;

impl Sockets {
    /// Opens a socket for each port.
    pub fn open(address: IpAddr, ports: [u16; 2]) -> Result<Self, Trouble> {
        let (sender, received) = sync_channel(WAITING);
        let mut sockets = Vec::new();
        for port in ports {
            let address = SocketAddr::new(address, port);
            let socket = UdpSocket::bind(address).map_err(|error| cannot_bind(address, &error))?;
            let socket = Arc::new(socket);
            let (reader, sender) = (Arc::clone(&socket), sender.clone());
            thread::spawn(move || read(&reader, &sender));
            sockets.push(socket);
        }
        Ok(Self { sockets, received })
    }

    /// Where they are bound.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.sockets.iter().filter_map(|socket| socket.local_addr().ok()).collect()
    }

    /// Sends a datagram from the socket with its port. What the network does not take is as good as lost.
    pub fn send(&self, path: Path, bytes: &[u8]) {
        let on_port = |socket: &&Arc<UdpSocket>| {
            socket.local_addr().is_ok_and(|address| address.port() == path.local.port())
        };
        let sent = match self.sockets.iter().find(on_port) {
            Some(socket) => socket.send_to(bytes, path.remote).map(drop),
            None => Err(io::Error::other(format!("no socket has port {}", path.local.port()))),
        };
        if let Err(error) = sent {
            console::complain(&format!("{}: cannot send: {error}", path.remote));
        }
    }

    /// Waits for the next datagram, at most so long.
    pub fn receive(&self, most: Option<Duration>) -> Option<Received> {
        match most {
            Some(most) => self.received.recv_timeout(most).ok(),
            None => self.received.recv().ok(),
        }
    }

    /// The address of this machine that datagrams to `remote` leave from.
    pub fn local_address(&self, remote: SocketAddr) -> Result<IpAddr, Trouble> {
        let bound = self.addresses().first().map(SocketAddr::ip);
        match bound.filter(|address| !address.is_unspecified()) {
            Some(address) => Ok(address),
            None => route(remote).map_err(|error| {
                let message = format!("no way leads to {remote}: {error}");
                Trouble::environment(&Diagnostic::error("no-route", message))
            }),
        }
    }
}

/// Asks the routing table; nothing is sent.
fn route(remote: SocketAddr) -> io::Result<IpAddr> {
    let any: SocketAddr = match remote {
        SocketAddr::V4(_) => ([0; 4], 0).into(),
        SocketAddr::V6(_) => ([0; 16], 0).into(),
    };
    let probe = UdpSocket::bind(any)?;
    probe.connect(remote)?;
    Ok(probe.local_addr()?.ip())
}

/// Reads a socket until nobody listens any more.
fn read(socket: &UdpSocket, sender: &SyncSender<Received>) {
    let mut buffer = vec![0; LONGEST];
    let Ok(bound) = socket.local_addr() else { return };
    loop {
        // An error here tells of a datagram that could not be delivered (ICMP): the timers deal with that.
        let Ok((length, remote)) = socket.recv_from(&mut buffer) else { continue };
        let local = if bound.ip().is_unspecified() { route(remote) } else { Ok(bound.ip()) };
        let Ok(local) = local else { continue };
        let path = Path { local: SocketAddr::new(local, bound.port()), remote };
        let bytes = buffer.get(..length).unwrap_or_default().to_vec();
        if sender.send(Received { path, bytes }).is_err() {
            return;
        }
    }
}

fn cannot_bind(address: SocketAddr, error: &io::Error) -> Trouble {
    let mut diagnostic = Diagnostic::error("cannot-listen", format!("cannot listen on {address}: {error}"));
    diagnostic = match error.kind() {
        io::ErrorKind::PermissionDenied => diagnostic.help(
            "ports below 1024 are for root, or for CAP_NET_BIND_SERVICE; --port and --nat-port choose others",
        ),
        io::ErrorKind::AddrInUse => {
            diagnostic.help("another IKE daemon may be running; --port and --nat-port choose others")
        }
        _ => diagnostic,
    };
    Trouble::environment(&diagnostic)
}
