//! Magnum, in the dialect of the region: today's (clusters) or that of 2015 (bays).

mod body;
mod capacity;
mod certificates;
mod clusters;
mod legacy;
mod lists;
mod modern;
mod nodegroups;
mod operations;
mod patch;
mod quotas;
mod templates;
mod version;

use super::cloud::Cloud;
use super::faults::Service;
use super::http::{Reply, Request};
use super::world::identity::Token;
use super::world::{Dialect, World};

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let dialect = cloud.world().regions.get(region).map(|region| region.dialect);
    match dialect {
        Some(Dialect::Liberty) => legacy::answer(cloud, region, request),
        _ => modern::answer(cloud, region, request),
    }
}

/// Gives the Kubernetes of each bay of 2015 the objects that Magnum's tables hold at the start.
pub(super) fn play_first_manifests(cloud: &Cloud) {
    legacy::play_first_manifests(cloud);
}

/// The address of a manifest that has to be fetched before the request can be answered.
pub(super) fn manifest_url(cloud: &Cloud, service: Service, region: usize, request: &Request) -> Option<String> {
    if service != Service::ContainerInfra || !matches!(request.method.as_str(), "POST" | "PATCH") {
        return None;
    }
    let dialect = cloud.world().regions.get(region)?.dialect;
    if dialect == Dialect::Liberty { legacy::manifest_url(request) } else { None }
}

/// What a handler refuses with; the dialect decides how it is written.
#[derive(Debug, Clone, PartialEq)]
struct Problem {
    status: u16,
    /// `client`, `server`, or nothing when the router itself refuses.
    fault: &'static str,
    text: String,
    /// The `Allow` header of a 405.
    allow: Option<&'static str>,
}

impl Problem {
    fn client(status: u16, text: impl Into<String>) -> Problem {
        Problem { status, fault: "client", text: text.into(), allow: None }
    }

    fn invalid(text: impl Into<String>) -> Problem {
        Problem::client(400, text)
    }

    /// WSME's sentence for a value it does not take.
    fn field(field: &str, value: &str, why: &str) -> Problem {
        Problem::invalid(format!("Invalid input for field/attribute {field}. Value: '{value}'. {why}"))
    }

    fn server(text: impl Into<String>) -> Problem {
        Problem { status: 500, fault: "server", text: text.into(), allow: None }
    }

    /// The router knows no such thing: an error without words.
    fn router(status: u16) -> Problem {
        Problem { status, fault: "", text: String::new(), allow: None }
    }

    /// 406 with its reason, which only those are told who take JSON and nothing else.
    fn unacceptable(text: impl Into<String>) -> Problem {
        Problem { text: text.into(), ..Problem::router(406) }
    }

    /// WSME's sentence for an argument of a method that was not given.
    fn missing_argument(name: &str) -> Problem {
        Problem::invalid(format!("Missing argument: \"{name}\""))
    }

    fn method(allow: &'static str) -> Problem {
        Problem { allow: Some(allow), ..Problem::router(405) }
    }

    fn policy(action: &str) -> Problem {
        Problem::client(403, format!("Policy doesn't allow {action} to be performed."))
    }
}

type Answer = Result<Reply, Problem>;

/// One call: who asks, what, where, at which microversion.
struct Call<'a> {
    cloud: &'a Cloud,
    world: &'a mut World,
    region: usize,
    request: &'a Request,
    token: Token,
    /// The minor number: 1.9 is 9.
    minor: u32,
}

impl Call<'_> {
    /// `Err` unless the caller may change things in the project.
    fn member(&self, action: &str) -> Result<(), Problem> {
        if self.token.is_admin() || self.token.has_role("member") { Ok(()) } else { Err(Problem::policy(action)) }
    }

    fn admin(&self, action: &str) -> Result<(), Problem> {
        if self.token.is_admin() { Ok(()) } else { Err(Problem::policy(action)) }
    }

    /// True when a row of that project is the caller's to see.
    fn sees(&self, project_id: &str) -> bool {
        self.token.is_admin() || self.token.project() == project_id
    }

    /// `Err(406)` below a microversion; `method` as Magnum's controller names it.
    fn since(&self, minor: u32, method: &str) -> Result<(), Problem> {
        if self.minor >= minor {
            return Ok(());
        }
        Err(Problem::unacceptable(format!(
            "Version 1.{} was requested but the requested API {method} is not supported for this version.",
            self.minor
        )))
    }

    /// Links of an object, `self` and `bookmark`.
    fn links(&self, path: &str) -> serde_json::Value {
        let base = &self.request.base;
        serde_json::json!([
            {"href": format!("{base}/v1/{path}"), "rel": "self"},
            {"href": format!("{base}/{path}"), "rel": "bookmark"},
        ])
    }
}
