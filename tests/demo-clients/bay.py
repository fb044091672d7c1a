"""Magnum with `openstack`: templates, and bays from creation over node groups, versions and certificates to deletion."""

import os

IMAGE = "ubuntu-22.04-kube-v1.31.1"
# What kubectl and others work in, and what meanwhile is upgraded, rotated and resized.
WALK, TWIN = "walk", "twin"


def begin(steps):
    """Asks for a template and two bays."""
    expect = steps.expect
    template = f"--coe kubernetes --image {IMAGE} --external-network public-tokyo --flavor m2.medium " \
               "--master-flavor m2.medium --labels kube_tag=v1.31.1"
    expect("cluster template create", "accepted", f"openstack coe cluster template create mine {template}")
    expect("cluster template update", ["dns_nameserver", "9.9.9.9"],
           "openstack coe cluster template update mine replace dns_nameserver=9.9.9.9")
    for bay, nodes in [(WALK, 2), (TWIN, 1)]:
        expect(f"cluster create {bay}", "accepted", f"openstack coe cluster create {bay} --cluster-template mine "
               f"--keypair mika-ed25519 --node-count {nodes}")
    # `delete` tells of a failure and ends well all the same.
    expect("a template in use stays", "is referenced by", "openstack coe cluster template delete mine")


def comes_up(steps):
    """Waits for both bays and fetches their configurations."""
    for bay in (WALK, TWIN):
        waits(steps, f"{bay} comes up", bay, "CREATE_COMPLETE")
        configure(steps, bay)
        steps.ok(f"cluster config of {bay}")
    steps.env["KUBECONFIG"] = config(steps, WALK)


def node_group(steps):
    """A node group of the twin is asked for."""
    steps.expect("nodegroup create", "accepted", f"openstack coe nodegroup create {TWIN} extra --node-count 1 "
                 "--min-nodes 1 --max-nodes 3 --flavor m2.medium --labels disk=fast")


def node_group_ends(steps):
    """It comes up, is changed and goes."""
    group = f"openstack coe nodegroup show {TWIN} extra -f value -c"
    steps.within(60, "the node group comes up", lambda: steps.output(f"{group} status") == "CREATE_COMPLETE")
    steps.within(30, "its node is in the cluster", lambda: ready(steps, TWIN) == 3)
    steps.expect("nodegroup update", "accepted",
                 f"openstack coe nodegroup update {TWIN} extra replace max_node_count=2")
    steps.check("the node group's new limit", steps.output(f"{group} max_node_count"), "2")
    steps.refused("resize beyond the limit", "HTTP 400", f"openstack coe cluster resize {TWIN} 5 --nodegroup extra")
    steps.refused("a default node group stays", "default nodegroup",
                  f"openstack coe nodegroup delete {TWIN} default-worker")
    steps.expect("nodegroup delete", "accepted", f"openstack coe nodegroup delete {TWIN} extra")
    steps.within(60, "the node group is gone", lambda: steps.run(f"{group} status")[0] != 0)
    waits(steps, "the cluster is at rest again", TWIN, "UPDATE_COMPLETE")


def upgrade(steps):
    """A new version is asked for."""
    steps.expect("cluster upgrade", "accepted", f"openstack coe cluster upgrade {TWIN} k8s-1.30-ubuntu")


def upgraded(steps):
    """Every node and the API run it."""
    path = "{.items[*].status.nodeInfo.kubeletVersion}"
    nodes = f"kubectl --kubeconfig {config(steps, TWIN)} get nodes -o jsonpath={path}"
    steps.within(60, "every node runs the new version", lambda: set(steps.output(nodes).split()) == {"v1.30.4"})
    waits(steps, "the upgrade ends", TWIN, "UPDATE_COMPLETE")
    steps.expect("so does the API", "v1.30.4", f"kubectl --kubeconfig {config(steps, TWIN)} version")


def authority(steps):
    """The certificate authority: shown, signs, is rotated."""
    request(steps.path("new.csr"))
    steps.expect("ca show", "BEGIN CERTIFICATE", f"openstack coe ca show {TWIN}")
    steps.expect("ca sign", "BEGIN CERTIFICATE", f"openstack coe ca sign {TWIN} {steps.path('new.csr')}")
    steps.refused("a colleague gets no certificate", "403", f"openstack --os-cloud demo-tomo coe ca show {TWIN}")
    steps.expect("ca rotate", "accepted", f"openstack coe ca rotate {TWIN}")


def rotated(steps):
    """The old certificate is shut out, a new one gets in; then the bay grows and goes."""
    nodes = f"kubectl --kubeconfig {config(steps, TWIN)} get nodes --request-timeout=5s"
    steps.within(60, "the old certificate is shut out", lambda: steps.run(nodes)[0] != 0)
    waits(steps, "the rotation ends", TWIN, "UPDATE_COMPLETE")
    configure(steps, TWIN)
    steps.expect("the new certificate gets in", "Ready", nodes)
    steps.expect("cluster resize", "accepted", f"openstack coe cluster resize {TWIN} 2")
    waits(steps, "the bay grows", TWIN, "UPDATE_COMPLETE")
    steps.check("two workers now", steps.output(f"openstack coe cluster show {TWIN} -f value -c node_count"), "2")
    steps.expect("cluster update", "accepted", f"openstack coe cluster update {TWIN} replace node_count=1")


def delete(steps, bay):
    """A bay is to go, but not by everybody."""
    steps.refused("a reader cannot delete", "403", f"openstack --os-cloud demo-rin coe cluster delete {bay}")
    steps.expect(f"cluster delete {bay}", "accepted", f"openstack coe cluster delete {bay}")


def end(steps):
    """Both bays and the template go."""
    waits(steps, "the bay shrinks", TWIN, "UPDATE_COMPLETE")
    delete(steps, TWIN)
    for bay in (WALK, TWIN):
        steps.within(60, f"{bay} is gone", lambda: steps.run(f"openstack coe cluster show {bay}")[0] != 0)
    steps.expect("cluster template delete", "accepted", "openstack coe cluster template delete mine")


def waits(steps, what, bay, status):
    show = f"openstack coe cluster show {bay} -f value -c status"
    steps.within(90, what, lambda: steps.output(show) == status)


def ready(steps, bay):
    """How many nodes are ready."""
    return steps.output(f"kubectl --kubeconfig {config(steps, bay)} get nodes --no-headers").count(" Ready ")


def config(steps, bay):
    """The kubeconfig of a bay."""
    return os.path.join(steps.path(f"config-{bay}"), "config")


def configure(steps, bay):
    os.makedirs(steps.path(f"config-{bay}"), exist_ok=True)
    steps.output(f"openstack coe cluster config {bay} --dir {steps.path(f'config-{bay}')} --force")


def request(path):
    """Writes a certificate request."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "admin"),
                      x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:masters")])
    signed = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    with open(path, "wb") as file:
        file.write(signed.public_bytes(serialization.Encoding.PEM))
