//! A bay's certificate authority: read it, have a client certificate signed, rotate it
//! (`magnum/api/controllers/v1/certificate.py`).

use super::{Magnum, SERVICE};
use crate::api::error::Error;
use crate::api::wire;
use http::Method;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Which of a bay's authorities (server 13.0.0 on).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaKind {
    /// The one that the API server shows and that signs clients.
    #[default]
    Kubernetes,
    /// etcd's.
    Etcd,
    /// The aggregation layer's.
    FrontProxy,
}

impl CaKind {
    fn word(self) -> &'static str {
        match self {
            CaKind::Kubernetes => "kubernetes",
            CaKind::Etcd => "etcd",
            CaKind::FrontProxy => "front-proxy",
        }
    }
}

#[derive(Deserialize)]
struct Pem {
    #[serde(default, deserialize_with = "wire::text")]
    pem: String,
}

/// The conductor answers these while we wait.
const PATIENCE: Duration = Duration::from_secs(120);

impl Magnum {
    /// PEM of a bay's authority.
    ///
    /// # Errors
    /// `Forbidden` unless the bay is the caller's own; `Unsupported` on 2015.1, which has no certificates.
    pub async fn ca(&self, bay: &str, kind: CaKind) -> Result<String, Error> {
        self.has_certificates("read the CA")?;
        let query = [("ca_cert_type", kind.word())];
        // Older servers do not know the parameter, and its default is what was asked for.
        let query: &[_] = if kind == CaKind::Kubernetes { &[] } else { &query };
        let mut call = self.service.call(Method::GET, &["certificates", bay], query);
        call.timeout = Some(PATIENCE);
        let answer = self.service.send(call).await?.json::<Pem>()?;
        pem(answer, "read the CA")
    }

    /// Has a certificate signing request (PEM) signed by a bay's authority and gives the certificate's PEM.
    /// `bay` is a uuid.
    ///
    /// # Errors
    /// `Forbidden` unless the bay is the caller's own; `Invalid` for a request that Magnum does not accept;
    /// `Unsupported` on 2015.1.
    pub async fn sign(&self, bay: &str, csr: &str) -> Result<String, Error> {
        self.has_certificates("sign a certificate")?;
        let key = if self.info.has("clusters") { "cluster_uuid" } else { "bay_uuid" };
        let mut call = self.service.call(Method::POST, &["certificates"], &[]).body(json!({ key: bay, "csr": csr }));
        call.timeout = Some(PATIENCE);
        let answer = self.service.send(call).await?.json::<Pem>()?;
        pem(answer, "sign a certificate")
    }

    /// Makes a new authority for a bay; all its certificates become worthless.
    ///
    /// # Errors
    /// `Unsupported` below 1.5; `Invalid` for a bay without TLS.
    pub async fn rotate_ca(&self, bay: &str) -> Result<(), Error> {
        self.modern_only("rotate the CA")?;
        self.needs(5, "rotate the CA")?;
        let mut call = self.service.call(Method::PATCH, &["certificates", bay], &[]);
        call.timeout = Some(PATIENCE);
        self.service.send(call).await.map(|_| ())
    }

    fn has_certificates(&self, action: &str) -> Result<(), Error> {
        if self.info.has("certificates") {
            return Ok(());
        }
        Err(Error::unsupported(SERVICE, action, "needs Magnum 1.0 (Liberty) or newer"))
    }
}

fn pem(answer: Pem, action: &str) -> Result<String, Error> {
    if answer.pem.contains("-----BEGIN CERTIFICATE-----") {
        // Magnum strips the last line end, which some readers want.
        return Ok(format!("{}\n", answer.pem.trim_end()));
    }
    let kind = crate::model::problem::ProblemKind::Decode;
    Err(Error::new(kind, SERVICE, action, "the answer holds no certificate"))
}
