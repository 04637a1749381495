//! A message of the tester that is about to be sent, and the changes that a check makes to it.

use ike::MessageName;
use ike::keys::Cookies;
use wire::ikev1::lies::{self, Lie};
use wire::ikev1::owned::SecurityAssociation;
use wire::ikev1::{self, CertificateRequest};
use wire::ikev2::owned::Proposal;
use wire::ikev2::{self, Notification, NotifyType};
use wire::{CertificateEncoding, PayloadType};

use super::{Payload, Tester};
use crate::laboratory::Laboratory;

/// A change to one message of the tester.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The message.
    pub name: MessageName,
    /// The change in words.
    pub remark: &'static str,
    /// What is done.
    pub action: Action,
}

/// What is done to a message, and when.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// To its payloads, before they are authenticated: a signature covers the change.
    Content(fn(&mut Draft<'_>)),
    /// To its payloads, after that and before encryption: no signature covers the change.
    Authenticated(fn(&mut Draft<'_>)),
    /// To its bytes as they go out, after encryption.
    Datagram(fn(&mut Vec<u8>)),
    /// To a field of the message, or of an encrypted one's header, as it goes out.
    Lie(Lie),
    /// To a field of a message of IKEv2: of a payload before encryption, of the header before the checksum is computed.
    Ikev2Lie(ikev2::lies::Lie),
    /// To the bytes of a message of IKEv2 that is encrypted, before its checksum is computed.
    Sealed(fn(&mut Vec<u8>)),
    /// So many bytes of padding are added before encryption, a multiple of the cipher's block.
    Padding(u8),
    /// It goes out without encryption.
    InClear,
}

/// The payloads of a message that is about to be sent.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The payloads, in their order.
    pub payloads: Vec<Payload>,
    /// Where certificates come from.
    pub laboratory: &'a Laboratory,
    /// The cookies as they are by now.
    pub cookies: Cookies,
    /// Which session of the check it is, from 1.
    pub session: u32,
}

impl Draft<'_> {
    /// The first payload of this type.
    ///
    /// # Panics
    /// The tester's message has none: the check is wrong.
    pub fn payload(&mut self, payload_type: PayloadType) -> &mut Payload {
        let found = self.payloads.iter_mut().find(|payload| payload.payload_type == payload_type);
        found.expect("a check changes what the tester's message has")
    }

    /// Puts a payload first.
    pub fn prepend(&mut self, payload_type: PayloadType, body: &[u8]) {
        self.payloads.insert(0, Payload::new(payload_type, body));
    }

    /// Puts a payload last.
    pub fn append(&mut self, payload_type: PayloadType, body: &[u8]) {
        self.payloads.push(Payload::new(payload_type, body));
    }

    /// Takes all payloads of this type away.
    pub fn remove(&mut self, payload_type: PayloadType) {
        self.payloads.retain(|payload| payload.payload_type != payload_type);
    }

    /// Puts a certificate request last.
    pub fn request(&mut self, encoding: CertificateEncoding, authority: &[u8]) {
        self.append(PayloadType::CERTIFICATE_REQUEST, &[&[encoding.0], authority].concat());
    }

    /// Puts a certificate before the signature.
    pub fn certificate(&mut self, encoding: CertificateEncoding, data: &[u8]) {
        let body = [&[encoding.0], data].concat();
        let is_signature = |payload: &Payload| payload.payload_type == PayloadType::SIGNATURE;
        let place = self.payloads.iter().position(is_signature).unwrap_or(self.payloads.len());
        self.payloads.insert(place, Payload::new(PayloadType::CERTIFICATE, body));
    }

    /// Puts a notification of IKEv2 last.
    pub fn notify(&mut self, notify_type: NotifyType, data: &[u8]) {
        self.payloads.push(ikev2::Payload::Notify(Notification::new(notify_type, data)).into());
    }

    /// Changes the proposals of the SA payload of IKEv2.
    ///
    /// # Panics
    /// The change makes something that cannot be written: the check is wrong.
    pub fn proposals(&mut self, change: impl FnOnce(&mut Vec<Proposal>)) {
        let payload = self.payload(PayloadType::IKEV2_SECURITY_ASSOCIATION);
        change_proposals(payload, change);
    }

    /// Changes the content of the SA payload of IKEv1.
    ///
    /// # Panics
    /// The change makes something that cannot be written: the check is wrong.
    pub fn offer(&mut self, change: impl FnOnce(&mut SecurityAssociation)) {
        let payload = self.payload(PayloadType::SECURITY_ASSOCIATION);
        let mut content = match payload.as_ikev1() {
            Ok(ikev1::Payload::SecurityAssociation(view)) => SecurityAssociation::from(view),
            _ => unreachable!("the tester's own SA payload is well-formed"),
        };
        change(&mut content);
        payload.body = content.encode().expect("a check's proposals fit").body().to_vec();
    }
}

/// Changes the proposals of an SA payload of IKEv2.
///
/// # Panics
/// It is none, or the change makes something that cannot be written: the check is wrong.
pub fn change_proposals(payload: &mut Payload, change: impl FnOnce(&mut Vec<Proposal>)) {
    let mut content = match payload.as_ikev2() {
        Ok(ikev2::Payload::SecurityAssociation(view)) => ikev2::owned::SecurityAssociation::from(view),
        _ => unreachable!("the SA payload that a check changes is well-formed"),
    };
    change(&mut content.proposals);
    let encoded = content.encode().expect("a check's proposals fit");
    payload.body = Payload::from(ikev2::Payload::SecurityAssociation(encoded.view())).body;
}

/// Makes the changes to the payloads that are made before they are authenticated.
pub(super) fn apply_content(draft: &mut Draft<'_>, changes: &[Change]) {
    for change in changes {
        if let Action::Content(action) = change.action {
            action(draft);
        }
    }
}

/// Makes the changes to the payloads that are made after they were authenticated.
pub(super) fn apply_authenticated(draft: &mut Draft<'_>, changes: &[Change]) {
    for change in changes {
        if let Action::Authenticated(action) = change.action {
            action(draft);
        }
    }
}

/// The bytes of a message with these changes made to them; changes of other kinds are made elsewhere.
pub(super) fn distort(bytes: &mut Vec<u8>, changes: &[Change]) {
    for change in changes {
        match change.action {
            Action::Datagram(action) => action(bytes),
            Action::Lie(lie) => lies::tell(bytes, &[lie]).expect("a check lies about fields that there are"),
            Action::Content(_)
            | Action::Authenticated(_)
            | Action::Ikev2Lie(_)
            | Action::Sealed(_)
            | Action::Padding(_)
            | Action::InClear => {}
        }
    }
}

impl Tester<'_> {
    /// A request for certificates of an authority.
    pub(super) fn request_of(authority: &[u8]) -> ikev1::Payload<'_> {
        ikev1::Payload::CertificateRequest(CertificateRequest {
            encoding: CertificateEncoding::X509_SIGNATURE,
            authority,
        })
    }
}
