"""Secrets are where docs/security.md says that they are, and nowhere else."""

import json
import re
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.deployment import until
from tests.engine.test_verbs import start_server
from tests.people import run
from tests.person import Person

LEAK = '\npulumi.export("leak", pulumi.Output.unsecret(login.client_secret))\n'
STATED = re.compile(r"^\| `([A-Z_]+)` \| [^|]+ \| ([a-z, ]+) \|$", re.MULTILINE)
"""A row of the documented places: a variable, and the containers that have it."""
PLACES = {
    name: set(places.split(", "))
    for name, places in STATED.findall(Path("docs/security.md").read_text())
}
KEPT = """
import asyncio, sqlite3
from jupyterhub.crypto import decrypt
users = sqlite3.connect("jupyterhub.sqlite")
[(state,)] = users.execute("SELECT encrypted_auth_state FROM users WHERE name = ?", ["ben"])
async def kept():
    return (await decrypt(state))["access_token"]
print(asyncio.run(kept()))
"""
"""Prints the GitLab token of ben that the hub keeps."""
ACCOUNTS = {"proxy": "nobody", "gitlab": "standin", "docker-gate": "0", "hub": "jupyterhub"}
"""Whose processes the services are."""


@pytest.fixture(scope="module")
def canaries(deployment) -> Iterator[dict[str, str]]:
    """Secrets that were really made: the stack's, and those of ben, whose server runs."""
    ben = Person(deployment.url)
    ben.sign_in("ben")
    start_server(deployment)
    token = ben.api("POST", "users/ben/tokens")["token"]
    for query in ("", f"?token={token}"):  # one of them is in the address, and not in logs
        ben.session.get(
            f"{deployment.url}/hub/api/user{query}", headers={"Authorization": f"token {token}"}
        )
    values = {
        name: deployment.environment_of(place.replace("notebook", "notebook-ben"))[name]
        for name, places in PLACES.items()
        for place in places
    }
    values["ben's token"] = token
    values["ben's GitLab token"] = run(
        deployment.container("hub"), f"cd /srv/jupyterhub; python -c '{KEPT}'", user="990"
    )
    assert len(values) == 9
    assert all(len(value) >= 32 for value in values.values())
    yield values
    deployment.remove_notebooks()


def forms(value: str) -> Iterator[str]:
    """Yield a secret as it is, in an address, and in base64 at whatever place in a text."""
    yield from {value, quote(value, safe="")}
    for shift in range(3):
        coded = b64encode(b"-" * shift + value.encode()).decode().rstrip("=")
        inner = coded[(0, 2, 3)[shift] : -1]  # the ends depend on what comes before and after
        yield from {inner, inner.replace("+", "-").replace("/", "_")}


def hits(canaries, text: str) -> set[str]:
    return {name for name, value in canaries.items() if any(form in text for form in forms(value))}


def logs(deployment) -> str:
    """Return all that the stack's containers have written."""
    containers = deployment.docker.containers.list(all=True, ignore_removed=True, **deployment.ours)
    return "".join(container.logs().decode(errors="replace") for container in containers)


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and content of each file in a folder, and of each file in an archive there."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path.name, path.read_bytes().decode("latin-1")
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                plain = (member for member in archive if member.isfile())  # no link of people's
                files = ((member.name, archive.extractfile(member)) for member in plain)
                yield from ((name, file.read().decode("latin-1")) for name, file in files if file)


def channels(deployment) -> Iterator[tuple[str, str]]:
    """Yield each place where a secret could show, with all that is written there."""
    yield "state", "".join(text for _, text in contents(deployment.folder / "state"))
    export = deployment.pulumi("stack", "export")
    yield "export", export
    yield "outputs", deployment.pulumi("stack", "output", "--json")
    yield "preview", deployment.pulumi("preview", "--diff", "--refresh")
    told = deployment.pulumi("preview", "--json")
    yield "preview as JSON", told
    (deployment.folder / "preview.json").write_text(told)
    yield "note", deployment.labctl("note", "--print", str(deployment.folder / "preview.json"))
    # From level 9 on the CLI logs every property that it sends to a plug-in, decrypted.
    yield "verbose log", deployment.pulumi("preview", "-v=8", "--logtostderr")
    yield "update", deployment.up("--diff")
    yield "container logs", logs(deployment)
    for resource in json.loads(export)["deployment"]["resources"]:
        if resource["type"] == "docker:index/image:Image":
            image = resource["inputs"]["imageName"]
            history = ["docker", "history", "--no-trunc", image]
            yield f"history of {image}", subprocess.check_output(history, text=True)


def found(deployment, canaries) -> dict[str, set[str]]:
    """Return the secrets that show, by channel."""
    shown = {where: hits(canaries, text) for where, text in channels(deployment)}
    return {where: names for where, names in shown.items() if names}


def test_no_secret_shows_anywhere(deployment, canaries):
    assert found(deployment, canaries) == {}


def test_containers_have_the_documented_secrets_and_no_others(deployment, canaries):
    shown, documented = {}, {}
    for container in deployment.docker.containers.list(all=True, **deployment.ours):
        told = [container.attrs, container.top(ps_args="axww -o pid,args")]
        place = container.name.removeprefix(f"{deployment.prefix}-").replace("-ben", "")
        place = re.sub("-container-[0-9a-f]{7}", "", place)  # a name that Pulumi has chosen
        shown[place] = hits(canaries, json.dumps(told))
        documented[place] = {name for name, places in PLACES.items() if place in places}
    assert shown == documented
    assert shown.keys() == ACCOUNTS.keys() | {"notebook", "firewall"}


def test_backups_hold_no_secret_in_the_clear(deployment, canaries, lasting):
    before = deployment.config
    deployment.config = before | {"backup": {"directory": str(lasting / "backups")}}
    deployment.configure()
    try:
        deployment.labctl("backup")
    finally:
        deployment.config = before
        deployment.configure()
    found = [(name, hits(canaries, text)) for name, text in contents(lasting / "backups")]
    assert "./jupyterhub.sqlite" in dict(found)
    assert [(name, shown) for name, shown in found if shown] == []


@pytest.mark.parametrize("service", ACCOUNTS)
def test_a_crash_writes_no_secret(deployment, canaries, service):
    def restarts() -> int:
        return int(deployment.container(service).attrs["RestartCount"])

    before, container = restarts(), deployment.container(service)
    limit = run(container, "grep 'Max core file size' /proc/1/limits")
    assert limit.split()[-3:-1] == ["0", "0"], "a core has the whole memory"
    # Of all processes but the first, tini, which is not among them: it forwards no such signal.
    container.exec_run(["sh", "-c", "kill -SEGV -1"], user=ACCOUNTS[service])
    until(lambda: restarts() > before, deployment.logs)
    deployment.wait_for(service)
    assert hits(canaries, logs(deployment)) == set()


def test_the_search_finds_a_leak(deployment, canaries):
    """The control: a program that gives its secret away is caught."""
    program = deployment.folder / "__main__.py"
    original = program.read_text()
    program.write_text(original + LEAK)
    try:
        deployment.up()
        shown = found(deployment, canaries)
        assert shown["state"] == shown["outputs"] == {"GITLAB_CLIENT_SECRET"}
    finally:
        program.write_text(original)
        deployment.up()


@pytest.mark.parametrize("around", ["", "a", "ab", "abc", "GITLAB_CLIENT_SECRET="])
def test_the_search_knows_other_forms(around):
    secret = "gloas-6d3f/+?=" + "c0ffee" * 6
    for text in (
        secret,
        quote(f"{around}{secret}{around}", safe=""),
        b64encode(f"{around}{secret}{around}".encode()).decode(),
    ):
        assert hits({"secret": secret}, text) == {"secret"}
