"""The whole stack on a real engine, through the life it has with its users."""

import re
import urllib.request
from http import HTTPStatus

import pytest

from tests.deployment import Deployment, configured
from tests.engine.test_firewall import both, tables


def changes(output: str) -> dict[str, int]:
    """Read the counts under `Resources:` in what `pulumi up` prints."""
    counts = re.findall(r"^ +[-+~]*\s*(\d+) (?:to )?([a-z]+)$", output, re.MULTILINE)
    return {kind: int(count) for count, kind in counts}


def test_outputs_are_few_and_useful(deployment):
    outputs = deployment.outputs()
    assert outputs.keys() == {
        "url",
        "hub_image",
        "notebook_image",
        "network",
        "oauth_application_id",
        "hub_api_token",
    }
    assert outputs["url"] == deployment.url
    assert outputs["hub_image"] == deployment.container("hub").attrs["Config"]["Image"]
    assert outputs["network"] == deployment.prefix


def test_the_hub_answers_behind_the_proxy(deployment):
    with urllib.request.urlopen(f"{deployment.url}/hub/health", timeout=10) as answer:
        assert answer.status == HTTPStatus.OK


def test_addresses_are_where_the_configuration_puts_them(deployment):
    network = deployment.docker.networks.get(deployment.prefix)
    network.reload()
    at = {c["Name"]: c["IPv4Address"] for c in network.attrs["Containers"].values()}
    base = deployment.config["network"]["subnet"].removesuffix("0/24")
    assert at[f"{deployment.prefix}-hub"] == f"{base}2/24"
    assert at[f"{deployment.prefix}-proxy"] == f"{base}3/24"
    assert at[f"{deployment.prefix}-gitlab"] == f"{base}5/24"


def test_the_hub_does_not_run_as_root(deployment):
    processes = deployment.container("hub").top(ps_args="-eo pid,user:20,args")["Processes"]
    [user] = [user for _, user, command in processes if command.startswith("/opt/venv/bin/python")]
    assert user not in {"root", "0"}


def test_nothing_changes_without_a_change(deployment):
    assert changes(deployment.up("--expect-no-changes")).keys() == {"unchanged"}
    deployment.pulumi("preview", "--refresh", "--expect-no-changes")


def test_a_setting_of_the_hub_replaces_the_hub_only(deployment):
    before = {name: deployment.container(name).id for name in ("hub", "proxy", "gitlab")}
    with configured(deployment, "gitlab", admin_users=["ada", "ben"]):
        deployment.configure()
        preview = deployment.pulumi("preview", "--diff")
        assert '"ben"' in preview, "the preview shows what changes in the hub's settings"
        deployment.up()
        after = {name: deployment.container(name).id for name in before}
    assert [name for name in before if before[name] != after[name]] == ["hub"]


def test_a_changed_file_changes_the_image_and_what_runs_it(deployment):
    config = deployment.folder / "images/hub/jupyterhub_config.py"
    original, running = config.read_text(), deployment.container("hub").attrs["Config"]["Image"]
    config.write_text(original + "# changed\n")
    preview = deployment.pulumi("preview", "--diff")
    assert f'"{running}" => "jupyterhub-hub:' in preview
    assert "jupyterhub-lab" not in preview
    deployment.up()
    assert deployment.container("hub").attrs["Config"]["Image"] != running
    config.write_text(original)
    deployment.up()
    assert deployment.container("hub").attrs["Config"]["Image"] == running


@pytest.mark.parametrize("harm", ["stop", "remove"])
def test_harm_done_by_hand_is_noticed_and_repaired(deployment, harm):
    proxy = deployment.container("proxy")
    proxy.stop() if harm == "stop" else proxy.remove(force=True)
    deployment.up("--refresh")
    assert deployment.container("proxy").attrs["State"]["Health"]["Status"] == "healthy"
    deployment.pulumi("preview", "--refresh", "--expect-no-changes")


def test_a_volume_that_is_replaced_is_the_one_there_was(deployment):
    volume = f"{deployment.prefix}-hub-data"
    made = deployment.docker.volumes.get(volume).attrs["CreatedAt"]
    output = deployment.up("--replace", "**::hub-data")
    assert changes(output)["replaced"] == 1
    assert deployment.docker.volumes.get(volume).attrs["CreatedAt"] == made
    deployment.pulumi("preview", "--refresh", "--expect-no-changes")


BACK_BY_ONE = """
import subprocess
from jupyterhub.dbutil import _temp_alembic_ini
with _temp_alembic_ini("sqlite:////srv/jupyterhub/jupyterhub.sqlite") as settings:
    subprocess.check_call(["alembic", "-c", settings, "downgrade", "-1"])
"""


def test_a_database_of_an_older_jupyterhub_is_upgraded(deployment):
    hub = deployment.container("hub")
    hub.stop()
    deployment.docker.containers.run(
        hub.attrs["Config"]["Image"],
        ["-c", BACK_BY_ONE],
        entrypoint="python",
        volumes_from=[hub.id],
        remove=True,
    )
    hub.start()
    deployment.wait_for("hub")
    assert b"Upgrading sqlite:////srv/jupyterhub/jupyterhub.sqlite" in hub.logs()


def test_destroy_leaves_nothing(tmp_path):
    other = Deployment(tmp_path)
    try:
        other.up()
        assert len(other.things()) == 8  # five containers, two volumes of other names, the network
        assert tables(other) == both(other)
    finally:
        other.remove()
    assert other.things() == set()
    assert tables(other) == set()
