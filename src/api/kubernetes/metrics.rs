//! Usage from the metrics API (metrics-server), where the bay has one. What it did not measure is left out.

use super::connect::Connection;
use super::error::Error;
use super::request;
use super::slim::nullable;
use crate::model::quantity;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

/// Used CPU (thousandths of a core) and memory (bytes) by namespace and name of the pod.
pub type UsageByPod = HashMap<String, HashMap<String, (u64, u64)>>;

/// Time limit of the list of all pods' usage: metrics-server makes it anew for each request.
const PODS_LIMIT: Duration = Duration::from_secs(120);

/// Used CPU (thousandths of a core) and memory (bytes) of every node, by name. An error where there is no metrics API.
pub async fn nodes(connection: &Connection) -> Result<HashMap<String, (u64, u64)>, Error> {
    #[derive(Deserialize)]
    struct Node {
        metadata: Meta,
        #[serde(default, deserialize_with = "nullable")]
        usage: Usage,
    }
    #[derive(Deserialize)]
    struct Nodes {
        #[serde(default, deserialize_with = "nullable")]
        items: Vec<Node>,
    }
    let list: Nodes = request::get(connection.client(), "/apis/metrics.k8s.io/v1beta1/nodes").await?;
    Ok(list.items.into_iter().filter_map(|node| Some((node.metadata.name, node.usage.amounts()?))).collect())
}

/// What every pod uses, all its containers together. The API knows no pages, and of 150,000 pods its answer is tens of
/// megabytes: it is taken in pod by pod while it comes. An error where there is no metrics API.
pub async fn pods(connection: &Connection) -> Result<UsageByPod, Error> {
    let list: Pods = request::get_large(connection.client(), "/apis/metrics.k8s.io/v1beta1/pods", PODS_LIMIT).await?;
    Ok(list.items)
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default, deserialize_with = "nullable")]
    namespace: String,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    #[serde(deserialize_with = "nullable")]
    cpu: String,
    #[serde(deserialize_with = "nullable")]
    memory: String,
}

impl Usage {
    fn amounts(&self) -> Option<(u64, u64)> {
        Some((quantity::cpu_milli(&self.cpu)?, quantity::bytes(&self.memory)?))
    }
}

#[derive(Deserialize)]
struct Pods {
    #[serde(default, deserialize_with = "by_pod")]
    items: UsageByPod,
}

/// Sums up each `PodMetrics` of a list and lets go of it.
fn by_pod<'de, D: Deserializer<'de>>(list: D) -> Result<UsageByPod, D::Error> {
    #[derive(Deserialize)]
    struct Pod {
        metadata: Meta,
        #[serde(default, deserialize_with = "nullable")]
        containers: Vec<Container>,
    }
    #[derive(Deserialize)]
    struct Container {
        #[serde(default, deserialize_with = "nullable")]
        usage: Usage,
    }
    struct Items;
    impl<'de> Visitor<'de> for Items {
        type Value = UsageByPod;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of PodMetrics")
        }

        fn visit_unit<E>(self) -> Result<UsageByPod, E> {
            Ok(UsageByPod::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<UsageByPod, A::Error> {
            let mut by_namespace = UsageByPod::new();
            while let Some(Pod { metadata, containers }) = items.next_element()? {
                let used = containers.iter().filter_map(|c| c.usage.amounts());
                let Some(sum) = used.reduce(|sum, used| (sum.0 + used.0, sum.1 + used.1)) else { continue };
                match by_namespace.get_mut(&metadata.namespace) {
                    Some(pods) => drop(pods.insert(metadata.name, sum)),
                    None => drop(by_namespace.insert(metadata.namespace, HashMap::from([(metadata.name, sum)]))),
                }
            }
            Ok(by_namespace)
        }
    }
    list.deserialize_any(Items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_summed_up_pod_by_pod() {
        let list = r#"{"kind": "PodMetricsList", "metadata": {}, "items": [
            {"metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}}, "timestamp": "x", "window": "15s",
             "containers": [{"name": "web", "usage": {"cpu": "120500000n", "memory": "2Mi"}},
                            {"name": "side", "usage": {"cpu": "3m", "memory": "1024Ki"}}]},
            {"metadata": {"name": "web-2", "namespace": "shop"}, "containers": null},
            {"metadata": {"name": "web-3", "namespace": "shop"}, "containers": [{"name": "a", "usage": {"cpu": "1"}}]},
            {"metadata": {"name": "web-1", "namespace": "test"}, "containers": [{"name": "a", "usage": {"cpu": "0", "memory": "1"}}]}]}"#;
        let read: Pods = serde_json::from_str(list).unwrap();
        assert_eq!(read.items["shop"]["web-1"], (124, 3 << 20), "rounded up, as Kubernetes does");
        assert_eq!(read.items["shop"].len(), 1, "nobody measured the others");
        assert_eq!(read.items["test"]["web-1"], (0, 1));
        for empty in [r#"{"items": null}"#, "{}", r#"{"items": []}"#] {
            assert!(serde_json::from_str::<Pods>(empty).unwrap().items.is_empty(), "{empty}");
        }
        assert!(serde_json::from_str::<Pods>(r#"{"items": [{"metadata": {}}]}"#).is_err(), "a pod without a name");
    }
}
