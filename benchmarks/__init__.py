"""Measurements of a running stack, for people to compare; never tests."""

import statistics


def report(what: str, seconds: list[float]) -> None:
    """Print the median and the range of what was measured."""
    median, least, most = statistics.median(seconds), min(seconds), max(seconds)
    print(f"{what:45} {median:6.2f}  ({least:.2f} to {most:.2f}, n={len(seconds)})")
