"""Kubernetes with `kubectl`, old (Debian's 1.20) or new: reading, every way of changing, workloads, nodes."""

import json

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 50m, memory: 32Mi}}}]}
"""
CONF = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": {"a": "%s"}}'


def play(steps):
    """Everything that is done in the bay."""
    minor = client_minor(steps)
    steps.within(60, "kubectl get nodes: one master, two workers",
                 lambda: steps.output("kubectl get nodes --no-headers").count(" Ready ") == 3)
    discovery(steps, minor)
    deployment(steps)
    reading(steps)
    changing(steps)
    creating(steps, minor)
    rollouts(steps)
    limits(steps)
    pods(steps, minor)
    nodes(steps)


def client_minor(steps):
    version = json.loads(steps.output("kubectl version --client -o json"))["clientVersion"]
    print(f"kubectl {version['gitVersion']}")
    return int(version["minor"].rstrip("+"))


def discovery(steps, minor):
    expect = steps.expect
    expect("kubectl version", "v1.31.1", "kubectl version")
    expect("kubectl cluster-info", ["control plane", "CoreDNS"], "kubectl cluster-info")
    expect("kubectl api-versions", ["apps/v1", "autoscaling/v1", "metrics.k8s.io/v1beta1"], "kubectl api-versions")
    expect("kubectl api-resources", ["deployments", "deploy", "endpointslices"], "kubectl api-resources")
    expect("kubectl api-resources of a group", "create", "kubectl api-resources --api-group=apps -o wide")
    expect("kubectl explain", ["Pod", "spec", "status"], "kubectl explain pods")
    expect("kubectl explain of a field", ["rollingUpdate", "maxSurge"],
           "kubectl explain deployment.spec.strategy --recursive")
    expect("kubectl explain in another version", "targetCPUUtilizationPercentage",
           "kubectl explain hpa.spec --api-version=autoscaling/v1")
    expect("kubectl get --raw", "readyz check passed", "kubectl get --raw /readyz?verbose")
    expect("kubectl auth can-i", "yes", "kubectl auth can-i create pods")
    expect("kubectl auth can-i --list", "*.*", "kubectl auth can-i --list")
    if minor >= 27:
        expect("kubectl auth whoami", "system:masters", "kubectl auth whoami")
    expect("kubectl top nodes", "Mi", "kubectl top nodes")
    expect("kubectl top pods", "coredns", "kubectl top pods -n kube-system --containers")


def deployment(steps):
    expect, refused, within = steps.expect, steps.refused, steps.within

    def ready():
        return steps.output("kubectl get deployment web -o jsonpath={.status.readyReplicas}")

    expect("kubectl apply", "deployment.apps/web created", "kubectl apply -f -", WEB)
    expect("kubectl apply once more", "unchanged", "kubectl apply -f -", WEB)
    within(60, "the deployment rolls out", lambda: ready() == "2")
    expect("kubectl scale", "scaled", "kubectl scale deployment web --replicas 3")
    within(60, "the deployment grows", lambda: ready() == "3")
    refused("kubectl scale from another number", "was 3",
            "kubectl scale deployment web --replicas 4 --current-replicas 9")
    watch = steps.spawn("kubectl get pods -w --output-watch-events")
    within(20, "kubectl get -w begins with what there is", lambda: watch.said().count("ADDED") == 3)
    expect("kubectl delete", "deleted", "kubectl delete deployment web")
    within(60, "the pods go", lambda: not steps.output("kubectl get pods -l app=web -o name"))
    within(20, "kubectl get -w saw them go", lambda: "Terminating" in watch.said() and "DELETED" in watch.said())
    watch.end()


def reading(steps):
    expect, refused = steps.expect, steps.refused
    master = "-l node-role.kubernetes.io/control-plane"
    expect("kubectl get -o wide", ["INTERNAL-IP", "CONTAINER-RUNTIME"], "kubectl get nodes -o wide")
    expect("kubectl get -o yaml", "kind: Node", f"kubectl get nodes {master} -o yaml")
    expect("kubectl get -o json", '"kind": "List"', f"kubectl get nodes {master} -o json")
    expect("kubectl get -o name", "node/walk-", f"kubectl get nodes {master} -o name")
    expect("kubectl get -o jsonpath", "v1.31.1 v1.31.1 v1.31.1",
           "kubectl get nodes -o jsonpath={.items[*].status.nodeInfo.kubeletVersion}")
    expect("kubectl get -o custom-columns", ["NAME", "CPU", "2"],
           "kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.capacity.cpu")
    expect("kubectl get -o go-template", "walk-", "kubectl get nodes -o go-template='{{range .items}}{{.metadata.name}} {{end}}'")
    columns = "--no-headers -o custom-columns=NODE:.spec.nodeName"
    places = steps.output(f"kubectl get pods -n kube-system --sort-by=.spec.nodeName {columns}").split()
    steps.check("kubectl get --sort-by", (places, len(set(places))), (sorted(places), 3))
    names = steps.output("kubectl get pods -n kube-system -o name").split()
    paged = steps.output("kubectl get pods -n kube-system --chunk-size=3 -o name").split()
    steps.check("kubectl get in pages", paged, names)
    expect("kubectl get -l", "coredns", "kubectl get pods -n kube-system -l 'app in (coredns),app!=x' --show-labels")
    expect("kubectl get -L", "APP", "kubectl get pods -n kube-system -L app")
    expect("kubectl get --field-selector", "Running",
           "kubectl get pods -A --field-selector=status.phase=Running,metadata.namespace=kube-system")
    refused("an unknown field selector", "field label not supported: foo", "kubectl get pods --field-selector=foo=bar")
    expect("kubectl get all -A", ["pod/", "service/kubernetes", "deployment.apps/coredns"], "kubectl get all -A")
    refused("kubectl get of what is not there", 'pods "nothere" not found', "kubectl get pod nothere")
    refused("kubectl get of an unknown kind", "the server doesn't have a resource type", "kubectl get unicorns")
    expect("kubectl describe node", ["Allocated resources", "Non-terminated Pods", "Boot ID"],
           f"kubectl describe nodes {master}")
    expect("kubectl describe service", "6443", "kubectl describe service kubernetes")


def changing(steps):
    expect, refused = steps.expect, steps.refused
    value = "kubectl get configmap conf -o jsonpath={.data.a}"
    expect("kubectl apply --dry-run=server", "created (server dry run)", "kubectl apply --dry-run=server -f -", CONF % 1)
    refused("a dry run leaves nothing", "not found", value)
    expect("kubectl apply --server-side", "serverside-applied", "kubectl apply --server-side -f -", CONF % 1)
    refused("server-side apply of another manager's field", "conflict",
            "kubectl apply --server-side --field-manager other -f -", CONF % 2)
    expect("server-side apply by force", "serverside-applied",
           "kubectl apply --server-side --field-manager other --force-conflicts -f -", CONF % 2)
    expect("the forced value", "2", value)
    code, out = steps.run("kubectl diff -f -", CONF % 3)
    steps.check("kubectl diff", (code, '-  a: "2"' in out, '+  a: "3"' in out), (1, True, True))
    expect("kubectl replace", "replaced", "kubectl replace -f -", CONF % 4)
    refused("kubectl replace of what is not there", "not found", "kubectl replace -f -", CONF.replace("conf", "no") % 4)
    steps.env["KUBE_EDITOR"] = """sed -i 's/"4"/"5"/'"""
    expect("kubectl edit", "edited", "kubectl edit configmap conf")
    expect("the edited value", "5", value)
    for form, patch in [("merge", '{"data": {"a": "6"}}'), ("strategic", '{"data": {"a": "7"}}'),
                        ("json", '[{"op": "replace", "path": "/data/a", "value": "8"}]')]:
        expect(f"kubectl patch --type={form}", "patched", f"kubectl patch configmap conf --type={form} -p '{patch}'")
    expect("the patched value", "8", value)
    refused("a JSON patch that does not fit", "The request is invalid",
            """kubectl patch configmap conf --type=json -p '[{"op": "remove", "path": "/data/z"}]'""")
    expect("kubectl label", "labeled", "kubectl label configmap conf x=y")
    refused("kubectl label of a label that is there", "overwrite", "kubectl label configmap conf x=z")
    expect("kubectl annotate", "annotated", "kubectl annotate configmap conf note=made")
    expect("kubectl describe configmap", ["x=y", "note: made"], "kubectl describe configmap conf")
    # Old clients check against the schema they read, new ones have the server check: both by default.
    refused("an unknown field", "unknown field", "kubectl create -f -", CONF.replace("data", "dada") % 1)
    refused("an unknown kind", "no matches for kind", "kubectl create -f -", CONF.replace("ConfigMap", "Unicorn") % 1)
    refused("a bad name", "RFC 1123", "kubectl create configmap Bad_Name")
    refused("a name that is taken", "already exists", "kubectl create configmap conf")
    expect("kubectl delete -f", "deleted", "kubectl delete -f -", CONF % 1)


def creating(steps, minor):
    """What `kubectl create` and its likes make, and how it is described."""
    expect = steps.expect
    expect("kubectl create namespace", "created", "kubectl create namespace made")
    kinds = [
        ("deployment web --image=nginx:1.27", "deployment web", "StrategyType"),
        ("configmap conf --from-literal=a=1", "configmap conf", "----"),
        ("secret generic pass --from-literal=p=1", "secret pass", "1 bytes"),
        ("serviceaccount robot", "serviceaccount robot", "Mountable secrets"),
        ("quota limit --hard=pods=9,requests.cpu=1", "quota limit", "requests.cpu"),
        ("job once --image=busybox -- true", "job once", "Completions"),
        ("role reads --verb=get --resource=pods", "role reads", "[get]"),
        ("rolebinding reads --role=reads --user=a", "rolebinding reads", "User"),
        ("clusterrole reads --verb=get --resource=pods", "clusterrole reads", "[get]"),
        ("clusterrolebinding reads --clusterrole=reads --user=a", "clusterrolebinding reads", "User"),
        ("ingress out --rule=a.example/x=web:80", "ingress out", "a.example"),
        ("priorityclass high --value=10", "priorityclass high", "10"),
        ("service nodeport open --tcp=80:80", "service open", "NodePort"),
    ]
    if minor >= 21:
        # Older ones ask for versions that the server has left behind, as any of its age has.
        kinds += [("poddisruptionbudget two --selector=app=web --min-available=1", "pdb two", "Allowed disruptions"),
                  ("cronjob daily --image=busybox --schedule='0 3 * * *' -- date", "cronjob daily", "0 3 * * *")]
    for create, describe, shown in kinds:
        expect(f"kubectl create {create.split()[0]}", "created", f"kubectl -n made create {create}")
        expect(f"kubectl describe {describe.split()[0]}", shown, f"kubectl -n made describe {describe}")
    expect("kubectl expose", "exposed", "kubectl -n made expose deployment web --port=80 --target-port=8080")
    expect("kubectl autoscale", "autoscaled", "kubectl -n made autoscale deployment web --min=1 --max=5 --cpu-percent=80")
    expect("kubectl get hpa", ["Deployment/web", "80%"], "kubectl -n made get hpa")
    expect("kubectl describe hpa", "Max replicas", "kubectl -n made describe hpa web")
    expect("kubectl run", "created", "kubectl -n made run one --image=nginx --labels=app=one --port=80")
    for verb, arguments in [("image", "deployment/web nginx=nginx:1.28"), ("env", "deployment/web A=b"),
                            ("resources", "deployment/web --limits=cpu=200m,memory=64Mi"),
                            ("serviceaccount", "deployment/web robot"), ("selector", "service web app=web")]:
        expect(f"kubectl set {verb}", "updated", f"kubectl -n made set {verb} {arguments}")
    steps.output("kubectl -n made rollout status deployment/web --timeout=60s")
    expect("kubectl describe service with its endpoints", ":8080", "kubectl -n made describe service web")
    expect("kubectl describe ingress with its backends", "(10.", "kubectl -n made describe ingress out")
    expect("kubectl get endpointslices", ["IPv4", "8080"], "kubectl -n made get endpointslices")
    expect("kubectl describe replicaset", "Controlled By", "kubectl -n made describe replicasets")


def rollouts(steps):
    expect = steps.expect
    web, proxy = "deployment/web -n made", "daemonset/kube-proxy -n kube-system"
    expect("kubectl annotate: the cause of a change", "annotated",
           "kubectl annotate deployment/web -n made kubernetes.io/change-cause=settings")
    expect("kubectl rollout history", ["CHANGE-CAUSE", "settings"], f"kubectl rollout history {web}")
    expect("kubectl rollout history of a revision", "nginx:1.27", f"kubectl rollout history {web} --revision=1")
    expect("kubectl rollout undo", "rolled back", f"kubectl rollout undo {web} --to-revision=1")
    image = "kubectl get deployment/web -n made -o jsonpath={.spec.template.spec.containers[0].image}"
    steps.check("the old image is back", steps.output(image), "nginx:1.27")
    expect("kubectl rollout pause", "paused", f"kubectl rollout pause {web}")
    expect("kubectl rollout resume", "resumed", f"kubectl rollout resume {web}")
    expect("kubectl rollout restart", "restarted", f"kubectl rollout restart {web}")
    expect("kubectl rollout status", "successfully rolled out", f"kubectl rollout status {web} --timeout=60s")
    expect("kubectl set image of a daemon set", "updated", f"kubectl set image {proxy} kube-proxy=proxy:2")
    history = steps.output(f"kubectl rollout history {proxy}")
    steps.check("kubectl rollout history of a daemon set", history.count("<none>") >= 2)
    expect("kubectl rollout undo of a daemon set", "rolled back", f"kubectl rollout undo {proxy}")
    expect("kubectl rollout status of a daemon set", "successfully", f"kubectl rollout status {proxy} --timeout=60s")


def limits(steps):
    """Quotas count and refuse."""
    steps.within(20, "kubectl get quota counts", lambda: "pods: 0/9" not in steps.output("kubectl -n made get quota"))
    steps.expect("kubectl scale beyond a quota", "scaled", "kubectl -n made scale deployment web --replicas=20")
    steps.within(20, "pods stop at the quota", lambda: "pods: 9/9" in steps.output("kubectl -n made get quota"))
    steps.expect("kubectl get events tell why", "exceeded quota", "kubectl -n made get events")
    steps.refused("kubectl run beyond a quota", "exceeded quota: limit", "kubectl -n made run more --image=nginx")
    steps.expect("kubectl scale back", "scaled", "kubectl -n made scale deployment web --replicas=2")


def pods(steps, minor):
    expect, refused = steps.expect, steps.refused
    expect("kubectl wait", "condition met", "kubectl -n made wait --for=condition=Ready pod/one --timeout=30s")
    if minor >= 23:
        expect("kubectl wait for a value", "condition met",
               "kubectl -n made wait --for=jsonpath={.status.phase}=Running pod/one --timeout=30s")
        expect("kubectl events", "Started", "kubectl -n made events --for pod/one")
    expect("kubectl describe pod", ["Containers:", "Successfully assigned made/one"], "kubectl -n made describe pod one")
    expect("kubectl logs", "starting one", "kubectl -n made logs one")
    last = steps.output("kubectl -n made logs one --tail=1 --timestamps -c one").splitlines()
    steps.check("kubectl logs --tail", len(last), 1)
    expect("kubectl logs of a workload", "starting nginx", "kubectl -n made logs deployment/web")
    follow = steps.spawn("kubectl -n made logs one -f")
    steps.within(20, "kubectl logs -f goes on", lambda: len(follow.said().splitlines()) > len(last) + 2)
    follow.end()
    refused("kubectl logs of an unknown container", "is not valid", "kubectl -n made logs one -c nothere")
    refused("kubectl logs --previous", "previous terminated container", "kubectl -n made logs one --previous")
    for what, command in [("exec", "exec one -- ls"), ("port-forward", "port-forward pod/one 18080:80"),
                          ("cp", "cp one:/x " + steps.path("x"))]:
        refused(f"kubectl {what} says why not", "no container runtime", f"kubectl -n made {command}")
    expect("kubectl delete --force", "deleted", "kubectl -n made delete pod one --force --grace-period=0")
    expect("kubectl delete --cascade=orphan", "deleted", "kubectl -n made delete deployment web --cascade=orphan")
    expect("its replica sets stay", "web-", "kubectl -n made get replicasets")
    expect("kubectl delete namespace", "deleted", "kubectl delete namespace made --timeout=60s")
    refused("it is gone with all it held", "not found", "kubectl get namespace made")
    for kind in ["clusterrole/reads", "clusterrolebinding/reads", "priorityclass/high"]:
        steps.output(f"kubectl delete {kind}")


def nodes(steps):
    expect, refused = steps.expect, steps.refused
    expect("kubectl apply for the drain", "created", "kubectl apply -f -", WEB)
    steps.output("kubectl rollout status deployment/web --timeout=60s")
    budget = '{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"}, ' \
             '"spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}}}'
    expect("a disruption budget", "created", "kubectl create -f -", budget)
    allowed = "kubectl get pdb.v1.policy web -o jsonpath={.status.disruptionsAllowed}"
    steps.within(20, "the budget allows one disruption", lambda: steps.output(allowed) == "1")
    node = steps.output("kubectl get pods -l app=web -o jsonpath={.items[0].spec.nodeName}")
    expect("kubectl cordon", "cordoned", f"kubectl cordon {node}")
    expect("a cordoned node", "SchedulingDisabled", f"kubectl get node {node}")
    refused("kubectl drain without asking for daemon sets", "DaemonSet-managed", f"kubectl drain {node}")
    expect("kubectl drain", "evicting pod default/web",
           f"kubectl drain {node} --ignore-daemonsets --delete-emptydir-data --timeout=60s")
    steps.within(60, "the pods run elsewhere", lambda: node not in steps.output(
        "kubectl get pods -l app=web --field-selector=status.phase=Running -o jsonpath={.items[*].spec.nodeName}"))
    expect("kubectl uncordon", "uncordoned", f"kubectl uncordon {node}")
    expect("kubectl taint", "tainted", f"kubectl taint node {node} for=others:NoSchedule")
    expect("kubectl describe node with a taint", "for=others:NoSchedule", f"kubectl describe node {node}")
    expect("kubectl taint taken away", "untainted", f"kubectl taint node {node} for-")
    expect("kubectl label node", "labeled", f"kubectl label node {node} disk=fast")
    expect("kubectl delete several kinds", ["deployment", "poddisruptionbudget"],
           "kubectl delete deployment/web pdb.v1.policy/web")
