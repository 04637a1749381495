//! Messages to read and to write: as routers send them, with filler where only the length matters.

use wire::ikev1::attributes::{
    AuthenticationMethod, EncryptionAlgorithm, HashAlgorithm, IsakmpTransform, LifeType, Phase1Class,
};
use wire::ikev1::owned::Attribute;
use wire::ikev1::{self, NatDetection, NatNumbering};
use wire::ikev2::transforms::{
    EncryptionAlgorithm as Encr, IntegrityAlgorithm as Integ, PseudorandomFunction as Prf,
};
use wire::ikev2::{
    self, AddressRange, Authentication, AuthenticationMethod as AuthMethod, Certificate, CertificateRequest,
    Identification, Identity, KeyExchange, Notification, NotifyType, Proof, TrafficSelector,
    TrafficSelectorsBuf,
};
use wire::{CertificateEncoding, ExchangeType, Flags, Group, PayloadType, WriteError};

use crate::routers::authority_name;

/// Bytes of which only the number matters.
const FILLER: [u8; 2048] = [0xa5; 2048];

/// What the payloads of the IKEv2 messages borrow.
pub struct Ikev2Parts {
    sa: ikev2::SecurityAssociationBuf,
    child_sa: ikev2::SecurityAssociationBuf,
    selectors: TrafficSelectorsBuf,
    hashes: Vec<[u8; 20]>,
}

impl Ikev2Parts {
    /// Offers of two ciphers, and `requests` CAs to ask for.
    ///
    /// # Panics
    /// Never: nothing in it is too long.
    #[must_use]
    pub fn new(requests: u8) -> Self {
        use wire::ikev2::owned::{Proposal, SecurityAssociation, Transform};
        let proposal = |protocol, spi: &[u8], transforms| Proposal {
            number: 1,
            protocol,
            spi: spi.to_vec(),
            transforms,
        };
        let association = |proposal| SecurityAssociation { proposals: vec![proposal] }.encode();
        let ike = vec![
            Transform::with_key_length(Encr::AES_CBC, 256),
            Transform::with_key_length(Encr::AES_CBC, 128),
            Transform::new(Prf::HMAC_SHA2_256),
            Transform::new(Prf::HMAC_SHA1),
            Transform::new(Integ::HMAC_SHA2_256_128),
            Transform::new(Integ::HMAC_SHA1_96),
            Transform::new(Group(14)),
            Transform::new(Group(5)),
        ];
        let esp =
            vec![Transform::with_key_length(Encr::AES_CBC, 256), Transform::new(Integ::HMAC_SHA2_256_128)];
        let any = AddressRange::any([10, 0, 0, 0].into(), [10, 0, 0, 255].into());
        Self {
            sa: association(proposal(ikev2::ProtocolId::IKE, &[], ike)).expect("few transforms"),
            child_sa: association(proposal(ikev2::ProtocolId::ESP, &[1, 2, 3, 4], esp))
                .expect("few transforms"),
            selectors: TrafficSelectorsBuf::new(&[TrafficSelector::Ipv4(any)]).expect("one selector"),
            hashes: (0..requests).map(|index| [index; 20]).collect(),
        }
    }

    /// The payloads of an IKE_SA_INIT request with the 2048-bit group.
    #[must_use]
    pub fn sa_init(&self) -> Vec<ikev2::Payload<'_>> {
        use wire::ikev2::Payload;
        let notify = |notify_type, length| Payload::Notify(Notification::new(notify_type, &FILLER[..length]));
        vec![
            Payload::SecurityAssociation(self.sa.view()),
            Payload::KeyExchange(KeyExchange::new(Group(14), &FILLER[..256])),
            Payload::Nonce(&FILLER[..32]),
            notify(NotifyType::NAT_DETECTION_SOURCE_IP, 20),
            notify(NotifyType::NAT_DETECTION_DESTINATION_IP, 20),
            notify(NotifyType::SIGNATURE_HASH_ALGORITHMS, 6),
            Payload::VendorId(&FILLER[..16]),
        ]
    }

    /// The payloads inside an IKE_AUTH request.
    #[must_use]
    pub fn auth(&self) -> Vec<ikev2::Payload<'_>> {
        use wire::ikev2::Payload;
        vec![
            Payload::InitiatorIdentification(Identification::new(Identity::Fqdn(b"R1.cisco.com"))),
            Payload::Certificate(Certificate::X509(&FILLER[..800])),
            Payload::CertificateRequest(CertificateRequest::x509(&self.hashes)),
            Payload::Authentication(Authentication::new(Proof::Other(
                AuthMethod::RSA_SIGNATURE,
                &FILLER[..256],
            ))),
            Payload::SecurityAssociation(self.child_sa.view()),
            Payload::InitiatorTrafficSelectors(self.selectors.view()),
            Payload::ResponderTrafficSelectors(self.selectors.view()),
            Payload::Notify(Notification::new(NotifyType::INITIAL_CONTACT, &[])),
        ]
    }
}

/// The IKE_SA_INIT request as bytes.
///
/// # Errors
/// Never: nothing in it is too long.
pub fn write_sa_init(payloads: &[ikev2::Payload<'_>]) -> Result<Vec<u8>, WriteError> {
    ikev2::MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_SA_INIT)
        .flags(Flags::INITIATOR)
        .payloads(payloads)
}

/// A chain of payloads as it stands inside an encrypted one, and the type of the first.
///
/// # Errors
/// Never: nothing in it is too long.
pub fn write_inside(payloads: &[ikev2::Payload<'_>]) -> Result<(PayloadType, Vec<u8>), WriteError> {
    let mut bytes = Vec::new();
    Ok((ikev2::write_payloads(payloads, &mut bytes)?, bytes))
}

/// What the payloads of the IKEv1 messages borrow.
pub struct Ikev1Parts {
    sa: ikev1::SecurityAssociationBuf,
    names: Vec<pki::Name>,
}

impl Ikev1Parts {
    /// Offers of three ciphers, and `requests` CAs to ask for.
    ///
    /// # Panics
    /// Never: nothing in it is too long.
    #[must_use]
    pub fn new(requests: usize) -> Self {
        use wire::ikev1::owned::{Proposal, SecurityAssociation, Transform};
        let transform = |number, cipher: EncryptionAlgorithm| Transform {
            number,
            id: IsakmpTransform::KEY_IKE.0,
            attributes: vec![
                Attribute::short(Phase1Class::ENCRYPTION_ALGORITHM, cipher),
                Attribute::short(Phase1Class::HASH_ALGORITHM, HashAlgorithm::SHA),
                Attribute::short(Phase1Class::GROUP_DESCRIPTION, 2_u16),
                Attribute::short(Phase1Class::AUTHENTICATION_METHOD, AuthenticationMethod::RSA_SIGNATURES),
                Attribute::short(Phase1Class::LIFE_TYPE, LifeType::SECONDS),
                Attribute::long(Phase1Class::LIFE_DURATION, 86_400_u32.to_be_bytes()),
            ],
        };
        let ciphers =
            [EncryptionAlgorithm::AES_CBC, EncryptionAlgorithm::TRIPLE_DES_CBC, EncryptionAlgorithm::DES_CBC];
        let proposal = Proposal {
            number: 1,
            protocol: ikev1::ProtocolId::ISAKMP,
            spi: Vec::new(),
            transforms: (1..).zip(ciphers).map(|(number, cipher)| transform(number, cipher)).collect(),
        };
        let sa = SecurityAssociation::ipsec(vec![proposal]).encode().expect("few transforms");
        Self { sa, names: (0..requests).map(authority_name).collect() }
    }

    /// The payloads of MM1.
    #[must_use]
    pub fn mm1(&self) -> Vec<ikev1::Payload<'_>> {
        use wire::ikev1::Payload;
        let vendor_id = Payload::VendorId(&FILLER[..16]);
        vec![Payload::SecurityAssociation(self.sa.view()), vendor_id, vendor_id, vendor_id, vendor_id]
    }

    /// The payloads of MM4 with the 1024-bit group.
    #[must_use]
    pub fn mm4(&self) -> Vec<ikev1::Payload<'_>> {
        use wire::ikev1::Payload;
        let nat =
            Payload::NatDetection(NatDetection { numbering: NatNumbering::Rfc3947, hash: &FILLER[..20] });
        let mut payloads = vec![Payload::KeyExchange(&FILLER[..128]), Payload::Nonce(&FILLER[..20])];
        let encoding = CertificateEncoding::X509_SIGNATURE;
        payloads.extend(self.names.iter().map(|name| {
            Payload::CertificateRequest(ikev1::CertificateRequest { encoding, authority: name.as_der() })
        }));
        payloads.extend([Payload::VendorId(&FILLER[..16]), nat, nat]);
        payloads
    }
}

/// A message of Main Mode as bytes.
///
/// # Errors
/// Never: nothing in it is too long.
pub fn write_main_mode(payloads: &[ikev1::Payload<'_>]) -> Result<Vec<u8>, WriteError> {
    ikev1::MessageBuilder::new([1; 8], [2; 8], ExchangeType::IDENTITY_PROTECTION).plain(payloads)
}
