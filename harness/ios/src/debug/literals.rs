//! Every line that the router's debug output is made of, each with the public source that prints it.
//!
//! A word in braces is a value. A line break is one in the output; a literal that begins with a space continues the line
//! before it and carries no time. Lines of our own have the shape of the router's and say `ikespec:`, so that nobody looks
//! for them on a router. Which event prints which line is not decided here.

/// Where a line is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The transcripts of two routers with certificates, IOS 15.3T: the reference.
    Document117633,
    /// The same chain validation inside IKEv2, with the lines that document 117633 leaves out.
    Document117337,
    /// A whole negotiation of an initiator with pre-shared keys, up to its deletion by the peer.
    InitiatorLog,
    /// Whole negotiations of both roles with pre-shared keys: the lines between the phases.
    BothRolesLog,
    /// The first messages of an initiator, with `debug crypto ipsec`.
    FirstMessagesLog,
    /// A responder's look at an IPsec proposal, with `debug crypto ipsec`.
    ProposalLog,
    /// A responder's look at an ISAKMP proposal and its vendor IDs.
    ResponderLog,
    /// A responder that meets duplicates.
    DuplicatesLog,
    /// Proposals that do not fit.
    RefusedProposals,
    /// Refused IPsec proposals and messages that cannot be read.
    RefusedTransforms,
    /// An identity that is not in the certificate.
    IdentityWarning,
    /// A certificate past its validity.
    ExpiredLog,
    /// A certificate before its validity.
    NotYetValidLog,
    /// A revocation list that cannot be had.
    RevocationListLog,
    /// Retransmission and its end. The wording is generally known; the page prints the lines before it.
    RetransmissionForm,
    /// RSA signatures in the first IOS releases. The wording is generally known; the page is the one that should have it.
    RsaSignatureForm,
    /// Liveness questions. The wording is generally known; the page is the one that should have it.
    LivenessForm,
    /// A revoked certificate. The wording is generally known; the page has a section about such certificates.
    RevokedForm,
    /// No router: what IOS prints is not known, and a reader has to learn the cause all the same.
    Ours,
}

impl Source {
    /// The source, as it is cited.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Document117633 => "Cisco document 117633",
            Self::Document117337 => {
                "https://www.cisco.com/c/en/us/support/docs/security-vpn/ipsec-negotiation-ike-protocols/117337-config-asa-router-00.html"
            }
            Self::InitiatorLog => {
                "https://github.com/tunupgh/tunupgh.github.io/blob/7ea9ac74e8ef461045ff618b1b24859d1acfb57a/_posts/2013-07-13-cisco-ios-vpn-error-peer-does-not-do-paranoid-keepalives.markdown"
            }
            Self::BothRolesLog => {
                "https://github.com/search?type=code&q=%22IKE_MESG_INTERNAL%2C+IKE_GOT_SPI%22"
            }
            Self::FirstMessagesLog => "https://pastebin.com/f67de1fb5",
            Self::ProposalLog => "https://pastebin.com/f10e82144",
            Self::ResponderLog => "https://github.com/nm-l2tp/NetworkManager-l2tp/issues/137",
            Self::DuplicatesLog | Self::RetransmissionForm => {
                "https://itcertnotes.blogspot.com/2011/04/ipsec-stuck-in-mmsasetup-and-mmnostate.html"
            }
            Self::RefusedProposals => {
                "https://github.com/hmchen47/DevOps/blob/737a0840216fac94a72f5eff7b0015b7dc8bf697/Networking/CiscoCert/350-701.SCOR/CBT/11-DebugIPsec.md"
            }
            Self::RefusedTransforms => {
                "https://github.com/search?type=code&q=%22IPSec+policy+invalidated+proposal+with+error+256%22"
            }
            Self::IdentityWarning => "https://github.com/search?type=code&q=%22IKMP_NO_ID_CERT_ADDR_MATCH%22",
            Self::ExpiredLog => {
                "https://github.com/search?type=code&q=%22PKI-3-CERTIFICATE_INVALID_EXPIRED%22"
            }
            Self::NotYetValidLog => {
                "https://github.com/search?type=code&q=%22PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID%22"
            }
            Self::RevocationListLog => "https://github.com/search?type=code&q=%22PKI-3-CRL_FETCH_FAIL%22",
            Self::RsaSignatureForm => {
                "https://www.cisco.com/c/en/us/support/docs/security-vpn/ipsec-negotiation-ike-protocols/46402-16b.html"
            }
            Self::LivenessForm => {
                "https://www.cisco.com/en/US/docs/ios/security/configuration/guide/sec_ipsec_dead_peer.html"
            }
            Self::RevokedForm => {
                "https://www.cisco.com/c/en/us/td/docs/solutions/Enterprise/Security/PKI-security.html"
            }
            Self::Ours => "ikespec's own words",
        }
    }

    /// Whether the line was read at its source; otherwise only its wording is generally known, or it is ours.
    #[must_use]
    pub const fn is_confirmed(self) -> bool {
        !matches!(
            self,
            Self::RetransmissionForm
                | Self::RsaSignatureForm
                | Self::LivenessForm
                | Self::RevokedForm
                | Self::Ours
        )
    }
}

macro_rules! literals {
    ($($name:ident: $source:ident, $text:literal;)+) => {
        /// A line of debug output, or several that are always printed together.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Literal {
            $(#[doc = concat!("`", $text, "`")] $name),+
        }

        impl Literal {
            /// Every literal, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The words of the line, values in braces.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text),+
                }
            }

            /// Where the line is known from.
            #[must_use]
            pub const fn source(self) -> Source {
                match self {
                    $(Self::$name => Source::$source),+
                }
            }
        }
    };
}

literals! {
    // The beginning of a session.
    SaRequestBlock: RefusedProposals, "IPSEC(sa_request): ,\n  (key eng. msg.) OUTBOUND local= {local}:{local_port}, remote= {peer}:{remote_port},\n    local_proxy= {local_proxy}/256/0,\n    remote_proxy= {remote_proxy}/256/0,\n    protocol= ESP, transform= {transforms}  ({encapsulation}),\n    lifedur= {seconds}s and {kilobytes}kb,\n    spi= 0x0(0), conn_id= 0, keysize= {key_size}, flags= 0x0";
    SaRequestProfile: Document117633, "ISAKMP:({connection}): SA request profile is {profile}";
    PeerCreated: InitiatorLog, "ISAKMP: Created a peer struct for {peer}, peer port {remote_port}";
    Ports: InitiatorLog, "ISAKMP: local port {local_port}, remote port {remote_port}";
    NewNode: InitiatorLog, "ISAKMP: set new node {message_id} to QM_IDLE";
    MainModeTried: InitiatorLog, "ISAKMP:({connection}):Can not start Aggressive mode, trying Main mode.";
    NatVendorIdBuilt: FirstMessagesLog, "ISAKMP:({connection}): constructed NAT-T vendor-{draft} ID";
    MainModeBegins: InitiatorLog, "ISAKMP:({connection}): beginning Main Mode exchange";

    // Packets.
    PacketSent: Document117633, "ISAKMP:({connection}): sending packet to {peer} my_port {local_port} peer_port {remote_port} ({side}) {packet_state}";
    Ipv4PacketSent: Document117633, "ISAKMP:({connection}):Sending an IKE IPv4 Packet.";
    PacketReceived: Document117633, "ISAKMP ({connection}): received packet from {peer} dport {local_port} sport {remote_port} Global ({side}) {packet_state}";
    Duplicate: DuplicatesLog, "ISAKMP:({connection}): phase 1 packet is a duplicate of a previous packet.";
    DuplicateAnswered: DuplicatesLog, "ISAKMP:({connection}): retransmitting due to retransmit phase 1";
    DuplicateSkipped: RetransmissionForm, "ISAKMP:({connection}): retransmission skipped for phase 1 (time since last transmission {milliseconds})";
    Retransmitting: DuplicatesLog, "ISAKMP:({connection}): retransmitting phase 1 {packet_state}...";
    RetransmissionCounted: RetransmissionForm, "ISAKMP ({connection}): incrementing error counter on sa, attempt {attempt} of {of}: retransmit phase 1";
    RetransmittingNode: RetransmissionForm, "ISAKMP:({connection}): retransmitting phase 2 {packet_state} {message_id} ...";
    RetransmissionOfNodeCounted: RetransmissionForm, "ISAKMP ({connection}): incrementing error counter on node, attempt {attempt} of {of}: retransmit phase 2";

    // The states of phase 1.
    Input: Document117633, "ISAKMP:({connection}):Input = {input}";
    States: Document117633, "ISAKMP:({connection}):Old State = {from}  New State = {to}";

    // The contents of Main Mode messages.
    SecurityAssociationRead: InitiatorLog, "ISAKMP:({connection}): processing SA payload. message ID = {message_id}";
    VendorIdRead: InitiatorLog, "ISAKMP:({connection}): processing vendor id payload";
    VendorIdMismatch: InitiatorLog, "ISAKMP:({connection}): vendor ID seems Unity/DPD but major {major} mismatch";
    NatVendorIdRead: ResponderLog, "ISAKMP ({connection}): vendor ID is NAT-T {draft}";
    NamedVendorIdRead: InitiatorLog, "ISAKMP:({connection}): vendor ID is {vendor}";
    TransformChecked: InitiatorLog, "ISAKMP:({connection}):Checking ISAKMP transform {transform} against priority {priority} policy";
    Encryption: InitiatorLog, "ISAKMP:      encryption {value}";
    KeyLength: RefusedProposals, "ISAKMP:      keylength of {value}";
    Hash: InitiatorLog, "ISAKMP:      hash {value}";
    Group: InitiatorLog, "ISAKMP:      default group {value}";
    Authentication: InitiatorLog, "ISAKMP:      auth {value}";
    AuthenticationRsa: RsaSignatureForm, "ISAKMP:      auth RSA sig";
    LifeType: InitiatorLog, "ISAKMP:      life type in {value}";
    LifeDurationBasic: ResponderLog, "ISAKMP:      life duration (basic) of {value}";
    LifeDurationVariable: InitiatorLog, "ISAKMP:      life duration (VPI) of  {value}";
    EncryptionMismatch: InitiatorLog, "ISAKMP:({connection}):Encryption algorithm offered does not match policy!";
    KeyLengthMismatch: RefusedProposals, "ISAKMP:({connection}):Proposed key length does not match policy";
    HashMismatch: RefusedTransforms, "ISAKMP:({connection}):Hash algorithm offered does not match policy!";
    GroupMismatch: RefusedTransforms, "ISAKMP:({connection}):Diffie-Hellman group offered does not match policy!";
    AttributesRefused: InitiatorLog, "ISAKMP:({connection}):atts are not acceptable. Next payload is {next}";
    AttributesAccepted: InitiatorLog, "ISAKMP:({connection}):atts are acceptable. Next payload is {next}";
    LifetimeFilled: BothRolesLog, "ISAKMP:({connection}):Fill atts in sa vpi_length:{length}\nISAKMP:({connection}):Fill atts in sa life_in_seconds:{seconds}";
    LifetimeBasic: ResponderLog, "ISAKMP:({connection}):Basic life_in_seconds:{seconds}";
    LifetimeActual: ResponderLog, "ISAKMP:({connection}):Returning Actual lifetime: {seconds}";
    LifetimeTimer: ResponderLog, "ISAKMP:({connection})::Started lifetime timer: {seconds}.";
    NoOffersAccepted: RefusedProposals, "ISAKMP:({connection}):no offers accepted!\nISAKMP:({connection}): phase 1 SA policy not acceptable! (local {local} remote {peer})";
    KeyExchangeRead: InitiatorLog, "ISAKMP:({connection}): processing KE payload. message ID = {message_id}";
    NonceRead: InitiatorLog, "ISAKMP:({connection}): processing NONCE payload. message ID = {message_id}";
    NatDetectionRead: InitiatorLog, "ISAKMP:received payload type 20";
    HisHashDiffers: BothRolesLog, "ISAKMP ({connection}): His hash no match - this node outside NAT";
    MyHashDiffers: BothRolesLog, "ISAKMP ({connection}): My hash no match -  this node inside NAT";
    NatAtBothNodes: BothRolesLog, "ISAKMP ({connection}): NAT found, both nodes inside NAT";
    NoNat: BothRolesLog, "ISAKMP ({connection}): No NAT Found for self or peer";

    // Certificate requests and the choice of a trustpoint.
    RequestBuilt: Document117633, "ISAKMP ({connection}): constructing CERT_REQ for issuer {issuer}";
    RequestRead: Document117633, "ISAKMP:({connection}): processing CERT_REQ payload. message ID = {message_id}";
    RequestedEncoding: Document117633, "ISAKMP:({connection}): peer wants a CT_X509_SIGNATURE cert";
    RequestedIssuer: Document117633, "ISAKMP:({connection}): peer wants cert issued by {issuer}";
    ProfileListExamined: Document117633, "ISAKMP: Examining profile list for trustpoint {trustpoint}";
    ProfileListMatched: Document117633, "ISAKMP: Found matching profile for {trustpoint}";
    TrustpointChosen: Document117633, "Choosing trustpoint {trustpoint} as issuer";

    // Identities and certificates of both sides.
    InitialContact: InitiatorLog, "ISAKMP:({connection}):Send initial contact";
    IdentityTypeUsed: Document117633, "ISAKMP:({connection}):SA is doing RSA signature authentication using id type {id_type}";
    IdentityPayload: Document117633, "ISAKMP ({connection}): ID payload\n        next-payload : {next}\n        type         : {type}";
    IdentityFqdn: Document117633, "        FQDN name    : {name}";
    IdentityAddress: InitiatorLog, "        address      : {name}";
    IdentityPort: Document117633, "        protocol     : {protocol}\n        port         : {port}\n        length       : {length}";
    IdentityLength: Document117633, "ISAKMP:({connection}):Total payload length: {length}";
    OwnChainFetched: Document117633, "ISAKMP:({connection}): IKE->PKI Get CertificateChain to be sent to peer state ({role}) MM_KEY_EXCH (peer {peer})\nISAKMP:({connection}): PKI->IKE Got CertificateChain to be sent to peer state ({role}) MM_KEY_EXCH (peer {peer})";
    CertificateBuilt: Document117633, "ISAKMP ({connection}): constructing CERT payload for {subject}";
    Signed: Document117633, "ISAKMP:({connection}): using the {trustpoint} trustpoint's keypair to sign";
    IdentityRead: Document117633, "ISAKMP:({connection}): processing ID payload. message ID = {message_id}";
    ProfileMatched: Document117633, "ISAKMP:(0):: peer matches {profile} profile";
    NoProfileMatched: InitiatorLog, "ISAKMP:(0):: peer matches *none* of the profiles";
    CertificateRead: Document117633, "ISAKMP:({connection}): processing CERT payload. message ID = {message_id}\nISAKMP:({connection}): processing a CT_X509_SIGNATURE cert\nISAKMP:({connection}): IKE->PKI Add peer's certificate state ({role}) MM_KEY_EXCH (peer {peer})";
    CertificateAdded: Document117633, "CRYPTO_PKI: ({pki_session}) Adding peer certificate";
    CertificateLength: Document117337, "CRYPTO_PKI: Added x509 peer certificate -({length}) bytes";
    CertificateAddedReturn: Document117633, "ISAKMP:({connection}): PKI->IKE Added peer's certificate state ({role}) MM_KEY_EXCH (peer {peer})";

    // Validation.
    PeerChainFetched: Document117633, "ISAKMP:({connection}): IKE->PKI Get PeerCertificateChain state ({role}) MM_KEY_EXCH (peer {peer})\nISAKMP:({connection}): PKI->IKE Got PeerCertificateChain state ({role}) MM_KEY_EXCH (peer {peer})\nISAKMP:({connection}): peer's pubkey isn't cached";
    NoKeyring: Document117633, "ISAKMP:({connection}):Profile has no keyring, aborting key search";
    ValidationList: Document117633, "ISAKMP:(0): Creating CERT validation list: {trustpoints},";
    ValidationStarted: Document117633, "ISAKMP:({connection}): IKE->PKI Validate certificate chain state ({role}) MM_KEY_EXCH (peer {peer})\nCRYPTO_PKI:ip-ext-val:IP extension validation not required";
    ValidationPath: Document117337, "CRYPTO_PKI: ({pki_session})validation path has {certificates} certs";
    TrustpointsSought: Document117633, "CRYPTO_PKI: ({pki_session}) Check for identical certs\nCRYPTO_PKI: ({pki_session}) Create a list of suitable trustpoints";
    IssuerUnknown: Document117337, "CRYPTO_PKI: Unable to locate cert record by issuername\nCRYPTO_PKI: No trust point for cert issuer, looking up cert chain";
    NoSuitableTrustpoint: Document117633, "CRYPTO_PKI: ({pki_session}) No suitable trustpoints found";
    CertificateExpired: ExpiredLog, "%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed.\n  The certificate (SN: {serial}) has expired.\n  Validity period ended on {time}";
    CertificateNotYetValid: NotYetValidLog, "%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: Certificate chain validation has failed.\n  The certificate (SN: {serial}) is not yet valid\n  Validity period starts on {time}";
    CertificateRevoked: RevokedForm, "%PKI-3-CERTIFICATE_REVOKED: Certificate chain validation has failed.\n  The certificate (SN: {serial}) is revoked";
    RevocationListMissing: RevocationListLog, "%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint {trustpoint} failed";
    CertificateRefused: Ours, "CRYPTO_PKI: ({pki_session}) ikespec: certificate (SN: {serial}) of {subject} refused: {reason}";
    ValidationSucceeded: Document117633, "CRYPTO_PKI: ({pki_session}) Certificate validation succeeded";
    ValidationReturned: Document117633, "ISAKMP:({connection}): PKI->IKE Validate certificate chain state ({role}) MM_KEY_EXCH (peer {peer})";
    CertificateBad: Document117633, "%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from {peer} is bad: unknown error returned in certificate validation\nISAKMP:({connection}): Unknown error in cert validation, -1";
    AddressNotInCertificate: IdentityWarning, "%CRYPTO-6-IKMP_NO_ID_CERT_ADDR_MATCH: ID of {address} (type 1) and certificate addr with {certified}";
    SignatureRead: RsaSignatureForm, "ISAKMP:({connection}): processing SIG payload. message ID = {message_id}";
    Authenticated: Document117633, "ISAKMP:({connection}):SA authentication status: authenticated";
    AuthenticatedWith: InitiatorLog, "ISAKMP:({connection}):SA has been authenticated with {peer}";

    // Quick Mode.
    QuickModeBegins: InitiatorLog, "ISAKMP:({connection}):beginning Quick Mode exchange, M-ID of {message_id}\nISAKMP:({connection}):QM Initiator gets spi";
    HashRead: InitiatorLog, "ISAKMP:({connection}): processing HASH payload. message ID = {message_id}";
    ProposalChecked: ProposalLog, "ISAKMP:({connection}):Checking IPSec proposal {proposal}";
    IpsecTransform: ProposalLog, "ISAKMP: transform {transform}, {value}\nISAKMP:   attributes in transform:";
    Encapsulation: ProposalLog, "ISAKMP:      encaps is {value}";
    SaLifeType: ProposalLog, "ISAKMP:      SA life type in {value}";
    SaLifeDurationBasic: BothRolesLog, "ISAKMP:      SA life duration (basic) of {value}";
    SaLifeDurationVariable: ProposalLog, "ISAKMP:      SA life duration (VPI) of  {value}";
    Authenticator: ProposalLog, "ISAKMP:      authenticator is {value}";
    IpsecKeyLength: BothRolesLog, "ISAKMP:      key length is {value}";
    IpsecGroup: BothRolesLog, "ISAKMP:      group is {value}";
    IpsecAttributesAccepted: ProposalLog, "ISAKMP:({connection}):atts are acceptable.";
    ProposalRequestBlock: BothRolesLog, "IPSEC(validate_proposal_request): proposal part #1\nIPSEC(validate_proposal_request): proposal part #1,\n  (key eng. msg.) INBOUND local= {local}:0, remote= {peer}:0,\n    local_proxy= {local_proxy}/256/0,\n    remote_proxy= {remote_proxy}/256/0,\n    protocol= ESP, transform= {transforms}  ({encapsulation}),\n    lifedur= 0s and 0kb,\n    spi= 0x0(0), conn_id= 0, keysize= {key_size}, flags= 0x0";
    ProfileDidNotMatch: Document117633, "map_db_check_isakmp_profile profile did not match";
    NoMapFound: Document117633, "map_db_find_best did not find matching map\nIPSEC(ipsec_process_proposal): proxy identities not supported";
    TransformNotSupported: RefusedTransforms, "IPSEC(ipsec_process_proposal): transform proposal not supported for identity:\n    {transforms}\nISAKMP:({connection}): IPSec policy invalidated proposal with error 256";
    IpsecPolicyRefused: RefusedTransforms, "ISAKMP:({connection}): phase 2 SA policy not acceptable! (local {local} remote {peer})";
    QuickModePayloads: BothRolesLog, "ISAKMP:({connection}): processing NONCE payload. message ID = {message_id}\nISAKMP:({connection}): processing ID payload. message ID = {message_id}\nISAKMP:({connection}): processing ID payload. message ID = {message_id}";
    ResponderGetsSpi: BothRolesLog, "ISAKMP:({connection}):QM Responder gets spi";
    NodeInput: InitiatorLog, "ISAKMP:({connection}):Node {message_id}, Input = {input}";
    KeyEngine: BothRolesLog, "IPSEC(key_engine): got a queue event with 1 KMI message(s)";
    SaCreated: BothRolesLog, "IPSEC(create_sa): sa created,\n  (sa) sa_dest= {destination}, sa_proto= 50,\n    sa_spi= 0x{spi_hex}({spi}),\n    sa_trans= {transforms} , sa_conn_id= {sa}\n    sa_lifetime(k/sec)= ({kilobytes}/{seconds}),\n  (identity) local= {local}:0, remote= {peer}:0,\n    local_proxy= {local_proxy}/256/0,\n    remote_proxy= {remote_proxy}/256/0";
    SaInstalled: BothRolesLog, "ISAKMP:({connection}):Received IPSec Install callback... proceeding with the negotiation\nISAKMP:({connection}):Successfully installed IPSEC SA (SPI:0x{spi_hex}) on {interface}";
    NodeDeletedByInitiator: BothRolesLog, "ISAKMP:({connection}):deleting node {message_id} error FALSE reason \"No Error\"";
    NodeDeletedByResponder: BothRolesLog, "ISAKMP:({connection}):deleting node {message_id} error FALSE reason \"QM done (await)\"";

    // Informational exchanges, and the end.
    NotificationRead: InitiatorLog, "ISAKMP:({connection}): processing NOTIFY {notification} protocol {protocol}";
    LivenessSeen: LivenessForm, "ISAKMP:({connection}): {notification} received from peer {peer}, sequence 0x{sequence}";
    DeleteRead: InitiatorLog, "ISAKMP:({connection}): processing DELETE payload. message ID = {message_id}";
    NoParanoidKeepalives: InitiatorLog, "ISAKMP:({connection}):peer does not do paranoid keepalives.";
    InformationalNodeDeleted: InitiatorLog, "ISAKMP:({connection}):deleting node {message_id} error FALSE reason \"Informational (in) state 1\"";
    MessageBad: RefusedTransforms, "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from {peer} failed its sanity check or is malformed";
    MainModeFailed: Ours, "ISAKMP:({connection}): ikespec: {message} fails: {cause}";
    SaDeletedByPeer: InitiatorLog, "ISAKMP:({connection}):deleting SA reason \"No reason\" state ({role}) {packet_state} (peer {peer})";
    SaDeadByRetransmission: RetransmissionForm, "ISAKMP:({connection}):deleting SA reason \"Death by retransmission P1\" state ({role}) {packet_state} (peer {peer})";
}
