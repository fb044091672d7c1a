//! Getting into a bay's Kubernetes API: by the bay's own certificate, by a kubeconfig, or by a plain address.

use super::certificate::{BayCertificate, kubeconfig};
use super::error::{Error, kubeconfig_text};
use crate::model::kubeconfig::KubeContext;
use base64::Engine;
use kube::Client;
use kube::config::{AuthInfo, Config, KubeConfigOptions, Kubeconfig};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A client for one bay; cheap to clone. Nothing has been sent yet when it is made.
#[derive(Clone)]
pub struct Connection {
    client: Client,
    name: Arc<str>,
    server: Arc<str>,
    namespace: Arc<str>,
    certificate: Option<Arc<BayCertificate>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("name", &self.name).field("server", &self.server).finish_non_exhaustive()
    }
}

impl Connection {
    /// By the bay's own certificate. The server must show a certificate of the bay's authority that names the address's
    /// host or IP.
    pub async fn with_certificate(
        name: &str,
        api_address: &str,
        certificate: BayCertificate,
    ) -> Result<Connection, Error> {
        let mut config = base_config(api_address)?;
        let authority = certificates(&certificate.ca_pem)?;
        if authority.is_empty() {
            return Err(Error::Config("the bay's certificate authority is empty".into()));
        }
        config.root_cert = Some(authority);
        let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        config.auth_info = AuthInfo {
            client_certificate_data: Some(base64(&certificate.cert_pem)),
            client_key_data: Some(SecretString::from(base64(certificate.key_pem.expose_secret()))),
            ..AuthInfo::default()
        };
        Self::build(name, config, Some(Arc::new(certificate))).await
    }

    /// By a plain address (bay models with `tls_disabled`).
    pub async fn plain(name: &str, api_address: &str) -> Result<Connection, Error> {
        Self::build(name, base_config(api_address)?, None).await
    }

    /// By a kubeconfig file; `context` `None` = the current one. Relative paths inside are relative to the file. Runs
    /// credential plugins that it names.
    pub async fn from_kubeconfig_file(path: &Path, context: Option<&str>) -> Result<Connection, Error> {
        Self::from_kubeconfig(read_kubeconfig(path).await?, context).await
    }

    /// By a kubeconfig's text.
    pub async fn from_kubeconfig_text(text: &str, context: Option<&str>) -> Result<Connection, Error> {
        let config = Kubeconfig::from_yaml(text).map_err(|error| Error::Config(kubeconfig_text(&error)))?;
        Self::from_kubeconfig(config, context).await
    }

    async fn from_kubeconfig(kubeconfig: Kubeconfig, context: Option<&str>) -> Result<Connection, Error> {
        let options = KubeConfigOptions { context: context.map(str::to_owned), ..KubeConfigOptions::default() };
        let name = context.map(str::to_owned).or_else(|| kubeconfig.current_context.clone()).unwrap_or_default();
        let asked_proxy = asks_for_proxy(&kubeconfig, &name);
        let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(|error| Error::Config(kubeconfig_text(&error)))?;
        if !asked_proxy || is_loopback(&config.cluster_url) {
            // kube takes HTTPS_PROXY for every cluster; a proxy for the web does not lead into a bay.
            config.proxy_url = None;
        }
        limits(&mut config);
        Self::build(&name, config, None).await
    }

    async fn build(name: &str, config: Config, certificate: Option<Arc<BayCertificate>>) -> Result<Connection, Error> {
        let server: Arc<str> = config.cluster_url.to_string().trim_end_matches('/').into();
        let namespace: Arc<str> = config.default_namespace.as_str().into();
        // A credential plugin is run while the client is built and blocks.
        let client = tokio::task::spawn_blocking(move || Client::try_from(config))
            .await
            .map_err(|error| Error::Internal(format!("connecting: {error}")))??;
        Ok(Connection { client, name: name.into(), server, namespace, certificate })
    }

    /// The kube client, for calls that are not here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Name of the bay or of the kubeconfig's context.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Address of the API.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Namespace for objects that name none: the context's, else `default`.
    pub fn default_namespace(&self) -> &str {
        &self.namespace
    }

    /// The bay's certificate, where the connection was made by one.
    pub fn certificate(&self) -> Option<&BayCertificate> {
        self.certificate.as_deref()
    }

    /// A kubeconfig as `openstack coe cluster config` writes it. It holds the key: only for a file that its owner alone
    /// can read. For connections that came from a kubeconfig there is none.
    pub fn kubeconfig_yaml(&self) -> Option<SecretString> {
        match &self.certificate {
            Some(certificate) => Some(kubeconfig(&self.name, &self.server, Some(certificate))),
            None if self.server.starts_with("http://") => Some(kubeconfig(&self.name, &self.server, None)),
            None => None,
        }
    }
}

/// Contexts of a kubeconfig file, in its order.
pub async fn contexts(path: &Path) -> Result<Vec<KubeContext>, Error> {
    let config = read_kubeconfig(path).await?;
    let current = config.current_context.clone().unwrap_or_default();
    let list = config.contexts.iter().map(|named| {
        let cluster = named.context.as_ref().map(|c| c.cluster.clone()).unwrap_or_default();
        let server =
            config.clusters.iter().find(|c| c.name == cluster).and_then(|c| c.cluster.as_ref()?.server.clone());
        KubeContext {
            name: named.name.clone(),
            current: named.name == current,
            cluster,
            server: server.unwrap_or_default(),
            user: named.context.as_ref().and_then(|c| c.user.clone()).unwrap_or_default(),
        }
    });
    Ok(list.collect())
}

async fn read_kubeconfig(path: &Path) -> Result<Kubeconfig, Error> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || Kubeconfig::read_from(path))
        .await
        .map_err(|error| Error::Internal(format!("reading a kubeconfig: {error}")))?
        .map_err(|error| Error::Config(kubeconfig_text(&error)))
}

fn base_config(address: &str) -> Result<Config, Error> {
    let url =
        url::Url::parse(address.trim()).map_err(|error| Error::Config(format!("API address {address}: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::Config(format!("API address {address}: not an http or https address")));
    }
    let uri: http::Uri =
        url.as_str().parse().map_err(|error| Error::Config(format!("API address {address}: {error}")))?;
    let mut config = Config::new(uri);
    limits(&mut config);
    Ok(config)
}

/// Our time limits, and no hidden repeats: the callers repeat what is safe to repeat.
fn limits(config: &mut Config) {
    config.connect_timeout = Some(Duration::from_secs(10));
    config.read_timeout = None;
    config.default_retry = false;
}

fn is_loopback(uri: &http::Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn asks_for_proxy(config: &Kubeconfig, context: &str) -> bool {
    let cluster = config.contexts.iter().find(|c| c.name == context).and_then(|c| Some(&c.context.as_ref()?.cluster));
    let Some(cluster) = cluster else { return false };
    let found = config.clusters.iter().find(|c| &c.name == cluster).and_then(|c| c.cluster.as_ref());
    found.and_then(|c| c.proxy_url.as_ref()).is_some_and(|url| !url.is_empty())
}

/// DER of every certificate in a PEM text.
fn certificates(pem: &str) -> Result<Vec<Vec<u8>>, Error> {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .map(|der| der.map(|der| der.as_ref().to_vec()))
        .collect::<Result<_, _>>()
        .map_err(|_| Error::Config("the bay's certificate authority is not PEM".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "apiVersion: v1\nkind: Config\ncurrent-context: b\nclusters:\n- name: one\n  cluster: {server: 'http://127.0.0.1:1'}\n\
        - name: two\n  cluster: {server: 'https://[::1]:6443', insecure-skip-tls-verify: true}\ncontexts:\n\
        - name: a\n  context: {cluster: one, user: u, namespace: shop}\n- name: b\n  context: {cluster: two, user: u}\n\
        users:\n- name: u\n  user: {token: s3cret}\n";

    #[tokio::test]
    async fn a_kubeconfig_opens_the_asked_context() {
        let connection = Connection::from_kubeconfig_text(FILE, Some("a")).await.unwrap();
        assert_eq!(connection.server(), "http://127.0.0.1:1");
        assert_eq!(connection.default_namespace(), "shop");
        assert!(!format!("{connection:?}").contains("s3cret"));
        let error = Connection::from_kubeconfig_text(FILE, Some("nowhere")).await.unwrap_err();
        assert!(error.to_string().contains("nowhere"));
    }

    #[tokio::test]
    async fn contexts_are_listed_with_their_addresses() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        std::fs::write(&path, FILE).unwrap();
        let list = contexts(&path).await.unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!((list[1].server.as_str(), list[1].current), ("https://[::1]:6443", true));
    }

    #[tokio::test]
    async fn a_failing_plugin_does_not_show_what_it_printed() {
        let text = FILE.replace(
            "{token: s3cret}",
            "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sh, args: ['-c', 'echo s3cret; exit 3']}}",
        );
        let error = Connection::from_kubeconfig_text(&text, Some("a")).await.unwrap_err();
        let said = error.to_string();
        assert!(said.contains("plugin") && !said.contains("s3cret"), "{said}");
    }

    #[tokio::test]
    async fn addresses_are_checked() {
        assert!(matches!(Connection::plain("x", "ftp://h").await, Err(Error::Config(_))));
        assert!(matches!(Connection::plain("x", "").await, Err(Error::Config(_))));
        let plain = Connection::plain("lab", "http://10.0.0.5:8080/").await.unwrap();
        assert_eq!(plain.server(), "http://10.0.0.5:8080");
        assert!(plain.kubeconfig_yaml().is_some());
    }

    #[test]
    fn loopback_needs_no_proxy() {
        for address in ["http://127.0.0.1:1", "https://[::1]:6443", "https://localhost"] {
            assert!(is_loopback(&address.parse().unwrap()), "{address}");
        }
        assert!(!is_loopback(&"https://203.0.113.21:6443".parse().unwrap()));
    }
}
