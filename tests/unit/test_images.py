"""What an image's tag depends on, and what not."""

import re
import shutil
from pathlib import Path

import pulumi
import pytest

from components import contexts as build_contexts
from components.gpus import GpuArgs
from components.images import ImageChain, ImagesArgs
from components.notebook import NotebookArgs


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
                "images", args or ImagesArgs(), notebook=notebook or NotebookArgs(), gpus=GpuArgs()
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
        (ImagesArgs(root="debian:bookworm-slim"), "all"),
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
