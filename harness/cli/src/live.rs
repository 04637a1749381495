//! A router on real sockets: what `serve` and `dial` share.
//!
//! The endpoint decides everything; here datagrams and time are carried to it and back.

mod party;
mod reporter;
mod sockets;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crypto::{OsRandom, Provider};
use ike::{Endpoint, Event, Limits, Now, Path, ProtectionId, Router};
use ios::Diagnostic;

use crate::moment;
use crate::trouble::Trouble;

pub use party::Party;
pub use reporter::{Milestone, Reporter};
use sockets::Sockets;

/// Which addresses and ports a router uses.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Ports {
    /// The address to receive on; all addresses of this machine unless it is given.
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0")]
    pub listen: IpAddr,
    /// The port for IKE, on both sides.
    #[arg(long, default_value_t = 500)]
    pub port: u16,
    /// The port that IKE moves to behind a NAT, on both sides.
    #[arg(long, default_value_t = 4500)]
    pub nat_port: u16,
}

/// An endpoint with its sockets and its clocks.
pub struct Live {
    endpoint: Endpoint,
    sockets: Sockets,
    started: Instant,
    /// What the clocks showed then; the calendar's second begins where one of the monotonic clock does.
    start: Now,
}

const LAST_WORDS: Duration = Duration::from_millis(300);

impl Live {
    /// Opens the sockets and sets the clock, to `at` or else to this machine's.
    pub fn open(router: Arc<Router>, ports: Ports, at: Option<lab::clock::Instant>) -> Result<Self, Trouble> {
        let random = OsRandom::open().map_err(|error| {
            Trouble::environment(&Diagnostic::error("no-randomness", format!("no random source: {error}")))
        })?;
        let limits = Limits { nat_traversal_port: ports.nat_port, ..Limits::default() };
        let at = at.unwrap_or_else(moment::now);
        let start = Now { monotonic: Duration::from_nanos(at.nanoseconds.into()), calendar: at.seconds };
        Ok(Self {
            endpoint: Endpoint::new(router, Provider::REAL, Box::new(random), limits),
            sockets: Sockets::open(ports.listen, [ports.port, ports.nat_port])?,
            started: Instant::now(),
            start,
        })
    }

    /// The addresses and ports that are listened on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.sockets.addresses()
    }

    /// Begins a negotiation with `remote`.
    pub fn initiate(
        &mut self,
        protection: ProtectionId,
        port: u16,
        remote: SocketAddr,
    ) -> Result<(), Trouble> {
        let local = SocketAddr::new(self.sockets.local_address(remote)?, port);
        let now = self.now();
        self.endpoint.initiate(now, protection, Path { local, remote }).map(drop).map_err(|error| {
            let message = format!("the router cannot initiate: {error}");
            Trouble::input(&Diagnostic::error("cannot-initiate", message))
        })
    }

    /// Runs until `watch` returns something for an event, or until `deadline`, which is nobody's for `None`.
    pub fn run<T>(
        &mut self,
        deadline: Option<Instant>,
        mut watch: impl FnMut(&Event) -> Result<Option<T>, Trouble>,
    ) -> Result<Option<T>, Trouble> {
        loop {
            // Everything is taken out before anybody leaves: an answer must not wait for the next call.
            self.transmit();
            let mut result = None;
            while let Some(event) = self.endpoint.poll_event() {
                let seen = watch(&event)?;
                result = result.or(seen);
            }
            if result.is_some() {
                return Ok(result);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(None);
            }
            self.wait(left);
        }
    }

    /// Goes on for a moment: the peer's last message may be under way, or our last one lost.
    pub fn linger(&mut self, mut watch: impl FnMut(&Event) -> Result<(), Trouble>) -> Result<(), Trouble> {
        self.run(Some(Instant::now() + LAST_WORDS), |event| watch(event).map(|()| None::<()>)).map(drop)
    }

    /// Ends all sessions politely.
    pub fn close(&mut self, sessions: impl IntoIterator<Item = ike::SessionId>) {
        let now = self.now();
        for session in sessions {
            self.endpoint.close(now, session);
        }
        self.transmit();
    }

    /// Hands in the next datagram, or the timer if that is due before; waits no longer than `most`.
    fn wait(&mut self, most: Option<Duration>) {
        let due = self.endpoint.poll_timeout().map(|due| due.saturating_sub(self.now().monotonic));
        let patience = [due, most].into_iter().flatten().min();
        match self.sockets.receive(patience) {
            Some(received) => {
                let now = self.now();
                self.endpoint.handle_datagram(now, received.path, &received.bytes);
            }
            None => {
                let now = self.now();
                if self.endpoint.poll_timeout().is_some_and(|due| due <= now.monotonic) {
                    self.endpoint.handle_timeout(now);
                }
            }
        }
    }

    fn transmit(&mut self) {
        while let Some((path, bytes)) = self.endpoint.poll_transmit() {
            self.sockets.send(path, &bytes);
        }
    }

    fn now(&self) -> Now {
        self.start.plus(self.started.elapsed())
    }
}
