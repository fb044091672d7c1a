//! Which objects are refused, and with which words.

use super::super::defaults;
use super::*;

fn causes(kind: Kind, mut body: Value) -> Vec<String> {
    defaults::fill(kind, &mut body);
    object(kind, &body).into_iter().map(|c| format!("{}: {}", c.field, c.message)).collect()
}

fn deployment() -> Value {
    json!({"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}}})
}

#[test]
fn a_good_deployment_has_no_causes() {
    assert_eq!(causes(Kind::Deployment, deployment()), Vec::<String>::new());
}

#[test]
fn a_bad_deployment_is_told_everything_at_once() {
    let mut body = deployment();
    body["metadata"]["name"] = json!("Web");
    body["spec"]["replicas"] = json!(-1);
    body["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    body["spec"]["template"]["spec"]["containers"] =
        json!([{"name": "web"}, {"name": "web", "image": "x", "ports": [{"containerPort": 70000}]}]);
    body["spec"]["template"]["spec"]["restartPolicy"] = json!("Never");
    let found = causes(Kind::Deployment, body);
    let all = found.join("\n");
    assert!(
        all.starts_with("metadata.name: Invalid value: \"Web\": a lowercase RFC 1123 subdomain must consist of"),
        "{all}"
    );
    for expected in [
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"other\"}: `selector` does not match template `labels`",
        "spec.template.spec.containers[0].image: Required value",
        "spec.template.spec.containers[1].name: Duplicate value: \"web\"",
        "spec.template.spec.containers[1].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
        "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
    ] {
        assert!(found.iter().any(|f| f == expected), "{expected}\nnot in\n{all}");
    }
}

#[test]
fn jobs_services_and_cron_jobs_have_their_own_rules() {
    let job = json!({"metadata": {"name": "j"}, "spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b"}], "restartPolicy": "Always"}}}});
    assert_eq!(
        causes(Kind::Job, job),
        ["spec.template.spec.restartPolicy: Unsupported value: \"Always\": supported values: \"OnFailure\", \"Never\""]
    );
    let service = json!({"metadata": {"name": "1s"}, "spec": {"ports": [{"port": 0}, {"port": 80}]}});
    let found = causes(Kind::Service, service);
    assert!(
        found[0].contains("DNS-1035")
            && found
                .iter()
                .any(|f| f == "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
        "{found:?}"
    );
    let cron = json!({"metadata": {"name": "c"}, "spec": {"schedule": "every day", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}}}}});
    assert!(
        causes(Kind::CronJob, cron)[0]
            .starts_with("spec.schedule: Invalid value: \"every day\": expected exactly 5 fields, found 2")
    );
}

#[test]
fn what_must_not_change_is_held() {
    let old = deployment();
    let mut new = deployment();
    new["spec"]["selector"]["matchLabels"]["app"] = json!("x");
    let found = change(Kind::Deployment, &old, &new);
    assert_eq!(
        found[0].message,
        "Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"x\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"
    );
    let pod = json!({"spec": {"containers": [{"name": "a", "image": "x", "command": ["a"]}]}});
    let mut image = pod.clone();
    image["spec"]["containers"][0]["image"] = json!("y");
    assert!(change(Kind::Pod, &pod, &image).is_empty());
    image["spec"]["containers"][0]["command"] = json!(["b"]);
    assert_eq!(change(Kind::Pod, &pod, &image).len(), 1);
}

#[test]
fn labels_have_their_form() {
    for (key, good) in
        [("app", true), ("example.com/App_1", true), ("-a", false), ("a/b/c", false), ("", false), ("Ex.com/a", false)]
    {
        assert_eq!(label_key(key).is_none(), good, "{key}");
    }
    for (value, good) in [("", true), ("v1.2_3", true), ("a b", false), ("-", false)] {
        assert_eq!(label_value(value).is_none(), good, "{value}");
    }
}
