//! Service to row.

use crate::api::kubernetes::slim;
use crate::model::cluster::ServiceFacts;

/// The row of a service.
pub fn service(service: slim::Service) -> ServiceFacts {
    let spec = service.spec;
    let kind = if spec.r#type.is_empty() { "ClusterIP".to_owned() } else { spec.r#type };
    let mut external: Vec<String> = service
        .status
        .load_balancer
        .ingress
        .into_iter()
        .map(|i| if i.ip.is_empty() { i.hostname } else { i.ip })
        .filter(|a| !a.is_empty())
        .collect();
    let pending_address = kind == "LoadBalancer" && external.is_empty();
    external.extend(spec.external_ips);
    if !spec.external_name.is_empty() {
        external.push(spec.external_name);
    }
    ServiceFacts {
        uid: service.metadata.uid,
        namespace: service.metadata.namespace,
        name: service.metadata.name,
        kind,
        cluster_ip: Some(spec.cluster_ip).filter(|ip| !ip.is_empty() && ip != "None"),
        external,
        pending_address,
        ports: spec.ports.iter().map(port).collect(),
        selector: spec.selector,
        created_at: service.metadata.creation_timestamp.unwrap_or(0),
    }
}

/// `80:30080/TCP`, as kubectl prints it.
fn port(port: &slim::Port) -> String {
    let protocol = if port.protocol.is_empty() { "TCP" } else { &port.protocol };
    match port.node_port {
        0 => format!("{}/{protocol}", port.port),
        node => format!("{}:{node}/{protocol}", port.port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_load_balancer_before_and_after_its_address() {
        let make = |ingress: serde_json::Value| {
            service(serde_json::from_value(json!({"metadata": {"name": "web", "namespace": "shop", "uid": "s"},
                "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.4", "selector": {"b": "2", "a": "1"},
                    "ports": [{"port": 80, "nodePort": 30080, "targetPort": "http", "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]},
                "status": {"loadBalancer": ingress}})).unwrap())
        };
        let before = make(json!({}));
        assert!(before.pending_address && before.external.is_empty());
        assert_eq!(
            (before.ports, before.selector.as_str()),
            (vec!["80:30080/TCP".to_owned(), "53/UDP".to_owned()], "a=1,b=2")
        );
        let after = make(json!({"ingress": [{"ip": "203.0.113.9"}]}));
        assert!(!after.pending_address);
        assert_eq!(after.external, ["203.0.113.9"]);
    }

    #[test]
    fn headless_and_external_name() {
        let headless = service(serde_json::from_value(json!({"metadata": {}, "spec": {"clusterIP": "None"}})).unwrap());
        assert_eq!((headless.cluster_ip, headless.kind.as_str()), (None, "ClusterIP"));
        let named = service(
            serde_json::from_value(
                json!({"metadata": {}, "spec": {"type": "ExternalName", "externalName": "db.example"}}),
            )
            .unwrap(),
        );
        assert_eq!(named.external, ["db.example"]);
    }
}
