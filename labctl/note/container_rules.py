"""What a change of containers.json means for people: what the hub asks the engine for.

Its keys are the Engine API's. Templates are as in rules.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from hubconfig.servers import CPU_PERIOD_MICROSECONDS, MIB
from hubconfig.values.variables import RESERVED

from . import gpu_words
from .markdown import code
from .rules import Found, Rule, Weight

SERVER = re.compile(r"servers\[(.*?)\]\.container\.(.+)")
"""The path of a property of people's containers, by their profile: hubpreview/differences.py."""
OWNER = re.compile(r"\d+:\d+")
FOLLOWS = {"Image", "HostConfig.MemorySwap"}
"""Properties whose change is told of something else."""


class InWords(NamedTuple):
    """A sentence on a property, and how its values are written there."""

    template: str
    written: Callable[[Any], str]


GPUS = "GPUs of a server{of}: {new} instead of {old}, from its next start on."
PROPERTIES = {
    "HostConfig.Memory": InWords(
        "A server{of} may use {new} MiB of memory instead of {old}, from its next start on.",
        lambda value: code(value // MIB),
    ),
    "HostConfig.CpuQuota": InWords(
        "A server{of} may use {new} processors instead of {old}, from its next start on.",
        lambda value: code(value / CPU_PERIOD_MICROSECONDS),
    ),
    "HostConfig.PidsLimit": InWords(
        "A server{of} may have {new} processes instead of {old}, from its next start on.", code
    ),
    "HostConfig.ShmSize": InWords(
        "A server{of} may share {new} MiB of its memory (/dev/shm) instead of {old}, from its next "
        "start on.",
        lambda value: code(value // MIB if value else 64),  # the engine's own
    ),
    "HostConfig.AutoRemove": InWords(
        "When a server{of} ends, the hub keeps the end of its log, from its next start on.",
        code,
    ),
    gpu_words.REQUESTS: InWords(GPUS, gpu_words.of_requests),
    gpu_words.IDS: InWords(GPUS, gpu_words.of_ids),
}
CAUSES = {"GRANT_SUDO=yes": "User", "NVIDIA_VISIBLE_DEVICES=void": gpu_words.REQUESTS}
"""The variables that come and go with another property, whose change is told itself."""
OTHER = Rule(
    Weight.SERVERS,
    "A server{of} gets other rights on the host, from its next start on: {path} is {new} instead "
    "of {old}. Read this closely.",
)
VARIABLES = Rule(
    Weight.NEXT_START, "Variables of a server{of} change, from its next start on: {names}."
)
LOOK = Rule(
    Weight.SERVERS,
    "The hub looks at the host with other rights: {path} is {new} instead of {old}. Read this "
    "closely.",
)
WITH_ROOT: dict[str, list[Any]] = {
    "HostConfig.CapDrop": [["ALL"], ["NET_RAW", "MKNOD"]],
    "HostConfig.SecurityOpt": [["no-new-privileges"], None],
}
"""The values that go without and with the right to become root, whose change is told itself."""
ROOT = {
    True: "People can become root in their own notebooks{of}, from their next start on.",
    False: "People cannot become root in their notebooks{of} any more, from their next start on.",
}


Changed = Mapping[str, tuple[Any, Any]]
"""The old and the new value of all that changes, by its path."""


def of_container(path: str, old: Any, new: Any, changed: Changed) -> Iterator[Found]:
    """Yield the rules for a property of what the hub asks for that is `new` instead of `old`.

    Whole containers come and go with profiles, which is told of these.
    """
    found = SERVER.fullmatch(path)
    if found is None:
        if path.startswith("looks.") and not _looks_alike(path, old, new):
            yield Found(LOOK, {"path": code(path), "old": code(old), "new": code(new)})
        return
    profile, key = found.groups()
    of = f" of the profile {code(profile)}" if profile else ""
    property_ = key if key.startswith(gpu_words.REQUESTS) else key.partition("[")[0]
    if _follows(f"servers[{profile}].container.", property_, old, new, changed):
        return
    if property_ == "User":
        yield Found(Rule(Weight.NEXT_START, ROOT[new == "root"]), {"of": of})
    elif property_ == "Env" and (names := _own_variables(old, new)):
        values = {"names": ", ".join(map(code, names))}
        yield Found(VARIABLES, {"of": of, **values})
    elif words := PROPERTIES.get(property_):
        values = {"old": words.written(old), "new": words.written(new)}
        yield Found(Rule(Weight.NEXT_START, words.template), {"of": of, **values})
    else:
        values = {"path": code(key), "old": code(old), "new": code(new)}
        yield Found(OTHER, {"of": of, **values})


def _own_variables(old: Any, new: Any) -> list[str]:
    """Return the names of the variables that change, if all are the site's own."""
    names = sorted({each.partition("=")[0] for each in set(old or ()) ^ set(new or ())})
    return [] if any(map(RESERVED.fullmatch, names)) else names


def _looks_alike(path: str, old: Any, new: Any) -> bool:
    """Tell whether a look does the same in another image, or for another account."""
    if path.endswith(".Cmd") and isinstance(old, list) and isinstance(new, list):
        return old[:-1] == new[:-1] and all(OWNER.fullmatch(one[-1]) for one in (old, new))
    return path.endswith(".Image")


def _follows(server: str, property_: str, old: Any, new: Any, changed: Changed) -> bool:
    """Tell whether a property changes because of another, whose change is told itself.

    `server` is what the paths of a server's properties begin with.
    """
    if property_ == "Env":
        told = {
            variable
            for variable, cause in CAUSES.items()
            if any(path.startswith(server + cause) for path in changed)
        }
        return set(old or ()) ^ set(new or ()) <= told
    if property_ == "HostConfig.ShmSize":  # half of it, unless it is set
        before, after = changed.get(f"{server}HostConfig.Memory", (None, None))
        return bool(before and after) and [old, new] == [before // 2, after // 2]
    if property_ == "HostConfig.NetworkMode":
        return "settings.json.network" in changed  # the prefix is another
    with_root = WITH_ROOT.get(property_, [])
    if gpu_words.follows(server, property_, changed):
        return True
    return property_ in FOLLOWS or (
        f"{server}User" in changed and [old, new] in (with_root, with_root[::-1])
    )
