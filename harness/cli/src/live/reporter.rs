//! What a live router tells its user: results, a line each, or everything as the router's debug output.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use ike::{
    DeleteReason, Event, EventKind, Failure, FailureCode, Identity, Ikev2Exchange, MessageName, Path, Router,
    SessionId,
};
use ios::debug::Transcript;
use pki::Certificate;

use super::Party;
use crate::console::{self, BAD, GOOD, NOTABLE, STRONG, escaped, styled};
use crate::trace::clock_style;
use crate::trouble::Trouble;

/// Follows the events of an endpoint and prints them.
pub struct Reporter<'p> {
    router: &'p Router,
    transcript: Option<Transcript<'p>>,
    sessions: BTreeMap<SessionId, Peer>,
}

/// So many peers are remembered; of more, the oldest that has not said who it is goes.
const MOST_PEERS: usize = 11_000;

/// What is known of the other end of a session.
#[derive(Debug, Default)]
struct Peer {
    path: Option<Path>,
    identity: Option<String>,
    subject: Option<String>,
    authenticated: bool,
    /// The message received last: what ranges in events refer to.
    received: Option<Arc<[u8]>>,
}

/// What an event means for a negotiation as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// The peer is authenticated: there is an IKE SA.
    Authenticated,
    /// The IPsec SAs are negotiated.
    ChildEstablished,
    /// Nothing will come of it: of the Child SA, if the peer is authenticated already.
    Failed,
    /// The session is gone.
    Deleted,
}

impl<'p> Reporter<'p> {
    /// Prints results, or with `verbose` the debug output of the router too.
    pub fn new(party: &'p Party, verbose: bool) -> Self {
        let transcript = || Transcript::new(&party.router, clock_style(&party.description));
        Self { router: &party.router, transcript: verbose.then(transcript), sessions: BTreeMap::new() }
    }

    /// What the router is called.
    pub fn name(&self) -> &'p str {
        &self.router.parts().hostname.value
    }

    /// The sessions that there are.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.sessions.keys().copied().collect()
    }

    /// Prints what there is to print of an event, and says what it means.
    pub fn follow(&mut self, event: &Event) -> Result<Option<Milestone>, Trouble> {
        if let Some(transcript) = &mut self.transcript {
            let mut lines = String::new();
            transcript.push(event, &mut lines).expect("a String takes every text");
            console::print(&lines)?;
        }
        let mut peer = self.sessions.remove(&event.session).unwrap_or_default();
        peer.note(&event.kind);
        let (milestone, line) = self.result(&peer, &event.kind).unzip();
        if milestone != Some(Milestone::Deleted) {
            self.sessions.insert(event.session, peer);
            self.forget_strangers();
        }
        if let Some(line) = line {
            console::print(&format!("{line}\n"))?;
        }
        Ok(milestone)
    }

    /// Keeps the number of peers within bounds: a first message that is refused at once begins no session, and so none
    /// that ends.
    fn forget_strangers(&mut self) {
        if self.sessions.len() > MOST_PEERS {
            let stranger = self.sessions.iter().find(|(_, peer)| peer.identity.is_none());
            if let Some(oldest) = stranger.map(|(session, _)| *session) {
                self.sessions.remove(&oldest);
            }
        }
    }

    fn result(&self, peer: &Peer, kind: &EventKind) -> Option<(Milestone, String)> {
        let name = styled(STRONG, peer.name());
        Some(match kind {
            EventKind::Authenticated { profile } => {
                let profile = match profile {
                    Some(profile) => format!("profile {}", self.router.profile_name(*profile).value),
                    None => "no profile".to_owned(),
                };
                let line = format!("{name} {} as {peer}, with {profile}", styled(GOOD, "authenticated"));
                (Milestone::Authenticated, line)
            }
            EventKind::ChildEstablished { protection, inbound_spi, outbound_spi } => {
                let protection = &self.router.protection(*protection).name;
                let (word, spis) =
                    (styled(GOOD, "Child SA"), format!("{inbound_spi:08x} in, {outbound_spi:08x} out"));
                (Milestone::ChildEstablished, format!("{name} {word} for {protection}, SPIs {spis}"))
            }
            EventKind::Failed(failure) => {
                let what = match is_about_a_child(peer, failure) {
                    true => styled(NOTABLE, "no Child SA").to_string(),
                    false => styled(BAD, "failed").to_string(),
                };
                (Milestone::Failed, format!("{name} {what} in {}", reason(failure)))
            }
            EventKind::Deleted { reason } => {
                (Milestone::Deleted, format!("{name} session ended: {}", ended(*reason)))
            }
            _ => return None,
        })
    }
}

impl Peer {
    fn note(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Requested { path, .. } | EventKind::PeerAppeared { path } => self.path = Some(*path),
            EventKind::Received(record) => {
                self.path = Some(record.path);
                self.received = Some(Arc::clone(&record.plaintext));
            }
            EventKind::IdentityRead { identity, .. } => self.identity = Some(identity_text(identity)),
            EventKind::Authenticated { .. } => self.authenticated = true,
            EventKind::CertificateRead { range } if self.subject.is_none() => {
                let der = self.received.as_deref().and_then(|message| message.get(range.clone()));
                let certificate = der.and_then(|der| Certificate::from_der(der).ok());
                self.subject = certificate.map(|certificate| certificate.subject().to_string());
            }
            _ => {}
        }
    }

    fn name(&self) -> String {
        let remote: Option<SocketAddr> = self.path.map(|path| path.remote);
        remote.map_or_else(|| "the peer".to_owned(), |remote| remote.to_string())
    }
}

/// Who it is: what it says, and what its certificate says.
impl fmt::Display for Peer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = "somebody";
        write!(out, "{}", self.identity.as_deref().unwrap_or(unknown))?;
        self.subject.as_ref().map_or(Ok(()), |subject| write!(out, " ({subject})"))
    }
}

fn identity_text(identity: &Identity) -> String {
    match identity {
        Identity::Address(address) => address.to_string(),
        Identity::Fqdn(name) | Identity::UserFqdn(name) => escaped(name),
        Identity::DistinguishedName(name) => name.to_string(),
        Identity::KeyId(bytes) => format!("a key id of {} bytes", bytes.len()),
        Identity::Other(number) => format!("an identity of type {number}"),
    }
}

/// Whether the peer may be authenticated all the same: IKEv2 negotiates the first Child SA in the same messages.
fn is_about_a_child(peer: &Peer, failure: &Failure) -> bool {
    use FailureCode as Code;
    let codes = [Code::NoChildProposalChosen, Code::NoTunnelForTraffic, Code::ProfileNotTheTunnels];
    match failure.message {
        MessageName::QuickMode(_) => true,
        MessageName::Ikev2(Ikev2Exchange::Auth, _) => peer.authenticated || codes.contains(&failure.code),
        _ => false,
    }
}

fn reason(failure: &Failure) -> String {
    let Failure { message, code, rule, refusal, .. } = failure;
    let rule = rule.map_or_else(String::new, |rule| format!(" ({rule})"));
    let detail = refusal
        .as_ref()
        .map_or_else(String::new, |refusal| format!(": {}", escaped(&refusal.reason.to_string())));
    format!("{message}: {code}{rule}{detail}")
}

const fn ended(reason: DeleteReason) -> &'static str {
    match reason {
        DeleteReason::Retransmissions => "nobody answered",
        DeleteReason::Lifetime => "its lifetime is over",
        DeleteReason::Peer => "the peer deleted it",
        DeleteReason::Closed => "closed",
        DeleteReason::Dead => "the peer is not there any more",
        DeleteReason::Failed => "it failed",
        DeleteReason::Superseded => "the peer began a new one",
        DeleteReason::Evicted => "its place was needed, and it had proved nothing yet",
    }
}
