//! The API server of a bay: who asks, what for, and the answer as bytes.

pub mod admission;
pub mod discovery;
pub mod logs;
pub mod modify;
pub mod openapi;
pub mod read;
pub mod request;
pub mod reviews;
pub mod server;
pub mod subresource;
#[cfg(test)]
mod tests;
pub mod watch;
pub mod write;

use super::failure::Failure;
use super::world::World;
use super::{ClusterSpec, scenario};
use axum::body::{Body, Bytes};
use http::{HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;
use request::{Call, Target};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OnceCell};
use tokio_util::sync::CancellationToken;

/// Biggest body taken (etcd's request limit is of that order).
const BODY_LIMIT: usize = 3 << 20;

/// Who asks, as the client certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Common name.
    pub user: String,
    /// Organizations.
    pub groups: Vec<String>,
}

/// Flow schema and priority level of everybody, as API priority and fairness tells them.
const QUEUES: [(&str, &str); 2] = [
    ("x-kubernetes-pf-flowschema-uid", "6b8f2c1e-0f0d-4a53-9a7e-2d0f6f1b7c11"),
    ("x-kubernetes-pf-prioritylevel-uid", "b9d4a7f0-5f3c-4c8e-8a41-7e6c2b9d0e22"),
];

impl Identity {
    /// The user that an administrator asks to be (`kubectl --as`); nobody else is asked for the headers.
    fn acting_as(&self, headers: &http::HeaderMap) -> Identity {
        let Some(user) = headers.get("impersonate-user").and_then(|user| user.to_str().ok()) else {
            return self.clone();
        };
        if !self.is_admin() {
            return self.clone();
        }
        let groups = headers.get_all("impersonate-group").iter().filter_map(|group| group.to_str().ok());
        Identity { user: user.to_owned(), groups: groups.map(str::to_owned).collect() }
    }

    /// Member of `system:masters`: may do everything.
    pub fn is_admin(&self) -> bool {
        self.groups.iter().any(|g| g == "system:masters")
    }
}

/// One bay's API.
#[derive(Debug)]
pub struct Api {
    world: Mutex<World>,
    /// What is to be there, until somebody asks for the first time.
    asleep: Mutex<Option<ClusterSpec>>,
    awake: OnceCell<()>,
    /// Rings when the world was changed from outside, so that the simulation goes on at once.
    pub wake: Notify,
    /// Pages that clients are in the middle of.
    pub pages: Mutex<read::Pages>,
    /// Ends every watch.
    pub stop: CancellationToken,
}

/// An answer that is not a stream.
pub type Answer = Result<Response<Body>, Failure>;

impl Api {
    /// An API over a world that is to be filled: see [`Api::wake_up`].
    pub fn new(spec: ClusterSpec, stop: CancellationToken) -> Api {
        let world = World::new(spec.seed, &spec.version, spec.speed, Timestamp::now());
        Api {
            world: Mutex::new(world),
            asleep: Mutex::new(Some(spec)),
            awake: OnceCell::new(),
            wake: Notify::new(),
            pages: Mutex::default(),
            stop,
        }
    }

    /// Fills the world and lets its time pass, unless that was done before.
    pub async fn wake_up(self: &Arc<Self>) {
        let fill = || async {
            let api = Arc::clone(self);
            // Some thousand pods are a moment of work: not on a thread that serves requests.
            let filled = tokio::task::spawn_blocking(move || {
                // The spec is kept locked meanwhile: who wants to change it waits and then finds the world.
                let mut asleep = api.asleep.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(spec) = asleep.take() else { return };
                let mut world = api.world();
                world.version = spec.version;
                world.now = world.now.max(Timestamp::now());
                scenario::populate(&mut world, spec.scenario, spec.nodes, spec.authority.ca_pem());
                if spec.churn > 0.0 {
                    world.churn(spec.churn);
                }
            });
            if let Err(error) = filled.await {
                tracing::error!(target: "demo", %error, "a demo bay's Kubernetes was not filled");
            }
            tokio::spawn(super::drive(Arc::clone(self)));
        };
        self.awake.get_or_init(fill).await;
    }

    /// Does something to what is to be there. Gives `with` back where the world is there already.
    ///
    /// # Errors
    /// When nothing is asleep any more.
    pub fn in_sleep<T, R>(&self, with: T, change: impl FnOnce(&mut ClusterSpec, T) -> R) -> Result<R, T> {
        match self.asleep.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(spec) => Ok(change(spec, with)),
            None => Err(with),
        }
    }

    /// The world. Its clock is set by who writes to it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub async fn answer(self: &Arc<Self>, identity: Option<&Identity>, request: http::Request<Body>) -> Response<Body> {
        let Some(identity) = identity else { return status_answer(&Failure::unauthorized()) };
        let identity = identity.acting_as(request.headers());
        // Who got this far was put into a queue, which the server names; logs may take long and wait in none.
        let queues = if request.uri().path().ends_with("/log") { &[][..] } else { &QUEUES[..] };
        let outcome = self.serve(&identity, request).await;
        let mut answer = outcome.unwrap_or_else(|failure| status_answer(&failure));
        for (name, uid) in queues {
            answer.headers_mut().insert(*name, HeaderValue::from_static(uid));
        }
        answer
    }

    async fn serve(self: &Arc<Self>, identity: &Identity, request: http::Request<Body>) -> Answer {
        self.wake_up().await;
        let (parts, body) = request.into_parts();
        let call = Call::of(&parts)?;
        let body = axum::body::to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|_| Failure::bad_request("the request body is too large or was cut off"))?;
        if !identity.is_admin() && !call.is_everybodys() {
            return Err(call.forbidden(&identity.user));
        }
        match &call.target {
            Target::Plain(path) => discovery::plain(self, path, &call),
            Target::Review(name) => reviews::create(identity, name, &call, &body),
            Target::Objects(_) => self.objects(&call, &body).await,
        }
    }

    async fn objects(self: &Arc<Self>, call: &Call, body: &Bytes) -> Answer {
        let Target::Objects(target) = &call.target else { return Err(Failure::no_such_path()) };
        if let Some(sub) = target.sub.as_deref() {
            return subresource::serve(self, call, target, sub, body).await;
        }
        let named = target.name.is_some();
        match (call.method.clone(), named) {
            (Method::GET, false) if call.watches() => watch::open(self, call, target),
            (Method::GET, false) => read::list(self, call, target),
            (Method::GET, true) => read::get(self, call, target),
            _ if target.kind.is_virtual() => Err(Failure::method_not_allowed()),
            (Method::POST, false) if target.kind.info().namespaced && target.namespace.is_none() => {
                Err(Failure::method_not_allowed())
            }
            (Method::POST, false) => write::create(self, call, target, body),
            (Method::PUT, true) => write::replace(self, call, target, body),
            (Method::PATCH, true) => write::patch(self, call, target, body),
            (Method::DELETE, true) => write::delete(self, call, target, body),
            (Method::DELETE, false) => write::delete_collection(self, call, target, body),
            _ => Err(Failure::method_not_allowed()),
        }
    }
}

/// A JSON answer.
pub fn json_answer(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// A value as a 200 answer.
pub fn value_answer(value: &Value) -> Response<Body> {
    json_answer(StatusCode::OK, text_of(value))
}

/// A failure as its `Status`.
pub fn status_answer(failure: &Failure) -> Response<Body> {
    let code = StatusCode::from_u16(failure.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = json_answer(code, text_of(&failure.status()));
    if let Some(seconds) = failure.details.get("retryAfterSeconds").and_then(Value::as_u64) {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// JSON text with the newline that Go's encoder ends with.
pub fn text_of(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec(value).unwrap_or_default();
    text.push(b'\n');
    text
}
