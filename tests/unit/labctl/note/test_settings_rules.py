"""What a change of the hub's settings.json means for people."""

import pytest

from hubconfig.stack import Stack
from hubpreview.changes import Operation
from hubpreview.differences import Difference
from labctl.note.consequences import consequences
from labctl.note.rules import Weight
from labctl.note.settings_rules import FLAGS, FOLLOWS, LISTS, VALUES
from labctl.note.share_rules import PROPERTIES
from tests.unit import hub_settings
from tests.unit.labctl.note.hubs import part, said_of


@pytest.mark.parametrize(
    ("path", "old", "new", "text"),
    [
        ("active_servers", 20, None, "at a time at most: any number instead of `20`."),
        ("idle_hours", None, 12, "after which a server is stopped: `12` instead of never."),
        ("gitlab.ca_file", "/ca.pem", None, "from the system instead of `/ca.pem`."),
        ("people_per_gpu", 1, 2, "may lease the same GPU at a time: `2` instead of `1`."),
        ("gpu_hours", None, 24, "leases GPUs is stopped: `24` instead of never. It counts as soon"),
        ("gpu_hours", 24, None, "leases GPUs is stopped: never instead of `24`."),
        ("gpu_pool", ["0"], ["0", "1"], "GPUs that servers lease from their next start on: `1`."),
        ("gpu_pool", ["0", "1"], ["0"], "GPUs that servers no longer lease, from their next start"),
        ("another", None, 1, "The hub's setting `another` is `1` instead of not set."),
        ("gitlab.callback_url", "http://a", "http://b", "first: its redirect URI has to be `http:"),
        ("gitlab.scopes", ["a"], ["a", "b"], 'first: its scopes have to be `["a", "b"]` instead'),
    ],
)
def test_a_setting_is_told(path, old, new, text):
    hub = part(Operation.UPDATE, "hub-container", Difference(f"settings.json.{path}", old, new))
    [said] = said_of(hub)
    assert text in said


def test_a_setting_that_is_new_and_changes_nothing_is_not_told():
    def said(key: str, new: object) -> list[str]:
        at = Difference(f"settings.json.{key}", None, new)
        return said_of(part(Operation.UPDATE, "hub-container", at))

    for key, usual, other in (
        ("named_servers", 0, 2),
        ("people_per_gpu", 1, 2),
        ("gpu_pool", [], ["0"]),
    ):
        assert said(key, usual) == []
        assert len(said(key, other)) == 1


@pytest.mark.parametrize("path", ["gitlab.callback_url", "gitlab.scopes"])
def test_an_application_that_the_program_registers_needs_no_edit(path):
    hub = part(Operation.UPDATE, "hub-container", Difference(f"settings.json.{path}", "a", "b"))
    assert said_of(hub, part(Operation.UPDATE, "login-application")) == []
    assert len(said_of(hub, part(Operation.UPDATE, "login-application", prefix="other-"))) == 1


def test_files_at_another_path_stay_in_sight():
    at = Difference("settings.json.notebook.directory", "/home/ubuntu", "/home/ada")
    [said] = consequences([part(Operation.UPDATE, "hub-container", at)], "")
    assert (said.weight, said.text[:45]) == (
        Weight.NEXT_START,
        "People's home in a notebook is `/home/ada` in",
    )


KNOWN_BY = {"notebook.shared[].target", "gpu_limits[].group"}
"""What items of a list are known by: with another, they are others."""


@pytest.mark.parametrize("key", sorted(hub_settings.read() - KNOWN_BY))
def test_every_setting_of_the_hub_has_a_sentence_or_is_said_elsewhere(key):
    path = key.replace("shared[]", "shared[/data]").replace("profiles[]", "profiles[0]")
    path = path.replace("gpu_limits[]", "gpu_limits[lab]")
    path = f"settings.json.{path}{'.pulumi.stack' if key == 'labels' else ''}"
    hub = part(Operation.UPDATE, "hub-container", Difference(path, ["a"], ["a", "b"]))
    said = said_of(hub)
    assert bool(said) is (path.removeprefix("settings.json.") not in FOLLOWS)
    assert not [text for text in said if text.startswith("The hub's setting ")]


def test_every_sentence_is_of_a_setting_that_the_hub_has():
    told = {*VALUES, *FLAGS, *LISTS, *FOLLOWS, "notebook.shared", "user_domains", "gpu_limits"}
    labels = {key for key in told if key.startswith("labels.")}
    assert told - labels == {key.partition("[")[0] for key in hub_settings.read()} - {"labels"}
    assert labels == {f"labels.{name}" for name in Stack.named("a", "b").labels}
    shares = {key.rpartition(".")[2] for key in hub_settings.read() if "shared[]" in key}
    assert {*PROPERTIES, "target"} == shares  # which a share is known by
