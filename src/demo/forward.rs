//! Magnum of 2015 was a client of the bay's Kubernetes: here what was posted as a manifest is sent there, and what has
//! become of it is read back.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::cloud::Cloud;
use super::lock;
use super::pki::Authority;
use super::world::legacy::{ManifestKind, ManifestObject};

/// How long one answer may take: it comes from this machine.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Something to do at the Kubernetes API of a bay.
#[derive(Debug, Clone)]
pub(super) enum Errand {
    /// Create the object, or change it to its manifest.
    Apply(Box<ManifestObject>),
    /// Delete it.
    Delete(Box<ManifestObject>),
}

/// Runs errands, and reads objects back every second, until `stop`.
pub(super) async fn run(cloud: Arc<Cloud>, stop: CancellationToken) {
    // What stood in the tables at the start is not in Kubernetes yet.
    for object in all(&cloud) {
        perform(&cloud, Errand::Apply(Box::new(object))).await;
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(250)) => {}
        }
        let errands = std::mem::take(&mut *lock(cloud.errands()));
        for errand in errands {
            perform(&cloud, errand).await;
        }
        for object in all(&cloud) {
            read_back(&cloud, &object).await;
        }
    }
}

fn all(cloud: &Cloud) -> Vec<ManifestObject> {
    cloud.world().regions.iter().flat_map(|region| region.legacy.manifests.clone()).collect()
}

async fn perform(cloud: &Cloud, errand: Errand) {
    let outcome = match &errand {
        Errand::Apply(object) => match connect(cloud, &object.bay_uuid) {
            Some(kubernetes) => kubernetes.apply(object).await,
            None => Ok(()),
        },
        Errand::Delete(object) => match connect(cloud, &object.bay_uuid) {
            Some(kubernetes) => kubernetes.delete(object).await,
            None => Ok(()),
        },
    };
    if let (Err(error), Errand::Apply(object)) = (outcome, errand) {
        tracing::warn!(name = %object.name, %error, "the bay's Kubernetes did not take a manifest");
        change(cloud, &object.uuid, |row| row.status = "failed".into());
    }
}

async fn read_back(cloud: &Cloud, object: &ManifestObject) {
    let Some(kubernetes) = connect(cloud, &object.bay_uuid) else { return };
    let Ok(found) = kubernetes.get(object).await else { return };
    change(cloud, &object.uuid, |row| match row.kind {
        ManifestKind::Pod => {
            if let Some(phase) = found["status"]["phase"].as_str() {
                phase.clone_into(&mut row.status);
            }
            row.host = found["status"]["hostIP"].as_str().map(str::to_owned);
        }
        ManifestKind::ReplicationController => row.replicas = found["status"]["replicas"].as_i64().unwrap_or(0),
        ManifestKind::Service => row.ip = found["spec"]["clusterIP"].as_str().map(str::to_owned),
    });
}

fn change(cloud: &Cloud, uuid: &str, with: impl Fn(&mut ManifestObject)) {
    for region in &mut cloud.world().regions {
        if let Some(row) = region.legacy.manifests.iter_mut().find(|row| row.uuid == uuid) {
            with(row);
        }
    }
}

/// A way into one bay.
#[derive(Clone)]
pub(super) struct Kubernetes {
    client: reqwest::Client,
    base: String,
}

/// The bay's API, when it is up.
fn connect(cloud: &Cloud, bay: &str) -> Option<Kubernetes> {
    let (authority, address) = cloud.way_into(bay)?;
    if let Some(known) = lock(cloud.ways()).get(bay).filter(|known| known.base == address) {
        return Some(known.clone());
    }
    match Kubernetes::new(&authority, address) {
        Ok(made) => {
            lock(cloud.ways()).insert(bay.to_owned(), made.clone());
            Some(made)
        }
        Err(error) => {
            tracing::warn!(%bay, %error, "no way into a demo bay");
            None
        }
    }
}

impl Kubernetes {
    /// Makes a key, has it signed as Magnum's own user, and trusts the bay's authority only.
    fn new(authority: &Authority, base: String) -> io::Result<Kubernetes> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "magnum");
        params.distinguished_name.push(DnType::OrganizationName, "system:masters");
        let request = params.serialize_request(&key).and_then(|request| request.pem()).map_err(io::Error::other)?;
        let certificate = authority.sign_csr_pem(&request).map_err(io::Error::other)?;
        let pem = format!("{certificate}\n{}", key.serialize_pem());
        let root = reqwest::Certificate::from_pem(authority.ca_pem().as_bytes()).map_err(io::Error::other)?;
        let identity = reqwest::Identity::from_pem(pem.as_bytes()).map_err(io::Error::other)?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([root])
            .identity(identity)
            .timeout(TIMEOUT)
            .build()
            .map_err(io::Error::other)?;
        Ok(Kubernetes { client, base })
    }

    fn url(&self, object: &ManifestObject) -> String {
        let plural = match object.kind {
            ManifestKind::Pod => "pods",
            ManifestKind::ReplicationController => "replicationcontrollers",
            ManifestKind::Service => "services",
        };
        format!("{}/api/v1/namespaces/default/{plural}/{}", self.base, object.name)
    }

    /// Server-side apply: creates and changes alike.
    async fn apply(&self, object: &ManifestObject) -> Result<(), String> {
        let mut body = object.parsed.clone();
        body["apiVersion"] = json!("v1");
        body["kind"] = json!(object.kind.thing());
        body["metadata"]["namespace"] = json!("default");
        let url = format!("{}?fieldManager=magnum&force=true", self.url(object));
        let request =
            self.client.patch(url).header("content-type", "application/apply-patch+yaml").body(body.to_string());
        let response = request.send().await.map_err(|error| error.to_string())?;
        if response.status().is_success() {
            return Ok(());
        }
        let status = response.status();
        Err(format!("{status}: {}", response.text().await.unwrap_or_default()))
    }

    async fn delete(&self, object: &ManifestObject) -> Result<(), String> {
        let response = self.client.delete(self.url(object)).send().await.map_err(|error| error.to_string())?;
        // Already gone is as good.
        if response.status().is_success() || response.status() == 404 {
            Ok(())
        } else {
            Err(response.status().to_string())
        }
    }

    async fn get(&self, object: &ManifestObject) -> Result<Value, String> {
        let response = self.client.get(self.url(object)).send().await.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(response.status().to_string());
        }
        let text = response.text().await.map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}
