//! What RFC 5280 forbids issuers though it could be judged; checked only where a policy is strict.

use super::RefusalReason;
use crate::certificate::Certificate;

/// Of the certificate of a CA.
pub(super) fn check_authority(_certificate: &Certificate) -> Result<(), RefusalReason> {
    Ok(())
}

/// Of a peer's certificate.
pub(super) fn check_end_entity(_certificate: &Certificate) -> Result<(), RefusalReason> {
    Ok(())
}
