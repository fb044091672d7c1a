//! Endpoints of services, addresses of load balancers.

use super::super::events::Said;
use super::super::json::{self, list, text};
use super::super::kinds::Kind;
use super::super::store::{Key, Object};
use super::super::world::{Task, World};
use serde_json::{Map, Value, json};
use std::sync::Arc;

impl World {
    /// Writes the endpoints of a service from the pods that its selector finds.
    pub fn sync_endpoints(&mut self, key: &Key) {
        let Some(service) = self.store.get(Kind::Service, key).cloned() else {
            self.store.remove(Kind::Endpoints, key);
            return;
        };
        let body = service.value();
        self.want_address(&service, &body);
        if &*key.namespace == "default" && &*key.name == "kubernetes" {
            let subsets = self.masters();
            self.write_endpoints(&service, &body, subsets);
        }
        let Some(selector) = self.services.get(key) else { return };
        let mut pods: Vec<&Arc<Object>> = self
            .store
            .list(Kind::Pod, Some(&key.namespace))
            .filter(|p| !p.facts.deleting && selector.matches(&p.facts))
            .filter(|p| p.facts.pod.as_ref().is_some_and(|f| f.active() && !f.ip.is_empty()))
            .collect();
        pods.sort_by_key(|p| p.facts.pod.as_ref().map(|f| f.ip.clone()));
        let address = |p: &&Arc<Object>| {
            let facts = p.facts.pod.as_ref();
            json!({
                "ip": facts.map(|f| &*f.ip), "nodeName": facts.and_then(|f| f.node.as_deref()),
                "targetRef": {"kind": "Pod", "namespace": &*key.namespace, "name": &*p.key.name, "uid": &*p.facts.uid},
            })
        };
        let (up, down): (Vec<&Arc<Object>>, Vec<&Arc<Object>>) =
            pods.into_iter().partition(|p| p.facts.pod.as_ref().is_some_and(|f| f.ready));
        let first_pod = up.first().or(down.first()).map(|p| p.value());
        let ports: Vec<Value> =
            list(&body, "/spec/ports").iter().map(|p| endpoint_port(p, first_pod.as_ref())).collect();
        let mut subset = Map::new();
        for (name, pods) in [("addresses", &up), ("notReadyAddresses", &down)] {
            if !pods.is_empty() {
                subset.insert(name.into(), pods.iter().map(address).collect());
            }
        }
        let subsets = if subset.is_empty() {
            Value::Null
        } else {
            if !ports.is_empty() {
                subset.insert("ports".into(), ports.into());
            }
            json!([subset])
        };
        self.write_endpoints(&service, &body, subsets);
    }

    /// Addresses of the API servers, as each of them writes its own.
    fn masters(&self) -> Value {
        let address = |node: &Arc<Object>| {
            let master = node.facts.label("node-role.kubernetes.io/control-plane").is_some();
            let body = master.then(|| node.value())?;
            let inside = list(&body, "/status/addresses").iter().find(|a| text(a, "/type") == "InternalIP")?;
            Some(json!({"ip": text(inside, "/address")}))
        };
        let addresses: Vec<Value> = self.store.list(Kind::Node, None).filter_map(address).collect();
        if addresses.is_empty() {
            return Value::Null;
        }
        json!([{"addresses": addresses, "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}]}])
    }

    fn write_endpoints(&mut self, service: &Object, body: &Value, subsets: Value) {
        let key = &service.key;
        self.write_slices(service, subsets.as_array().map_or(&[], Vec::as_slice));
        if self.store.get(Kind::Endpoints, key).is_some() {
            self.update(Kind::Endpoints, key, |b| write_subsets(b, subsets));
        } else {
            let changed =
                json!({"endpoints.kubernetes.io/last-change-trigger-time": super::super::json::stamp(self.now)});
            let mut endpoints =
                json!({"metadata": {"namespace": &*key.namespace, "name": &*key.name, "annotations": changed}});
            if let Some(labels) = body.pointer("/metadata/labels").filter(|labels| labels.is_object()) {
                endpoints["metadata"]["labels"] = labels.clone();
            }
            write_subsets(&mut endpoints, subsets);
            self.create(Kind::Endpoints, endpoints);
        }
    }

    /// A load balancer takes a while to be made.
    fn want_address(&mut self, service: &Object, body: &Value) {
        let asked = text(body, "/spec/type") == "LoadBalancer" && list(body, "/status/loadBalancer/ingress").is_empty();
        let pending = text(body, "/metadata/annotations/bayview.test~1state") == "pending";
        // One is being made already, however often the service is looked at meanwhile.
        if asked && !pending && self.balancing.insert(service.key.clone()) {
            self.say(service, Said::normal("service-controller", "EnsuringLoadBalancer", "Ensuring load balancer"));
            let wait = self.between(8.0, 20.0);
            self.later(wait, Task::LoadBalancer(service.key.clone()));
        }
    }

    /// The cloud made the load balancer.
    pub fn give_address(&mut self, key: &Key) {
        self.balancing.remove(key);
        let Some(service) = self.store.get(Kind::Service, key).cloned() else { return };
        let body = service.value();
        if text(&body, "/spec/type") != "LoadBalancer" || !list(&body, "/status/loadBalancer/ingress").is_empty() {
            return;
        }
        self.addresses += 1;
        let address = format!("203.0.113.{}", 40 + self.addresses % 200);
        self.update(Kind::Service, key, |b| {
            json::set(b, "/status/loadBalancer/ingress", json!([{"ip": address, "ipMode": "VIP"}]))
        });
        self.say(&service, Said::normal("service-controller", "EnsuredLoadBalancer", "Ensured load balancer"));
    }
}

fn write_subsets(body: &mut Value, subsets: Value) {
    if subsets.is_null() {
        json::object(body).remove("subsets");
    } else {
        json::set(body, "/subsets", subsets);
    }
}

/// A service port as it stands in endpoints: with the number that a named target port has in the pod.
fn endpoint_port(port: &Value, pod: Option<&Value>) -> Value {
    let number = match port.get("targetPort") {
        Some(Value::String(name)) => pod
            .into_iter()
            .flat_map(|p| list(p, "/spec/containers"))
            .flat_map(|c| list(c, "/ports"))
            .find(|p| text(p, "/name") == name)
            .and_then(|p| p.get("containerPort").cloned())
            .or_else(|| port.get("port").cloned()),
        Some(Value::Number(n)) if n.as_i64() != Some(0) => Some(n.clone().into()),
        _ => port.get("port").cloned(),
    };
    let mut out = json!({"port": number, "protocol": text(port, "/protocol")});
    if let Some(name) = port.get("name") {
        out["name"] = name.clone();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, deployment, world_with_nodes};
    use super::*;

    #[test]
    fn ready_pods_stand_behind_a_service() {
        let mut world = world_with_nodes(2);
        let mut body = json!({"metadata": {"namespace": "d", "name": "web"}, "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}});
        super::super::super::defaults::fill(Kind::Service, &mut body);
        world.create(Kind::Service, body);
        deployment(&mut world, "web", 3, "web:1");
        advance(&mut world, 60.0);
        let endpoints = world.store.find(Kind::Endpoints, "d", "web").unwrap().value();
        assert_eq!(list(&endpoints, "/subsets/0/addresses").len(), 3);
        assert_eq!(endpoints["subsets"][0]["ports"][0], json!({"name": "http", "port": 8080, "protocol": "TCP"}));
        let service = world.store.find(Kind::Service, "d", "web").unwrap().value();
        assert!(text(&service, "/status/loadBalancer/ingress/0/ip").starts_with("203.0.113."));
        world.store.remove(Kind::Service, &Key::new("d", "web"));
        advance(&mut world, 1.0);
        assert!(world.store.find(Kind::Endpoints, "d", "web").is_none());
    }

    #[test]
    fn the_masters_stand_behind_the_api_servers_service() {
        let mut world = world_with_nodes(1);
        let spec = super::super::super::nodes::NodeSpec {
            name: "master-0".into(),
            internal_ip: "10.0.0.5".into(),
            ..Default::default()
        };
        let body =
            json!({"metadata": {"namespace": "default", "name": "kubernetes"}, "spec": {"clusterIP": "10.254.0.1"}});
        world.create(Kind::Service, body);
        world.settle();
        world.add_machine(super::super::super::nodes::NodeSpec {
            role: super::super::super::nodes::NodeRole::Master,
            ..spec
        });
        world.register_node("master-0");
        world.settle();
        let endpoints = world.store.find(Kind::Endpoints, "default", "kubernetes").unwrap().value();
        assert_eq!(endpoints["subsets"][0]["addresses"], json!([{"ip": "10.0.0.5"}]));
        let slice = world.store.find(Kind::EndpointSlice, "default", "kubernetes").unwrap().value();
        assert_eq!(slice["endpoints"][0]["addresses"], json!(["10.0.0.5"]));
    }
}
