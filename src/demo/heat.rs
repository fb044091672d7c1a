//! Heat: stacks, their resources (nested as deep as asked) and events.

use serde_json::{Map, Value, json};

use super::cloud::Cloud;
use super::http::{Reply, Request};
use super::keystone;
use super::world::stack::{Event, Resource, Stack};
use super::world::{Region, World, z_time};

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let segments = request.segments();
    // Whatever is no version is told which there are.
    if segments.first() != Some(&"v1") {
        let links = json!([{"rel": "self", "href": format!("{}/v1/", request.base)}]);
        return Reply::json(300, &json!({"versions": [{"id": "v1.0", "status": "CURRENT", "links": links}]}));
    }
    let world = cloud.world();
    let token = match keystone::caller(cloud, &world, request) {
        Ok(token) => token,
        Err(reply) => return reply,
    };
    let ["v1", project, path @ ..] = segments.as_slice() else { return no_route() };
    if *project != token.project() && !token.is_admin() {
        return error(403, "Forbidden", "HTTPForbidden", "Access was denied to this resource.");
    }
    let heat = Heat { world: &world, region: &world.regions[region], request, project };
    if request.method == "GET" { heat.route(path).unwrap_or_else(|refusal| refusal) } else { heat.change(path) }
}

/// The router's own 404, in WebOb's form.
fn no_route() -> Reply {
    let message = "The resource could not be found.<br /><br />\n\n\n";
    Reply::json(404, &json!({"message": message, "code": "404 Not Found", "title": "Not Found"}))
}

const MALFORMED: &str =
    "The server could not comply with the request since it is either malformed or otherwise incorrect.";

fn bad_request(message: &str) -> Reply {
    error(400, "Bad Request", "HTTPBadRequest", message)
}

fn error(code: u16, title: &str, kind: &str, message: &str) -> Reply {
    let explanation = match code {
        404 => "The resource could not be found.",
        403 => "Access was denied to this resource.",
        _ => MALFORMED,
    };
    Reply::json(
        code,
        &json!({"code": code, "title": title, "explanation": explanation,
            "error": {"type": kind, "message": message, "traceback": null}}),
    )
}

fn unknown_stack(ident: &str) -> Reply {
    error(404, "Not Found", "EntityNotFound", &format!("The Stack ({ident}) could not be found."))
}

struct Heat<'a> {
    world: &'a World,
    region: &'a Region,
    request: &'a Request,
    project: &'a str,
}

impl<'a> Heat<'a> {
    fn route(&self, path: &[&str]) -> Result<Reply, Reply> {
        Ok(match path {
            ["stacks"] | ["stacks", "detail"] => self.list()?,
            // The short form redirects, except where the second part already is the id of that name.
            ["stacks", ident] => self.redirect(ident, &[]),
            ["stacks", ident, rest @ ("resources" | "events" | "template")] => self.redirect(ident, &[rest]),
            ["stacks", name, id, rest @ ..] => match self.known(id).filter(|stack| stack.name == **name) {
                Some(stack) => self.one(stack, rest)?,
                None => unknown_stack(name),
            },
            _ => no_route(),
        })
    }

    /// Whatever would change something: the demo's stacks belong to bays and are changed through Magnum only.
    fn change(&self, path: &[&str]) -> Reply {
        let method = self.request.method.as_str();
        let known = match path {
            ["stacks"] => method == "POST",
            ["stacks", _] => method == "DELETE",
            ["stacks", _, _] => matches!(method, "PUT" | "PATCH" | "DELETE"),
            _ => return no_route(),
        };
        if !known {
            return error(405, "Method Not Allowed", "HTTPMethodNotAllowed", MALFORMED);
        }
        let body = self.request.json().unwrap_or_default();
        if method == "POST" && body.get("stack_name").is_none() {
            return bad_request(if body.is_object() { "No stack name specified" } else { MALFORMED });
        }
        if method == "PUT" && body.get("template").is_none() && body.get("template_url").is_none() {
            return bad_request("No template specified");
        }
        match path {
            ["stacks", name, ..] if path.last().and_then(|ident| self.known(ident)).is_none() => unknown_stack(name),
            _ => error(403, "Forbidden", "Forbidden", "You are not authorized to use this action."),
        }
    }

    /// A number of the query.
    fn number(&self, name: &str) -> Result<Option<usize>, Reply> {
        let Some(text) = self.request.query(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| bad_request(&format!("Only integer is acceptable by '{name}'.")))
    }

    /// How many levels of stacks below are meant.
    fn depth(&self) -> Result<u32, Reply> {
        Ok(self.number("nested_depth")?.map_or(0, |depth| u32::try_from(depth).unwrap_or(u32::MAX)).min(5))
    }

    /// True where the query says so; text of another kind is refused.
    fn says(&self, name: &str) -> Result<bool, Reply> {
        match self.request.query(name).map(str::to_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(bad_request(&format!(
                "Unrecognized value \"{other}\" for \"{name}\", acceptable values are: true, false."
            ))),
        }
    }

    /// Stacks that Heat knows: begun, and of the project.
    fn visible(&self) -> impl Iterator<Item = &'a Stack> {
        let project = self.project.to_owned();
        self.region.stacks.iter().filter(move |stack| !stack.status.is_empty() && stack.project_id == project)
    }

    fn known(&self, ident: &str) -> Option<&'a Stack> {
        let alive = self.visible().find(|stack| stack.id == ident);
        alive.or_else(|| self.visible().find(|stack| stack.name == ident && stack.status != "DELETE_COMPLETE"))
    }

    fn redirect(&self, ident: &str, rest: &[&str]) -> Reply {
        let Some(stack) = self.known(ident) else { return unknown_stack(ident) };
        let mut location = format!("{}/v1/{}/stacks/{}/{}", self.request.base, self.project, stack.name, stack.id);
        for part in rest {
            location = format!("{location}/{part}");
        }
        let query: Vec<String> = self
            .request
            .query
            .iter()
            .map(|(key, value)| url::form_urlencoded::Serializer::new(String::new()).append_pair(key, value).finish())
            .collect();
        if !query.is_empty() {
            location = format!("{location}?{}", query.join("&"));
        }
        let message = format!(
            "The resource was found at <a href=\"{location}\">{location}</a>;\nyou should be redirected automatically."
        );
        Reply::json(302, &json!({"code": "302 Found", "title": "Found", "message": message})).with("location", location)
    }

    fn list(&self) -> Result<Reply, Reply> {
        let (nested, counted) = (self.says("show_nested")?, self.says("with_count")?);
        let limit = self.number("limit")?;
        let matches = |stack: &&Stack| {
            (stack.parent.is_none() || nested)
                && stack.status != "DELETE_COMPLETE"
                && self.request.query("status").is_none_or(|status| stack.status.ends_with(status))
                && self.request.query("name").is_none_or(|name| stack.name == name)
        };
        let stacks: Vec<&Stack> = self.visible().filter(matches).collect();
        let skip = self.request.query("marker").and_then(|id| stacks.iter().position(|stack| stack.id == id));
        let page: Vec<&Stack> =
            stacks.iter().copied().skip(skip.map_or(0, |at| at + 1)).take(limit.unwrap_or(usize::MAX)).collect();
        let mut body = json!({"stacks": page.iter().map(|stack| self.summary(stack)).collect::<Vec<_>>()});
        if counted {
            body["count"] = json!(stacks.len());
        }
        // A page that is full has a next one, be it empty.
        if let (Some(limit), Some(last)) = (limit, page.last())
            && page.len() == limit
        {
            let href = format!("{}/v1/{}/stacks?limit={limit}&marker={}", self.request.base, self.project, last.id);
            body["links"] = json!([{"rel": "next", "href": href}]);
        }
        Ok(Reply::ok(&body))
    }

    fn link(&self, stack: &Stack) -> String {
        format!("{}/v1/{}/stacks/{}/{}", self.request.base, self.project, stack.name, stack.id)
    }

    fn summary(&self, stack: &Stack) -> Value {
        json!({
            "id": stack.id, "stack_name": stack.name, "stack_status": stack.status,
            "stack_status_reason": stack.reason, "creation_time": z_time(stack.created),
            "updated_time": stack.updated.map(z_time), "deletion_time": null, "description": self.description(stack),
            "links": [{"rel": "self", "href": self.link(stack)}], "parent": stack.parent.as_ref().map(|(id, _)| id),
            "stack_owner": self.owner(stack), "stack_user_project_id": stack.project_id, "tags": null,
        })
    }

    /// Name of the user whose bay it is.
    fn owner(&self, stack: &Stack) -> Option<&str> {
        let bay = self.region.bay(&stack.bay)?;
        self.world.identity.user(&bay.user_id).map(|user| user.name.as_str())
    }

    fn description(&self, stack: &Stack) -> &'static str {
        if stack.parent.is_some() {
            "No description"
        } else {
            "This template will boot a cluster of one or more nodes (as specified by the number_of_minions parameter).\n"
        }
    }

    fn one(&self, stack: &Stack, rest: &[&str]) -> Result<Reply, Reply> {
        Ok(match rest {
            [] => {
                let mut body = self.summary(stack);
                body["template_description"] = json!(self.description(stack));
                body["parameters"] = self.parameters(stack);
                if self.request.query("resolve_outputs").is_none_or(|value| !value.eq_ignore_ascii_case("false")) {
                    body["outputs"] = self.outputs(stack);
                }
                body["tags"] = json!([]);
                body["timeout_mins"] = json!(60);
                body["disable_rollback"] = json!(true);
                body["capabilities"] = json!([]);
                body["notification_topics"] = json!([]);
                Reply::ok(&json!({"stack": body}))
            }
            ["resources"] => self.resources(stack)?,
            ["resources", name, "metadata"] if stack.resource(name).is_some() => Reply::ok(&json!({"metadata": {}})),
            ["resources", name] => match stack.resource(name) {
                Some(resource) => {
                    let body = self.resource_json(stack, resource, None, true);
                    Reply::ok(&json!({"resource": body}))
                }
                None => {
                    let message = format!("The Resource ({name}) could not be found in Stack {}.", stack.name);
                    error(404, "Not Found", "ResourceNotFound", &message)
                }
            },
            ["resources", name, "events"] => self.events(stack, Some(name))?,
            ["events"] => self.events(stack, None)?,
            ["outputs"] => {
                let mut outputs = self.outputs(stack);
                for output in outputs.as_array_mut().into_iter().flatten() {
                    if let Some(output) = output.as_object_mut() {
                        output.remove("output_value");
                    }
                }
                Reply::ok(&json!({"outputs": outputs}))
            }
            ["outputs", key] => {
                let outputs = self.outputs(stack);
                match outputs.as_array().into_iter().flatten().find(|output| output["output_key"] == **key) {
                    Some(output) => Reply::ok(&json!({"output": output})),
                    None => error(404, "Not Found", "NotFound", &format!("Specified output key {key} not found.")),
                }
            }
            ["template"] => {
                let resources: Map<String, Value> = stack
                    .resources
                    .iter()
                    .map(|resource| (resource.name.clone(), json!({"type": resource.kind})))
                    .collect();
                Reply::ok(&json!({"heat_template_version": "2014-10-16", "resources": resources}))
            }
            ["environment"] => Reply::ok(&json!({
                "parameters": self.parameters(stack), "parameter_defaults": {}, "resource_registry": {"resources": {}},
                "event_sinks": [], "encrypted_param_names": [],
            })),
            ["files"] => Reply::ok(&json!({})),
            _ => no_route(),
        })
    }

    fn parameters(&self, stack: &Stack) -> Value {
        let mut parameters = json!({
            "OS::project_id": stack.project_id, "OS::stack_id": stack.id, "OS::stack_name": stack.name,
        });
        if let (None, Some(bay)) = (&stack.parent, self.region.bay(&stack.bay)) {
            parameters["number_of_masters"] = json!(bay.master_count().to_string());
            parameters["number_of_minions"] = json!(bay.node_count().to_string());
            parameters["master_flavor"] = json!(bay.master_flavor);
            parameters["minion_flavor"] = json!(bay.flavor);
            parameters["cluster_uuid"] = json!(bay.uuid);
        }
        parameters
    }

    fn outputs(&self, stack: &Stack) -> Value {
        let Some(bay) = self.region.bay(&stack.bay).filter(|bay| bay.root_stack == stack.id) else { return json!([]) };
        let addresses = |masters: bool| -> Vec<String> {
            let servers = self.region.compute.servers_of(&bay.uuid).filter(|server| server.is_node());
            let of_kind = servers.filter(|server| {
                let group = server.bay.as_ref().and_then(|(_, group)| bay.group(group));
                group.is_some_and(super::world::bay::NodeGroup::is_master) == masters
            });
            of_kind.map(|server| server.address.clone()).collect()
        };
        let host = bay.api_address.as_deref().map(|address| address.rsplit("//").next().unwrap_or(address).to_owned());
        json!([
            {"output_key": "api_address", "description": "This is the API endpoint of the cluster.", "output_value": host},
            {"output_key": "kube_masters_private", "description": "Private addresses of the masters.", "output_value": addresses(true)},
            {"output_key": "kube_minions_private", "description": "Private addresses of the workers.", "output_value": addresses(false)},
        ])
    }

    /// All resources of the stack and, when asked, of the stacks below it.
    fn resources(&self, stack: &Stack) -> Result<Reply, Reply> {
        let depth = self.depth()?;
        let known = ["nested_depth", "with_detail", "type", "status", "name", "id", "action", "physical_resource_id"];
        if let Some((name, _)) = self.request.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return Err(bad_request(&format!("Invalid filter parameters ['{name}']")));
        }
        let mut rows = Vec::new();
        self.collect(stack, None, depth, &mut rows);
        Ok(Reply::ok(&json!({"resources": rows})))
    }

    fn collect(&self, stack: &Stack, parent: Option<&str>, depth: u32, rows: &mut Vec<Value>) {
        for resource in &stack.resources {
            let wanted = self.request.query("type").is_none_or(|kind| resource.kind == kind)
                && self.request.query("status").is_none_or(|status| resource.status.ends_with(status))
                && self.request.query("name").is_none_or(|name| resource.name == name);
            if wanted {
                let detail = self.request.query("with_detail").is_some();
                rows.push(self.resource_json(stack, resource, parent, detail));
            }
            let nested = resource.nested.as_deref().and_then(|id| self.region.stack(id));
            if let (true, Some(nested)) = (depth > 0, nested)
                && !nested.status.is_empty()
            {
                self.collect(nested, Some(&resource.name), depth - 1, rows);
            }
        }
    }

    fn resource_json(&self, stack: &Stack, resource: &Resource, parent: Option<&str>, detail: bool) -> Value {
        let base = self.link(stack);
        let mut links = vec![
            json!({"rel": "self", "href": format!("{base}/resources/{}", resource.name)}),
            json!({"rel": "stack", "href": base}),
        ];
        if let Some(nested) = resource.nested.as_deref().and_then(|id| self.region.stack(id)) {
            links.push(json!({"rel": "nested", "href": self.link(nested)}));
        }
        // Until its turn comes a resource has no counterpart.
        let physical =
            if resource.status == "INIT_COMPLETE" { "" } else { resource.physical_id.as_deref().unwrap_or("") };
        let mut body = json!({
            "resource_name": resource.name, "logical_resource_id": resource.name, "physical_resource_id": physical,
            "resource_type": resource.kind, "resource_status": resource.status,
            "resource_status_reason": resource.reason, "creation_time": z_time(resource.created),
            "updated_time": z_time(resource.updated), "required_by": [], "links": links,
        });
        if let Some(parent) = parent {
            body["parent_resource"] = json!(parent);
        }
        if detail {
            body["description"] = json!("");
            body["attributes"] = json!({});
        }
        body
    }

    fn events(&self, stack: &Stack, resource: Option<&str>) -> Result<Reply, Reply> {
        let (depth, limit) = (self.depth()?, self.number("limit")?);
        let mut rows: Vec<(&Stack, &Event)> = Vec::new();
        self.collect_events(stack, depth, &mut rows);
        rows.retain(|(_, event)| {
            resource.is_none_or(|name| event.resource == name)
                && self.request.query("resource_status").is_none_or(|status| event.status.ends_with(status))
                && self.request.query("resource_name").is_none_or(|name| event.resource == name)
        });
        rows.sort_by_key(|(_, event)| event.time);
        if self.request.query("sort_dir") == Some("desc") {
            rows.reverse();
        }
        // A marker that is not there marks nothing.
        let marked = |marker| rows.iter().position(|(_, event)| event.id == marker);
        if let Some(at) = self.request.query("marker").and_then(marked) {
            rows.drain(..=at);
        }
        rows.truncate(limit.unwrap_or(usize::MAX));
        let root = (depth > 0).then_some(stack);
        let rows: Vec<Value> = rows.into_iter().map(|(owner, event)| self.event_json(root, owner, event)).collect();
        Ok(Reply::ok(&json!({"events": rows})))
    }

    fn collect_events<'b>(&'b self, stack: &'b Stack, depth: u32, rows: &mut Vec<(&'b Stack, &'b Event)>) {
        rows.extend(stack.events.iter().map(|event| (stack, event)));
        if depth > 0 {
            let below = stack.resources.iter().filter_map(|resource| resource.nested.as_deref());
            for nested in below.filter_map(|id| self.region.stack(id)) {
                self.collect_events(nested, depth - 1, rows);
            }
        }
    }

    /// `root`: the stack that was asked for, where those below it were asked for as well.
    fn event_json(&self, root: Option<&Stack>, owner: &Stack, event: &Event) -> Value {
        let base = self.link(owner);
        let resource = format!("{base}/resources/{}", event.resource);
        let mut links = vec![
            json!({"rel": "self", "href": format!("{resource}/events/{}", event.id)}),
            json!({"rel": "resource", "href": resource}),
            json!({"rel": "stack", "href": base}),
        ];
        if let Some(root) = root {
            links.push(json!({"rel": "root_stack", "href": self.link(root)}));
        }
        json!({
            "id": event.id, "event_time": z_time(event.time), "resource_name": event.resource,
            "logical_resource_id": event.resource, "physical_resource_id": event.physical_id,
            "resource_status": event.status, "resource_status_reason": event.reason,
            "links": links,
        })
    }
}
