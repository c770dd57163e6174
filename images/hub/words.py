"""What a server has, in words for the person who chooses it or has it."""

from together import ALL, Uses

GIB_IN_MIB = 1024


def in_words(uses: Uses) -> str:
    """Return what a server has, such as `science, 8 GiB of memory, 4 processors, 1 GPU`.

    It is empty if that is not known.
    """
    if "image" not in uses:
        return ""
    memory, shared, gpus = uses["memory_mib"], uses["shm_mib"], uses["gpus"]
    parts = [uses["image"], f"{_amount(memory)} of memory", _number(uses["cpus"], "processor")]
    if gpus:
        parts.append("all GPUs" if set(gpus) & {*ALL} else _number(len(gpus), "GPU"))
    if shared != memory // 2:  # as it is unless somebody says otherwise
        parts.append(f"{_amount(shared)} of shared memory")
    return ", ".join(parts)


def _amount(mib: int) -> str:
    gib = mib / GIB_IN_MIB
    return f"{gib:g} GiB" if gib >= 1 and (gib * 4).is_integer() else f"{mib} MiB"


def _number(count: float, thing: str) -> str:
    return f"{count:g} {thing}" + ("" if count == 1 else "s")
