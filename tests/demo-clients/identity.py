"""Keystone with `openstack`: tokens, the catalogue, what is registered, application credentials."""


def play(steps):
    expect, refused, output = steps.expect, steps.refused, steps.output

    expect("token issue", "project_id", "openstack token issue")
    expect("token issue with an application credential", "project_id", "openstack --os-cloud demo-app-credential token issue")
    refused("wrong password", "HTTP 401", "openstack --os-password wrong token issue")
    expect("token issue without a project", "user_id", "openstack --os-cloud demo-nori token issue")
    token = output("openstack token issue -f value -c id")
    by_token = f"openstack --os-cloud= --os-auth-type token --os-auth-url {auth_url(steps)} --os-project-name lab " \
               f"--os-project-domain-name Default --os-token {token}"
    expect("token issue with a token", "project_id", f"{by_token} token issue")
    expect("token revoke", "", f"openstack token revoke {token}")
    refused("a revoked token is refused", ["Failed to validate token", "HTTP 404"], f"{by_token} token issue")

    expect("catalog list", ["container-infra", "orchestration", "RegionTwo"], "openstack catalog list")
    expect("catalog show", "public: http://127.0.0.1", "openstack catalog show container-infra")
    expect("version show", ["container-infrastructure-management", "CURRENT"], "openstack version show")
    expect("region list", ["RegionOne", "RegionTwo"], "openstack region list")
    expect("region show", "parent_region", "openstack region show RegionOne")
    expect("project list", "sandbox", "openstack project list")
    expect("project show", "Platform team", "openstack project show lab")
    for command, action in [("endpoint list", "list_endpoints"), ("service list", "list_services"), ("user list", "list_users"),
                            ("role list", "list_roles"), ("domain list", "list_domains"),
                            ("role assignment list", "list_role_assignments")]:
        refused(f"{command} is for administrators", [f"identity:{action}", "HTTP 403"], f"openstack {command}")
    admin = "openstack --os-cloud demo-admin"
    expect("endpoint list of an administrator", ["public", "magnum", "/v1"], f"{admin} endpoint list --service container-infra")
    expect("service list of an administrator", "orchestration", f"{admin} service list")
    expect("role assignment list of an administrator", "mika@Default", f"{admin} role assignment list --names")

    expect("application credential list", "bayview", "openstack application credential list")
    expect("application credential create", "walk-secret",
           "openstack application credential create walk --secret walk-secret --role member")
    expect("application credential show", "member", "openstack application credential show walk")
    expect("application credential delete", "", "openstack application credential delete walk")
    refused("it is gone", "walk", "openstack application credential show walk")


def auth_url(steps):
    """Keystone's address, as the cloud printed it."""
    with open(steps.path("clouds.yaml")) as file:
        return next(line.split(": ", 1)[1].strip() for line in file if "auth_url: " in line)
