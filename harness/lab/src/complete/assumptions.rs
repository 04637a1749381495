//! What had to be invented, collected while it is invented and worded at the end.

use ike::{Trustpoint, TrustpointId};

use super::{Assumption, Bearing};
use crate::side::Side;

/// What is invented about trustpoints. One assumption tells it of all trustpoints of a router that it is true of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invention {
    /// A certificate of the router, of which the text prints what is in it.
    Certificate,
    /// A certificate of the router, of which the text says nothing at all.
    Enrolment,
    /// A CA's certificate.
    Authority,
    /// The signatures of a given certificate's key.
    PrivateKey,
    /// The CA's revocation list.
    RevocationList,
    /// The answers of the CA's OCSP responder.
    Responder,
}

impl Invention {
    const fn code(self) -> &'static str {
        match self {
            Self::Certificate => "certificate-made",
            Self::Enrolment => "enrolment-assumed",
            Self::Authority => "ca-certificate-made",
            Self::PrivateKey => "private-key-missing",
            Self::RevocationList => "crl-assumed-fresh",
            Self::Responder => "ocsp-assumed-good",
        }
    }

    const fn bears_on(self) -> Bearing {
        match self {
            Self::Certificate | Self::PrivateKey => Bearing::Signing,
            Self::Enrolment => Bearing::SigningAndOrder,
            Self::Authority | Self::RevocationList | Self::Responder => Bearing::Accepting,
        }
    }

    fn text(self, trustpoints: &str) -> String {
        match self {
            Self::Certificate => {
                format!(
                    "its certificates and keys for {trustpoints} are made after what the text prints of them"
                )
            }
            Self::Enrolment => {
                format!("it is enrolled in {trustpoints}: the text leaves certificates out, so they are made")
            }
            Self::Authority => {
                format!(
                    "the CA certificates of {trustpoints} are made, and taken to have signed what they issued"
                )
            }
            Self::PrivateKey => {
                format!(
                    "it has the private keys of its certificates for {trustpoints}: stand-ins sign for them"
                )
            }
            Self::RevocationList => {
                format!("the CRLs for {trustpoints} are fetched, up to date, and revoke nothing")
            }
            Self::Responder => {
                format!(
                    "the OCSP responders for {trustpoints} answer, and call revoked what the scenario revokes and nothing else"
                )
            }
        }
    }
}

/// The assumptions so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Assumptions(Vec<Draft>);

#[derive(Clone, Debug)]
struct Draft {
    router: Side,
    trustpoints: Vec<TrustpointId>,
    wording: Wording,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wording {
    Of(Invention),
    Own { code: &'static str, text: String, bears_on: Bearing },
}

impl Assumptions {
    /// Notes what was invented for a trustpoint, given by its place in the configuration.
    pub fn invent(&mut self, router: Side, invention: Invention, trustpoint: usize) {
        let wording = Wording::Of(invention);
        let Some(id) = TrustpointId::from_index(trustpoint) else { return };
        match self.0.iter_mut().find(|draft| draft.router == router && draft.wording == wording) {
            Some(draft) if draft.trustpoints.contains(&id) => {}
            Some(draft) => draft.trustpoints.push(id),
            None => self.0.push(Draft { router, trustpoints: vec![id], wording }),
        }
    }

    /// Notes something else about a router, once.
    pub fn note(
        &mut self,
        router: Side,
        code: &'static str,
        text: String,
        bears_on: Bearing,
        trustpoints: Vec<TrustpointId>,
    ) {
        let wording = Wording::Own { code, text, bears_on };
        if !self.0.iter().any(|draft| draft.router == router && draft.wording == wording) {
            self.0.push(Draft { router, trustpoints, wording });
        }
    }

    /// All of them in words, the first router's first.
    pub fn into_list<'a>(mut self, trustpoints_of: impl Fn(Side) -> &'a [Trustpoint]) -> Vec<Assumption> {
        self.0.sort_by_key(|draft| draft.router);
        let worded = self.0.into_iter().map(|Draft { router, trustpoints, wording }| {
            let (code, text, bears_on) = match wording {
                Wording::Own { code, text, bears_on } => (code, text, bears_on),
                Wording::Of(invention) => {
                    let names = trustpoints.iter().map(|id| trustpoints_of(router)[id.index()].name.as_str());
                    (invention.code(), invention.text(&listed(names)), invention.bears_on())
                }
            };
            Assumption { router, code, text, bears_on, trustpoints }
        });
        worded.collect()
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn names_are_listed_as_people_write_them() {
        assert_eq!(listed(["a"]), "a");
        assert_eq!(listed(["a", "b"]), "a and b");
        assert_eq!(listed(["a", "b", "c"]), "a, b and c");
    }
}
