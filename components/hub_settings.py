"""The hub's files: settings.json, which images/hub/settings.py reads, and those of the site."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi_docker as docker

from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.hub import HubArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.servers import Servers
from hubconfig.sign_in import callback_url
from hubconfig.stack import Stack

FOLDER = "/etc/jupyterhub"
"""The folder of the hub's configuration, in its container."""
CA_FILE = f"{FOLDER}/gitlab-ca.pem"
"""The file in that folder with the authorities that vouch for GitLab."""

Section = dict[str, Any]


def uploads(
    args: HubArgs, gitlab: GitLabArgs, content: Mapping[str, Any]
) -> list[docker.ContainerUploadArgs]:
    """Return the hub's files for upload: JSON by name, and those that the stack file names.

    They are files, not the environment, so that the preview shows what changes in them.
    """
    texts = {f"{FOLDER}/{name}": json.dumps(value, indent=2) for name, value in content.items()}
    given = {CA_FILE: gitlab.ca_file, f"{FOLDER}/extra_config.py": args.extra_config}
    texts |= {file: Path(path).read_text() for file, path in given.items() if path}
    return [docker.ContainerUploadArgs(file=file, content=text) for file, text in texts.items()]


def hub_settings(
    args: HubArgs,
    *,
    stack: Stack,
    site: SiteArgs,
    gitlab: GitLabArgs,
    servers: Servers,
    hub_address: str,
    addresses: str,
    proxy_api_url: str,
    proxy_address: str,
) -> Section:
    """Return the content of settings.json, in values that JSON can express."""
    groups_used = servers.uses_groups
    return {
        "site_url": f"{site.url}/",
        "user_domains": site.user_domains,
        "hub_address": hub_address,
        "proxy_api_url": proxy_api_url,
        "proxy_address": proxy_address,
        "fronts": [str(address) for address in site.fronts],
        "network": stack.network,
        "addresses": addresses,
        "labels": stack.labels,
        "gitlab": _gitlab(gitlab, site, gitlab.scopes(groups_used=groups_used)),
        "notebook": _notebook(servers.notebook, stack),
        "profiles": [
            {"name": each.name, "description": each.description, "groups": each.groups}
            for each in servers.profiles
        ],
        "gpu_pool": servers.gpus.pool or (),
        "people_per_gpu": servers.gpus.people_per_gpu,
        "gpu_hours": servers.gpus.hours,
        "gpu_limits": [
            {"group": group, "gpus": gpus} for group, gpus in sorted(servers.gpus.limits.items())
        ],
        "active_servers": args.active_servers,
        "named_servers": args.named_servers,
        "person_memory_mib": args.person_memory_mib,
        "idle_hours": args.idle_hours,
        "computing_is_active": args.computing_is_active,
        "session_hours": args.session_hours,
        "announcement_volume": stack.announcement,
        "embed_in": args.embed_in,
    }


def _gitlab(args: GitLabArgs, site: SiteArgs, scopes: Sequence[str]) -> Section:
    return {
        "url": args.url,
        "internal_url": args.hub_url,
        "ca_file": CA_FILE if args.ca_file else None,
        "callback_url": callback_url(site),
        "scopes": scopes,
        "allow_everyone": args.allow.everyone,
        "allowed_users": args.allow.users,
        "allowed_groups": args.allow.groups,
        "allowed_projects": args.allow.projects,
        "admin_users": args.admin_users,
        "admin_groups": args.admin_groups,
        "admins_open_servers": args.admins_open_servers,
    }


def _notebook(args: NotebookArgs, stack: Stack) -> Section:
    return {
        "name_prefix": stack.notebooks,
        "volume_prefix": stack.homes,
        "directory": args.directory,
        "uid": args.uid,
        "gid": args.gid,
        "home": args.home,
        "shared": [shared.model_dump() for shared in args.shared],
        "system_users": args.system_users,
    }
