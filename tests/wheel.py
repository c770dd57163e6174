"""The wheel that other programs install, and an environment with it."""

import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.deployment import REPOSITORY, copy

SOURCES = (
    *("pyproject.toml", "bootstrap/editable.py", "components", "hubconfig"),
    *("hubpreview", "images", "labctl"),
)
UV = REPOSITORY / ".venv/bin/uv"


def build(folder: Path) -> Path:
    """Build it as `uv build` does, by way of a source archive, and without the network."""
    sources = folder / "sources"
    (sources / "bootstrap").mkdir(parents=True)
    copy(SOURCES, sources)
    options = ["--quiet", "--offline", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([UV, "build", *options, "--out-dir", folder / "dist", sources], check=True)
    [wheel] = (folder / "dist").glob("*.whl")
    return wheel


def install(wheel: Path, environment: Path) -> Path:
    """Make a virtual environment of the wheel and this one's packages; return its packages."""
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    python = environment / "bin/python"
    options = ["--quiet", "--no-deps", "--no-index", "--compile-bytecode", f"--python={python}"]
    subprocess.run([UV, "pip", "install", *options, wheel], check=True)
    own = Path(sysconfig.get_path("purelib"))
    packages = environment / own.relative_to(sys.prefix)
    (packages / "dependencies.pth").write_text(f"{own}\n")
    return packages
