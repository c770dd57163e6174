"""Secrets stay secret: in state, previews, logs, diffs and images."""

import subprocess

import pytest

LEAK = '\npulumi.export("leak", pulumi.Output.unsecret(login.client_secret))\n'


def environment(container):
    return dict(entry.split("=", 1) for entry in container.attrs["Config"]["Env"])


@pytest.fixture(scope="module")
def canaries(deployment):
    """The secrets that this stack really generated, read from the hub's environment."""
    names = (
        "GITLAB_CLIENT_SECRET",
        "CONFIGPROXY_AUTH_TOKEN",
        "JPY_COOKIE_SECRET",
        "JUPYTERHUB_CRYPT_KEY",
        "LABCTL_API_TOKEN",
    )
    hub = environment(deployment.container("hub"))
    token = environment(deployment.container("gitlab"))["STANDIN_ADMIN_TOKEN"]
    values = {name: hub[name] for name in names} | {"STANDIN_ADMIN_TOKEN": token}
    assert all(len(value) >= 32 for value in values.values())
    return values


def hits(canaries, text):
    return sorted(name for name, value in canaries.items() if value in text)


def channels(deployment):
    """Yield each place where a secret could show, with all that is written there."""
    state = "".join(
        path.read_text(errors="replace")
        for path in (deployment.folder / "state").rglob("*")
        if path.is_file()
    )
    yield "state", state
    yield "export", deployment.pulumi("stack", "export")
    yield "outputs", deployment.pulumi("stack", "output", "--json")
    yield "preview", deployment.pulumi("preview", "--diff", "--refresh")
    yield "preview as JSON", deployment.pulumi("preview", "--json")
    # From level 9 on the CLI logs every property that it sends to a plug-in, decrypted.
    yield "verbose log", deployment.pulumi("preview", "-v=8", "--logtostderr")
    yield "update", deployment.up("--diff")
    yield "container logs", deployment.logs()
    for name in ("hub_image", "notebook_image"):
        history = subprocess.run(
            ["docker", "history", "--no-trunc", deployment.outputs()[name]],
            capture_output=True,
            text=True,
            check=True,
        )
        yield f"history of {name}", history.stdout


def test_no_secret_shows_anywhere(deployment, canaries):
    found = {where: hits(canaries, text) for where, text in channels(deployment)}
    assert {where: names for where, names in found.items() if names} == {}


def test_the_search_finds_a_leak(deployment, canaries):
    """The control: a program that gives its secret away is caught."""
    program = deployment.folder / "__main__.py"
    original = program.read_text()
    program.write_text(original + LEAK)
    try:
        deployment.up()
        found = {where: hits(canaries, text) for where, text in channels(deployment)}
        assert "GITLAB_CLIENT_SECRET" in found["state"]
        assert "GITLAB_CLIENT_SECRET" in found["outputs"]
    finally:
        program.write_text(original)
        deployment.up()
