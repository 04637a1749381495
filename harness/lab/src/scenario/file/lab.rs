//! `[lab]`: what the laboratory makes where the texts do not decide.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use serde::Deserialize;

use super::certificate::{AuthorityText, CertificateText};
use super::written::{
    Bits, CertificateFaultText, CurveText, Hash, Ikev2MessageText, InabilityText, MessageText, PayloadText,
    PercentText, RequestFaultText,
};
use crate::faults::Faults;
use crate::link::LinkSettings;
use crate::scenario::{AuthorityChange, CertificateChange, OcspState, RevocationListState, Settings};

/// What differs from the defaults of [`Settings`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Lab {
    seed: Option<u64>,
    ca_key_bits: Option<Bits>,
    ca_key_curve: Option<CurveText>,
    router_key_bits: Option<Bits>,
    signature_hash: Option<Hash>,
    key_usage_critical: Option<bool>,
    #[serde(default)]
    link: LinkText,
    #[serde(default)]
    authority: BTreeMap<String, AuthorityText>,
    #[serde(default)]
    certificate: Vec<CertificateText>,
    #[serde(default)]
    revocation_list: BTreeMap<String, RevocationListText>,
    #[serde(default)]
    ocsp: BTreeMap<String, OcspText>,
    #[serde(default)]
    unable: BTreeMap<String, Vec<InabilityText>>,
    #[serde(default)]
    faults: BTreeMap<String, FaultsText>,
}

/// What differs from the defaults of [`LinkSettings`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LinkText {
    latency_ms: Option<u32>,
    loss_percent: Option<PercentText>,
    #[serde(default)]
    lose: Vec<u64>,
    duplication_percent: Option<PercentText>,
    reordering_percent: Option<PercentText>,
    hold_ms: Option<u32>,
}

/// What a router does wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FaultsText {
    certificate: Option<CertificateFaultText>,
    requests: Option<RequestFaultText>,
    #[serde(default)]
    regenerated_keys: Vec<String>,
    identity_port: Option<u16>,
    #[serde(default)]
    leave_out: Vec<LeftOutText>,
    #[serde(default)]
    unknown_critical_payload: Vec<Ikev2MessageText>,
    refuses: Option<MessageText>,
}

/// A payload that a message does without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOutText {
    message: MessageText,
    payload: PayloadText,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "state")]
enum RevocationListText {
    Fresh {
        #[serde(default)]
        revoked: Vec<String>,
    },
    Stale,
    Missing,
    NotYetValid,
    OfAnotherIssuer,
    BadlySigned,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "state")]
enum OcspText {
    Answers {
        #[serde(default)]
        revoked: Vec<String>,
    },
    Unavailable,
}

impl Lab {
    /// The first place that names a certificate of a CA that is not described, and what is wrong there.
    pub(super) fn mistake(&self) -> Option<(Range<usize>, String)> {
        let labels = self.authority.values().flat_map(AuthorityText::labels);
        let mut labels = labels.chain(self.certificate.iter().flat_map(CertificateText::labels));
        let unknown = labels.find(|label| !self.authority.contains_key(label.get_ref()))?;
        let label = unknown.get_ref();
        Some((
            unknown.span(),
            format!("there is no [lab.authority.{label}]: describe this CA, or name one that is"),
        ))
    }

    pub(super) fn into_settings(self) -> Settings {
        let default = Settings::default();
        let authorities =
            self.authority.into_iter().map(|(label, text)| (label, AuthorityChange::from(text)));
        let lists = self.revocation_list.into_iter().map(|(ca, state)| (ca, state.into()));
        let unable =
            self.unable.into_iter().map(|(router, what)| (router, what.into_iter().map(|it| it.0).collect()));
        Settings {
            seed: self.seed.unwrap_or(default.seed),
            ca_key_bits: self.ca_key_bits.map_or(default.ca_key_bits, |bits| bits.0),
            ca_curve: self.ca_key_curve.map(|curve| curve.0),
            router_key_bits: self.router_key_bits.map_or(default.router_key_bits, |bits| bits.0),
            signature_hash: self.signature_hash.map_or(default.signature_hash, |hash| hash.0),
            key_usage_critical: self.key_usage_critical.unwrap_or(default.key_usage_critical),
            link: self.link.into_settings(),
            revocation_lists: lists.collect(),
            given_revocation_lists: default.given_revocation_lists,
            authorities: authorities.collect(),
            ocsp: self.ocsp.into_iter().map(|(ca, state)| (ca, state.into())).collect(),
            certificates: self.certificate.into_iter().map(CertificateChange::from).collect(),
            unable: unable.collect(),
            faults: self.faults.into_iter().map(|(router, text)| (router, text.into())).collect(),
        }
    }
}

impl LinkText {
    fn into_settings(self) -> LinkSettings {
        let default = LinkSettings::default();
        let milliseconds =
            |written: Option<u32>, default| written.map_or(default, |ms| Duration::from_millis(ms.into()));
        LinkSettings {
            latency: milliseconds(self.latency_ms, default.latency),
            loss: self.loss_percent.map_or(default.loss, |percent| percent.0),
            lose: self.lose,
            duplication: self.duplication_percent.map_or(default.duplication, |percent| percent.0),
            reordering: self.reordering_percent.map_or(default.reordering, |percent| percent.0),
            hold: milliseconds(self.hold_ms, default.hold),
        }
    }
}

impl From<RevocationListText> for RevocationListState {
    fn from(text: RevocationListText) -> Self {
        match text {
            RevocationListText::Fresh { revoked } => Self::Fresh { revoked },
            RevocationListText::Stale => Self::Stale,
            RevocationListText::Missing => Self::Missing,
            RevocationListText::NotYetValid => Self::NotYetValid,
            RevocationListText::OfAnotherIssuer => Self::OfAnotherIssuer,
            RevocationListText::BadlySigned => Self::BadlySigned,
        }
    }
}

impl From<OcspText> for OcspState {
    fn from(text: OcspText) -> Self {
        match text {
            OcspText::Answers { revoked } => Self::Answers { revoked },
            OcspText::Unavailable => Self::Unavailable,
        }
    }
}

impl From<FaultsText> for Faults {
    fn from(text: FaultsText) -> Self {
        let mut leave_out: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for LeftOutText { message, payload } in text.leave_out {
            leave_out.entry(message.0).or_default().push(payload.0);
        }
        Self {
            certificate: text.certificate.map(|fault| fault.0),
            requests: text.requests.map(|fault| fault.0),
            regenerated_keys: text.regenerated_keys,
            identity_port: text.identity_port,
            leave_out,
            unknown_critical_payload: text.unknown_critical_payload.into_iter().map(|it| it.0).collect(),
            refuses: text.refuses.map(|message| message.0),
        }
    }
}
