"""The region of 2015: today's client does not speak its Magnum, so its requests are made by hand."""

import json

def play(steps):
    steps.expect("server list of the other region", "ACTIVE", "openstack --os-cloud demo-2015 server list")
    token = steps.output("openstack token issue -f value -c id")
    catalog = json.loads(steps.output("openstack catalog show container -f json"))
    magnum = next(e["url"] for e in catalog["endpoints"] if e["interface"] == "public")

    def curl(method, path, body=None):
        data = f"--data '{json.dumps(body)}'" if body else ""
        return f"curl --silent --show-error --fail-with-body --noproxy '*' -X {method} {magnum}{path} " \
               f"-H 'X-Auth-Token: {token}' -H 'Content-Type: application/json' {data}"

    def get(path):
        return json.loads(steps.output(curl("GET", path)))

    steps.expect("bays", "kube-2015", curl("GET", "/bays"))
    steps.expect("bay models", "kube-atomic", curl("GET", "/baymodels"))
    manifest = json.dumps({"metadata": {"name": "hello"}, "spec": {
        "replicas": 2, "selector": {"app": "hello"},
        "template": {"metadata": {"labels": {"app": "hello"}}, "spec": {"containers": [{"name": "a", "image": "nginx"}]}}}})
    body = {"bay_uuid": get("/bays/kube-2015")["uuid"], "manifest": manifest}
    steps.expect("rc create", '"name":"hello"', curl("POST", "/rcs", body))
    steps.within(30, "the controller makes its pods", lambda: get("/rcs/hello/kube-2015").get("replicas") == 2)
    steps.refused("rc create once more", "already exists", curl("POST", "/rcs", body))
    steps.expect("container logs", "GET /", curl("GET", "/containers/web/logs"))
    steps.refused("a path of today's Magnum is not there", "404", curl("GET", "/clusters"))
