"""Converts durations between Go's form, such as `1m30s`, and the engine's nanoseconds."""

import re

NANOSECONDS = {
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "µs": 1_000,
    "ns": 1,
}


def nanoseconds(text: str) -> int:
    """Return the nanoseconds of a duration in Go's form, which the contract's pattern accepts."""
    parts = re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", text)
    return sum(round(float(count) * NANOSECONDS[unit]) for count, unit in parts)


def duration(length: int) -> str:
    """Return `length` nanoseconds in Go's form: `0s`, `500ms`, `1.5s`, `1m0s`, `1h0m0s`."""
    if 0 < length < NANOSECONDS["s"]:
        unit = next(u for u in ("ms", "µs", "ns") if length >= NANOSECONDS[u])
        return f"{length / NANOSECONDS[unit]:.6f}".rstrip("0").rstrip(".") + unit
    minutes, rest = divmod(length, NANOSECONDS["m"])
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / NANOSECONDS['s']:.9f}".rstrip("0").rstrip(".") + "s"
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + seconds
