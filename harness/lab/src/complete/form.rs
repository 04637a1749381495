//! What a scenario says about the contents of a certificate, put into its specification.

use pki::CalendarTime;

use crate::certificates::{BasicConstraints, CertificateSpecification, Extensions, Form, KeyUsage};
use crate::clock::Instant;
use crate::scenario::{CertificateForm, Constraints};

impl CertificateForm {
    /// Changes `specification` where this form says something.
    pub(super) fn shape(&self, specification: &mut CertificateSpecification) {
        let second = |instant: &Instant| CalendarTime::from_unix(instant.seconds);
        if let Some(serial) = &self.serial {
            specification.serial = serial.clone();
        }
        if let Some(hash) = self.signature_hash {
            specification.signature_hash = hash;
        }
        if let Some(from) = &self.not_before {
            specification.not_before = second(from);
        }
        if let Some(to) = &self.not_after {
            specification.not_after = second(to);
        }
        match &mut specification.form {
            Form::Version3(_) if self.version_1 => specification.form = Form::Version1,
            Form::Version3(extensions) => self.shape_extensions(extensions),
            Form::Version1 => {}
        }
    }

    fn shape_extensions(&self, extensions: &mut Extensions) {
        if let Some(purposes) = &self.key_usage {
            let critical = extensions.key_usage.as_ref().is_none_or(KeyUsage::is_critical);
            extensions.key_usage = KeyUsage::new(purposes.iter().copied(), critical);
        }
        if let Some(constraints) = self.basic_constraints {
            extensions.basic_constraints = match constraints {
                Constraints::Absent => None,
                Constraints::EndEntity => Some(BasicConstraints::EndEntity),
                Constraints::Authority => Some(BasicConstraints::Authority { path_length: None }),
            };
        }
        if let Some(BasicConstraints::Authority { path_length }) = &mut extensions.basic_constraints {
            *path_length = self.path_length;
        }
        extensions.extended_key_usages.extend_from_slice(&self.extended_key_usage);
        extensions.alternative_names.extend_from_slice(&self.alternative_names);
        extensions.name_constraints = self.names.clone();
        extensions.unknown_critical = self.unknown_critical;
    }
}
