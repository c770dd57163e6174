"""Sign-in on a real stack: what changes when the configuration or GitLab does."""

import io
import json
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gitlab
import pytest
import requests

from tests.deployment import configured, until
from tests.person import Person
from tests.standin.driver import Server

PEOPLE = "/opt/standin/standin/demo.json"


def environment(container) -> dict[str, str]:
    return dict(entry.split("=", 1) for entry in container.attrs["Config"]["Env"])


def administrator(deployment) -> gitlab.Gitlab:
    """GitLab's API, as its administrator."""
    token = environment(deployment.container("gitlab"))["STANDIN_ADMIN_TOKEN"]
    return gitlab.Gitlab(deployment.gitlab_url, private_token=token)


def applications(deployment) -> dict[str, str]:
    """Ask GitLab for client id and callback of all applications."""
    with administrator(deployment) as api:
        found = api.applications.list(get_all=True)
    return {application.application_id: application.callback_url for application in found}


def client_ids(server: Server) -> list[str]:
    return [made.application_id for made in server.gitlab.applications.list(get_all=True)]


@contextmanager
def changed(deployment, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Change GitLab's people for a while."""
    container = deployment.container("gitlab")
    original = container.exec_run(["cat", PEOPLE]).output
    people = json.loads(original)
    change(people)
    write(container, json.dumps(people).encode())
    try:
        yield
    finally:
        write(container, original)


def write(container, content: bytes) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        info = tarfile.TarInfo(PEOPLE.lstrip("/"))
        info.size, info.mode, info.mtime = len(content), 0o644, time.time()
        tar.addfile(info, io.BytesIO(content))
    assert container.put_archive("/", archive.getvalue())


def restart_hub(deployment) -> None:
    """Make every refresh due now, and not in five minutes: the hub keeps their times in memory."""
    deployment.container("hub").restart()
    deployment.wait_for("hub")


def ben_leaves_the_lab(people: dict[str, Any]) -> None:
    [lab] = [group for group in people["groups"] if group["full_path"] == "lab"]
    del lab["members"]["ben"]


def cleo_and_ben_change_names(people: dict[str, Any]) -> None:
    for user in people["users"]:
        user["username"] = {"ben": "cleo", "cleo": "ben"}.get(user["username"], user["username"])


def test_another_callback_replaces_the_application(deployment):
    deployment.up()
    [(old_id, old_callback)] = applications(deployment).items()
    assert old_callback == f"{deployment.url}/hub/oauth_callback"
    old_secret = environment(deployment.container("hub"))["GITLAB_CLIENT_SECRET"]
    site = f"http://127.0.0.1:{deployment.site_port}"

    with configured(deployment, "site", url=site):
        deployment.configure()
        preview = deployment.pulumi("preview", "--diff")
        assert re.search(r"\+-\s?gitlab:index/application:Application: \(replace\)", preview)
        assert f'redirectUrl: "{old_callback}" => "{site}/hub/oauth_callback"' in preview
        deployment.up()
        [(new_id, new_callback)] = applications(deployment).items()
        assert new_id != old_id
        assert new_callback == f"{site}/hub/oauth_callback"
        hub = environment(deployment.container("hub"))
        assert hub["GITLAB_CLIENT_ID"] == new_id
        assert hub["GITLAB_CLIENT_SECRET"] != old_secret
        ben = Person(site)
        assert ben.sign_in("ben").url == f"{site}/hub/home"
        assert ben.api("GET", "user")["name"] == "ben"

    [(_, restored)] = applications(deployment).items()
    assert restored == old_callback


def test_another_gitlab_gets_an_application_and_keeps_its_own(deployment, tmp_path):
    deployment.up()
    [old] = applications(deployment)
    with Server(tmp_path) as other:
        # It has the number there that the hub's has here.
        others = other.gitlab.applications.create(
            {"name": "other", "redirect_uri": "https://other.example.org", "scopes": "read_user"}
        )
        elsewhere = {"url": other.url, "internal_url": "https://gitlab.example.org"}
        with configured(deployment, "gitlab", standin=False, **elsewhere):
            deployment.config["gitlab:token"] = other.admin_token
            deployment.up()
            [made] = set(client_ids(other)) - {others.application_id}
            assert environment(deployment.container("hub"))["GITLAB_CLIENT_ID"] == made
        assert client_ids(other) == [others.application_id]
    [new] = applications(deployment)
    assert new != old, "the stand-in, whose data stayed, was asked to delete the old one"
    assert environment(deployment.container("hub"))["GITLAB_CLIENT_ID"] == new


def test_an_administrator_no_longer_named_loses_the_right(deployment):
    with configured(deployment, "gitlab", admin_users=["ada"]):
        deployment.up()
        ada = Person(deployment.url)
        ada.sign_in("ada")
        assert "administrator" in ada.api("GET", "user")["roles"]
        deployment.config["gitlab"]["admin_users"] = []
        deployment.up()
        assert "administrator" not in ada.api("GET", "user")["roles"]


def test_a_group_of_gitlab_may_administer_and_is_a_group_of_the_hub(deployment):
    with configured(deployment, "gitlab", admin_users=[], admin_groups=["lab/gpu"]):
        deployment.up()
        ben = Person(deployment.url)
        ben.sign_in("ben")
        known = ben.api("GET", "user")
    assert "administrator" in known["roles"]
    assert sorted(known["groups"]) == ["lab", "lab/gpu"]


def test_who_is_in_is_told_what_they_may_not_do_and_not_that_they_are_out(deployment):
    ben = Person(deployment.url)
    ben.sign_in("ben")
    page = ben.session.get(f"{deployment.url}/hub/admin")
    assert page.status_code == 403
    assert "You may not use this hub" not in page.text


def test_who_has_no_rule_stays_out(deployment):
    page = Person(deployment.url).sign_in("cleo")
    assert page.status_code == 403
    assert "You may not use this hub" in page.text


def test_who_leaves_the_group_is_out(deployment):
    ben = Person(deployment.url)
    assert ben.sign_in("ben").url == f"{deployment.url}/hub/home"
    # Servers ask with a token, as here, whether somebody may use them.
    token = {"Authorization": f"token {ben.api('POST', 'users/ben/tokens')['token']}"}
    asked = f"{deployment.url}/hub/api/user"
    assert requests.get(asked, headers=token).status_code == 200
    with changed(deployment, ben_leaves_the_lab):
        restart_hub(deployment)
        assert requests.get(asked, headers=token).status_code == 403
        page = ben.home()
        assert page.status_code == 403
        assert "You may not use this hub" in page.text
    assert ben.home().url == f"{deployment.url}/hub/home"


def sign_out(deployment, person):
    person.session.get(f"{deployment.url}/hub/logout")
    yield


def leave_the_lab(deployment, _):
    with changed(deployment, ben_leaves_the_lab):
        yield


@pytest.mark.parametrize("ending", [sign_out, leave_the_lab])
def test_copies_of_a_session_are_worth_nothing_within_a_minute(deployment, ending):
    ben = Person(deployment.url)
    ben.sign_in("ben")
    ben.ask("POST", "users/ben/server", json={})
    until(lambda: ben.api("GET", "users/ben")["servers"].get("", {}).get("ready"))
    server = f"{deployment.url}/user/ben"
    page = ben.session.get(f"{server}/lab")
    token = re.search(r'"token": "(\w+)"', page.text)
    assert token, page.text
    copies: list[dict[str, Any]] = [
        {"cookies": {one.name: one.value for one in ben.session.cookies}},
        {"headers": {"Authorization": f"token {token[1]}"}},
    ]
    places = (f"{server}/api/contents", f"{deployment.url}/hub/api/user")

    def open_ones():
        answers = [requests.get(place, **copy) for place in places for copy in copies]
        return [answer.url for answer in answers if answer.status_code == 200]

    assert len(open_ones()) == 4
    with contextmanager(ending)(deployment, ben):
        until(lambda: not open_ones())
    again = Person(deployment.url)
    again.sign_in("ben")
    assert again.ask("DELETE", "users/ben/server").status_code in {202, 204}


def test_who_takes_a_name_does_not_get_the_files_of_who_had_it(deployment):
    Person(deployment.url).sign_in("ben")
    with changed(deployment, cleo_and_ben_change_names):
        page = Person(deployment.url).sign_in("ben")
    assert page.status_code == 403
    assert "The hub knows another GitLab account by the name ben" in page.text
    assert Person(deployment.url).sign_in("ben").url == f"{deployment.url}/hub/home"


def test_an_application_registered_by_hand_signs_people_in(deployment):
    callback = f"{deployment.url}/hub/oauth_callback"
    wanted = {"name": "by hand", "redirect_uri": callback, "scopes": "read_user read_api"}
    with administrator(deployment) as api:
        made = api.applications.create(wanted)
    # The stand-in gives the program its token, and with a token it would register one.
    edits = {
        "__main__.py": ("    token = GitLabStandin(", "    GitLabStandin("),
        "hubconfig/sign_in.py": ("token or args.standin", "token"),
    }
    originals = {file: (deployment.folder / file).read_text() for file in edits}
    with configured(deployment, "gitlab", client_id=made.application_id):
        try:
            for file, (old, new) in edits.items():
                assert old in originals[file]
                (deployment.folder / file).write_text(originals[file].replace(old, new))
            deployment.config["gitlabClientSecret"] = made.secret
            deployment.up()
            assert applications(deployment) == {made.application_id: callback}
            ben = Person(deployment.url)
            assert ben.sign_in("ben").url == f"{deployment.url}/hub/home"
            assert ben.api("GET", "user")["name"] == "ben"
        finally:
            for file, original in originals.items():
                (deployment.folder / file).write_text(original)
    with administrator(deployment) as api:
        api.applications.delete(made.id)


def test_while_gitlab_is_down_people_stay_signed_in(deployment):
    ben = Person(deployment.url)
    ben.sign_in("ben")
    standin = deployment.container("gitlab")
    standin.stop()
    try:
        restart_hub(deployment)
        assert ben.home().url == f"{deployment.url}/hub/home"
    finally:
        standin.start()
        restart_hub(deployment)
