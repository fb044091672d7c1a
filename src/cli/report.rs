//! What `bayview status` prints: one structure for JSON and for text.

use crate::model::bay::{Bay, Coe, Health};
use crate::model::bay_model::BayModel;
use crate::model::cloud::{Dialect, Identity, MagnumInfo};
use crate::model::cluster::Picture;
use crate::model::columns::NONE;
use crate::model::status::Sign;
use crate::model::workload::{Replicas, Shortage, WorkloadKind};
use serde::Serialize;
use std::fmt::Write as _;
use strum::IntoEnumIterator as _;

/// Everything that was seen.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    cloud: String,
    user: String,
    project: String,
    project_id: String,
    roles: Vec<String>,
    region: String,
    regions: Vec<String>,
    /// TLS verification is off: what is read here may come from anybody.
    unverified: bool,
    magnum: Option<MagnumReport>,
    pub(super) bays: Vec<BayReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bay: Option<InsideReport>,
    /// One sentence for each thing that is not as it should be; empty = exit code 0.
    pub(super) unhealthy: Vec<String>,
}

#[derive(Debug, Serialize)]
struct MagnumReport {
    endpoint: String,
    dialect: Dialect,
    min_version: Option<String>,
    max_version: Option<String>,
    resources: Vec<String>,
}

/// One bay of the list.
#[derive(Debug, Serialize)]
pub(super) struct BayReport {
    id: String,
    name: String,
    status: String,
    status_reason: Option<String>,
    health: Health,
    coe: Option<Coe>,
    coe_version: Option<String>,
    model: String,
    master_count: u32,
    node_count: u32,
    api_address: Option<String>,
    #[serde(skip)]
    sign: Sign,
}

/// The inside of one bay.
#[derive(Debug, Serialize)]
pub(super) struct InsideReport {
    name: String,
    version: String,
    nodes: Vec<NodeReport>,
    workloads: Vec<WorkloadReport>,
    unscheduled: Vec<PodReport>,
    /// Failed pods that no workload of the list above answers for.
    failed: Vec<PodReport>,
    /// Kinds that could not be read, and why.
    gaps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct NodeReport {
    name: String,
    ready: Option<bool>,
    role: String,
    group: String,
    zone: String,
    version: String,
    pods_limit: u32,
    pods: Vec<PodReport>,
}

#[derive(Debug, Serialize)]
struct PodReport {
    namespace: String,
    name: String,
    status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip)]
    sign: Sign,
}

#[derive(Debug, Serialize)]
struct WorkloadReport {
    kind: &'static str,
    namespace: String,
    name: String,
    #[serde(flatten)]
    replicas: Replicas,
    missing: Vec<Shortage>,
    /// Trouble that it reports of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    #[serde(skip)]
    is_job: bool,
}

impl Report {
    pub(super) fn new(identity: &Identity, magnum: Option<&MagnumInfo>) -> Report {
        Report {
            cloud: identity.cloud.clone(),
            user: identity.user.clone(),
            project: identity.project.name.clone(),
            project_id: identity.project.id.clone(),
            roles: identity.roles.clone(),
            region: identity.region.clone(),
            regions: identity.regions.clone(),
            unverified: identity.unverified,
            magnum: magnum.map(|m| MagnumReport {
                endpoint: m.endpoint.clone(),
                dialect: m.dialect,
                min_version: m.min_version.map(|v| v.to_string()),
                max_version: m.max_version.map(|v| v.to_string()),
                resources: m.resources.clone(),
            }),
            bays: Vec::new(),
            bay: None,
            unhealthy: Vec::new(),
        }
    }

    /// Failed, unknown or unhealthy bays; what is in progress is fine.
    pub(super) fn judge_bays(&mut self) {
        for bay in &self.bays {
            if matches!(bay.sign, Sign::Failed | Sign::Unknown) {
                let reason = bay.status_reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
                self.unhealthy.push(format!("bay {} is {}{reason}", bay.name, bay.status));
            } else if bay.health == Health::Unhealthy {
                self.unhealthy.push(format!("bay {} is unhealthy", bay.name));
            }
        }
    }

    /// Nodes that are not ready, workloads that lack replicas, pods without a node, kinds that cannot be read.
    pub(super) fn judge_inside(&mut self, inside: &InsideReport) {
        for node in inside.nodes.iter().filter(|n| n.ready != Some(true)) {
            self.unhealthy.push(format!("node {} is not ready", node.name));
        }
        for WorkloadReport { kind, namespace, name, replicas, trouble, is_job, .. } in &inside.workloads {
            // A job is on its way until it says that it has failed; how many of its pods run meanwhile is its own affair.
            if *is_job {
                let failed = trouble.iter().map(|reason| format!("{kind} {namespace}/{name} has failed: {reason}"));
                self.unhealthy.extend(failed);
            } else if replicas.ready < replicas.desired {
                self.unhealthy
                    .push(format!("{kind} {namespace}/{name} has {} of {} ready", replicas.ready, replicas.desired));
            }
        }
        for pod in &inside.unscheduled {
            self.unhealthy.push(format!("pod {}/{} has no node: {}", pod.namespace, pod.name, pod.message));
        }
        for pod in &inside.failed {
            self.unhealthy.push(format!("pod {}/{} has failed: {}", pod.namespace, pod.name, pod.status));
        }
        self.unhealthy.extend(inside.gaps.iter().map(|gap| format!("cannot read {gap}")));
    }

    /// For people and for `grep`.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        // Writing into a String cannot fail.
        _ = self.write_text(&mut out);
        out
    }

    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "cloud    {}", self.cloud)?;
        writeln!(out, "user     {} ({})", self.user, self.roles.join(", "))?;
        writeln!(out, "project  {}", self.project)?;
        let others: Vec<&str> = self.regions.iter().filter(|r| **r != self.region).map(String::as_str).collect();
        let others = if others.is_empty() { String::new() } else { format!(" (also {})", others.join(", ")) };
        writeln!(out, "region   {}{others}", self.region)?;
        if let Some(magnum) = &self.magnum {
            let words = match magnum.dialect {
                Dialect::Modern => "clusters",
                Dialect::Legacy => "bays",
            };
            let versions = match (&magnum.min_version, &magnum.max_version) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                _ => "no microversions".to_owned(),
            };
            writeln!(out, "magnum   {words}, {versions}, {}", magnum.endpoint)?;
        }
        if self.unverified {
            writeln!(out, "warning  the cloud's certificates are not verified")?;
        }
        writeln!(out)?;
        let name_width = self.bays.iter().map(|b| b.name.chars().count()).max().unwrap_or(4).max(4);
        let model_width = self.bays.iter().map(|b| b.model.chars().count()).max().unwrap_or(5).max(5);
        writeln!(
            out,
            "{:name_width$}  {:20}  {:9}  {:>7}  {:model_width$}  ENGINE",
            "NAME", "STATUS", "HEALTH", "NODES", "MODEL"
        )?;
        for bay in &self.bays {
            let health = match &bay.health {
                Health::Healthy => "healthy",
                Health::Unhealthy => "unhealthy",
                Health::Unknown => "unknown",
                Health::NotReported => "-",
                Health::Other(word) => word,
            };
            let engine = bay.coe.as_ref().map_or("-", |c| c.word());
            let version = bay.coe_version.as_deref().unwrap_or_default();
            let nodes = format!("{}+{}", bay.master_count, bay.node_count);
            let line = format!(
                "{:name_width$}  {:20}  {health:9}  {nodes:>7}  {:model_width$}  {engine} {version}",
                bay.name, bay.status, bay.model
            );
            writeln!(out, "{}", line.trim_end())?;
        }
        if let Some(inside) = &self.bay {
            inside.write_text(out)?;
        }
        writeln!(out)?;
        if self.unhealthy.is_empty() {
            writeln!(out, "fine")?;
        }
        for sentence in &self.unhealthy {
            writeln!(out, "! {sentence}")?;
        }
        Ok(())
    }
}

impl BayReport {
    #[cfg(test)]
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    #[cfg(test)]
    pub(super) fn is_well_and_kubernetes(&self) -> bool {
        self.sign == Sign::Ok && self.coe == Some(Coe::Kubernetes) && self.api_address.is_some()
    }

    pub(super) fn new(bay: &Bay, models: &[BayModel]) -> BayReport {
        let model = models.iter().find(|m| m.id == bay.model_id);
        BayReport {
            id: bay.id.clone(),
            name: bay.title().to_owned(),
            status: bay.status.word(),
            status_reason: bay.status_reason.clone(),
            health: bay.health.clone(),
            coe: bay.coe.clone(),
            coe_version: bay.coe_version.clone(),
            model: model.map_or_else(|| bay.model_id.clone(), |m| m.title().to_owned()),
            master_count: bay.master_count,
            node_count: bay.node_count,
            api_address: bay.api_address.clone(),
            sign: bay.status.sign(),
        }
    }
}

impl InsideReport {
    pub(super) fn new(bay: &Bay, picture: &Picture) -> InsideReport {
        let pods = &picture.pods;
        let pod = |at: usize| PodReport {
            namespace: pods.namespace_of(at).to_owned(),
            name: pods.name[at].to_string(),
            status: pods.reason_of(at).to_owned(),
            message: pods.message_of(at).to_owned(),
            sign: pods.sign[at],
        };
        let mut of_node: Vec<Vec<PodReport>> = picture.nodes.iter().map(|_| Vec::new()).collect();
        let (mut unscheduled, mut failed) = (Vec::new(), Vec::new());
        for at in 0..pods.len() {
            if pods.sign[at] == Sign::Failed && !has_workload(pods.owner_of(at)) {
                failed.push(pod(at));
            }
            match of_node.get_mut(pods.node[at] as usize) {
                Some(list) => list.push(pod(at)),
                None if pods.node[at] == NONE && pods.sign[at] == Sign::Pending => unscheduled.push(pod(at)),
                None => {}
            }
        }
        InsideReport {
            name: bay.title().to_owned(),
            version: picture.version.clone(),
            nodes: picture
                .nodes
                .iter()
                .zip(of_node)
                .map(|(node, pods)| NodeReport {
                    name: node.name.clone(),
                    ready: node.ready,
                    role: node.role.clone(),
                    group: node.group.clone(),
                    zone: node.zone.clone(),
                    version: node.version.clone(),
                    pods_limit: node.pods_limit,
                    pods,
                })
                .collect(),
            workloads: picture
                .workloads
                .iter()
                .map(|w| WorkloadReport {
                    kind: w.kind.word(),
                    namespace: w.namespace.clone(),
                    name: w.name.clone(),
                    replicas: w.replicas,
                    missing: w.shortages.clone(),
                    trouble: w.trouble.clone(),
                    is_job: w.kind == WorkloadKind::Job,
                })
                .collect(),
            unscheduled,
            failed,
            gaps: picture.gaps.iter().map(|(kind, problem)| format!("{kind}: {problem}")).collect(),
        }
    }

    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "\n{} {}", self.name, self.version)?;
        for node in &self.nodes {
            let ready = match node.ready {
                Some(true) => "ready",
                Some(false) => "not ready",
                None => "unknown",
            };
            let place = [node.group.as_str(), node.zone.as_str()].map(|w| if w.is_empty() { "-" } else { w }).join(" ");
            let troubled = node.pods.iter().filter(|p| matches!(p.sign, Sign::Failed | Sign::Unknown | Sign::Warning));
            let troubled = match troubled.count() {
                0 => String::new(),
                n => format!(", {n} in trouble"),
            };
            writeln!(
                out,
                "  node {} {ready}, {place}, {}/{} pods{troubled}",
                node.name,
                node.pods.len(),
                node.pods_limit
            )?;
            for pod in &node.pods {
                let sign = if pod.sign == Sign::Ok { "  " } else { "! " };
                writeln!(out, "    {sign}{}/{} {}", pod.namespace, pod.name, pod.status)?;
            }
        }
        for workload in &self.workloads {
            let why: Vec<String> = workload.missing.iter().map(|s| format!("{} {}", s.count, s.reason)).collect();
            let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
            let WorkloadReport { kind, namespace, name, replicas, .. } = workload;
            writeln!(out, "  {kind} {namespace}/{name} {}/{}{why}", replicas.ready, replicas.desired)?;
        }
        for pod in &self.unscheduled {
            writeln!(out, "  no node for {}/{}: {}", pod.namespace, pod.name, pod.message)?;
        }
        Ok(())
    }
}

/// Whether the owner of a pod (`Deployment/web`) is a workload, which answers for it.
fn has_workload(owner: &str) -> bool {
    let kind = owner.split('/').next().unwrap_or_default();
    WorkloadKind::iter().any(|known| known.word() == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report {
            cloud: "lab".into(),
            user: "ana".into(),
            project: "p".into(),
            project_id: "1".into(),
            roles: Vec::new(),
            region: "One".into(),
            regions: Vec::new(),
            unverified: false,
            magnum: None,
            bays: Vec::new(),
            bay: None,
            unhealthy: Vec::new(),
        }
    }

    fn inside(workloads: Vec<WorkloadReport>, failed: Vec<PodReport>) -> InsideReport {
        InsideReport {
            name: "b".into(),
            version: "v1".into(),
            nodes: Vec::new(),
            workloads,
            unscheduled: Vec::new(),
            failed,
            gaps: Vec::new(),
        }
    }

    fn job(ready: u32, trouble: Option<&str>) -> WorkloadReport {
        WorkloadReport {
            kind: "Job",
            namespace: "shop".into(),
            name: "import".into(),
            replicas: Replicas { desired: 4, ready, ..Replicas::default() },
            missing: Vec::new(),
            trouble: trouble.map(str::to_owned),
            is_job: true,
        }
    }

    #[test]
    fn a_job_is_judged_by_what_it_says_of_itself() {
        let mut report = report();
        report.judge_inside(&inside(vec![job(1, None)], Vec::new()));
        assert_eq!(report.unhealthy, Vec::<String>::new());
        report.judge_inside(&inside(vec![job(4, Some("BackoffLimitExceeded"))], Vec::new()));
        assert_eq!(report.unhealthy, ["Job shop/import has failed: BackoffLimitExceeded"]);
    }

    #[test]
    fn a_failed_pod_that_nobody_answers_for_is_told() {
        assert!(!has_workload("") && !has_workload("Node/master-0"));
        assert!(has_workload("Deployment/web") && has_workload("Job/import"));
        let pod = PodReport {
            namespace: "shop".into(),
            name: "lone".into(),
            status: "CrashLoopBackOff".into(),
            message: String::new(),
            sign: Sign::Failed,
        };
        let mut report = report();
        report.judge_inside(&inside(Vec::new(), vec![pod]));
        assert_eq!(report.unhealthy, ["pod shop/lone has failed: CrashLoopBackOff"]);
    }

    #[test]
    fn certificates_that_are_not_verified_are_warned_of() {
        let mut report = report();
        assert!(!report.text().contains("warning"));
        report.unverified = true;
        assert!(report.text().contains("warning"));
    }
}
