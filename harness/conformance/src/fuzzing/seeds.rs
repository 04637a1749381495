//! Inputs to begin with out of scenarios: the messages that their routers exchange, their certificates, lists, names and
//! texts.
//!
//! Scenarios have most of that in common. A seed is taken if it has a trait that none before it has, so that
//! few and different ones remain, the same ones each time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use crypto::Digest;
use ike::EventKind;
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::{Negotiation, negotiate};
use lab::scenario::Scenario;
use lab::side::Side;
use pki::Certificate;
use wire::{Header, Version, ikev1, ikev2};

use super::{Seed, TARGETS};

/// The seeds of every target, by its name: its own, and those that the scenarios in this folder have for it.
///
/// # Errors
/// The folder or a scenario in it cannot be read.
pub fn of_all_targets(scenarios: &Path) -> io::Result<BTreeMap<&'static str, Vec<Seed>>> {
    let entries = fs::read_dir(scenarios)?.map(|entry| Ok(entry?.path()));
    let mut folders = entries.collect::<io::Result<Vec<_>>>()?;
    folders.sort();
    let mut collector = Collector::new();
    for folder in folders.iter().filter(|folder| folder.join(Scenario::FILE).is_file()) {
        let description = fs::read_to_string(folder.join(Scenario::FILE))?;
        collector.add(&Scenario::from_folder(folder).map_err(io::Error::other)?, &description);
    }
    // A target that this program lacks, as it needs other readers, has seeds all the same.
    let mut all = collector.into_seeds();
    for target in TARGETS {
        all.entry(target.name).or_default().extend((target.seeds)());
    }
    Ok(all)
}

/// Collects the seeds of scenarios, by target.
#[derive(Debug, Default)]
pub struct Collector {
    mint: Mint,
    seeds: BTreeMap<&'static str, Vec<Seed>>,
    seen: BTreeMap<&'static str, Traits>,
}

/// What an input has that can make a parser take another way, in words.
type Traits = BTreeSet<String>;

impl Collector {
    /// A collector without seeds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The seeds of each target so far.
    #[must_use]
    pub fn into_seeds(self) -> BTreeMap<&'static str, Vec<Seed>> {
        self.seeds
    }

    /// Adds those of a scenario; `description` is the text of its `scenario.toml`. A scenario that cannot be played gives
    /// its texts.
    pub fn add(&mut self, scenario: &Scenario, description: &str) {
        self.take("scenario", description.as_bytes(), words_of_lines(description, 1));
        for side in Side::BOTH {
            self.add_text(&scenario.texts[side].bytes);
        }
        let Ok(texts) = scenario.read_texts() else { return };
        let Ok(world) = scenario.world(&texts, None, &self.mint) else { return };
        self.add_world(&world);
        for side in Side::BOTH {
            if let Ok(negotiation) = negotiate(&world, side) {
                self.add_negotiation(&negotiation);
            }
        }
    }

    fn add_text(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        self.take("ios_config", bytes, words_of_lines(&text, 3));
        for (number, command) in super::ios_show::COMMANDS.iter().enumerate() {
            let Some(start) = text.find(&format!("#{command}\n")) else { continue };
            let output = text[start..].split_once('\n').map_or("", |(_, output)| output);
            let end = output.find("\nR").unwrap_or(output.len());
            let mut seed = vec![u8::try_from(number).expect("there are few commands")];
            seed.extend_from_slice(&output.as_bytes()[..end]);
            let traits =
                words_of_lines(&output[..end], 2).into_iter().map(|words| format!("{number} {words}"));
            self.take("ios_show", &seed, traits.collect());
        }
    }

    fn add_world(&mut self, world: &World) {
        for side in Side::BOTH {
            let router = &world.routers[side];
            for trustpoint in router.trustpoints() {
                if let Some(pki::Authority::Certificate(certificate)) = &trustpoint.authority {
                    self.add_certificate(certificate);
                }
                if let Some(enrolment) = &trustpoint.enrolment {
                    self.add_certificate(&enrolment.certificate);
                    enrolment.intermediates.iter().for_each(|it| self.add_certificate(it));
                }
                for list in &trustpoint.revocation_lists {
                    let traits = [
                        format!("{:?}", list.signed().algorithm),
                        format!("{} entries", list.entries().count()),
                        format!("next {}", list.next_update().is_some()),
                        format!("{:?}", list.unknown_critical()),
                    ];
                    self.take("crl", list.as_der(), traits.into());
                }
            }
        }
    }

    fn add_certificate(&mut self, certificate: &Certificate) {
        let told = format!("{:?}", certificate.extensions());
        // What stands before a colon is the name of a field; values make no difference.
        let fields = told
            .split([',', '{', '(', '['])
            .filter(|part| !part.contains(": None") && !part.contains(": []"));
        let mut traits: Traits =
            fields.filter_map(|part| Some(part.split_once(':')?.0.trim().to_owned())).collect();
        traits.insert(format!("{:?}", certificate.version()));
        traits.insert(format!("{:?}", certificate.signed().algorithm));
        traits.insert(format!("{:?}", certificate.public_key().kind()));
        let name = certificate.subject();
        let labels = name.to_string();
        let labels: Traits =
            labels.split([',', '+']).filter_map(|part| Some(part.split_once('=')?.0.to_owned())).collect();
        traits.extend(labels.iter().cloned());
        self.take("certificate", certificate.as_der(), traits);
        self.take("name_roundtrip", name.as_der(), labels.clone());
        self.take(
            "name_roundtrip",
            name.to_string().as_bytes(),
            labels.iter().map(|it| format!("text {it}")).collect(),
        );
    }

    fn add_negotiation(&mut self, negotiation: &Negotiation) {
        let names = negotiation.messages.iter().map(|message| (message.name, message.retransmission));
        let tables = negotiation.key_log.to_wireshark() + &negotiation.key_log.to_wireshark_ikev2();
        let algorithms = tables.split('"').skip(1).step_by(2).map(str::to_owned);
        let traits = names.map(|name| format!("{name:?}")).chain(algorithms);
        let file = negotiation.capture.to_pcap();
        self.take("capture", &super::capture::input(&tables, &file), traits.collect());
        for (_, event) in &negotiation.events {
            if let EventKind::Sent(record) = &event.kind
                && record.retransmission == 0
            {
                self.add_message(&record.plaintext);
            }
        }
    }

    /// Adds a decrypted message, and its payloads.
    fn add_message(&mut self, plaintext: &[u8]) {
        let Ok(header) = Header::read(plaintext) else { return };
        let body = plaintext.get(Header::LENGTH..).unwrap_or_default();
        let mut traits = Traits::new();
        let mut shape = header.exchange_type.to_string();
        let target = if header.version.major() == Version::IKEV2.major() {
            for payload in ikev2::payloads_in(header.next_payload, body, Header::LENGTH).map_while(Result::ok)
            {
                let told = payload_traits(payload.typed().map(|typed| format!("{typed:?}")));
                let seed = [&[payload.payload_type.0, payload.next.0], payload.body].concat();
                self.take("ikev2_payload", &seed, told.clone());
                shape += &format!(" {}", payload.payload_type);
                traits.extend(told);
            }
            "ikev2_message_roundtrip"
        } else {
            for payload in ikev1::payloads_in(header.next_payload, body, Header::LENGTH).map_while(Result::ok)
            {
                let told = payload_traits(payload.typed().map(|typed| format!("{typed:?}")));
                let seed = [&[payload.payload_type.0], payload.body].concat();
                self.take("ikev1_payload", &seed, told.clone());
                shape += &format!(" {}", payload.payload_type);
                traits.extend(told);
            }
            "ikev1_message_roundtrip"
        };
        traits.insert(shape);
        self.take("differential_wire", plaintext, traits.clone());
        self.take(target, plaintext, traits);
    }

    fn take(&mut self, target: &'static str, bytes: &[u8], traits: Traits) {
        let seen = self.seen.entry(target).or_default();
        let before = seen.len();
        seen.extend(traits);
        if seen.len() > before {
            let seeds = self.seeds.entry(target).or_default();
            seeds.push(Seed { name: name_of(bytes), bytes: bytes.to_vec() });
        }
    }
}

/// What a seed is called: by what is in it, so that it is the same wherever it came from.
fn name_of(bytes: &[u8]) -> String {
    use crypto::{HashAlgorithm, Hashes as _, Real};
    let digest: Digest = Real.hash(HashAlgorithm::Sha1, &[bytes]);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first words of each line: of a configuration its commands.
fn words_of_lines(text: &str, words: usize) -> Traits {
    let first = |line: &str| {
        let words = line.split([' ', '=']).filter(|word| !word.is_empty()).take(words);
        words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(first).filter(|words| words.len() > 2).collect()
}

/// The names of types and constants in what a payload prints: its numbers and bytes make no difference.
fn payload_traits(told: Result<String, wire::ReadError>) -> Traits {
    let told = told.unwrap_or_else(|error| format!("{:?}", error.what));
    let names = told.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).map(str::to_owned).collect()
}
