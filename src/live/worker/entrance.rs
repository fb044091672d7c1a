//! The way into bays: certificates signed once, connections kept, and single calls to what is inside.

use super::place::Place;
use crate::api::kubernetes::certificate::Signed;
use crate::api::kubernetes::{BayCertificate, Connection, delete, get, logs, scale};
use crate::api::magnum::{CaKind, full_api_address};
use crate::live::command::ObjectRef;
use crate::live::event::Answer;
use crate::live::state::PodLog;
use crate::model::bay::{Bay, Coe};
use crate::model::kubeconfig::{context_of, is_kubeconfig};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::workload::WorkloadKind;
use secrecy::ExposeSecret as _;
use std::collections::HashMap;
use std::path::Path;
use tokio::sync::Mutex;

/// Lines of a log that are read.
const LOG_LINES: u32 = 2000;

/// Connections by bay.
#[derive(Default)]
pub(super) struct Entrance {
    connections: Mutex<HashMap<String, Connection>>,
}

impl Entrance {
    /// Keeps a connection that was made otherwise (kubeconfig).
    pub(super) async fn keep(&self, id: &str, connection: Connection) {
        self.connections.lock().await.insert(id.to_owned(), connection);
    }

    /// Forgets a connection by certificate, so that the next one asks for a new one. A kubeconfig stays open.
    pub(super) async fn forget_certificate(&self, id: &str) {
        if !is_kubeconfig(id) {
            self.connections.lock().await.remove(id);
        }
    }

    /// The connection that is there already, unless its certificate is over.
    pub(super) async fn known(&self, id: &str) -> Option<Connection> {
        let now = super::context::now() as i64;
        let connections = self.connections.lock().await;
        let usable = |c: &&Connection| c.certificate().is_none_or(|certificate| !certificate.is_over(now));
        connections.get(id).filter(usable).cloned()
    }
}

impl Place {
    /// A connection into a bay, new or known.
    pub(super) async fn connection(&self, id: &str) -> Answer<Connection> {
        if let Some(connection) = self.entrance.known(id).await {
            return Ok(connection);
        }
        if let Some(name) = context_of(id) {
            let said = format!("the kubeconfig of {name} is no longer open: open it again");
            return Err(Problem::new(ProblemKind::NotFound, "kubernetes", said));
        }
        let bay = self.bay(id).await?;
        self.connect(&bay).await
    }

    /// Makes a connection into a bay: key made here, request signed by Magnum.
    pub(super) async fn connect(&self, bay: &Bay) -> Answer<Connection> {
        if let Some(coe) = bay.coe.as_ref().filter(|coe| **coe != Coe::Kubernetes) {
            let said = format!("this is a {} bay; only Kubernetes bays can be entered", coe.title());
            return Err(Problem::new(ProblemKind::Unsupported, "kubernetes", said));
        }
        let Some(address) = bay.api_address.as_deref().filter(|a| !a.is_empty()) else {
            let said = "the bay has no API address yet";
            return Err(Problem::new(ProblemKind::Unsupported, "kubernetes", said));
        };
        let address = self.full_address(bay, address).await;
        let connection = if address.starts_with("http://") {
            Connection::plain(bay.title(), &address).await
        } else {
            let certificate = self.certificate(&bay.id).await?;
            Connection::with_certificate(bay.title(), &address, certificate).await
        };
        let connection = connection.map_err(|e| e.during("connect"))?;
        self.entrance.keep(&bay.id, connection.clone()).await;
        Ok(connection)
    }

    /// Kilo tells a bare address; its port stands in the bay model.
    async fn full_address(&self, bay: &Bay, address: &str) -> String {
        if address.contains("://") {
            return address.to_owned();
        }
        let model = self.magnum().bay_model(&bay.model_id).await.ok();
        full_api_address(address, true, model.and_then(|m| m.spec.apiserver_port))
    }

    async fn certificate(&self, id: &str) -> Answer<BayCertificate> {
        let magnum = self.magnum().clone();
        let bay = id.to_owned();
        let sign = move |csr: String| async move {
            let ca_pem = magnum.ca(&bay, CaKind::Kubernetes).await?;
            let cert_pem = magnum.sign(&bay, &csr).await?;
            Ok(Signed { ca_pem, cert_pem })
        };
        BayCertificate::request(sign).await.map_err(|e| e.during("get a certificate"))
    }

    /// Writes a kubeconfig that only its owner can read.
    pub(super) async fn save_kubeconfig(&self, id: &str, path: &Path) -> Answer<()> {
        let connection = self.connection(id).await?;
        let problem = |said: String| Problem::new(ProblemKind::Config, path.display().to_string(), said);
        let Some(text) = connection.kubeconfig_yaml() else {
            return Err(problem("this connection came from a kubeconfig; there is nothing new to write".to_owned()));
        };
        let (target, path) = (path.to_owned(), path.to_owned());
        let written = tokio::task::spawn_blocking(move || write_private(&target, text.expose_secret())).await;
        match written {
            Ok(result) => result.map_err(|e| {
                Problem::new(ProblemKind::Config, path.display().to_string(), e.to_string()).during("write")
            }),
            Err(error) => Err(problem(error.to_string())),
        }
    }

    pub(super) async fn scale_workload(
        &self,
        bay: &str,
        kind: WorkloadKind,
        namespace: &str,
        name: &str,
        replicas: u32,
    ) -> Answer<()> {
        let connection = self.connection(bay).await?;
        scale::scale(&connection, kind, namespace, name, replicas).await.map_err(|e| e.during("scale"))
    }

    pub(super) async fn delete_object(&self, object: &ObjectRef) -> Answer<()> {
        let connection = self.connection(&object.bay).await?;
        delete::delete(&connection, &object.kind, &object.namespace, &object.name).await.map_err(|e| e.during("delete"))
    }

    pub(super) async fn read_object(&self, object: &ObjectRef) -> Answer<String> {
        let connection = self.connection(&object.bay).await?;
        get::yaml(&connection, &object.kind, &object.namespace, &object.name).await.map_err(|e| e.during("read"))
    }

    pub(super) async fn read_log(&self, pod: &ObjectRef, container: Option<&str>, previous: bool) -> Answer<PodLog> {
        let connection = self.connection(&pod.bay).await?;
        let log = logs::tail(&connection, &pod.namespace, &pod.name, container, previous, LOG_LINES)
            .await
            .map_err(|e| e.during("read the log"))?;
        Ok(PodLog { containers: log.containers, container: log.container, lines: log.lines })
    }
}

/// Written with the owner's rights only from its first byte.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(0o600);
        let mut file = options.open(path)?;
        // A file that was there before keeps its mode on open.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())
    }
    #[cfg(not(unix))]
    options.open(path)?.write_all(text.as_bytes())
}
