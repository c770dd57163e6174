"""What people may choose between before their server starts."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from .gitlab_settings import Groups
from .gpus import Devices, GpuArgs
from .notebook import Cpus, MemoryMib, NotebookArgs
from .settings import Settings


def _name(name: str) -> str:
    if not name.isprintable() or not name.strip() or name != name.strip():
        msg = "expected a name on one line, such as Large"
        raise ValueError(msg)
    return name


class Profile(Settings):
    """What people may choose before their server starts: a list, whose first item is preselected.

    Without any, it starts at once. What a profile leaves out is as in `notebook` and `gpus`.
    """

    name: Annotated[str, AfterValidator(_name)] = Field(examples=["Large"])
    """What people see, and what the hub's API takes."""
    description: str = Field("", examples=["8 GiB and a GPU, for training"])
    """What it is for, in words."""
    groups: Groups = Field(None, examples=[["lab/vision"]])
    """Full paths of the GitLab groups whose members may choose it; default: everyone."""
    memory_mib: MemoryMib | None = Field(None, examples=[8192])
    """The memory a server can use, in MiB."""
    cpus: Cpus | None = Field(None, examples=[4])
    """How many processors a server can use; 0.5 is half the time of one."""
    gpus: Devices | None = Field(None, examples=[[0]])
    """The GPUs a server gets: `none`, `all`, or a list of indexes or UUIDs."""

    @property
    def wants_gpus(self) -> bool:
        """Tell whether it gives GPUs of its own, whatever notebooks get without it."""
        return self.gpus not in {None, "none"}

    def hub_settings(self, notebook: NotebookArgs, gpus: GpuArgs) -> dict[str, Any]:
        """Return what images/hub/profiles.py reads, complete with what other servers get."""
        return {
            "name": self.name,
            "description": self.description,
            "groups": self.groups,
            "memory_mib": self.memory_mib or notebook.memory_mib,
            "cpus": self.cpus or notebook.cpus,
            "gpus": {"notebooks": self.gpus or gpus.notebooks, "mode": gpus.mode},
        }


def _distinct(profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    names = [profile.name for profile in profiles]
    for name in names:
        if names.count(name) > 1:
            msg = (
                f"two profiles are called {name}, and people, and the hub, tell them by their "
                f"names: call one another, such as {name} 2"
            )
            raise ValueError(msg)
    return profiles


Profiles = Annotated[tuple[Profile, ...], AfterValidator(_distinct)]
