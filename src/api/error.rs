//! What can go wrong between us and a service, with everything a person needs to act on it and nothing secret.

use super::keystone::Receipt;
use crate::model::problem::{Problem, ProblemKind};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

/// Whether a renewal of the token was involved in a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Renewal {
    /// No renewal took place.
    #[default]
    None,
    /// The token had ended and signing in again did not work: the session is over.
    Failed,
    /// Signing in again worked, and the service refused the new token as well.
    StillRefused,
}

/// A failed call, or one that could not be made.
///
/// [`Display`](std::fmt::Display) gives one line with service, action, status and the service's own words. No token,
/// password or one-time code is ever part of it: words of a service pass through `redact` before they are kept.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{service}: {action}{}: {said}", .status.map(|s| format!(" ({s})")).unwrap_or_default())]
pub struct Error {
    kind: ProblemKind,
    renewal: Renewal,
    status: Option<u16>,
    service: &'static str,
    action: String,
    said: String,
    request_id: Option<Box<str>>,
    retry_after_secs: Option<u32>,
    receipt: Option<Box<Receipt>>,
    #[source]
    source: Option<Arc<dyn StdError + Send + Sync + 'static>>,
}

impl Error {
    /// An error of `kind` in the words `said`, noticed while talking to `service` (`keystone`, `magnum`, …).
    pub fn new(kind: ProblemKind, service: &'static str, action: impl Into<String>, said: impl Into<String>) -> Error {
        Error {
            kind,
            renewal: Renewal::None,
            status: None,
            service,
            action: action.into(),
            said: redact(&said.into()),
            request_id: None,
            retry_after_secs: None,
            receipt: None,
            source: None,
        }
    }

    /// Something that this cloud or this version cannot do; `needs` says what it would take.
    pub fn unsupported(service: &'static str, action: impl Into<String>, needs: impl Into<String>) -> Error {
        Error::new(ProblemKind::Unsupported, service, action, needs)
    }

    /// An answer that could not be understood. Tells the place, never the value found there: it may be a secret.
    pub fn decode(service: &'static str, action: impl Into<String>, source: &serde_json::Error) -> Error {
        let said = format!("the answer is not what this call gives: {}", place_in(source));
        Error::new(ProblemKind::Decode, service, action, said)
    }

    /// The same error with its cause.
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Error {
        self.source = Some(Arc::new(source));
        self
    }

    /// The same error with the HTTP status that came.
    pub fn with_status(mut self, status: u16) -> Error {
        self.status = Some(status);
        self
    }

    /// The same error with the service's request id.
    pub fn with_request_id(mut self, id: Option<String>) -> Error {
        self.request_id = id.map(String::into_boxed_str);
        self
    }

    /// The same error with the pause the service asked for.
    pub fn with_retry_after(mut self, pause: Option<Duration>) -> Error {
        self.retry_after_secs = pause.map(|p| u32::try_from(p.as_secs()).unwrap_or(u32::MAX));
        self
    }

    /// The same error with what a second call needs to complete a sign-in.
    pub(crate) fn with_receipt(mut self, receipt: Receipt) -> Error {
        self.kind = ProblemKind::SecondFactor;
        self.receipt = Some(Box::new(receipt));
        self
    }

    /// The same error seen as another kind.
    pub(crate) fn into_kind(mut self, kind: ProblemKind) -> Error {
        self.kind = kind;
        self
    }

    /// The same error with a note on the renewal that went with it.
    pub(crate) fn with_renewal(mut self, renewal: Renewal) -> Error {
        self.renewal = renewal;
        self
    }

    /// The same error with these secrets struck out of its words.
    pub(crate) fn without(mut self, secrets: &[&str]) -> Error {
        let said = strike(&self.said, secrets);
        if said != self.said {
            (self.said, self.source) = (said, None);
        }
        self
    }

    /// Coarse kind.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Whether a renewal of the token was involved.
    pub fn renewal(&self) -> Renewal {
        self.renewal
    }

    /// HTTP status, if an answer came.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Service that answered or did not.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Method and path, or the name of what was attempted.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The service's own words, or the technical cause.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// The service's request id, for the operator.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How long the service asked us to wait (429, 503).
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after_secs.map(|s| Duration::from_secs(s.into()))
    }

    /// What a second call needs to complete a sign-in with a one-time code; only with kind `SecondFactor`.
    pub fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_deref()
    }

    /// What exactly TLS did not like; only with kind `Tls`.
    pub fn tls_fault(&self) -> Option<TlsFault> {
        self.source.as_deref().and_then(|s| tls_fault(s as &(dyn StdError + 'static)))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let action = match error.renewal {
            Renewal::None => error.action,
            Renewal::Failed => format!("{} (sign in again)", error.action),
            Renewal::StillRefused => format!("{} (after signing in again)", error.action),
        };
        Problem {
            kind: error.kind,
            service: error.service.to_owned(),
            action,
            said: error.said,
            status: error.status,
            request_id: error.request_id.map(String::from),
        }
    }
}

/// What TLS did not like about a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// No trusted authority signed its certificate.
    UnknownIssuer,
    /// The certificate has expired.
    Expired,
    /// The certificate is for another host.
    WrongHost,
    /// Anything else: not TLS at all, no common version, a certificate that cannot be read.
    Other,
}

/// Looks for TLS's own verdict down a chain of causes.
pub(crate) fn tls_fault(error: &(dyn StdError + 'static)) -> Option<TlsFault> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(verdict(tls));
        }
        // The cause inside an `io::Error` is not part of the chain that `source` walks.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(fault) = inner.and_then(|inner| tls_fault(inner)) {
            return Some(fault);
        }
        next = error.source();
    }
    None
}

fn verdict(error: &rustls::Error) -> TlsFault {
    use rustls::CertificateError as Cert;
    match error {
        rustls::Error::InvalidCertificate(cert) => match cert {
            Cert::UnknownIssuer => TlsFault::UnknownIssuer,
            Cert::Expired | Cert::ExpiredContext { .. } => TlsFault::Expired,
            Cert::NotValidForName | Cert::NotValidForNameContext { .. } => TlsFault::WrongHost,
            // Self-signed certificates that are not authorities, as the system verifiers name them.
            Cert::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => TlsFault::UnknownIssuer,
            _ => TlsFault::Other,
        },
        _ => TlsFault::Other,
    }
}

/// The kind that an HTTP status stands for when the words do not say more.
pub(crate) fn kind_of_status(status: u16, said: &str) -> ProblemKind {
    let words = said.to_ascii_lowercase();
    let limit = ["resource limit exceeded", "quota exceeded", "exceeds quota", "quota limit"];
    match status {
        403 | 409 | 413 if limit.iter().any(|w| words.contains(w)) => ProblemKind::Quota,
        401 => ProblemKind::Auth,
        403 => ProblemKind::Forbidden,
        404 | 410 => ProblemKind::NotFound,
        405 | 406 => ProblemKind::Unsupported,
        408 | 504 => ProblemKind::Timeout,
        409 | 412 | 423 => ProblemKind::Conflict,
        413 if words.contains("limit") => ProblemKind::TooMany,
        429 => ProblemKind::TooMany,
        400..=499 => ProblemKind::Invalid,
        500..=599 => ProblemKind::Server,
        _ => ProblemKind::Decode,
    }
}

/// What kind of fault JSON has and where, without quoting it.
pub(crate) fn place_in(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Io => "it could not be read",
        Category::Syntax => "it is not JSON",
        Category::Data => "a value has another type",
        Category::Eof => "it ends early",
    };
    match error.line() {
        0 => what.to_owned(),
        line => format!("{what} (line {line}, column {})", error.column()),
    }
}

/// Strikes known secrets out of a text, also in the form in which JSON and Python quote them.
fn strike(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|s| !s.is_empty()) {
        let quoted = serde_json::to_string(secret).unwrap_or_default();
        let python = secret.replace('\\', "\\\\").replace('\'', "\\'");
        for form in [*secret, quoted.trim_matches('"'), &python] {
            if !form.is_empty() {
                text = text.replace(form, "***");
            }
        }
    }
    text
}

/// A service's own words, out of every error body that OpenStack's services are known to send.
///
/// | form | who |
/// |---|---|
/// | `{"errors":[{"title","detail"}]}` | Magnum 2.0.0 on, Zun |
/// | `{"error_message":"{\"faultstring\": …}"}` | Magnum Kilo and Liberty |
/// | `{"error":{"code","title","message"}}` | Keystone, keystonemiddleware |
/// | `{"code","title","explanation","error":{"message"}}` | Heat, Murano |
/// | `{"<fault>":{"code","message"}}` | Nova (`itemNotFound`, `badRequest`, `computeFault` …) |
/// | `{"NeutronError":{"type","message","detail"}}` | Neutron |
/// | HTML | Glance, proxies: reduced to the title |
///
/// `secrets` are struck out first: once the words were shortened or touched otherwise, a secret may no longer be found.
pub(crate) fn words_of(status: u16, body: &[u8], secrets: &[&str]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(json) => words_of_json(&json),
        Err(_) => words_of_text(&text),
    };
    match said.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()) {
        Some(said) => shorten(&redact(&strike(&said, secrets))),
        None => reason(status).to_owned(),
    }
}

fn words_of_json(json: &serde_json::Value) -> Option<String> {
    let text = |v: &serde_json::Value, key: &str| {
        v.get(key).and_then(|v| v.as_str()).filter(|s| !s.trim().is_empty()).map(str::to_owned)
    };
    if let Some(first) = json.get("errors").and_then(|e| e.get(0)) {
        let range = text(first, "min_version").zip(text(first, "max_version"));
        let said = text(first, "detail").or_else(|| text(first, "title"));
        return match (said, range) {
            (Some(said), Some((min, max))) => Some(format!("{said} (the service speaks {min} to {max})")),
            (said, _) => said,
        };
    }
    if let Some(inner) = text(json, "error_message") {
        // The JSON of a WSME fault as a string; router-level errors put plain text or HTML there.
        return match serde_json::from_str::<serde_json::Value>(&inner) {
            Ok(fault) => text(&fault, "faultstring").or(Some(inner)),
            Err(_) => words_of_text(&inner),
        };
    }
    if let Some(fault) = json.get("error_message") {
        return text(fault, "faultstring");
    }
    if let Some(error) = json.get("error") {
        let said =
            text(error, "message").or_else(|| text(error, "title")).or_else(|| error.as_str().map(str::to_owned));
        return said.or_else(|| text(json, "explanation"));
    }
    if let Some(said) = text(json, "explanation").or_else(|| text(json, "faultstring")) {
        return Some(said);
    }
    if let Some(said) = text(json, "message").or_else(|| text(json, "description")) {
        return Some(said);
    }
    let fault = json.as_object().filter(|o| o.len() == 1)?.values().next()?;
    if let Some(said) = fault.as_str() {
        return Some(said.to_owned());
    }
    match (text(fault, "message"), text(fault, "detail")) {
        (Some(message), Some(detail)) if !message.contains(&detail) => Some(format!("{message} {detail}")),
        (Some(message), _) => Some(message),
        (None, detail) => detail,
    }
}

fn words_of_text(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype") || lower.contains("<title") {
        let start = lower.find("<title").and_then(|at| Some(at + lower[at..].find('>')? + 1));
        let found = start.and_then(|start| Some(&text[start..start + lower[start..].find("</title")?]));
        return found.map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Some(text.to_owned())
}

/// Keeps a message readable: a service may send a whole schema or stack trace.
fn shorten(text: &str) -> String {
    const MOST: usize = 600;
    // Keystone's schema errors carry the schema and the offending instance below the first paragraph.
    let first = text.split("\n\nFailed validating").next().unwrap_or(text);
    match first.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &first[..at]),
        None => first.to_owned(),
    }
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("no words came with it")
}

/// Strikes out what looks like a secret: Fernet and JSON web tokens, and values that follow a telling word.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
        let word = &rest[..end];
        let token = (word.starts_with("gAAAA") && word.len() > 24) || (word.starts_with("eyJ") && word.len() > 40);
        out.push_str(if token { "***" } else { word });
        rest = &rest[end..];
        // An option of a command (`--password x`) has its value after a space.
        let option = text[..text.len() - rest.len() - word.len()].ends_with("--");
        if let Some((skipped, value)) = is_telling(word).then(|| value_after(rest, option)).flatten() {
            out.push_str(skipped);
            out.push_str("***");
            rest = &rest[skipped.len() + value.len()..];
        }
    }
    out.push_str(rest);
    out
}

/// Ends of words after which a secret stands: `application_credential_secret`, `X-Auth-Token`, `adminPass`.
const SECRET_ENDS: [&str; 9] =
    ["password", "secret", "passcode", "adminpass", "auth-token", "subject-token", "passwd", "api_key", "passphrase"];

fn is_telling(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    SECRET_ENDS.iter().any(|end| word.ends_with(end))
}

/// Splits `": \"value\"…"` or `"=value …"` (after an option also `" value …"`) into what stands between word and value,
/// and the value: up to its closing quote, else up to the next space or separator.
fn value_after(rest: &str, option: bool) -> Option<(&str, &str)> {
    let trimmed = rest.trim_start_matches(['"', '\'', ']', ' ']);
    let after = match trimmed.strip_prefix([':', '=']) {
        Some(after) => after.trim_start_matches(' '),
        None if option => rest.strip_prefix(' ')?.trim_start_matches(' '),
        None => return None,
    };
    // Python 2 writes u'…'.
    let after = after.strip_prefix('u').filter(|a| a.starts_with(['"', '\''])).unwrap_or(after);
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = &after[quote.map_or(0, char::len_utf8)..];
    let end = match quote {
        Some(quote) => closing(value, quote),
        None => value.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | '&')),
    };
    let end = end.unwrap_or(value.len());
    let lead = rest.len() - value.len();
    (end > 0).then(|| (&rest[..lead], &value[..end]))
}

/// Where the closing quote stands; one behind a backslash belongs to the value.
fn closing(value: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    value.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_error_body_gives_the_services_own_words() {
        let cases: [(u16, &str, &str); 12] = [
            (
                404,
                r#"{"errors":[{"status":404,"title":"Cluster a","detail":"Cluster a.b could not be found."}]}"#,
                "Cluster a.b could not be found.",
            ),
            (404, r#"{"errors":[{"status":404,"title":"","detail":""}]}"#, "Not Found"),
            (
                406,
                r#"{"errors":[{"title":"Requested microversion is unsupported","min_version":"1.1","max_version":"1.10"}]}"#,
                "Requested microversion is unsupported (the service speaks 1.1 to 1.10)",
            ),
            (
                404,
                r#"{"error_message":"{\"debuginfo\": null, \"faultcode\": \"Client\", \"faultstring\": \"Bay x could not be found.\"}"}"#,
                "Bay x could not be found.",
            ),
            (404, r#"{"error_message":"<html><head><title>404 Not Found</title></head></html>"}"#, "404 Not Found"),
            (
                401,
                r#"{"error":{"code":401,"title":"Unauthorized","message":"The request you have made requires authentication."}}"#,
                "The request you have made requires authentication.",
            ),
            (
                404,
                r#"{"code":404,"title":"Not Found","explanation":"The resource could not be found.","error":{"type":"EntityNotFound","message":"The Stack (x) could not be found.","traceback":null}}"#,
                "The Stack (x) could not be found.",
            ),
            (
                404,
                r#"{"itemNotFound":{"code":404,"message":"Instance x could not be found."}}"#,
                "Instance x could not be found.",
            ),
            (
                409,
                r#"{"NeutronError":{"type":"OverQuota","message":"Quota exceeded for resources: ['port'].","detail":""}}"#,
                "Quota exceeded for resources: ['port'].",
            ),
            (
                503,
                "<!doctype html>\n<html><head>\n<title>503 Service\n Unavailable</title></head>",
                "503 Service Unavailable",
            ),
            (401, "Authentication required", "Authentication required"),
            (502, "", "Bad Gateway"),
        ];
        for (status, body, words) in cases {
            assert_eq!(words_of(status, body.as_bytes(), &[]), words, "{body}");
        }
    }

    #[test]
    fn secrets_are_struck_out() {
        let fernet = format!("Could not find token gAAAA{}.", "aB3-_".repeat(30));
        assert_eq!(redact(&fernet), "Could not find token ***");
        assert_eq!(
            redact(r#"On instance: {"password": "s3cret", "name": "ana"}"#),
            r#"On instance: {"password": "***", "name": "ana"}"#
        );
        assert_eq!(redact("passcode=123456&x=1"), "passcode=***&x=1");
        assert_eq!(redact("The password was refused"), "The password was refused");
        assert_eq!(redact(r#"{'password': 'a b,c}d', 'x': 1}"#), "{'password': '***', 'x': 1}");
        assert_eq!(redact(r#"{"password": "a\"b", "x": 1}"#), r#"{"password": "***", "x": 1}"#);
        assert_eq!(redact("application_credential_secret=abc x"), "application_credential_secret=*** x");
        assert_eq!(redact("u'adminPass': u'abc'"), "u'adminPass': u'***'");
        assert_eq!(redact("mysql --password s3cret --user ana"), "mysql --password *** --user ana");
    }

    #[test]
    fn a_known_secret_is_struck_out_whole_wherever_it_stands() {
        let body = r#"{"error":{"message":"On instance: {'password': 'ab,cd', 'name': 'ana'} and ab,cd"}}"#;
        let said = words_of(400, body.as_bytes(), &["ab,cd"]);
        assert_eq!(said, "On instance: {'password': '***', 'name': 'ana'} and ***");
        // Not even its beginning survives where the words are cut off.
        let long = format!(r#"{{"error":{{"message":"{}s3cret-s3cret"}}}}"#, "x".repeat(595));
        assert!(!words_of(400, long.as_bytes(), &["s3cret-s3cret"]).contains("s3c"));
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_not_quoted() {
        let fault = serde_json::from_str::<u32>("\"s3cret\"").unwrap_err();
        let error = Error::decode("keystone", "GET /v3", &fault);
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        assert!(error.said().contains("line 1, column 8"), "{error}");
    }

    #[test]
    fn limits_are_told_from_refusals() {
        assert_eq!(kind_of_status(403, "Resource limit exceeded: You have reached"), ProblemKind::Quota);
        assert_eq!(kind_of_status(403, "Policy doesn't allow"), ProblemKind::Forbidden);
        assert_eq!(kind_of_status(409, "Quota exceeded for resources"), ProblemKind::Quota);
        assert_eq!(kind_of_status(500, ""), ProblemKind::Server);
    }

    #[test]
    fn a_renewal_shows_in_the_action() {
        let error =
            Error::new(ProblemKind::Auth, "magnum", "GET /v1/clusters", "no").with_renewal(Renewal::StillRefused);
        assert_eq!(Problem::from(error).action, "GET /v1/clusters (after signing in again)");
    }

    proptest::proptest! {
        #[test]
        fn words_never_panic_and_never_carry_a_fernet_token(head in ".{0,40}", tail in ".{0,40}", body in "[A-Za-z0-9_-]{40,80}") {
            let token = format!("gAAAA{body}");
            let text = format!("{head} {token} {tail}");
            proptest::prop_assert!(!redact(&text).contains(&token));
            let _ = words_of(500, text.as_bytes(), &[&head]);
        }
    }
}
