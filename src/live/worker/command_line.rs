//! The same change as an `openstack` or `kubectl` command, for the journal. Never with a secret in it.

use crate::live::command::{Change, ManifestMode};
use crate::model::cloud::MagnumInfo;
use crate::model::container::NewContainer;
use crate::model::preview;
use crate::model::workload::WorkloadKind;

/// The command for a change; empty where there is none. `bay_name` names a bay by its uuid.
pub(super) fn of(change: &Change, magnum: &MagnumInfo, bay_name: impl Fn(&str) -> String) -> String {
    match change {
        Change::CreateBayModel(spec) => preview::new_bay_model_command(spec, magnum),
        Change::DeleteBayModel { id, .. } => preview::delete_bay_model_command(id, magnum),
        Change::CreateBay(bay) => preview::new_bay_command(bay, magnum),
        Change::ScaleBay { id, node_count, .. } => preview::scale_bay_command(id, *node_count, magnum),
        Change::DeleteBay { id, .. } => preview::delete_bay_command(id, magnum),
        Change::SaveKubeconfig { id, path, .. } => {
            let folder = path.parent().map(|p| p.display().to_string()).unwrap_or_default();
            preview::kubeconfig_command(id, &folder, magnum)
        }
        Change::ScaleWorkload { kind, namespace, name, replicas, .. } => {
            let (kind, namespace, name) = (resource(*kind), preview::quote(namespace), preview::quote(name));
            format!("kubectl -n {namespace} scale {kind}/{name} --replicas={replicas}")
        }
        Change::DeleteObject(object) => {
            let kind = object.kind.to_lowercase();
            let name = preview::quote(&object.name);
            if object.namespace.is_empty() {
                format!("kubectl delete {kind} {name}")
            } else {
                format!("kubectl -n {} delete {kind} {name}", preview::quote(&object.namespace))
            }
        }
        Change::Manifests(run) => {
            let mut files: Vec<String> =
                run.documents.iter().map(|d| format!("-f {}", preview::quote(&d.file))).collect();
            files.dedup();
            let files = files.join(" ");
            let namespace = preview::quote(&run.namespace);
            let force = if run.force { " --force-conflicts" } else { "" };
            match run.mode {
                ManifestMode::Validate => {
                    format!("kubectl -n {namespace} apply --server-side --dry-run=server --validate=strict {files}")
                }
                ManifestMode::Apply => {
                    format!("kubectl -n {namespace} apply --server-side --field-manager=bayview{force} {files}")
                }
                ManifestMode::Delete => format!("kubectl -n {namespace} delete {files}"),
            }
        }
        Change::CreateContainer { bay, container } => create_container(container, &bay_name(bay)),
        Change::ActOnContainer { id, action, .. } => {
            format!("magnum container-{} --container {}", action.word(), preview::quote(id))
        }
        Change::DeleteContainer { id, .. } => format!("magnum container-delete {}", preview::quote(id)),
    }
}

/// `magnum container-create`; values of the environment may be secrets and are left out. The command is the user's own
/// words and is shown as the request log shows it: without the values of telling options.
fn create_container(container: &NewContainer, bay: &str) -> String {
    let command = crate::api::error::redact(&container.command);
    let mut words = vec!["magnum container-create".to_owned(), format!("--bay {}", preview::quote(bay))];
    let options = [
        ("--name", &container.name),
        ("--image", &container.image),
        ("--command", &command),
        ("--memory", &container.memory),
    ];
    let given = options.iter().filter(|(_, value)| !value.is_empty());
    words.extend(given.map(|(option, value)| format!("{option} {}", preview::quote(value))));
    words.join(" ")
}

/// kubectl's word for a kind.
fn resource(kind: WorkloadKind) -> String {
    kind.word().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_shown_without_its_secrets() {
        let container = NewContainer {
            name: "db".into(),
            image: "mysql".into(),
            command: "mysqld --password s3cret --port 3306".into(),
            environment: [("MYSQL_ROOT_PASSWORD".to_owned(), "s3cret".to_owned())].into(),
            ..NewContainer::default()
        };
        let line = create_container(&container, "swarm");
        assert!(!line.contains("s3cret"), "{line}");
        assert!(line.contains("--port 3306"), "{line}");
    }
}
