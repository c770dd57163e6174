"""Networks."""

import time

from ..contract import completed
from ..errors import PluginError
from ..handler import Call, Handler
from ..values import Values
from .engine import Engine, label_list, label_map, pause

TYPE = "docker:index/network:Network"
REMOVAL_SECONDS = 30
"""How long a removal waits until no container is on the network; as in the official plug-in."""


class Network(Handler):
    """A network; its id is the engine's."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: D102
        name = inputs["name"]
        ranges = [
            {
                "Subnet": block.get("subnet", ""),
                "IPRange": block.get("ipRange", ""),
                "Gateway": block.get("gateway", ""),
                "AuxiliaryAddresses": block.get("auxAddress", {}),
            }
            for block in inputs.get("ipamConfigs", [])
        ]
        with self.engine.explained(f"cannot create network {name}"):
            created = self.engine.api.create_network(
                name,
                driver=inputs.get("driver"),
                options=inputs.get("options"),
                ipam={
                    "Driver": inputs["ipamDriver"],
                    "Config": ranges,
                    "Options": inputs.get("ipamOptions"),
                },
                check_duplicate=True,  # older engines would make a second one of this name
                internal=inputs.get("internal", False),
                labels=label_map(inputs.get("labels", [])),
                enable_ipv6=inputs.get("ipv6", False),
                attachable=inputs.get("attachable"),
                ingress=inputs.get("ingress"),
            )
        found = self.read(call, created["Id"], inputs, {})
        if found is None:
            msg = f"network {name} is gone right after its creation; run again"
            raise PluginError(msg)
        _, outputs = found
        return created["Id"], outputs

    def read(  # noqa: D102
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,
        inputs: Values,
        outputs: Values,  # noqa: ARG002
    ) -> tuple[Values, Values] | None:
        network = self.inspect(resource_id)
        if network is None:
            return None
        ipam = network["IPAM"]
        return inputs, completed(TYPE, inputs) | {
            "attachable": network["Attachable"],
            "driver": network["Driver"],
            "id": network["Id"],
            "ingress": network["Ingress"],
            "internal": network["Internal"],
            "ipamConfigs": [
                {
                    "auxAddress": block.get("AuxiliaryAddresses") or None,
                    "gateway": block.get("Gateway", ""),
                    "ipRange": block.get("IPRange", ""),
                    "subnet": block.get("Subnet", ""),
                }
                for block in ipam["Config"] or []
            ],
            "ipamDriver": ipam["Driver"],
            "ipamOptions": ipam["Options"] or None,
            "ipv6": network["EnableIPv6"],
            "labels": label_list(network["Labels"]),
            "name": network["Name"],
            "options": network["Options"] or {},
            "scope": network["Scope"],
        }

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:
        """Remove the network once no container is on it; raise `PluginError` if one stays."""
        name = outputs.get("name", resource_id)
        deadline = time.monotonic() + REMOVAL_SECONDS
        while (network := self.inspect(resource_id)) is not None:
            guests = sorted(guest["Name"] for guest in network["Containers"].values())
            if not guests:
                what = f"cannot remove network {name}"
                self.engine.found(what, lambda: self.engine.api.remove_network(resource_id))
                return
            if time.monotonic() > deadline:
                msg = (
                    f"network {name} still has containers on it after {REMOVAL_SECONDS} s: "
                    f"{', '.join(guests)}; remove them and run again"
                )
                raise PluginError(msg)
            pause(call)

    def inspect(self, resource_id: str) -> Values | None:
        """Return what the engine knows of the network, or None if it is gone."""
        what = f"cannot look at network {resource_id}"
        return self.engine.found(what, lambda: self.engine.api.inspect_network(resource_id))
