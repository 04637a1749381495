//! The seam between ikespec and cryptography.
