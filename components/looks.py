"""Containers that exist for a moment, to look at what the hub's container cannot see."""

from typing import Any

from hubconfig.sections.notebook import NotebookArgs
from hubconfig.servers import MIB
from hubconfig.stack import PART_LABEL, Stack

Body = dict[str, Any]
"""The body of a request to make a container, or a part of it."""
TAKE = """
if [ "$(stat -c %u /directory)" = 0 ] && [ -z "$(ls -A /directory)" ]; then
    chmod 0700 /directory
    chown "$0" /directory
fi
stat -c %u:%g /directory
"""
"""Gives /directory to the owner `$0` if it is root's and empty, as those are that the engine makes.
Any other directory keeps its owner. Prints the owner that it has then."""
SOURCE = "{source}"
"""Stands for the directory of the host, or the volume, that is looked at."""
ACCOUNTS = ("/etc/passwd", "/etc/group")
"""The files of a machine with its accounts."""


def looks(notebook: NotebookArgs, stack: Stack, image: str) -> Body:
    """Return the looks by what they do: `take`, `owner` and `accounts`.

    They have no network, a read-only file system, and no capability but the one to change an owner.
    """
    common = {
        "Image": image,
        "Entrypoint": [],
        "User": "65534:65534",
        "WorkingDir": "/",
        "Labels": {**stack.labels, PART_LABEL: "look"},
    }
    host = {
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "Memory": 64 * MIB,
        "PidsLimit": 16,
        "LogConfig": {"Type": "json-file"},  # the engine's default may not be readable
    }
    owner = f"{notebook.uid}:{notebook.gid}"
    take = {"CapAdd": ["CHOWN"], "Binds": [f"{SOURCE}:/directory"]}  # makes what is missing
    return {
        "take": {
            **common,
            "User": "0:0",
            "Cmd": ["sh", "-euc", TAKE, owner],
            "HostConfig": host | take,
        },
        "owner": {
            **common,
            "Cmd": ["stat", "-c", "%u:%g", "/directory"],
            "HostConfig": host | {"Mounts": [seen(SOURCE, "/directory")]},
        },
        "accounts": {
            **common,
            "Cmd": ["cat", *(f"/directory{file}" for file in ACCOUNTS)],
            "HostConfig": host | {"Mounts": [seen(file, f"/directory{file}") for file in ACCOUNTS]},
        },
    }


def seen(source: str, target: str) -> Body:
    """Return the mount by which a file or directory of the host can be read."""
    return {"Type": "bind", "Source": source, "Target": target, "ReadOnly": True}
