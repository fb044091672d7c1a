//! What can go wrong with a bay's Kubernetes API, and how it is told ([`Problem`]).

use crate::api::error::redact;
use crate::model::problem::{Problem, ProblemKind};
use kube::core::Status;
use std::error::Error as StdError;

/// A failure of a call to Kubernetes or of getting in. No text in it holds a key, a token or a kubeconfig's content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered with a `Status` (or something else) and an error code.
    #[error("{}", status_text(&.0.status))]
    Api(Box<Refused>),
    /// No connection, or it broke.
    #[error("{0}")]
    Network(String),
    /// The server's certificate, or ours, was not accepted.
    #[error("{0}")]
    Tls(String),
    /// No answer within the time limit.
    #[error("no answer within {0} s")]
    Timeout(u64),
    /// The answer is not what Kubernetes sends.
    #[error("{0}")]
    Decode(String),
    /// A kubeconfig, an address or a certificate is unusable.
    #[error("{0}")]
    Config(String),
    /// A credential plugin or credential file failed.
    #[error("{0}")]
    Credential(String),
    /// This server does not have it.
    #[error("{0}")]
    Unsupported(String),
    /// The certificate could not be had from Magnum.
    #[error("{0}")]
    Sign(Problem),
    /// A fault of our own.
    #[error("{0}")]
    Internal(String),
}

/// An answer with an error code.
#[derive(Debug)]
pub struct Refused {
    /// What the server said. Its message may quote what was sent: it is shown through [`Error`]'s `Display` only.
    pub(super) status: Status,
    /// The server's audit id, for its operator.
    pub(super) audit_id: Option<String>,
}

impl From<Status> for Error {
    fn from(status: Status) -> Error {
        Error::Api(Box::new(Refused { status, audit_id: None }))
    }
}

fn status_text(status: &Status) -> String {
    match (status.message.is_empty(), status.reason.is_empty()) {
        (false, _) => {
            // Servers up to 1.22 quote the bytes around a fault in what was sent, whatever they hold.
            let message = status.message.split(", error found in #").next().unwrap_or_default();
            redact(message)
        }
        (true, false) => status.reason.clone(),
        (true, true) => format!("HTTP {}", status.code),
    }
}

impl Error {
    /// HTTP status of the answer, if one came.
    pub fn code(&self) -> Option<u16> {
        match self {
            Error::Api(refused) => Some(refused.status.code).filter(|c| *c != 0),
            _ => None,
        }
    }

    /// Coarse kind, which chooses words and advice.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Error::Api(refused) => api_kind(&refused.status),
            Error::Network(_) => ProblemKind::Network,
            Error::Tls(_) => ProblemKind::Tls,
            Error::Timeout(_) => ProblemKind::Timeout,
            Error::Decode(_) => ProblemKind::Decode,
            Error::Config(_) => ProblemKind::Config,
            Error::Credential(_) => ProblemKind::Auth,
            Error::Unsupported(_) => ProblemKind::Unsupported,
            Error::Sign(problem) => problem.kind,
            Error::Internal(_) => ProblemKind::Internal,
        }
    }

    /// The resource version or continue token is too old: list again.
    pub(super) fn is_gone(&self) -> bool {
        let Error::Api(refused) = self else { return false };
        let status = &refused.status;
        status.code == 410 || status.reason == "Expired" || status.reason == "Gone"
    }

    /// The reason alone, without any words that may quote what was sent.
    pub(super) fn reason(&self) -> String {
        match self {
            Error::Api(refused) if refused.status.reason.is_empty() => format!("HTTP {}", refused.status.code),
            Error::Api(refused) => refused.status.reason.clone(),
            other => other.to_string(),
        }
    }

    /// The server's audit id, if it told one.
    pub fn audit_id(&self) -> Option<&str> {
        match self {
            Error::Api(refused) => refused.audit_id.as_deref(),
            _ => None,
        }
    }

    /// It is not there.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(404)
    }

    /// The problem, with the name of what was attempted.
    pub fn during(self, action: impl Into<String>) -> Problem {
        let action = action.into();
        let mut problem = Problem::from(self);
        if problem.action.is_empty() {
            problem.action = action;
        }
        problem
    }
}

/// Kind of a refusal. A quota shows as 403 with "exceeded quota" (ResourceQuota admission plugin).
fn api_kind(status: &Status) -> ProblemKind {
    match status.code {
        401 => ProblemKind::Auth,
        403 if status.message.contains("exceeded quota") => ProblemKind::Quota,
        403 => ProblemKind::Forbidden,
        404 => ProblemKind::NotFound,
        409 => ProblemKind::Conflict,
        429 => ProblemKind::TooMany,
        400 | 405 | 406 | 410 | 413 | 415 | 422 => ProblemKind::Invalid,
        500.. => ProblemKind::Server,
        _ => ProblemKind::Internal,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if let Error::Sign(problem) = error {
            return problem;
        }
        let mut problem = Problem::new(error.kind(), "kubernetes", error.to_string());
        problem.status = error.code();
        problem.request_id = error.audit_id().map(str::to_owned);
        problem
    }
}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Error::from(*status),
            kube::Error::Auth(error) => Error::Credential(auth_text(&error)),
            kube::Error::InferKubeconfig(error) => Error::Config(kubeconfig_text(&error)),
            kube::Error::SerdeError(error) => super::request::decode_error(&error),
            kube::Error::RustlsTls(error) => Error::Tls(error.to_string()),
            kube::Error::ProxyProtocolDisabled { .. } | kube::Error::ProxyProtocolUnsupported { .. } => {
                Error::Unsupported("the kubeconfig's proxy-url is not supported".into())
            }
            other => transport(&other),
        }
    }
}

/// Finds the cause of a broken request: a TLS refusal is told apart from an unreachable host.
fn transport(error: &(dyn StdError + 'static)) -> Error {
    let mut deepest = String::new();
    let mut current: Option<&(dyn StdError + 'static)> = Some(error);
    for _ in 0..16 {
        let Some(error) = current else { break };
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Error::Tls(tls.to_string());
        }
        if let Some(auth) = error.downcast_ref::<kube::client::AuthError>() {
            return Error::Credential(auth_text(auth));
        }
        deepest = error.to_string();
        current = match error.downcast_ref::<std::io::Error>().and_then(|e| e.get_ref()) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    Error::Network(deepest)
}

/// A break while reading a body.
pub(super) fn read_error(error: &std::io::Error) -> Error {
    transport(error)
}

/// What a credential plugin's failure may say: never what it printed, which can hold a token.
fn auth_text(error: &kube::client::AuthError) -> String {
    use kube::client::AuthError;
    match error {
        AuthError::AuthExecRun { cmd, out } => {
            let program = cmd.split_whitespace().next().unwrap_or_default();
            format!("the credential plugin {program} failed ({})", out.status)
        }
        AuthError::AuthExecStart(error) => format!("the credential plugin could not be started: {error}"),
        AuthError::AuthExecParse(_) => "the credential plugin's answer is not an ExecCredential".into(),
        AuthError::AuthExec(_) => "the credential plugin failed".into(),
        AuthError::ReadTokenFile(error, path) => format!("{}: {error}", path.display()),
        AuthError::InvalidBasicAuth(_) | AuthError::InvalidBearerToken(_) => {
            "the credential holds forbidden characters".into()
        }
        AuthError::ExecPluginFailed => "the credential plugin returned no credential".into(),
        AuthError::MissingCommand => "the credential plugin has no command".into(),
        _ => "the credential could not be used".into(),
    }
}

/// What a kubeconfig's failure may say: names of contexts and files, never content.
pub(super) fn kubeconfig_text(error: &kube::config::KubeconfigError) -> String {
    use kube::config::KubeconfigError as K;
    match error {
        K::Parse(error) => match error.location() {
            Some(at) => format!("not a kubeconfig: line {}, column {}", at.line(), at.column()),
            None => "not a kubeconfig".into(),
        },
        K::ReadConfig(error, path) => format!("{}: {error}", path.display()),
        K::CurrentContextNotSet => "no current-context is set".into(),
        K::LoadContext(name) => format!("there is no context {name}"),
        K::LoadClusterOfContext(name) => format!("there is no cluster {name}"),
        K::MissingClusterUrl => "the cluster has no server address".into(),
        K::ParseClusterUrl(error) => format!("server address: {error}"),
        K::ParseProxyUrl(error) => format!("proxy-url: {error}"),
        K::LoadCertificateAuthority(error) => format!("certificate-authority: {}", load_text(error)),
        K::LoadClientCertificate(error) => format!("client-certificate: {}", load_text(error)),
        K::LoadClientKey(error) => format!("client-key: {}", load_text(error)),
        K::ParseCertificates(_) => "certificate-authority: not PEM".into(),
        K::KindMismatch | K::ApiVersionMismatch => "not a kubeconfig: its documents do not belong together".into(),
        _ => "the kubeconfig cannot be used".into(),
    }
}

fn load_text(error: &kube::config::LoadDataError) -> String {
    use kube::config::LoadDataError as L;
    match error {
        L::DecodeBase64(_) => "not base64".into(),
        L::ReadFile(error, path) => format!("{}: {error}", path.display()),
        L::NoBase64DataOrFile => "missing".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, reason: &str, message: &str) -> Error {
        Error::from(Status::failure(message, reason).with_code(code))
    }

    #[test]
    fn what_was_sent_is_not_quoted() {
        let old = api(
            400,
            "BadRequest",
            "Secret in version \"v1\" cannot be handled as a Secret: v1.Secret.Data: decode base64: illegal base64 data, \
             error found in #10 byte of ...|\"czNjcmV0\"}|..., bigger context ...|{\"data\":{\"pw\":\"czNjcmV0\"}}|...",
        );
        assert!(!old.to_string().contains("czNjcmV0"), "{old}");
        assert!(old.to_string().ends_with("illegal base64 data"), "{old}");
        let told = api(422, "Invalid", "env: Invalid value: {\"password\": \"s3cret\"}").during("apply");
        assert!(!told.said.contains("s3cret"), "{}", told.said);
    }

    #[test]
    fn the_audit_id_is_told_with_the_problem() {
        let status = Status::failure("no", "Forbidden").with_code(403);
        let error = Error::Api(Box::new(Refused { status, audit_id: Some("a1".into()) }));
        assert_eq!(error.during("list pods").request_id.as_deref(), Some("a1"));
    }

    #[test]
    fn refusals_become_problems() {
        let problem = api(403, "Forbidden", "pods is forbidden: User \"x\" cannot list").during("list pods");
        assert_eq!(problem.kind, ProblemKind::Forbidden);
        assert_eq!(problem.status, Some(403));
        assert_eq!(problem.action, "list pods");
        assert_eq!(api(403, "Forbidden", "exceeded quota: q").kind(), ProblemKind::Quota);
        assert_eq!(api(503, "", "").to_string(), "HTTP 503");
        assert!(api(410, "Expired", "too old resource version").is_gone());
    }

    #[test]
    fn tls_is_told_apart_from_the_network() {
        let tls = std::io::Error::other(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer));
        assert!(matches!(read_error(&tls), Error::Tls(_)));
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        assert!(matches!(read_error(&refused), Error::Network(_)));
    }

    #[test]
    fn a_broken_kubeconfig_does_not_show_its_content() {
        let error =
            kube::config::Kubeconfig::from_yaml("users:\n- name: a\n  user: {token: s3cret-token\n").unwrap_err();
        let text = kubeconfig_text(&error);
        assert!(text.contains("kubeconfig"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}
