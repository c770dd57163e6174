"""Reads a stack's configuration, and reports everything that is wrong with it at once."""

from collections.abc import Callable, Iterator

from . import keys, sign_in
from .checking import Checked, PlacedFault, check, within
from .configuration import Configuration
from .given import Given
from .host.engine import NotSeenError
from .host.fit import Host
from .neighbours import conflicts
from .stack import Stack
from .words import errors_told, faults_told


class ConfigurationError(Exception):
    """Everything that is wrong with a stack's configuration: a line for each fault, no secrets."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))


def read(given: Given, *, advise: Callable[[str], None] | None = None) -> Configuration:
    """Return the configuration of a stack; raise `ConfigurationError` if something is wrong.

    With `advise`, the files of this machine that the configuration names are checked too, and so is
    the engine's host. `advise` is called with each remark that is worth knowing but no fault.
    """
    found = check(Configuration, given.sections, given.unknown)
    lines = [*errors_told(given.project, Configuration, found.errors, given.hidden)]
    if found.model:
        stack = Stack.named(given.project, given.stack, found.model.site.prefix)
        faults = [*_faults(found.model, stack)]
        if advise:
            faults += within(found.model, lambda section: section.faults_here())
            for advice in found.model.servers.advice_on(found.model.images.environments):
                advise(advice)
        if advise and not any(path[0] == "docker" for path in found.wrong):
            faults += _faults_of_the_host(found, found.model, stack, advise)
        lines += faults_told(given.project, found.telling(faults), given.hidden)
        lines += _sign_in(given, found)
    lines += keys.unread(given)
    lines += keys.unprotected(given)
    lines += conflicts(given)
    if lines or found.model is None:
        raise ConfigurationError(list(dict.fromkeys(lines)))  # faults of a secret read alike
    return found.model


def _faults(config: Configuration, stack: Stack) -> Iterator[PlacedFault]:
    yield from within(config, lambda section: section.faults())
    yield from (((), fault) for fault in stack.faults_of(config.notebook))


def _faults_of_the_host(
    found: Checked[Configuration],
    config: Configuration,
    stack: Stack,
    advise: Callable[[str], None],
) -> list[PlacedFault]:
    try:
        host = Host(config, stack)
        faults = [*host.faults()]
        for _, advice in found.telling(((), fault) for fault in host.advice()):
            advise(advice.sentence)
    except NotSeenError as error:
        advise(f"the engine's host was not looked at, since {config.docker.host}: {error}")
        return []
    return [((), fault) for fault in faults]


def _sign_in(given: Given, found: Checked[Configuration]) -> Iterator[str]:
    config = found.model
    if config is None or any(path[0] in {"gitlab", "site"} for path in found.wrong):
        return
    fault = sign_in.fault(
        config.gitlab,
        config.site,
        token=keys.TOKEN in given.values,
        client_secret=f"{given.project}:{keys.CLIENT_SECRET}" in given.values,
        groups_used=config.servers.uses_groups,
    )
    if fault:
        yield fault
