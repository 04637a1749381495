//! Names, certificates, CRLs and chain validation.
