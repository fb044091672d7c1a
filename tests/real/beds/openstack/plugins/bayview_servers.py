"""Servers, ports and addresses for a Heat that has no Nova and Neutron behind it; a bay's name steers how its servers fare.

    …fail…     a server ends in ERROR             → CREATE_FAILED
    …slow45…   its masters take 45 seconds        → CREATE_IN_PROGRESS for that long
    …mute…     servers come up, set-up fails      → CREATE_FAILED, with addresses
    …stuck…    a master is not deleted at first   → DELETE_FAILED; asked again it is
Heat's own OS::Heat::None is not enough: Magnum copies addresses out of the stack and dies on a null.
"""
import json
import re
import time
import urllib.request
import zlib

from heat.common import exception
from heat.engine import attributes, function
from heat.engine.resources.openstack.heat import none_resource

NOVA = "http://127.0.0.1:8774/plugin/servers/"


class Placeholder(none_resource.NoneResource):
    """Takes every property and has an id and addresses of 127.0.0.0/8, so that whatever calls them stays on this machine."""

    # Magnum reads attributes['id'] of the security group when it adds a node group.
    attributes_schema = {"id": attributes.Schema("Id.")}

    def bay(self):
        """Name of the bay's own stack: nested stacks append theirs to it."""
        return re.match(r"(.*?-[a-z0-9]{12})?", self.stack.name).group(0) or self.stack.name

    def is_worker(self):
        return re.search("minion|worker|node", self.stack.name[len(self.bay()):] + "/" + self.name) is not None

    def address(self):
        """Masters are 127.0.0.1, 127.0.0.2, …: the first is where a control plane can be put. Workers differ by bay."""
        nested = re.findall(r"-(\d+)-[a-z0-9]{12}", self.stack.name)
        number = int(nested[-1]) if nested else 0
        if self.is_worker():
            return "127.%d.1.%d" % (1 + zlib.crc32(self.bay().encode()) % 254, number + 1)
        return "127.0.0.%d" % (number + 1)

    def get_attribute(self, key, *path):
        here = self.address()
        value = {
            "id": self.resource_id, "pool_id": self.resource_id, "name": self.physical_resource_name(), "status": "ACTIVE",
            "fixed_ips": [{"ip_address": here, "subnet_id": "none"}], "networks": {"private": [here]},
            "addresses": {"private": [{"addr": here}]},
        }.get(key, here if "address" in key else None)
        for step in path:
            try:
                value = value[int(step) if isinstance(value, list) else step]
            except (KeyError, IndexError, TypeError, ValueError):
                return None
        return value

    FnGetAtt = get_attribute

    def _resolve_any_attribute(self, attr):
        return self.get_attribute(attr)


class Server(Placeholder):
    """A server that Nova's stand-in lists, too."""

    def tell(self, method, **server):
        request = urllib.request.Request(NOVA + self.resource_id, method=method, data=json.dumps(server).encode())
        urllib.request.urlopen(request, timeout=10).close()

    def handle_create(self):
        super().handle_create()
        wanted = function.resolve(self.t._properties or {})  # this class has no schema, Heat's accessor would show nothing
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        server = {
            "name": wanted.get("name") or self.physical_resource_name(), "status": "ACTIVE", "tenant_id": self.context.project_id,
            "user_id": self.context.user_id, "flavor": wanted.get("flavor") or "", "created": now, "updated": now, "key_name": wanted.get("key_name"),
            "addresses": {"private": [{"addr": self.address(), "version": 4, "OS-EXT-IPS:type": "fixed"}]}, "metadata": {},
            "OS-EXT-AZ:availability_zone": wanted.get("availability_zone") or "nova", "image": {"id": ""},
        }
        if "fail" in self.bay():
            fault = {"code": 500, "created": now, "message": "No valid host was found. There are not enough hosts available."}
            self.tell("PUT", **dict(server, status="ERROR", fault=fault))
            raise exception.ResourceInError(resource_status="ERROR", status_reason="Message: %s, Code: 500" % fault["message"])
        self.tell("PUT", **server)
        slow = re.search(r"slow(\d+)", self.bay())
        return time.time() + (int(slow.group(1)) if slow and not self.is_worker() else 0)

    def check_create_complete(self, until):
        return time.time() >= until

    def handle_delete(self):
        if "stuck" in self.bay() and not self.is_worker() and not self.data().get("refused"):
            self.data_set("refused", "True")
            raise exception.Error("Server %s could not be deleted: it is stuck." % self.resource_id)
        if self.resource_id:
            self.tell("DELETE")
        return super().handle_delete()


class Deployment(Placeholder):
    """What runs on servers. Only the bay's own may fail: Magnum 21 cannot take in a failed stack without its masters' addresses."""

    def handle_create(self):
        super().handle_create()
        if "mute" in self.bay() and self.stack.owner_id is None:
            reason = "deploy_status_code: Deployment exited with non-zero status code: 1"
            raise exception.ResourceInError(resource_status="FAILED", status_reason=reason)


def resource_mapping():
    return {"Bayview::Server": Server, "Bayview::Placeholder": Placeholder, "Bayview::Deployment": Deployment}
