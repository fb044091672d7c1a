"""Makes projects, users, domains, endpoints and application credentials in a Keystone that was just bootstrapped.

    people.py RUN      may be run again; writes RUN/clouds.yaml with one cloud per way to sign in
"""
import sys
from pathlib import Path
from typing import Any

import requests
import yaml

KEYSTONE = "http://127.0.0.1:5000/v3"
REGIONS = ("RegionOne", "RegionTwo")
BOTH = {  # services that both regions share
    "heat": ("orchestration", "http://127.0.0.1:8004/v1/%(tenant_id)s"), "glance": ("image", "http://127.0.0.1:9292"),
    "nova": ("compute", "http://127.0.0.1:8774/v2.1"), "neutron": ("network", "http://127.0.0.1:9696"),
    "cinderv3": ("volumev3", "http://127.0.0.1:8776/v3/%(tenant_id)s"),
    "cinder": ("block-storage", "http://127.0.0.1:8776/v3/%(tenant_id)s"),
}
MAGNUMS = {"RegionOne": "http://127.0.0.1:9511/v1", "RegionTwo": "http://127.0.0.1:9521/v1"}
http = requests.Session()
http.trust_env = False


def secret(name: str) -> str:
    return f"{name}-secret"


def sign_in(user: str, project: str) -> str:
    default = {"id": "default"}
    auth = {"identity": {"methods": ["password"], "password": {"user": {"name": user, "domain": default, "password": secret(user)}}},
            "scope": {"project": {"name": project, "domain": default}}}
    answer = http.post(f"{KEYSTONE}/auth/tokens", json={"auth": auth})
    answer.raise_for_status()
    return answer.headers["X-Subject-Token"]


ADMIN = sign_in("admin", "admin")


def call(method: str, path: str, body: Any = None, token: str = ADMIN) -> Any:
    answer = http.request(method, f"{KEYSTONE}/{path}", json=body, headers={"X-Auth-Token": token})
    if not answer.ok:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


def made(kind: str, match: dict[str, str], token: str = ADMIN, under: str = "", **more: Any) -> str:
    """Id of the one object that matches; makes it where it is missing."""
    query = "&".join(f"{k}={v}" for k, v in match.items())
    found = call("GET", f"{under}{kind}s?{query}", token=token)[f"{kind}s"]
    return str((found or [call("POST", f"{under}{kind}s", {kind: match | more}, token)[kind]])[0]["id"])


def user(name: str, domain: str = "default") -> str:
    return made("user", {"name": name, "domain_id": domain}, password=secret(name))


def main(run: Path) -> None:
    role = {name: made("role", {"name": name}) for name in ("admin", "member", "reader", "heat_stack_user", "heat_stack_owner")}
    project = {name: made("project", {"name": name, "domain_id": "default"}) for name in ("service", "demo", "demo2")}
    members = [("magnum", "service", "admin"), ("heat", "service", "admin"), ("demo", "demo", "member"), ("demo2", "demo2", "member"),
               ("readonly", "demo", "reader")]
    ids = {"norole": user("norole")}
    for name, where, what in members:
        ids[name] = user(name)
        call("PUT", f"projects/{project[where]}/users/{ids[name]}/roles/{role[what]}")
    for service in ("heat", "magnum"):  # where the users live that a stack and a bay get
        domain = made("domain", {"name": service})
        call("PUT", f"domains/{domain}/users/{user(f'{service}_domain_admin', domain)}/roles/{role['admin']}")

    for region in set(REGIONS) - {r["id"] for r in call("GET", "regions")["regions"]}:
        call("POST", "regions", {"region": {"id": region}})
    urls = {(name, kind, region): url for name, (kind, url) in BOTH.items() for region in REGIONS}
    urls |= {("magnum", "container-infra", region): url for region, url in MAGNUMS.items()}
    urls |= {("keystone", "identity", "RegionTwo"): KEYSTONE}
    for (name, kind, region), url in urls.items():
        service = made("service", {"name": name, "type": kind})
        for interface in ("public", "internal", "admin"):
            made("endpoint", {"service_id": service, "interface": interface, "region_id": region}, url=url)

    demo = sign_in("demo", "demo")
    credential = {}
    for name, unrestricted in (("demo-ac", False), ("demo-ac-unrestricted", True)):
        credential[name] = made("application_credential", {"name": name}, demo, f"users/{ids['demo']}/", secret=secret(name), unrestricted=unrestricted)

    def password(name: str, where: str | None, **other: str) -> dict[str, str]:
        scope = {"project_name": where, "project_domain_id": "default"} if where else {}
        return {"username": name, "user_domain_id": "default", "password": secret(name)} | scope | other

    ways: dict[str, dict[str, str]] = {
        "demo": password("demo", "demo"),
        "demo-ids": {"user_id": ids["demo"], "password": secret("demo"), "project_id": project["demo"]},
        "demo-ac": {"application_credential_id": credential["demo-ac"], "application_credential_secret": secret("demo-ac")},
        "demo-ac-name": {"application_credential_name": "demo-ac", "application_credential_secret": secret("demo-ac"),
                         "username": "demo", "user_domain_id": "default"},
        "demo-unscoped": password("demo", None),
        "demo2": password("demo2", "demo2"),
        "readonly": password("readonly", "demo"),
        "admin": password("admin", "admin"),
        "norole": password("norole", "demo"),
        "wrong-password": password("demo", "demo", password="wrong"),
    }
    clouds: dict[str, Any] = {}
    for name, auth in ways.items():
        clouds[name] = {"region_name": "RegionOne", "auth": {"auth_url": KEYSTONE} | auth}
        if "application_credential_secret" in auth:
            clouds[name]["auth_type"] = "v3applicationcredential"
    for name in ("demo", "admin"):
        clouds[f"{name}-two"] = {"region_name": "RegionTwo", "auth": dict(clouds[name]["auth"])}
    (run / "clouds.yaml").write_text(yaml.safe_dump({"clouds": clouds}, sort_keys=False))


main(Path(sys.argv[1]))
