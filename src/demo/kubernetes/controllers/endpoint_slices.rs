//! Endpoint slices: what the endpoints of a service say, in pieces of a hundred addresses.

use super::super::derived;
use super::super::json::{self, list, text};
use super::super::kinds::Kind;
use super::super::store::{Key, Object};
use super::super::world::World;
use serde_json::{Value, json};

/// Addresses in one slice (`--max-endpoints-per-slice`).
const MOST: usize = 100;

impl World {
    /// Writes the slices of a service from the subsets of its endpoints.
    pub fn write_slices(&mut self, service: &Object, subsets: &[Value]) {
        let endpoints: Vec<Value> = subsets.iter().flat_map(|subset| self.slice_endpoints(subset)).collect();
        let mut ports = subsets.first().and_then(|s| s.get("ports").cloned()).unwrap_or(Value::Null);
        for port in ports.as_array_mut().into_iter().flatten() {
            // A port without a name has the empty one here; clients count on it.
            json::default(port, "/name", "");
        }
        let own = service.value();
        let mut chunks: Vec<Value> = endpoints.chunks(MOST).map(|chunk| chunk.into()).collect();
        if chunks.is_empty() {
            // A service without addresses has one slice that says so.
            chunks.push(Value::Null);
        }
        let count = chunks.len();
        for (i, chunk) in chunks.into_iter().enumerate() {
            let key = slice_key(service, i);
            let change = |body: &mut Value| {
                json::set(body, "/endpoints", chunk);
                json::set(body, "/ports", ports.clone());
            };
            if self.store.get(Kind::EndpointSlice, &key).is_some() {
                self.update(Kind::EndpointSlice, &key, change);
            } else {
                let mut body = slice_head(service, &own, &key, i);
                change(&mut body);
                self.create(Kind::EndpointSlice, body);
            }
        }
        for i in count.. {
            if self.store.remove(Kind::EndpointSlice, &slice_key(service, i)).is_none() {
                break;
            }
        }
    }

    fn slice_endpoints(&self, subset: &Value) -> Vec<Value> {
        let side = |name: &str, ready: bool| {
            list(subset, name).iter().map(move |address| {
                let node = text(address, "/nodeName");
                let mut endpoint = json!({
                    "addresses": [address.get("ip")],
                    "conditions": {"ready": ready, "serving": ready, "terminating": false},
                });
                if let Some(target) = address.get("targetRef") {
                    endpoint["targetRef"] = target.clone();
                }
                if !node.is_empty() {
                    endpoint["nodeName"] = node.into();
                    if let Some(machine) = self.nodes.get(node) {
                        endpoint["zone"] = machine.spec.zone.clone().into();
                    }
                }
                endpoint
            })
        };
        side("/addresses", true).chain(side("/notReadyAddresses", false)).collect()
    }
}

/// The API server writes its own slice, under the name of its service.
fn own_slice(service: &Object) -> bool {
    &*service.key.namespace == "default" && &*service.key.name == "kubernetes"
}

fn slice_key(service: &Object, number: usize) -> Key {
    if own_slice(service) && number == 0 {
        return service.key.clone();
    }
    let suffix = derived::suffix(&(&service.facts.uid, number));
    Key::new(&service.key.namespace, &format!("{}-{suffix}", service.key.name))
}

fn slice_head(service: &Object, own: &Value, key: &Key, number: usize) -> Value {
    let mut labels = own.pointer("/metadata/labels").cloned().unwrap_or_else(|| json!({}));
    json::object(&mut labels).insert("kubernetes.io/service-name".into(), (*service.key.name).into());
    let mut metadata = json!({
        "name": &*key.name, "namespace": &*key.namespace, "uid": derived::uid(&(&service.facts.uid, "slice", number)),
        "generation": 1,
    });
    if own_slice(service) {
        labels = json!({"kubernetes.io/service-name": "kubernetes"});
    } else {
        json::object(&mut labels)
            .insert("endpointslice.kubernetes.io/managed-by".into(), "endpointslice-controller.k8s.io".into());
        metadata["generateName"] = format!("{}-", service.key.name).into();
        metadata["ownerReferences"] = json!([super::owner_reference(service)]);
    }
    metadata["labels"] = labels;
    json!({"metadata": metadata, "addressType": "IPv4"})
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, deployment, world_with_nodes};
    use super::*;

    #[test]
    fn a_service_with_many_pods_has_several_slices_and_one_without_pods_an_empty_one() {
        let mut world = world_with_nodes(2);
        let mut body = json!({"metadata": {"namespace": "d", "name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}});
        super::super::super::defaults::fill(Kind::Service, &mut body);
        world.create(Kind::Service, body);
        advance(&mut world, 1.0);
        let slices = |world: &World| -> Vec<Value> {
            world.store.list(Kind::EndpointSlice, Some("d")).map(|s| s.value()).collect()
        };
        assert_eq!(slices(&world).len(), 1);
        assert_eq!(slices(&world)[0]["endpoints"], Value::Null);
        let key = deployment(&mut world, "web", 120, "web:1");
        advance(&mut world, 240.0);
        let all = slices(&world);
        assert_eq!(all.iter().map(|s| list(s, "/endpoints").len()).sum::<usize>(), 120);
        assert_eq!(all.len(), 2);
        assert_eq!(text(&all[0], "/metadata/labels/kubernetes.io~1service-name"), "web");
        assert_eq!(all[0]["endpoints"][0]["conditions"]["ready"], true);
        assert_eq!(all[0]["ports"], json!([{"name": "", "port": 8080, "protocol": "TCP"}]));
        world.set_replicas(Kind::Deployment, &key, 1);
        advance(&mut world, 120.0);
        assert_eq!(slices(&world).len(), 1);
        world.store.remove(Kind::Service, &Key::new("d", "web"));
        advance(&mut world, 1.0);
        assert!(slices(&world).is_empty());
    }
}
