//! Judging a peer's certificates, in whichever version of IKE they came: the validation of the chain, and whether they name
//! the peer as it names itself.

use std::sync::Arc;

use pki::{
    Anchor, Anchors, CalendarTime, Certificate, Name, OcspAnswer, RevocationList, RevocationSource, Setting,
};

use crate::context::Context;
use crate::event::EventKind;
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{AnyProfileId, TrustpointId};
use crate::origin::Origin;
use crate::router::{Router, Trustpoint};
use crate::rule::Rule;
use crate::state::{IkeVersion, MessageName};

/// What a chain is validated against.
pub(crate) struct Against<'a> {
    /// The trustpoints at one of which it has to end.
    pub(crate) list: &'a [TrustpointId],
    /// The profile whose pins they are; none: they are the global ones.
    pub(crate) pinned_by: Option<AnyProfileId>,
    /// The lines of the pins.
    pub(crate) pins: Vec<Origin>,
}

/// Validates a chain whose first certificate is the peer's own, and tells so.
pub(crate) fn validate(
    context: &mut Context<'_>,
    against: Against<'_>,
    chain: &[Certificate],
    message: MessageName,
) -> Result<(), Failure> {
    let router = context.router;
    let Against { list, pinned_by, pins } = against;
    context.emit(EventKind::ValidationStarted { pinned_by, list: list.into() });
    let setting = Setting {
        now: CalendarTime::from_unix(context.now.calendar),
        policy: &router.parts().capabilities,
        limits: pki::Limits::default(),
        revocation: &Revocation(router),
        signatures: &*router.parts().issuer_signatures,
    };
    match pki::validate(&chain[0], &chain[1..], &Listed { router, list }, &setting) {
        Ok(accepted) => {
            let trustpoint = list[accepted.anchor];
            let methods = accepted.revocation.into();
            context.emit(EventKind::RevocationChecked { trustpoint, methods });
            context.emit(EventKind::ValidationFinished { result: Ok(trustpoint) });
            Ok(())
        }
        Err(refusal) => {
            let refusal = Arc::new(refusal);
            context.emit(EventKind::ValidationFinished { result: Err(Arc::clone(&refusal)) });
            let code = FailureCode::of_refusal(&refusal.reason);
            let trustpoint = refusal.anchor.map(|anchor| router.trustpoint(list[anchor]));
            let anchor =
                trustpoint.map(|it| if code.is_of_revocation() { it.revocation.origin } else { it.origin });
            let rule = match (context.version, code) {
                (IkeVersion::V2, FailureCode::NoSuitableTrustpoint) => Rule::V2Val1, // V2-VAL-1
                _ => code.rule_of_refusal(),
            };
            let origins = anchor.into_iter().chain(pins).collect();
            Err(Failure { message, code, rule: Some(rule), origins, refusal: Some(refusal) })
        }
    }
}

/// The trustpoints of a list as anchors, by their position in it.
struct Listed<'a> {
    router: &'a Router,
    list: &'a [TrustpointId],
}

impl Anchors for Listed<'_> {
    fn named(&self, name: &Name) -> Vec<(usize, Anchor)> {
        // In configuration order, so that one pass over the list is enough, which may have thousands.
        let named = self.router.index().of_authority(name.as_der());
        if named.is_empty() {
            return Vec::new();
        }
        let anchor = |(position, id): (usize, &TrustpointId)| {
            let trustpoint = self.router.trustpoint(*id);
            let authority = trustpoint.authority.clone()?;
            Some((position, Anchor { authority, revocation: trustpoint.revocation.value.clone() }))
        };
        let listed = self.list.iter().enumerate().filter(|(_, id)| named.binary_search(id).is_ok());
        listed.filter_map(anchor).collect()
    }
}

/// What a router can learn about certificates: from the lists of its trustpoints, else from the CAs' servers.
struct Revocation<'a>(&'a Router);

impl<'a> RevocationSource for Revocation<'a> {
    fn list_for(&self, certificate: &Certificate) -> Option<RevocationList> {
        let of_issuer = |name: &Name| name.matches(certificate.issuer());
        let trustpoints = self.0.trustpoints();
        // RFC 5280 4.2.1.1: a CA that has changed its key signs its lists with either.
        let has_other_key = |trustpoint: &&Trustpoint| match &trustpoint.authority {
            Some(pki::Authority::Certificate(authority)) => {
                authority.extensions().subject_key_identifier
                    != certificate.extensions().authority_key_identifier
            }
            _ => true,
        };
        let named = self.0.index().of_authority(certificate.issuer().as_der());
        let named = named.iter().map(|&id| self.0.trustpoint(id));
        let (of_other_key, of_key): (Vec<_>, Vec<_>) = named.partition(has_other_key);
        let lists_of = |trustpoints: Vec<&'a Trustpoint>| {
            trustpoints.into_iter().flat_map(|trustpoint| &trustpoint.revocation_lists)
        };
        let delivered = lists_of(of_key).next();
        let others: Vec<&RevocationList> = lists_of(of_other_key).collect();
        // Of two CAs with one name the one that is no trustpoint has a list of its own.
        let served = &self.0.parts().revocation_servers.lists;
        let is_of_other_key = |list: &RevocationList| others.iter().any(|it| it.as_der() == list.as_der());
        let own = || {
            let mut own = served.iter().filter(|it| of_issuer(&it.authority)).map(|it| &it.list);
            own.find(|list| !is_of_other_key(list))
        };
        let any = || {
            let mut lists = trustpoints.iter().flat_map(|trustpoint| &trustpoint.revocation_lists);
            lists.find(|list| of_issuer(list.issuer()))
        };
        delivered.or_else(own).or_else(|| others.first().copied()).or_else(any).cloned()
    }

    fn ocsp_for(&self, certificate: &Certificate) -> OcspAnswer {
        let mut responders = self.0.parts().revocation_servers.responders.iter();
        let Some(responder) = responders.find(|it| it.authority.matches(certificate.issuer())) else {
            return OcspAnswer::Unavailable;
        };
        match responder.knows.entry(certificate.serial()) {
            Some(entry) => OcspAnswer::Revoked { since: entry.since },
            None => OcspAnswer::Good,
        }
    }
}

/// Whether an identity is a name of the certificate (RFC 4945 3.1); IOS warns where it is not, and goes on.
pub(crate) fn names_identity(certificate: &Certificate, identity: &Identity) -> bool {
    use pki::GeneralName;
    let alternatives = &certificate.extensions().subject_alternative_names;
    // IOS enrols routers with their host name and address in the subject (unstructuredName, unstructuredAddress).
    let subject_holds = |label: &str, value: &str| {
        let found = certificate.subject().as_ref().text_of(label);
        found.is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    match identity {
        Identity::DistinguishedName(name) => name.matches(certificate.subject()),
        Identity::Fqdn(name) => {
            let same =
                |one: &GeneralName| matches!(one, GeneralName::Dns(dns) if dns.eq_ignore_ascii_case(name));
            alternatives.iter().any(same) || subject_holds("hostname", name)
        }
        Identity::UserFqdn(name) => alternatives
            .iter()
            .any(|one| matches!(one, GeneralName::Email(email) if email.eq_ignore_ascii_case(name))),
        Identity::Address(address) => {
            let same = |one: &GeneralName| matches!(one, GeneralName::Address(listed) if listed == address);
            alternatives.iter().any(same) || subject_holds("ipaddress", &address.to_string())
        }
        Identity::KeyId(_) | Identity::Other(_) => false,
    }
}
