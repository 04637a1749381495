//! An implementation at a UDP address as a target, in real time.
//!
//! It is prepared by whoever runs it: checks that need anything special of the target are skipped.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use ike::Role;
use lab::link::Datagram;

use super::{Arrival, Place, Setup, Target, TargetError};

/// An implementation at a UDP address.
#[derive(Debug)]
pub struct Udp {
    socket: UdpSocket,
    place: Place,
    patience: Duration,
    began: Instant,
}

impl Udp {
    /// Talks to `target` from `local`; a target that is silent for `patience` is taken to be silent.
    ///
    /// # Errors
    /// The local address cannot be used.
    pub fn open(target: SocketAddr, local: SocketAddr, patience: Duration) -> io::Result<Self> {
        let socket = UdpSocket::bind(local)?;
        let place = Place { target, tester: socket.local_addr()?, target_nat_port: 4500 };
        Ok(Self { socket, place, patience, began: Instant::now() })
    }
}

impl Target for Udp {
    fn prepare(&mut self, setup: &Setup) -> Result<(), TargetError> {
        if setup.role == Role::Initiator {
            let reason = "a target at an address is only called, it does not call".to_owned();
            return Err(TargetError::Unprepared { reason });
        }
        if !setup.is_plain() {
            let reason = format!("the target would have to be prepared: {setup:?}");
            return Err(TargetError::Unprepared { reason });
        }
        self.reset()
    }

    fn send(&mut self, datagram: Datagram) -> Result<(), TargetError> {
        if datagram.source() != self.place.tester {
            let reason = format!("datagrams would have to leave from {}", datagram.source());
            return Err(TargetError::Unprepared { reason });
        }
        match self.socket.send_to(datagram.payload(), datagram.destination()) {
            // The answer to an earlier datagram; that nobody listens shows as silence.
            Err(error) if error.kind() != ErrorKind::ConnectionRefused => Err(environment("send to", &error)),
            _ => Ok(()),
        }
    }

    fn receive(&mut self, patience: Duration) -> Result<Option<Arrival>, TargetError> {
        let deadline = Instant::now() + patience;
        let mut buffer = vec![0; 65_535];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.socket.set_read_timeout(Some(left)).map_err(|error| environment("listen to", &error))?;
            match self.socket.recv_from(&mut buffer) {
                Ok((length, source)) if source.ip() == self.place.target.ip() => {
                    let payload = buffer.get(..length).unwrap_or_default().to_vec();
                    let Some(datagram) = Datagram::new(source, self.place.tester, payload) else { continue };
                    return Ok(Some(Arrival { at: self.began.elapsed(), datagram }));
                }
                Ok(_) => {}
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok(None),
                    ErrorKind::ConnectionRefused | ErrorKind::Interrupted => {}
                    _ => return Err(environment("listen to", &error)),
                },
            }
        }
    }

    /// Reads away what is still on its way. The target's sessions stay: every negotiation has cookies of its own.
    fn reset(&mut self) -> Result<(), TargetError> {
        while self.receive(Duration::from_millis(1))?.is_some() {}
        self.began = Instant::now();
        Ok(())
    }

    fn place(&self) -> Place {
        self.place
    }

    fn patience(&self) -> Duration {
        self.patience
    }
}

fn environment(attempt: &str, error: &io::Error) -> TargetError {
    TargetError::Environment { problem: format!("cannot {attempt} the target: {error}") }
}
