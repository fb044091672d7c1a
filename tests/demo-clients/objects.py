"""Kubernetes with the official Python client: typed and dynamic, lists in pages, watches, and the errors it raises."""

import json
import threading

from kubernetes import client, config, dynamic, watch
from kubernetes.client import ApiException
from kubernetes.dynamic.exceptions import ConflictError

from steps import Failed


def play(steps):
    api = config.new_client_from_config(steps.env["KUBECONFIG"])
    core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
    steps.check("python: version", client.VersionApi(api).get_code().git_version, "v1.31.1")
    lists(steps, api, core)
    objects(steps, core)
    watches(steps, core)
    workloads(steps, api, core, apps)
    anything(steps, api)


def refused(steps, what, status, reason, call):
    """A call must raise an ApiException with a `Status` of this code and reason. Returns that Status."""
    try:
        call()
    except ApiException as error:
        body = json.loads(error.body)
        if (error.status, body["kind"], body.get("reason"), body["code"]) != (status, "Status", reason, status):
            raise Failed(f"{what}: {error.status} {error.body}") from error
        steps.ok(what)
        return body
    raise Failed(f"{what}: not refused")


def lists(steps, api, core):
    """Every kind can be read into the client's types, which check what the API promises."""
    groups = [core, client.AppsV1Api(api), client.BatchV1Api(api), client.NetworkingV1Api(api), client.PolicyV1Api(api),
              client.RbacAuthorizationV1Api(api), client.StorageV1Api(api), client.SchedulingV1Api(api),
              client.CoordinationV1Api(api), client.AutoscalingV1Api(api), client.DiscoveryV1Api(api)]
    # A slice without endpoints says `null`, from a real server too, and this client takes that for a fault.
    steps.within(60, "python: every service has endpoints",
                 lambda: all(service.subsets for service in core.list_endpoints_for_all_namespaces().items))
    for group in groups:
        for resource in group.get_api_resources().resources:
            if "/" in resource.name or "list" not in resource.verbs:
                continue
            snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in resource.kind)
            name = f"list{snake}" + ("_for_all_namespaces" if resource.namespaced else "")
            getattr(group, name)()
            steps.ok(f"python: {name}")
    whole = core.list_namespaced_pod("kube-system")
    names, token = [], None
    while True:
        page = core.list_namespaced_pod("kube-system", limit=4, _continue=token)
        names += [pod.metadata.name for pod in page.items]
        token = page.metadata._continue
        if not token:
            break
        steps.check("python: what remains is counted", page.metadata.remaining_item_count, len(whole.items) - len(names))
    steps.check("python: a list in pages", names, [pod.metadata.name for pod in whole.items])
    refused(steps, "python: a continue token that is none", 400, "BadRequest",
            lambda: core.list_namespaced_pod("kube-system", limit=4, _continue="nonsense"))
    refused(steps, "python: a revision that has not come yet", 504, "Timeout",
            lambda: core.list_namespaced_pod("kube-system", resource_version="999999999"))


def objects(steps, core):
    name, space = "settings", "default"
    body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name), data={"a": "1"})
    core.create_namespaced_config_map(space, body, dry_run="All")
    refused(steps, "python: a dry run leaves nothing", 404, "NotFound", lambda: core.read_namespaced_config_map(name, space))
    first = core.create_namespaced_config_map(space, body, field_manager="walk")
    steps.check("python: create", (first.data, first.metadata.managed_fields[0].manager), ({"a": "1"}, "walk"))
    refused(steps, "python: create once more", 409, "AlreadyExists", lambda: core.create_namespaced_config_map(space, body))
    second = core.patch_namespaced_config_map(name, space, {"data": {"b": "2"}})
    steps.check("python: patch", second.data, {"a": "1", "b": "2"})
    steps.check("python: a patch makes a new revision",
                int(second.metadata.resource_version) > int(first.metadata.resource_version))
    first.data = {"a": "old"}
    stale = refused(steps, "python: replace of what has changed", 409, "Conflict",
                    lambda: core.replace_namespaced_config_map(name, space, first))
    steps.check("python: the conflict says so", "the object has been modified" in stale["message"])
    second.data = {"a": "3"}
    steps.check("python: replace", core.replace_namespaced_config_map(name, space, second).data, {"a": "3"})
    wrong = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="Bad_Name"))
    causes = refused(steps, "python: an invalid name", 422, "Invalid",
                     lambda: core.create_namespaced_config_map(space, wrong))["details"]["causes"]
    steps.check("python: the cause names the field", (causes[0]["field"], causes[0]["reason"]),
                ("metadata.name", "FieldValueInvalid"))
    done = core.delete_namespaced_config_map(name, space)
    steps.check("python: delete", (done.status, done.details.name), ("Success", name))
    refused(steps, "python: delete once more", 404, "NotFound", lambda: core.delete_namespaced_config_map(name, space))
    refused(steps, "python: a namespace that is not there", 404, "NotFound",
            lambda: core.create_namespaced_config_map("nothere", body))


def watches(steps, core):
    """A watch from a revision tells what came after it; ended, it goes on from where it was."""
    def make(name):
        core.create_namespaced_config_map("default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name)))

    since = core.list_namespaced_config_map("default").metadata.resource_version
    make("one")
    core.patch_namespaced_config_map("one", "default", {"data": {"a": "1"}})
    stream = watch.Watch()
    seen = []
    for event in stream.stream(core.list_namespaced_config_map, "default", resource_version=since, timeout_seconds=20):
        seen.append((event["type"], event["object"].metadata.name))
        if len(seen) == 2:
            stream.stop()
    steps.check("python: watch from a revision", seen, [("ADDED", "one"), ("MODIFIED", "one")])
    make("two")
    threading.Timer(1, core.delete_namespaced_config_map, ("two", "default")).start()
    stream, rest = watch.Watch(), []
    last = event["object"].metadata.resource_version
    for event in stream.stream(core.list_namespaced_config_map, "default", resource_version=last, timeout_seconds=20):
        rest.append((event["type"], event["object"].metadata.name))
        if event["type"] == "DELETED":
            stream.stop()
    steps.check("python: watch goes on where it was", rest, [("ADDED", "two"), ("DELETED", "two")])
    core.delete_namespaced_config_map("one", "default")
    ended = list(watch.Watch().stream(core.list_namespaced_config_map, "default", resource_version="0", timeout_seconds=1))
    steps.check("python: watch from nowhere begins with what there is", [e["type"] for e in ended], ["ADDED"] * len(ended))
    try:
        next(iter(watch.Watch().stream(core.list_namespaced_config_map, "default", resource_version="1")))
        raise Failed("python: watch from a revision long past: not refused")
    except ApiException as error:
        steps.check("python: watch from a revision long past", error.status, 410)


def workloads(steps, api, core, apps):
    labels = {"app": "py"}
    container = client.V1Container(name="main", image="nginx:1.27", ports=[client.V1ContainerPort(container_port=80)])
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container]))
    spec = client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)
    made = apps.create_namespaced_deployment("default", client.V1Deployment(metadata=client.V1ObjectMeta(name="py"), spec=spec))
    steps.check("python: defaults are filled in", (made.spec.strategy.type, made.metadata.generation), ("RollingUpdate", 1))
    steps.within(60, "python: the deployment is available",
                 lambda: apps.read_namespaced_deployment_status("py", "default").status.available_replicas == 2)
    scale = apps.read_namespaced_deployment_scale("py", "default")
    scale.spec.replicas = 1
    steps.check("python: scale", apps.replace_namespaced_deployment_scale("py", "default", scale).spec.replicas, 1)
    immutable = {"spec": {"selector": {"matchLabels": {"app": "other"}}}}
    causes = refused(steps, "python: a selector cannot change", 422, "Invalid",
                     lambda: apps.patch_namespaced_deployment("py", "default", immutable))["details"]["causes"]
    steps.check("python: the cause is told", any("field is immutable" in cause["message"] for cause in causes))
    pod = core.list_namespaced_pod("default", label_selector="app=py", field_selector="status.phase=Running").items[0]
    steps.check("python: logs", "starting main" in core.read_namespaced_pod_log(pod.metadata.name, "default"))
    refused(steps, "python: logs of an unknown container", 400, "BadRequest",
            lambda: core.read_namespaced_pod_log(pod.metadata.name, "default", container="nothere"))
    scaler = client.V1HorizontalPodAutoscaler(metadata=client.V1ObjectMeta(name="py"), spec=client.V1HorizontalPodAutoscalerSpec(
        max_replicas=3, target_cpu_utilization_percentage=70,
        scale_target_ref=client.V1CrossVersionObjectReference(api_version="apps/v1", kind="Deployment", name="py")))
    scaling = client.AutoscalingV1Api(api)
    scaling.create_namespaced_horizontal_pod_autoscaler("default", scaler)
    read = scaling.read_namespaced_horizontal_pod_autoscaler("py", "default")
    steps.check("python: an autoscaler in the older version",
                (read.api_version, read.spec.target_cpu_utilization_percentage), ("autoscaling/v1", 70))
    steps.check("python: and in lists",
                [h.spec.max_replicas for h in scaling.list_namespaced_horizontal_pod_autoscaler("default").items], [3])
    scaling.delete_namespaced_horizontal_pod_autoscaler("py", "default")
    body = client.V1DeleteOptions(propagation_policy="Foreground")
    apps.delete_namespaced_deployment("py", "default", body=body)
    steps.within(60, "python: delete in the foreground",
                 lambda: not core.list_namespaced_pod("default", label_selector="app=py").items)


def anything(steps, api):
    """The dynamic client finds kinds by discovery."""
    found = dynamic.DynamicClient(api)
    nodes = found.resources.get(api_version="v1", kind="Node").get()
    steps.check("dynamic: nodes", len(nodes.items), 3)
    metrics = found.resources.get(api_version="metrics.k8s.io/v1beta1", kind="NodeMetrics").get()
    steps.check("dynamic: metrics", len(metrics.items), 3)
    configs = found.resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dyn"}, "data": {"a": "1"}}
    configs.create(body=body, namespace="default")
    configs.patch(body={"metadata": {"labels": {"x": "y"}}}, name="dyn", namespace="default",
                  content_type="application/merge-patch+json")
    steps.check("dynamic: create and patch", configs.get(name="dyn", namespace="default").metadata.labels.x, "y")
    applied = json.dumps({**body, "data": {"a": "2"}})
    api.call_api("/api/v1/namespaces/default/configmaps/dyn", "PATCH", body=applied,
                 query_params=[("fieldManager", "applier"), ("force", "true")], auth_settings=["BearerToken"],
                 header_params={"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"})
    steps.check("dynamic: server-side apply", configs.get(name="dyn", namespace="default").data.a, "2")
    stale = {**body, "metadata": {"name": "dyn", "resourceVersion": "1"}}
    try:
        configs.replace(body=stale, namespace="default")
        raise Failed("dynamic: replace of an old revision: not refused")
    except ConflictError as error:
        steps.check("dynamic: replace of an old revision", error.status, 409)
    configs.delete(name="dyn", namespace="default")
    steps.check("dynamic: delete", [c.metadata.name for c in configs.get(namespace="default").items], ["kube-root-ca.crt"])
