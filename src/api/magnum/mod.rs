//! Magnum: bays and bay models, whichever of its two vocabularies the service speaks.
//!
//! Signing in reads what `/v1` lists and the version headers. Servers since 3.0.0 list `clusters` and are spoken to
//! in today's words; those of 2015 (2015.1 to 2.x) list only `bays`. Servers from 3.0.0 to 16.x have both, and
//! [`crate::model::cloud::DialectChoice::Bays`] asks for the old one there. Everything above this module sees one model:
//! [`Bay`], [`BayModel`].

pub mod certificates;
mod legacy;
mod modern;
mod node_groups;
mod objects;
mod quotas;

pub use crate::model::magnum_object::{MagnumObject, MagnumObjectKind};
pub use certificates::CaKind;
pub use legacy::full_api_address;
pub use quotas::Stats;

use super::client::{Client, endpoint_url};
use super::error::Error;
use super::session::{Query, ServiceClient};
use super::wire::Members;
use crate::model::bay::{Bay, BayId, NewBay};
use crate::model::bay_model::{BayModel, BayModelSpec};
use crate::model::cloud::{Dialect, DialectChoice, MagnumInfo, Microversion};
use crate::model::preview::{self, ApiLevel, TooNew};
use crate::model::problem::ProblemKind;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(crate) const SERVICE: &str = "magnum";
/// Types that a catalogue may give Magnum (os-service-types).
pub(crate) const SERVICE_TYPES: [&str; 3] =
    ["container-infra", "container-infrastructure-management", "container-infrastructure"];
/// Magnum's type in 2015, which is Zun's today.
pub(crate) const OLD_SERVICE_TYPE: &str = "container";
/// The highest microversion that this module was written for.
const KNOWN: Microversion = Microversion(1, 14);
/// A list can fail while one of its bays is being deleted; it is asked for again this often.
const LIST_ATTEMPTS: u32 = 6;

/// The way to one Magnum. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Magnum {
    service: ServiceClient,
    info: Arc<MagnumInfo>,
    project_id: Arc<str>,
}

/// Finds Magnum, its dialect and the version to use.
pub(crate) async fn connect(client: &Client, choice: DialectChoice) -> Result<Magnum, Error> {
    let mut service = find(client).await?;
    let list = service.call(Method::GET, &[], &[]);
    let answer = service.send(list).await?;
    let listed: Value = answer.json()?;
    let mut resources: Vec<String> = listed
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| value.is_array() && !matches!(key.as_str(), "media_types" | "links"))
        .map(|(key, _)| key.clone())
        .collect();
    let version = |which: &str| {
        let modern = answer.header(&format!("openstack-api-{which}-version"));
        modern.or_else(|| answer.header(&format!("x-openstack-magnum-api-{which}-version"))).and_then(microversion)
    };
    let (mut min, mut max) = (version("minimum"), version("maximum"));
    let has = |name: &str| resources.iter().any(|r| r == name);
    let dialect = match (has("clusters"), has("bays"), choice) {
        (true, true, DialectChoice::Bays) | (false, true, _) => Dialect::Legacy,
        (true, _, _) => Dialect::Modern,
        (false, false, _) => {
            let said = format!("{} lists neither clusters nor bays", service.base);
            return Err(Error::new(ProblemKind::Decode, SERVICE, "find the dialect", said));
        }
    };
    if has("clusters") {
        if max.is_none() {
            // A proxy may strip headers; the root says the same in its body.
            (min, max) = root_versions(&service).await;
        }
        let (lowest, highest) = (min.unwrap_or(Microversion(1, 1)), max.unwrap_or(Microversion(1, 1)));
        if lowest > KNOWN {
            let said = format!("this Magnum speaks {lowest} to {highest}, and we know up to {KNOWN}");
            return Err(Error::unsupported(SERVICE, "find the version", said));
        }
        // Bays know no more after 1.10.
        let most = if dialect == Dialect::Legacy { Microversion(1, 10) } else { KNOWN };
        let version = highest.min(most);
        service.headers.push(("openstack-api-version", format!("container-infra {version}")));
        (min, max) = (Some(lowest), Some(highest));
    } else if has("certificates") {
        // `/v1/nodes` is never listed; it tells 1.x from 2.x.
        let probe = service.call(Method::GET, &["nodes"], &[("limit", "1")]);
        if service.session.send(probe).await?.status.is_success() {
            resources.push("nodes".to_owned());
        }
    }
    let info =
        MagnumInfo { endpoint: service.base.to_string(), dialect, min_version: min, max_version: max, resources };
    let project_id = client.identity().project.id.into();
    Ok(Magnum { service, info: Arc::new(info), project_id })
}

async fn find(client: &Client) -> Result<ServiceClient, Error> {
    let own = client.profile().container_infra_endpoint.trim();
    let known = if own.is_empty() { client.endpoint(&SERVICE_TYPES) } else { Some(own.to_owned()) };
    let (url, sure) = match known {
        Some(url) => (url, true),
        None => match client.endpoint(&[OLD_SERVICE_TYPE]) {
            Some(url) => (url, false),
            None => return Err(client.absent(SERVICE, &SERVICE_TYPES[..1])),
        },
    };
    let mut url = endpoint_url(SERVICE, &url)?;
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/v1").unwrap_or(path).to_owned();
    url.set_path(&path);
    let mut service = ServiceClient::new(client.session().clone(), SERVICE, url);
    if !sure {
        let root: Value = service.get(&[""], &[]).await?;
        let name = root.get("name").and_then(Value::as_str).unwrap_or_default();
        if !name.contains("Magnum") {
            tracing::info!(name, "the catalogue's container service is not Magnum");
            return Err(client.absent(SERVICE, &SERVICE_TYPES[..1]));
        }
    }
    service.base.set_path(&format!("{path}/v1"));
    Ok(service)
}

async fn root_versions(service: &ServiceClient) -> (Option<Microversion>, Option<Microversion>) {
    let mut root = service.clone();
    let path = root.base.path().trim_end_matches("/v1").to_owned();
    root.base.set_path(&path);
    let Ok(body) = root.get::<Value>(&[""], &[]).await else { return (None, None) };
    let read = |key: &str| body.pointer(&format!("/versions/0/{key}")).and_then(Value::as_str).and_then(microversion);
    (read("min_version"), read("max_version"))
}

/// Reads `1.10`, or `container-infra 1.10`.
fn microversion(text: &str) -> Option<Microversion> {
    let (major, minor) = text.split_whitespace().next_back()?.split_once('.')?;
    Some(Microversion(major.parse().ok()?, minor.parse().ok()?))
}

impl Magnum {
    /// What this Magnum can do.
    pub fn info(&self) -> &MagnumInfo {
        &self.info
    }

    fn modern(&self) -> bool {
        self.info.dialect == Dialect::Modern
    }

    fn bays_word(&self) -> &'static str {
        if self.modern() { "clusters" } else { "bays" }
    }

    fn models_word(&self) -> &'static str {
        if self.modern() { "clustertemplates" } else { "baymodels" }
    }

    /// Fails with what is needed when the microversion is lower than `1.minor`.
    fn needs(&self, minor: u16, action: &str) -> Result<(), Error> {
        if self.info.supports(minor) {
            return Ok(());
        }
        let here = self.info.max_version.map_or("none".to_owned(), |v| v.to_string());
        Err(Error::unsupported(SERVICE, action, format!("needs microversion 1.{minor}; this Magnum has {here}")))
    }

    fn refuse_too_new(&self, action: &str, fields: &[TooNew]) -> Result<(), Error> {
        let Some(worst) = fields.iter().map(|f| f.needs).max() else { return Ok(()) };
        let names: Vec<&str> = fields.iter().map(|f| f.field).collect();
        let (names, here) = (names.join(", "), ApiLevel::of(&self.info));
        let said = match worst {
            ApiLevel::Minor(u16::MAX) => format!("{names} cannot be set in the bay vocabulary"),
            needs => format!("{names} needs {needs}; this is {here}"),
        };
        Err(Error::unsupported(SERVICE, action, said))
    }

    /// Bays in full. For an administrator these may be the bays of all projects.
    ///
    /// # Errors
    /// As any call. `Server` when the list kept failing because a bay in it is being deleted.
    pub async fn bays(&self) -> Result<Vec<Bay>, Error> {
        let list = self.list_while_deleting(&[self.bays_word(), "detail"], self.bays_word()).await?;
        Ok(if self.modern() { modern::bays(list) } else { legacy::bays(list) })
    }

    /// At most `limit` bays in full, from the first or from where an earlier page ended, and where to go on: for showing a
    /// long list as it comes.
    ///
    /// # Errors
    /// As [`Magnum::bays`].
    pub async fn bays_page(&self, from: Option<&PageMark>, limit: u32) -> Result<(Vec<Bay>, Option<PageMark>), Error> {
        let limit = limit.to_string();
        let mut call = self.service.call(Method::GET, &[self.bays_word(), "detail"], &[("limit", &limit)]);
        if let Some(PageMark(query)) = from {
            call.url.set_query(Some(query));
        }
        let (list, next) = self.through_deletion(|| self.service.page(&call, self.bays_word())).await?;
        let bays = if self.modern() { modern::bays(list) } else { legacy::bays(list) };
        Ok((bays, next.map(PageMark)))
    }

    /// One bay in full, by uuid or name.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when several have that name.
    pub async fn bay(&self, bay: &str) -> Result<Bay, Error> {
        let path = [self.bays_word(), bay];
        let answer = self.through_deletion(|| self.service.send(self.service.call(Method::GET, &path, &[]))).await?;
        if self.modern() {
            answer.json::<modern::Cluster>().map(Bay::from)
        } else {
            answer.json::<legacy::WireBay>().map(Bay::from)
        }
    }

    /// The bay that a create has just answered for. Magnum may not have written it yet: 404 is waited out.
    ///
    /// # Errors
    /// `NotFound` when it is still not there after `patience`.
    pub async fn bay_after_create(&self, id: &str, patience: Duration) -> Result<Bay, Error> {
        let until = tokio::time::Instant::now() + patience;
        loop {
            match self.bay(id).await {
                Err(e) if e.kind() == ProblemKind::NotFound && tokio::time::Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(500).min(patience / 4)).await;
                }
                other => return other,
            }
        }
    }

    /// Asks for a bay and gives its uuid; how it goes on is told by its status.
    ///
    /// # Errors
    /// `Unsupported` when something is set that this Magnum does not know; `Quota` when a limit is reached; `Invalid`
    /// and `NotFound` when a name in it is unknown.
    pub async fn create_bay(&self, bay: &NewBay) -> Result<BayId, Error> {
        self.refuse_too_new("create bay", &preview::new_bay_too_new(bay, &self.info))?;
        let body = preview::new_bay_body(bay, &self.info);
        let mut call = self.service.call(Method::POST, &[self.bays_word()], &[]).body(body);
        if !self.modern() {
            // 2015's Magnum waits for Heat before it answers.
            call.timeout = Some(Duration::from_secs(180));
        }
        uuid(&self.service.send(call).await?.json()?, "create bay")
    }

    /// Sets the number of workers (of the default group, where there are several).
    ///
    /// Accepted does not mean done: a Magnum that is busy with the bay drops the wish without a word, so watch its
    /// status.
    ///
    /// # Errors
    /// `Invalid` when the number is out of bounds or the bay's status does not allow it.
    pub async fn scale_bay(&self, bay: &str, node_count: u32) -> Result<(), Error> {
        // A server that has both changes its bays through their clusters: they are the same rows, and its
        // `PATCH /v1/bays` is broken (500 "missing 2 required positional arguments" on 15.0.1).
        let call = if self.info.has("clusters") && self.info.supports(7) {
            let path = ["clusters", bay, "actions", "resize"];
            self.service.call(Method::POST, &path, &[]).body(json!({ "node_count": node_count }))
        } else {
            let patch = json!([{ "op": "replace", "path": "/node_count", "value": node_count }]);
            self.service.call(Method::PATCH, &[self.bays_word(), bay], &[]).body(patch)
        };
        self.service.send(call).await.map(|_| ())
    }

    /// Asks for the deletion of a bay; it is listed as `DELETE_IN_PROGRESS` until it is gone.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when several have that name.
    pub async fn delete_bay(&self, bay: &str) -> Result<(), Error> {
        self.service.delete(&[self.bays_word(), bay], &[]).await
    }

    /// Moves a bay to another bay model, which is how Kubernetes is upgraded.
    ///
    /// # Errors
    /// `Unsupported` below 1.8; `Invalid` when the bay's status or the model does not allow it.
    pub async fn upgrade_bay(&self, bay: &str, model: &str, batch: u32) -> Result<(), Error> {
        self.modern_only("upgrade bay")?;
        self.needs(8, "upgrade bay")?;
        let body = json!({ "cluster_template": model, "max_batch_size": batch });
        let mut call = self.service.call(Method::POST, &["clusters", bay, "actions", "upgrade"], &[]).body(body);
        call.timeout = Some(Duration::from_secs(120));
        self.service.send(call).await.map(|_| ())
    }

    /// Bay models in full; public ones of other projects are among them.
    ///
    /// # Errors
    /// As any call.
    pub async fn bay_models(&self) -> Result<Vec<BayModel>, Error> {
        let list = self.service.pages(&[self.models_word(), "detail"], &[], self.models_word()).await?;
        Ok(if self.modern() { modern::bay_models(list) } else { legacy::bay_models(list) })
    }

    /// One bay model, by uuid or name.
    ///
    /// # Errors
    /// `NotFound` (2015's Magnum says so for a public one of another project, too); `Conflict` when several have
    /// that name.
    pub async fn bay_model(&self, model: &str) -> Result<BayModel, Error> {
        let value: Value = self.service.get(&[self.models_word(), model], &[]).await?;
        self.one_model(value)
    }

    /// Creates a bay model.
    ///
    /// # Errors
    /// `Unsupported` when something is set that this Magnum does not know; `Invalid` for an image without
    /// `os_distro`, an unknown network and the like; `Forbidden` for a public one without the right.
    pub async fn create_bay_model(&self, spec: &BayModelSpec) -> Result<BayModel, Error> {
        self.refuse_too_new("create bay model", &preview::new_bay_model_too_new(spec, &self.info))?;
        let body = preview::new_bay_model_body(spec, &self.info);
        let call = self.service.call(Method::POST, &[self.models_word()], &[]).body(body);
        self.one_model(self.service.send(call).await?.json()?)
    }

    /// Deletes a bay model.
    ///
    /// # Errors
    /// `Conflict` while a bay is made of it (Magnum itself says 400).
    pub async fn delete_bay_model(&self, model: &str) -> Result<(), Error> {
        self.service.delete(&[self.models_word(), model], &[]).await.map_err(|e| {
            let in_use = e.status() == Some(400) && e.said().contains("is referenced by");
            if in_use { e.into_kind(ProblemKind::Conflict) } else { e }
        })
    }

    fn one_model(&self, value: Value) -> Result<BayModel, Error> {
        serde_json::from_value::<modern::Template>(value)
            .map(BayModel::from)
            .map_err(|e| Error::decode(SERVICE, format!("read {}", self.models_word()), &e))
    }

    fn modern_only(&self, action: &str) -> Result<(), Error> {
        if self.modern() {
            return Ok(());
        }
        Err(Error::unsupported(SERVICE, action, "needs a Magnum with clusters (3.0.0 or newer)"))
    }

    async fn list_while_deleting(&self, path: &[&str], key: &str) -> Result<Members, Error> {
        self.through_deletion(|| self.service.pages(path, NO_QUERY, key)).await
    }

    /// Repeats what fails only because a bay is in the middle of its deletion: Magnum then stumbles over its own
    /// half-deleted row (`Invalid input for field/attribute master_count. Value: '0'`).
    async fn through_deletion<T, F: Future<Output = Result<T, Error>>>(&self, ask: impl Fn() -> F) -> Result<T, Error> {
        let first = self.service.session.http().options().backoff;
        for attempt in 1..LIST_ATTEMPTS {
            match ask().await {
                Err(error) if stumbled(&error) => tokio::time::sleep(first * attempt).await,
                other => return other,
            }
        }
        ask().await.map_err(|e| if stumbled(&e) { e.into_kind(ProblemKind::Server) } else { e })
    }
}

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageMark(String);

const NO_QUERY: Query<'static> = &[];

fn stumbled(error: &Error) -> bool {
    error.status() == Some(400) && error.said().contains("Invalid input for field/attribute")
}

fn uuid(answer: &Value, action: &str) -> Result<String, Error> {
    let uuid = answer.get("uuid").and_then(Value::as_str).map(str::to_owned);
    uuid.ok_or_else(|| Error::new(ProblemKind::Decode, SERVICE, action, "the answer has no uuid"))
}

/// A bay as today's Magnum would write it, for tests of other modules.
#[cfg(test)]
pub(crate) fn bay_from_json(value: Value) -> Bay {
    modern::bays(super::wire::as_members([value])).remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_under_every_name_of_the_service() {
        assert_eq!(microversion("container-infra 1.10"), Some(Microversion(1, 10)));
        assert_eq!(microversion("container-infrastructure-management 1.14"), Some(Microversion(1, 14)));
        assert_eq!(microversion("1.1"), Some(Microversion(1, 1)));
        assert_eq!(microversion("latest"), None);
        assert!(Microversion(1, 10) > Microversion(1, 9));
    }
}
