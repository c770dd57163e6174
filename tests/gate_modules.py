"""The docker gate's own modules, as they are in its image, and what components/ tells them."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from components.gate_policy import gate_policy
from hubconfig.servers import Servers
from tests.hub_modules import IMAGES, STACK

FOLDER = Path(__file__).parents[1] / "images/docker-gate"

# Without bytecode, which would be built into the image.
_before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
sys.path.insert(0, str(FOLDER))
try:
    policy: Any = import_module("gate.policy")
    server: Any = import_module("gate.server")
    engine: Any = import_module("gate.engine")
    main: Any = import_module("gate.__main__")
finally:
    sys.path.remove(str(FOLDER))
    sys.dont_write_bytecode = _before


def told(servers: Servers | None = None) -> Any:
    """Return what components/ tells the gate for people's servers."""
    policy = gate_policy(
        servers or Servers(), STACK, IMAGES, addresses="172.18.0.128/25", behind_firewall=True
    )
    return json.loads(json.dumps(policy))


def policy_of(servers: Servers | None = None) -> Any:
    """Return the same as the gate reads it."""
    return policy.Policy.parse(json.dumps(told(servers)))
