//! The transport under every service: trust, proxies, timeouts, retries, request ids and the request log.

use super::error::{Error, TlsFault, kind_of_status, redact, tls_fault, words_of};
use crate::model::cloud::Trust;
use crate::model::problem::ProblemKind;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// Makes aws-lc-rs the provider of cryptography for the whole process; safe to call any number of times.
pub fn install_crypto() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // An error means that a provider is there already, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
}

/// One attempt of one request, for the Activity view. Holds no secret: query values that may be one are struck out.
#[derive(Debug, Clone)]
pub struct RequestLog {
    /// Service (`keystone`, `magnum`, …).
    pub service: &'static str,
    /// Method.
    pub method: Method,
    /// URL without user info and without secret query values.
    pub url: String,
    /// Status of the answer, if one came.
    pub status: Option<u16>,
    /// Time from sending to the last byte of the answer.
    pub took: Duration,
    /// `x-openstack-request-id` of the answer.
    pub request_id: Option<String>,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// Kind of failure when no answer came or it was an error.
    pub problem: Option<ProblemKind>,
}

tokio::task_local! {
    /// The last change that was asked for within [`trace`].
    static TRACED: Mutex<Option<String>>;
}

/// Runs something, and tells the request id of the last change that a service was asked for in it, whether that went
/// well or not: `x-openstack-request-id`, or Kubernetes' audit id.
pub async fn trace<T>(work: impl Future<Output = T>) -> (T, Option<String>) {
    let traced = async {
        let done = work.await;
        let last = TRACED.try_with(|last| last.lock().unwrap_or_else(PoisonError::into_inner).take());
        (done, last.ok().flatten())
    };
    TRACED.scope(Mutex::default(), traced).await
}

/// Notes the request id of a change for [`trace`].
pub(crate) fn note_request_id(id: Option<&str>) {
    let Some(id) = id else { return };
    // Outside of a trace nobody asks for it.
    let _ = TRACED.try_with(|last| *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.to_owned()));
}

/// Called after each attempt of each request, on the task that made it; must be quick.
pub type Observer = Arc<dyn Fn(&RequestLog) + Send + Sync>;

/// How patient the transport is.
#[derive(Clone)]
pub struct HttpOptions {
    /// Time to reach the server.
    pub connect_timeout: Duration,
    /// Time for one attempt, from sending to the last byte.
    pub timeout: Duration,
    /// Attempts of an idempotent call, the first included.
    pub attempts: u32,
    /// Pause before the second attempt; doubles each time, with jitter.
    pub backoff: Duration,
    /// The longest pause a service may ask for with `Retry-After`; above it the call fails and says so.
    pub longest_pause: Duration,
    /// Where the request log goes.
    pub observer: Option<Observer>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        HttpOptions {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            attempts: 3,
            backoff: Duration::from_millis(300),
            longest_pause: Duration::from_secs(20),
            observer: None,
        }
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A request to be made; built by the service modules.
#[derive(Clone)]
pub(crate) struct Call {
    pub service: &'static str,
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<serde_json::Value>,
    /// May be sent again after a failure: GET, HEAD, PUT and DELETE, and a sign-in.
    pub idempotent: bool,
    /// Follow a redirect to the same host.
    pub follow: bool,
    /// Longer than usual, for calls that wait for a conductor.
    pub timeout: Option<Duration>,
}

impl fmt::Debug for Call {
    /// Headers and body may hold a token or a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("service", &self.service)
            .field("method", &self.method)
            .field("url", &shown_url(&self.url))
            .finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn new(service: &'static str, method: Method, url: Url) -> Call {
        let idempotent = !matches!(method, Method::POST | Method::PATCH);
        Call { service, method, url, headers: HeaderMap::new(), body: None, idempotent, follow: true, timeout: None }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Call {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(name.contains("token") || name.contains("receipt"));
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(crate) fn body(mut self, body: serde_json::Value) -> Call {
        self.body = Some(body);
        self
    }

    /// `GET /v1/clusters`: what stands in errors.
    pub(crate) fn action(&self) -> String {
        format!("{} {}", self.method, self.url.path())
    }
}

/// An answer with its whole body; any status.
#[derive(Clone)]
pub(crate) struct Answer {
    pub service: &'static str,
    pub action: String,
    /// Where it came from, after redirects.
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Attempts that were needed.
    pub attempts: u32,
}

impl fmt::Debug for Answer {
    /// Headers and body may hold a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("service", &self.service)
            .field("action", &self.action)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    pub(crate) fn request_id(&self) -> Option<String> {
        request_id(&self.headers)
    }

    /// The body as JSON of a known shape.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(&error))
    }

    /// What is told of a body that is not of the shape that was expected. The body itself may hold secrets and is not quoted;
    /// position and expectation are enough.
    pub(crate) fn unreadable(&self, error: &serde_json::Error) -> Error {
        Error::decode(self.service, self.action.clone(), error)
            .with_status(self.status.as_u16())
            .with_request_id(self.request_id())
    }

    /// The answer itself when it is a success, else the error it tells.
    pub(crate) fn success(self) -> Result<Answer, Error> {
        if self.status.is_success() { Ok(self) } else { Err(self.error()) }
    }

    /// The error that this answer tells.
    pub(crate) fn error(&self) -> Error {
        self.error_without(&[])
    }

    /// The same with these secrets struck out of the service's words before anything else is done to them.
    pub(crate) fn error_without(&self, secrets: &[&str]) -> Error {
        let status = self.status.as_u16();
        let said = words_of(status, &self.body, secrets);
        Error::new(kind_of_status(status, &said), self.service, self.action.clone(), said)
            .with_status(status)
            .with_request_id(self.request_id())
            .with_retry_after(retry_after(&self.headers))
    }
}

/// One transport for one trust root. Cheap to clone; all clones share connections.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    /// With the proxy of the environment; made when it is needed, as the system's roots are read for each.
    client: OnceLock<reqwest::Client>,
    /// Without any proxy, for loopback addresses; likewise.
    direct: OnceLock<reqwest::Client>,
    trusted: Trusted,
    options: HttpOptions,
}

/// What a [`Trust`] says, read and understood.
struct Trusted {
    verify: bool,
    roots: Vec<reqwest::Certificate>,
    identity: Option<reqwest::Identity>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl Http {
    /// A transport that trusts the system's roots and what `trust` adds.
    ///
    /// # Errors
    /// Kind `Config` when a certificate or key file cannot be read or understood; the text names the file.
    pub fn new(trust: &Trust, options: HttpOptions) -> Result<Http, Error> {
        install_crypto();
        let trusted = Trusted { verify: trust.verify, roots: roots(trust)?, identity: identity(trust)? };
        let (client, direct) = (OnceLock::new(), OnceLock::new());
        Ok(Http { inner: Arc::new(Inner { client, direct, trusted, options }) })
    }

    /// The client for an address.
    fn client(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let direct = is_loopback(url);
        let made = if direct { &self.inner.direct } else { &self.inner.client };
        match made.get() {
            Some(client) => Ok(client),
            None => {
                let new = build(&self.inner.trusted, &self.inner.options, direct)?;
                Ok(made.get_or_init(|| new))
            }
        }
    }

    /// The longest pause that is waited for inside a call.
    pub(crate) fn options(&self) -> &HttpOptions {
        &self.inner.options
    }

    /// Sends a call, again where that is safe and may help, and gives the answer whatever its status.
    ///
    /// # Errors
    /// Only when no complete answer came: `Network`, `Timeout`, `Tls`, or `Decode` for an answer cut short.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        let options = &self.inner.options;
        let most = if call.idempotent { options.attempts.max(1) } else { 1 };
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(&call, attempt).await;
            let pause = match &outcome {
                Ok(answer) if worth_repeating(answer.status) => match retry_after(&answer.headers) {
                    Some(asked) if asked > options.longest_pause => None,
                    Some(asked) => Some(asked),
                    None => Some(backoff(options.backoff, attempt)),
                },
                Ok(_) => None,
                Err(error) => match error.kind() {
                    ProblemKind::Network | ProblemKind::Timeout => Some(backoff(options.backoff, attempt)),
                    _ => None,
                },
            };
            match pause {
                Some(pause) if attempt < most => {
                    tracing::debug!(service = call.service, action = %call.action(), attempt, ?pause, "asking again");
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                _ => {
                    return outcome.map(|mut answer| {
                        answer.attempts = attempt;
                        answer
                    });
                }
            }
        }
    }

    async fn attempt(&self, call: &Call, attempt: u32) -> Result<Answer, Error> {
        let mut url = call.url.clone();
        for _hop in 0..4 {
            let answer = self.once(call, &url, attempt).await?;
            let redirect = answer.status.is_redirection() && call.follow && call.method == Method::GET;
            let Some(next) = redirect.then(|| redirected(&url, &answer)).flatten() else { return Ok(answer) };
            url = next;
        }
        Err(Error::new(ProblemKind::Decode, call.service, call.action(), "the service redirects in a circle"))
    }

    async fn once(&self, call: &Call, url: &Url, attempt: u32) -> Result<Answer, Error> {
        let started = Instant::now();
        let outcome = self.exchange(call, url).await;
        let log = RequestLog {
            service: call.service,
            method: call.method.clone(),
            url: shown_url(url),
            status: outcome.as_ref().map_or_else(Error::status, |a| Some(a.status.as_u16())),
            took: started.elapsed(),
            request_id: outcome.as_ref().map_or_else(|e| e.request_id().map(str::to_owned), Answer::request_id),
            attempt,
            problem: match &outcome {
                Ok(a) if a.status.as_u16() >= 400 => Some(kind_of_status(a.status.as_u16(), "")),
                Ok(_) => None,
                Err(e) => Some(e.kind()),
            },
        };
        tracing::debug!(
            service = log.service,
            method = %log.method,
            url = %log.url,
            status = log.status,
            took_ms = log.took.as_millis() as u64,
            request_id = log.request_id,
            "request"
        );
        // Keystone is only asked for tokens, which are means and not ends.
        if !matches!(log.method, Method::GET | Method::HEAD) && log.service != "keystone" {
            note_request_id(log.request_id.as_deref());
        }
        if let Some(observer) = &self.inner.options.observer {
            observer(&log);
        }
        outcome
    }

    async fn exchange(&self, call: &Call, url: &Url) -> Result<Answer, Error> {
        let mut request = self.client(url)?.request(call.method.clone(), url.clone()).headers(call.headers.clone());
        request = request.header(http::header::ACCEPT, "application/json");
        if let Some(body) = &call.body {
            request = request.json(body);
        } else if call.method == Method::PUT || call.method == Method::POST {
            request = request.header(http::header::CONTENT_LENGTH, "0");
        }
        if let Some(timeout) = call.timeout {
            request = request.timeout(timeout);
        }
        let fail = |e: reqwest::Error| failure(call, url, e);
        let response = request.send().await.map_err(fail)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .map_err(|e| failure(call, url, e).with_status(status.as_u16()).with_request_id(request_id(&headers)))?;
        let action = call.action();
        Ok(Answer { service: call.service, action, url: url.clone(), status, headers, body, attempts: 1 })
    }
}

fn build(trusted: &Trusted, options: &HttpOptions, direct: bool) -> Result<reqwest::Client, Error> {
    let base = || {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("bayview/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none());
        if direct {
            builder = builder.no_proxy();
        }
        if !trusted.verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        if let Some(identity) = trusted.identity.clone() {
            builder = builder.identity(identity);
        }
        builder
    };
    match base().tls_certs_merge(trusted.roots.clone()).build() {
        Ok(client) => Ok(client),
        // A machine without any system roots still reaches clouds whose CA was given, and those without TLS.
        Err(first) => {
            base().tls_certs_only(trusted.roots.clone()).build().map_err(|_| config("TLS could not be set up", first))
        }
    }
}

fn roots(trust: &Trust) -> Result<Vec<reqwest::Certificate>, Error> {
    let mut roots = Vec::new();
    let mut add = |pem: &[u8], from: &str| -> Result<(), Error> {
        let found = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|e| config(&format!("{from} is not a PEM certificate"), e))?;
        if found.is_empty() {
            return Err(Error::new(ProblemKind::Config, "tls", "trust", format!("{from} holds no certificate")));
        }
        roots.extend(found);
        Ok(())
    };
    if let Some(path) = trust.ca_file.as_deref().filter(|p| !p.is_empty()) {
        add(&read(path)?, path)?;
    }
    if let Some(pem) = trust.ca_pem.as_deref().filter(|p| !p.trim().is_empty()) {
        add(pem.as_bytes(), "the pasted CA")?;
    }
    Ok(roots)
}

fn identity(trust: &Trust) -> Result<Option<reqwest::Identity>, Error> {
    let Some(cert) = trust.cert_file.as_deref().filter(|p| !p.is_empty()) else { return Ok(None) };
    let mut pem = read(cert)?;
    if let Some(key) = trust.key_file.as_deref().filter(|p| !p.is_empty()) {
        pem.push(b'\n');
        pem.extend(read(key)?);
    }
    let identity = reqwest::Identity::from_pem(&pem)
        .map_err(|e| config(&format!("{cert} and its key are not a PEM certificate with a key"), e))?;
    Ok(Some(identity))
}

fn read(path: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(Path::new(path)).map_err(|e| config(&format!("{path} cannot be read"), e))
}

fn config(what: &str, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ProblemKind::Config, "tls", "trust", format!("{what}: {source}")).with_source(source)
}

/// Turns a failure of the transport into its kind and plain words.
fn failure(call: &Call, url: &Url, error: reqwest::Error) -> Error {
    // The URL may hold secrets in its query and stands in the action already.
    let error = error.without_url();
    let host = match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let (kind, said) = if let Some(fault) = tls_fault(&error) {
        let said = match fault {
            TlsFault::UnknownIssuer => {
                format!("the certificate of {host} is signed by an authority that is not trusted")
            }
            TlsFault::Expired => format!("the certificate of {host} has expired"),
            TlsFault::WrongHost => format!("the certificate of {host} is for another host"),
            TlsFault::Other => format!("no TLS connection with {host}: {}", deepest(&error)),
        };
        (ProblemKind::Tls, said)
    } else if error.is_connect() && deepest(&error).contains("tls handshake") {
        (ProblemKind::Tls, format!("{host} does not speak TLS: {}", deepest(&error)))
    } else if error.is_timeout() {
        let limit = if error.is_connect() { "could not be reached" } else { "did not answer" };
        (ProblemKind::Timeout, format!("{host} {limit} in time"))
    } else if error.is_body() || error.is_decode() {
        (ProblemKind::Network, format!("the answer of {host} broke off: {}", deepest(&error)))
    } else if error.is_builder() {
        (ProblemKind::Config, format!("the request cannot be made: {}", deepest(&error)))
    } else {
        (ProblemKind::Network, format!("no connection with {host}: {}", deepest(&error)))
    };
    Error::new(kind, call.service, call.action(), said).with_source(error)
}

fn deepest(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

fn worth_repeating(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// Doubles with each attempt; half of it is chance, so that many clients do not come back together.
fn backoff(first: Duration, attempt: u32) -> Duration {
    let whole = first.saturating_mul(1 << (attempt - 1).min(6));
    whole.mul_f64(0.5 + rand::random::<f64>() * 0.5)
}

/// `Retry-After` in either of its forms: seconds, or a date (RFC 9110 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let wait = date.as_second() - jiff::Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-openstack-request-id").or_else(|| headers.get("x-compute-request-id"))?;
    id.to_str().ok().map(str::to_owned)
}

/// Where a redirect leads, if it stays on the same host and port and does not leave TLS: the token goes along. From
/// plain HTTP to TLS the port changes by nature.
fn redirected(from: &Url, answer: &Answer) -> Option<Url> {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let next = from.join(answer.header("location")?).ok()?;
    let same_port = next.port_or_known_default() == from.port_or_known_default();
    let upgrade = from.scheme() == "http" && next.scheme() == "https";
    let safe = next.host() == from.host() && (upgrade || (next.scheme() == from.scheme() && same_port));
    safe.then_some(next)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// A URL fit for a log: no user info, no values that may be secrets.
pub(crate) fn shown_url(url: &Url) -> String {
    let mut url = url.clone();
    if !url.username().is_empty() || url.password().is_some() {
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    if url.query().is_some() {
        let secret = ["token", "secret", "password", "passcode", "signature"];
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.query_pairs_mut().clear().extend_pairs(pairs.iter().map(|(k, v)| {
            let hide = secret.iter().any(|s| k.to_ascii_lowercase().contains(s));
            // A command is the user's own words, shown as the journal shows them.
            (k.as_str(), if hide { "***".to_owned() } else { redact(v) })
        }));
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_url_holds_no_secret() {
        let url = Url::parse("https://ana:pw@cloud/v1/x?token=s3cret&limit=2").unwrap();
        assert_eq!(shown_url(&url), "https://cloud/v1/x?token=***&limit=2");
        let url = Url::parse("https://cloud/v1/containers/x/execute?command=login%20--password%20s3cret").unwrap();
        assert!(!shown_url(&url).contains("s3cret") && shown_url(&url).contains("login"), "{}", shown_url(&url));
    }

    #[test]
    fn calls_and_answers_are_shown_without_headers_and_body() {
        let url = Url::parse("https://cloud/v3/auth/tokens").unwrap();
        let call = Call::new("keystone", Method::POST, url.clone())
            .header("x-auth-token", "s3cret")
            .body(serde_json::json!({"password": "s3cret"}));
        let mut headers = HeaderMap::new();
        headers.insert("x-subject-token", HeaderValue::from_static("s3cret"));
        let (action, body, status) = (call.action(), Bytes::from_static(b"s3cret"), StatusCode::CREATED);
        let answer = Answer { service: "keystone", action, url, status, headers, body, attempts: 1 };
        assert!(!format!("{call:?} {answer:?}").contains("s3cret"));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("7"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
        headers.insert("retry-after", HeaderValue::from_static("Wed, 21 Oct 2015 07:28:00 GMT"));
        assert_eq!(retry_after(&headers), Some(Duration::ZERO));
        headers.insert("retry-after", HeaderValue::from_static("soon"));
        assert_eq!(retry_after(&headers), None);
    }

    #[test]
    fn the_pause_grows_and_stays_within_its_bounds() {
        for attempt in 1..10 {
            let whole = Duration::from_millis(100) * (1 << (attempt - 1).min(6));
            let pause = backoff(Duration::from_millis(100), attempt);
            assert!(pause >= whole / 2 && pause <= whole, "{attempt}: {pause:?}");
        }
    }

    #[test]
    fn a_redirect_never_carries_the_token_to_another_host_or_out_of_tls() {
        let from = Url::parse("https://cloud/heat/stacks/x").unwrap();
        let lead = |from: &Url, location: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("location", HeaderValue::from_str(location).unwrap());
            let body = Bytes::new();
            let (status, action, url) = (StatusCode::FOUND, String::new(), from.clone());
            redirected(from, &Answer { service: "heat", action, url, status, headers, body, attempts: 1 })
        };
        let to = |location: &str| lead(&from, location);
        assert_eq!(to("/heat/stacks/x/1").map(String::from), Some("https://cloud/heat/stacks/x/1".into()));
        assert_eq!(to("https://evil/stacks/x/1"), None);
        assert_eq!(to("http://cloud/stacks/x/1"), None);
        assert_eq!(to("https://cloud:8443/stacks/x/1"), None);
        let plain = Url::parse("http://cloud:8004/stacks").unwrap();
        assert_eq!(lead(&plain, "https://cloud/stacks").map(String::from), Some("https://cloud/stacks".into()));
        assert_eq!(lead(&plain, "http://cloud:9000/stacks"), None);
    }
}
