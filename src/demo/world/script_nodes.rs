//! Scripts for single nodes, and for the operations that are made of them: resize, upgrade, node groups.

use super::Region;
use super::bay::{Action, Bay, NodeGroup};
use super::plan::{PlannedNode, node_resources};
use super::script::{Act, Outcome, Script, Step, member_stacks};
use super::stack::Stack;

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

/// A new model: the nodes of `groups` are rebuilt one after another with the new version of Kubernetes, masters first.
pub(in crate::demo) fn upgrade(
    region: &Region,
    bay: &Bay,
    model: &str,
    version: &str,
    groups: &[&NodeGroup],
    step_secs: f64,
) -> Vec<Step> {
    let mut script = Script::default();
    let action = Action::Update;
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.at(0.2, Act::Model { model: model.to_owned() });
    let mut roots: Vec<String> = Vec::new();
    let mut at = 1.0;
    for group in groups {
        let Some((root, resource, group_stack)) = group_place(region, bay, group) else { continue };
        if !roots.contains(&root) {
            script.stack(0.5, action, &root, "IN_PROGRESS");
            roots.push(root.clone());
        }
        let status = |status: &str, reason: &str| Act::Group {
            group: group.name.clone(),
            status: status.to_owned(),
            reason: reason.to_owned(),
        };
        script.at(0.2, status("UPDATE_IN_PROGRESS", ""));
        script.resource(at, action, &root, &resource, "IN_PROGRESS", "state changed");
        script.stack(at, action, &group_stack, "IN_PROGRESS");
        for (member, name) in member_stacks(region, &group_stack) {
            let end = at + step_secs;
            script.span(action, &group_stack, &name, at, end);
            script.stack(at, action, &member, "IN_PROGRESS");
            if let Some(server) = region.stack(&member).and_then(server_of) {
                script.at(at, Act::ServerRebuild { server: server.clone() });
                script.at(end - 0.1, Act::ServerRebuilt { server, version: version.to_owned() });
            }
            script.stack(end, action, &member, "COMPLETE");
            at = end;
        }
        script.stack(at, action, &group_stack, "COMPLETE");
        script.resource(at, action, &root, &resource, "COMPLETE", "state changed");
        script.at(at, status("UPDATE_COMPLETE", "Stack UPDATE completed successfully"));
    }
    for root in &roots {
        script.stack(at + 0.3, action, root, "COMPLETE");
    }
    script.at(at + 0.6, Act::Outputs);
    script.status(at + 0.7, "UPDATE_COMPLETE", None);
    script.done()
}

/// Root stack, resource in it, and the stack below it whose members are a group's nodes.
fn group_place(region: &Region, bay: &Bay, group: &NodeGroup) -> Option<(String, String, String)> {
    let root = if group.is_default { bay.root_stack.clone() } else { group.stack_id.clone()? };
    let resource = if group.is_master() { masters_resource(bay.coe) } else { workers_resource(bay.coe) };
    let nested = region.stack(&root)?.resource(resource)?.nested.clone()?;
    Some((root, resource.to_owned(), nested))
}

/// The nodes laid out in a group's stack.
pub(in crate::demo) fn planned(region: &Region, group_stack: &str) -> Vec<PlannedNode> {
    let members = member_stacks(region, group_stack).into_iter();
    members.map(|(member_stack, member_name)| PlannedNode { member_stack, member_name }).collect()
}

/// The server that a member of a group holds.
fn server_of(stack: &Stack) -> Option<String> {
    stack.resources.iter().find(|resource| resource.kind == "OS::Nova::Server")?.physical_id.clone()
}

/// The stack is updated, and near the end of it the nodes take what is new.
pub(in crate::demo) fn update_with(region: &Region, bay: &Bay, act: Act) -> Vec<Step> {
    let mut steps = update(region, bay);
    let at = steps.iter().position(|step| step.at > 3.0).unwrap_or(steps.len());
    steps.insert(at, Step { at: 3.0, act });
    steps
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

/// New nodes of a group cannot be made: the update of the bay fails, and it keeps the nodes it had. A group that is itself
/// new (`action` is Create) fails as a whole.
pub(in crate::demo) fn failed_growth(
    region: &Region,
    bay: &Bay,
    group: &NodeGroup,
    add: &[PlannedNode],
    action: Action,
    outcome: &Outcome,
) -> Vec<Step> {
    let mut script = Script::default();
    let Some((root, resource, group_stack)) = group_place(region, bay, group) else { return script.done() };
    let server = server_resource(bay.coe, group.is_master());
    let (port, _) = node_resources(bay.coe, group.is_master());
    let (error, words) = outcome.cause();
    let reason = format!("{error}: {words}");
    let group_act = |status: String, reason: String| Act::Group { group: group.name.clone(), status, reason };
    script.status(0.2, "UPDATE_IN_PROGRESS", None);
    script.at(0.2, group_act(format!("{}_IN_PROGRESS", action.word()), String::new()));
    script.stack(0.5, action, &root, "IN_PROGRESS");
    script.resource(0.8, action, &root, &resource, "IN_PROGRESS", "state changed");
    script.stack(0.9, action, &group_stack, "IN_PROGRESS");
    let mut all = Vec::new();
    for node in add {
        let (member, name) = (node.member_stack.as_str(), node.member_name.as_str());
        script.resource(1.0, Action::Create, &group_stack, name, "IN_PROGRESS", "state changed");
        script.stack(1.1, Action::Create, member, "IN_PROGRESS");
        script.span(Action::Create, member, &port, 1.2, 1.6);
        script.resource(1.7, Action::Create, member, server, "IN_PROGRESS", "state changed");
        script.resource(4.0, Action::Create, member, server, "FAILED", &reason);
        let inside = format!("Resource CREATE failed: {error}: resources.{server}: {words}");
        script.stack_because(4.0, Action::Create, member, "FAILED", &inside);
        script.resource(4.1, Action::Create, &group_stack, name, "FAILED", &reason);
        all.push(format!("{error}: resources.{resource}.resources[{name}].resources.{server}: {words}"));
    }
    let whole = format!("Resource {} failed: {}", action.word(), all.join("; "));
    script.stack_because(4.2, action, &group_stack, "FAILED", &whole);
    script.resource(4.3, action, &root, &resource, "FAILED", &whole);
    script.stack_because(4.5, action, &root, "FAILED", &whole);
    script.at(4.6, Act::Fault { group: group.name.clone(), text: whole.clone() });
    script.at(4.6, group_act(format!("{}_FAILED", action.word()), whole));
    script.status(4.7, "UPDATE_FAILED", Some(format!("{} failed", group.name)));
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
