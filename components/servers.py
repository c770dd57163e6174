"""People's servers as a whole: what each is, its GPUs, and what people choose between."""

from typing import Any

from .gpus import GpuArgs
from .notebook import NotebookArgs
from .profiles import Profiles
from .settings import Settings, Stack


class Servers(Settings):
    """The sections of the configuration that say what people's servers are."""

    notebook: NotebookArgs = NotebookArgs()
    gpus: GpuArgs = GpuArgs()
    profiles: Profiles = ()

    @property
    def uses_groups(self) -> bool:
        """Tell whether the hub has to know people's GitLab groups, whatever the rules say."""
        return self.notebook.uses_groups or any(profile.groups for profile in self.profiles)

    @property
    def build_arguments(self) -> dict[str, str]:
        """What the images under `images/` take that notebooks run."""
        can_have_gpus = self.gpus.wanted or any(profile.wants_gpus for profile in self.profiles)
        return self.notebook.build_arguments | ({"GPU": "1"} if can_have_gpus else {})

    def hub_settings(self, stack: Stack, image: str) -> dict[str, Any]:
        """Return the sections of settings.json that images/hub/spawner_config.py reads."""
        profiles = [profile.hub_settings(self.notebook, self.gpus) for profile in self.profiles]
        return {
            "notebook": {"image": image, **self.notebook.hub_settings(stack)},
            "gpus": self.gpus.model_dump(),
            "profiles": profiles,
        }
