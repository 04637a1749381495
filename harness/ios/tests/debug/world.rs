//! The two routers of Cisco document 117633 as far as their debug output needs them, messages with real payloads, and a
//! recorder of events.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, StandInSigner};
use ike::{
    AnyProfileId, Enrolment, Event, EventKind, IdentityKind, IdentityMatch, IdentityPattern, IkeVersion,
    Ikev2Parts, IsakmpPolicy, MessageName, MessageRecord, Now, Origin, PacketState, Path, Pin, PolicyId,
    Profile, ProfileId, Protection, ProtectionId, ProtectionProfile, Role, Router, RouterParts, SessionId,
    Sourced, TransformPlace, TransformSet, Trustpoint, TrustpointId,
};
use ios::debug::{ClockStyle, render};
use pki::{Authority, Certificate, IssuerSignatures, Name, PublicKey, SignatureProblem, Signed};
use wire::ExchangeType;
use wire::ikev1::attributes::{Phase1Class, Phase2Class};
use wire::ikev1::owned::{Attribute, Proposal, SecurityAssociation, Transform};
use wire::ikev1::{Message, MessageBuilder, Payload, ProtocolId, SecurityAssociationBuf};

pub const CA1: &str = "cn=CA1,o=cisco,o=com";
pub const CA2: &str = "cn=CA2,o=cisco,o=com";
pub const R1_SUBJECT: &str =
    "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com";
pub const R2_SUBJECT: &str =
    "serialNumber=101+ipaddress=192.168.0.2+hostname=R2.cisco.com,cn=R2,ou=IT,o=cisco,o=com";

/// The built-in CAs in the order in which they are asked for (ORD-3).
pub const BUILT_IN: [&str; 5] = [
    "ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US",
    "cn=Cisco SSCA2,o=Cisco Systems",
    "cn=Cisco Manufacturing CA,o=Cisco Systems",
    "cn=Cisco Root CA 2048,o=Cisco Systems",
    "cn=Cisco Root CA M1,o=Cisco",
];

pub const IOSCA1: usize = 0;
pub const IOSCA2: usize = 1;

pub fn trustpoint(index: usize) -> TrustpointId {
    TrustpointId::from_index(index).unwrap()
}

pub fn profile() -> ProfileId {
    ProfileId::from_index(0).unwrap()
}

/// The same, as a session is bound to it.
pub fn bound() -> AnyProfileId {
    AnyProfileId::Isakmp(profile())
}

pub fn policy() -> PolicyId {
    PolicyId::from_index(0).unwrap()
}

pub fn protection() -> ProtectionId {
    ProtectionId::from_index(0).unwrap()
}

pub fn name(text: &str) -> Name {
    Name::from_ios_text(text).unwrap()
}

/// R1 of the document: its profile is pinned to IOSCA1.
pub fn r1() -> Router {
    router("R1", R1_SUBJECT, [192, 168, 0, 1], &[IOSCA1], [IOSCA2, IOSCA1])
}

/// R2 of the document: its profile is not pinned.
pub fn r2() -> Router {
    router("R2", R2_SUBJECT, [192, 168, 0, 2], &[], [IOSCA1, IOSCA2])
}

fn router(
    hostname: &str,
    subject: &str,
    address: [u8; 4],
    pins: &[usize],
    newest_first: [usize; 2],
) -> Router {
    let enrolled = |name: &str, authority: &str| {
        let certificate_of_router = certificate(subject, authority, 2);
        let key = certificate_of_router.public_key().as_der().to_vec();
        Trustpoint {
            authority: Some(Authority::Certificate(certificate(authority, authority, 1))),
            enrolment: Some(Enrolment {
                certificate: certificate_of_router,
                intermediates: Vec::new(),
                signer: Arc::new(StandInSigner::new(key).unwrap()),
                origin: Origin::DEFAULT,
            }),
            ..named_trustpoint(name)
        }
    };
    let built_in = |authority: &&str| Trustpoint {
        authority: Some(Authority::NameOnly(name(authority))),
        ..named_trustpoint("built-in")
    };
    let mut trustpoints = vec![enrolled("IOSCA1", CA1), enrolled("IOSCA2", CA2)];
    trustpoints.extend(BUILT_IN.iter().map(built_in));
    Router::new(RouterParts {
        hostname: Sourced::default_value(hostname.to_owned()),
        domain: Some(Sourced::default_value("cisco.com".to_owned())),
        trustpoints,
        enrolments: newest_first.map(trustpoint).into(),
        policies: vec![
            isakmp_policy(10, CipherAlgorithm::TripleDesCbc),
            isakmp_policy(20, CipherAlgorithm::AesCbc256),
        ],
        identity: Sourced::default_value(IdentityKind::Address),
        profiles: vec![Profile {
            name: "prof1".to_owned(),
            origin: Origin::DEFAULT,
            pins: pins
                .iter()
                .map(|pin| Pin { trustpoint: trustpoint(*pin), origin: Origin::DEFAULT })
                .collect(),
            matches: vec![IdentityMatch {
                pattern: IdentityPattern::HostDomain("cisco.com".to_owned()),
                origin: Origin::DEFAULT,
            }],
            self_identity: Some(Sourced::default_value(IdentityKind::Fqdn(None))),
            keyring: None,
        }],
        protections: vec![tunnel("Tunnel1", address), tunnel("MAP 10", address)],
        capabilities: pki::Policy::ios(),
        issuer_signatures: Arc::new(OnTrust),
        revocation_servers: ike::RevocationServers::default(),
        keepalive: None,
        certificate_maps: Vec::new(),
        ikev2: Ikev2Parts::default(),
    })
    .unwrap()
}

fn named_trustpoint(name: &str) -> Trustpoint {
    Trustpoint {
        name: name.to_owned(),
        origin: Origin::DEFAULT,
        authority: None,
        enrolment: None,
        revocation: Sourced::default_value(Vec::new()),
        revocation_lists: Vec::new(),
    }
}

fn isakmp_policy(priority: u32, cipher: CipherAlgorithm) -> IsakmpPolicy {
    IsakmpPolicy::new(priority, Origin::DEFAULT, (cipher, HashAlgorithm::Md5, Group::Modp1024))
}

fn tunnel(name: &str, local: [u8; 4]) -> Protection {
    let [.., host] = local;
    let addresses = [local.into(), IpAddr::from([192, 168, 0, 3 - host])];
    let profile = ProtectionProfile::Isakmp(Sourced::default_value(profile()));
    let set = TransformSet::aes_128("TS", Origin::DEFAULT);
    Protection::tunnel(name, Origin::DEFAULT, addresses, profile, set)
}

/// Takes every signature of an issuer on trust: those of the certificates here are none.
struct OnTrust;

impl IssuerSignatures for OnTrust {
    fn check(&self, _: &Signed<'_>, _: PublicKey<'_>) -> Result<(), SignatureProblem> {
        Ok(())
    }
}

/// A version 1 certificate with these names and a key that no other subject has, valid from June to July 2013, and with a
/// signature that nobody checks.
pub fn certificate(subject: &str, issuer: &str, serial: u8) -> Certificate {
    // md5WithRSAEncryption and rsaEncryption, each with NULL.
    let algorithm = |last| der(0x30, &[&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last, 5, 0]]);
    let validity = der(0x30, &[&der(0x17, &[b"130601000000Z"]), &der(0x17, &[b"130701000000Z"])]);
    let of_subject = subject.bytes().fold(0, u8::wrapping_add);
    let modulus = [&[0, 0x80][..], &[of_subject; 63]].concat();
    let key = der(0x30, &[&der(2, &[&modulus]), &der(2, &[&[1, 0, 1]])]);
    let key = der(0x30, &[&algorithm(1), &der(3, &[&[0], &key])]);
    let names = [issuer, subject].map(name);
    let body = [&der(2, &[&[serial]]), &algorithm(4), names[0].as_der(), &validity, names[1].as_der(), &key];
    let whole =
        der(0x30, &[&der(0x30, &body.map(|part| part as &[u8])), &algorithm(4), &der(3, &[&[0; 65]])]);
    Certificate::from_der(&whole).unwrap()
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let [high, low] = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let header = match (high, low) {
        (0, 0..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [header, contents].concat()
}

/// A session that R1 begins with R2.
pub fn initiator() -> Recorder {
    Recorder::new(r1(), Role::Initiator, 1, 2)
}

/// A session that R2 begins with R1, on R1.
pub fn responder() -> Recorder {
    Recorder::new(r1(), Role::Responder, 1, 2)
}

/// Collects the events of one session on one router.
pub struct Recorder {
    pub router: Router,
    pub version: IkeVersion,
    pub role: Role,
    pub connection: u32,
    pub now: Now,
    pub path: Path,
    pub events: Vec<Event>,
}

impl Recorder {
    /// A session of `router` between 192.168.0.`local` and 192.168.0.`remote`, on Thu Jun 20 2013 13:00:37.609.
    pub fn new(router: Router, role: Role, local: u8, remote: u8) -> Self {
        let end = |host| SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 168, 0, host)), 500);
        Self {
            router,
            version: IkeVersion::V1,
            role,
            connection: 0,
            now: Now { monotonic: Duration::from_millis(609), calendar: 1_371_733_237 },
            path: Path { local: end(local), remote: end(remote) },
            events: Vec::new(),
        }
    }

    pub fn push(&mut self, kind: EventKind) -> &mut Self {
        let session = SessionId::from_index(0).unwrap();
        self.events.push(Event {
            session,
            version: self.version,
            connection: self.connection,
            role: self.role,
            at: self.now,
            kind,
        });
        self
    }

    pub fn later(&mut self, milliseconds: u64) -> &mut Self {
        self.now = self.now.plus(Duration::from_millis(milliseconds));
        self
    }

    pub fn sent(&mut self, name: MessageName, packet_state: PacketState, retransmission: u32) -> &mut Self {
        let record = self.record(name, packet_state, &[Payload::Nonce(&[0; 16])], retransmission);
        self.push(EventKind::Sent(record))
    }

    /// Receives a message; the places of the bodies of its payloads.
    pub fn received(
        &mut self,
        name: MessageName,
        packet_state: PacketState,
        payloads: &[Payload<'_>],
    ) -> Vec<Range<usize>> {
        let record = self.record(name, packet_state, payloads, 0);
        let ranges = Message::read(&record.plaintext)
            .unwrap()
            .payloads()
            .map(|raw| raw.unwrap())
            .map(|raw| raw.body_offset()..raw.body_offset() + raw.body.len())
            .collect();
        self.push(EventKind::Received(record));
        ranges
    }

    fn record(
        &self,
        name: MessageName,
        packet_state: PacketState,
        payloads: &[Payload<'_>],
        retransmission: u32,
    ) -> MessageRecord {
        let (exchange, message_id) = match name {
            MessageName::MainMode(_) | MessageName::Ikev2(..) | MessageName::Unknown => {
                (ExchangeType::IDENTITY_PROTECTION, 0)
            }
            MessageName::QuickMode(_) => (ExchangeType::QUICK_MODE, 3_329_780_046),
            MessageName::Informational => (ExchangeType::INFORMATIONAL, 1_201_896_175),
        };
        let builder = MessageBuilder::new([1; 8], [2; 8], exchange).message_id(message_id);
        let bytes = builder.plain(payloads).unwrap();
        MessageRecord {
            name,
            path: self.path,
            length: bytes.len(),
            plaintext: bytes.into(),
            encrypted: exchange != ExchangeType::IDENTITY_PROTECTION,
            packet_state,
            retransmission,
            fragment: None,
        }
    }

    pub fn text(&self) -> String {
        render(&self.router, ClockStyle::default(), &self.events)
    }

    /// The lines without their times.
    pub fn lines(&self) -> Vec<String> {
        self.text().lines().map(|line| without_time(line).to_owned()).collect()
    }
}

pub fn without_time(line: &str) -> &str {
    if line.starts_with('*') { line.split_once(": ").unwrap().1 } else { line }
}

/// The only transform of the only proposal.
pub const FIRST: TransformPlace = TransformPlace { proposal: 0, transform: 0 };

/// An SA payload with one proposal of these transforms.
pub fn proposal(
    protocol: ProtocolId,
    spi: &[u8],
    transforms: Vec<(u8, Vec<Attribute>)>,
) -> SecurityAssociationBuf {
    let transforms =
        (1..).zip(transforms).map(|(number, (id, attributes))| Transform { number, id, attributes });
    let proposal = Proposal { number: 1, protocol, spi: spi.to_vec(), transforms: transforms.collect() };
    SecurityAssociation::ipsec(vec![proposal]).encode().unwrap()
}

/// The transform of the document's routers: 3DES, MD5, group 2, RSA signatures, a day.
pub fn document_transform() -> Vec<Attribute> {
    let mut attributes = short(&[(1, 5), (2, 1), (4, 2), (3, 3), (11, 1)]);
    attributes.push(Attribute::long(Phase1Class::LIFE_DURATION.0, 86_400u32.to_be_bytes()));
    attributes
}

/// An ESP transform: AES with a key of so many bits, HMAC-SHA-256, tunnel mode, the default lifetimes.
pub fn esp_transform(bits: u16) -> Vec<Attribute> {
    let mut attributes = short(&[(4, 1), (1, 1), (2, 3_600), (1, 2)]);
    attributes.push(Attribute::long(Phase2Class::SA_LIFE_DURATION.0, 4_608_000u32.to_be_bytes()));
    attributes.extend(short(&[(5, 5), (6, bits)]));
    attributes
}

/// Attributes of two bytes, by class.
pub fn short(attributes: &[(u16, u16)]) -> Vec<Attribute> {
    attributes.iter().map(|(class, value)| Attribute::short(*class, *value)).collect()
}

pub fn security_association(association: &SecurityAssociationBuf) -> Payload<'_> {
    Payload::SecurityAssociation(association.view())
}
