"""`labctl note` on real previews of the real program: every word that a reviewer reads.

NOTES=write pytest tests/engine/test_note.py writes tests/engine/notes/ anew, for you to read.
"""

import base64
import html
import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from typer.testing import CliRunner

from labctl.__main__ import app
from labctl.hub import Hub, HubUnreachableError
from tests.deployment import Deployment, until
from tests.engine.previews import BROUGHT, GIVEN, KINDS, Kind, filled, net
from tests.person import Person

NOTES = Path(__file__).parent / "notes"
EVENTS = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
SHORTEST_SECRET = 16
SECONDS = 120


@contextmanager
def changed(deployment: Deployment, kind: Kind) -> Iterator[None]:
    """Change the configuration and the program's copy for a while."""
    config, file = deepcopy(deployment.config), None
    for path, value in kind.settings.items():
        *sections, last = path.split(".")
        place: dict[str, Any] = deployment.config
        for section in sections:
            place = place.setdefault(section, {})
        if value is None:
            del place[last]
        else:
            place[last] = filled(value, deployment)
    if kind.edit:
        file = deployment.folder / kind.edit[0]
        original = file.read_text()
        assert kind.edit[1] in original
        file.write_text(original.replace(*kind.edit[1:], 1))
    deployment.configure()
    try:
        yield
    finally:
        deployment.config = config
        deployment.configure()
        if file:
            file.write_text(original)


def preview(deployment: Deployment, *arguments: str, **environment: str) -> str:
    """Return what pulumi writes to stdout, as labctl gets it."""
    return subprocess.run(
        ["pulumi", *(filled(one, deployment) for one in arguments), "--json", "--non-interactive"],
        cwd=deployment.folder,
        env=deployment.environment | {"PULUMI_STACK": deployment.stack, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=SECONDS,
        check=False,
    ).stdout


def printed(deployment: Deployment, text: str, *arguments: str) -> str:
    """Return the note that labctl prints in the program's folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(deployment.folder)
        for name in ("CI_JOB_URL", "CI_COMMIT_SHORT_SHA"):
            patch.delenv(name, raising=False)
        done = CliRunner().invoke(
            app, ["note", "--print", *arguments], input=text, env=dict(deployment.environment)
        )
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def nobody_works(deployment: Deployment) -> None:
    """End the servers that other modules have left, since a note counts them."""
    prefix, ada = f"{deployment.prefix}-notebook-", Person(deployment.url)
    ada.sign_in("ada")
    for container in deployment.docker.containers.list(filters={"name": prefix}):
        name = unquote(re.sub("-(..)", r"%\1", container.name.removeprefix(prefix)))
        ada.ask("DELETE", f"users/{name}/server")
    until(lambda: not deployment.docker.containers.list(filters={"name": prefix}))


def normal(deployment: Deployment, note: str) -> str:
    """Put names in the place of what is another in every run.

    Where Markdown cannot take a value as it is, it is written character by character.
    """
    note = re.sub(r"<code>.*?</code>", lambda found: html.unescape(found[0]), note)
    for own, name in {
        deployment.prefix: "jupyterhub-lab",
        deployment.stack: "lab",
        f"localhost:{deployment.site_port}": "localhost:8888",
        f"`{deployment.site_port}`": "`8888`",
        f"`{deployment.site_port} on": "`8888 on",
        f'"external": {deployment.site_port}': '"external": 8888',
        net(deployment): "172.30.0.",
    }.items():
        note = note.replace(own, name)
    # How much of a long value is shown, and what is left, depends on the names in it.
    note = re.sub(r"(`|<code>)(.{60})(?:(?!\1|</code>).)*… \(\d+ more characters\)", r"\1\2…", note)
    note = re.sub(rf"\b{deployment.gitlab_port}\b", "8929", note)  # digests have such numbers too
    note = re.sub(rf"(dport (\{{ )?){deployment.site_port}\b", r"\g<1>8888", note)
    note = re.sub(r"\bbr-[0-9a-f]{12}", "br-network", note)
    digests = dict.fromkeys(re.findall(r"(?<=:)[0-9a-f]{12}(?=[`\\])|[0-9a-f]{12}(?=…)", note))
    for number, digest in enumerate(digests, 1):
        note = note.replace(digest, f"digest-{number}")
    return note


def secrets_of(deployment: Deployment) -> set[str]:
    """Return every secret in the stack's state, in the clear and as it is encrypted."""
    found = {BROUGHT, GIVEN}
    for arguments in ((), ("--show-secrets",)):
        state = json.loads(deployment.pulumi("stack", "export", *arguments))
        found |= {text for text in within(state) if len(text) >= SHORTEST_SECRET}
    return {text for text in found if "://" not in text}


def within(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and SECRET_SIGNATURE in value.values():
        if "plaintext" in value:
            yield from leaves(json.loads(value["plaintext"]))
        else:
            yield value["ciphertext"]
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "__inputs":  # the offline plug-in's copy of what is no secret elsewhere
                yield from within(item)
    elif isinstance(value, list):
        for item in value:
            yield from within(item)


def leaves(value: Any) -> Iterator[str]:
    """Yield texts; of an environment's NAME=value, the value."""
    if isinstance(value, str):
        yield value.rpartition("=")[2] if re.match(r"[A-Z_]+=", value) else value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)


def leaks(secrets: set[str], text: str) -> set[str]:
    """Return the secrets that a text has, however they are written there."""
    return {
        secret
        for secret in secrets
        if any(
            form in text
            for form in (
                secret,
                secret[:SHORTEST_SECRET],
                quote(secret, safe=""),
                base64.b64encode(secret.encode()).decode().rstrip("="),
                base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
                secret.encode().hex(),
            )
        )
    }


@pytest.fixture(scope="module")
def secrets(deployment: Deployment) -> set[str]:
    found = secrets_of(deployment)
    hub = dict(e.split("=", 1) for e in deployment.container("hub").attrs["Config"]["Env"])
    for name in ("GITLAB_CLIENT_SECRET", "JUPYTERHUB_CRYPT_KEY", "LABCTL_API_TOKEN"):
        assert hub[name] in found
    return found


@pytest.fixture(scope="module", autouse=True)
def shared_directory() -> Iterator[None]:
    """What one of the changes shares, which has to be there."""
    directory = Path("/srv/data")
    made = not directory.exists()
    directory.mkdir(exist_ok=True)
    yield
    if made:
        directory.rmdir()


def as_stored(name: str, note: str) -> None:
    file = NOTES / f"{name}.md"
    if os.environ.get("NOTES") == "write":
        file.write_text(note)
    assert note == file.read_text()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_change_is_told(deployment, secrets, kind):
    with changed(deployment, kind):
        note = printed(deployment, preview(deployment, *kind.arguments, **EVENTS))
    assert leaks(secrets, note) == set()
    as_stored(kind.name, normal(deployment, note))


@pytest.mark.parametrize("name", ["url", "crypt-key", "destroy", "root-image", "fault"])
def test_the_one_document_says_what_the_events_do(deployment, name):
    [kind] = [kind for kind in KINDS if kind.name == name]
    with changed(deployment, kind):
        note = printed(deployment, preview(deployment, *kind.arguments))
    as_stored(name, normal(deployment, note))


def test_a_preview_that_fails_before_it_says_anything_is_told(deployment):
    text = preview(deployment, "preview", **EVENTS, PULUMI_CONFIG_PASSPHRASE="another")
    assert text == ""
    note = printed(deployment, text, "--stack", deployment.stack)
    as_stored("no-output", normal(deployment, note))


def test_a_first_deployment_is_told(tmp_path):
    fresh = Deployment(tmp_path)
    fresh.configure()
    note = printed(fresh, preview(fresh, "preview", **EVENTS))
    as_stored("first-deployment", normal(fresh, note))


def test_what_was_removed_by_hand_is_told(deployment):
    deployment.container("proxy").remove(force=True)
    try:
        note = printed(deployment, preview(deployment, "preview", "--refresh", **EVENTS))
        as_stored("removed-by-hand", normal(deployment, note))
    finally:
        deployment.up("--refresh")


def test_the_search_for_secrets_finds_them(secrets):
    """The control: whatever is hidden in a note in one of these ways is found."""
    assert len(secrets) > 10
    for secret in secrets:
        assert secret in leaks(secrets, f"| `{secret}` |")
        assert secret in leaks(secrets, base64.b64encode(secret.encode()).decode())


def test_running_servers_are_counted(deployment, monkeypatch):
    monkeypatch.chdir(deployment.folder)
    for name, value in deployment.environment.items():
        monkeypatch.setenv(name, value)
    hub = Hub.of_stack(f"jupyterhub/{deployment.stack}")
    try:
        for number, (name, stay, said) in enumerate(
            [
                ("ben", "running servers (one now) stay.", "- One server runs now."),
                ("ada", "2 running servers stay.", "- 2 servers run now."),
            ]
        ):
            assert hub.running_servers() == number
            person = Person(deployment.url)
            person.sign_in(name)
            xsrf = str(person.session.cookies.get("_xsrf", path="/hub/"))
            started = f"{deployment.url}/hub/api/users/{name}/server"
            assert person.session.post(started, headers={"X-XSRFToken": xsrf}).ok
            with changed(deployment, restart := Kind("", {"gitlab.admin_users": ["ada", "ben"]})):
                note = printed(deployment, preview(deployment, *restart.arguments))
            assert f"without starting servers; {stay}" in note
            assert said in note
        assert {user["name"] for user in hub.users(state="active")} == {"ada", "ben"}
        monkeypatch.setattr("labctl.hub.PAGE", 1)
        assert len(list(hub.users())) >= 1
    finally:
        deployment.remove_notebooks()


@pytest.mark.parametrize(
    ("port", "said"),
    [("site_port", "answers 403 Forbidden"), ("gitlab_port", "answers 404"), (None, "ConnectionE")],
)
def test_a_hub_that_does_not_tell_is_named(deployment, port, said):
    hub = Hub(f"http://localhost:{getattr(deployment, port) if port else 9}", "no-token")
    with pytest.raises(HubUnreachableError, match=said):
        hub.running_servers()


def test_a_stack_that_is_not_deployed_is_named(deployment, tmp_path, monkeypatch):
    monkeypatch.chdir(deployment.folder)
    for name, value in deployment.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(HubUnreachableError, match="no stack named 'other' found"):
        Hub.of_stack("jupyterhub/other")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HubUnreachableError, match="pulumi does not run"):
        Hub.of_stack("jupyterhub/other")
