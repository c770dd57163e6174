"""examples/two-hubs, as its own program: the wheel in its own environment, and a browser."""

import shutil
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from tests import wheel
from tests.browser.steps import choose, sign_in
from tests.deployment import REPOSITORY, Deployment, free_port, free_subnet, server_of

EXAMPLE = REPOSITORY / "examples/two-hubs"
MIB = 1024**2


class TwoHubs(Deployment):
    """The example, with its own settings but for what may be claimed on this engine."""

    project = "two-hubs"

    def write_program(self) -> None:
        shutil.copytree(EXAMPLE, self.folder, dirs_exist_ok=True)
        dev = yaml.safe_load((self.folder / "Pulumi.dev.yaml").read_text())["config"]
        self.config = {key.removeprefix("two-hubs:"): value for key, value in dev.items()}
        self.teams: dict[str, dict[str, Any]] = self.config["teams"]
        subnets: set[str] = set()
        while len(subnets) < len(self.teams):
            subnets.add(free_subnet(self.docker))
        for (name, team), subnet in zip(self.teams.items(), subnets, strict=True):
            team["network"]["subnet"] = subnet
            team["site"]["url"] = f"http://{name}.localhost:{free_port()}"
            team["gitlab"]["url"] = f"http://localhost:{free_port()}"
        wheel.install(wheel.build(self.folder / "package"), self.folder / ".venv")

    def hub(self, team: str) -> SimpleNamespace:
        """Return where people of a team find their hub and their GitLab."""
        settings = self.teams[team]
        site, gitlab_url = settings["site"], settings["gitlab"]["url"]
        return SimpleNamespace(
            url=site["url"], gitlab_url=gitlab_url, server=partial(server_of, site)
        )


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoHubs]:
    deployment = TwoHubs(tmp_path_factory.mktemp("two-hubs"))
    try:
        deployment.up()
        yield deployment
    finally:
        deployment.remove()


def answer(page, url: str) -> int:
    """Ask for the page of the hub at `url` with all cookies that the browser has."""
    address = urlsplit(url)
    return requests.get(
        f"http://127.0.0.1:{address.port}/hub/home",
        headers={"Host": address.netloc},
        cookies={cookie["name"]: cookie["value"] for cookie in page.context.cookies()},
        allow_redirects=False,
        timeout=10,
    ).status_code


def test_a_person_of_both_hubs_is_signed_in_to_each(page, deployment):
    physics, biology = deployment.hub("physics"), deployment.hub("biology")
    sign_in(page, physics, "ben")
    assert answer(page, physics.url) == 200
    assert answer(page, biology.url) == 302, "a session of one hub is none of the other"

    sign_in(page, biology, "ben")
    page.goto(f"{physics.url}/hub/home")
    assert page.url == f"{physics.url}/hub/home"

    memory = {
        team: deployment.docker.containers.get(f"{team}-{deployment.stack}-notebook-ben").attrs[
            "HostConfig"
        ]["Memory"]
        for team in deployment.teams
    }
    assert memory == {"physics": 4096 * MIB, "biology": 1024 * MIB}


@pytest.mark.parametrize(("team", "status"), [("physics", 403), ("biology", 200)])
def test_each_hub_has_rules_of_its_own(page, deployment, team, status):
    hub = deployment.hub(team)
    choose(page, hub, "cleo")
    with page.expect_response(f"{hub.url}/hub/oauth_callback**") as response:
        page.get_by_role("button", name="Authorize").click()
    assert (response.value.status == 403) is (status == 403)


def test_nothing_changes_without_a_change(deployment):
    deployment.pulumi("preview", "--refresh", "--expect-no-changes")


def test_it_breaks_no_policy(deployment):
    printed = deployment.pulumi("preview", "--policy-pack", str(REPOSITORY / "policy"))
    assert "✅ jupyterhub@" in printed
    assert "[advisory]" not in printed


def test_both_hubs_run_the_same_images(deployment):
    running = {
        team: deployment.docker.containers.get(f"{team}-{deployment.stack}-hub").image.id
        for team in deployment.teams
    }
    assert running["physics"] == running["biology"]


def test_destroy_leaves_nothing(deployment):
    assert len(deployment.things()) >= 12  # for each hub three containers, two volumes, a network
    deployment.remove()
    assert deployment.things() == set()
