"""A stack's names and labels on its engine, and how long its services may take to start."""

from collections.abc import Iterator, Mapping

from .model import Fault, Settings
from .sections.notebook import NotebookArgs

START_SECONDS = 120
"""How many seconds a service may take until its HEALTHCHECK passes. If it takes longer, the update
fails."""
DATA = ("hub", "edge", "gitlab")
"""The services that keep data, each in a volume of its own."""
PROJECT_LABEL, STACK_LABEL = "pulumi.project", "pulumi.stack"
"""The names of the labels of all that belongs to a stack."""
PART_LABEL = "jupyterhub.part"
"""The label of what the hub has made. It says what that is, such as a notebook or a home."""
GPUS_LABEL = "jupyterhub.gpus"
"""The label of a container that leases GPUs. It says which ones, with commas between them; hubs of
all stacks go by it."""
SERVICE_LABEL = "jupyterhub.service"
"""The label of a service's container whose name Pulumi chooses. It says which service that is."""

ANNOUNCEMENT_LABEL = "jupyterhub.announcement"
"""The label of a volume that has the line which every page of the hub shows, and nothing in it."""


class Stack(Settings):
    """The names and labels that distinguish a stack's things on an engine from another stack's.

    Containers, networks and volumes have names that begin with `prefix`; Pulumi chooses that of the
    firewall's container, since two of them run while one is replaced.
    """

    project: str
    name: str
    prefix: str

    @classmethod
    def named(cls, project: str, name: str, prefix: str | None = None) -> "Stack":
        """Return a stack with its prefix, `<project>-<stack>` by default."""
        return cls(project=project, name=name, prefix=prefix or f"{project}-{name}")

    @property
    def labels(self) -> dict[str, str]:
        """The labels of everything that belongs to the stack, notebooks included."""
        return {PROJECT_LABEL: self.project, STACK_LABEL: self.name}

    @property
    def network(self) -> str:
        """The name of the stack's network."""
        return self.prefix

    @property
    def notebooks(self) -> str:
        """The prefix of the names of people's containers."""
        return f"{self.prefix}-notebook"

    @property
    def homes(self) -> str:
        """The prefix of the names of people's volumes."""
        return f"{self.prefix}-home"

    @property
    def announcement(self) -> str:
        """The name of the volume whose label is the hub's announcement."""
        return f"{self.prefix}-announcement"

    def container(self, service: str) -> str:
        """Return the name of a service's container."""
        return f"{self.prefix}-{service}"

    def volume(self, service: str) -> str:
        """Return the name of the volume in which a service keeps its data."""
        return f"{self.prefix}-{service}-data"

    def has(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a thing with these labels is the stack's."""
        return self.labels.items() <= labels.items()

    def owns(self, volume: str) -> bool:
        """Tell whether a volume, by its name, is a person's or the stack's own."""
        return self.keeps(volume) or volume in {self.announcement, self.container("docker-gate")}

    def keeps(self, volume: str) -> bool:
        """Tell whether a volume, by its name, has data that outlives the stack."""
        return volume in map(self.volume, DATA) or volume.startswith(f"{self.homes}-")

    def clash_with(self, other: "Stack") -> str | None:
        """Return with what the names of both people's things here and all of another stack begin.

        Then somebody's notebook or home could have the name of one of the other's services or its
        data. None if no names of the two are alike.
        """
        own = (self.homes, self.notebooks)
        return next((each for each in own if f"{other.prefix}-".startswith(f"{each}-")), None)

    def faults_of(self, notebook: NotebookArgs) -> Iterator[Fault]:
        """Yield a fault for each of the stack's own volumes that is shared with people."""
        for number, source in enumerate(one.source for one in notebook.shared):
            if not self.owns(source):  # a directory has no such name
                continue
            home = source.startswith(f"{self.homes}-")
            holds = "somebody's files" if home else "what is the stack's own"
            yield Fault(
                (f"notebook.shared.{number}.source", "site.prefix"),
                f"notebook.shared: the volume {source} holds {holds}: give one of another name",
            )
