//! What an operation does, step by step: the scripts for create, delete and failure.
//!
//! Times are demo seconds since the operation began. The same scripts, played at once with times in the past,
//! give finished bays their history.

use super::Region;
use super::bay::{Action, Bay};
use super::script_nodes;
use super::stack::Stack;

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::demo) enum Act {
    /// The bay's status, as the conductor sets it.
    Status { status: String, reason: Option<String> },
    /// The whole stack changes its status.
    Stack { stack: String, status: String, reason: String },
    /// A resource changes its status.
    Resource { stack: String, name: String, status: String, reason: String },
    /// Nova begins to build a server.
    ServerBuild { server: String },
    /// The server runs.
    ServerActive { server: String },
    /// The server cannot run.
    ServerError { server: String, fault: String },
    /// The server is gone.
    ServerGone { server: String },
    /// The server is being rebuilt; what ran on it moves away.
    ServerRebuild { server: String },
    /// The server is back, with this version of Kubernetes.
    ServerRebuilt { server: String, version: String },
    /// The nodes trust the bay's new certificate authority from now on.
    AuthorityRotated,
    /// The nodes get what their groups say of them: labels and taints.
    NodesChanged,
    /// A floating address is taken for the bay's API, or for a server.
    Floating { server: Option<String> },
    /// The stack's id becomes known to callers.
    StackKnown,
    /// The Kubernetes API should come up.
    KubernetesUp,
    /// The Kubernetes API should go.
    KubernetesDown,
    /// A node group's status.
    Group { group: String, status: String, reason: String },
    /// A node group and its rows are gone.
    GroupGone { group: String },
    /// A fault of a node group.
    Fault { group: String, text: String },
    /// The bay now has another model.
    Model { model: String },
    /// Waits until the Kubernetes API is up, then goes on.
    AwaitApi,
    /// Addresses and versions are filled in.
    Outputs,
    /// The bay is gone from the database.
    Gone,
}

/// An act with its time.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::demo) struct Step {
    pub at: f64,
    pub act: Act,
}

/// Collects steps and sorts them by time.
#[derive(Debug, Default)]
pub(super) struct Script(Vec<Step>);

impl Script {
    pub fn at(&mut self, at: f64, act: Act) {
        self.0.push(Step { at, act });
    }

    /// A resource that is in progress from one time to another, then complete.
    pub fn span(&mut self, action: Action, stack: &str, name: &str, from: f64, to: f64) {
        self.resource(from, action, stack, name, "IN_PROGRESS", "state changed");
        self.resource(to, action, stack, name, "COMPLETE", "state changed");
    }

    pub fn resource(&mut self, at: f64, action: Action, stack: &str, name: &str, phase: &str, reason: &str) {
        let status = format!("{}_{phase}", action.word());
        self.at(at, Act::Resource { stack: stack.into(), name: name.into(), status, reason: reason.into() });
    }

    pub fn stack(&mut self, at: f64, action: Action, stack: &str, phase: &str) {
        let reason = match phase {
            "IN_PROGRESS" => format!("Stack {} started", action.word()),
            "COMPLETE" => format!("Stack {} completed successfully", action.word()),
            _ => String::new(),
        };
        self.stack_because(at, action, stack, phase, &reason);
    }

    pub fn stack_because(&mut self, at: f64, action: Action, stack: &str, phase: &str, reason: &str) {
        let status = format!("{}_{phase}", action.word());
        self.at(at, Act::Stack { stack: stack.into(), status, reason: reason.into() });
    }

    pub fn groups(&mut self, at: f64, bay: &Bay, status: &str, reason: &str) {
        for group in &bay.groups {
            self.at(at, Act::Group { group: group.name.clone(), status: status.into(), reason: reason.into() });
        }
    }

    pub fn status(&mut self, at: f64, status: &str, reason: Option<String>) {
        self.at(at, Act::Status { status: status.into(), reason });
    }

    pub fn done(mut self) -> Vec<Step> {
        self.0.sort_by(|a, b| a.at.total_cmp(&b.at));
        self.0
    }
}

/// How an operation goes that makes nodes.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::demo) enum Outcome {
    Success,
    /// Nova finds no host for the first master.
    NoValidHost,
    /// Neutron refuses floating addresses for the masters.
    FloatingQuota,
    /// Nova refuses servers: resource word, wanted, used, limit.
    NovaQuota(String),
}

impl Outcome {
    /// How many nodes of a group have to be laid out: one that fails is enough to tell why.
    pub fn most_nodes(&self) -> u32 {
        if *self == Outcome::Success { u32::MAX } else { 1 }
    }

    /// The cause as Heat writes it at the resource that failed: kind of error, then the service's words.
    pub(super) fn cause(&self) -> (&'static str, String) {
        match self {
            Outcome::FloatingQuota => ("OverQuotaClient", "Quota exceeded for resources: ['floatingip'].".into()),
            Outcome::NovaQuota(words) => ("Forbidden", format!("{words} (HTTP 403)")),
            Outcome::NoValidHost | Outcome::Success => ("ResourceInError", NO_VALID_HOST.to_owned()),
        }
    }
}

/// The words of Nova's scheduler when it fails.
const NO_VALID_HOST: &str = "Went to status ERROR due to \"Message: No valid host was found. There are not enough hosts \
     available., Code: 500\"";

/// Creation of a bay, about twenty demo seconds. The stacks must exist (see `script_nodes::plan_stacks`).
pub(in crate::demo) fn create(region: &Region, bay: &Bay, outcome: &Outcome) -> Vec<Step> {
    let mut script = Script::default();
    let root = bay.root_stack.as_str();
    let action = Action::Create;
    script.stack(1.0, action, root, "IN_PROGRESS");
    script.at(1.0, Act::StackKnown);
    let Some(stack) = region.stack(root) else { return script.done() };
    let masters = script_nodes::masters_resource(bay.coe);
    let workers = script_nodes::workers_resource(bay.coe);
    for resource in &stack.resources {
        let name = resource.name.as_str();
        if name == masters || name == workers {
            continue;
        }
        let (from, to) = root_times(name);
        // What hangs on nodes never starts when the masters fail.
        if *outcome == Outcome::Success || to < 7.0 {
            script.span(action, root, name, from, to);
        }
    }
    if bay.floats_api() {
        script.at(5.6, Act::Floating { server: None });
    }
    script.resource(6.5, action, root, masters, "IN_PROGRESS", "state changed");
    let Some(group_stack) = stack.resource(masters).and_then(|resource| resource.nested.clone()) else {
        return script.done();
    };
    if *outcome != Outcome::Success {
        fail_masters(&mut script, region, bay, outcome, masters, &group_stack);
        return script.done();
    }
    let members = member_stacks(region, &group_stack);
    script.stack(6.6, action, &group_stack, "IN_PROGRESS");
    let mut last = 7.0;
    for (index, (member, name)) in members.iter().enumerate() {
        let from = 6.7 + 0.2 * index as f64;
        last = 9.0 + 2.5 * (index + 1) as f64 / members.len() as f64;
        script_nodes::build_node(&mut script, region, &group_stack, name, member, from, last);
    }
    script.stack(last + 0.1, action, &group_stack, "COMPLETE");
    script.resource(last + 0.2, action, root, masters, "COMPLETE", "state changed");
    script.at(last + 0.3, Act::KubernetesUp);
    create_workers(&mut script, region, stack, workers);
    script.at(18.9, Act::AwaitApi);
    script.stack(19.0, action, root, "COMPLETE");
    script.groups(19.2, bay, "CREATE_COMPLETE", "Stack CREATE completed successfully");
    script.at(19.3, Act::Outputs);
    script.status(19.4, "CREATE_COMPLETE", None);
    script.done()
}

fn create_workers(script: &mut Script, region: &Region, stack: &Stack, workers: &str) {
    let action = Action::Create;
    let root = stack.id.as_str();
    let Some(group_stack) = stack.resource(workers).and_then(|resource| resource.nested.clone()) else { return };
    let members = member_stacks(region, &group_stack);
    script.resource(12.9, action, root, workers, "IN_PROGRESS", "state changed");
    script.stack(13.0, action, &group_stack, "IN_PROGRESS");
    for (index, (member, name)) in members.iter().enumerate() {
        let share = (index + 1) as f64 / members.len() as f64;
        script_nodes::build_node(script, region, &group_stack, name, member, 12.8 + share, 14.5 + 3.6 * share);
    }
    script.stack(18.4, action, &group_stack, "COMPLETE");
    script.resource(18.5, action, root, workers, "COMPLETE", "state changed");
}

/// When a root resource is worked on, in creation: network first, then load balancers, then what hangs on nodes.
fn root_times(name: &str) -> (f64, f64) {
    match name {
        _ if name.contains("secgroup") => (1.3, 2.2),
        _ if name.contains("server_group") => (1.3, 1.9),
        _ if name.contains("network") || name.contains("subnet") || name.contains("extrouter") => (1.5, 3.4),
        _ if name.contains("wait") => (1.2, 1.4),
        "api_lb" | "etcd_lb" | "api_pool" | "etcd_pool" | "api_monitor" | "etcd_monitor" => (3.5, 5.8),
        _ if name.contains("switch") || name.contains("floating") => (5.9, 6.2),
        _ if name.contains("config") || name.contains("deploy") => (12.0, 12.7),
        _ => (2.2, 3.0),
    }
}

/// Members of a group stack: stack id and name (its index as text).
pub(super) fn member_stacks(region: &Region, group_stack: &str) -> Vec<(String, String)> {
    region
        .stack(group_stack)
        .map(|stack| {
            stack
                .resources
                .iter()
                .filter_map(|resource| Some((resource.nested.clone()?, resource.name.clone())))
                .collect()
        })
        .unwrap_or_default()
}

fn fail_masters(script: &mut Script, region: &Region, bay: &Bay, outcome: &Outcome, masters: &str, group_stack: &str) {
    let action = Action::Create;
    let root = bay.root_stack.as_str();
    let members = member_stacks(region, group_stack);
    let Some((member, name)) = members.first() else { return };
    let server_resource = script_nodes::server_resource(bay.coe, true);
    let port = format!("{}_eth0", server_resource.replace('-', "_"));
    let floating = format!("{}_floating", server_resource.replace('-', "_"));
    script.stack(6.6, action, group_stack, "IN_PROGRESS");
    script.resource(6.7, action, group_stack, name, "IN_PROGRESS", "state changed");
    script.stack(6.8, action, member, "IN_PROGRESS");
    script.span(action, member, &port, 7.0, 7.6);
    let (failed, at) = match outcome {
        Outcome::FloatingQuota => (floating.clone(), 8.2),
        Outcome::NovaQuota(_) => (server_resource.to_owned(), 8.6),
        Outcome::NoValidHost | Outcome::Success => (server_resource.to_owned(), 11.0),
    };
    let (error, words) = outcome.cause();
    let text = format!("{error}: {words}");
    script.resource(7.8, action, member, &failed, "IN_PROGRESS", "state changed");
    if *outcome == Outcome::NoValidHost
        && let Some(server) = region.stack(member).and_then(|stack| stack.resource(server_resource))
        && let Some(server) = &server.physical_id
    {
        script.at(7.9, Act::ServerBuild { server: server.clone() });
        script.at(
            10.8,
            Act::ServerError {
                server: server.clone(),
                fault: "No valid host was found. There are not enough hosts available.".into(),
            },
        );
    }
    script.resource(at, action, member, &failed, "FAILED", &text);
    let within = |place: &str| format!("{error}: {place}: {words}");
    script.stack_because(
        at + 0.1,
        action,
        member,
        "FAILED",
        &format!("Resource CREATE failed: {}", within(&format!("resources.{failed}"))),
    );
    let place = format!("resources[{name}].resources.{failed}");
    script.resource(at + 0.2, action, group_stack, name, "FAILED", &within(&place));
    script.stack_because(
        at + 0.3,
        action,
        group_stack,
        "FAILED",
        &format!("Resource CREATE failed: {}", within(&place)),
    );
    let place = format!("resources.{masters}.resources[{name}].resources.{failed}");
    script.resource(at + 0.4, action, root, masters, "FAILED", &within(&place));
    let whole = format!("Resource CREATE failed: {}", within(&place));
    script.stack_because(at + 0.5, action, root, "FAILED", &whole);
    for group in bay.groups.iter().filter(|group| group.is_default) {
        script.at(at + 0.6, Act::Fault { group: group.name.clone(), text: whole.clone() });
    }
    script.groups(at + 0.6, bay, "CREATE_FAILED", &whole);
    script.status(at + 0.7, "CREATE_FAILED", Some("default-master failed, default-worker failed".into()));
}

/// Deletion, about ten demo seconds. `stuck`: one server cannot be deleted.
pub(in crate::demo) fn delete(region: &Region, bay: &Bay, stuck: bool) -> Vec<Step> {
    let mut script = Script::default();
    let root = bay.root_stack.as_str();
    let action = Action::Delete;
    script.status(0.2, "DELETE_IN_PROGRESS", None);
    script.groups(0.2, bay, "DELETE_IN_PROGRESS", "");
    script.at(0.3, Act::KubernetesDown);
    script.stack(0.5, action, root, "IN_PROGRESS");
    let Some(stack) = region.stack(root) else {
        script.at(2.0, Act::Gone);
        return script.done();
    };
    let masters = script_nodes::masters_resource(bay.coe);
    let workers = script_nodes::workers_resource(bay.coe);
    let mut others: Vec<&str> = stack
        .resources
        .iter()
        .map(|resource| resource.name.as_str())
        .filter(|name| *name != masters && *name != workers)
        .collect();
    others.sort_by(|a, b| root_times(b).0.total_cmp(&root_times(a).0));
    for (name, from, to) in [(workers, 0.8, 4.0), (masters, 4.1, 6.0)] {
        let Some(group_stack) = stack.resource(name).and_then(|resource| resource.nested.clone()) else { continue };
        script.resource(from, action, root, name, "IN_PROGRESS", "state changed");
        if stuck && name == workers {
            fail_deletion(&mut script, region, bay, &group_stack, name);
            return script.done();
        }
        script.stack(from + 0.1, action, &group_stack, "IN_PROGRESS");
        let members = member_stacks(region, &group_stack);
        for (index, (member, member_name)) in members.iter().enumerate() {
            let share = (index + 1) as f64 / members.len() as f64;
            let end = from + 0.3 + (to - from - 0.5) * share;
            script_nodes::remove_node(&mut script, region, &group_stack, member_name, member, end - 0.2, end);
        }
        script.stack(to - 0.1, action, &group_stack, "COMPLETE");
        script.resource(to, action, root, name, "COMPLETE", "state changed");
    }
    // Node groups with a stack of their own lose their servers with the rest.
    for server in region.compute.servers_of(&bay.uuid) {
        script.at(6.0, Act::ServerGone { server: server.id.clone() });
    }
    for (index, name) in others.iter().enumerate() {
        let share = index as f64 / others.len() as f64;
        script.span(action, root, name, 6.1 + 3.0 * share, 6.4 + 3.0 * share);
    }
    script.stack(9.7, action, root, "COMPLETE");
    script.at(10.0, Act::Gone);
    script.done()
}

fn fail_deletion(script: &mut Script, region: &Region, bay: &Bay, group_stack: &str, workers: &str) {
    let action = Action::Delete;
    let server = script_nodes::server_resource(bay.coe, false);
    let Some((member, name)) = member_stacks(region, group_stack).into_iter().next() else { return };
    let words = "the server is stuck in deleting";
    script.resource(1.2, action, &member, server, "IN_PROGRESS", "state changed");
    script.resource(3.0, action, &member, server, "FAILED", &format!("Error: {words}"));
    script.stack_because(
        3.1,
        action,
        &member,
        "FAILED",
        &format!("Resource DELETE failed: Error: resources.{server}: {words}"),
    );
    let place = format!("resources.{workers}.resources[{name}].resources.{server}");
    let whole = format!("Resource DELETE failed: Error: {place}: {words}");
    script.resource(3.2, action, group_stack, &name, "FAILED", &format!("Error: {words}"));
    script.stack_because(3.3, action, group_stack, "FAILED", &whole);
    script.resource(3.4, action, &bay.root_stack, workers, "FAILED", &format!("Error: {place}: {words}"));
    script.stack_because(3.5, action, &bay.root_stack, "FAILED", &whole);
    for group in bay.groups.iter().filter(|group| group.is_default) {
        script.at(3.6, Act::Fault { group: group.name.clone(), text: whole.clone() });
    }
    script.groups(3.6, bay, "DELETE_FAILED", &whole);
    script.status(3.7, "DELETE_FAILED", Some("default-master failed, default-worker failed".into()));
}
