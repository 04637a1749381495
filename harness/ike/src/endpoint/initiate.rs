//! How an endpoint begins a session of its own accord, and why it may not. What it does as responder is in `endpoint`.

use std::fmt;

use super::{Endpoint, Path};
use crate::ids::{Ikev2PolicyId, Ikev2ProfileId, ProtectionId, SessionId};
use crate::ikev1;
use crate::ikev2::{self, Beginning};
use crate::now::Now;
use crate::router::{Ikev2Authentication, ProtectionProfile};
use crate::selection::ikev2::select_policy;
use crate::session::Session;
use crate::state::{IkeVersion, Role};

/// Why a session cannot be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiateError {
    /// There are as many sessions as the limits allow.
    TooManySessions,
    /// No ISAKMP policy authenticates with RSA signatures.
    NoUsablePolicy,
    /// The router has no protection of this number.
    UnknownProtection,
    /// The IKEv2 profile that the protection names does not authenticate both sides with signatures.
    UnusableProfile,
    /// No IKEv2 policy with a complete proposal holds at this address.
    NoUsableProposal,
}

impl fmt::Display for InitiateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::TooManySessions => {
                "environment: there are as many sessions as the limits allow; raise them or close some"
            }
            Self::NoUsablePolicy => "configuration: no isakmp policy has authentication rsa-sig; add one",
            Self::UnknownProtection => "caller: the router has no protection of this number",
            Self::UnusableProfile => {
                "configuration: the IKEv2 profile does not authenticate both sides with signatures; write \
                 `authentication local rsa-sig` and `authentication remote rsa-sig`"
            }
            Self::NoUsableProposal => {
                "configuration: no IKEv2 policy for the address has a complete proposal; write one"
            }
        })
    }
}

impl std::error::Error for InitiateError {}

impl Endpoint {
    /// Begins a session for a tunnel or crypto map entry, towards `path.remote`.
    ///
    /// # Errors
    /// When the limits or the configuration do not allow one.
    pub fn initiate(
        &mut self,
        now: Now,
        protection: ProtectionId,
        path: Path,
    ) -> Result<SessionId, InitiateError> {
        if self.sessions.count() >= self.limits.sessions {
            return Err(InitiateError::TooManySessions);
        }
        if protection.index() >= self.router.protections().len() {
            return Err(InitiateError::UnknownProtection);
        }
        match self.router.protection(protection).profile {
            ProtectionProfile::Ikev2(profile) => self.initiate_ikev2(now, protection, profile.value, path),
            ProtectionProfile::Unnamed | ProtectionProfile::Isakmp(_) => {
                self.initiate_ikev1(now, protection, path)
            }
        }
    }

    fn initiate_ikev1(
        &mut self,
        now: Now,
        protection: ProtectionId,
        path: Path,
    ) -> Result<SessionId, InitiateError> {
        if !ikev1::any_usable_policy(&self.router) {
            return Err(InitiateError::NoUsablePolicy);
        }
        let id = self.new_session_id();
        let cookie = self.new_cookie();
        let mut context = self.context(now, id, IkeVersion::V1, Role::Initiator, 0, path.remote.ip());
        let session = ikev1::Session::initiate(&mut context, protection, path, cookie);
        self.sessions.put(id, Session::Ikev1(Box::new(session)), &self.limits);
        Ok(id)
    }

    fn initiate_ikev2(
        &mut self,
        now: Now,
        protection: ProtectionId,
        profile: Ikev2ProfileId,
        path: Path,
    ) -> Result<SessionId, InitiateError> {
        let configured = self.router.ikev2_profile(profile);
        let local = configured.authentication_local.map(|method| method.value);
        let can_begin = local.is_some_and(|method| method != Ikev2Authentication::Eap);
        let stands_in = self.limits.stand_in_shared_keys && can_begin;
        if !configured.authenticates_with_signatures() && !stands_in {
            return Err(InitiateError::UnusableProfile);
        }
        let usable = |policy: &Ikev2PolicyId| ikev2::any_usable_proposal(&self.router, *policy);
        let policy = select_policy(&self.router, path.local.ip()).filter(usable);
        let policy = policy.ok_or(InitiateError::NoUsableProposal)?;
        let id = self.new_session_id();
        let spi = self.new_cookie();
        let connection = self.new_sa_id();
        let mut context =
            self.context(now, id, IkeVersion::V2, Role::Initiator, connection, path.remote.ip());
        let beginning = Beginning { protection, profile, policy, path, spi };
        let session = ikev2::Session::initiate(&mut context, beginning);
        self.sessions.put(id, Session::Ikev2(Box::new(session)), &self.limits);
        Ok(id)
    }
}
