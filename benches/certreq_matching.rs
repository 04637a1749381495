//! Which trustpoint answers a certificate request: the index of `ike::selection` against a walk over all trustpoints.
//!
//! Three requests, to routers with 4, 32 and 256 trustpoints: for the CA in the middle of the configuration, for the
//! same CA with its name in another string type, and for a CA that the router does not know, which costs an attacker
//! nothing to send.

use std::path::Path;

use ike::selection::{Scope, X509_SIGNATURE, answer};
use ike::{Router, TrustpointId};
use ikespec_benches::{Comparisons, authority_name, enrolled_router};
use pki::{Name, NameRef};

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    let mut comparisons = Comparisons::new(&folder);
    for trustpoints in [4, 32, 256] {
        let router = enrolled_router(trustpoints);
        let known = authority_name(trustpoints / 2);
        let other_encoding = as_utf8(&known);
        let unknown = authority_name(trustpoints);
        let requests = [("known", known), ("other-encoding", other_encoding), ("unknown", unknown)];
        for (case, request) in requests {
            let request = request.as_der();
            let ours = || answer(&router, Scope::Global, X509_SIGNATURE, request, |_, _| {});
            let peer = || walk(&router, request);
            assert_eq!(ours(), peer(), "{case}: both have to give the same answer");
            comparisons.compare(&format!("certreq_matching-{case}-{trustpoints}"), ours, peer);
        }
    }
    comparisons.finish();
}

/// The rules of `answer` without its index: the last defined trustpoint whose CA has exactly this name, or else this
/// name in another encoding.
fn walk(router: &Router, authority: &[u8]) -> Option<TrustpointId> {
    let enrolled =
        || router.trustpoints().iter().enumerate().rev().filter(|(_, one)| one.enrolment.is_some());
    let exact =
        enrolled().find(|(_, one)| one.authority_name().is_some_and(|name| name.as_der() == authority));
    let found = exact.or_else(|| {
        let wanted = NameRef::from_der(authority).ok()?;
        enrolled().find(|(_, one)| one.authority_name().is_some_and(|name| name.as_ref().matches(wanted)))
    });
    found.and_then(|(index, _)| TrustpointId::from_index(index))
}

/// The same name with each PrintableString as UTF8String, which has the same length.
fn as_utf8(name: &Name) -> Name {
    const PRINTABLE_STRING: u8 = 0x13;
    const UTF8_STRING: u8 = 0x0c;
    let swap = |&byte: &u8| if byte == PRINTABLE_STRING { UTF8_STRING } else { byte };
    let der: Vec<u8> = name.as_der().iter().map(swap).collect();
    let swapped = Name::from_der(&der).expect("only string types have changed");
    assert!(swapped.matches(name) && swapped != *name);
    swapped
}
