"""What is built on the lab, and what an image from elsewhere has to be."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from components.contexts import version_of_jupyterhub

from .engine import DockerError, build, run

HUB = version_of_jupyterhub()
PLOT = """
import warnings; warnings.filterwarnings("error", message="Glyph")
import matplotlib.pyplot as plt
plt.title("{title}"); plt.show()
"""


@pytest.fixture(scope="module")
def science(lab) -> str:
    return build("science", LAB=lab)


def packages(folder: Path, lab: str, **arguments: str) -> str:
    """Build what a folder says on the lab; return the image's name."""
    given = {"LAB": lab, "JUPYTERHUB": HUB} | arguments
    return build(str(folder), name="packages", dockerfile="environment", **given)


def locked(*names: str) -> str:
    """Return what the lock file of `science` says of some packages."""
    text = Path("images/science/requirements.lock").read_text()
    entries = re.findall(r"^\S.*(?:\n    .*)*", text, re.MULTILINE)
    return "\n".join(one for one in entries if one.partition("==")[0] in names) + "\n"


def test_science_has_what_people_compute_with(science):
    names = re.findall(
        r"^([a-z0-9_-]+)[=>]=", Path("images/science/requirements.in").read_text(), re.MULTILINE
    )
    names.remove("jupyterlab-execute-time")  # which is for the browser
    modules = [name.replace("scikit-learn", "sklearn") for name in names]
    assert "numpy" in modules
    assert run(science, f"python3 -c 'import {', '.join(modules)}; print(42)'") == "42"


def test_science_builds_what_has_no_wheel(science):
    source = "#include <Python.h>\nint main(void) { return 0; }"
    command = "gcc -x c - $(python3-config --includes) -o /tmp/made && /tmp/made && echo built"
    assert run(science, f"echo '{source}' | {command}") == "built"
    assert "GNU" in run(science, "man -w make >/dev/null && gfortran --version")


PLOTTING = (
    *("matplotlib", "numpy", "contourpy", "cycler", "fonttools", "kiwisolver", "pillow"),
    *("pyparsing", "python-dateutil", "six"),
)
"""Matplotlib, and what it needs."""


@pytest.mark.parametrize(("language", "title"), [("zh_CN", "\u4e2d\u6587"), ("ja_JP", "\u3042")])
def test_a_plot_has_the_characters_of_the_interfaces_language(images, tmp_path, language, title):
    given = {"SINGLEUSER": images["singleuser"], "NB_LANGUAGE": language}
    (tmp_path / "requirements.lock").write_text(locked(*PLOTTING))
    plots = packages(tmp_path, build("lab", name=f"lab-{language.lower()}", **given))
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}}
    cells = [{**cell, "source": PLOT.format(title=title)}]
    (tmp_path / "plot.ipynb").write_text(json.dumps(notebook | {"cells": cells}))
    tmp_path.chmod(0o755)
    mount = f"--volume={tmp_path}:/plot:ro"
    draw = "jupyter nbconvert --to notebook --execute --stdout /plot/plot.ipynb | grep -c image/png"
    assert run(plots, draw, mount) == "1"


def test_a_kernel_without_ipykernel_is_refused(lab, tmp_path):
    kernel = tmp_path / "kernels/own"
    kernel.mkdir(parents=True)
    (kernel / "requirements.lock").write_text(locked("six"))
    with pytest.raises(DockerError, match=r"kernels/own has no ipykernel: add it to its"):
        packages(tmp_path, lab)


def test_packages_that_replace_jupyterhub_are_refused_with_both_versions(lab, tmp_path):
    (tmp_path / "requirements.lock").write_text(locked("six"))
    hub = "8.0.0"  # as if the lab's were older
    with pytest.raises(DockerError, match=f"JupyterHub is {HUB} here, and the hub has {hub}"):
        packages(tmp_path, lab, JUPYTERHUB=hub)


@pytest.fixture
def mirror() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that has nothing, and the paths that it is asked for."""
    asked: list[str] = []

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


def test_another_python_comes_from_the_mirror(lab, tmp_path, mirror):
    address, asked = mirror
    kernel = tmp_path / "kernels/older"
    kernel.mkdir(parents=True)
    (kernel / ".python-version").write_text("3.12\n")
    (kernel / "requirements.lock").write_text(locked("six"))
    with pytest.raises(DockerError, match="404"):
        packages(tmp_path, lab, UV_PYTHON_INSTALL_MIRROR=address)
    assert any("cpython-3.12." in path for path in asked)


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        (HUB, True),
        ("5.0.0", True),
        ("6.0.0", True),
        ("4.1.6", False),
        ("6.99.0", False),
        ("7.0.0", False),
    ],
)
def test_a_server_goes_with_a_hub_of_its_own_major_version_or_the_next(lab, version, fits):
    python = f"#!/bin/sh\necho {version}"
    checked = (
        f"printf '{python}' >/tmp/python; chmod +x /tmp/python; check-jupyterhub {HUB} /tmp/python"
    )
    said = run(lab, f"PATH=/usr/local/sbin:$PATH; {checked} 2>&1 || true")
    expected = f"JupyterHub is {version} here, and the hub has {HUB}: install a version from 5.0 to"
    assert said == "" if fits else said.startswith(expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("USER root\nRUN rm /usr/sbin/usermod", "this image does not do: it has no usermod"),
        ("USER root\nENV PATH=/usr/sbin:/usr/bin:/sbin:/bin", "it has no jupyterhub-singleuser"),
    ],
)
def test_an_image_that_cannot_be_made_to_fit_says_why(lab, tmp_path, lines, expected):
    (tmp_path / "Dockerfile").write_text(f"FROM {lab}\n{lines}\n")
    image = build(str(tmp_path), name="foreign")
    with pytest.raises(DockerError, match=expected):
        build("elsewhere", IMAGE=image, LAB=lab, JUPYTERHUB=HUB)


def test_an_image_gets_the_notebooks_account_whatever_its_own_is(lab, tmp_path):
    (tmp_path / "Dockerfile").write_text(
        f"FROM {lab}\nUSER root\n"
        "RUN usermod --login jovyan ubuntu && useradd --create-home --uid 1500 ada\n"
    )
    image = build(str(tmp_path), name="foreign")
    numbers = {"NB_USER": "ada", "NB_UID": "1000", "NB_GID": "2000"}
    fitted = build("elsewhere", IMAGE=image, LAB=lab, JUPYTERHUB=HUB, **numbers)
    said = run(
        fitted, "id -un; id -u; id -g; id -Gn; echo $HOME; stat -c %u:%g ~", "--entrypoint=env"
    )
    assert said.splitlines() == [
        "ada",
        "1000",
        "2000",
        "group-2000 users",
        "/home/ada",
        "1000:2000",
    ]
