//! Mutations of messages that know what a message is: the header, the lengths of payloads and their chain stay right, and
//! one thing at a time goes wrong. Of a Security Association payload the proposals and transforms are moved, too, with
//! lengths and counts that are right; else the body of a payload is bytes, whatever is counted in it.
//!
//! A fuzzer that only knows bytes breaks the first length that it touches, and gets no further than that.

use crypto::{Random as _, SeededRandom};
use wire::ikev1::lies as ikev1_lies;
use wire::ikev2::lies as ikev2_lies;
use wire::{Flags, Header, PayloadType, Version, ikev1, ikev2};

/// A changed copy of a message, at most `most` bytes long, or nothing where `bytes` are no message whose payloads can be
/// told apart, or no field to lie about was found: let the fuzzer change bytes then. What is changed follows from `seed`;
/// `mutate` changes the body of a payload, with room for as many bytes as its second argument says, which is not 0.
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
    if lies && !tell_a_lie(&mut message, is_ikev2, payloads.len(), &mut choices) {
        return None;
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
    match choices.below(14) {
        0..=2 => rearrange(payloads, choices),
        3 => payloads[index].payload_type = PayloadType(choices.payload_type()),
        4 => payloads[index].flags ^= choices.byte(),
        5 => {
            let at = choices.below(payloads[index].body.len() + 1);
            payloads[index].body.truncate(at);
        }
        6 | 7 if payloads.iter().any(Part::is_association) => {
            let association = payloads.iter_mut().find(|part| part.is_association());
            association.into_iter().for_each(|part| part.rearrange_association(choices));
        }
        _ => {
            let body = &mut payloads[index].body;
            let most = body.len() + room;
            // libFuzzer's own mutator wants room for something.
            if most > 0 {
                mutate(body, most);
            }
        }
    }
}

/// Leaves one out, repeats one or swaps two.
fn rearrange<T: Clone>(elements: &mut Vec<T>, choices: &mut Choices) {
    let Some(index) = choices.index(elements.len()) else { return };
    match choices.below(3) {
        0 => drop(elements.remove(index)),
        1 => elements.insert(index, elements[index].clone()),
        _ => {
            let other = choices.index(elements.len()).unwrap_or(0);
            elements.swap(index, other);
        }
    }
}

/// The same with proposals or with the transforms of one.
fn rearrange_proposals<P: Clone, T: Clone>(
    proposals: &mut Vec<P>,
    transforms: impl Fn(&mut P) -> &mut Vec<T>,
    choices: &mut Choices,
) {
    match choices.index(proposals.len()) {
        Some(index) if choices.below(2) == 0 => rearrange(transforms(&mut proposals[index]), choices),
        _ => rearrange(proposals, choices),
    }
}

impl Part {
    fn is_association(&self) -> bool {
        let types = [PayloadType::SECURITY_ASSOCIATION, PayloadType::IKEV2_SECURITY_ASSOCIATION];
        types.contains(&self.payload_type)
    }

    /// The same with what a Security Association payload holds; what cannot be read, or not be written then, stays.
    fn rearrange_association(&mut self, choices: &mut Choices) {
        let body = if self.payload_type == PayloadType::SECURITY_ASSOCIATION {
            ikev1::SecurityAssociation::read(&self.body, 0).ok().and_then(|read| {
                let mut owned = ikev1::owned::SecurityAssociation::from(read);
                rearrange_proposals(&mut owned.proposals, |proposal| &mut proposal.transforms, choices);
                owned.encode().map(|written| written.body().to_vec()).ok()
            })
        } else {
            ikev2::SecurityAssociation::read(&self.body, 0).ok().and_then(|read| {
                let mut owned = ikev2::owned::SecurityAssociation::from(read);
                rearrange_proposals(&mut owned.proposals, |proposal| &mut proposal.transforms, choices);
                owned.encode().map(|written| written.body().to_vec()).ok()
            })
        };
        if let Some(body) = body {
            self.body = body;
        }
    }
}

/// How many fields are tried: most payloads have few of those that there are.
const TRIES: usize = 16;

/// Makes one field say something else than the bytes do; false if none of those that were tried can.
fn tell_a_lie(message: &mut [u8], is_ikev2: bool, payloads: usize, choices: &mut Choices) -> bool {
    (0..TRIES).any(|_| {
        if is_ikev2 {
            let field = ikev2_field(payloads, choices);
            lie(message, choices, |message, value| {
                ikev2_lies::tell(message, &[ikev2_lies::Lie { field, value }]).is_ok()
            })
        } else {
            let field = ikev1_field(payloads, choices);
            lie(message, choices, |message, value| {
                ikev1_lies::tell(message, &[ikev1_lies::Lie { field, value }]).is_ok()
            })
        }
    })
}

/// Makes a field say what those say who want to break something, by what writes a value into it. False if it is not there,
/// has no room for the value, or says that already.
fn lie(message: &mut [u8], choices: &mut Choices, tell: impl Fn(&mut [u8], u32) -> bool) -> bool {
    let Some(said) = said(message, &tell) else { return false };
    let value = match choices.below(6) {
        0 => choices.byte().into(),
        1 => 0,
        2 => u16::MAX.into(),
        3 => u32::MAX,
        4 => said.wrapping_add(1),
        _ => said.wrapping_sub(1),
    };
    value != said && tell(message, value)
}

/// What a field says: it stands where two other values make a difference in every bit.
fn said(message: &[u8], tell: impl Fn(&mut [u8], u32) -> bool) -> Option<u32> {
    let with = |value| {
        let mut copy = message.to_vec();
        tell(&mut copy, value).then_some(copy)
    };
    let least = with(0)?;
    let most = [u32::MAX, u16::MAX.into(), u8::MAX.into()].into_iter().find_map(with)?;
    let is_in_field = least.iter().zip(&most).map(|(least, most)| least != most);
    let field = message.iter().zip(is_in_field).filter(|(_, is_in_field)| *is_in_field);
    Some(field.fold(0, |said, (byte, _)| said << 8 | u32::from(*byte)))
}

fn ikev2_field(payloads: usize, choices: &mut Choices) -> ikev2_lies::Field {
    use ikev2_lies::{AttributeField, Field, HeaderField, PayloadField, ProposalField, TransformField};
    let index = choices.index(payloads).unwrap_or(0);
    let (proposal, transform) = (choices.below(2), choices.below(4));
    match choices.below(12) {
        0 => Field::Header(HeaderField::Length),
        1 => Field::Payload(PayloadField::Length, index),
        2 => Field::Payload(PayloadField::NextPayload, index),
        3 => Field::Proposal(ProposalField::Length, [index, proposal]),
        4 => Field::Proposal(ProposalField::TransformCount, [index, proposal]),
        5 => Field::Proposal(ProposalField::SpiSize, [index, proposal]),
        6 => Field::Transform(TransformField::Length, [index, proposal, transform]),
        7 => Field::Attribute(AttributeField::ValueOrLength, [index, proposal, transform, 0]),
        8 => Field::SpiSize(index),
        9 => Field::SpiCount(index),
        10 => Field::SelectorCount(index),
        _ => Field::SelectorLength(index),
    }
}

fn ikev1_field(payloads: usize, choices: &mut Choices) -> ikev1_lies::Field {
    use ikev1_lies::{AttributeField, Field, HeaderField, PayloadField, ProposalField, TransformField};
    let index = choices.index(payloads).unwrap_or(0);
    let (proposal, transform) = (choices.below(2), choices.below(4));
    match choices.below(10) {
        0 => Field::Header(HeaderField::Length),
        1 => Field::Payload(PayloadField::Length, index),
        2 => Field::Payload(PayloadField::NextPayload, index),
        3 => Field::Proposal(ProposalField::Length, [index, proposal]),
        4 => Field::Proposal(ProposalField::TransformCount, [index, proposal]),
        5 => Field::Proposal(ProposalField::SpiSize, [index, proposal]),
        6 => Field::Transform(TransformField::Length, [index, proposal, transform]),
        7 => Field::Attribute(AttributeField::ValueOrLength, [index, proposal, transform, 0]),
        8 => Field::SpiSize(index),
        _ => Field::SpiCount(index),
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
