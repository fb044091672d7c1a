//! Usage from the metrics API (metrics-server), where the bay has one.

use super::connect::Connection;
use super::error::Error;
use super::request;
use super::slim::nullable;
use crate::model::quantity;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default, deserialize_with = "nullable")]
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct Usage {
    cpu: String,
    memory: String,
}

impl Usage {
    fn amounts(&self) -> (u64, u64) {
        (quantity::cpu_milli(&self.cpu).unwrap_or(0), quantity::bytes(&self.memory).unwrap_or(0))
    }
}

/// Used CPU (thousandths of a core) and memory (bytes) of every node, by name. An error where there is no metrics API.
pub async fn nodes(connection: &Connection) -> Result<HashMap<String, (u64, u64)>, Error> {
    #[derive(Deserialize)]
    struct Node {
        metadata: Meta,
        usage: Usage,
    }
    let list: List<Node> = request::get(connection.client(), "/apis/metrics.k8s.io/v1beta1/nodes").await?;
    Ok(list.items.into_iter().map(|n| (n.metadata.name, n.usage.amounts())).collect())
}

/// Used CPU (thousandths of a core) and memory (bytes) of every pod, all its containers together, by namespace and name. An
/// error where there is no metrics API.
pub async fn pods(connection: &Connection) -> Result<HashMap<String, HashMap<String, (u64, u64)>>, Error> {
    #[derive(Deserialize)]
    struct Pod {
        metadata: Meta,
        #[serde(default, deserialize_with = "nullable")]
        containers: Vec<Container>,
    }
    #[derive(Deserialize)]
    struct Container {
        usage: Usage,
    }
    let list: List<Pod> = request::get(connection.client(), "/apis/metrics.k8s.io/v1beta1/pods").await?;
    let mut by_namespace: HashMap<String, HashMap<String, (u64, u64)>> = HashMap::new();
    for pod in list.items {
        let used = pod.containers.iter().map(|c| c.usage.amounts());
        let sum = used.fold((0, 0), |sum, used| (sum.0 + used.0, sum.1 + used.1));
        by_namespace.entry(pod.metadata.namespace).or_default().insert(pod.metadata.name, sum);
    }
    Ok(by_namespace)
}
