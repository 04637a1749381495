//! Phase 1 but for identities and certificates: how it begins, moves and ends; proposals, vendor IDs, NAT detection.

use std::fmt;

use ike::{DeleteReason, EventKind, PolicyId, ProtectionId, TransformMismatch, TransformPlace};
use wire::ikev1::vendor;

use super::Scene;
use super::literals::Literal;
use super::names;
use super::transforms::{self, EspSuite};

/// The vendor IDs that IOS has words for: what they begin with, the line that names them, the name.
const VENDOR_IDS: [(&[u8], Literal, &str); 7] = [
    (&vendor::RFC_3947, Literal::NatVendorIdRead, "RFC 3947"),
    (&vendor::NAT_T_DRAFT_07, Literal::NatVendorIdRead, "v7"),
    (&vendor::NAT_T_DRAFT_03, Literal::NamedVendorIdRead, "NAT-T v3"),
    (&vendor::NAT_T_DRAFT_02_LINE_FEED, Literal::NamedVendorIdRead, "NAT-T v2"),
    (vendor::CISCO_UNITY.split_at(14).0, Literal::NamedVendorIdRead, "Unity"),
    (vendor::DPD.split_at(14).0, Literal::NamedVendorIdRead, "DPD"),
    (&vendor::XAUTH, Literal::NamedVendorIdRead, "XAUTH"),
];

/// The vendor IDs whose making IOS mentions.
const BUILT_VENDOR_IDS: [(&[u8], &str); 4] = [
    (&vendor::RFC_3947, "rfc3947"),
    (&vendor::NAT_T_DRAFT_07, "07"),
    (&vendor::NAT_T_DRAFT_03, "03"),
    (&vendor::NAT_T_DRAFT_02_LINE_FEED, "02"),
];

impl Scene<'_> {
    pub(super) fn print_phase_one(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::Requested { protection, .. } => self.print_request(*protection),
            EventKind::PeerAppeared { .. } => self.page.lines(&[Literal::PeerCreated, Literal::Ports]),
            EventKind::StateChanged { input, from, to } => {
                self.page.line(Literal::Input, &[("input", &names::input(*input))])?;
                let (from, to) = (names::state(*from), names::state(*to));
                self.page.line(Literal::States, &[("from", &from), ("to", &to)])
            }
            EventKind::VendorIdBuilt { bytes } => {
                match BUILT_VENDOR_IDS.iter().find(|(known, _)| **bytes == **known) {
                    Some((_, draft)) => self.page.line(Literal::NatVendorIdBuilt, &[("draft", draft)]),
                    None => Ok(()),
                }
            }
            EventKind::SecurityAssociationRead => self.page.lines(&[Literal::SecurityAssociationRead]),
            EventKind::VendorIdRead { range } => {
                let Self { memory, page, .. } = self;
                print_vendor_id(page, memory.received(range))
            }
            EventKind::TransformChecked { policy, transform, mismatch } => {
                self.print_transform(*policy, *transform, *mismatch)
            }
            EventKind::NoProposalChosen => self.page.lines(&[Literal::NoOffersAccepted]),
            EventKind::KeyExchangeRead => self.page.lines(&[Literal::KeyExchangeRead]),
            EventKind::NonceRead => self.page.lines(&[Literal::NonceRead]),
            EventKind::NatDetected { local, remote } => self.page.lines(nat_lines(*local, *remote)),
            EventKind::Deleted { reason } => self.page.lines(deletion_lines(*reason)),
            _ => Ok(()),
        }
    }

    /// What IPsec asks IKE for, of either version.
    pub(super) fn print_request_of_ipsec(&mut self, protection: ProtectionId) -> fmt::Result {
        let protection = self.router.protection(protection);
        let Some(set) = protection.transform_sets.first() else { return Ok(()) };
        let suite = EspSuite::of_transform_set(set);
        let (seconds, kilobytes) = (protection.lifetime_seconds.value, protection.lifetime_kilobytes.value);
        let lifetime: [super::page::Value<'_>; 2] = [("seconds", &seconds), ("kilobytes", &kilobytes)];
        super::phase_two::print_block(&mut self.page, Literal::SaRequestBlock, protection, &suite, &lifetime)
    }

    fn print_request(&mut self, protection: ProtectionId) -> fmt::Result {
        self.print_request_of_ipsec(protection)?;
        let profile = self.memory.profile.map_or("(NULL)", |profile| &self.router.profile(profile).name);
        self.page.line(Literal::SaRequestProfile, &[("profile", &profile)])?;
        self.page.lines(&[Literal::PeerCreated, Literal::Ports, Literal::NewNode, Literal::MainModeTried])
    }

    fn print_transform(
        &mut self,
        policy: PolicyId,
        place: TransformPlace,
        mismatch: Option<TransformMismatch>,
    ) -> fmt::Result {
        let received = self.memory.received.clone();
        let Some(found) = transforms::find(&received, place) else { return Ok(()) };
        let policy = self.router.policy(policy);
        let number = found.transform.number;
        self.page
            .line(Literal::TransformChecked, &[("transform", &number), ("priority", &policy.priority)])?;
        transforms::print_isakmp(&mut self.page, found.transform)?;
        let next: [super::page::Value<'_>; 1] = [("next", &found.next)];
        let Some(mismatch) = mismatch else {
            self.page.line(Literal::AttributesAccepted, &next)?;
            return transforms::print_lifetime(&mut self.page, found.transform);
        };
        let line = match mismatch {
            TransformMismatch::Encryption
                if transforms::is_same_cipher(found.transform, policy.cipher.value) =>
            {
                Some(Literal::KeyLengthMismatch)
            }
            TransformMismatch::Encryption => Some(Literal::EncryptionMismatch),
            TransformMismatch::Hash => Some(Literal::HashMismatch),
            TransformMismatch::Group => Some(Literal::GroupMismatch),
            TransformMismatch::Authentication | TransformMismatch::Lifetime | TransformMismatch::Other => {
                None
            }
        };
        if let Some(line) = line {
            self.page.lines(&[line])?;
        }
        self.page.line(Literal::AttributesRefused, &next)
    }
}

fn print_vendor_id(page: &mut super::page::Page<'_>, bytes: &[u8]) -> fmt::Result {
    page.lines(&[Literal::VendorIdRead])?;
    let known = VENDOR_IDS.iter().find(|(prefix, ..)| bytes.starts_with(prefix));
    // Unity and DPD are 14 bytes and a version; what else has their length looks to IOS like another version first.
    let versioned = matches!(known, Some((_, _, "Unity" | "DPD")));
    if let ([_, .., major, _], 16, false) = (bytes, bytes.len(), versioned) {
        page.line(Literal::VendorIdMismatch, &[("major", major)])?;
    }
    match known {
        Some((_, Literal::NatVendorIdRead, draft)) => {
            page.line(Literal::NatVendorIdRead, &[("draft", draft)])
        }
        Some((_, line, vendor)) => page.line(*line, &[("vendor", vendor)]),
        None => Ok(()),
    }
}

/// What IOS prints at the two NAT-D payloads, whatever the words seem to say.
const fn nat_lines(local: bool, remote: bool) -> &'static [Literal] {
    use Literal::{HisHashDiffers, MyHashDiffers, NatAtBothNodes, NatDetectionRead, NoNat};
    match (local, remote) {
        (false, false) => &[NatDetectionRead, HisHashDiffers, NatDetectionRead, NoNat],
        (false, true) => &[NatDetectionRead, HisHashDiffers, NatDetectionRead, HisHashDiffers],
        (true, _) => &[NatDetectionRead, NatAtBothNodes, NatDetectionRead, MyHashDiffers],
    }
}

const fn deletion_lines(reason: DeleteReason) -> &'static [Literal] {
    match reason {
        DeleteReason::Retransmissions => {
            &[Literal::NoParanoidKeepalives, Literal::SaDeadByRetransmission, Literal::SaDeadByRetransmission]
        }
        DeleteReason::Peer => &[Literal::SaDeletedByPeer],
        // No public source gives the words for these.
        DeleteReason::Lifetime
        | DeleteReason::Closed
        | DeleteReason::Dead
        | DeleteReason::Failed
        | DeleteReason::Superseded
        | DeleteReason::Evicted => &[],
    }
}
