"""What a server has, in words for the person who chooses it or has it."""

import time

from containers import GPU
from together import ALL, CDI, Uses

GIB_IN_MIB = 1024


def in_words(uses: Uses) -> str:
    """Return what a server has, such as `science, 8 GiB of memory, 4 processors, 1 GPU`.

    It is empty if that is not known.
    """
    if "image" not in uses:
        return ""
    memory, shared, gpus = uses["memory_mib"], uses["shm_mib"], uses["gpus"]
    parts = [uses["image"], f"{_amount(memory)} of memory", counted(uses["cpus"], "processor")]
    if gpus:
        parts.append("all GPUs" if set(gpus) & {*ALL} else counted(len(gpus), "GPU"))
    if shared != memory // 2:  # as it is unless somebody says otherwise
        parts.append(f"{_amount(shared)} of shared memory")
    return ", ".join(parts)


def which_gpus(uses: Uses) -> str:
    """Return which of the host's GPUs a server has, such as `GPU 0 and GPU 2`.

    It is empty if it has none, or all of them, or they are yet to lease.
    """
    ids = [gpu.removeprefix(CDI) for gpu in uses.get("gpus", ())]
    if {*ids} & {*ALL, GPU}:
        return ""
    return " and ".join(f"GPU {id_}" if id_[0].isdigit() else id_ for id_ in ids)


def _amount(mib: int) -> str:
    gib = mib / GIB_IN_MIB
    return f"{gib:g} GiB" if gib >= 1 and (gib * 4).is_integer() else f"{mib} MiB"


def counted(count: float, thing: str) -> str:
    """Return a number of things, such as `2 processors`."""
    return f"{count:g} {thing}" + ("" if count == 1 else "s")


def when(at: float) -> str:
    """Return a time in seconds since 1970, such as `14:20 UTC`, with its date if not today."""
    then, today = time.gmtime(at), time.gmtime()
    return time.strftime("%H:%M UTC" if then[:3] == today[:3] else "%Y-%m-%d %H:%M UTC", then)
