//! Certificate authorities of the demo's bays: one per bay, as Magnum makes them.
//!
//! Rules follow `magnum/common/x509/operations.py`: the CA's common name is the bay's name and its path length is 0; a
//! signed certificate takes its subject from the request, starts a day ago and lives five years.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::net::IpAddr;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// How long signed certificates live: five years, Magnum's default.
const LIFETIME_DAYS: i64 = 1825;

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// The request is not PEM, not PKCS #10, not signed by its own key, or asks for what is not allowed.
    #[error("invalid certificate signing request: {0}")]
    Request(String),
    /// Key generation or signing failed.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate does not make a usable TLS set-up.
    #[error("TLS: {0}")]
    Tls(String),
}

/// The certificate authority of one bay.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    ca_pem: String,
    ca_der: CertificateDer<'static>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// Makes a new authority with a fresh key; `common_name` is the bay's name.
    ///
    /// # Errors
    /// When a key cannot be generated or the name does not fit into a certificate.
    pub fn new(common_name: &str) -> Result<Self, PkiError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, common_name);
        params.distinguished_name = name;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        lifetime(&mut params);
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            ca_pem: certificate.pem().trim_end().to_owned(),
            ca_der: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        })
    }

    /// The authority's certificate as PEM, without a trailing newline (as Magnum returns it).
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Signs a PEM request (RSA or ECDSA) and returns the certificate as PEM. The subject is the request's own.
    ///
    /// # Errors
    /// [`PkiError::Request`] when the request cannot be read, its signature does not fit or it asks for a CA.
    pub fn sign_csr_pem(&self, csr: &str) -> Result<String, PkiError> {
        let mut request =
            CertificateSigningRequestParams::from_pem(csr.trim()).map_err(|e| PkiError::Request(e.to_string()))?;
        if matches!(request.params.is_ca, IsCa::Ca(_)) {
            return Err(PkiError::Request("a certificate authority is not signed here".into()));
        }
        lifetime(&mut request.params);
        let certificate = request.signed_by(&self.issuer)?;
        Ok(certificate.pem().trim_end().to_owned())
    }

    /// TLS set-up of the bay's API server on `ip`: a server certificate by this authority (also for `localhost`), client
    /// certificates by this authority are verified; a client without one gets in and is told 401 by the API.
    ///
    /// # Errors
    /// When a key or certificate cannot be made, or rustls refuses it.
    pub fn server_config(&self, ip: IpAddr) -> Result<Arc<ServerConfig>, PkiError> {
        let key = KeyPair::generate()?;
        let names = [
            ip.to_string(),
            "127.0.0.1".into(),
            "localhost".into(),
            "kubernetes".into(),
            "kubernetes.default".into(),
            "kubernetes.default.svc".into(),
            "kubernetes.default.svc.cluster.local".into(),
        ];
        let mut params = CertificateParams::new(names.to_vec())?;
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "kube-apiserver");
        params.distinguished_name = name;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        lifetime(&mut params);
        let certificate = params.signed_by(&key, &self.issuer)?;

        let tls = |e: &dyn std::fmt::Display| PkiError::Tls(e.to_string());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.ca_der.clone()).map_err(|e| tls(&e))?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .map_err(|e| tls(&e))?;
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| tls(&e))?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.der().clone()], private)
            .map_err(|e| tls(&e))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn lifetime(params: &mut CertificateParams) {
    let start = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_before = start;
    params.not_after = start + Duration::days(LIFETIME_DAYS);
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::pem::parse_x509_pem;

    /// `openssl req -new -newkey rsa:2048 -nodes -subj "/CN=admin/O=system:masters"`.
    const RSA_REQUEST: &str = include_str!("pki_rsa_request.pem");

    fn ecdsa_request(is_ca: bool) -> String {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "admin");
        name.push(DnType::OrganizationName, "system:masters");
        params.distinguished_name = name;
        if is_ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params.serialize_request(&key).unwrap().pem().unwrap()
    }

    #[test]
    fn a_signed_certificate_keeps_the_subject_and_names_the_bay_as_issuer() {
        let authority = Authority::new("k8s-prod").unwrap();
        for request in [RSA_REQUEST.to_owned(), ecdsa_request(false)] {
            let pem = authority.sign_csr_pem(&request).unwrap();
            let (_, block) = parse_x509_pem(pem.as_bytes()).unwrap();
            let certificate = block.parse_x509().unwrap();
            assert_eq!(certificate.issuer().to_string(), "CN=k8s-prod");
            let subject = certificate.subject();
            assert_eq!(subject.iter_common_name().next().unwrap().as_str().unwrap(), "admin");
            assert_eq!(subject.iter_organization().next().unwrap().as_str().unwrap(), "system:masters");
            let days = certificate.validity().not_after.timestamp() - certificate.validity().not_before.timestamp();
            assert_eq!(days / 86_400, LIFETIME_DAYS);
            let (_, ca) = parse_x509_pem(authority.ca_pem().as_bytes()).unwrap();
            let ca = ca.parse_x509().unwrap();
            assert!(certificate.verify_signature(Some(ca.public_key())).is_ok());
        }
    }

    #[test]
    fn bad_requests_are_refused() {
        let authority = Authority::new("k8s-prod").unwrap();
        assert!(matches!(authority.sign_csr_pem("hello"), Err(PkiError::Request(_))));
        let broken = RSA_REQUEST.replacen("MII", "MIJ", 1);
        assert!(matches!(authority.sign_csr_pem(&broken), Err(PkiError::Request(_))));
        assert!(matches!(authority.sign_csr_pem(&ecdsa_request(true)), Err(PkiError::Request(_))));
    }

    #[test]
    fn a_server_configuration_offers_http2_and_http1() {
        let authority = Authority::new("k8s-prod").unwrap();
        let config = authority.server_config(IpAddr::from([127, 0, 0, 1])).unwrap();
        assert_eq!(config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    }
}
