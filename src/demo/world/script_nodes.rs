//! Scripts for single nodes, and for the operations that are made of them: resize, upgrade, node groups.

use super::Region;
use super::bay::{Action, Bay};
use super::plan::{PlannedNode, node_resources};
use super::script::{Act, Script, Step, member_stacks};

pub(in crate::demo) use super::plan::{masters_resource, server_resource, workers_resource};

/// One node comes up: port, server, floating address.
pub(super) fn build_node(
    script: &mut Script,
    region: &Region,
    group_stack: &str,
    name: &str,
    member: &str,
    from: f64,
    to: f64,
) {
    let action = Action::Create;
    let Some(stack) = region.stack(member) else { return };
    let part = |share: f64| from + (to - from) * share;
    script.resource(from, action, group_stack, name, "IN_PROGRESS", "state changed");
    script.stack(part(0.02), action, member, "IN_PROGRESS");
    for resource in &stack.resources {
        if resource.kind == "OS::Nova::Server" {
            let Some(server) = resource.physical_id.clone() else { continue };
            script.resource(part(0.3), action, member, &resource.name, "IN_PROGRESS", "state changed");
            script.at(part(0.3), Act::ServerBuild { server: server.clone() });
            script.at(part(0.9), Act::ServerActive { server: server.clone() });
            script.resource(part(0.92), action, member, &resource.name, "COMPLETE", "state changed");
            if stack.resources.iter().any(|resource| resource.kind == "OS::Neutron::FloatingIP") {
                script.at(part(0.91), Act::Floating { server: Some(server) });
            }
        } else {
            script.span(action, member, &resource.name, part(0.05), part(0.25));
        }
    }
    script.stack(part(0.95), action, member, "COMPLETE");
    script.resource(to, action, group_stack, name, "COMPLETE", "state changed");
}

/// One node goes.
pub(super) fn remove_node(
    script: &mut Script,
    region: &Region,
    group_stack: &str,
    name: &str,
    member: &str,
    from: f64,
    to: f64,
) {
    let action = Action::Delete;
    let Some(stack) = region.stack(member) else { return };
    script.resource(from, action, group_stack, name, "IN_PROGRESS", "state changed");
    script.stack(from, action, member, "IN_PROGRESS");
    for resource in &stack.resources {
        script.span(action, member, &resource.name, from, to - 0.05);
        if resource.kind == "OS::Nova::Server"
            && let Some(server) = resource.physical_id.clone()
        {
            script.at(to - 0.06, Act::ServerGone { server });
        }
    }
    script.stack(to - 0.02, action, member, "COMPLETE");
    script.resource(to, action, group_stack, name, "COMPLETE", "state changed");
}

/// More or fewer nodes in one group, about eight demo seconds. `add` is already planned; `remove` are members' names.
pub(in crate::demo) fn resize(
    region: &Region,
    group_name: &str,
    group_stack: &str,
    add: &[PlannedNode],
    remove: &[String],
) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Update;
    let Some((root, resource)) = region.stack(group_stack).and_then(|stack| stack.parent.clone()) else {
        return script.done();
    };
    let group = |status: &str, reason: &str| Act::Group {
        group: group_name.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
    };
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.at(0.2, group("UPDATE_IN_PROGRESS", ""));
    script.stack(0.5, action, &root, "IN_PROGRESS");
    script.resource(0.8, action, &root, &resource, "IN_PROGRESS", "state changed");
    script.stack(0.9, action, group_stack, "IN_PROGRESS");
    for (index, node) in add.iter().enumerate() {
        let share = (index + 1) as f64 / add.len() as f64;
        let (from, to) = (1.0 + share, 3.5 + 3.0 * share);
        build_node(&mut script, region, group_stack, &node.member_name, &node.member_stack, from, to);
    }
    let members = member_stacks(region, group_stack);
    let leaving: Vec<_> = members.iter().filter(|(_, name)| remove.contains(name)).collect();
    for (index, (member, name)) in leaving.iter().enumerate() {
        let share = (index + 1) as f64 / leaving.len() as f64;
        remove_node(&mut script, region, group_stack, name, member, 1.0 + 2.0 * share, 3.5 + 3.0 * share);
    }
    finish_update(&mut script, 7.0, &root, &resource, group_stack);
    script.at(7.6, group("UPDATE_COMPLETE", "Stack UPDATE completed successfully"));
    script.at(7.7, Act::Outputs);
    script.status(7.8, "UPDATE_COMPLETE", None);
    script.done()
}

fn finish_update(script: &mut Script, at: f64, root: &str, resource: &str, group_stack: &str) {
    let action = Action::Update;
    script.stack(at, action, group_stack, "COMPLETE");
    script.resource(at + 0.1, action, root, resource, "COMPLETE", "state changed");
    script.stack(at + 0.4, action, root, "COMPLETE");
}

/// An update that changes no node, as of a label.
pub(in crate::demo) fn update(region: &Region, bay: &Bay) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Update;
    let root = bay.root_stack.as_str();
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.stack(0.5, action, root, "IN_PROGRESS");
    for resource in region.stack(root).map(|stack| stack.resources.as_slice()).unwrap_or_default() {
        script.span(action, root, &resource.name, 0.8, 3.0);
    }
    script.stack(3.5, action, root, "COMPLETE");
    for group in bay.groups.iter().filter(|group| group.is_default) {
        let status = "UPDATE_COMPLETE".to_owned();
        let reason = "Stack UPDATE completed successfully".to_owned();
        script.at(3.7, Act::Group { group: group.name.clone(), status, reason });
    }
    script.status(3.9, "UPDATE_COMPLETE", None);
    script.done()
}

/// A new model: nodes are rebuilt one after another, masters first.
pub(in crate::demo) fn upgrade(region: &Region, bay: &Bay, model: &str, step_secs: f64) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Update;
    let root = bay.root_stack.as_str();
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.at(0.2, Act::Model { model: model.to_owned() });
    script.groups(0.2, bay, "UPDATE_IN_PROGRESS", "");
    script.stack(0.5, action, root, "IN_PROGRESS");
    let mut at = 1.0;
    for resource in [masters_resource(bay.coe), workers_resource(bay.coe)] {
        let nested =
            region.stack(root).and_then(|stack| stack.resource(resource)).and_then(|found| found.nested.clone());
        let Some(group_stack) = nested else { continue };
        script.resource(at, action, root, resource, "IN_PROGRESS", "state changed");
        script.stack(at, action, &group_stack, "IN_PROGRESS");
        for (member, name) in member_stacks(region, &group_stack) {
            script.span(action, &group_stack, &name, at, at + step_secs);
            script.stack(at, action, &member, "IN_PROGRESS");
            script.stack(at + step_secs, action, &member, "COMPLETE");
            at += step_secs;
        }
        script.stack(at, action, &group_stack, "COMPLETE");
        script.resource(at, action, root, resource, "COMPLETE", "state changed");
    }
    script.stack(at + 0.3, action, root, "COMPLETE");
    script.groups(at + 0.5, bay, "UPDATE_COMPLETE", "Stack UPDATE completed successfully");
    script.at(at + 0.6, Act::Outputs);
    script.status(at + 0.7, "UPDATE_COMPLETE", None);
    script.done()
}

/// A node group of its own comes up, about eight demo seconds. Its stack is already planned.
pub(in crate::demo) fn create_group(region: &Region, bay: &Bay, group_name: &str, root: &str) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Create;
    let resource = workers_resource(bay.coe);
    let nested = region.stack(root).and_then(|stack| stack.resource(resource)).and_then(|found| found.nested.clone());
    let Some(group_stack) = nested else { return script.done() };
    let group = |status: &str, reason: &str| Act::Group {
        group: group_name.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
    };
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.at(0.2, group("CREATE_IN_PROGRESS", ""));
    script.stack(0.5, action, root, "IN_PROGRESS");
    script.span(action, root, "secgroup_kube_minion", 0.7, 1.2);
    script.resource(1.3, action, root, resource, "IN_PROGRESS", "state changed");
    script.stack(1.3, action, &group_stack, "IN_PROGRESS");
    let members = member_stacks(region, &group_stack);
    for (index, (member, name)) in members.iter().enumerate() {
        let share = (index + 1) as f64 / members.len() as f64;
        build_node(&mut script, region, &group_stack, name, member, 1.4 + share, 3.5 + 3.0 * share);
    }
    script.stack(7.0, action, &group_stack, "COMPLETE");
    script.resource(7.1, action, root, resource, "COMPLETE", "state changed");
    script.stack(7.3, action, root, "COMPLETE");
    script.at(7.5, group("CREATE_COMPLETE", "Stack CREATE completed successfully"));
    script.at(7.6, Act::Outputs);
    script.status(7.7, "UPDATE_COMPLETE", None);
    script.done()
}

/// A node group of its own goes, about five demo seconds.
pub(in crate::demo) fn delete_group(region: &Region, bay: &Bay, group_name: &str) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Delete;
    let Some(root) = bay.group(group_name).and_then(|group| group.stack_id.clone()) else { return script.done() };
    let resource = workers_resource(bay.coe);
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    let status = "DELETE_IN_PROGRESS".to_owned();
    script.at(0.2, Act::Group { group: group_name.to_owned(), status, reason: String::new() });
    script.stack(0.4, action, &root, "IN_PROGRESS");
    let nested = region.stack(&root).and_then(|stack| stack.resource(resource)).and_then(|found| found.nested.clone());
    if let Some(group_stack) = nested {
        script.resource(0.5, action, &root, resource, "IN_PROGRESS", "state changed");
        let members = member_stacks(region, &group_stack);
        for (index, (member, name)) in members.iter().enumerate() {
            let share = (index + 1) as f64 / members.len() as f64;
            remove_node(&mut script, region, &group_stack, name, member, 0.6 + share, 1.0 + 2.5 * share);
        }
        script.resource(4.0, action, &root, resource, "COMPLETE", "state changed");
    }
    script.stack(4.3, action, &root, "COMPLETE");
    script.at(4.5, Act::GroupGone { group: group_name.to_owned() });
    script.at(4.6, Act::Outputs);
    script.status(4.7, "UPDATE_COMPLETE", None);
    script.done()
}

/// Two new servers find no host: the update fails and the bay keeps what it had.
pub(in crate::demo) fn failed_resize(bay: &Bay, group_stack: &str, add: &[PlannedNode]) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Update;
    let resource = workers_resource(bay.coe);
    let server = server_resource(bay.coe, false);
    let root = bay.root_stack.as_str();
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.stack(0.5, action, root, "IN_PROGRESS");
    script.resource(0.8, action, root, resource, "IN_PROGRESS", "state changed");
    let mut words = Vec::new();
    for node in add {
        let (port, _) = node_resources(bay.coe, false);
        script.span(Action::Create, &node.member_stack, &port, 1.2, 1.6);
        let at = 4.0;
        let reason = super::script::NO_VALID_HOST;
        script.resource(1.7, Action::Create, &node.member_stack, server, "IN_PROGRESS", "state changed");
        script.resource(at, Action::Create, &node.member_stack, server, "FAILED", reason);
        script.resource(at + 0.1, Action::Create, group_stack, &node.member_name, "FAILED", reason);
        let text = reason.strip_prefix("ResourceInError: ").unwrap_or(reason);
        words.push(format!(
            "ResourceInError: resources.{resource}.resources[{}].resources.{server}: {text}",
            node.member_name
        ));
    }
    let whole = format!("Resource UPDATE failed: {}", words.join("; "));
    script.resource(4.3, action, root, resource, "FAILED", &whole);
    script.stack_because(4.5, action, root, "FAILED", &whole);
    script.at(4.6, Act::Fault { group: "default-worker".into(), text: whole.clone() });
    script.at(4.6, Act::Group { group: "default-worker".into(), status: "UPDATE_FAILED".into(), reason: whole });
    script.status(4.7, "UPDATE_FAILED", Some("default-worker failed".into()));
    script.done()
}

#[cfg(test)]
mod tests {
    use super::super::script::Script;
    use super::*;

    #[test]
    fn steps_come_out_in_order_of_time() {
        let mut script = Script::default();
        script.status(3.0, "B", None);
        script.status(1.0, "A", None);
        script.at(2.0, Act::Outputs);
        let times: Vec<f64> = script.done().iter().map(|step| step.at).collect();
        assert_eq!(times, [1.0, 2.0, 3.0]);
    }
}
