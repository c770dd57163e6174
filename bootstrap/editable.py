"""A build hook for editable installations: in the package, `components/` has another name."""

import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Editable(BuildHookInterface):
    """Adds the module `jupyterhub_docker`, which stands for the folder `components/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the module if the build is of an editable installation."""
        if version == "editable":
            self._folder = tempfile.TemporaryDirectory()
            module = Path(self._folder.name, "__init__.py")
            module.write_text(f"__path__ = [{str(Path(self.root, 'components'))!r}]\n")
            build_data["force_include_editable"][str(module)] = "jupyterhub_docker/__init__.py"
