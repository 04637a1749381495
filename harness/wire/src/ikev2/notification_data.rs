//! What the data of a Notify payload say, for the types whose data have a form.

use super::notification::Notification;
use super::notify_types::NotifyType;
use super::numbers::HashAlgorithm;
use crate::error::{ReadError, Reason, Within, count};
use crate::numbers::{Group, PayloadType};

/// The data of a notification, well-formed for its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationContent<'a> {
    /// COOKIE: to be sent back as it is. RFC 7296 2.6.
    Cookie(&'a [u8]),
    /// INVALID_KE_PAYLOAD: the group that is wanted. RFC 7296 1.3.
    InvalidKePayload(Group),
    /// NAT_DETECTION_SOURCE_IP: SHA-1 of SPIs, address and port. RFC 7296 2.23.
    NatDetectionSourceIp(&'a [u8; 20]),
    /// NAT_DETECTION_DESTINATION_IP, likewise.
    NatDetectionDestinationIp(&'a [u8; 20]),
    /// SIGNATURE_HASH_ALGORITHMS. RFC 7427 4.
    SignatureHashAlgorithms(HashAlgorithms<'a>),
    /// UNSUPPORTED_CRITICAL_PAYLOAD: the type that is not known. RFC 7296 2.5.
    UnsupportedCriticalPayload(PayloadType),
    /// INVALID_MAJOR_VERSION: the highest major version that is spoken. RFC 7296 2.5.
    InvalidMajorVersion(u8),
    /// IKEV2_FRAGMENTATION_SUPPORTED, without data. RFC 7383 2.3.
    FragmentationSupported,
    /// REDIRECT and REDIRECTED_FROM. RFC 5685 7.2 and 7.3.
    Redirect(Redirect<'a>),
    /// The data of any other type, as they stand.
    Opaque(&'a [u8]),
}

/// The gateway of a redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirect<'a> {
    /// What names the gateway: 1 an IPv4 address, 2 an IPv6 address, 3 a domain name. RFC 5685 7.2.
    pub gateway_type: u8,
    /// The gateway.
    pub gateway: &'a [u8],
    /// The initiator's nonce, where the redirection answers IKE_SA_INIT.
    pub nonce: &'a [u8],
}

/// The hash algorithms of SIGNATURE_HASH_ALGORITHMS in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashAlgorithms<'a> {
    numbers: &'a [[u8; 2]],
}

impl<'a> HashAlgorithms<'a> {
    /// The algorithms.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = HashAlgorithm> + use<'a> {
        self.numbers.iter().map(|&number| HashAlgorithm(u16::from_be_bytes(number)))
    }

    /// The data that list these algorithms.
    pub fn data(algorithms: &[HashAlgorithm]) -> Vec<u8> {
        algorithms.iter().flat_map(|algorithm| algorithm.0.to_be_bytes()).collect()
    }
}

impl<'a> Notification<'a> {
    /// Reads the data as what the type says; the body of the payload starts at `body_offset` in the message.
    pub fn content(&self, body_offset: usize) -> Result<NotificationContent<'a>, ReadError> {
        self.content_or_reason().map_err(|reason| {
            let offset = body_offset.saturating_add(Self::FIXED_LENGTH).saturating_add(self.spi.len());
            ReadError::new(offset, Within::Payload(PayloadType::IKEV2_NOTIFY), reason)
        })
    }

    fn content_or_reason(&self) -> Result<NotificationContent<'a>, Reason> {
        use NotificationContent as Content;
        Ok(match self.notify_type {
            NotifyType::COOKIE => Content::Cookie(self.data),
            NotifyType::INVALID_KE_PAYLOAD => {
                Content::InvalidKePayload(Group(u16::from_be_bytes(*exactly(self.data)?)))
            }
            NotifyType::NAT_DETECTION_SOURCE_IP => Content::NatDetectionSourceIp(exactly(self.data)?),
            NotifyType::NAT_DETECTION_DESTINATION_IP => {
                Content::NatDetectionDestinationIp(exactly(self.data)?)
            }
            NotifyType::SIGNATURE_HASH_ALGORITHMS => match self.data.as_chunks() {
                (numbers, []) => Content::SignatureHashAlgorithms(HashAlgorithms { numbers }),
                (numbers, rest) => {
                    let expected = count(numbers.as_flattened().len());
                    let found = expected.saturating_add(count(rest.len()));
                    return Err(Reason::DataLength { expected, found });
                }
            },
            NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD => {
                let &[number] = exactly(self.data)?;
                Content::UnsupportedCriticalPayload(PayloadType(number))
            }
            NotifyType::INVALID_MAJOR_VERSION => {
                let &[version] = exactly(self.data)?;
                Content::InvalidMajorVersion(version)
            }
            NotifyType::IKEV2_FRAGMENTATION_SUPPORTED => {
                let &[] = exactly(self.data)?;
                Content::FragmentationSupported
            }
            NotifyType::REDIRECT | NotifyType::REDIRECTED_FROM => {
                Content::Redirect(Redirect::read(self.data)?)
            }
            _ => Content::Opaque(self.data),
        })
    }
}

impl<'a> Redirect<'a> {
    fn read(data: &'a [u8]) -> Result<Self, Reason> {
        let Some((&[gateway_type, length], behind)) = data.split_first_chunk::<2>() else {
            return Err(Reason::truncated(2, data.len()));
        };
        let Some((gateway, nonce)) = behind.split_at_checked(usize::from(length)) else {
            return Err(Reason::too_large(u16::from(length), behind.len()));
        };
        Ok(Self { gateway_type, gateway, nonce })
    }
}

fn exactly<const N: usize>(data: &[u8]) -> Result<&[u8; N], Reason> {
    data.try_into().map_err(|_| Reason::DataLength { expected: count(N), found: count(data.len()) })
}
