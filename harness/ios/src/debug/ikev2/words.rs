//! The words by which `debug crypto ikev2` calls identities and methods, and ours for what it has none for.

use std::net::IpAddr;

use ike::{Identity, Ikev2Exchange, Ikev2TransformKind, MessageProblem};
use wire::ikev2::AuthenticationMethod;

/// An address; IOS writes IPv6 in capitals.
pub(super) fn address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => address.to_string().to_uppercase(),
    }
}

/// An identity as it is printed.
pub(super) fn identity(identity: &Identity) -> String {
    match identity {
        Identity::Address(of) => address(*of),
        Identity::Fqdn(name) | Identity::UserFqdn(name) => name.clone(),
        Identity::DistinguishedName(name) => name.to_string(),
        Identity::KeyId(id) => String::from_utf8_lossy(id).into_owned(),
        Identity::Other(number) => number.to_string(),
    }
}

/// The type of an identity. The first four are those of public logs.
pub(super) const fn identity_type(identity: &Identity) -> &'static str {
    match identity {
        Identity::Address(IpAddr::V4(_)) => "IPv4 address",
        Identity::Address(IpAddr::V6(_)) => "IPv6 address",
        Identity::Fqdn(_) => "FQDN",
        Identity::DistinguishedName(_) => "DER ASN1 DN",
        Identity::UserFqdn(_) => "RFC822 address",
        Identity::KeyId(_) => "key ID",
        Identity::Other(_) => "unknown",
    }
}

/// An authentication method (RFC 7296 3.8). The first two are those of public logs.
pub(super) const fn method(method: AuthenticationMethod) -> &'static str {
    match method {
        AuthenticationMethod::RSA_SIGNATURE => "RSA",
        AuthenticationMethod::SHARED_KEY => "PSK",
        AuthenticationMethod::ECDSA_P256
        | AuthenticationMethod::ECDSA_P384
        | AuthenticationMethod::ECDSA_P521 => "ECDSA",
        AuthenticationMethod::DIGITAL_SIGNATURE => "Digital Signature",
        _ => "unknown",
    }
}

/// An exchange, as the header of a packet is printed.
pub(super) const fn exchange(exchange: Ikev2Exchange) -> &'static str {
    match exchange {
        Ikev2Exchange::SaInit => "IKE_SA_INIT",
        Ikev2Exchange::Auth => "IKE_AUTH",
        Ikev2Exchange::CreateChildSa => "CREATE_CHILD_SA",
        Ikev2Exchange::Informational => "INFORMATIONAL",
    }
}

/// A kind of transform, in our words.
pub(super) fn transform_kind(kind: Ikev2TransformKind) -> String {
    match kind {
        Ikev2TransformKind::Encryption => "encryption".to_owned(),
        Ikev2TransformKind::PseudoRandomFunction => "prf".to_owned(),
        Ikev2TransformKind::Integrity => "integrity".to_owned(),
        Ikev2TransformKind::Group => "group".to_owned(),
        Ikev2TransformKind::Unknown(number) => format!("transform type {number}"),
    }
}

/// Why a message is put aside, in our words.
pub(super) fn problem(problem: &MessageProblem) -> String {
    use MessageProblem as Problem;
    let words = match problem {
        Problem::Malformed(error) => return error.to_string(),
        Problem::Lacks(payload_type) => return format!("it has no {payload_type} payload"),
        Problem::UnknownCriticalPayload(payload_type) => {
            return format!("critical payload {} is unknown", payload_type.0);
        }
        Problem::NotWholeBlocks => "its encrypted body is not a whole number of blocks",
        Problem::Unexpected => "it is not expected now",
        Problem::WrongProtection => "it is encrypted where it should not be, or the other way round",
        Problem::BadHash => "its hash does not hold",
        Problem::BadPublicValue => "its public value is not one of the group",
        Problem::NonceLength => "its nonce is too short or too long",
        Problem::Reserved => "a reserved byte is not zero",
        Problem::TooManyPayloads => "it has too many payloads",
        Problem::Replayed => "it is a replay",
        Problem::NotOffered => "it accepts what was not offered",
        Problem::BadChecksum => "its checksum does not hold",
        Problem::OutOfWindow => "its message ID is outside the window",
        Problem::WrongFlags => "its flags do not say what its sender is",
        Problem::BadFragment => "it is a fragment that fits no others",
        Problem::UselessRetry => "it asks again for what it has been given",
        Problem::NotGenuine => "it is one of several answers, and its sender does not prove itself",
    };
    words.to_owned()
}
