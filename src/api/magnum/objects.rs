//! What 2015's Magnum ran inside bays itself: pods, replication controllers, services, and Docker containers
//! (`magnum@1.1.0 magnum/api/controllers/v1/{pod,replicationcontroller,service,container}.py`).

use super::{Magnum, SERVICE};
use crate::api::error::Error;
use crate::api::session::Query;
use crate::api::wire;
use crate::model::container::{Container, ContainerAction, NewContainer};
use crate::model::magnum_object::{MagnumObject, MagnumObjectKind};
use crate::model::preview::ApiLevel;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireObject {
    #[serde(deserialize_with = "wire::text")]
    uuid: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::text")]
    bay_uuid: String,
    #[serde(deserialize_with = "wire::text_list")]
    images: Vec<String>,
    #[serde(deserialize_with = "wire::text_map")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    host: Option<String>,
    #[serde(deserialize_with = "wire::opt_number")]
    replicas: Option<i64>,
    #[serde(deserialize_with = "wire::text_map")]
    selector: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_text")]
    ip: Option<String>,
    #[serde(deserialize_with = "wire::or_default")]
    ports: Vec<Value>,
    /// Kilo has one port.
    #[serde(deserialize_with = "wire::opt_number")]
    port: Option<i64>,
    #[serde(deserialize_with = "wire::opt_text")]
    manifest: Option<String>,
    #[serde(deserialize_with = "wire::opt_time")]
    created_at: Option<i64>,
}

impl WireObject {
    fn into_object(self, kind: MagnumObjectKind) -> MagnumObject {
        let mut ports: Vec<String> = self.ports.iter().filter_map(port).collect();
        ports.extend(self.port.map(|p| p.to_string()));
        MagnumObject {
            kind,
            id: self.uuid,
            name: self.name,
            bay_id: self.bay_uuid,
            images: self.images,
            labels: self.labels,
            status: self.status,
            host: self.host,
            replicas: self.replicas.and_then(|n| u32::try_from(n).ok()),
            selector: self.selector,
            ip: self.ip,
            ports,
            manifest: self.manifest,
            created_at: self.created_at,
        }
    }
}

/// `80→6379/TCP`, as far as the parts are known.
fn port(value: &Value) -> Option<String> {
    let part = |key: &str| value.get(key).and_then(wire::scalar).filter(|s| !s.is_empty());
    let mut text = part("port")?;
    if let Some(target) = part("targetPort").or_else(|| part("target_port")).filter(|t| *t != text) {
        text = format!("{text}→{target}");
    }
    if let Some(protocol) = part("protocol") {
        text = format!("{text}/{protocol}");
    }
    Some(text)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireContainer {
    #[serde(deserialize_with = "wire::text")]
    uuid: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::text")]
    image: String,
    /// Kilo's word.
    #[serde(deserialize_with = "wire::text")]
    image_id: String,
    #[serde(deserialize_with = "wire::text")]
    command: String,
    #[serde(deserialize_with = "wire::text")]
    bay_uuid: String,
    #[serde(deserialize_with = "wire::text")]
    status: String,
    #[serde(deserialize_with = "wire::opt_text")]
    memory: Option<String>,
    #[serde(deserialize_with = "wire::text_map")]
    environment: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_time")]
    created_at: Option<i64>,
}

impl From<WireContainer> for Container {
    fn from(c: WireContainer) -> Container {
        Container {
            id: c.uuid,
            name: c.name,
            image: if c.image.is_empty() { c.image_id } else { c.image },
            command: c.command,
            bay_id: c.bay_uuid,
            status: c.status,
            memory: c.memory,
            environment: c.environment,
            created_at: c.created_at,
        }
    }
}

/// Docker or Kubernetes answers behind these while we wait; pulling an image takes long.
const PATIENCE: Duration = Duration::from_secs(300);

impl Magnum {
    fn level(&self) -> ApiLevel {
        ApiLevel::of(&self.info)
    }

    fn lists(&self, collection: &str, action: &str) -> Result<(), Error> {
        if self.info.has(collection) {
            return Ok(());
        }
        let said = format!("/v1/{collection} was part of Magnum until 2.x; this one runs nothing inside bays itself");
        Err(Error::unsupported(SERVICE, action, said))
    }

    /// Liberty and Mitaka want to know the bay; Kilo does not.
    fn bay_query<'a>(&self, bay: &'a str) -> Vec<(&'a str, &'a str)> {
        if self.level() == ApiLevel::Kilo { Vec::new() } else { vec![("bay_ident", bay)] }
    }

    /// Pods, replication controllers or services of a bay (uuid).
    ///
    /// # Errors
    /// `Unsupported` from 3.0.0 on: ask the bay itself.
    pub async fn objects(&self, kind: MagnumObjectKind, bay: &str) -> Result<Vec<MagnumObject>, Error> {
        let collection = kind.collection();
        self.lists(collection, "list objects")?;
        let list = self.service.pages(&[collection], &self.bay_query(bay), collection).await?;
        let all = wire::members::<WireObject>(list, collection).into_iter().map(|o| o.into_object(kind));
        // Liberty accepts the parameter and lists everything all the same.
        Ok(all.filter(|o| o.bay_id.is_empty() || o.bay_id == bay).collect())
    }

    /// One of them with its manifest.
    ///
    /// # Errors
    /// `NotFound`; `Unsupported` from 3.0.0 on.
    pub async fn object(&self, kind: MagnumObjectKind, bay: &str, id: &str) -> Result<MagnumObject, Error> {
        self.lists(kind.collection(), "show object")?;
        let object: WireObject = self.service.get(&[kind.collection(), id], &self.bay_query(bay)).await?;
        Ok(object.into_object(kind))
    }

    /// Creates one from a manifest (one YAML or JSON document).
    ///
    /// # Errors
    /// `Invalid` for a manifest that Magnum or Kubernetes refuses; `Unsupported` from 3.0.0 on.
    pub async fn create_object(
        &self,
        kind: MagnumObjectKind,
        bay: &str,
        manifest: &str,
    ) -> Result<MagnumObject, Error> {
        self.lists(kind.collection(), "create object")?;
        let body = json!({ "bay_uuid": bay, "manifest": manifest });
        let mut call = self.service.call(Method::POST, &[kind.collection()], &[]).body(body);
        call.timeout = Some(PATIENCE);
        Ok(self.service.send(call).await?.json::<WireObject>()?.into_object(kind))
    }

    /// Gives one another manifest, which is also how a controller is scaled.
    ///
    /// # Errors
    /// As [`create_object`](Magnum::create_object), and `NotFound`.
    pub async fn update_object(
        &self,
        kind: MagnumObjectKind,
        bay: &str,
        id: &str,
        manifest: &str,
    ) -> Result<MagnumObject, Error> {
        self.lists(kind.collection(), "update object")?;
        let patch = json!([{ "op": "replace", "path": "/manifest", "value": manifest }]);
        let mut call = self.service.call(Method::PATCH, &[kind.collection(), id], &self.bay_query(bay)).body(patch);
        call.timeout = Some(PATIENCE);
        Ok(self.service.send(call).await?.json::<WireObject>()?.into_object(kind))
    }

    /// Deletes one.
    ///
    /// # Errors
    /// `NotFound`; `Unsupported` from 3.0.0 on.
    pub async fn delete_object(&self, kind: MagnumObjectKind, bay: &str, id: &str) -> Result<(), Error> {
        self.lists(kind.collection(), "delete object")?;
        self.service.delete(&[kind.collection(), id], &self.bay_query(bay)).await
    }

    /// Containers, of one bay (uuid) or of all.
    ///
    /// # Errors
    /// `Unsupported` from 3.0.0 on.
    pub async fn containers(&self, bay: Option<&str>) -> Result<Vec<Container>, Error> {
        self.lists("containers", "list containers")?;
        let query: Vec<(&str, &str)> = match bay {
            Some(bay) if self.level() == ApiLevel::Mitaka => vec![("bay_ident", bay)],
            _ => Vec::new(),
        };
        // Each row costs the server one question to Docker.
        let list = self.service.pages(&["containers"], &query, "containers").await?;
        let all = wire::members::<WireContainer>(list, "containers").into_iter().map(Container::from);
        Ok(all.filter(|c| bay.is_none_or(|bay| c.bay_id == bay)).collect())
    }

    /// One container, by uuid or name.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when several have that name.
    pub async fn container(&self, id: &str) -> Result<Container, Error> {
        self.lists("containers", "show container")?;
        let container: WireContainer = self.service.get(&["containers", id], &[]).await?;
        Ok(container.into())
    }

    /// Creates a container on a Swarm bay (uuid); it is not started.
    ///
    /// # Errors
    /// `Invalid` for a bay of another engine; `Server` with Docker's words; `Unsupported` when memory or environment
    /// are set and this Magnum does not know them.
    pub async fn create_container(&self, bay: &str, new: &NewContainer) -> Result<Container, Error> {
        self.lists("containers", "create container")?;
        let level = self.level();
        let mut body = json!({ "bay_uuid": bay });
        body[if level == ApiLevel::Kilo { "image_id" } else { "image" }] = json!(new.image.trim());
        let mut set = |key: &str, value: &str| {
            if !value.trim().is_empty() {
                body[key] = json!(value.trim());
            }
        };
        set("name", &new.name);
        set("command", &new.command);
        if !new.memory.trim().is_empty() {
            self.since(ApiLevel::Liberty, "memory")?;
            set("memory", &new.memory);
        }
        if !new.environment.is_empty() {
            self.since(ApiLevel::Mitaka, "environment")?;
            body["environment"] = json!(new.environment);
        }
        let mut call = self.service.call(Method::POST, &["containers"], &[]).body(body);
        call.timeout = Some(PATIENCE);
        Ok(self.service.send(call).await?.json::<WireContainer>()?.into())
    }

    fn since(&self, needs: ApiLevel, field: &str) -> Result<(), Error> {
        if self.level() >= needs {
            return Ok(());
        }
        let said = format!("{field} needs {needs}; this is {}", self.level());
        Err(Error::unsupported(SERVICE, "create container", said))
    }

    /// Starts, stops, restarts, pauses or unpauses a container.
    ///
    /// # Errors
    /// `Server` with Docker's words when its state does not allow it.
    pub async fn act_on_container(&self, id: &str, action: ContainerAction) -> Result<(), Error> {
        self.lists("containers", action.word())?;
        let mut call = self.service.call(Method::PUT, &["containers", id, action.word()], &[]);
        call.timeout = Some(PATIENCE);
        // Docker starts and stops once however often it is asked. A second reboot would be a second reboot, and a second
        // pause fails ("already paused") although the first one did it.
        call.idempotent = matches!(action, ContainerAction::Start | ContainerAction::Stop);
        self.service.send(call).await.map(|_| ())
    }

    /// What a container has printed.
    ///
    /// # Errors
    /// As any call.
    pub async fn container_logs(&self, id: &str) -> Result<String, Error> {
        self.lists("containers", "read logs")?;
        self.output(Method::GET, &["containers", id, "logs"], &[]).await
    }

    /// Runs a command inside a container and gives what it printed.
    ///
    /// # Errors
    /// As any call.
    pub async fn execute_in_container(&self, id: &str, command: &str) -> Result<String, Error> {
        self.lists("containers", "execute")?;
        self.output(Method::PUT, &["containers", id, "execute"], &[("command", command)]).await
    }

    async fn output(&self, method: Method, path: &[&str], query: Query<'_>) -> Result<String, Error> {
        let mut call = self.service.call(method.clone(), path, query);
        call.timeout = Some(PATIENCE);
        call.idempotent = method == Method::GET;
        let answer: Value = self.service.send(call).await?.json()?;
        let output = answer.get("output").unwrap_or(&answer);
        Ok(output.as_str().unwrap_or_default().to_owned())
    }

    /// Deletes a container.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_container(&self, id: &str) -> Result<(), Error> {
        self.lists("containers", "delete container")?;
        self.service.delete(&["containers", id], &[]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_shown_as_far_as_they_are_known() {
        assert_eq!(port(&json!({"port": 80, "targetPort": 6379, "protocol": "TCP"})).as_deref(), Some("80→6379/TCP"));
        assert_eq!(port(&json!({"port": 80, "targetPort": 80})).as_deref(), Some("80"));
        assert_eq!(port(&json!({})), None);
    }
}
