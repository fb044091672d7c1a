//! Deleting one object; what it owns goes in the background.

use super::connect::Connection;
use super::discovery::{Resource, shown};
use super::error::Error;
use super::request;
use http::Method;
use serde_json::{Value, json};

/// Deletes an object that the picture shows; `namespace` is not used for cluster-wide kinds.
pub async fn delete(connection: &Connection, kind: &str, namespace: &str, name: &str) -> Result<(), Error> {
    resource(connection, &shown(kind)?, namespace, name).await
}

pub(super) async fn resource(
    connection: &Connection,
    resource: &Resource,
    namespace: &str,
    name: &str,
) -> Result<(), Error> {
    // An empty name would be a request to delete the whole collection.
    if name.is_empty() {
        return Err(Error::Internal("delete without a name".into()));
    }
    let body = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"});
    let path = resource.path(namespace, name);
    let body = Some(("application/json", body.to_string().into_bytes()));
    let _: Value = request::change(connection.client(), Method::DELETE, &path, body).await?;
    Ok(())
}
