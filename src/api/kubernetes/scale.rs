//! Setting the number of replicas through the `scale` subresource.

use super::connect::Connection;
use super::discovery::shown;
use super::error::Error;
use super::request;
use crate::model::workload::WorkloadKind;
use http::Method;
use serde_json::{Value, json};

/// Sets a workload's replicas (Deployment, ReplicaSet, StatefulSet, ReplicationController).
pub async fn scale(
    connection: &Connection,
    kind: WorkloadKind,
    namespace: &str,
    name: &str,
    replicas: u32,
) -> Result<(), Error> {
    if !kind.can_scale() {
        return Err(Error::Unsupported(format!("a {} has no number of replicas to set", kind.word())));
    }
    let path = format!("{}/scale?fieldManager=bayview", shown(kind.word())?.path(namespace, name));
    let body = json!({"spec": {"replicas": replicas}}).to_string().into_bytes();
    let patch = Some(("application/merge-patch+json", body));
    let _: Value = request::change(connection.client(), Method::PATCH, &path, patch).await?;
    Ok(())
}
