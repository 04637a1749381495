//! SA payloads of IKEv1 as a tree: proposals, transforms, attributes, by name.

use wire::ikev1::attributes::{
    AhTransform, AuthenticationAlgorithm, AuthenticationMethod, EncapsulationMode, EncryptionAlgorithm,
    EspTransform, Group, GroupType, HashAlgorithm, IpcompTransform, IsakmpTransform, LifeType, Phase1Class,
    Phase2Class,
};
use wire::ikev1::{Attribute, AttributeValue, ProtocolId, SecurityAssociation, Situation};

use super::tree::{Hex, Tree, count, named};

/// Prints the body of an SA payload.
pub fn print(tree: &mut Tree, association: &SecurityAssociation<'_>) {
    match association.situation() {
        Some(situation) => {
            tree.line(format_args!("DOI {}, situation {}", association.doi(), situation_names(situation)));
        }
        None => tree.line(format_args!(
            "DOI {}, which is not decoded: {}",
            association.doi(),
            Hex::whole(association.situation_bytes())
        )),
    }
    for proposal in association.proposals() {
        let transforms = count(usize::from(proposal.transform_count), "transform", "transforms");
        let protocol = named(proposal.protocol.name(), proposal.protocol.0);
        let spi = if proposal.spi.is_empty() {
            String::new()
        } else {
            format!(", SPI {}", Hex::whole(proposal.spi))
        };
        tree.line(format_args!("proposal {}  {protocol}{spi}, {transforms}", proposal.number));
        tree.under(|tree| {
            for transform in proposal.transforms() {
                let id = transform_name(proposal.protocol, transform.id);
                tree.line(format_args!("transform {}  {id}", transform.number));
                tree.under(|tree| {
                    for attribute in transform.attributes() {
                        tree.line(attribute_line(proposal.protocol, &attribute));
                    }
                });
            }
        });
    }
}

fn situation_names(situation: Situation) -> String {
    let known = [
        (Situation::IDENTITY_ONLY, "SIT_IDENTITY_ONLY"),
        (Situation::SECRECY, "SIT_SECRECY"),
        (Situation::INTEGRITY, "SIT_INTEGRITY"),
    ];
    let names: Vec<_> =
        known.iter().filter(|(bit, _)| situation.contains(*bit)).map(|(_, name)| *name).collect();
    if names.is_empty() { format!("0x{:08x}", situation.0) } else { names.join(" and ") }
}

fn transform_name(protocol: ProtocolId, id: u8) -> String {
    let name = match protocol {
        ProtocolId::ISAKMP => IsakmpTransform(id).name(),
        ProtocolId::IPSEC_AH => AhTransform(id).name(),
        ProtocolId::IPSEC_ESP => EspTransform(id).name(),
        ProtocolId::IPCOMP => IpcompTransform(id).name(),
        _ => None,
    };
    named(name, id)
}

fn attribute_line(protocol: ProtocolId, attribute: &Attribute<'_>) -> String {
    let (class, value) = if protocol == ProtocolId::ISAKMP {
        (Phase1Class(attribute.class).name(), phase_1_value as fn(u16, u16) -> Option<Option<&'static str>>)
    } else {
        (Phase2Class(attribute.class).name(), phase_2_value as fn(u16, u16) -> Option<Option<&'static str>>)
    };
    let class = class.map_or_else(|| format!("attribute {}", attribute.class), str::to_owned);
    let number = attribute.value.number();
    let assigned = number.and_then(|number| value(attribute.class, u16::try_from(number).ok()?));
    let value = match (number, assigned, attribute.value) {
        (Some(number), Some(name), _) => named(name, number),
        (_, None, AttributeValue::Long(bytes)) if bytes.len() > size_of::<u64>() => {
            Hex::whole(bytes).to_string()
        }
        (Some(number), None, _) => number.to_string(),
        (None, _, AttributeValue::Long(bytes)) => Hex::whole(bytes).to_string(),
        (None, _, AttributeValue::Short(number)) => number.to_string(),
    };
    format!("{class}: {value}")
}

/// The name of a value of phase 1, if it has one; nothing if values of this class are plain numbers.
fn phase_1_value(class: u16, value: u16) -> Option<Option<&'static str>> {
    Some(match Phase1Class(class) {
        Phase1Class::ENCRYPTION_ALGORITHM => EncryptionAlgorithm(value).name(),
        Phase1Class::HASH_ALGORITHM => HashAlgorithm(value).name(),
        Phase1Class::AUTHENTICATION_METHOD => AuthenticationMethod(value).name(),
        Phase1Class::GROUP_DESCRIPTION => Group(value).name(),
        Phase1Class::GROUP_TYPE => GroupType(value).name(),
        Phase1Class::LIFE_TYPE => LifeType(value).name(),
        _ => return None,
    })
}

/// The name of a value of the IPsec DOI, if it has one; nothing if values of this class are plain numbers.
fn phase_2_value(class: u16, value: u16) -> Option<Option<&'static str>> {
    Some(match Phase2Class(class) {
        Phase2Class::SA_LIFE_TYPE => LifeType(value).name(),
        Phase2Class::GROUP_DESCRIPTION => Group(value).name(),
        Phase2Class::ENCAPSULATION_MODE => EncapsulationMode(value).name(),
        Phase2Class::AUTHENTICATION_ALGORITHM => AuthenticationAlgorithm(value).name(),
        _ => return None,
    })
}
