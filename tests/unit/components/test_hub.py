"""JupyterHub itself."""

from pathlib import Path

import pytest
from pulumi import RunError

from components.hub import Hub
from components.image_chain import ImageChain
from components.network import Network
from hubconfig.sections.docker import DockerArgs
from hubconfig.sections.hub import HubArgs
from hubconfig.sections.images import ImagesArgs
from hubconfig.sections.network import NetworkArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.servers import Servers
from tests.unit.components.another_program import NOT_REACHED, PHYSICS, WITH_GPUS
from tests.unit.stack_files import CONFIG


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        (Servers(notebook=NotebookArgs(uid=1001)), "NB_UID=1001, not 1000:"),
        (
            Servers(notebook=NotebookArgs(user="lab", gid=1000)),
            "NB_USER=lab, not ubuntu, NB_GID=1000, ",
        ),
        (WITH_GPUS, "GPU=1, not None:"),
    ],
)
def test_a_hub_refuses_an_image_for_other_notebooks(declare, servers, found):
    def program() -> None:
        images = ImageChain("images", ImagesArgs(), servers=Servers())
        Hub(
            "physics-hub",
            HubArgs(),
            servers=servers,
            stack=PHYSICS,
            images=images,
            network=Network(
                "n", NetworkArgs.model_validate({"subnet": "172.18.0.0/24"}), stack=PHYSICS
            ),
            engine=DockerArgs(),
            site=SiteArgs(url="http://localhost:8000"),
            gitlab=NOT_REACHED,
            login=NOT_REACHED,
            proxy=NOT_REACHED,
            firewall=NOT_REACHED,
        )

    with pytest.raises(RunError, match=f"physics-hub: its notebooks need an image with {found}"):
        declare(program)


def test_the_hub_has_the_memory_it_is_given(declare_program):
    declared = declare_program(CONFIG | {"hub": {"memory_mib": 512}})
    assert declared["hub-container"]["memory"] == 512


def test_the_sites_own_configuration_is_uploaded(declare_program):
    given = {"extra_config": "tests/unit/stack_files.py"}
    hub = declare_program(CONFIG | {"hub": given})["hub-container"]
    [own] = [one for one in hub["uploads"] if one["file"] == "/etc/jupyterhub/extra_config.py"]
    assert own["content"] == Path("tests/unit/stack_files.py").read_text()
