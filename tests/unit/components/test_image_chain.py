"""All images of a stack, and of two."""

from shutil import copytree

import pulumi
import pytest

from components import contexts
from components.image_chain import ImageChain
from hubconfig.sections.images import ImagesArgs
from hubconfig.servers import Servers
from tests.unit.components.another_program import WITH_GPUS


def chain(name: str, servers: Servers) -> ImageChain:
    return ImageChain(name, ImagesArgs(), servers=servers)


def test_two_chains_have_names_of_their_own_and_share_what_is_equal(declare):
    def program() -> None:
        chain("images", Servers())
        chain("gpu-images", WITH_GPUS)

    declared = declare(program)
    for folder in ("hub", "proxy", "singleuser"):
        one, other = declared[f"{folder}-build"], declared[f"gpu-images-{folder}-build"]
        assert one["imageName"] == other["imageName"]
    assert declared["lab-build"]["imageName"] != declared["gpu-images-lab-build"]["imageName"]


KINDS = {
    "packages": {"apt": ["git", "gfortran"], "base": "science"},
    "physics": {"folder": "physics"},
    "custom": {"folder": "custom"},
    "company": {"image": "org/notebook:2026-11-23"},
}


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A repository with the folders of the environments, and images/."""
    (tmp_path / "images").symlink_to(contexts.FOLDER.resolve())
    monkeypatch.chdir(tmp_path)
    for name, file, content in [
        ("physics", "requirements.lock", "six==1.17.0 --hash=sha256:00"),
        ("custom", "Dockerfile", "ARG LAB\nFROM ${LAB}\nARG APT_MIRROR\n"),
    ]:
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(content)
    return tmp_path


def builds(declare, *names):
    """Return the names, contexts, Dockerfiles and arguments of the environments' builds."""

    def program() -> None:
        args = ImagesArgs.model_validate({"environments": KINDS, "mirrors": {"apt": "https://m"}})
        images = ImageChain("images", args, servers=Servers())
        assert all(map(images.environment, names))

    return {
        name.removesuffix("-build"): {"name": inputs["imageName"], **inputs["build"]}
        for name, inputs in declare(program).items()
        if name.endswith("-build")
    }


@pytest.mark.usefixtures("folders")
def test_an_environment_is_built_of_what_it_says(declare):
    found = builds(declare, *KINDS)
    lab = found["lab"]["name"]
    one = found["environment-packages"]
    assert one["context"] == "images/environment"
    assert one["args"]["APT_PACKAGES"] == "git gfortran"
    assert one["args"]["LAB"] == found["science"]["name"]
    assert found["science"]["args"]["LAB"] == lab
    one = found["environment-physics"]
    assert (one["context"], one["dockerfile"]) == ("physics", "images/environment/Dockerfile")
    assert one["args"]["LAB"] == lab
    one = found["environment-custom"]
    assert (one["context"], one["dockerfile"]) == ("custom", "custom/Dockerfile")
    assert one["args"] == {"LAB": lab, "APT_MIRROR": "https://m"}
    one = found["environment-company"]
    assert one["context"] == "images/elsewhere"
    assert one["args"]["IMAGE"] == "org/notebook:2026-11-23"
    assert one["args"]["JUPYTERHUB"] == contexts.version_of_jupyterhub()


@pytest.mark.usefixtures("folders")
def test_no_environment_is_built_that_nobody_names(declare):
    assert not {name for name in builds(declare) if "environment" in name or name == "science"}


def test_a_changed_file_of_a_folder_is_another_image(declare, folders):
    before = builds(declare, *KINDS)
    (folders / "physics/requirements.lock").write_text("six==1.17.0 --hash=sha256:11")
    after = builds(declare, *KINDS)
    assert {name for name in before if before[name] != after[name]} == {"environment-physics"}


def test_a_changed_dockerfile_beside_the_context_is_another_image(declare, folders):
    before = builds(declare, "physics")
    images = folders / "images"
    whole = images.resolve()
    images.unlink()
    copytree(whole, images)
    dockerfile = images / "environment/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "# changed\n")
    after = builds(declare, "physics")
    assert {name for name in before if before[name] != after[name]} == {"environment-physics"}


def test_where_a_link_leads_counts(declare, folders):
    for version in ("v1", "v2"):
        (folders / "custom" / version).mkdir()
        (folders / "custom" / version / "data").write_text("the same")
    link = folders / "custom/current"
    link.symlink_to("v1")
    before = builds(declare, "custom")
    link.unlink()
    link.symlink_to("v2")
    assert builds(declare, "custom") != before


def test_packages_that_would_replace_those_of_the_labs_server_are_refused(declare, folders):
    lock = folders / "physics/requirements.lock"
    lock.write_text("tornado==6.0.0 \\\n    --hash=sha256:00\nsix==1.16.0 --hash=sha256:00\n")
    with pytest.raises(pulumi.RunError) as caught:
        builds(declare, "physics")
    said = str(caught.value)
    assert "physics/requirements.lock has other versions than lab, which they would" in said
    assert "tornado 6.0.0, six 1.16.0; run make lock FOLDER=physics, or have" in said


@pytest.mark.usefixtures("folders")
def test_an_environment_that_nobody_has_described_is_refused(declare):
    with pytest.raises(pulumi.RunError, match="there is no environment maths in the images"):
        builds(declare, "maths")


def test_a_folder_that_cannot_be_built_is_refused(declare, folders):
    (folders / "physics/requirements.lock").write_text("six")
    with pytest.raises(pulumi.RunError, match=r"physics/requirements\.lock has no hashes"):
        builds(declare)
