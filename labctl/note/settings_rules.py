"""What a change of the hub's settings.json means for people.

The hub reads the file when it starts, and makes servers by it from then on; its readers are in
images/hub. Templates are as in rules.py.
"""

import re

from . import sign_in_rules
from .rules import Rule, Weight

VALUES: dict[str, Rule] = {
    **sign_in_rules.VALUES,
    "site_url": Rule(Weight.ACCESS, "People find the hub at {new} instead of {old}."),
    "hub_address": Rule(
        Weight.SERVERS,
        "The hub's address is {new} instead of {old}: {servers} cannot reach it any more, and have "
        "to be started again.",
    ),
    "active_servers": Rule(
        Weight.NEXT_START,
        "Servers that run at a time at most: {new} instead of {old}.",
    ),
    "named_servers": Rule(
        Weight.NEXT_START,
        "Servers that a person may have besides the first: {new} instead of {old}.",
    ),
    "person_memory_mib": Rule(
        Weight.NEXT_START,
        "Memory that all servers of a person can have together, in MiB: {new} instead of {old}.",
    ),
    "people_per_gpu": Rule(
        Weight.NEXT_START,
        "Servers that may lease the same GPU at a time: {new} instead of {old}.",
    ),
    "gpu_hours": Rule(
        Weight.ACCESS,
        "Hours after its start at which a server that leases GPUs is stopped: {new} instead of "
        "{old}. It counts as soon as the hub has it, also for servers that run: those that have "
        "had their GPUs for longer are stopped within two minutes.",
    ),
    "idle_hours": Rule(
        Weight.ACCESS,
        "Hours without activity after which a server is stopped: {new} instead of {old}.",
    ),
    "session_hours": Rule(
        Weight.ACCESS,
        "Hours after which people sign in again: {new} instead of {old}, those too who are signed "
        "in now.",
    ),
    "profiles": Rule(
        Weight.NEXT_START, "People choose between other profiles at their next start."
    ),
    "notebook.directory": Rule(
        Weight.NEXT_START,
        "People's home in a notebook is {new} instead of {old}, from their next start on.",
    ),
    "notebook.home": Rule(
        Weight.FILES,
        "From their next start on, people's files are in {new} instead of {old}: they do not see "
        "what they have there, which stays.",
    ),
    "notebook.volume_prefix": Rule(
        Weight.FILES,
        "From their next start on, people's files are in volumes that begin with {new} instead of "
        "{old}: they do not see what they have there, which stays.",
    ),
    "notebook.uid": Rule(
        Weight.FILES,
        "Notebooks run as uid {new} instead of {old}, from people's next start on: homes that "
        "belong to {old} have to be given to {new} (chown) before.",
    ),
    "notebook.gid": Rule(Weight.NEXT_START, "Notebooks run as gid {new} instead of {old}."),
}
ABSENT = {
    "active_servers": "any number",
    "gpu_hours": "never",
    "idle_hours": "never",
    "named_servers": "0",
    "people_per_gpu": "1",
    "person_memory_mib": "that of the largest profile",
    "session_hours": "336",
    "gitlab.ca_file": "the system",
}
"""What a missing value means."""

FLAGS: dict[str, tuple[Weight, str, str]] = {
    **sign_in_rules.FLAGS,
    "computing_is_active": (
        Weight.ACCESS,
        "A computation that prints nothing no longer keeps a server from being stopped as idle, "
        "from its next start on.",
        "A computation keeps a server from being stopped as idle, from its next start on.",
    ),
    "notebook.system_users": (
        Weight.FILES,
        "Notebooks run as one account for all, no longer as the host's accounts: people do not see "
        "what is in their homes of the host, which stays.",
        "Notebooks run as the host's account of each person's name, in its home: people do not "
        "see what is in their present home, which stays.",
    ),
}
"""The templates are for a setting that is false now, and for one that is true."""

LISTS: dict[str, tuple[Weight, str, str]] = {
    **sign_in_rules.LISTS,
    "fronts": (
        Weight.QUIET,
        "Believed from now on in what they say of people's addresses: {come}.",
        "No longer believed in what they say of people's addresses: {gone}.",
    ),
    "gpu_pool": (
        Weight.NEXT_START,
        "GPUs that servers lease from their next start on: {come}. Servers that have one of them "
        "already by a list, or by another name, are not counted: stop those first.",
        "GPUs that servers no longer lease, from their next start on: {gone}.",
    ),
    "embed_in": (
        Weight.ACCESS,
        "Pages of {come} may show the hub, and servers from their next start on.",
        "Pages of {gone} may no longer show the hub, nor servers from their next start on.",
    ),
}
"""The templates are for what enters a list, and for what leaves it."""

FOLLOWS = {
    "announcement_volume",
    "proxy_api_url",
    "proxy_address",
    "network",
    "addresses",
    "notebook.name_prefix",
}
FOLLOWS |= {"labels.pulumi.project", "labels.pulumi.stack"}
"""Settings whose change is told of something else, or is nothing that people notice."""
LIMITS = r"(memory_mib|cpus|gpus(\.\w+)?)"
GONE = re.compile(rf"notebook\.(sudo|pids|image|{LIMITS})|gpus(\.\w+)?|profiles\[\d+\]\.{LIMITS}")
"""Settings of earlier versions, whose values are in containers.json now."""
REGISTERED = {"gitlab.callback_url", "gitlab.scopes"}
"""Settings whose change is told of the application in GitLab, if the program registers that."""
