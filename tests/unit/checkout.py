"""The scripts behind `make`, with stubs in place of the programs that they run."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.deployment import copy

STUB = """#!/bin/bash
echo "$(basename "$0") $*${DOCKER_HOST+ @$DOCKER_HOST}" >>calls
"""
SECTIONS = {
    "site": {"url": "http://localhost:8000"},
    "network": {"subnet": "172.18.0.0/24"},
    "gitlab": {"url": "http://localhost:8929", "standin": True, "allow": {"everyone": True}},
}
HOST = "ssh://root@lab.example.org"
"""Another machine's engine."""
NO_ENGINE = "echo cannot connect >&2; exit 1\n"
PROGRAMS = {
    "pulumi": "",
    "pulumi-language-python": "",
    "curl": "",
    "uv": "",
    "docker": "",
    "apt-get": "",
    "dockerd": "",
}


class Checkout:
    """A copy of the scripts whose programs note how they are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy(("bootstrap", "hubconfig", "offline", "requirements.lock", "Pulumi.yaml"), folder)
        lock = subprocess.check_output(["sha256sum", "requirements.lock"], cwd=folder, text=True)
        (folder / ".venv/bin").mkdir(parents=True)
        (folder / ".venv/made-from").write_text(f"{folder}/.venv {lock}")
        (folder / ".state").mkdir()
        (folder / ".state/env").touch()
        for name, script in PROGRAMS.items():
            self.stub(name, script)
        self.stub("../.venv/bin/python", f'exec {sys.executable} "$@"\n')
        self.configure()

    def stub(self, name: str, script: str) -> None:
        path = self.folder / "programs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STUB + script)
        path.chmod(0o755)

    def configure(self, **docker: str) -> None:
        """Write the stack file `lab`, with these settings of the section docker."""
        config = {f"jupyterhub:{key}": value for key, value in SECTIONS.items()}
        content = {"config": config | {"jupyterhub:docker": docker}}
        (self.folder / "Pulumi.lab.yaml").write_text(yaml.safe_dump(content))

    def run(self, *command: str, **environment: str) -> tuple[int, str]:
        """Run a script; return its status and what it printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={
                "PATH": f"{self.folder}/programs:{os.environ['PATH']}",
                "HOME": str(self.folder),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def calls(self, program: str) -> list[str]:
        """Return how a program was called, and with which DOCKER_HOST."""
        calls = self.folder / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [line for line in lines if line.startswith(f"{program} ")]
