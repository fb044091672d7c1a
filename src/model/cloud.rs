//! Where one signs in and who one is then: profiles, sign-in forms, sessions, what a cloud can do.

use secrecy::SecretString;
use std::collections::BTreeMap;

/// Where a profile was found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProfileSource {
    /// In a clouds.yaml (path as found, line of the cloud's key, 1-based).
    CloudsYaml {
        /// Path of the file, home shortened to `~`.
        path: String,
        /// 1-based line of the cloud's name.
        line: u32,
    },
    /// From `OS_*` environment variables.
    Environment,
    /// Saved by the user in Bayview (secrets in the keyring).
    Saved,
    /// The built-in demo cloud.
    Demo,
}

/// How to prove who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// User and password, a one-time code on top where the cloud asks for it.
    #[default]
    Password,
    /// Application credential by id, or by name with its user.
    ApplicationCredential,
    /// An existing token.
    Token,
}

/// Which endpoint of the catalogue to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "lowercase")]
pub enum Interface {
    /// For everybody.
    #[default]
    Public,
    /// For services inside the cloud's network.
    Internal,
    /// For administrators (historical).
    Admin,
}

/// Which of Magnum's two vocabularies to speak where a server has both (Magnum 2 to 15 lists clusters and bays).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DialectChoice {
    /// Clusters where the server has them.
    #[default]
    Newest,
    /// Bays where the server has them.
    Bays,
}

/// What TLS trusts for one cloud.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Trust {
    /// `false` turns verification off: shown as a lasting warning.
    pub verify: bool,
    /// CA bundle, a path.
    pub ca_file: Option<String>,
    /// CA certificates pasted as PEM.
    pub ca_pem: Option<String>,
    /// Client certificate, a path to PEM.
    pub cert_file: Option<String>,
    /// Key of the client certificate, a path to PEM.
    pub key_file: Option<String>,
}

impl Default for Trust {
    fn default() -> Self {
        Trust { verify: true, ca_file: None, ca_pem: None, cert_file: None, key_file: None }
    }
}

/// What a profile says of one service alone. Empty strings mean "not given".
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ServiceSettings {
    /// Region instead of the profile's.
    pub region: String,
    /// Interface instead of the profile's.
    pub interface: Option<Interface>,
    /// Type in the catalogue instead of the usual ones.
    pub service_type: String,
}

/// Everything but secrets that a sign-in needs. Empty strings mean "not given".
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Name in the list.
    pub name: String,
    /// Where it was found; `None` for one being typed.
    pub source: Option<ProfileSource>,
    /// Keystone, with or without `/v3`.
    pub auth_url: String,
    /// How to prove who one is.
    pub method: AuthMethod,
    /// User's name (then a domain is needed) …
    pub username: String,
    /// … or id.
    pub user_id: String,
    /// Domain of the user, by name …
    pub user_domain_name: String,
    /// … or id.
    pub user_domain_id: String,
    /// Project's name (then a domain is needed) …
    pub project_name: String,
    /// … or id. Neither = unscoped, the user is asked.
    pub project_id: String,
    /// Domain of the project, by name …
    pub project_domain_name: String,
    /// … or id.
    pub project_domain_id: String,
    /// Application credential by id …
    pub application_credential_id: String,
    /// … or name (then the user is needed too).
    pub application_credential_name: String,
    /// Region; empty = the only one, or ask.
    pub region: String,
    /// Endpoint interface.
    pub interface: Interface,
    /// Which of Magnum's vocabularies to speak (`container_infra_dialect` of clouds.yaml).
    pub dialect: DialectChoice,
    /// TLS.
    pub trust: Trust,
    /// Endpoint of Magnum instead of the catalogue's, if configured.
    pub container_infra_endpoint: String,
    /// Endpoints of other services instead of the catalogue's, by service type (`compute`, `orchestration`, …).
    pub endpoint_overrides: BTreeMap<String, String>,
    /// Settings of single services by service type; Magnum's are under `container-infra`.
    pub services: BTreeMap<String, ServiceSettings>,
    /// Time limit of one request instead of ours, seconds.
    pub api_timeout_secs: Option<u32>,
    /// The one-time code is the only factor (`v3totp`); with method `Password`.
    pub only_passcode: bool,
    /// The profile's secrets are at hand without asking (in the file, the environment, the keyring).
    pub has_secret: bool,
    /// What is wrong with this profile, if anything; it is listed all the same.
    pub fault: Option<String>,
}

/// Secrets of one sign-in; never serialised, printed or logged.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Password.
    pub password: Option<SecretString>,
    /// Application credential's secret.
    pub application_credential_secret: Option<SecretString>,
    /// A token.
    pub token: Option<SecretString>,
    /// One-time code of a second factor.
    pub passcode: Option<SecretString>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// A project one may work in.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Project {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its domain's id.
    pub domain_id: String,
}

/// Which Magnum one talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// `/v1/clusters` and `/v1/clustertemplates`.
    Modern,
    /// `/v1/bays` and `/v1/baymodels`, with pods, rcs, services, containers where listed.
    Legacy,
}

/// A Magnum microversion `1.N`; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Microversion(pub u16, pub u16);

impl std::fmt::Display for Microversion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// What the Magnum of a region can do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MagnumInfo {
    /// Endpoint in use, ending in `/v1`.
    pub endpoint: String,
    /// Dialect in use.
    pub dialect: Dialect,
    /// Lowest microversion; `None` before microversions (Kilo).
    pub min_version: Option<Microversion>,
    /// Highest microversion.
    pub max_version: Option<Microversion>,
    /// Collections that `/v1` lists (`clusters`, `bays`, `pods`, `quotas`, …).
    pub resources: Vec<String>,
}

impl MagnumInfo {
    /// Whether microversion `1.minor` can be used.
    pub fn supports(&self, minor: u16) -> bool {
        self.max_version.is_some_and(|max| max >= Microversion(1, minor))
    }

    /// Whether `/v1` lists a collection.
    pub fn has(&self, resource: &str) -> bool {
        self.resources.iter().any(|r| r == resource)
    }
}

/// Who and where one is after signing in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Identity {
    /// The profile's name (cloud switcher).
    pub cloud: String,
    /// User's name.
    pub user: String,
    /// User's id.
    pub user_id: String,
    /// Project in use.
    pub project: Project,
    /// Region in use.
    pub region: String,
    /// Regions that the catalogue has for Magnum.
    pub regions: Vec<String>,
    /// Roles on the project.
    pub roles: Vec<String>,
    /// When the token ends, seconds since 1970; `None` = never.
    pub expires_at: Option<i64>,
    /// Service types in the catalogue for this region.
    pub services: Vec<String>,
    /// TLS verification is off.
    pub unverified: bool,
}

impl Identity {
    /// The only role is `reader`: every change will be refused.
    pub fn is_reader(&self) -> bool {
        !self.roles.is_empty() && self.roles.iter().all(|r| r.eq_ignore_ascii_case("reader"))
    }
}
