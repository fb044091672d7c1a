//! A tiny API server whose faults are chosen by the test: pages, watches, 410, 403, broken connections.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// What the server holds and how it fails.
#[derive(Default)]
pub struct World {
    version: u64,
    /// Path of the collection → key → object.
    objects: HashMap<String, BTreeMap<String, Value>>,
    /// Events since the beginning: (version, path, line).
    history: Vec<(u64, String, String)>,
    /// Watches from versions before this one get 410.
    pub oldest: u64,
    /// The 410 comes as an event of a running watch, not as the answer's status.
    pub gone_as_event: bool,
    /// Answers that are no collections, by path.
    pub answers: HashMap<String, Value>,
    /// Paths that are not answered for now.
    held: HashSet<String>,
    /// Collections that may not be read.
    pub forbidden: HashSet<String>,
    /// Continue tokens that have expired: the next use of one gets 410, once.
    pub expire_next_token: bool,
    /// Requests so far, `path?query`.
    pub seen: Vec<String>,
}

/// The server; `stop` and `start` keep its world and its address.
pub struct Fake {
    world: Arc<Mutex<World>>,
    wake: broadcast::Sender<()>,
    address: SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Fake {
    pub fn new() -> Fake {
        let (wake, _) = broadcast::channel(64);
        let mut fake = Fake {
            world: Arc::new(Mutex::new(World { version: 10, ..World::default() })),
            wake,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            runtime: None,
        };
        fake.start();
        fake
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn start(&mut self) {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = std::net::TcpListener::bind(self.address).expect("the address is free");
        listener.set_nonblocking(true).expect("a listener");
        self.address = listener.local_addr().expect("an address");
        let app = Router::new().fallback(answer).with_state((self.world.clone(), self.wake.clone()));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, app).await
        });
        self.runtime = Some(runtime);
    }

    /// Ends at once: every connection breaks, the port refuses.
    pub fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A runtime may not be ended from within another one's threads.
            let ending = spawn_named(move || runtime.shutdown_timeout(std::time::Duration::from_secs(5)));
            ending.join().expect("the server ends");
        }
    }

    /// Makes or changes an object.
    pub fn put(&self, path: &str, mut object: Value) {
        self.world(|world| {
            world.version += 1;
            object["metadata"]["resourceVersion"] = json!(world.version.to_string());
            let key = key(&object);
            let known = world.objects.entry(path.to_owned()).or_default().insert(key, object.clone());
            let what = if known.is_some() { "MODIFIED" } else { "ADDED" };
            let line = json!({"type": what, "object": object}).to_string();
            world.history.push((world.version, path.to_owned(), line));
        });
        let _ = self.wake.send(());
    }

    /// Deletes an object; `silently` leaves no event behind (it happened while nobody could watch).
    pub fn delete(&self, path: &str, namespace: &str, name: &str, silently: bool) {
        self.world(|world| {
            world.version += 1;
            let gone = world.objects.get_mut(path).and_then(|all| all.remove(&format!("{namespace}/{name}")));
            if let Some(object) = gone.filter(|_| !silently) {
                let line = json!({"type": "DELETED", "object": object}).to_string();
                world.history.push((world.version, path.to_owned(), line));
            }
        });
        let _ = self.wake.send(());
    }

    /// Forgets the past: every version before now is too old.
    pub fn compact(&self) {
        self.world(|world| {
            world.version += 1;
            world.oldest = world.version;
            world.history.clear();
        });
    }

    /// Answers nothing at this path until [`Fake::release`].
    pub fn hold(&self, path: &str) {
        self.world(|world| world.held.insert(path.to_owned()));
    }

    /// Answers everything again.
    pub fn release(&self) {
        self.world(|world| world.held.clear());
        let _ = self.wake.send(());
    }

    /// Requests whose text contains all parts.
    pub fn count(&self, parts: &[&str]) -> usize {
        self.world(|world| world.seen.iter().filter(|seen| parts.iter().all(|part| seen.contains(part))).count())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop();
    }
}

fn key(object: &Value) -> String {
    let part = |name: &str| object["metadata"][name].as_str().unwrap_or_default().to_owned();
    format!("{}/{}", part("namespace"), part("name"))
}

type Shared = (Arc<Mutex<World>>, broadcast::Sender<()>);

async fn answer(
    State((world, wake)): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    request: Request<Body>,
) -> Response {
    let path = request.uri().path().to_owned();
    let mut released = wake.subscribe();
    let is_held = {
        let mut locked = world.lock().unwrap_or_else(PoisonError::into_inner);
        locked.seen.push(request.uri().to_string());
        locked.held.contains(&path)
    };
    while is_held && world.lock().unwrap_or_else(PoisonError::into_inner).held.contains(&path) {
        if let Err(broadcast::error::RecvError::Closed) = released.recv().await {
            break;
        }
    }
    let mut locked = world.lock().unwrap_or_else(PoisonError::into_inner);
    if locked.forbidden.contains(&path) {
        return status(StatusCode::FORBIDDEN, "Forbidden", &format!("{path} is forbidden"));
    }
    if query.contains_key("watch") {
        let from: u64 = query.get("resourceVersion").and_then(|v| v.parse().ok()).unwrap_or(0);
        if from < locked.oldest {
            let gone = failure(410, "Expired", "too old resource version");
            if locked.gone_as_event {
                return text(StatusCode::OK, json!({"type": "ERROR", "object": gone}).to_string() + "\n");
            }
            return text(StatusCode::GONE, gone.to_string());
        }
        drop(locked);
        return stream(world, wake.subscribe(), path, from);
    }
    if let Some(answer) = locked.answers.get(&path) {
        return text(StatusCode::OK, answer.to_string());
    }
    list(&mut locked, &path, &query)
}

fn list(world: &mut World, path: &str, query: &HashMap<String, String>) -> Response {
    let limit: usize = query.get("limit").and_then(|l| l.parse().ok()).unwrap_or(usize::MAX);
    let begin: usize = query.get("continue").and_then(|c| c.parse().ok()).unwrap_or(0);
    if begin > 0 && std::mem::take(&mut world.expire_next_token) {
        return text(
            StatusCode::GONE,
            failure(410, "Expired", "The provided continue parameter is too old").to_string(),
        );
    }
    let all: Vec<&Value> = world.objects.get(path).map(|all| all.values().collect()).unwrap_or_default();
    let page: Vec<&Value> = all.iter().skip(begin).take(limit).copied().collect();
    let rest = all.len().saturating_sub(begin + page.len());
    let mut meta = json!({"resourceVersion": world.version.to_string()});
    if rest > 0 {
        meta["continue"] = json!((begin + page.len()).to_string());
        meta["remainingItemCount"] = json!(rest);
    }
    text(StatusCode::OK, json!({"kind": "List", "apiVersion": "v1", "metadata": meta, "items": page}).to_string())
}

fn stream(world: Arc<Mutex<World>>, wake: broadcast::Receiver<()>, path: String, from: u64) -> Response {
    let lines = futures_util::stream::unfold((world, wake, from), move |(world, mut wake, from)| {
        let path = path.clone();
        async move {
            loop {
                let news: Vec<(u64, String)> = {
                    let world = world.lock().unwrap_or_else(PoisonError::into_inner);
                    let new = world.history.iter().filter(|(version, of, _)| *version > from && *of == path);
                    new.map(|(version, _, line)| (*version, line.clone() + "\n")).collect()
                };
                if let Some((last, _)) = news.last() {
                    let last = *last;
                    let text: String = news.into_iter().map(|(_, line)| line).collect();
                    return Some((Ok::<_, std::convert::Infallible>(Bytes::from(text)), (world, wake, last)));
                }
                if let Err(broadcast::error::RecvError::Closed) = wake.recv().await {
                    return None;
                }
            }
        }
    });
    Response::new(Body::from_stream(lines))
}

fn failure(code: u16, reason: &str, message: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": code, "reason": reason, "message": message})
}

fn status(code: StatusCode, reason: &str, message: &str) -> Response {
    text(code, failure(code.as_u16(), reason, message).to_string())
}

fn text(code: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = code;
    response
}

/// A thread with a name, as everywhere.
fn spawn_named(work: impl FnOnce() + Send + 'static) -> std::thread::JoinHandle<()> {
    std::thread::Builder::new().name("fake-server".into()).spawn(work).expect("a thread")
}
