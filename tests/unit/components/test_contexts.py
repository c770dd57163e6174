"""What is read from build contexts to tell images apart."""

import re
from pathlib import Path

import pulumi
import pytest

from components import contexts as build_contexts


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


def test_two_versions_of_jupyterhub_are_refused(contexts, references):
    lock = contexts / "lab/requirements.lock"
    lock.write_text(
        re.sub(r"^jupyterhub==\S+", "jupyterhub==5.4.0", lock.read_text(), flags=re.MULTILINE)
    )
    with pytest.raises(pulumi.RunError, match=r"lab/requirements.lock has 5\.4\.0.*run make lock"):
        references()
