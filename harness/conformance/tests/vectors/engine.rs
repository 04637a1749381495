//! Somebody's implementation, which is this project's engine, held against `selection.json`. Nothing is known here but the
//! file: routers are configured from it, and what they do is told in its words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crypto::Provider;
use ike::EventKind;
use ike::selection::ChoiceReason;
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::{Keep, Negotiation, negotiate_keeping};
use lab::scenario::{RouterText, Scenario};
use lab::side::{Pair, Side};
use lab::verdict::Outcome;
use lab::verdict::course::{Course, decisive_failure};
use pki::Certificate;
use wire::{Header, ikev1, ikev2};

use crate::form::{Case, Failure, Part, Requests, Router, Selection, Trustpoint, Version, Way};

/// Both routers in every way.
pub struct Engine<'a> {
    selection: &'a Selection,
    /// By version and way.
    worlds: BTreeMap<(Version, &'a str), World>,
    /// What stands in a CERTREQ, in hexadecimal digits.
    authorities: BTreeMap<&'a str, &'a str>,
}

/// What a case came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub requests: Vec<Requests>,
    pub initiator: Part,
    pub responder: Part,
    pub outcome: String,
    pub failure: Option<Failure>,
    pub rule: Option<String>,
}

impl<'a> Engine<'a> {
    pub fn new(selection: &'a Selection) -> Self {
        let mint = Mint::new();
        let versions = [Version::One, Version::Two];
        let all =
            versions.into_iter().flat_map(|version| selection.ways.iter().map(move |way| (version, way)));
        let worlds =
            all.map(|(version, way)| ((version, way.id.as_str()), world(selection, version, way, &mint)));
        let authorities = selection.authorities.iter().flat_map(|authority| {
            let requests = [Some(&authority.ikev1_request), authority.ikev2_request.as_ref()];
            requests.into_iter().flatten().map(|request| (request.as_str(), authority.id.as_str()))
        });
        Self { selection, worlds: worlds.collect(), authorities: authorities.collect() }
    }

    /// Plays a case.
    pub fn play(&self, case: &Case) -> Told {
        let seats = [&case.initiator, &case.responder];
        let world_of = |side: Side| {
            let seat = seats.iter().find(|seat| seat.router == self.router(side).id).unwrap();
            &self.worlds[&(case.version, seat.way.as_str())]
        };
        let mut world = world_of(Side::First).clone();
        world.routers.second = world_of(Side::Second).routers.second.clone();
        let initiator = Side::BOTH.into_iter().find(|&side| self.router(side).id == case.initiator.router);
        let initiator = initiator.unwrap();
        let negotiation = negotiate_keeping(Keep::Events, &world, initiator).unwrap();
        let courses = Pair::from_fn(|side| Course::of(&negotiation, side));
        let outcome = Outcome::of(&courses);
        let failure = match outcome {
            Outcome::Up => None,
            _ => decisive_failure(&negotiation, outcome),
        };
        let requests = self.requests(&negotiation);
        Told {
            initiator: self.part(&world, &courses[initiator], &requests, initiator),
            responder: self.part(&world, &courses[initiator.other()], &requests, initiator.other()),
            requests,
            outcome: outcome.to_string(),
            failure: failure.map(|(side, failure)| Failure {
                message: failure.message.to_string(),
                router: self.router(side).id.clone(),
                code: failure.code.as_str().to_owned(),
            }),
            rule: failure.and_then(|(_, failure)| Some(failure.rule?.id().to_owned())),
        }
    }

    fn router(&self, side: Side) -> &'a Router {
        &self.selection.routers[side as usize]
    }

    fn part(&self, world: &World, course: &Course<'_>, requests: &[Requests], side: Side) -> Part {
        let router = &world.routers[side];
        let name = |id| router.trustpoint(id).name.clone();
        let decided_by = course.chosen.and_then(|(_, reason)| match reason {
            ChoiceReason::Request { position } | ChoiceReason::Hash { position, .. } => {
                let received = requests.iter().find(|it| it.from != self.router(side).id).unwrap();
                Some(received.authorities[position].clone())
            }
            _ => None,
        });
        let profile = course.profile().map(|id| router.profiles()[id.index()].name.clone());
        let ikev2_profile = course.ikev2.profile().map(|id| router.ikev2().profiles[id.index()].name.clone());
        let own = |id: &String| self.router(side).trustpoints.iter().any(|trustpoint| trustpoint.id == *id);
        let list = course.validation.map(|it| {
            let mut list: Vec<String> = it.list.iter().map(|&id| name(id)).filter(own).collect();
            list.sort();
            list
        });
        Part {
            chosen: course.chosen.map(|(id, _)| name(id)),
            decided_by,
            signed: course.signed.is_some(),
            profile: profile.or(ikev2_profile),
            validated_against: list,
            accepted_by: course.validation.and_then(|it| it.result?.ok()).map(name),
        }
    }

    /// The requests of each message that has any, as they are in its bytes.
    fn requests(&self, negotiation: &Negotiation) -> Vec<Requests> {
        let mut asked = Vec::new();
        for (side, event) in &negotiation.events {
            let EventKind::Sent(record) = &event.kind else { continue };
            let authorities: Vec<String> = requests_in(&record.plaintext)
                .iter()
                .map(|request| self.authorities[request.as_str()].to_owned())
                .collect();
            if record.retransmission == 0 && !authorities.is_empty() {
                let from = self.router(*side).id.clone();
                asked.push(Requests { message: record.name.to_string(), from, authorities });
            }
        }
        asked
    }
}

fn requests_in(plaintext: &[u8]) -> Vec<String> {
    let header = Header::read(plaintext).unwrap();
    let (first, body) = (header.next_payload, &plaintext[Header::LENGTH..]);
    let mut requests = Vec::new();
    if header.version.major() == wire::Version::IKEV2.major() {
        for payload in ikev2::payloads_in(first, body, Header::LENGTH) {
            if let ikev2::Payload::CertificateRequest(request) = payload.unwrap().typed().unwrap() {
                let ikev2::Authorities::KeyHashes(hashes) = request.authorities else { panic!("not hashes") };
                requests.extend(hashes.iter().map(|hash| hex(hash)));
            }
        }
    } else {
        for payload in ikev1::payloads_in(first, body, Header::LENGTH) {
            if let ikev1::Payload::CertificateRequest(request) = payload.unwrap().typed().unwrap() {
                requests.push(hex(request.authority));
            }
        }
    }
    requests
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Both routers in this way.
fn world(selection: &Selection, version: Version, way: &Way, mint: &Mint) -> World {
    let text = |side: Side| {
        let own = &selection.routers[side as usize];
        let peer = &selection.routers[side.other() as usize];
        let text = configuration(selection, own, peer, version, way) + &shown(own, way);
        RouterText { file: own.id.clone(), bytes: text.into_bytes() }
    };
    let scenario = Scenario::from_texts(text(Side::First), text(Side::Second));
    let texts = scenario.read_texts().unwrap();
    assert!(texts.diagnostics.is_empty(), "{:?}", texts.diagnostics);
    let mut world = scenario.world(&texts, None, mint).unwrap();
    assert!(world.open_questions.is_empty(), "{:?}", world.open_questions);
    world.provider = Provider { verifier: world.provider.verifier, ..Provider::SIMULATED };
    world
}

fn configuration(selection: &Selection, own: &Router, peer: &Router, version: Version, way: &Way) -> String {
    let (host, domain) = own.identity.split_once('.').unwrap();
    let mut text = format!(
        "{host}#show running-config\nBuilding configuration...\n\n!\nhostname {host}\n!\nip domain name {domain}\n!\n"
    );
    for trustpoint in &own.trustpoints {
        let (id, ca) = (&trustpoint.id, &trustpoint.authority);
        writeln!(text, "crypto pki trustpoint {id}\n enrollment url http://{ca}.example:80").unwrap();
        text += " revocation-check none\n!\n";
    }
    for trustpoint in &own.trustpoints {
        writeln!(text, "crypto pki certificate chain {}", trustpoint.id).unwrap();
        if way.enrolled.contains(&trustpoint.id) {
            text += &block("certificate", &trustpoint.certificate);
        }
        let authority = selection.authorities.iter().find(|it| it.id == trustpoint.authority).unwrap();
        text += &(block("certificate ca", authority.certificate.as_ref().unwrap()) + "!\n");
    }
    let profile = &own.profile;
    let pins = |command: &str| way.pins.iter().map(|pin| format!(" {command} {pin}\n")).collect::<String>();
    text += &match version {
        Version::One => format!(
            "crypto isakmp policy 10\n encr aes\n hash sha\n group 2\n!\ncrypto isakmp profile {profile}\n self-identity \
             fqdn\n{} match identity host {}\n!\n",
            pins("ca trust-point"),
            peer.identity
        ),
        Version::Two => format!(
            "crypto ikev2 profile {profile}\n match identity remote fqdn {}\n identity local fqdn {}\n authentication \
             remote rsa-sig\n authentication local rsa-sig\n{}!\n",
            peer.identity,
            own.identity,
            pins("pki trustpoint")
        ),
    };
    let protects = match version {
        Version::One => "isakmp-profile",
        Version::Two => "ikev2-profile",
    };
    text + &format!(
        "crypto ipsec transform-set TS esp-aes esp-sha256-hmac\n mode tunnel\n!\ncrypto ipsec profile VTI\n set \
         transform-set TS\n set {protects} {profile}\n!\ninterface Tunnel1\n ip address 10.0.0.{} 255.255.255.0\n tunnel \
         source Ethernet0/0\n tunnel destination {}\n tunnel protection ipsec profile VTI\n!\ninterface Ethernet0/0\n ip \
         address {} 255.255.0.0\n!\nend\n\n",
        own.address.rsplit('.').next().unwrap(),
        peer.address,
        own.address
    )
}

/// `show crypto pki certificates`: the newest enrolment first.
fn shown(own: &Router, way: &Way) -> String {
    let host = own.identity.split('.').next().unwrap();
    let mut text = format!("{host}#show crypto pki certificates\n");
    let named = |id: &String| own.trustpoints.iter().find(|trustpoint| trustpoint.id == *id).unwrap();
    for Trustpoint { id, certificate, .. } in way.enrolled.iter().map(named) {
        let certificate = read(certificate);
        let lines = |name: &pki::Name| {
            name.to_string().split(',').map(|it| format!("    {it}\n")).collect::<String>()
        };
        write!(
            text,
            "Certificate\n  Status: Available\n  Certificate Serial Number (hex): {}\n  Certificate Usage: General \
             Purpose\n  Issuer:\n{}  Subject:\n{}  Associated Trustpoints: {id}\n\n",
            certificate.serial(),
            lines(certificate.issuer()),
            lines(certificate.subject()),
        )
        .unwrap();
    }
    text + host + "#\n"
}

/// A certificate in `crypto pki certificate chain`.
fn block(heading: &str, pem: &str) -> String {
    let certificate = read(pem);
    let lines = certificate.as_der().chunks(16).map(|line| format!("  {}\n", hex(line).to_uppercase()));
    format!(" {heading} {}\n{}        quit\n", certificate.serial(), lines.collect::<String>())
}

fn read(pem: &str) -> Certificate {
    let (label, der) = pem_rfc7468::decode_vec(pem.as_bytes()).unwrap();
    assert_eq!(label, "CERTIFICATE");
    Certificate::from_der(&der).unwrap()
}
