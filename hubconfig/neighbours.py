"""Conflicts with other stacks of the project on the same Docker Engine."""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from .files import stack_files
from .given import Given, NoStackFileError
from .model import Settings
from .ports import ports_of
from .sections.docker import DockerArgs
from .sections.gitlab import GitLabArgs
from .sections.network import NetworkArgs
from .sections.notebook import NotebookArgs
from .sections.site import SiteArgs
from .sections.tls import TlsArgs
from .stack import Stack

Section = TypeVar("Section", bound=Settings)


class Shared(NamedTuple):
    """A thing that two stacks claim: this stack's key for it, and the values of both stacks."""

    key: str
    mine: object
    theirs: object


def conflicts(given: Given) -> Iterator[str]:
    """Yield a line for each thing that a stack and another stack file in its folder both claim.

    Only files are compared. If two stacks on one engine claim the same prefix, published port or
    subnet, the second update fails half-way; a share of another stack's volume would show people's
    files to others. A section that is secret or wrong is left out.
    """
    files = stack_files(given.folder)
    if given.stack not in files:
        return
    own = _Claims(given)
    for name, path in files.items():
        if name == given.stack:
            continue
        try:
            other = _Claims(Given.by_file(given.folder, name))
        except NoStackFileError:
            continue
        for key, mine, theirs in own.shared_with(other):
            yield (
                f"{given.project}:{key}: {mine} is also claimed by stack {name} ({path.name}: "
                f"{theirs}) on the same engine; give one of them another"
            )
        for outer, inner in own.clashes_with(other):
            yield (
                f"{given.project}:site.prefix: the names of people's things in stack {outer.name} "
                f"(prefix {outer.prefix}) and all names of stack {inner.name} (prefix "
                f"{inner.prefix}) begin alike, with {outer.clash_with(inner)}, on the same engine; "
                "give one of the stacks another prefix"
            )


class _Claims:
    """What a stack claims on its engine: names, a subnet, ports and shared volumes."""

    def __init__(self, given: Given) -> None:
        sections, hidden = given.sections, {path[0] for path in given.unknown}

        def section(kind: type[Section], name: str) -> Section | None:
            try:
                return None if name in hidden else kind.model_validate(sections.get(name) or {})
            except ValidationError:
                return None  # the check of that stack reports it

        docker, site = section(DockerArgs, "docker"), section(SiteArgs, "site")
        network, gitlab = section(NetworkArgs, "network"), section(GitLabArgs, "gitlab")
        notebook, tls = section(NotebookArgs, "notebook"), section(TlsArgs, "tls")
        self.engine = docker and docker.named_host
        self.subnet = network and network.subnet
        self.stack = site and Stack.named(given.project, given.stack, site.prefix)
        self.shares = [one.source for one in notebook.shared if one.is_volume] if notebook else []
        self.ports = ports_of(site, tls, gitlab)

    def clashes_with(self, other: "_Claims") -> Iterator[tuple[Stack, Stack]]:
        """Yield the two stacks if names of people's things in the first may be the second's."""
        if self.is_on_the_engine_of(other) and self.stack and other.stack:
            pairs = ((self.stack, other.stack), (other.stack, self.stack))
            yield from (pair for pair in pairs if pair[0].clash_with(pair[1]))

    def is_on_the_engine_of(self, other: "_Claims") -> bool:
        """Tell whether both stacks are on one engine; False if one of them is not known."""
        return self.engine is not None and self.engine == other.engine

    def shared_with(self, other: "_Claims") -> Iterator[Shared]:
        """Yield each thing that both stacks claim."""
        if not self.is_on_the_engine_of(other):
            return
        if self.stack and other.stack and self.stack.prefix == other.stack.prefix:
            yield Shared("site.prefix", self.stack.prefix, other.stack.prefix)
        if self.subnet and other.subnet and self.subnet.overlaps(other.subnet):
            yield Shared("network.subnet", self.subnet, other.subnet)
        for key, port in self.ports.items():
            if any(port.meets(theirs) for theirs in other.ports.values()):
                yield Shared(key, port.number, port.number)
        for source in self.shares:
            if other.stack and other.stack.owns(source):
                yield Shared("notebook.shared", source, other.stack.prefix)
