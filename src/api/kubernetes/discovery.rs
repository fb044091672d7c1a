//! Under which path a kind is served: a table of the common ones, and the server's own discovery for everything else
//! (custom resources, new versions). <https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api>

use super::connect::Connection;
use super::error::Error;
use super::request::{self, escape};
use super::slim::nullable;
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;

/// A kind as a server serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// `apps/v1`.
    pub api_version: String,
    /// `Deployment`.
    pub kind: String,
    /// `deployments`.
    pub plural: String,
    /// Lives in a namespace.
    pub namespaced: bool,
}

impl Resource {
    /// Path of the collection; `namespace` is not used for cluster-wide kinds.
    pub(super) fn collection(&self, namespace: &str) -> String {
        let base = base(&self.api_version);
        if self.namespaced {
            format!("{base}/namespaces/{}/{}", escape(namespace), self.plural)
        } else {
            format!("{base}/{}", self.plural)
        }
    }

    /// Path of one object.
    pub(super) fn path(&self, namespace: &str, name: &str) -> String {
        format!("{}/{}", self.collection(namespace), escape(name))
    }
}

/// `/api/v1`, `/apis/apps/v1`.
fn base(api_version: &str) -> String {
    match api_version.split_once('/') {
        None => format!("/api/{}", escape(api_version)),
        Some((group, version)) => format!("/apis/{}/{}", escape(group), escape(version)),
    }
}

/// Kinds that every server since 1.20 has under these paths: (kind, apiVersion, plural, namespaced).
const COMMON: [(&str, &str, &str, bool); 18] = [
    ("Pod", "v1", "pods", true),
    ("Service", "v1", "services", true),
    ("ConfigMap", "v1", "configmaps", true),
    ("Secret", "v1", "secrets", true),
    ("ServiceAccount", "v1", "serviceaccounts", true),
    ("PersistentVolumeClaim", "v1", "persistentvolumeclaims", true),
    ("PersistentVolume", "v1", "persistentvolumes", false),
    ("ReplicationController", "v1", "replicationcontrollers", true),
    ("Event", "v1", "events", true),
    ("Namespace", "v1", "namespaces", false),
    ("Node", "v1", "nodes", false),
    ("Deployment", "apps/v1", "deployments", true),
    ("ReplicaSet", "apps/v1", "replicasets", true),
    ("StatefulSet", "apps/v1", "statefulsets", true),
    ("DaemonSet", "apps/v1", "daemonsets", true),
    ("Job", "batch/v1", "jobs", true),
    ("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies", true),
    ("StorageClass", "storage.k8s.io/v1", "storageclasses", false),
];

/// A common kind by its word alone.
pub fn common(kind: &str) -> Option<Resource> {
    let (kind, api_version, plural, namespaced) = COMMON.iter().find(|(k, ..)| *k == kind)?;
    Some(Resource {
        api_version: (*api_version).into(),
        kind: (*kind).into(),
        plural: (*plural).into(),
        namespaced: *namespaced,
    })
}

/// A kind by its word alone, for an object that the picture shows; unknown kinds are an error.
pub(super) fn shown(kind: &str) -> Result<Resource, Error> {
    common(kind).ok_or_else(|| Error::Unsupported(format!("kind {kind} is not known here")))
}

/// What a server serves, asked for once per group and version.
#[derive(Debug, Default)]
pub struct Discovery {
    known: HashMap<String, Vec<Resource>>,
}

impl Discovery {
    /// The resource of a kind; `None` if the server does not have it.
    pub async fn find(
        &mut self,
        connection: &Connection,
        api_version: &str,
        kind: &str,
    ) -> Result<Option<Resource>, Error> {
        if !self.known.contains_key(api_version) {
            let list = read(connection, api_version).await?;
            self.known.insert(api_version.to_owned(), list);
        }
        Ok(self.known.get(api_version).and_then(|list| list.iter().find(|r| r.kind == kind)).cloned())
    }

    /// Like [`Discovery::find`], for a kind whose definition was just made: asks again until it is served, ten seconds long.
    pub async fn await_kind(
        &mut self,
        connection: &Connection,
        api_version: &str,
        kind: &str,
    ) -> Result<Option<Resource>, Error> {
        for _ in 0..40 {
            self.known.remove(api_version);
            if let Some(found) = self.find(connection, api_version, kind).await? {
                return Ok(Some(found));
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Ok(None)
    }
}

async fn read(connection: &Connection, api_version: &str) -> Result<Vec<Resource>, Error> {
    #[derive(Deserialize)]
    struct List {
        #[serde(default, deserialize_with = "nullable")]
        resources: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        name: String,
        kind: String,
        #[serde(default)]
        namespaced: bool,
    }
    let list: List = match request::get(connection.client(), &base(api_version)).await {
        Ok(list) => list,
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    // Subresources (`deployments/scale`) carry kinds of other groups.
    let whole = list.resources.into_iter().filter(|item| !item.name.contains('/'));
    Ok(whole
        .map(|item| Resource {
            api_version: api_version.to_owned(),
            kind: item.kind,
            plural: item.name,
            namespaced: item.namespaced,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_core_and_groups() {
        let pod = common("Pod").unwrap();
        assert_eq!(pod.path("shop", "web-1"), "/api/v1/namespaces/shop/pods/web-1");
        let class = common("StorageClass").unwrap();
        assert_eq!(class.path("ignored", "fast"), "/apis/storage.k8s.io/v1/storageclasses/fast");
        assert!(common("Gadget").is_none());
    }
}
