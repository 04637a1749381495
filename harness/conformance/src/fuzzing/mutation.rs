//! Mutations of messages that know what a message is: lengths, counts and the chain of payloads stay right, and one thing
//! at a time goes wrong.
//!
//! A fuzzer that only knows bytes breaks the first length that it touches, and gets no further than that.

use crypto::{Random as _, SeededRandom};
use wire::ikev1::lies as ikev1_lies;
use wire::ikev2::lies as ikev2_lies;
use wire::{Flags, Header, PayloadType, Version, ikev1, ikev2};

/// A changed copy of a message, at most `most` bytes long, or nothing where `bytes` are no message whose payloads can be
/// told apart: let the fuzzer change bytes then. What is changed follows from `seed`; `mutate` changes the body of a
/// payload, with room for as many bytes as its second argument says.
pub fn mutated(
    bytes: &[u8],
    most: usize,
    seed: u32,
    mut mutate: impl FnMut(&mut Vec<u8>, usize),
) -> Option<Vec<u8>> {
    let header = Header::read(bytes).ok()?;
    let body = bytes.get(Header::LENGTH..)?;
    let mut choices = Choices(SeededRandom::from_seed(seed.into()));
    // Every eighth time bytes are changed that belong to no payload.
    if choices.below(8) == 0 {
        return None;
    }
    let is_ikev2 = header.version.major() == Version::IKEV2.major();
    let mut payloads = if is_ikev2 { ikev2_parts(header, body)? } else { ikev1_parts(header, body)? };
    let lies = choices.below(4) == 0;
    if !lies {
        change(&mut payloads, &mut choices, most.saturating_sub(bytes.len()), &mut mutate);
    }
    let mut message = if is_ikev2 {
        let payloads: Vec<_> = payloads.iter().map(Part::to_ikev2).collect();
        ikev2::MessageBuilder::like(&header).payloads(&payloads).ok()?
    } else {
        write_ikev1(header, &payloads)?
    };
    if lies {
        tell_a_lie(&mut message, is_ikev2, payloads.len(), &mut choices);
    }
    (message.len() <= most).then_some(message)
}

/// A payload of either version.
#[derive(Clone, Debug)]
struct Part {
    payload_type: PayloadType,
    first_inside: PayloadType,
    flags: u8,
    body: Vec<u8>,
}

fn ikev1_parts(header: Header, body: &[u8]) -> Option<Vec<Part>> {
    let payloads = ikev1::payloads_in(header.next_payload, body, Header::LENGTH);
    let part = |payload: ikev1::RawPayload<'_>| Part {
        payload_type: payload.payload_type,
        first_inside: PayloadType::NONE,
        flags: payload.reserved,
        body: payload.body.to_vec(),
    };
    payloads.map(|payload| payload.map(part).ok()).collect()
}

fn ikev2_parts(header: Header, body: &[u8]) -> Option<Vec<Part>> {
    let payloads = ikev2::payloads_in(header.next_payload, body, Header::LENGTH);
    let part = |payload: ikev2::RawPayload<'_>| Part {
        payload_type: payload.payload_type,
        first_inside: payload.first_inside().unwrap_or(PayloadType::NONE),
        flags: payload.reserved | u8::from(payload.critical) << 7,
        body: payload.body.to_vec(),
    };
    payloads.map(|payload| payload.map(part).ok()).collect()
}

impl Part {
    fn to_ikev1(&self) -> ikev1::RawPayload<'_> {
        ikev1::RawPayload {
            payload_type: self.payload_type,
            next: PayloadType::NONE,
            reserved: self.flags,
            offset: 0,
            body: &self.body,
        }
    }

    fn to_ikev2(&self) -> ikev2::owned::Payload {
        ikev2::owned::Payload {
            payload_type: self.payload_type,
            first_inside: self.first_inside,
            critical: self.flags & 0x80 != 0,
            reserved: self.flags & 0x7f,
            body: self.body.clone(),
        }
    }
}

/// The message with these payloads: where it says that it is encrypted, with the padding of a cipher.
fn write_ikev1(header: Header, payloads: &[Part]) -> Option<Vec<u8>> {
    let payloads: Vec<_> = payloads.iter().map(Part::to_ikev1).collect();
    let builder = ikev1::MessageBuilder::like(&header);
    if !header.flags.contains(Flags::ENCRYPTION) {
        return builder.plain(&payloads).ok();
    }
    let mut body = Vec::new();
    let first = ikev1::write_payloads(&payloads, &mut body).ok()?;
    body.resize(body.len().next_multiple_of(8), 0);
    builder.encrypted(first, &body).ok()
}

fn change(
    payloads: &mut Vec<Part>,
    choices: &mut Choices,
    room: usize,
    mutate: &mut impl FnMut(&mut Vec<u8>, usize),
) {
    let Some(index) = choices.index(payloads.len()) else {
        let payload_type = PayloadType(choices.byte());
        payloads.push(Part { payload_type, first_inside: PayloadType::NONE, flags: 0, body: vec![0; 8] });
        return;
    };
    match choices.below(12) {
        0 => drop(payloads.remove(index)),
        1 => {
            let copy = payloads[index].clone();
            payloads.insert(index, copy);
        }
        2 => {
            let other = choices.index(payloads.len()).unwrap_or(0);
            payloads.swap(index, other);
        }
        3 => payloads[index].payload_type = PayloadType(choices.payload_type()),
        4 => payloads[index].flags ^= choices.byte(),
        5 => {
            let at = choices.below(payloads[index].body.len() + 1);
            payloads[index].body.truncate(at);
        }
        _ => {
            let body = &mut payloads[index].body;
            let most = body.len() + room;
            mutate(body, most);
        }
    }
}

/// Makes one field say something else than the bytes do.
fn tell_a_lie(message: &mut [u8], is_ikev2: bool, payloads: usize, choices: &mut Choices) {
    let (index, value) = (choices.index(payloads).unwrap_or(0), u32::from(choices.byte()));
    let (proposal, transform) = (choices.below(2), choices.below(4));
    // A field that the message does not have is not lied about.
    if is_ikev2 {
        use ikev2_lies::{AttributeField, Field, HeaderField, PayloadField, ProposalField, TransformField};
        let field = match choices.below(10) {
            0 => Field::Header(HeaderField::Length),
            1 => Field::Payload(PayloadField::Length, index),
            2 => Field::Payload(PayloadField::NextPayload, index),
            3 => Field::Proposal(ProposalField::Length, [index, proposal]),
            4 => Field::Proposal(ProposalField::TransformCount, [index, proposal]),
            5 => Field::Transform(TransformField::Length, [index, proposal, transform]),
            6 => Field::Attribute(AttributeField::ValueOrLength, [index, proposal, transform, 0]),
            7 => Field::SpiSize(index),
            8 => Field::SelectorCount(index),
            _ => Field::SelectorLength(index),
        };
        let _ = ikev2_lies::tell(message, &[ikev2_lies::Lie { field, value }]);
    } else {
        use ikev1_lies::{AttributeField, Field, HeaderField, PayloadField, ProposalField, TransformField};
        let field = match choices.below(9) {
            0 => Field::Header(HeaderField::Length),
            1 => Field::Payload(PayloadField::Length, index),
            2 => Field::Payload(PayloadField::NextPayload, index),
            3 => Field::Proposal(ProposalField::Length, [index, proposal]),
            4 => Field::Proposal(ProposalField::TransformCount, [index, proposal]),
            5 => Field::Transform(TransformField::Length, [index, proposal, transform]),
            6 => Field::Attribute(AttributeField::ValueOrLength, [index, proposal, transform, 0]),
            7 => Field::SpiSize(index),
            _ => Field::SpiCount(index),
        };
        let _ = ikev1_lies::tell(message, &[ikev1_lies::Lie { field, value }]);
    }
}

/// Choices that follow from a seed.
struct Choices(SeededRandom);

impl Choices {
    fn next<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.0.fill(&mut bytes);
        bytes
    }

    fn byte(&mut self) -> u8 {
        let [byte] = self.next();
        byte
    }

    /// A number below `most`, which is not 0.
    fn below(&mut self, most: usize) -> usize {
        usize::from_be_bytes(self.next()) % most
    }

    fn index(&mut self, length: usize) -> Option<usize> {
        (length > 0).then(|| self.below(length))
    }

    /// A type that is known in one version or the other, most of the time.
    fn payload_type(&mut self) -> u8 {
        let known = PayloadType::KNOWN;
        if self.below(8) == 0 { self.byte() } else { known[self.below(known.len())].0 }
    }
}
