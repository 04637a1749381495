//! `[lab.authority.LABEL]` and `[[lab.certificate]]`: certificates that are not made like the rest.

use serde::Deserialize;
use toml::Spanned;

use super::written::{
    AlternativeNameText, Bits, ConstraintsText, ExtendedPurposeText, Hash, Moment, NameText,
    ObjectIdentifierText, PurposeText, SerialText, SubtreeText, VersionText,
};
use crate::certificates::NameConstraints;
use crate::scenario::{AuthorityChange, CertificateChange, CertificateForm};

/// Declares a table that has, beside keys of its own, those of every certificate. (serde's `flatten` would lose the places
/// of mistakes.)
macro_rules! certificate_table {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub(super) struct $name {
            $($(#[$attribute])* $field: $type,)*
            version: Option<VersionText>,
            serial: Option<SerialText>,
            signature_hash: Option<Hash>,
            key_bits: Option<Bits>,
            not_before: Option<Moment>,
            not_after: Option<Moment>,
            key_usage: Option<Vec<PurposeText>>,
            #[serde(default)]
            extended_key_usage: Vec<ExtendedPurposeText>,
            basic_constraints: Option<ConstraintsText>,
            path_length: Option<u8>,
            #[serde(default)]
            permitted_names: Vec<SubtreeText>,
            #[serde(default)]
            excluded_names: Vec<SubtreeText>,
            #[serde(default)]
            alternative_names: Vec<AlternativeNameText>,
            unknown_critical_extension: Option<ObjectIdentifierText>,
            #[serde(default)]
            revoked: bool,
        }

        impl $name {
            /// What is in the certificate.
            fn form(&self) -> CertificateForm {
                CertificateForm {
                    version_1: self.version.as_ref().is_some_and(|version| version.0 == 1),
                    serial: self.serial.as_ref().map(|serial| serial.0.clone()),
                    signature_hash: self.signature_hash.as_ref().map(|hash| hash.0),
                    key_bits: self.key_bits.as_ref().map(|bits| bits.0),
                    not_before: self.not_before.as_ref().map(|moment| moment.0),
                    not_after: self.not_after.as_ref().map(|moment| moment.0),
                    key_usage: self.key_usage.as_ref().map(|usage| usage.iter().map(|it| it.0).collect()),
                    extended_key_usage: self.extended_key_usage.iter().map(|it| it.0).collect(),
                    basic_constraints: self.basic_constraints.as_ref().map(|it| it.0),
                    path_length: self.path_length,
                    names: NameConstraints {
                        permitted: self.permitted_names.iter().map(|it| it.0.clone()).collect(),
                        excluded: self.excluded_names.iter().map(|it| it.0.clone()).collect(),
                    },
                    alternative_names: self.alternative_names.iter().map(|it| it.0.clone()).collect(),
                    unknown_critical: self.unknown_critical_extension.as_ref().map(|it| it.0),
                    revoked: self.revoked,
                }
            }
        }
    };
}

certificate_table! {
    /// A certificate of a CA.
    AuthorityText {
        subject: Option<NameText>,
        key: Option<String>,
        issuer: Option<Spanned<String>>,
    }
}

certificate_table! {
    /// A router's certificate.
    CertificateText {
        router: String,
        trustpoint: String,
        authority: Option<Spanned<String>>,
        issuer: Option<Spanned<String>>,
        chain: Option<Vec<Spanned<String>>>,
    }
}

impl AuthorityText {
    /// The labels of certificates that it names.
    pub(super) fn labels(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.issuer.iter()
    }
}

impl CertificateText {
    /// The labels of certificates that it names.
    pub(super) fn labels(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.authority.iter().chain(&self.issuer).chain(self.chain.iter().flatten())
    }
}

impl From<AuthorityText> for AuthorityChange {
    fn from(text: AuthorityText) -> Self {
        Self {
            form: text.form(),
            subject: text.subject.map(|name| name.0),
            key: text.key,
            issuer: text.issuer.map(Spanned::into_inner),
        }
    }
}

impl From<CertificateText> for CertificateChange {
    fn from(text: CertificateText) -> Self {
        Self {
            form: text.form(),
            router: text.router,
            trustpoint: text.trustpoint,
            authority: text.authority.map(Spanned::into_inner),
            issuer: text.issuer.map(Spanned::into_inner),
            chain: text.chain.map(|labels| labels.into_iter().map(Spanned::into_inner).collect()),
        }
    }
}
