//! Each kind of key with each method that it has: made and judged.

use crypto::real::{EcdsaSigner, Ed25519Signer};
use crypto::{Provider, SeededRandom, Verifier};

use super::*;

const OCTETS: &[u8] = b"what is signed";

const ALL: &[HashAlgorithm] = &[HashAlgorithm::Sha256, HashAlgorithm::Sha512];

fn judged(signer: &dyn Signer, signed_with: &[HashNumber], taken: &[HashNumber]) -> Result<u8, ProofProblem> {
    let own = sign(signer, signed_with, OCTETS).unwrap();
    let authentication = Authentication::new(own.proof());
    let key = signer.public_key();
    let wrong = verify(Provider::REAL, &authentication, key, taken, b"what was not signed");
    assert_ne!(wrong, Ok(()), "other octets are never believed");
    verify(Provider::REAL, &authentication, key, taken, OCTETS).map(|()| authentication.method().0)
}

#[test]
fn an_elliptic_curve_signs_by_its_own_method_and_by_method_14() {
    let all = hash_numbers(ALL);
    for (curve, method) in [(EllipticCurve::P256, 9), (EllipticCurve::P384, 10), (EllipticCurve::P521, 11)] {
        let signer = EcdsaSigner::generate(curve, &mut SeededRandom::from_seed(1));
        assert_eq!(judged(&signer, &[], &[]), Ok(method), "{curve}");
        // SHA-384 is not among them: the first of those that both sides take.
        assert_eq!(judged(&signer, &all, &all), Ok(14), "{curve}");
    }
}

#[test]
fn ed25519_signs_by_method_14_alone_and_where_the_peer_takes_signatures_without_a_hash() {
    let signer = Ed25519Signer::from_secret(&[7; 32]);
    let all = hash_numbers(ALL);
    assert_eq!(judged(&signer, &all, &all), Ok(14));
    assert!(sign(&signer, &[], OCTETS).is_none());
    assert!(sign(&signer, &[HashNumber::SHA2_256], OCTETS).is_none());
}

#[test]
fn a_hash_that_was_not_offered_is_refused_for_the_method_and_not_for_the_signature() {
    let signer = EcdsaSigner::generate(EllipticCurve::P256, &mut SeededRandom::from_seed(1));
    let sha512 = hash_numbers(&[HashAlgorithm::Sha512]);
    assert_eq!(judged(&signer, &hash_numbers(ALL), &sha512), Err(ProofProblem::Method));
    assert_eq!(judged(&signer, &hash_numbers(ALL), &[]), Err(ProofProblem::Method), "nothing was offered");
}

#[test]
fn a_method_of_another_curve_or_kind_of_key_is_not_believed() {
    let p256 = EcdsaSigner::generate(EllipticCurve::P256, &mut SeededRandom::from_seed(1));
    let own = sign(&p256, &[], OCTETS).unwrap();
    let Proof::Other(_, signature) = own.proof() else { panic!("method 9 names no algorithm") };
    let tried = |method| {
        let authentication = Authentication::new(Proof::Other(method, signature));
        verify(Provider::REAL, &authentication, p256.public_key(), &[], OCTETS)
    };
    assert_eq!(tried(AuthenticationMethod::ECDSA_P256), Ok(()));
    for other in [AuthenticationMethod::ECDSA_P384, AuthenticationMethod::RSA_SIGNATURE] {
        assert_eq!(tried(other), Err(ProofProblem::Signature));
    }
    for other in [AuthenticationMethod::SHARED_KEY, AuthenticationMethod::NULL] {
        assert_eq!(tried(other), Err(ProofProblem::Method));
    }
}

#[test]
fn md5_has_no_number_and_signatures_without_a_hash_come_last() {
    assert_eq!(hash_numbers(&[]), []);
    assert_eq!(hash_numbers(&[HashAlgorithm::Md5]), []);
    assert_eq!(
        hash_numbers(&[HashAlgorithm::Sha512, HashAlgorithm::Sha1]),
        [HashNumber::SHA2_512, HashNumber::SHA1, HashNumber::IDENTITY]
    );
}

#[test]
fn a_proof_of_pss_is_believed_like_one_of_pkcs_1() {
    // Nothing here signs so; peers do (RFC 8247 3.2).
    #[derive(Debug)]
    struct TakesPss;
    impl Verifier for TakesPss {
        fn verify(
            &self,
            scheme: SignatureScheme,
            _: &[u8],
            _: &[u8],
            _: &[u8],
        ) -> Result<(), crypto::SignatureRefused> {
            assert_eq!(scheme, SignatureScheme::RsaPss(HashAlgorithm::Sha256));
            Ok(())
        }
    }
    let provider = Provider { verifier: &TakesPss, ..Provider::REAL };
    let algorithm = SignatureScheme::RsaPss(HashAlgorithm::Sha256).algorithm_identifier().unwrap();
    let proof = Proof::DigitalSignature { algorithm: &algorithm, signature: &[] };
    let taken = hash_numbers(ALL);
    assert_eq!(verify(provider, &Authentication::new(proof), &[], &taken, OCTETS), Ok(()));
}
