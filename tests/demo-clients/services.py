"""Nova, Glance, Neutron, Heat, and Magnum's lists with `openstack`, magnumclient and openstacksdk."""

import json

import steps as common


def play(steps):
    compute(steps)
    lists(steps)
    quotas(steps)
    libraries(steps)


def compute(steps):
    expect = steps.expect
    expect("server list", "ACTIVE", "openstack server list")
    expect("flavor list", "m2.large", "openstack flavor list")
    expect("flavor show", "vcpus", "openstack flavor show m2.large")
    expect("image list", "ubuntu-22.04-kube-v1.31.1", "openstack image list")
    expect("image show", "os_distro='ubuntu'", "openstack image show ubuntu-22.04-kube-v1.31.1")
    expect("network list", "public-tokyo", "openstack network list")
    expect("keypair list", "mika-ed25519", "openstack keypair list")
    expect("limits show", "maxTotalInstances", "openstack limits show --absolute")
    expect("availability zone list", "az-b", "openstack availability zone list")
    code, _ = steps.run("openstack help stack list")
    if code != 0:
        print("skipped: stack list (python3-heatclient is not installed)")
        return
    expect("stack list", "COMPLETE", "openstack stack list")
    names = steps.output("openstack stack list -f value -c 'Stack Name'").split()
    stack = next(name for name in names if name.startswith("k8s-staging"))
    expect("stack show", "UPDATE_COMPLETE", f"openstack stack show {stack} -f value -c stack_status")
    expect("stack resource list", "OS::Nova::Server", f"openstack stack resource list --nested-depth 2 {stack}")
    expect("stack event list", "Stack CREATE completed successfully", f"openstack stack event list {stack}")


def lists(steps):
    expect, refused, output = steps.expect, steps.refused, steps.output
    expect("cluster list", ["k8s-prod", "health_status"], "openstack coe cluster list")
    rows = json.loads(output("openstack coe cluster list --sort-key name --sort-dir desc --limit 3 -f json -c name"))
    names = [row["name"] for row in rows]
    steps.check("cluster list, sorted and limited", (len(names), names), (3, sorted(names, reverse=True)))
    expect("cluster show tells a failure", "Quota exceeded", "openstack coe cluster show k8s-gpu")
    cluster = json.loads(output("openstack coe cluster show k8s-prod -f json"))
    steps.check("cluster show as JSON", (cluster["coe_version"], len(cluster["master_addresses"])), ("v1.30.4", 3))
    refused("a cluster that is not there", ["could not be found", "HTTP 404"], "openstack coe cluster show nothere")
    expect("nodegroup list", "himem", "openstack coe nodegroup list k8s-prod")
    expect("nodegroup list by role", "default-master", "openstack coe nodegroup list k8s-prod --role master")
    expect("nodegroup show", "max_node_count", "openstack coe nodegroup show k8s-prod himem")
    refused("a nodegroup that is not there", "HTTP 404", "openstack coe nodegroup show k8s-prod nothere")
    expect("cluster template list", "k8s-1.31-ubuntu", "openstack coe cluster template list")
    expect("cluster template list with more columns", "tls_disabled",
           "openstack coe cluster template list --fields tls_disabled")
    expect("cluster template show", "v1.31.1", "openstack coe cluster template show k8s-1.31-ubuntu")
    refused("a cluster template that is not there", "HTTP 404", "openstack coe cluster template show nothere")
    refused("another's template stays as it is", "HTTP 403",
            "openstack coe cluster template update k8s-1.31-shared replace name=mine")
    refused("cluster template with an image without os_distro", "not supported",
            "openstack coe cluster template create bad --coe kubernetes --image windows-2022 "
            "--external-network public-tokyo --flavor m2.medium --master-flavor m2.medium")


def quotas(steps):
    expect, refused = steps.expect, steps.refused
    admin = "openstack --os-cloud demo-admin"
    refused("quotas are for administrators", "HTTP 403", "openstack coe quotas list")
    refused("services are for administrators", "HTTP 403", "openstack coe service list")
    refused("another's stats are for administrators", "HTTP 403", "openstack coe stats list nothere")
    project = steps.output("openstack project show lab -f value -c id")
    expect("stats list", "nodes", f"openstack coe stats list {project}")
    expect("service list", "magnum-conductor", f"{admin} coe service list")
    one = f"--project-id {project} --resource Cluster"
    expect("quotas create", "hard_limit", f"{admin} coe quotas create {one} --hard-limit 2")
    expect("quotas list", project, f"{admin} coe quotas list")
    expect("quotas show", "Cluster", f"{admin} coe quotas show {one}")
    refused("a quota is kept to", "HTTP 403",
            "openstack coe cluster create over --cluster-template k8s-1.31-ubuntu --keypair mika-ed25519")
    expect("quotas update", "40", f"{admin} coe quotas update {one} --hard-limit 40")
    expect("quotas delete", "", f"{admin} coe quotas delete {one}")


def libraries(steps):
    """The Python libraries by themselves: as other people's programs use them."""
    script = r'''
import openstack
from magnumclient import client
cloud = openstack.connect(cloud="demo")
print("sdk", [c.name for c in cloud.list_coe_clusters()][:1], cloud.get_coe_cluster("k8s-prod").status)
print("templates", len(cloud.list_cluster_templates()) > 3)
print("certificate", cloud.get_coe_cluster_certificate(cloud.get_coe_cluster("k8s-prod").id)["pem"][:27])
print("servers", len(list(cloud.compute.servers())) > 50, [i.name for i in cloud.image.images()][:1])
magnum = client.Client("1", session=cloud.session, region_name="RegionOne", api_version="latest")
first = magnum.clusters.list(limit=2)
print("pages", [c.name for c in first], [c.name for c in magnum.clusters.list(marker=first[-1].uuid, limit=1)])
print("detail", magnum.clusters.list(detail=True)[0].coe_version)
print("groups", [g.name for g in magnum.nodegroups.list("k8s-prod")])
for what, call in {
    "no such cluster": lambda: magnum.clusters.get("nothere"),
    "no such template": lambda: magnum.clusters.create(name="a", cluster_template_id="nothere"),
    "no such keypair": lambda: magnum.clusters.create(name="a", cluster_template_id="k8s-1.31-ubuntu", keypair="nothere"),
    "bad name": lambda: magnum.clusters.create(name="1a", cluster_template_id="k8s-1.31-ubuntu"),
    "fixed property": lambda: magnum.clusters.update("k8s-prod", [{"op": "replace", "path": "/name", "value": "x"}]),
}.items():
    try:
        call()
    except Exception as e:
        print(what, type(e).__name__, str(e).split(" (HTTP")[0])
'''
    code, out = steps.run("/usr/bin/python3 -", stdin=script)
    if code != 0:
        raise common.Failed(f"the Python libraries: exit code {code}\n{out}")
    for what, line in [
        ("openstacksdk: clusters", "sdk ['k8s-prod'] UPDATE_COMPLETE"),
        ("openstacksdk: cluster templates", "templates True"),
        ("openstacksdk: certificate", "certificate -----BEGIN CERTIFICATE-----"),
        ("openstacksdk: servers and images", "servers True ['ubuntu-22.04-kube-v1.29.8']"),
        ("magnumclient: pages", "pages ['k8s-prod', 'k8s-staging'] ['k8s-edge']"),
        ("magnumclient: details", "detail v1.30.4"),
        ("magnumclient: node groups", "groups ['default-master', 'default-worker', 'himem', 'gpu', 'spot']"),
        ("magnumclient: no such cluster", "no such cluster NotFound Cluster nothere could not be found"),
        ("magnumclient: no such template", "no such template NotFound ClusterTemplate nothere could not be found"),
        ("magnumclient: no such keypair", "no such keypair NotFound Unable to find keypair nothere"),
        ("magnumclient: bad name", "bad name BadRequest Invalid input for field/attribute name"),
        ("magnumclient: fixed property", "fixed property BadRequest cannot change cluster property(ies) name"),
    ]:
        if line not in out:
            raise common.Failed(f"{what}: no \"{line}\" in\n{out}")
        steps.ok(what)
