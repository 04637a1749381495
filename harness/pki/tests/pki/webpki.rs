//! rustls-webpki judges the same generated chains.
//!
//! It differs by intention in two things, which are told apart here: it never looks at key usage, and it does not take the
//! certificate of a CA for that of an end entity.

use std::cell::Cell;
use std::time::Duration;

use crypto::{HashAlgorithm, SignatureScheme, Simulated, Verifier};
use pki::{Certificate, RefusalReason};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};

use crate::data::day;
use crate::generated::{Made, chains, judge, make};
use crate::made::{Key, der, proptest_config};

/// RSA with SHA-256, in the simulated way.
#[derive(Debug)]
struct SimulatedRsa;

impl SignatureVerificationAlgorithm for SimulatedRsa {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let algorithm = der(0x30, &[alg_id::RSA_ENCRYPTION.as_ref()]);
        let info = der(0x30, &[&algorithm, &der(3, &[&[0], key])]);
        let scheme = SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256);
        Simulated.verify(scheme, &info, message, signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_PKCS1_SHA256
    }
}

/// 1.3.6.1.5.5.7.3.17
const IPSEC_IKE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 17];

fn webpki_judges(made: &Made) -> Result<(), webpki::Error> {
    let der = |certificate: &Certificate| CertificateDer::from(certificate.as_der().to_vec());
    let (trusted, others): (Vec<_>, Vec<_>) =
        (made.trusted.iter().map(der).collect(), made.others.iter().map(der).collect());
    let anchors: Vec<_> =
        trusted.iter().map(|anchor| webpki::anchor_from_trusted_cert(anchor).unwrap()).collect();
    let leaf = der(&made.leaf);
    let now = UnixTime::since_unix_epoch(Duration::from_secs(day(2013, 9, 2).unix().try_into().unwrap()));
    let usage = webpki::KeyUsage::required_if_present(IPSEC_IKE);
    let leaf = webpki::EndEntityCert::try_from(&leaf)?;
    leaf.verify_for_usage(&[&SimulatedRsa], &anchors, &others, now, usage, None, None).map(|_| ())
}

#[test]
fn webpki_accepts_and_refuses_the_same_chains() {
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let judged = TestRunner::new(proptest_config(1_500)).run(&chains(), |chain| {
        let made = make(&chain, Key::numbered, 0);
        let ours = judge(&made, &Simulated);
        let theirs = webpki_judges(&made);
        let (count, agreed) = match &ours {
            Ok(()) if chain.leaf.authority => (&accepted, theirs == Err(webpki::Error::CaUsedAsEndEntity)),
            Ok(()) => (&accepted, theirs.is_ok()),
            Err(RefusalReason::KeyUsage { .. }) => (&refused, true),
            Err(_) => (&refused, theirs.is_err()),
        };
        count.set(count.get() + 1);
        prop_assert!(agreed, "ours: {:?}, webpki: {:?}", ours, theirs);
        Ok(())
    });
    judged.unwrap();
    assert!(
        accepted.get() > 300 && refused.get() > 300,
        "{} accepted, {} refused",
        accepted.get(),
        refused.get()
    );
}
