"""Changes of a running stack, each with a name; tests/engine/notes/ has what is said of them."""

from dataclasses import dataclass, field
from typing import Any

from tests.deployment import REPOSITORY, Deployment

PASSWORD = "random:index/randomPassword:RandomPassword"
GIVEN = "glpat-b6b1d3a7c5e94f2f8d0e"
"""An administrator's token."""
BROUGHT = "gloas-b6b1d3a7c5e94f2f8d0e"
"""The secret of an application that was made by hand."""

HOSTILE = "@cleo|#1\n/close"
"""What GitLab would take for a mention, a cell, a reference and a quick action."""


@dataclass(frozen=True)
class Kind:
    """What is changed: settings by their paths (None removes one), and files of the program."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    edit: tuple[str, str, str] | None = None
    """A file, with a text in it and what takes its place."""
    arguments: tuple[str, ...] = ("preview",)
    """Of pulumi; in braces a member of the Deployment."""


def key(component: str, name: str) -> tuple[str, ...]:
    """Replace a random key, and what follows from that."""
    urn = f"urn:pulumi:{{stack}}::jupyterhub::jupyterhub:index:{component}${PASSWORD}::{name}"
    return ("preview", "--target-replace", urn, "--target-dependents")


WITH_POLICIES = ("preview", "--policy-pack", str(REPOSITORY / "policy"))


def setting(path: str, value: Any) -> dict[str, Any]:
    return {path: value}


KINDS = (
    Kind("nothing"),
    Kind("hub-memory", setting("hub.memory_mib", 2048), arguments=WITH_POLICIES),
    Kind("hub-image", edit=("images/hub/jupyterhub_config.py", "import sys\n", "import sys\n\n")),
    Kind("hub-address", setting("network.hub_address", "{net}20")),
    Kind("active-servers", setting("hub.active_servers", 20)),
    Kind(
        "several-servers",
        {
            "hub.named_servers": 2,
            "hub.person_memory_mib": 8192,
            "hub.announcement": "On Friday the hub is away.",
            "hub.embed_in": ["http://localhost:9000"],
        },
    ),
    Kind(
        "web-proxy",
        {
            "proxy.url": "http://proxy.example.org:3128",
            "secrets.environment": {"WANDB_API_KEY": "8f2c4e-of-the-site"},
        },
    ),
    Kind("idle-hours", setting("hub.idle_hours", 12)),
    Kind("notebook-image", edit=("images/lab/overrides.json", "{", "{ ")),
    Kind("notebook-memory", setting("notebook.memory_mib", 4096)),
    Kind("notebook-uid", setting("notebook.uid", 2000)),
    Kind("home", setting("notebook.home", "/srv/home/{{username}}")),
    Kind("shared", setting("notebook.shared", [{"source": "/srv/data", "target": "/data"}])),
    Kind("system-users", setting("notebook.system_users", value=True)),
    Kind("allowed-users", setting("gitlab.allow.users", ["cleo"])),
    Kind("sudo", setting("notebook.sudo", value=True)),
    Kind("shell", setting("notebook.shell", "/bin/zsh")),
    Kind("language", setting("notebook.language", "zh_CN")),
    Kind("environment", setting("notebook.image", "science")),
    Kind("gpus", setting("gpus.notebooks", ["0", "1"])),
    Kind(
        "profiles",
        setting("profiles", [{"name": "small", "description": HOSTILE}, {"name": "large"}]),
    ),
    Kind("proxy-image", edit=("images/proxy/package.json", "\n", "\n\n")),
    Kind("root-image", setting("images.root", "debian:trixie-20261001-slim")),
    Kind("subnet", setting("network.subnet", "10.254.7.0/24")),
    Kind("notebooks-reach", setting("network.notebooks_reach", ["10.1.2.3"])),
    Kind("isolation", setting("network.isolation", "none"), arguments=WITH_POLICIES),
    Kind("port", setting("site.url", "http://localhost:8901")),
    Kind("bind-address", setting("site.bind_address", "0.0.0.0")),  # noqa: S104
    Kind("url", setting("site.url", "http://127.0.0.1:8902")),
    Kind("tls", {"site.url": "https://localhost:8903", "tls.certificate": "internal"}),
    Kind("user-domains", setting("site.user_domains", "localhost")),
    Kind("no-word-of-domains", setting("site.user_domains", None), arguments=WITH_POLICIES),
    Kind("group-added", setting("gitlab.allow.groups", ["lab", "guests"])),
    Kind("group-removed", setting("gitlab.allow.groups", ["guests"])),
    Kind("everyone", setting("gitlab.allow.everyone", value=True)),
    Kind("administrator", setting("gitlab.admin_users", ["ben"])),
    Kind("scopes", setting("gitlab.allow", {"everyone": True})),
    Kind("gitlab-url", setting("gitlab.url", "http://localhost:8939")),
    Kind(
        "another-gitlab",
        {
            "gitlab.standin": None,
            "gitlab.url": "https://gitlab.example.org",
            "gitlab:token": GIVEN,
        },
    ),
    Kind(
        "brought-application",
        {
            "gitlab.standin": None,
            "gitlab.url": "https://gitlab.example.org",
            "gitlab.client_id": "by-hand",
            "gitlabClientSecret": BROUGHT,
        },
    ),
    Kind(
        "plain-http",
        {
            "gitlab.standin": None,
            "gitlab.url": "http://gitlab.lan",
            "gitlab.insecure": True,
            "gitlab:token": GIVEN,
        },
        arguments=WITH_POLICIES,
    ),
    Kind("prefix", setting("site.prefix", "another")),
    Kind("cookie-secret", arguments=key("Hub", "hub-cookie-secret")),
    Kind("crypt-key", arguments=key("Hub", "hub-crypt-key")),
    Kind("proxy-token", arguments=key("Proxy", "proxy-token")),
    Kind("destroy", arguments=("destroy", "--preview-only")),
    Kind("fault", setting("notebook.memory_mib", 1)),
    Kind(
        "policy-broken",
        edit=("hubconfig/ports.py", 'IPv4Address("127.0.0.1")', 'IPv4Address("0.0.0.0")'),
        arguments=WITH_POLICIES,
    ),
    Kind(
        "policy-advises",
        edit=("components/service.py", 'restart="unless-stopped"', 'restart="no"'),
        arguments=WITH_POLICIES,
    ),
)


def filled(value: Any, deployment: Deployment) -> Any:
    """Put what is this deployment's own in."""
    own = {"stack": deployment.stack, "net": net(deployment)}
    return value.format(**own) if isinstance(value, str) else value


def net(deployment: Deployment) -> str:
    """Return what the addresses in the stack's subnet begin with."""
    return str(deployment.config["network"]["subnet"]).removesuffix("0/24")
