"""What servers can have besides the lab, and what their folders have to be."""

from pathlib import Path

import pytest

from hubconfig.sections.environments import Environment
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

KEY = "images.environments"
IMAGE = "registry.example.org/notebook:2026-11-23"
HASHED = "ipykernel==7.0.0 \\\n    --hash=sha256:00\n"
LOCKED = {"requirements.lock": HASHED}
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
    (f"{KEY}.physics.folder", "a b", f"{KEY}.physics.folder: give it a name of letters, digits,"),
    (f"{KEY}.physics.folder", "a" * 300, f"{KEY}.physics.folder: give it a name of letters"),
    (f"{KEY}.physics.apt", ["python3-"], f"{KEY}.physics.apt[0]: expected a Debian package"),
    (f"{KEY}.{'a' * 41}", {"apt": ["git"]}, "is no name: give one of at most 40 lower-case"),
    (f"{KEY}.physics.folder", "a/b/", f"{KEY}.physics.folder: write it as a/b"),
    (f"{KEY}.science", {"apt": ["git"]}, "environments: science is one of this project's own"),
    (f"{KEY}.My Lab", {"apt": ["git"]}, "environments: My Lab is no name: give one of at most 40"),
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


def test_a_wrong_variable_of_a_profile_hides_nothing_of_another(refusal):
    profile = {"name": "A", "environment": {"JUPYTER_X": "1"}}
    said = refusal(changed("profiles", [profile, {"name": "A"}]))
    assert "JUPYTER_X is the hub's own, or the image's: give another (example: {OMP_NUM" in said
    assert "two profiles are called A" in said


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
        (
            {"requirements.in": "# of old\n-c x\nipykernel>=7 ; x\nRuamel_yaml\nsix\n", **LOCKED},
            (),
            "requirements.lock does not have Ruamel_yaml, six, as physics/requirements.in has: run",
        ),
        (
            {"requirements.in": "ipykernel == 7.1.0\n", **LOCKED},
            (),
            "requirements.lock does not have ipykernel == 7.1.0, as physics/requirements.in has:",
        ),
        (
            {"requirements.txt": "six", "kernels/a/requirements.lock": HASHED},
            (),
            "physics/requirements.txt: rename it to requirements.in, and run make lock FOLDER=",
        ),
        ({".dockerignore": "*", **LOCKED}, (), "physics/.dockerignore hides files from the build"),
        (
            {"kernels/Python3/requirements.lock": HASHED},
            (),
            "would take the place of the lab's own",
        ),
        (
            {"kernels/a/requirements.lock": HASHED, "kernels/A/requirements.lock": HASHED},
            (),
            "kernels/a and another kernel differ by case only: rename one of the folders",
        ),
        (
            {"kernels/a/requirements.lock/x": "", **LOCKED},
            (),
            "kernels/a has no requirements.in: write it",
        ),
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
        ({"Dockerfile": "ARG LAB\nFROM debian:1.2.3\n"}, (), "does not build on the lab"),
        ({"Dockerfile": f"{BASED}FROM debian:1.2.3\n"}, (), "does not build on the lab: begin it"),
        ({"Dockerfile": f"{BASED}USER root\nRUN id\n"}, (), "physics/Dockerfile ends as root, as"),
        ({"Dockerfile": f'{BASED}  user "root"\n'}, (), "physics/Dockerfile ends as root, as whom"),
        (
            {"Dockerfile": "ARG LAB\nFROM ${LAB} AS Own\nUSER 0\nFROM own\nRUN id\n"},
            (),
            "physics/Dockerfile ends as root",
        ),
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
        {"Dockerfile": "\ufeff# of ours\narg  X LAB\n  from $LAB as own\n"},
        {"Dockerfile": "ARG LAB\nFROM ${LAB} AS a\nUSER root\nFROM ${LAB}\nCOPY --from=a b c\n"},
        {"requirements.in": "-r x\nIPyKernel[x]==7.0.0\n", "requirements.lock": HASHED},
    ],
    ids=str,
)
def test_a_folder_that_can_be_built_has_no_faults(folder, files):
    write(folder, files)
    assert list(Environment(folder="physics").faults_here()) == []


def test_the_command_that_locks_knows_what_it_is_built_on(folder):
    (folder / "requirements.in").write_text("six\n")
    [fault] = Environment(folder="physics", base="science").faults_here()
    assert "run make lock FOLDER=physics BASE=science" in fault.sentence


@pytest.mark.parametrize("name", ["Dockerfile", "requirements.lock", "requirements.in"])
def test_what_is_no_text_is_no_traceback(folder, name):
    (folder / "requirements.lock").write_text(HASHED)
    (folder / name).write_bytes(b"\xff\xfe\n")
    assert [*Environment(folder="physics").faults_here()] or name == "requirements.in"


def test_what_cannot_be_read_is_named(folder, monkeypatch):
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", "physics/requirements.lock")

    (folder / "requirements.lock").write_text(HASHED)
    monkeypatch.setattr(Path, "read_text", refused)
    [fault] = Environment(folder="physics").faults_here()
    assert fault.sentence == "physics/requirements.lock cannot be read: Permission denied"


def test_a_preview_tells_what_is_wrong_with_a_folder(refusal):
    said = refusal(changed(f"{KEY}.physics.folder", "tests/unit"))
    assert f"{KEY}.physics: tests/unit has no Dockerfile" in said


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
