"""What servers can have besides the lab, and what their folders have to be."""

from pathlib import Path

import pytest

from hubconfig.sections.environments import Environment
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

KEY = "images.environments"
IMAGE = "registry.example.org/notebook:2026-11-23"
HASHED = "ipykernel==7.0.0 \\\n    --hash=sha256:00\n"
BASED = "ARG LAB\nFROM ${LAB}\n"
BAD: list[Row] = [
    (KEY, [], f"jupyterhub:{KEY}: Input should be a valid dictionary"),
    (f"{KEY}.physics", "science", f"{KEY}.physics: expected keys with values"),
    (f"{KEY}.physics", {}, "nothing is said of what it has: give image, folder or apt"),
    (f"{KEY}.physics.imge", IMAGE, f"{KEY}.physics.imge: unknown key; did you mean image?"),
    (f"{KEY}.physics.image", "a/b:latest", f"{KEY}.physics.image: it floats: give a digest"),
    (
        f"{KEY}.physics",
        {"image": IMAGE, "apt": ["git"]},
        "image is from elsewhere, and folder, apt",
    ),
    (f"{KEY}.physics", {"image": IMAGE, "base": "science"}, "image is from elsewhere, and folder,"),
    (f"{KEY}.physics", {"apt": ["git"], "base": "labs"}, f"{KEY}.physics.base: Input should be"),
    (f"{KEY}.physics.apt", ["-o=x"], f"{KEY}.physics.apt[0]: expected a Debian package, such as"),
    (f"{KEY}.physics.apt", ["git; id"], f"{KEY}.physics.apt[0]: expected a Debian package"),
    (f"{KEY}.physics.folder", "/srv/x", f"{KEY}.physics.folder: expected a folder beside the"),
    (f"{KEY}.physics.folder", "../x", f"{KEY}.physics.folder: expected a folder beside the stack"),
    (f"{KEY}.physics.folder", "a/b/", f"{KEY}.physics.folder: write it as a/b"),
    (f"{KEY}.science", {"apt": ["git"]}, "environments: science is one of this project's own"),
    (f"{KEY}.My Lab", {"apt": ["git"]}, "environments: My Lab is no name: give one of lower-case"),
    ("notebook.image", "labs", "notebook.image: there is no environment labs: give one of lab,"),
    (
        "profiles",
        [{"name": "A"}, {"name": "B", "image": "phsics"}],
        "profiles.1.image: there is no environment phsics: give one of lab, science, pytorch, or",
    ),
    ("profiles", [{"name": "A", "shm_mib": 4096}], "profiles: A has shm_mib 4096, more than its"),
    ("profiles", [{"name": "A", "environment": {"NB_UID": "0"}}], "NB_UID is the hub's own, or"),
    (
        "",
        {
            "profiles": [{"name": "A", "environment": {"HTTP_PROXY": "x"}}],
            "proxy": {"url": "http://proxy.example.org:3128"},
        },
        "proxy.url and profiles.0.environment both set HTTP_PROXY: remove it from the latter",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def test_what_is_wrong_with_one_hides_nothing_of_another(refusal):
    environments = {"a": {"image": "x"}, "b": {"apt": 1}, "c": {}}
    said = refusal(changed(KEY, environments) | {"profiles": [{"name": "A", "image": "d"}]})
    for key in ("environments.a.image: it floats", "environments.b.apt: expected a list"):
        assert key in said
    assert "environments.c: nothing is said of what it has" in said
    assert "there is no environment d" in said


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder physics of a repository, which is the current directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "physics").mkdir()
    return Path("physics")


@pytest.mark.parametrize(
    ("files", "apt", "expected"),
    [
        (
            {},
            (),
            "physics has no Dockerfile, no requirements.in and no kernels: write the packages",
        ),
        ({"requirements.in": "numpy"}, (), "physics/requirements.in is not locked: run make lock"),
        ({"requirements.lock": "numpy==2.0.0\n"}, (), "requirements.lock has no hashes: write"),
        ({"kernels/old/x": ""}, (), "kernels/old has no requirements.in: write it, with ipykernel"),
        (
            {"kernels/old/requirements.lock": HASHED, "kernels/old/.python-version": "2.7"},
            (),
            "kernels/old/.python-version says 2.7: give a version such as 3.12",
        ),
        (
            {"kernels/my own/requirements.lock": HASHED},
            (),
            "a kernel's name has letters, digits, '.', '_' and '-': rename the folder",
        ),
        ({"Dockerfile": "FROM debian:1.2.3\n"}, (), "physics/Dockerfile does not build on the lab"),
        ({"Dockerfile": f"{BASED}USER root\nRUN id\n"}, (), "physics/Dockerfile ends as root, as"),
        ({"Dockerfile": f"{BASED}USER 0:0\n"}, (), "physics/Dockerfile ends as root, as whom"),
        ({"Dockerfile": BASED}, ("git",), "a line for what it needs, such as RUN apt-install git"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_folder_is_named(folder, files, apt, expected):
    write(folder, files)
    [fault] = Environment(folder="physics", apt=apt).faults_here()
    assert expected in fault.sentence


@pytest.mark.usefixtures("folder")
def test_a_folder_that_is_missing_is_named():
    [fault] = Environment(folder="phsics").faults_here()
    assert fault.sentence == "there is no folder phsics: make it, or correct its name"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.in": "ipykernel", "requirements.lock": HASHED},
        {"requirements.lock": HASHED},
        {"kernels/old/requirements.lock": HASHED, "kernels/old/.python-version": "3.12\n"},
        {"kernels/same/requirements.lock": HASHED},
        {"Dockerfile": BASED},
        {"Dockerfile": f"{BASED}USER root\nRUN id\nUSER ${{NB_UID}}\n", "requirements.txt": "x"},
    ],
    ids=str,
)
def test_a_folder_that_can_be_built_has_no_faults(folder, files):
    write(folder, files)
    assert list(Environment(folder="physics").faults_here()) == []


def test_a_preview_tells_what_is_wrong_with_a_folder(refusal):
    said = refusal(changed(f"{KEY}.physics.folder", "tests/unit"))
    assert f"{KEY}.physics: tests/unit has no Dockerfile" in said


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
