//! The bay's own client certificate: a key made here, a request that Magnum signs, and the bundle of both.
//!
//! As `openstack coe cluster config` does it: RSA 2048, subject `CN=admin, O=system:masters` in this order, SHA-256, no
//! extensions, key as PKCS#1 PEM (python-magnumclient `common/utils.py`, `osc/v1/clusters.py`).

use super::error::Error;
use crate::model::problem::Problem;
use base64::Engine;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::future::Future;
use zeroize::{Zeroize, Zeroizing};

/// What opens a bay's API: its authority, our certificate and its key.
#[derive(Clone)]
pub struct BayCertificate {
    /// The bay's certificate authority, PEM.
    pub ca_pem: String,
    /// Our certificate, PEM.
    pub cert_pem: String,
    /// Our key, PEM.
    pub key_pem: SecretString,
    /// When our certificate ends, seconds since 1970.
    pub not_after: i64,
}

impl fmt::Debug for BayCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BayCertificate").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// What Magnum gives: its authority and the certificate it signed.
#[derive(Debug, Clone)]
pub struct Signed {
    /// `pem` of `GET /v1/certificates/{cluster}`.
    pub ca_pem: String,
    /// `pem` of `POST /v1/certificates`.
    pub cert_pem: String,
}

/// A key and the request to sign it.
pub struct KeyAndRequest {
    /// Key, PKCS#1 PEM.
    pub key_pem: SecretString,
    /// Certificate signing request, PEM.
    pub csr_pem: String,
}

impl fmt::Debug for KeyAndRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyAndRequest").finish_non_exhaustive()
    }
}

impl BayCertificate {
    /// Makes a key, has its request signed by `sign` (given the CSR's PEM), and returns the bundle.
    pub async fn request<F, Fut>(sign: F) -> Result<BayCertificate, Error>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<Signed, Problem>>,
    {
        let made = tokio::task::spawn_blocking(make_key)
            .await
            .map_err(|error| Error::Internal(format!("making a key: {error}")))??;
        let signed = sign(made.csr_pem).await.map_err(Error::Sign)?;
        let not_after = end_of(&signed.cert_pem)?;
        end_of(&signed.ca_pem)
            .map_err(|_| Error::Config("the bay's certificate authority is not a certificate".into()))?;
        Ok(BayCertificate { ca_pem: signed.ca_pem, cert_pem: signed.cert_pem, key_pem: made.key_pem, not_after })
    }

    /// The certificate has ended, or ends within a minute of `now` (seconds since 1970).
    pub fn is_over(&self, now: i64) -> bool {
        self.not_after <= now + 60
    }
}

/// A new RSA 2048 key and its request. Takes up to a second: not on a thread that has other things to do.
pub fn make_key() -> Result<KeyAndRequest, Error> {
    let wrong = |error: rcgen::Error| Error::Internal(format!("making a key: {error}"));
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(wrong)?;
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "admin");
    name.push(DnType::OrganizationName, "system:masters");
    params.distinguished_name = name;
    let csr_pem = params.serialize_request(&key).and_then(|csr| csr.pem()).map_err(wrong)?.replace("\r\n", "\n");
    let der = Zeroizing::new(key.serialize_der());
    let inner = pkcs1(&der).ok_or_else(|| Error::Internal("making a key: its encoding is unknown".into()))?;
    let key_pem = SecretString::from(pem("RSA PRIVATE KEY", inner));
    Ok(KeyAndRequest { key_pem, csr_pem })
}

/// The `RSAPrivateKey` inside a PKCS#8 `PrivateKeyInfo` (RFC 5208 section 5): SEQUENCE { version, algorithm, OCTET STRING }.
fn pkcs1(der: &[u8]) -> Option<&[u8]> {
    let (tag, info, _) = element(der)?;
    let (_, _, rest) = element(info)?;
    let (next, _, rest) = element(rest)?;
    if tag != 0x30 {
        return None;
    }
    if next == 0x02 {
        // version, INTEGER, INTEGER …: already an RSAPrivateKey.
        return Some(der);
    }
    let (tag, key, _) = element(rest)?;
    (tag == 0x04).then_some(key)
}

/// One DER element: (tag, content, what follows).
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first) = (*der.first()?, *der.get(1)?);
    let (header, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let bytes = usize::from(first & 0x7f);
        if bytes > 4 {
            return None;
        }
        let length = der.get(2..2 + bytes)?.iter().fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte));
        (2 + bytes, length)
    };
    Some((tag, der.get(header..header.checked_add(length)?)?, der.get(header + length..)?))
}

fn pem(label: &str, der: &[u8]) -> String {
    let mut text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut out = String::with_capacity(text.len() + 128);
    out.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut at = 0;
    while at < text.len() {
        let end = (at + 64).min(text.len());
        out.push_str(&text[at..end]);
        out.push('\n');
        at = end;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    text.zeroize();
    out
}

/// When a PEM certificate ends, seconds since 1970.
fn end_of(pem: &str) -> Result<i64, Error> {
    let wrong = || Error::Config("the answer holds no certificate".into());
    let (_, block) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).map_err(|_| wrong())?;
    let certificate = block.parse_x509().map_err(|_| wrong())?;
    Ok(certificate.validity().not_after.timestamp())
}

/// A kubeconfig as `openstack coe cluster config` writes it; without a certificate for bays whose TLS is off.
pub(super) fn kubeconfig(name: &str, server: &str, certificate: Option<&BayCertificate>) -> SecretString {
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let mut out = String::from("apiVersion: v1\nkind: Config\nclusters:\n- name: ");
    out.push_str(&quote(name));
    out.push_str("\n  cluster:\n");
    if let Some(certificate) = certificate {
        out.push_str(&format!("    certificate-authority-data: {}\n", base64(&certificate.ca_pem)));
    }
    out.push_str(&format!("    server: {}\n", quote(server)));
    let (context, user) = if certificate.is_some() { ("default", "admin") } else { (name, name) };
    out.push_str(&format!(
        "contexts:\n- name: {}\n  context:\n    cluster: {}\n    user: {}\ncurrent-context: {}\npreferences: {{}}\nusers:\n- name: {}\n",
        quote(context),
        quote(name),
        quote(user),
        quote(context),
        quote(user)
    ));
    match certificate {
        Some(certificate) => {
            let mut key = base64(certificate.key_pem.expose_secret());
            out.push_str(&format!("  user:\n    client-certificate-data: {}\n", base64(&certificate.cert_pem)));
            out.push_str("    client-key-data: ");
            out.push_str(&key);
            out.push('\n');
            key.zeroize();
        }
        None => out.push_str("  user: {}\n"),
    }
    SecretString::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::problem::ProblemKind;
    use rcgen::{CertificateSigningRequestParams, IsCa, Issuer};

    /// Signs like Magnum: issuer named after the cluster, subject copied from the request.
    fn sign(csr: &str) -> Signed {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
        let ca = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let cert = CertificateSigningRequestParams::from_pem(csr).unwrap().signed_by(&issuer).unwrap();
        Signed { ca_pem: ca.pem().trim().to_owned(), cert_pem: cert.pem().trim().to_owned() }
    }

    #[tokio::test]
    async fn a_certificate_is_asked_for_as_magnumclient_does() {
        let bundle = BayCertificate::request(async |csr| {
            let (_, block) = x509_parser::pem::parse_x509_pem(csr.as_bytes()).unwrap();
            let (_, parsed) =
                    <x509_parser::certification_request::X509CertificationRequest as x509_parser::prelude::FromDer<
                        _,
                    >>::from_der(&block.contents)
                    .unwrap();
            assert_eq!(parsed.certification_request_info.subject.to_string(), "CN=admin, O=system:masters");
            assert!(parsed.requested_extensions().is_none());
            parsed.verify_signature().unwrap();
            Ok(sign(&csr))
        })
        .await
        .unwrap();
        assert!(bundle.key_pem.expose_secret().starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
        let debug = format!("{bundle:?}");
        assert!(!debug.contains("PRIVATE"), "{debug}");
        assert!(!bundle.is_over(0));

        let yaml = kubeconfig("prod", "https://203.0.113.21:6443", Some(&bundle));
        let config = kube::config::Kubeconfig::from_yaml(yaml.expose_secret()).unwrap();
        assert_eq!(config.current_context.as_deref(), Some("default"));
        assert_eq!(config.clusters[0].name, "prod");
        assert_eq!(config.auth_infos[0].name, "admin");
        let config = kube::Config::from_custom_kubeconfig(config, &Default::default()).await.unwrap();
        assert_eq!(config.root_cert.map(|c| c.len()), Some(1));
    }

    #[tokio::test]
    async fn what_magnum_said_is_kept() {
        let said = Problem::new(ProblemKind::Forbidden, "magnum", "Policy doesn't allow certificate:create");
        let error = BayCertificate::request(async |_| Err(said.clone())).await.unwrap_err();
        assert_eq!(Problem::from(error), said);
    }

    #[tokio::test]
    async fn an_answer_without_a_certificate_is_told() {
        let error = BayCertificate::request(async |_| Ok(Signed { ca_pem: "x".into(), cert_pem: "y".into() }))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Config(_)));
    }

    #[test]
    fn without_tls_the_kubeconfig_holds_only_the_address() {
        let yaml = kubeconfig("pro\"d", "http://10.0.0.5:8080", None);
        let config = kube::config::Kubeconfig::from_yaml(yaml.expose_secret()).unwrap();
        assert_eq!(config.current_context.as_deref(), Some("pro\"d"));
        assert_eq!(config.clusters[0].cluster.as_ref().unwrap().server.as_deref(), Some("http://10.0.0.5:8080"));
    }
}
