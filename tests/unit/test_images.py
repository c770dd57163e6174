"""What an image's tag depends on, and what not."""

import re
import shutil
from pathlib import Path

import certifi
import pulumi
import pytest
from pydantic import ValidationError

from components import contexts as build_contexts
from components import site_ca
from components.images import ImageChain, ImagesArgs
from components.notebook import NotebookArgs
from components.servers import Servers


@pytest.fixture
def contexts(tmp_path, monkeypatch):
    """A copy of images/ that a test may change."""
    copy = tmp_path / "images"
    shutil.copytree("images", copy)
    monkeypatch.setattr(build_contexts, "FOLDER", copy)
    return copy


@pytest.fixture
def references(declare):
    """Declare the chain; return each image's reference by folder."""

    def run(args: ImagesArgs | None = None, notebook: NotebookArgs | None = None) -> dict[str, str]:
        declared = declare(
            lambda: ImageChain(
                "images", args or ImagesArgs(), servers=Servers(notebook=notebook or NotebookArgs())
            )
        )
        return {
            name.removesuffix("-build"): inputs["imageName"]
            for name, inputs in declared.items()
            if name.endswith("-build")
        }

    return run


@pytest.mark.usefixtures("contexts")
def test_tags_are_the_same_wherever_the_checkout_is(references, monkeypatch):
    copied = references()
    monkeypatch.setattr(build_contexts, "FOLDER", Path("images"))
    assert references() == copied
    monkeypatch.chdir("tests")
    monkeypatch.setattr(build_contexts, "FOLDER", Path("../images"))
    assert references() == copied


def test_file_order_does_not_count(references, monkeypatch):
    expected = references()
    in_order = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda *args: sorted(in_order(*args), reverse=True))
    assert references() == expected


def touch_executable(context: Path) -> None:
    (context / "Dockerfile").chmod(0o755)


def change_content(context: Path) -> None:
    with (context / "Dockerfile").open("a") as file:
        file.write("# changed\n")


def add_file(context: Path) -> None:
    (context / "new").touch()


def rename_file(context: Path) -> None:
    (context / "requirements.in").rename(context / "requirements.txt")


@pytest.mark.parametrize("change", [touch_executable, change_content, add_file, rename_file])
def test_a_change_reaches_the_image_and_its_descendants_only(contexts, references, change):
    before = references()
    change(contexts / "singleuser")
    after = references()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"singleuser", "lab"}


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
    "npm": "https://m.example.org/npm",
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
    "hub": PYPI,
    "proxy": PYPI | {"NPM_CONFIG_REGISTRY": MIRRORS["npm"]},
    "edge": APT,
    "gitlab-standin": PYPI,
}
"""What the Dockerfiles read mirrors from; the site's CA is in what all are built on."""
NOT_MIRRORS = re.compile("NB_.*|SITE_CA|ROOT_IMAGE|FOUNDATION|BASE_NOTEBOOK|SINGLEUSER")


@pytest.mark.parametrize("given", [MIRRORS, {}], ids=["all", "none"])
def test_every_build_gets_the_mirrors_that_it_reads(declare, given):
    def program() -> None:
        args = ImagesArgs.model_validate({"mirrors": given})
        chain = ImageChain("images", args, servers=Servers())
        assert chain.edge
        assert chain.gitlab_standin

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
    "image",
    [
        "debian:trixie-20260918-slim",
        f"debian@sha256:{'0a' * 32}",
        f"debian:stable@sha256:{'0a' * 32}",
        "quay.io/jupyter/base-notebook:2026-09-18",
        "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04",
        "registry.example.org:5000/a/b_c:1.2.3",
        "jupyterhub-hub:abcdefabcdef",
        f"registry.example.org/lab/image:{'0a' * 20}",
    ],
)
def test_images_that_stay_what_they_are_are_taken(image):
    assert ImagesArgs(root=image).root == image


def test_no_image_depends_on_the_umask_of_its_checkout():
    for dockerfile in Path("images").glob("*/Dockerfile"):
        copies = re.findall(r"^COPY (?!--from=).*", dockerfile.read_text(), re.MULTILINE)
        assert [copy for copy in copies if not re.search(r" --chmod=0(644|755) ", copy)] == []


def certificate(content: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n"


def test_this_machines_authorities_are_in_the_systems_store_unless_a_variable_names_another(
    tmp_path, monkeypatch
):
    def bundle(name: str) -> Path:
        (tmp_path / name).write_text(Path(certifi.where()).read_text() + certificate(name))
        return tmp_path / name

    for name in site_ca.BUNDLE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(site_ca, "SYSTEM_BUNDLE", tmp_path / "missing")
    assert site_ca.certificates(site_ca.MACHINE) == ""
    monkeypatch.setattr(site_ca, "SYSTEM_BUNDLE", bundle("system"))
    assert site_ca.certificates(site_ca.MACHINE).splitlines()[1:-1] == ["system"]
    monkeypatch.setenv("CURL_CA_BUNDLE", str(bundle("named")))
    assert site_ca.certificates(site_ca.MACHINE).splitlines()[1:-1] == ["named"]


def test_more_authorities_than_a_build_can_be_given_are_refused(tmp_path):
    file = tmp_path / "many.pem"
    file.write_text("".join(certificate(f"{number:01000}") for number in range(130)))
    with pytest.raises(ValidationError, match="builds can be given 131063: give those that"):
        ImagesArgs(site_ca=str(file))


def test_two_versions_of_jupyterhub_are_refused(contexts, references):
    lock = contexts / "lab/requirements.lock"
    lock.write_text(
        re.sub(r"^jupyterhub==\S+", "jupyterhub==5.4.0", lock.read_text(), flags=re.MULTILINE)
    )
    with pytest.raises(pulumi.RunError, match=r"lab/requirements.lock has 5\.4\.0.*run make lock"):
        references()


def test_hub_and_notebooks_have_the_same_jupyterhub():
    def version(folder: str) -> str:
        lock = Path("images", folder, "requirements.lock").read_text()
        [line] = [line for line in lock.splitlines() if line.startswith("jupyterhub==")]
        return line

    assert version("hub") == version("singleuser") == version("lab")
