"""Services that use the hub's API, each with no more rights than it needs."""

import hashlib
import os
import sys
from pathlib import Path

REPORT_SECONDS = 300
"""How often servers report their activity: JUPYTERHUB_ACTIVITY_INTERVAL."""

here = Path(__file__).parent
sys.path.append(str(here))
from administrators import READ_ENDINGS  # noqa: E402
from settings import read  # noqa: E402

idle_hours = read(here / "settings.json").idle_hours
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # JupyterHub provides it

# JupyterHub keeps a service's former tokens, and they stay valid, until the service itself is gone.
# So the service gets another name with another token, and the old token goes with the old name.
token = os.environ["LABCTL_API_TOKEN"]
labctl = f"labctl-{hashlib.sha256(token.encode()).hexdigest()[:6]}"
c.JupyterHub.services = [{"name": labctl, "api_token": token}]
c.JupyterHub.load_roles.append(
    {
        "name": "labctl",
        "services": [labctl],
        "scopes": ["list:users", "read:servers", READ_ENDINGS],
    }
)
if idle_hours:
    timeout_seconds = round(idle_hours * 3600)
    command = [
        *(sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={timeout_seconds}"),
        f"--cull-every={REPORT_SECONDS}",  # by default half the timeout
    ]
    c.JupyterHub.services.append({"name": "idle-culler", "command": command})
    c.JupyterHub.load_roles.append(
        {
            "name": "idle-culler",
            "services": ["idle-culler"],
            "scopes": ["list:users", "read:servers", "delete:servers"],
        }
    )
