//! The token in use: read without a lock, renewed once for all who need it, and the calls that carry it.

use super::error::{Error, Renewal};
use super::http::{Answer, Call, Http};
use super::keystone::{Keystone, Scope, Token};
use super::wire::Members;
use crate::model::cloud::{AuthMethod, Profile, Secrets};
use crate::model::problem::ProblemKind;
use arc_swap::ArcSwap;
use http::Method;
use secrecy::ExposeSecret;
use serde::de::{DeserializeOwned, Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// A transient failure to renew is not tried again by everybody at once, but after this pause.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// A service works on a change after it has answered, with the token of the call (Magnum's conductor makes a trust with
/// it): a token that is dropped is ended this long after its last change.
const SETTLING: Duration = Duration::from_secs(60);
/// Longest wait for the end of a token that nobody waits for.
const PARTING: Duration = Duration::from_secs(10);
/// Pages of one list; beyond it something is wrong.
const MOST_PAGES: usize = 1000;

/// What is known about the token at one moment. Readers keep the one they took; a renewal puts a new one in its place.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The token and what came with it.
    pub token: Token,
    /// Counts renewals, from 1.
    pub generation: u64,
    /// When it should be renewed, by our own clock; `None` = never ends.
    renew_at: Option<Instant>,
}

/// A signed-in session with one project. Clones share the token, which is ended when the last one is dropped.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    keystone: Keystone,
    profile: Profile,
    secrets: Secrets,
    snapshot: ArcSwap<Snapshot>,
    /// Held while renewing; keeps the last failure for those who waited.
    renewal: tokio::sync::Mutex<Option<Failure>>,
    /// Signed out: no new token may be asked for.
    closed: AtomicBool,
    /// When the last change was sent.
    changed: Mutex<Option<Instant>>,
}

impl Inner {
    /// How long a service may still need the token for a change that it has accepted.
    fn settles_in(&self) -> Duration {
        let changed = *self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.map_or(Duration::ZERO, |at| SETTLING.saturating_sub(at.elapsed()))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let token = &self.snapshot.load().token;
        if self.closed.load(Ordering::Acquire) || !token.ours {
            return;
        }
        // Without a runtime there is nothing to send with: the token lives until its end.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (keystone, secret, pause) = (self.keystone.clone(), token.secret.clone(), self.settles_in());
        runtime.spawn(async move {
            tokio::time::sleep(pause).await;
            match tokio::time::timeout(PARTING, keystone.revoke(&secret)).await {
                Ok(Ok(())) => tracing::debug!("a token that nobody holds was ended"),
                Ok(Err(error)) => tracing::debug!(%error, "a token that nobody holds could not be ended"),
                Err(_) => tracing::debug!("a token that nobody holds could not be ended in time"),
            }
        });
    }
}

struct Failure {
    generation: u64,
    at: Instant,
    error: Error,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("snapshot", &self.inner.snapshot.load()).finish_non_exhaustive()
    }
}

impl Session {
    /// A session that starts with `token` and renews itself with `secrets`.
    pub(crate) fn new(http: Http, keystone: Keystone, profile: Profile, secrets: Secrets, token: Token) -> Session {
        // A one-time code has been used up by now.
        let secrets = Secrets { passcode: None, ..secrets };
        let snapshot = ArcSwap::from_pointee(snapshot_of(token, 1));
        let renewal = tokio::sync::Mutex::new(None);
        let closed = AtomicBool::new(false);
        let changed = Mutex::new(None);
        Session { inner: Arc::new(Inner { http, keystone, profile, secrets, snapshot, renewal, closed, changed }) }
    }

    /// The token as it stands now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.inner.snapshot.load_full()
    }

    pub(crate) fn keystone(&self) -> &Keystone {
        &self.inner.keystone
    }

    pub(crate) fn http(&self) -> &Http {
        &self.inner.http
    }

    pub(crate) fn profile(&self) -> &Profile {
        &self.inner.profile
    }

    /// Why this session cannot prove itself again on its own, if so.
    fn cannot_renew(&self, token: &Token) -> Option<(ProblemKind, &'static str)> {
        if self.inner.closed.load(Ordering::Acquire) {
            return Some((ProblemKind::Auth, SIGNED_OUT));
        }
        if token.methods.iter().any(|m| m == "totp") {
            return Some((
                ProblemKind::SecondFactor,
                "the session has ended; signing in again needs a new one-time code",
            ));
        }
        if self.inner.profile.method == AuthMethod::Token {
            return Some((ProblemKind::Auth, "the token has ended and cannot be renewed; sign in with a new one"));
        }
        None
    }

    /// A token for another project of the same user.
    ///
    /// # Errors
    /// `Unsupported` with an application credential, which is bound to its project; else as a sign-in.
    pub(crate) async fn for_project(&self, project_id: &str) -> Result<Session, Error> {
        let inner = &self.inner;
        let scope = Scope::Project(project_id.to_owned());
        let snapshot = self.snapshot();
        let token = if inner.profile.method == AuthMethod::ApplicationCredential {
            let said = "an application credential is bound to its project; sign in another way to switch";
            return Err(Error::unsupported("keystone", "switch project", said));
        } else if self.cannot_renew(&snapshot.token).is_some() {
            inner.keystone.rescope(&snapshot.token.secret, &scope).await?
        } else {
            inner.keystone.authenticate(&inner.profile, &inner.secrets, &scope, None).await?
        };
        let (http, keystone) = (inner.http.clone(), inner.keystone.clone());
        Ok(Session::new(http, keystone, inner.profile.clone(), inner.secrets.clone(), token))
    }

    /// Whether a service may still need the token for a change that it has accepted.
    pub(crate) fn is_settling(&self) -> bool {
        !self.inner.settles_in().is_zero()
    }

    /// Ends the token, unless it was given to us ready-made; the session is never renewed after that.
    pub(crate) async fn sign_out(&self) -> Result<(), Error> {
        self.inner.closed.store(true, Ordering::Release);
        // A renewal under way ends its new token itself once it sees that the session is closed.
        let _renewal = self.inner.renewal.lock().await;
        let token = &self.snapshot().token;
        if token.ours { self.inner.keystone.revoke(&token.secret).await } else { Ok(()) }
    }

    /// Proves who one is again, unless somebody has done so since `seen`. However many ask, Keystone is asked once.
    ///
    /// # Errors
    /// [`Renewal::Failed`] with what Keystone said, or why this kind of session cannot be renewed. A refusal of the
    /// secret is final for the session: asking on could lock the account. Anything else may pass.
    pub(crate) async fn renew(&self, seen: u64) -> Result<Arc<Snapshot>, Error> {
        let inner = &self.inner;
        let mut last = inner.renewal.lock().await;
        let current = self.snapshot();
        if current.generation != seen {
            return Ok(current);
        }
        if let Some((kind, said)) = self.cannot_renew(&current.token) {
            return Err(Error::new(kind, "keystone", "sign in again", said).with_renewal(Renewal::Failed));
        }
        let refused = |e: &Error| matches!(e.kind(), ProblemKind::Auth | ProblemKind::SecondFactor);
        let lasting = |f: &&Failure| refused(&f.error) || f.at.elapsed() < AFTER_FAILURE;
        if let Some(failure) = last.as_ref().filter(|f| f.generation == seen).filter(lasting) {
            return Err(failure.error.clone());
        }
        let scope = current.token.project.as_ref().map_or(Scope::Unscoped, |p| Scope::Project(p.id.clone()));
        match inner.keystone.authenticate(&inner.profile, &inner.secrets, &scope, None).await {
            Ok(token) if inner.closed.load(Ordering::Acquire) => {
                if let Err(error) = inner.keystone.revoke(&token.secret).await {
                    tracing::warn!(%error, "a token that came after signing out could not be ended");
                }
                Err(signed_out())
            }
            Ok(token) => {
                let fresh = Arc::new(snapshot_of(token, seen + 1));
                inner.snapshot.store(fresh.clone());
                *last = None;
                tracing::info!(generation = fresh.generation, "token renewed");
                Ok(fresh)
            }
            Err(error) => {
                let error = error.with_renewal(Renewal::Failed);
                *last = Some(Failure { generation: seen, at: Instant::now(), error: error.clone() });
                Err(error)
            }
        }
    }

    /// The token to use now; renewed beforehand when its end is near.
    async fn usable(&self) -> Result<Arc<Snapshot>, Error> {
        let snapshot = self.snapshot();
        let due = snapshot.renew_at.is_some_and(|at| Instant::now() >= at);
        if !due || self.cannot_renew(&snapshot.token).is_some() {
            return Ok(snapshot);
        }
        match self.renew(snapshot.generation).await {
            Ok(fresh) => Ok(fresh),
            Err(_) if self.inner.closed.load(Ordering::Acquire) => Err(signed_out()),
            // The old one may still be good for a while; the service decides.
            Err(_) => Ok(snapshot),
        }
    }

    /// Sends a call with the token; a 401 renews it once and sends the call again.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        if self.inner.closed.load(Ordering::Acquire) {
            return Err(signed_out());
        }
        let snapshot = self.usable().await?;
        if call.method != Method::GET {
            *self.inner.changed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        let with = |s: &Snapshot| call.clone().header("x-auth-token", s.token.secret.expose_secret());
        let answer = self.inner.http.send(with(&snapshot)).await?;
        if answer.status.as_u16() != 401 {
            return Ok(answer);
        }
        let fresh = self.renew(snapshot.generation).await?;
        let answer = self.inner.http.send(with(&fresh)).await?;
        if answer.status.as_u16() == 401 {
            return Err(answer.error().with_renewal(Renewal::StillRefused));
        }
        Ok(answer)
    }
}

const SIGNED_OUT: &str = "signed out";

fn signed_out() -> Error {
    Error::new(ProblemKind::Auth, "keystone", "sign in again", SIGNED_OUT).with_renewal(Renewal::Failed)
}

fn snapshot_of(token: Token, generation: u64) -> Snapshot {
    // Both times are Keystone's, so their difference holds even where our clock is wrong.
    let life = token.expires_at.map(|end| {
        let start = token.issued_at.filter(|_| token.ours).unwrap_or_else(|| jiff::Timestamp::now().as_second());
        Duration::from_secs(u64::try_from(end - start).unwrap_or(0))
    });
    let renew_at = life.map(|life| Instant::now() + life.saturating_sub(margin(life)));
    Snapshot { token, generation, renew_at }
}

/// How long before its end a token is renewed.
fn margin(life: Duration) -> Duration {
    Duration::from_secs(120).min(life / 5)
}

/// A service at its endpoint, called with the session's token.
#[derive(Debug, Clone)]
pub(crate) struct ServiceClient {
    pub session: Session,
    pub service: &'static str,
    /// Without a slash at its end.
    pub base: Url,
    /// Sent with every call: microversions.
    pub headers: Vec<(&'static str, String)>,
}

/// Query of a call.
pub(crate) type Query<'a> = &'a [(&'a str, &'a str)];

impl ServiceClient {
    pub(crate) fn new(session: Session, service: &'static str, base: Url) -> ServiceClient {
        let mut base = base;
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        ServiceClient { session, service, base, headers: Vec::new() }
    }

    /// Adds a version to an endpoint that comes without one; catalogues have both.
    pub(crate) fn with_version(mut self, version: &str) -> ServiceClient {
        let major = version.split('.').next().unwrap_or(version);
        let path = self.base.path().trim_end_matches('/').to_owned();
        if !path.split('/').any(|s| s == major || s.strip_prefix(major).is_some_and(|rest| rest.starts_with('.'))) {
            self.base.set_path(&format!("{path}/{version}"));
        }
        self
    }

    /// The endpoint with segments after it, each encoded on its own: names may hold anything.
    pub(crate) fn url(&self, path: &[&str], query: Query) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    pub(crate) fn call(&self, method: Method, path: &[&str], query: Query) -> Call {
        let call = Call::new(self.service, method, self.url(path, query));
        self.headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    }

    /// Sends a call; any status that is no success is an error.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        self.session.send(call).await?.success()
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: Query<'_>) -> Result<T, Error> {
        self.send(self.call(Method::GET, path, query)).await?.json()
    }

    /// Deletes; not being there any more is a success when our own first attempt may have done it.
    pub(crate) async fn delete(&self, path: &[&str], query: Query<'_>) -> Result<(), Error> {
        let answer = self.session.send(self.call(Method::DELETE, path, query)).await?;
        if answer.status.as_u16() == 404 && answer.attempts > 1 {
            return Ok(());
        }
        answer.success().map(|_| ())
    }

    /// Every member of a list, page by page. Of a link to the next page only the query is used: its host and prefix
    /// are the service's own idea of where it lives.
    pub(crate) async fn pages(&self, path: &[&str], query: Query<'_>, key: &str) -> Result<Members, Error> {
        let mut all = Vec::new();
        let mut call = self.call(Method::GET, path, query);
        for _page in 0..MOST_PAGES {
            let (members, next) = self.page(&call, key).await?;
            all.extend(members);
            match next {
                Some(next) => call.url.set_query(Some(&next)),
                None => return Ok(all),
            }
        }
        Err(Error::new(ProblemKind::Decode, self.service, call.action(), "the list does not end"))
    }

    /// Members of one page, and the query of the next one.
    pub(crate) async fn page(&self, call: &Call, key: &str) -> Result<(Members, Option<String>), Error> {
        let answer = self.send(call.clone()).await?;
        let Page { members, next } = Page::read(&answer.body, key).map_err(|error| answer.unreadable(&error))?;
        let next = next.filter(|next| Some(next.as_str()) != call.url.query());
        match members {
            // A page without members is the last one, whatever it says.
            Some(members) => {
                let next = next.filter(|_| !members.is_empty());
                Ok((members, next))
            }
            None => {
                let said = format!("the answer has no list {key:?}");
                let error = Error::new(ProblemKind::Decode, self.service, answer.action.clone(), said);
                Err(error.with_status(answer.status.as_u16()).with_request_id(answer.request_id()))
            }
        }
    }
}

/// A page of a list: its members as they came, and the query of the link to the next one.
struct Page {
    members: Option<Members>,
    next: Option<String>,
}

impl Page {
    /// Reads a page in one pass. The link stands in `next` (Magnum, Glance) or `<key>_links` (Nova, Neutron).
    fn read(body: &[u8], key: &str) -> serde_json::Result<Page> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        let page = reader.deserialize_map(PageOf(key))?;
        reader.end()?;
        Ok(page)
    }
}

struct PageOf<'a>(&'a str);

impl<'de> Visitor<'de> for PageOf<'_> {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a page of {}", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page, A::Error> {
        let (mut members, mut links, mut next) = (None, None, None);
        while let Some(field) = map.next_key::<String>()? {
            if field == self.0 {
                members = map.next_value()?;
            } else if field == "next" {
                next = map.next_value::<Option<Value>>()?;
            } else if field.strip_suffix("_links") == Some(self.0) {
                links = map.next_value::<Option<Value>>()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let is_next = |link: &&Value| link.get("rel").and_then(Value::as_str) == Some("next");
        let link = links.as_ref().and_then(Value::as_array).and_then(|links| links.iter().find(is_next));
        let link = link.and_then(|link| link.get("href")).or(next.as_ref()).and_then(Value::as_str);
        let query = link.and_then(|link| link.split_once('?')).map(|(_, query)| query.to_owned());
        Ok(Page { members, next: query.filter(|query| !query.is_empty()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(body: Value, key: &str) -> (Option<usize>, Option<String>) {
        let page = Page::read(body.to_string().as_bytes(), key).unwrap();
        (page.members.map(|members| members.len()), page.next)
    }

    #[test]
    fn the_next_page_is_found_in_every_form() {
        let magnum = json!({"clusters": [{}], "next": "http://inside:9511/v1/clusters?limit=2&marker=x"});
        assert_eq!(page(magnum, "clusters"), (Some(1), Some("limit=2&marker=x".into())));
        let glance = json!({"images": [], "next": "/v2/images?marker=y"});
        assert_eq!(page(glance, "images"), (Some(0), Some("marker=y".into())));
        let nova =
            json!({"servers": [], "servers_links": [{"rel": "next", "href": "http://n/servers/detail?marker=z"}]});
        assert_eq!(page(nova, "servers"), (Some(0), Some("marker=z".into())));
        assert_eq!(page(json!({"clusters": [1], "next": null}), "clusters"), (Some(1), None));
    }

    #[test]
    fn a_page_without_its_list_has_no_members() {
        assert_eq!(page(json!({"servers": [], "clusters": null}), "clusters"), (None, None));
        for odd in ["[]", "3", "{\"clusters\": {}}", "{\"clusters\": [", "{} {}"] {
            assert!(Page::read(odd.as_bytes(), "clusters").is_err(), "{odd}");
        }
    }

    #[test]
    fn a_short_lived_token_is_not_renewed_all_the_time() {
        assert_eq!(margin(Duration::from_secs(3600)), Duration::from_secs(120));
        assert_eq!(margin(Duration::from_secs(60)), Duration::from_secs(12));
    }
}
