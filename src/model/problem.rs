//! One shape for everything that can go wrong, as the user is told it.
//!
//! The words for kind and advice are Fluent messages (`problem-<kind>`, `problem-<kind>-advice`); `said` keeps the
//! service's own words, which are never translated and never contain a secret.

use std::fmt;

/// Why something failed, coarse enough to give advice for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The host name does not resolve, the port refuses, the route is gone.
    Network,
    /// Nothing came back within the time limit.
    Timeout,
    /// The certificate is not trusted, expired, or names another host.
    Tls,
    /// Wrong secret, unknown user, expired or revoked token (401).
    Auth,
    /// A second factor is needed, or the one given was wrong.
    SecondFactor,
    /// Signed in, but not allowed (403).
    Forbidden,
    /// It is not there, or not visible for this project (404).
    NotFound,
    /// Somebody else changed it, the name is ambiguous, or it is in use (409).
    Conflict,
    /// A quota or limit is reached.
    Quota,
    /// The request was refused as wrong (400, 422).
    Invalid,
    /// Asked too often (429).
    TooMany,
    /// The service itself failed (5xx).
    Server,
    /// The answer could not be understood.
    Decode,
    /// This cloud or this API version cannot do it.
    Unsupported,
    /// A file, a setting or a profile is wrong; the text names the place.
    Config,
    /// The user stopped it.
    Cancelled,
    /// A fault of Bayview's own.
    Internal,
}

impl ProblemKind {
    /// Fluent id of the plain cause; its advice is the same id with `-advice`.
    pub fn message_id(self) -> &'static str {
        match self {
            ProblemKind::Network => "problem-network",
            ProblemKind::Timeout => "problem-timeout",
            ProblemKind::Tls => "problem-tls",
            ProblemKind::Auth => "problem-auth",
            ProblemKind::SecondFactor => "problem-second-factor",
            ProblemKind::Forbidden => "problem-forbidden",
            ProblemKind::NotFound => "problem-not-found",
            ProblemKind::Conflict => "problem-conflict",
            ProblemKind::Quota => "problem-quota",
            ProblemKind::Invalid => "problem-invalid",
            ProblemKind::TooMany => "problem-too-many",
            ProblemKind::Server => "problem-server",
            ProblemKind::Decode => "problem-decode",
            ProblemKind::Unsupported => "problem-unsupported",
            ProblemKind::Config => "problem-config",
            ProblemKind::Cancelled => "problem-cancelled",
            ProblemKind::Internal => "problem-internal",
        }
    }

    /// Worth trying again unchanged after a while.
    pub fn is_transient(self) -> bool {
        matches!(self, ProblemKind::Network | ProblemKind::Timeout | ProblemKind::TooMany | ProblemKind::Server)
    }
}

/// A failure ready to be shown: what, why, and who said so.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Coarse kind, which chooses the plain words and the advice.
    pub kind: ProblemKind,
    /// The service that answered or did not (`keystone`, `magnum`, `kubernetes`, `clouds.yaml`, …).
    pub service: String,
    /// What was attempted, in the field's terms (`GET /v1/clusters`, `sign in`).
    pub action: String,
    /// The service's own words, or the technical cause.
    pub said: String,
    /// HTTP status, if one came.
    pub status: Option<u16>,
    /// `x-openstack-request-id` or the audit id, if one came.
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem without HTTP context.
    pub fn new(kind: ProblemKind, service: impl Into<String>, said: impl Into<String>) -> Self {
        Problem {
            kind,
            service: service.into(),
            action: String::new(),
            said: said.into(),
            status: None,
            request_id: None,
        }
    }

    /// The same problem with the name of what was attempted.
    pub fn during(mut self, action: impl Into<String>) -> Self {
        self.action = action.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.service)?;
        if !self.action.is_empty() {
            write!(f, ": {}", self.action)?;
        }
        if let Some(status) = self.status {
            write!(f, " ({status})")?;
        }
        write!(f, ": {}", self.said)?;
        if let Some(id) = &self.request_id {
            write!(f, " [{id}]")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
