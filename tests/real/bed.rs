//! The beds: where they keep their things, how they are asked, and who may use which at a time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Once, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Held for reading by every journey through OpenStack, and for writing by the one that restarts Keystone.
static OPENSTACK: RwLock<()> = RwLock::new(());

/// OpenStack, shared with other journeys.
pub fn openstack() -> RwLockReadGuard<'static, ()> {
    static UP: Once = Once::new();
    UP.call_once(|| assert!(clouds_yaml().exists(), "the beds are down: tests/real/bed up all"));
    OPENSTACK.read().unwrap_or_else(PoisonError::into_inner)
}

/// OpenStack, with no other journey under way.
pub fn openstack_alone() -> RwLockWriteGuard<'static, ()> {
    OPENSTACK.write().unwrap_or_else(PoisonError::into_inner)
}

/// Where a bed keeps its state.
pub fn folder(bed: &str) -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cache/bayview-real");
    std::env::var_os("BAYVIEW_REAL").map_or_else(home, PathBuf::from).join("beds/run").join(bed)
}

/// One cloud for every way to sign in.
pub fn clouds_yaml() -> PathBuf {
    folder("openstack").join("clouds.yaml")
}

/// A name that no other run and no other journey uses.
pub fn unique(what: &str) -> String {
    format!("j-{what}-{:x}", std::process::id())
}

/// Runs a script of this folder; what it says is told where it fails.
pub fn script(name: &str, args: &[&str], environment: &[(&str, &str)]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real").join(name);
    told(Command::new(script).args(args).envs(environment.iter().copied()));
}

/// The output of a command that must succeed.
pub fn told(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} ended with {}:\n{out}{err}", output.status);
    out.into_owned()
}

/// An answer to a plain request, without Bayview's client in between.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: serde_json::Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Asks a service directly; a body that is no JSON reads as a string.
pub fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: Option<serde_json::Value>) -> Answer {
    bayview::api::install_crypto();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut request = client.request(method.parse().expect("a method"), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text));
        Answer { status, headers, body }
    })
}
