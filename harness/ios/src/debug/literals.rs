//! Every line that the router's debug output is made of, each with the public source that prints it.
//!
//! A word in braces is a value. A line break is one in the output; a line that begins with a space continues the one
//! before it and carries no time, and so does one that begins with a tab, which is not printed. IKEv2's lines are in the
//! form of IOS 15.3T: later releases put a session ID before the SA ID. Lines of our own have the shape of the router's and
//! say `ikespec:`, so that nobody looks for them on a router. Which event prints which line is not decided here.

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
    /// IKEv2 of an initiator with pre-shared keys, up to its deletion, IOS XE 16.7.
    Ikev2InitiatorLog,
    /// IKEv2 of a hub: from its peer's identity to its peer's authentication.
    Ikev2ResponderLog,
    /// Causes of refusal in IKEv2, captured from IOS XE 26.02.
    Ikev2RefusalLog,
    /// A failed authentication, IOS XE.
    Ikev2AuthenticationLog,
    /// What a program looks for in the IKEv2 output of an ASA: the same words, as far as both are known.
    Ikev2LogReader,
    /// Lines of IKEv2 whose wording is generally known; the page is the one that should have them.
    Ikev2Form,
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
            Self::Ikev2InitiatorLog => {
                "https://github.com/search?type=code&q=%22IKEv2+initiator+-+no+config+data+to+send+in+IKE_SA_INIT+exch%22"
            }
            Self::Ikev2ResponderLog => {
                "https://github.com/search?type=code&q=%22Searching+policy+based+on+peer%27s+identity%22+%22not+a+VPN-SIP+session%22"
            }
            Self::Ikev2RefusalLog => {
                "https://github.com/search?type=code&q=%22Failed+to+find+a+matching+policyProposal%22+%22IKEv2-ERROR%22"
            }
            Self::Ikev2AuthenticationLog => {
                "https://github.com/search?type=code&q=%22Auth+exchange+failed%22+%22IKEv2-ERROR%22+%22mldsa-sig%22"
            }
            Self::Ikev2LogReader => {
                "https://github.com/search?type=code&q=%22NAT+INSIDE+found%22+%22NAT+OUTSIDE+found%22"
            }
            Self::Ikev2Form => {
                "https://www.cisco.com/c/en/us/support/docs/ip/internet-key-exchange-ike/115934-technote-ikev2-00.html"
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
                | Self::Ikev2LogReader
                | Self::Ikev2Form
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
    ValidationStarted: Document117633, "ISAKMP:({connection}): IKE->PKI Validate certificate chain state ({role}) MM_KEY_EXCH (peer {peer})";
    AddressExtensionIgnored: Document117633, "CRYPTO_PKI:ip-ext-val:IP extension validation not required";
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
    TransformNotSupported: RefusedTransforms, "IPSEC(ipsec_process_proposal): transform proposal not supported for identity:\n    {transforms}";
    ProposalInvalidated: RefusedTransforms, "ISAKMP:({connection}): IPSec policy invalidated proposal with error 256";
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

    // IKEv2: packets.
    Ikev2PacketBuilt: Document117633, "IKEv2:(SA ID = {connection}):Building packet for encryption.\n\tPayload contents:\n  {contents}";
    Ikev2PacketSent: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Sending Packet [To {peer}:{remote_port}/From {local}:{local_port}/VRF i0:f0]\n\tInitiator SPI : {initiator_spi} - Responder SPI : {responder_spi} Message id: {message_id}\n\tIKEv2 {exchange} Exchange {half}\n\tPayload contents:\n  {contents}";
    Ikev2PacketReceived: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Received Packet [From {peer}:{remote_port}/To {local}:{local_port}/VRF i0:f0]\n\tInitiator SPI : {initiator_spi} - Responder SPI : {responder_spi} Message id: {message_id}\n\tIKEv2 {exchange} Exchange {half}\n\tPayload contents:\n  {contents}";
    Ikev2Retransmitting: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Retransmitting packet";
    Ikev2Duplicate: Ours, "IKEv2:(SA ID = {connection}): ikespec: {message} is a duplicate";
    Ikev2FragmentSent: Ours, "IKEv2:(SA ID = {connection}): ikespec: fragment {number} of {total} sent";
    Ikev2FragmentRead: Ours, "IKEv2:(SA ID = {connection}): ikespec: fragment {number} of {total} received";
    Ikev2MessageIgnored: Ours, "IKEv2:(SA ID = {connection}): ikespec: message from {peer} ignored: {problem}";

    // IKEv2: the beginning of a session.
    Ikev2PolicySearched: Ikev2InitiatorLog, "IKEv2:Searching Policy with fvrf {vrf}, local address {address}";
    Ikev2PolicyFound: Ikev2InitiatorLog, "IKEv2:Found Policy '{policy}'";
    Ikev2NoPolicy: Ours, "IKEv2:(SA ID = {connection}): ikespec: no policy holds at {local}";
    Ikev2PublicKeyComputed: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):[IKEv2 -> Crypto Engine] Computing DH public key, DH Group {group}\nIKEv2:(SA ID = {connection}):[Crypto Engine -> IKEv2] DH key Computation PASSED\nIKEv2:(SA ID = {connection}):Request queued for computation of DH key";
    Ikev2NoConfiguration: Ikev2InitiatorLog, "IKEv2:IKEv2 initiator - no config data to send in IKE_SA_INIT exch";
    Ikev2Generating: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Generating {exchange} message";
    Ikev2Proposal: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):{protocol} Proposal: {number}, SPI size: {spi_size} ({negotiation} negotiation),\n\tNum. transforms: {count}\n   {transforms}";
    Ikev2SaInserted: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Insert SA";
    Ikev2InitProcessed: Document117633, "IKEv2:(SA ID = {connection}):Processing IKE_SA_INIT message";
    Ikev2InitVerified: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Verify SA init message";
    Ikev2ProposalRefused: Ours, "IKEv2:(SA ID = {connection}): ikespec: proposal {number} of the peer does not fit proposal '{proposal}': {kind}";
    Ikev2NoProposalFits: Ikev2RefusalLog, "IKEv2:(SA ID = {connection}):: Failed to find a matching policy";
    Ikev2WrongGroup: Ikev2RefusalLog, "IKEv2:(SA ID = {connection}):: The peer's KE payload contained the wrong DH group";
    Ikev2GroupWanted: Ikev2Form, "IKEv2:(SA ID = {connection}):Processing invalid ke notification, we sent group {sent}, peer prefers group {group}";
    Ikev2CookieDemanded: Ours, "IKEv2:(SA ID = {connection}): ikespec: too many half-open sessions, a cookie is demanded of {peer}";
    Ikev2CookieReturned: Ours, "IKEv2:(SA ID = {connection}): ikespec: {peer} demands a cookie, and gets it";
    Ikev2SecretComputed: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):[IKEv2 -> Crypto Engine] Computing DH secret key, DH Group {group}\nIKEv2:(SA ID = {connection}):[Crypto Engine -> IKEv2] DH key Computation PASSED\nIKEv2:(SA ID = {connection}):Request queued for computation of DH secret";
    Ikev2KeysDerived: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):[IKEv2 -> Crypto Engine] Calculate SKEYSEED and create rekeyed IKEv2 SA\nIKEv2:(SA ID = {connection}):[Crypto Engine -> IKEv2] SKEYSEED calculation and creation of rekeyed IKEv2 SA PASSED";
    Ikev2NatDiscovery: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Checking NAT discovery";
    Ikev2NoNat: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):NAT not found";
    Ikev2NatFound: Ikev2LogReader, "IKEv2:(SA ID = {connection}):NAT {place} found";
    Ikev2InitCompleted: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Completed SA init exchange";

    // IKEv2: this router's certificate and identity.
    Ikev2TrustpointsSought: Document117633, "IKEv2:(SA ID = {connection}):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)";
    Ikev2TrustpointRetrieved: Document117633, "IKEv2:(SA ID = {connection}):[PKI -> IKEv2] Retrieved trustpoint(s): '{trustpoint}'\nCRYPTO_PKI: Trust-Point {trustpoint} picked up\nCRYPTO_PKI: crypto_pki_get_cert_record_by_subject()\nCRYPTO_PKI: Found a subject match\nCRYPTO_PKI: crypto_pki_get_cert_record_by_subject()\nCRYPTO_PKI: Found a subject match\nCRYPTO_PKI: 1 matching trustpoints found";
    Ikev2HashUnknown: Ours, "IKEv2:(SA ID = {connection}): ikespec: no trustpoint has the CA of certificate hash {number}";
    Ikev2OwnChainFetched: Document117633, "IKEv2:(SA ID = {connection}):[IKEv2 -> PKI] Getting cert chain for the trustpoint {trustpoint}\nIKEv2:(SA ID = {connection}):[PKI -> IKEv2] Getting of cert chain for the trustpoint PASSED";
    Ikev2CertificateNotBuilt: Document117633, "IKEv2:(SA ID = {connection}):Failed to build certificate payload";
    Ikev2AuthenticationGenerated: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Generate my authentication data";
    Ikev2Signed: Ikev2Form, "IKEv2:(SA ID = {connection}):[IKEv2 -> Crypto Engine] Sign authentication data\nIKEv2:(SA ID = {connection}):[Crypto Engine -> IKEv2] Signing of authentication data PASSED";
    Ikev2OwnMethod: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Get my authentication method\nIKEv2:(SA ID = {connection}):My authentication method is '{method}'";
    Ikev2IdentityBuilt: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Constructing {payload} payload: '{identity}' of type '{id_type}'";

    // IKEv2: the peer's identity and certificate.
    Ikev2AuthProcessed: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Process auth response notify";
    Ikev2IdentityRead: Document117633, "IKEv2:(SA ID = {connection}):Searching policy based on peer's identity '{identity}' of type '{id_type}'";
    Ikev2ProfileFound: Document117633, "IKEv2:found matching IKEv2 profile '{profile}'";
    Ikev2NoProfileByCertificate: Document117337, "IKEv2:%Profile could not be found by peer certificate.";
    Ikev2NoProfile: Document117337, "IKEv2:% IKEv2 profile not found\nIKEv2:(SA ID = {connection}):: Failed to locate an item in the database";
    Ikev2PolicyVerified: Ikev2ResponderLog, "IKEv2:(SA ID = {connection}):Verify peer's policy\nIKEv2:(SA ID = {connection}):Peer's policy verified";
    Ikev2PeerMethod: Document117633, "IKEv2:(SA ID = {connection}):Get peer's authentication method\nIKEv2:(SA ID = {connection}):Peer's authentication method is '{method}'";
    Ikev2CertificateByUrl: Ours, "IKEv2:(SA ID = {connection}): ikespec: certificate by hash and URL (encoding {encoding}) is not fetched";
    Ikev2ChainChecked: Document117633, "IKEv2:(SA ID = {connection}):[IKEv2 -> PKI] Validating certificate chain";
    Ikev2ChainPassed: Ikev2Form, "IKEv2:(SA ID = {connection}):[PKI -> IKEv2] Validation of certificate chain PASSED";
    Ikev2ChainFailed: Document117633, "IKEv2:(SA ID = {connection}):[PKI -> IKEv2] Validation of certificate chain FAILED";
    Ikev2AuthenticationChecked: Ikev2ResponderLog, "IKEv2:(SA ID = {connection}):Verify peer's authentication data";
    Ikev2PeerBelieved: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Verification of peer's authenctication data PASSED";
    Ikev2PeerRefused: Document117633, "IKEv2:(SA ID = {connection}):Verification of peer's authentication data FAILED";
    Ikev2Authenticated: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):IKEV2 SA created; inserting SA into database. SA lifetime timer ({seconds} sec) started\nIKEv2:(SA ID = {connection}):Session with IKE ID PAIR ({peer_identity}, {own_identity}) is UP\nIKEv2:(SA ID = {connection}):Checking for duplicate IKEv2 SA\nIKEv2:(SA ID = {connection}):No duplicate IKEv2 SA found";

    // IKEv2: traffic selectors, notifications, and the end.
    Ikev2NoMapFound: Document117633, "IKEv2:(SA ID = {connection}):There was no IPSEC policy found for received TS\nIKEv2:(SA ID = {connection}):";
    Ikev2SendingTsUnacceptable: Document117633, "IKEv2:(SA ID = {connection}):Sending TS unacceptable notify";
    Ikev2SendingAuthenticationFailure: Document117633, "IKEv2:(SA ID = {connection}):Sending authentication failure notify";
    Ikev2SendingError: Ours, "IKEv2:(SA ID = {connection}): ikespec: sending {notification}";
    Ikev2NoProposalChosenRead: Ikev2RefusalLog, "IKEv2:(SA ID = {connection}):: Received no proposal chosen notify";
    Ikev2ErrorRead: Ours, "IKEv2:(SA ID = {connection}): ikespec: {notification} received";
    Ikev2Liveness: Ours, "IKEv2:(SA ID = {connection}): ikespec: liveness of {peer}: {stage}";
    Ikev2SendingDeleteOfIpsec: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Sending DELETE INFO message for IPsec SA [SPI: 0x{spi}]";
    Ikev2SendingDelete: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Sending DELETE INFO message for IKEv2 SA [ISPI: 0x{initiator_spi} RSPI: 0x{responder_spi}]";
    Ikev2AnswerProcessed: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Processing ACK to informational exchange";
    Ikev2DeleteRead: Ikev2Form, "IKEv2:(SA ID = {connection}):Process delete request from peer";
    Ikev2ActiveSaChecked: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Check for existing active SA\nIKEv2:(SA ID = {connection}):Delete all IKE SAs";
    Ikev2IpsecSaChecked: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Check for existing IPSEC SA";
    Ikev2Failed: Ours, "IKEv2:(SA ID = {connection}): ikespec: {message} fails: {cause}";
    Ikev2InitFailed: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Initial exchange failed: Initial exchange failed";
    Ikev2AuthFailed: Ikev2AuthenticationLog, "IKEv2:(SA ID = {connection}):: Auth exchange failed";
    Ikev2NoAnswer: Ikev2Form, "IKEv2:(SA ID = {connection}):: Maximum number of retransmissions reached";
    Ikev2SaDeleted: Ikev2InitiatorLog, "IKEv2:(SA ID = {connection}):Deleting SA";
}
