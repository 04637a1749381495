//! Cookies against initiators that do not exist (RFC 7296 2.6): made and checked without keeping anything of the message.

use std::net::IpAddr;
use std::time::Duration;

use crypto::{Digest, HashAlgorithm, Provider, Random};
use wire::ikev2::{Message, NotifyType};

use crate::endpoint::Path;

use super::contents::Contents;

/// The secret that cookies are made of, and the one before it.
#[derive(Debug, Default)]
pub(crate) struct CookieJar {
    secrets: [Option<[u8; 32]>; 2],
    since: Duration,
}

/// A secret serves so long; cookies of it are taken as long again.
const SECRET_LIFETIME: Duration = Duration::from_secs(60);

/// What an IKE_SA_INIT request is worth.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It carries a cookie of ours, so its sender gets what is sent to it.
    Believed,
    /// This cookie is to be demanded.
    Demand(Vec<u8>),
    /// It cannot be read, or has no nonce.
    Unreadable,
}

impl CookieJar {
    /// Judges an IKE_SA_INIT request from `path`.
    pub(crate) fn judge(
        &mut self,
        provider: Provider,
        random: &mut dyn Random,
        now: Duration,
        path: Path,
        message: &Message<'_>,
    ) -> Judgement {
        self.renew(random, now);
        let Ok(contents) = Contents::read(message.payloads()) else { return Judgement::Unreadable };
        let Ok(nonce) = contents.require_nonce() else { return Judgement::Unreadable };
        let spi = message.header().initiator_cookie;
        let cookies = self.secrets.iter().flatten().map(|secret| cookie(provider, secret, nonce, path, spi));
        let cookies: Vec<Digest> = cookies.collect();
        let returned = contents.notification(NotifyType::COOKIE);
        if returned.is_some_and(|returned| cookies.iter().any(|cookie| cookie.is(returned.data))) {
            return Judgement::Believed;
        }
        cookies.first().map_or(Judgement::Unreadable, |cookie| Judgement::Demand(cookie.to_vec()))
    }

    fn renew(&mut self, random: &mut dyn Random, now: Duration) {
        let [current, _] = self.secrets;
        if current.is_none() || now >= self.since + SECRET_LIFETIME {
            let mut secret = [0; 32];
            random.fill(&mut secret);
            let is_recent = now < self.since + SECRET_LIFETIME * 2;
            self.secrets = [Some(secret), current.filter(|_| is_recent)];
            self.since = now;
        }
    }
}

/// `Cookie = Hash(Ni | IPi | SPIi | <secret>)` (RFC 7296 2.6), with the port and as an HMAC.
fn cookie(provider: Provider, secret: &[u8], nonce: &[u8], path: Path, spi: [u8; 8]) -> Digest {
    let port = path.remote.port().to_be_bytes();
    let of =
        |address: &[u8]| provider.hashes.hmac(HashAlgorithm::Sha256, secret, &[nonce, address, &port, &spi]);
    match path.remote.ip() {
        IpAddr::V4(address) => of(&address.octets()),
        IpAddr::V6(address) => of(&address.octets()),
    }
}
