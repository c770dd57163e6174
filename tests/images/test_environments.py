"""What is built on the lab, and what an image from elsewhere has to be."""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from components.contexts import version_of_jupyterhub
from hubconfig.environment_folders import locked_versions

from .engine import DockerError, build, docker, run

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


def test_a_folder_is_locked_with_the_versions_of_what_it_is_built_on(tmp_path):
    physics = tmp_path / "physics"
    shutil.copytree("tests/engine/environments/physics", physics)
    kernel = physics / "kernels/old/requirements.lock"
    before = kernel.read_text()
    (physics / "requirements.in").write_text("six\npip\nnumpy\n")
    subprocess.run(["bash", "bootstrap/lock.sh", str(physics), "science"], check=True)
    has = locked_versions(physics / "requirements.lock")
    of_science = locked_versions(Path("images/science/requirements.lock"))
    assert has == {name: of_science[name] for name in ("six", "pip", "numpy")}
    assert kernel.read_text() == before, "which has versions of its own"


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


AS_IT_IS = "--entrypoint=env"


def fitting(lab: str, folder: Path, lines: str, **account: str) -> str:
    """Make an image fit that differs from the lab by lines of a Dockerfile."""
    (folder / "Dockerfile").write_text(f"FROM {lab}\nUSER root\n{lines}\n")
    image = build(str(folder), name="foreign")
    return build("elsewhere", IMAGE=image, LAB=lab, JUPYTERHUB=HUB, **account)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("RUN rm /usr/sbin/usermod", "this image does not do: it has no usermod"),
        ("ENV PATH=/usr/bin:/bin", "this image does not do: it has no jupyterhub-singleuser"),
        ("RUN rm /bin/bash", "this image does not do: it has no bash"),
        ("RUN rm /usr/bin/install", "this image does not do: install .* failed"),
    ],
)
def test_an_image_that_cannot_be_made_to_fit_says_why(lab, tmp_path, lines, expected):
    with pytest.raises(DockerError, match=expected):
        fitting(lab, tmp_path, lines)


ACCOUNTS = {
    "of another name": "usermod --login jovyan ubuntu",
    "of another number": "usermod --uid 1500 ubuntu",
    "none": "userdel ubuntu",
    "none, and no group": "userdel ubuntu && groupdel users",
    "of both, and not one": "usermod --login jovyan ubuntu && useradd --uid 1500 ada",
}


@pytest.mark.parametrize("change", ACCOUNTS.values(), ids=ACCOUNTS)
@pytest.mark.parametrize(("user", "numbers"), [("ada", "1000:100"), ("ubuntu", "2000:2000")])
def test_an_image_gets_the_notebooks_account_whatever_its_own_is(
    lab, tmp_path, change, user, numbers
):
    uid, gid = numbers.split(":")
    account = {"NB_USER": user, "NB_UID": uid, "NB_GID": gid}
    fitted = fitting(lab, tmp_path, f"RUN {change}", **account)
    said = run(fitted, "id -un; id -u; id -g; echo $HOME; stat -c %u:%g ~ ~/.bashrc", AS_IT_IS)
    assert said.splitlines() == [user, uid, gid, f"/home/{user}", numbers, numbers]


OF_PIP = r"""#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
# a line that Python reads"""
OF_A_SITE = """#!/usr/bin/env bash
exec /opt/server "$@"
"""
WRITTEN = {
    "by pip": "",
    "by pip, with a long path": OF_PIP.format(python="/usr/bin/python3"),
    "by pip, with blanks": OF_PIP.format(python='"/opt/my python"'),
    "around another": OF_A_SITE,
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_server_is_found_however_its_program_is_written(lab, tmp_path, text):
    place = "/usr/local/bin/jupyterhub-singleuser"
    (tmp_path / "first").write_text(text)
    change = (
        f"RUN ln -s /usr/bin/python3 '/opt/my python' && mv {place} /opt/server"
        " && { cat /tmp/first; [ -s /tmp/first ] && tail -n +2 /opt/server || cat /opt/server; }"
        f" >{place} && chmod +x {place}"
    )
    fitted = fitting(lab, tmp_path, f"COPY first /tmp/\n{change}")
    assert "--ServerApp.ip" in run(fitted, "start-singleuser.sh --help-all 2>/dev/null")


def test_where_people_may_use_sudo_a_server_from_elsewhere_is_still_theirs(lab, tmp_path):
    fitted = fitting(lab, tmp_path, 'ENTRYPOINT ["tini", "--"]')
    asked = r"echo id -u >/tmp/who; printf 'bash\n/tmp/who\n' >/usr/local/lib/singleuser.command"
    assert run(fitted, f"{asked}; start-singleuser.sh", "--user=root") == "1000"


def test_what_the_gate_goes_by_is_not_the_images_to_say(lab, tmp_path):
    fitted = fitting(lab, tmp_path, "LABEL jupyterhub.service=firewall")
    labels = docker("image", "inspect", "--format={{json .Config.Labels}}", fitted)
    assert json.loads(labels)["jupyterhub.service"] == ""


def test_a_terminal_finds_the_programs_of_an_image_from_elsewhere(lab, tmp_path):
    path = "/opt/conda/bin:$PATH"
    fitted = fitting(lab, tmp_path, f"ENV PATH={path}\nRUN echo bc >/etc/profile.d/a.txt")
    assert run(fitted, "bash -lc 'echo $PATH'", AS_IT_IS).startswith("/opt/conda/bin:")
