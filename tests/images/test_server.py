"""The server in the lab image: that it answers, how Docker knows, and what its start loads."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.certificates import make

from .engine import DockerError, container, docker, logs, run
from .hub_standin import ENVIRONMENT

READY_SECONDS = 60
HUB = Path(__file__).with_name("hub_standin.py")
OFTEN = "--health-interval=0.5s"


def until(holds: Callable[[], bool], what: str, name: str) -> None:
    """Wait until `holds`; fail with the container's logs."""
    deadline = time.monotonic() + READY_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what}:\n{logs(name)}"
        time.sleep(0.1)


def health(name: str) -> str:
    return docker("inspect", "--format={{.State.Health.Status}}", name)


@pytest.fixture(scope="module")
def server(lab) -> Iterator[str]:
    """A healthy server as a hub starts it, which has told in its log what it imports."""
    options = (
        OFTEN,
        f"--volume={HUB}:/hub.py:ro",
        "--env=PYTHONPROFILEIMPORTTIME=1",
        *(f"--env={name}={value}" for name, value in ENVIRONMENT.items()),
    )
    command = (
        "bash",
        "-c",
        "env -u PYTHONPROFILEIMPORTTIME python3 /hub.py & exec start-singleuser.sh",
    )
    with container(lab, *command, options=options) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)
        yield name


def test_nothing_that_only_costs_time_is_imported(server):
    imported = set(re.findall(r"^import time:.*\| +(\S+)$", logs(server), re.MULTILINE))
    assert {"jupyterhub.singleuser", "jupyterlab.labapp", "jupyterlab_git_core.git"} <= imported
    assert not imported & {
        "IPython",
        "aiodns",
        "alembic",
        "arrow",  # isoduration, see images/overrides.txt
        "jupyterhub.handlers",
        "jupyterhub.orm",
        "lark",  # rfc3987_syntax, see images/overrides.txt
        "numpy",
        "requests",
        "sqlalchemy",
        "urllib3",
    }


def test_it_imports_no_more_modules_than_it_did(server):
    imported = re.findall(r"^import time:.*\| +(\S+)$", logs(server), re.MULTILINE)
    assert len(imported) < 1225


INSTALL_LATER = """
import sys
from importlib.metadata import entry_points
from pathlib import Path

package = Path("/tmp/packages/later-1.dist-info")
sys.path.append(str(package.parent))
package.parent.mkdir()
before = len(entry_points(group="later"))
package.mkdir()
package.joinpath("METADATA").write_text("Name: later")
package.joinpath("entry_points.txt").write_text("[later]\\none = two")
print(before, len(entry_points(group="later")))
"""
STILL_THERE = {
    "requests, for nbdime": (
        "import requests; print(requests.get('http://localhost:8888/user/ada/api').status_code)",
        "200",
    ),
    "a module of requests": (
        "from requests.adapters import HTTPAdapter; print(HTTPAdapter.__module__)",
        "requests.adapters",
    ),
    "IPython": (
        "import IPython; print(IPython.InteractiveShell.__module__)",
        "IPython.core.interactiveshell",
    ),
    "kernels in IPython's directory": (
        "from jupyter_client.kernelspec import KernelSpecManager as k; print(k().kernel_dirs[-1])",
        "/home/ubuntu/.ipython/kernels",
    ),
    "SQLAlchemy": (
        "import sqlalchemy; print(sqlalchemy.Table.__module__)",
        "sqlalchemy.sql.schema",
    ),
    "aiodns": (
        "import aiodns; print(aiodns.DNSResolver.__module__)",
        "aiodns",
    ),
    "garbage collection": ("import gc; print(gc.isenabled())", "True"),
    "entry points of what is installed later": (INSTALL_LATER, "0 1"),
}
"""What a start does without: a script that uses it in the server's Python, and what it prints."""


@pytest.mark.parametrize(("script", "printed"), STILL_THERE.values(), ids=STILL_THERE)
def test_what_a_start_does_without_is_there_when_wanted(server, script, printed):
    python = ("python3", "-s", "-c", f"import singleuser\n{script}")
    assert docker("exec", "--env=PYTHONPATH=/usr/local/lib", server, *python) == printed


WANTED_TWICE = """
import singleuser, sys, threading

sys.path.append("/tmp")
open("/tmp/lazy.py", "w").write("import sys; name = 1; sys.both.wait(); import needed")
open("/tmp/needed.py", "w").write("import sys; sys.both.wait(); sys.lazy.name")
sys.both = threading.Barrier(2)
sys.lazy = sys.modules["lazy"] = singleuser.Later("lazy")
threads = [
    threading.Thread(target=__import__, args=["needed"], daemon=True),
    threading.Thread(target=getattr, args=[sys.lazy, "name"], daemon=True),
]
[thread.start() for thread in threads]
[thread.join(10) for thread in threads]
print(any(thread.is_alive() for thread in threads))
"""
"""Each of two threads imports a module that needs the other's; prints whether they are stuck."""


def test_modules_that_need_each_other_may_be_wanted_at_the_same_time(images):
    script = f"PYTHONPATH=/usr/local/lib python3 -s -c '{WANTED_TWICE}'"
    assert run(images["singleuser"], script) == "False"


def test_without_jupyterlab_the_server_is_imported_as_well(images):
    run(images["singleuser"], "PYTHONPATH=/usr/local/lib python3 -s -c 'import singleuser'")


def test_every_extension_is_loaded(server):
    told = logs(server)
    loaded = set(re.findall(r"(\w+) \| extension was successfully loaded", told))
    wanted = {
        "jupyterlab",
        "jupyterlab_git",
        "jupyter_resource_usage",
        "nbgitpuller",
        "shortages",
        "computing",
    }
    assert wanted <= loaded


def test_a_server_that_does_not_answer_is_unhealthy(server):
    docker("exec", server, "healthcheck.sh")
    with pytest.raises(DockerError):
        docker("exec", "--env=JUPYTERHUB_SERVICE_URL=http://0.0.0.0:1/", server, "healthcheck.sh")
    with pytest.raises(DockerError):
        docker(
            "exec",
            "--env=JUPYTERHUB_SERVICE_PREFIX=/",
            "--env=JUPYTERHUB_SERVICE_URL=http://0.0.0.0:8888/not/",
            server,
            "healthcheck.sh",
        )


def test_a_server_that_has_lost_its_gpu_says_so(lab, tmp_path):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/bash\n[[ -e ~/gpu ]]\n")
    tmp_path.chmod(0o755)
    program.chmod(0o755)
    options = (
        *(OFTEN, "--device=/dev/null:/dev/nvidiactl"),
        f"--volume={program}:/usr/bin/nvidia-smi:ro",  # where NVIDIA's toolkit has it
    )
    command = ("bash", "-c", "touch ~/gpu; exec start-notebook.sh")
    with container(lab, *command, options=options) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)
        docker("exec", name, "rm", "/home/ubuntu/gpu")
        until(lambda: health(name) == "unhealthy", "still healthy", name)
        said = docker("inspect", "--format={{json .State.Health.Log}}", name)
        assert "its GPU is lost: nvidia-smi -L fails" in said
        docker("exec", name, "touch", "/home/ubuntu/gpu")
        until(lambda: health(name) == "healthy", "unhealthy for good", name)


def test_without_a_hub_jupyterlab_starts(lab):
    with container(lab, "start-notebook.sh", options=(OFTEN,)) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)
        assert "shortages | extension was successfully loaded" in logs(name)


EXPORTS = """
import json, urllib.request as to
at = "http://127.0.0.1:8888"
listed = json.load(to.urlopen(f"{at}/api/nbconvert"))
cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}
book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
body = json.dumps({"type": "notebook", "content": book}).encode()
to.urlopen(to.Request(f"{at}/api/contents/a.ipynb", body, method="PUT"))
for name in {*listed} - {"custom"}:  # which takes a template, and is in no menu
    try:
        to.urlopen(f"{at}/nbconvert/{name}/a.ipynb")
    except OSError as error:
        raise SystemExit(f"{name}: {error.read().decode()}")
print(*sorted(listed))
"""


def test_what_the_export_menu_has_works(lab):
    options = (
        OFTEN,
        "--env=NOTEBOOK_ARGS=--IdentityProvider.token= --ServerApp.disable_check_xsrf=True",
    )
    with container(lab, "start-notebook.sh", options=options) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)
        listed = docker("exec", name, "python3", "-c", EXPORTS).split()
    assert {"html", "markdown", "notebook", "python", "script", "slides"} <= {*listed}


OWN_OPTIONS = {
    "port and path": ((), ("--port=9999", "--ServerApp.base_url=/own/")),
    "TLS": ((), ("--certfile=/tls/site.pem", "--keyfile=/tls/site.key")),
    "another account": (("--user=root", "-eNB_USER=ada"), ("--ServerApp.base_url=/own/",)),
    "root": (("--user=root", "-eNB_USER=root"), ("--allow-root", "--ServerApp.base_url=/own/")),
    "by variables": (
        ("-eRESTARTABLE=yes", "-eXDG_DATA_HOME=/tmp/data", "-eNOTEBOOK_ARGS=--port='9999'"),
        ("--ServerApp.base_url=/own/",),
    ),
}


@pytest.mark.parametrize(("variables", "options"), OWN_OPTIONS.values(), ids=OWN_OPTIONS)
def test_a_server_with_options_of_its_own_is_healthy_too(lab, tmp_path, variables, options):
    make(tmp_path, "localhost")
    tmp_path.chmod(0o755)
    given = (OFTEN, f"--volume={tmp_path}:/tls:ro", *variables)
    with container(lab, "start-notebook.sh", *options, options=given) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="the kernel has no IPv6")
def test_a_server_answers_by_ipv6_where_there_is_some(lab):
    options = (OFTEN, "--sysctl=net.ipv6.conf.all.disable_ipv6=0")
    with container(lab, "start-notebook.sh", options=options) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)
        docker("exec", name, "bash", "-c", ": 3<>/dev/tcp/::1/8888")


ARGUMENTS = {
    "quotes": ("--log-level='DEBUG' \"--root-dir=/a b\"", "[--log-level=DEBUG][--root-dir=/a b]"),
    "nothing is expanded": (
        "--hash=argon2:$argon2id$v=19 --origin=*",
        "[--hash=argon2:$argon2id$v=19][--origin=*]",
    ),
}


@pytest.mark.parametrize(("arguments", "options"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_options_in_a_variable(images, arguments, options):
    script = "source notebook-args.sh; printf '[%s]' \"${options[@]}\""
    assert run(images["singleuser"], script, f"-eNOTEBOOK_ARGS={arguments}") == options


@pytest.mark.parametrize("script", ["start-notebook.sh", "start-singleuser.sh"])
def test_options_in_a_variable_that_cannot_be_read_are_told(lab, script):
    with pytest.raises(DockerError, match="NOTEBOOK_ARGS: a quote in it is not closed"):
        run(lab, f"{script} --version", "-eNOTEBOOK_ARGS=--log-level='DEBUG")


def test_an_application_that_is_not_there_is_named(lab):
    with pytest.raises(DockerError, match="no /usr/local/bin/jupyter-notebook: set DOCKER_STACKS_"):
        run(lab, "start-notebook.sh", "--env=DOCKER_STACKS_JUPYTER_CMD=notebook")


def test_a_restartable_server_comes_back_and_still_stops_at_once(lab):
    options = ("--env=RESTARTABLE=yes", "--env=DOCKER_STACKS_JUPYTER_CMD=server")
    with container(lab, "start-notebook.sh", "--version", options=options) as name:
        until(lambda: len(logs(name).splitlines()) > 1, "never came back", name)
        docker("stop", "--time=30", name)
        assert docker("inspect", "--format={{.State.ExitCode}}", name) == "143"
