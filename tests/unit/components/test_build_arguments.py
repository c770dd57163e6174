"""What the Dockerfiles are given."""

import re

import pytest

from components.image_chain import ImageChain
from hubconfig.sections.images import ImagesArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.servers import Servers
from tests.unit.stack_files import CONFIG


@pytest.mark.parametrize(
    ("setting", "changed"),
    [
        (ImagesArgs(root="debian:bookworm-20260918-slim"), "all"),
        (ImagesArgs(platform="linux/arm64"), "all"),
        (NotebookArgs(uid=1001), {"base-notebook", "singleuser", "lab"}),
        (NotebookArgs(memory_mib=4096), set()),
    ],
)
def test_an_argument_reaches_the_images_built_with_it(references, setting, changed):
    before = references()
    after = references(
        setting if isinstance(setting, ImagesArgs) else None,
        setting if isinstance(setting, NotebookArgs) else None,
    )
    differing = {name for name in before if before[name] != after[name]}
    assert differing == (before.keys() if changed == "all" else changed)


MIRRORS = {
    "apt": "https://m.example.org",
    "pypi": "https://m.example.org/simple",
    "python": "https://m.example.org/python",
    "npm": "https://m.example.org/npm",
    "go": "https://m.example.org/go",
    "conda": "https://m.example.org/conda",
    "git": "https://m.example.org/git",
    "keep": True,
}
APT = {"APT_MIRROR": MIRRORS["apt"]}
PYPI = {"UV_DEFAULT_INDEX": MIRRORS["pypi"]}
REACHED = {
    "foundation": APT | {"PIP_INDEX_URL": MIRRORS["pypi"]},
    "base-notebook": APT,
    "singleuser": PYPI,
    "lab": APT
    | PYPI
    | {"CONDA_MIRROR": MIRRORS["conda"], "GIT_MIRROR": MIRRORS["git"], "KEEP_MIRRORS": "1"},
    "science": APT | PYPI,
    "environment-physics": APT | PYPI | {"UV_PYTHON_INSTALL_MIRROR": MIRRORS["python"]},
    "environment-company": {},
    "hub": PYPI,
    "proxy": PYPI | {"NPM_CONFIG_REGISTRY": MIRRORS["npm"]},
    "edge": PYPI | {"GOPROXY": MIRRORS["go"]},
    "gitlab-standin": PYPI,
}
"""What the Dockerfiles read mirrors from; the site's CA is in what all are built on."""
NOT_MIRRORS = re.compile(
    "NB_.*|SITE_CA|ROOT_IMAGE|FOUNDATION|BASE_NOTEBOOK|SINGLEUSER|LAB|IMAGE|JUPYTERHUB|APT_PACKAGES"
)
ENVIRONMENTS = {"physics": {"apt": ["git"]}, "company": {"image": "a/b:1.2.3"}}


@pytest.mark.parametrize("given", [MIRRORS, {}], ids=["all", "none"])
def test_every_build_gets_the_mirrors_that_it_reads(declare, given):
    def program() -> None:
        args = ImagesArgs.model_validate({"mirrors": given, "environments": ENVIRONMENTS})
        chain = ImageChain("images", args, servers=Servers())
        assert chain.edge
        assert chain.gitlab_standin
        assert all(map(chain.environment, ["science", *ENVIRONMENTS]))

    assert {
        name.removesuffix("-build"): {
            argument: value
            for argument, value in inputs["build"]["args"].items()
            if not NOT_MIRRORS.fullmatch(argument)
        }
        for name, inputs in declare(program).items()
        if name.endswith("-build")
    } == (REACHED if given else {image: {} for image in REACHED})


@pytest.mark.parametrize(
    ("config", "gpu"),
    [
        ({}, False),
        ({"gpus": {"notebooks": "all"}}, True),
        ({"profiles": [{"name": "A"}, {"name": "B", "gpus": "none"}]}, False),
        ({"profiles": [{"name": "A"}, {"name": "B", "gpus": [0]}]}, True),
        ({"gpus": {"notebooks": "all"}, "profiles": [{"name": "A", "gpus": "none"}]}, True),
    ],
    ids=str,
)
def test_the_image_is_for_gpus_where_anybody_can_have_one(declare_program, config, gpu):
    arguments = declare_program(CONFIG | config)["lab-build"]["build"]["args"]
    assert arguments.get("GPU") == ("1" if gpu else None)
