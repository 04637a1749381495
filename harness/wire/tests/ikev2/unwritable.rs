//! What the format cannot carry is not written, and what cannot be read is not either.

use wire::ikev2::{
    Authentication, Delete, Eap, EapCode, Encrypted, EncryptedFragment, MessageBuilder, Notification,
    NotifyType, Payload, Proof, ProtocolId, TrafficSelector, TrafficSelectorType, TrafficSelectorsBuf, owned,
    write_padding,
};
use wire::{ExchangeType, Group, PayloadType, WriteError};

#[test]
fn what_the_format_cannot_carry_is_not_written() {
    let builder = || MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_AUTH);
    let write = |payload: Payload<'_>| builder().payloads(&[payload]).unwrap_err().to_string();
    let too_long = vec![0; 65532];
    assert_eq!(write(Payload::Nonce(&too_long)), "cannot write a payload of length 65536, the most is 65535");
    assert!(builder().payloads(&[Payload::Nonce(&too_long[1..])]).is_ok());
    assert_eq!(write(Payload::Unknown(PayloadType::NONE, &[])), "cannot write a payload of type 0");
    let notification = Notification { spi: &[0; 256], ..Notification::new(NotifyType::REKEY_SA, &[]) };
    assert_eq!(write(Payload::Notify(notification)), "cannot write an SPI of length 256, the most is 255");
    let proof = Proof::DigitalSignature { algorithm: &[0; 256], signature: &[] };
    assert_eq!(
        write(Payload::Authentication(Authentication::new(proof))),
        "cannot write an algorithm identifier of length 256, the most is 255"
    );
    let message = Eap { code: EapCode::REQUEST, identifier: 1, data: &too_long };
    assert_eq!(
        write(Payload::Eap(message)),
        "cannot write an EAP message of length 65536, the most is 65535"
    );
    let fragment = EncryptedFragment { first_inside: PayloadType::NONE, number: 2, total: 1, body: &[] };
    assert_eq!(write(Payload::EncryptedFragment(fragment)), "cannot write fragment number 2 of 1");
    let start = builder().start_fragment(fragment, 0);
    assert_eq!(start, Err(WriteError::FragmentNumber { number: 2, total: 1 }));
}

#[test]
fn an_encrypted_body_that_is_too_long_is_not_begun() {
    let builder = || MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_AUTH);
    assert_eq!(builder().start_encrypted(PayloadType::NONE, 65531).unwrap()[28..], [0, 0, 0xff, 0xff]);
    for length in [65532, usize::MAX] {
        let error = builder().start_encrypted(PayloadType::NONE, length).unwrap_err();
        assert!(matches!(error, WriteError::TooLong { what: "a payload", .. }));
    }
}

#[test]
fn nothing_is_written_behind_an_encrypted_payload() {
    let encrypted = Encrypted { first_inside: PayloadType::IKEV2_NONCE, body: &[] };
    let payloads = [Payload::Encrypted(encrypted), Payload::Nonce(&[7; 8])];
    let builder = || MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_AUTH);
    let error = builder().payloads(&payloads).unwrap_err();
    assert_eq!(error.to_string(), "cannot write a payload behind an encrypted one");
    let [encrypted, nonce] = payloads;
    assert!(builder().payloads(&[nonce, encrypted]).is_ok());
}

#[test]
fn proposals_that_could_not_be_read_are_not_written() {
    let encode = |proposals| owned::SecurityAssociation { proposals }.encode().unwrap_err().to_string();
    let transform = owned::Transform::new(Group::MODP_2048);
    let proposal =
        |transforms| owned::Proposal { number: 1, protocol: ProtocolId::IKE, spi: Vec::new(), transforms };
    assert_eq!(
        encode(Vec::new()),
        "cannot write what cannot be read: SA payload at offset 0: expected at least one element, found none"
    );
    assert_eq!(
        encode(vec![proposal(Vec::new())]),
        "cannot write what cannot be read: proposal at offset 8: expected at least one element, found none"
    );
    assert_eq!(
        encode(vec![proposal(vec![transform; 256])]),
        "cannot write a list of transforms of length 256, the most is 255"
    );
}

#[test]
fn lists_of_no_or_too_many_elements_are_not_written() {
    let error =
        |selectors: &[TrafficSelector<'_>]| TrafficSelectorsBuf::new(selectors).unwrap_err().to_string();
    let selector =
        TrafficSelector::Other { selector_type: TrafficSelectorType::SECLABEL, protocol: 0, data: &[] };
    assert_eq!(error(&[]), "cannot write an empty list of traffic selectors");
    assert_eq!(
        error(&[selector; 256]),
        "cannot write a list of traffic selectors of length 256, the most is 255"
    );
    assert_eq!(TrafficSelectorsBuf::new(&[selector; 255]).unwrap().view().iter().count(), 255);
    assert_eq!(Delete::one(ProtocolId::ESP, &[]), Err(WriteError::EmptySpi));
    assert_eq!(Delete::several(ProtocolId::ESP, &[1, 2, 3, 4, 5], 4), Err(WriteError::SpiSizes));
    assert_eq!(
        write_padding(&[0; 256], &mut Vec::new()).unwrap_err().to_string(),
        "cannot write padding of length 256, the most is 255"
    );
}
