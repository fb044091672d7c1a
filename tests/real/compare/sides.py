"""The two sides: where their services are, who signs in, and what is named how on each."""
import json
import os
import re
import secrets
import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from exchange import Answer, send

BEDS = Path(os.environ.get("BAYVIEW_REAL") or Path.home() / ".cache/bayview-real") / "beds/run"
MARK = secrets.token_hex(3)  # of everything that this run makes
# A name for the same thing on both sides; people are clouds of the clouds.yaml, with the project where it is not the cloud's own.
REAL = {"region": "RegionTwo", "region_of_bays": "RegionOne", "image": "fedora-coreos", "bare_image": "no-distro", "flavor": "m1.small",
        "network": "public", "keypair": "demokey", "atomic": "fedora-atomic"}
REAL_PEOPLE = {"other": "demo", "reader": "readonly", "admin": "admin", "nobody": "norole"}
DEMO = {"region": "RegionOne", "region_of_bays": "RegionTwo", "image": "fedora-coreos-38", "bare_image": "windows-2022",
        "flavor": "m2.small", "network": "public-tokyo", "keypair": "mika-ed25519", "atomic": "fedora-21-atomic-5"}
DEMO_PEOPLE = {"usual": "demo", "other": "demo-aiko", "reader": "demo-rin", "admin": "demo-admin", "nobody": "demo-nori"}
DEMO_BAY = "sandbox-mika"  # its Kubernetes is compared


def signing_request(key: Path, subject: str) -> str:
    """A request for a certificate; its key is written to a file."""
    request = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-subj", subject]
    return subprocess.run(request, check=True, capture_output=True, text=True).stdout


CSR = signing_request(Path(os.devnull), "/CN=compare")


class Side:
    """One side: `own` has its values by name, `tokens` a token per person."""

    def __init__(self, name: str, clouds: dict[str, Any], people: dict[str, str], own: dict[str, str], project: str | None = None):
        self.name, self.tokens, self.tls = name, {}, None
        self.own = own | {"mark": MARK, "csr": CSR}
        for person, cloud in people.items():
            auth = clouds[cloud]["auth"]
            where = project if person == "usual" and project else auth.get("project_name")
            self.own |= {f"{person}_name": auth["username"], f"{person}_password": auth["password"], f"{person}_project_name": where or ""}
            self.own["keystone"] = auth["auth_url"].removesuffix("/v3")
            if person != "nobody":
                self.sign_in(person)

    def sign_in(self, person: str) -> None:
        default = {"id": "default"}
        user = {"name": self.own[f"{person}_name"], "domain": default, "password": self.own[f"{person}_password"]}
        scope = {"project": {"name": self.own[f"{person}_project_name"], "domain": default}}
        auth = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
        answer = self.ask("POST", f"{self.own['keystone']}/v3/auth/tokens", body=auth)
        token = answer.body["token"]
        self.tokens[person] = answer.header("X-Subject-Token") or ""
        self.own |= {f"{person}_project": token["project"]["id"], f"{person}_id": token["user"]["id"]}
        if person == "usual":
            self.own["role"] = token["roles"][0]["id"]
            for service in token["catalog"]:
                for endpoint in service["endpoints"]:
                    self.known_endpoint(service["type"], endpoint)

    def known_endpoint(self, kind: str, endpoint: dict[str, str]) -> None:
        if endpoint["interface"] == "public":
            base = re.sub(r"/v\d.*", "", endpoint["url"])
            names = {("orchestration", "region"): "heat", ("container-infra", "region"): "magnum", ("container-infra", "region_of_bays"): "bays",
                     ("container", "region_of_bays"): "bays"}
            for (wanted, region), name in names.items():
                if kind == wanted and endpoint["region_id"] == self.own[region]:
                    self.own[name] = base

    def ask(self, method: str, url: str, person: str | None = None, headers: dict[str, str] | None = None, body: Any = None) -> Answer:
        """Sends a request of the set-up, which must succeed."""
        headers = {"Content-Type": "application/json"} | (headers or {}) | ({"X-Auth-Token": self.tokens[person]} if person else {})
        answer = send(method, url, headers, None if body is None else json.dumps(body).encode(), None)
        if answer.status >= 400:
            raise SystemExit(f"compare: {self.name}: {method} {url}: {answer.status} {answer.body}")
        return answer


class Real(Side):
    """The beds. The usual person and project are made for this run, so that nobody else's things are in the answers."""

    def __init__(self) -> None:
        path = BEDS / "openstack/clouds.yaml"
        if not path.exists():
            raise SystemExit("compare: the beds are down: tests/real/bed up all")
        super().__init__("real", yaml.safe_load(path.read_text())["clouds"], REAL_PEOPLE, REAL)
        config = yaml.safe_load((BEDS / "kubernetes/kubeconfig").read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.own["kubernetes"] = cluster["server"]
        self.tls = certified(cluster["certificate-authority"], user["client-certificate"], user["client-key"])
        name = f"person-{MARK}"
        self.own |= {"usual_name": name, "usual_password": secrets.token_hex(8), "usual_project_name": name}
        project = self.identity("POST", "projects", {"project": {"name": name, "domain_id": "default", "description": "for a comparison"}})["project"]
        person = self.identity("POST", "users", {"user": {"name": name, "domain_id": "default", "password": self.own["usual_password"]}})["user"]
        role = self.identity("GET", "roles?name=member")["roles"][0]
        self.own |= {"usual_project": project["id"], "usual_id": person["id"]}
        self.identity("PUT", f"projects/{project['id']}/users/{person['id']}/roles/{role['id']}")
        self.sign_in("usual")

    def identity(self, method: str, path: str, body: Any = None) -> Any:
        return self.ask(method, f"{self.own['keystone']}/v3/{path}", "admin", body=body).body

    def clusters(self, magnum: str) -> list[Any] | None:
        """The usual project's clusters; None while Magnum stumbles over one that is just going."""
        answer = send("GET", f"{magnum}/v1/clusters", {"X-Auth-Token": self.tokens["usual"]}, None, None)
        return answer.body["clusters"] if answer.status == 200 else None

    def clear(self) -> None:
        """Removes the namespace and all that the usual person has, then the person and the project."""
        send("DELETE", f"{self.own['kubernetes']}/api/v1/namespaces/space-{MARK}", {}, None, self.tls)
        self.sign_in("usual")
        # One by one: with their user they would leave rows behind, on SQLite, at which the next credential of anybody fails.
        credentials = f"{self.own['keystone']}/v3/users/{self.own['usual_id']}/application_credentials"
        for credential in self.ask("GET", credentials, "usual").body["application_credentials"]:
            self.ask("DELETE", f"{credentials}/{credential['id']}", "usual")
        for magnum in (self.own["magnum"], self.own["bays"]):
            end = time.monotonic() + 60
            while (clusters := self.clusters(magnum)) != []:
                if time.monotonic() > end:
                    raise SystemExit(f"compare: {magnum} does not delete {clusters}")
                for cluster in clusters or []:
                    if cluster["status"] != "DELETE_IN_PROGRESS":
                        self.ask("DELETE", f"{magnum}/v1/clusters/{cluster['uuid']}", "usual")
                time.sleep(0.5)
            for template in self.ask("GET", f"{magnum}/v1/clustertemplates", "usual").body["clustertemplates"]:
                if template["project_id"] == self.own["usual_project"]:
                    self.ask("DELETE", f"{magnum}/v1/clustertemplates/{template['uuid']}", "usual")
        self.identity("DELETE", f"users/{self.own['usual_id']}")
        self.identity("DELETE", f"projects/{self.own['usual_project']}")


def demo(sheet: str) -> Side:
    """The demo cloud that printed this sheet; signs a client certificate of one of its bays."""
    side = Side("demo", yaml.safe_load(sheet)["clouds"], DEMO_PEOPLE, DEMO, "sandbox")
    lab = Side("demo", yaml.safe_load(sheet)["clouds"], {"usual": "demo"}, DEMO)
    magnum = f"{lab.own['magnum']}/v1"
    bay = lab.ask("GET", f"{magnum}/clusters/{DEMO_BAY}", "usual").body
    with tempfile.TemporaryDirectory() as folder:
        ca, key, certificate = (Path(folder) / name for name in ("ca.crt", "admin.key", "admin.crt"))
        csr = signing_request(key, "/CN=admin/O=system:masters")
        certificate.write_text(lab.ask("POST", f"{magnum}/certificates", "usual", body={"cluster_uuid": bay["uuid"], "csr": csr}).body["pem"])
        ca.write_text(lab.ask("GET", f"{magnum}/certificates/{bay['uuid']}", "usual").body["pem"])
        side.tls = certified(str(ca), str(certificate), str(key))
    side.own["kubernetes"] = bay["api_address"]
    return side


def certified(ca: str, certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    context.check_hostname = False  # the bed's certificate is for the bay that stands before it
    context.load_cert_chain(certificate, key)
    return context


def anonymous(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same authority without a client certificate."""
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    plain.check_hostname = False
    plain.load_verify_locations(cadata="".join(ssl.DER_cert_to_PEM_cert(der) for der in context.get_ca_certs(binary_form=True)))
    return plain
