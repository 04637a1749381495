//! The vendor IDs that this endpoint sends, as IOS does (V2-REQ-4). Those of the peer are told and mean nothing here.

use crypto::{HashAlgorithm, Provider};

use crate::context::Context;
use crate::event::EventKind;
use crate::keys::ikev2::Spis;

use super::contents::Contents;

/// The vendor IDs of IKE_SA_INIT: that reasons of deletion are understood, and FlexVPN.
pub(super) const OF_INIT: [&[u8]; 2] = [b"CISCO-DELETE-REASON", b"FLEXVPN-SUPPORTED"];

/// The vendor ID of IKE_AUTH. It is 16 bytes long; how IOS makes it is not published, so this endpoint hashes the SPIs.
pub(super) fn of_authentication(provider: Provider, spis: &Spis) -> Vec<u8> {
    provider.hashes.hash(HashAlgorithm::Md5, &[&spis.concatenated()]).to_vec()
}

/// Tells a vendor ID that will be sent.
pub(super) fn tell(context: &mut Context<'_>, bytes: &[u8]) {
    context.emit(EventKind::VendorIdBuilt { bytes: bytes.into() });
}

/// Tells those of a message.
pub(super) fn tell_received(context: &mut Context<'_>, contents: &Contents<'_>) {
    for id in &contents.vendor_ids {
        context.emit(EventKind::VendorIdRead { range: id.body_range() });
    }
}
