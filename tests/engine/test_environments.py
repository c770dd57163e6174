"""What servers can have besides the lab, of every kind, on a real engine."""

import json
import shutil
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path

import pytest

from components.contexts import version_of_jupyterhub
from tests.deployment import CommandFailedError, Deployment, configured
from tests.engine.kernels import Output, at
from tests.engine.registries import OLDER, TOO_OLD, Registry, registry
from tests.people import People, deploy, run

HERE = Path(__file__).parent / "environments"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry of somebody else's."""
    with registry(tmp_path_factory.mktemp("registry")) as found:
        yield found


@pytest.fixture(scope="module")
def people(plain: Deployment, elsewhere: Registry) -> People:
    """People who choose between a server of each kind."""
    shutil.copytree(HERE, plain.folder / "environments")
    kinds = {
        "physics": {"folder": "environments/physics", "apt": ["bc"]},
        "custom": {"folder": "environments/custom"},
        "company": {"image": elsewhere.push("2026-11-23", OLDER)},
        "unused": {"apt": ["bc"]},
    }
    profiles = [
        {"name": "Lab"},
        {"name": "Physics", "image": "physics", "environment": {"HF_HOME": "/of/a/profile"}},
        {"name": "Custom", "image": "custom", "memory_mib": 1024, "shm_mib": 100},
        {"name": "Company", "image": "company", "memory_mib": 768, "cpus": 1.5},
    ]
    return deploy(
        plain,
        images=plain.config["images"] | {"environments": kinds},
        notebook={"environment": {"HF_HOME": "/of/all"}},
        profiles=profiles,
    )


def images(people: People) -> dict[str, str]:
    """Return the images that servers are made of, by their profiles."""
    told = run(people.deployment.container("hub"), "cat /etc/jupyterhub/containers.json")
    return {each["profile"]: each["container"]["Image"] for each in json.loads(told)["servers"]}


def built(people: People) -> dict[str, str]:
    """Return the ids of these images."""
    engine = people.deployment.docker
    return {name: engine.images.get(image).id for name, image in images(people).items()}


def printed(people: People, user: str, code: str, *, kind: str = "") -> str:
    """Return what a cell prints in a new kernel of somebody's."""
    output: Output = at(people, user, methodcaller("run", code), kind=kind)
    return output.text


def test_packages_are_beside_the_labs_and_kernels_have_their_own(people):
    server = people.start("packages", profile="Physics")
    assert run(server, "echo 6*7 | bc") == "42"
    code = "import os, six; print(six.__version__, os.environ['HF_HOME'])"
    assert printed(people, "packages", code) == "1.17.0 /of/a/profile"
    assert printed(people, "packages", code, kind="old") == "1.16.0 /of/a/profile"
    names = run(server, "jupyter kernelspec list 2>/dev/null | awk 'NR > 1 {print $1}' | sort")
    assert names.split() == ["old", "python3"]


def test_a_dockerfile_of_ones_own_is_built_on_the_lab(people):
    server = people.start("dockerfile", profile="Custom")
    assert run(server, "echo 6*7 | bc; id -un") == "42\nubuntu"
    assert server.attrs["HostConfig"]["ShmSize"] == 100 * 2**20
    assert printed(people, "dockerfile", "import os; print(os.environ['HF_HOME'])") == "/of/all"


def test_an_image_from_elsewhere_is_started_as_the_lab_is(people):
    server = people.start("guest", profile="Company")
    config = server.attrs["HostConfig"]
    assert (config["Memory"], config["CpuQuota"]) == (768 * 2**20, 150_000)
    assert config["CapDrop"] == ["ALL"]
    assert run(server, "id -u; id -un; echo $HOME; pwd; stat -c %U ~") == (
        "1000\nubuntu\n/home/ubuntu\n/home/ubuntu\nubuntu"
    )
    hub = version_of_jupyterhub()
    code = "import jupyterhub, os; print(jupyterhub.__version__, os.environ['FROM_A_HOOK'])"
    assert printed(people, "guest", code) == f"{OLDER} yes"
    assert hub != OLDER
    assert "void" in run(server, "echo $NVIDIA_VISIBLE_DEVICES")
    server.exec_run("healthcheck.sh")
    assert server.exec_run("healthcheck.sh").exit_code == 0


def test_files_are_the_same_in_every_image(people):
    run(people.start("mover", profile="Company"), "echo kept >~/kept; pip --version")
    people.stop()
    assert run(people.start("mover", profile="Lab"), "cat ~/kept; echo more >>~/kept") == "kept"
    people.stop()
    assert run(people.start("mover", profile="Company"), "cat ~/kept") == "kept\nmore"


def test_an_image_from_elsewhere_starts_without_what_is_broken_in_a_home(people):
    server = people.start("broken-guest", profile="Company")
    packages = run(server, "python -m site --user-site || true")
    broken = "raise SystemExit('of the person')"
    run(server, f'mkdir -p {packages} ~/.jupyter; echo "{broken}" >{packages}/tornado.py')
    run(server, f'echo "{broken}" >~/jupyterhub.py')
    people.stop()
    people.start("broken-guest", profile="Company")  # what is installed is for kernels
    run(server_of(people, "broken-guest"), f'echo "{broken}" >~/.jupyter/jupyter_server_config.py')
    people.stop()
    people.ask("POST", "users/broken-guest/server", {"profile": "Company"})
    people.until("broken-guest", lambda servers: not servers)
    rescued = people.start("broken-guest", profile="Company", rescue=True)
    assert "starting without the settings" in rescued.logs().decode()


def server_of(people: People, user: str):
    return people.deployment.container(f"notebook-{user.replace('-', '-2d')}")


def test_an_image_that_does_not_go_with_the_hub_is_refused_with_both_versions(people, elsewhere):
    deployment = people.deployment
    kinds = deployment.config["images"]["environments"]
    old = {"image": elsewhere.push("2020-01-01", TOO_OLD)}
    with (
        configured(deployment, "notebook", pids=500),
        configured(deployment, "images", environments=kinds | {"company": old}),
    ):
        with pytest.raises(CommandFailedError) as caught:
            deployment.up()
        people.start("unharmed", profile="Physics")  # the gate is of the stack as it was, too
        people.stop()
    expected = f"JupyterHub is {TOO_OLD} here, and the hub has {version_of_jupyterhub()}"
    assert expected in str(caught.value)


def test_a_preview_neither_builds_nor_pulls(people, elsewhere):
    deployment = people.deployment
    kinds = deployment.config["images"]["environments"]
    before, there = elsewhere.asked(), {str(each) for each in deployment.docker.images.list()}
    new = {"image": f"{elsewhere.host}/company/notebook:2030-01-01"}
    with configured(deployment, "images", environments=kinds | {"company": new}):
        deployment.configure()
        deployment.pulumi("preview")
        assert elsewhere.asked() == before
        assert {str(each) for each in deployment.docker.images.list()} == there


def test_only_what_is_used_is_built_and_only_once(people):
    deployment = people.deployment
    assert "unused" not in deployment.pulumi("stack")
    before = built(people)
    deployment.pulumi("preview", "--expect-no-changes")
    deployment.pulumi("up", "--yes", "--skip-preview", "--replace", "**-build")
    assert built(people) == before, "every step was in the cache"


def test_an_image_that_is_missing_is_told_and_built_again(people):
    deployment = people.deployment
    deployment.docker.images.remove(images(people)["Custom"])
    said = people.refusal("late", profile="Custom")
    assert said.startswith("The image of the environment custom is missing on the Docker host:")
    people.start("late", profile="Lab")
    people.stop()
    deployment.pulumi("up", "--yes", "--skip-preview", "--replace", "**-build")
    people.start("late", profile="Custom")


OWN = """
python3 -m venv --system-site-packages ~/own
~/own/bin/python -m ipykernel install --user --name own
uv venv --quiet --system-site-packages ~/fast
~/fast/bin/python -m ipykernel install --user --name fast
"""


def test_peoples_own_environments_are_kernels_after_a_restart(people):
    run(people.start("maker", profile="Lab"), OWN)
    people.stop()
    people.start("maker", profile="Lab")
    for name in ("own", "fast"):
        code = "import sys, jupyterlab; print(sys.prefix)"
        assert printed(people, "maker", code, kind=name) == f"/home/ubuntu/{name}"
