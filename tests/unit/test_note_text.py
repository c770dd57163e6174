"""What a note says of changes that are rare, many, or of several hubs."""

import json
from typing import Any

import pytest
from markdown_it import MarkdownIt

from labctl.changes import Change, Operation, change_of
from labctl.consequences import consequences
from labctl.diagnostics import Message
from labctl.differences import Difference
from labctl.note_text import note
from labctl.preview import Preview, read
from labctl.rules import Weight
from labctl.secrecy import SECRET
from labctl.values import UNKNOWN
from tests.unit.test_markdown import ENCRYPTED, NASTY

LONGEST_NOTE = 50_000
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PARTS = {
    "network-bridge": ("Network", "docker:index/network:Network"),
    "hub-container": ("Hub", "docker:index/container:Container"),
    "hub-data": ("Hub", "docker:index/volume:Volume"),
    "proxy-container": ("Proxy", "docker:index/container:Container"),
    "edge-container": ("Edge", "docker:index/container:Container"),
    "login-application": ("GitLabLogin", "gitlab:index/application:Application"),
    "lab-build": ("Image", "docker:index/image:Image"),
}
ADVICE = Message("advisory", ("containers-come-back", "hub"), "restart is no")
ORDER = Message("mandatory", ("someone-may-sign-in", "hub"), "none allows anybody")
ERROR = Message("error", ("",), "preview failed")


def part(operation: Operation, name: str, *differences: Difference, prefix: str = "") -> Change:
    component, kind = PARTS[name]
    types = f"jupyterhub:index:{component}${kind}"
    urn = f"urn:pulumi:lab::two-hubs::{types}::{prefix}{name}"
    return Change(operation, urn, kind, differences, ())


def change(number: int, operation: Operation) -> Change:
    differences = tuple(Difference(value, value, f"{value}.") for value in NASTY)
    urn = f"urn:pulumi:lab::jupyterhub::docker:index/container:Container::thing-{number}"
    kind = "docker:index/container:Container"
    return Change(operation, urn, kind, differences, unknown=tuple(NASTY))


def test_an_enormous_note_is_cut_between_its_items():
    network = part(Operation.CREATE, "network-bridge")
    people = Difference("settings.json.gitlab.allowed_users", [], [f"user{n}" for n in range(5000)])
    hub = part(Operation.UPDATE, "hub-container", people)
    text = "\n".join(NASTY * 100)
    enormous = Preview(
        "jupyterhub/lab",
        changes=[network, hub, *(change(n, Operation.UPDATE) for n in range(40))],
        diagnostics=[Message("error", ("a", value), text) for value in NASTY],
        findings=[Message("mandatory", ("rule", value), text) for value in NASTY],
    )
    written = note(enormous, "")
    assert len(written) < LONGEST_NOTE
    for left_out in ("more rows", "more lines", "- … and ", "and 4980 more"):
        assert left_out in written
    assert "user0" in written
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(written)
    for tag in ("details", "table", "ul", "code", "strong"):
        assert html.count(f"<{tag}>") == html.count(f"</{tag}>") > 0
    assert html.count("<table>") == 1
    assert not [line for line in written.splitlines() if line.startswith("/")]


@pytest.mark.parametrize("prefix", ["", "physics-"])
def test_people_of_any_program_are_told(prefix):
    memory = Difference("settings.json.notebook.memory_mib", 1024, 2048)
    changes = [
        part(Operation.REPLACE, "hub-data", prefix=prefix),
        part(Operation.REPLACE, "network-bridge", prefix=prefix),
        part(Operation.REPLACE, "hub-container", memory, prefix=prefix),
        part(Operation.CREATE, "network-bridge", prefix="another-"),
    ]
    said = [each.text for each in consequences(changes, "7 running servers")]
    starts = (
        "The hub's database stays behind",
        "The network is replaced",
        "A server may use `2048`",
    )
    assert len(said) == len(starts)
    assert [
        text for text, start in zip(said, starts, strict=True) if text.startswith(start)
    ] == said


def said_of(*changes: Change) -> list[str]:
    return [each.text for each in consequences(list(changes), "running servers")]


def whole_hub(operation: Operation, prefix: str) -> list[Change]:
    return [part(operation, name, prefix=prefix) for name in PARTS if name != "lab-build"]


def test_of_two_hubs_one_can_come():
    restart = part(Operation.REPLACE, "hub-container", prefix="biology-")
    said = said_of(*whole_hub(Operation.CREATE, "physics-"), restart)
    assert said[0].startswith("The hub restarts")
    [new] = said[1:]
    assert new.startswith("The hub is new, or comes back to volumes that stayed: nobody uses it")


@pytest.mark.parametrize(
    ("missing", "starts"),
    [
        (["hub-data", "hub-container"], ["The hub's database is missing: ", "The hub is missing"]),
        (["hub-data"], ["The hub's database is missing: unless its volume is still there, who"]),
        (["edge-container"], ["The edge, where TLS ends, starts: nobody reaches anything until"]),
        (["proxy-container"], ["The proxy is missing"]),
    ],
)
def test_what_was_removed_by_hand_of_a_hub_is_told(missing, starts):
    said = said_of(*(part(Operation.CREATE, name) for name in missing))
    assert [text.startswith(start) for text, start in zip(said, starts, strict=True)] == [
        True
    ] * len(starts)


def test_of_two_hubs_one_can_go():
    restart = part(Operation.REPLACE, "hub-container", prefix="biology-")
    said = said_of(*whole_hub(Operation.DELETE, "physics-"), restart)
    starts = ("The hub is removed. Its database", "The network is deleted", "The hub restarts")
    assert [text.startswith(start) for text, start in zip(said, starts, strict=True)] == [True] * 3


@pytest.mark.parametrize(
    ("path", "old", "new", "text"),
    [
        ("active_servers", 20, None, "at a time at most: any number instead of `20`."),
        ("idle_hours", None, 12, "after which a server is stopped: `12` instead of never."),
        ("gitlab.ca_file", "/ca.pem", None, "from the system instead of `/ca.pem`."),
        ("another", None, 1, "The hub's setting `another` is `1` instead of not set."),
        ("gitlab.callback_url", "http://a", "http://b", "first: its redirect URI has to be `http:"),
        ("gitlab.scopes", ["a"], ["a", "b"], 'first: its scopes have to be `["a", "b"]` instead'),
    ],
)
def test_a_setting_is_told(path, old, new, text):
    hub = part(Operation.UPDATE, "hub-container", Difference(f"settings.json.{path}", old, new))
    [said] = said_of(hub)
    assert text in said


@pytest.mark.parametrize("path", ["gitlab.callback_url", "gitlab.scopes"])
def test_an_application_that_the_program_registers_needs_no_edit(path):
    hub = part(Operation.UPDATE, "hub-container", Difference(f"settings.json.{path}", "a", "b"))
    assert said_of(hub, part(Operation.UPDATE, "login-application")) == []
    assert len(said_of(hub, part(Operation.UPDATE, "login-application", prefix="other-"))) == 1


def port(number: int) -> dict[str, Any]:
    return {"internal": 8000, "external": number, "ip": "::"}


@pytest.mark.parametrize(
    ("role", "path", "old", "new", "text"),
    [
        ("proxy-container", "ports[0].external", 80, 81, "published on port `81`"),
        ("edge-container", "ports[0].external", 443, 8443, "published on port `8443`"),
        ("edge-container", "ports[0].ip", "127.0.0.1", "10.0.0.1", "address `10.0.0.1`"),
        (
            "proxy-container",
            "ports",
            [],
            [port(8000)],
            "proxy is published: `8000 on ::` instead of",
        ),
        ("proxy-container", "ports", [port(8000)], [], "published: none instead of `8000 on ::`."),
        (
            "edge-container",
            "ports",
            [port(443), port(80)],
            [port(8443)],
            "edge is published: `8443 on ::` instead of `443 on ::, 80 on ::`.",
        ),
        ("edge-container", "ports", [port(443)], UNKNOWN, f"published: `{UNKNOWN}` instead of `4"),
        ("edge-container", "ports", [], [UNKNOWN], f'published: `["{UNKNOWN}"]` instead of none.'),
        ("lab-build", "build.args.CONDA_INSTALLER_URL", "https://a", None, "none instead of `htt"),
        ("lab-build", "build.args.OH_MY_ZSH_COMMIT", None, "abc", "`abc` instead of none"),
        ("lab-build", "build.args.NB_LANGUAGE", None, "zh_CN", "`zh_CN` instead of the default"),
    ],
)
def test_a_property_is_told(role, path, old, new, text):
    [said] = said_of(part(Operation.UPDATE, role, Difference(path, old, new)))
    assert text in said


def test_where_the_hub_is_without_the_edge_is_told():
    said = said_of(
        part(Operation.DELETE, "edge-container"),
        part(Operation.REPLACE, "proxy-container", Difference("ports", [], [port(8000)])),
    )
    assert [text.partition(":")[0] for text in said] == [
        "The proxy is replaced",
        "The edge is removed",
        "The host's ports on which the proxy is published",
    ]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (
            Operation.UPDATE,
            ["The hub may use `2048` MiB of memory instead of `1024`; it keeps run"],
        ),
        (
            Operation.REPLACE,
            ["The hub restarts: ", "The hub may use `2048` MiB of memory instead of `1024`."],
        ),
    ],
)
def test_what_restarts_does_not_keep_running(operation, said):
    texts = said_of(part(operation, "hub-container", Difference("memory", 1024, 2048)))
    assert [text[: len(start)] for text, start in zip(texts, said, strict=True)] == said


def share(target: str, source: str, *groups: str, read_only: bool = True) -> dict[str, Any]:
    shown = {"target": target, "source": source, "read_only": read_only}
    return shown | {"groups": list(groups) or None}


def said_of_settings(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is said where the hub's settings.json has `new` instead of `old`."""

    def state(settings: dict[str, Any]) -> dict[str, Any]:
        upload = {"file": "/settings.json", "content": json.dumps(settings)}
        return {"inputs": {"uploads": [upload]}, "type": ""}

    urn = part(Operation.UPDATE, "hub-container").urn
    step = {"op": "update", "urn": urn, "old": state(old), "new": state(new)}
    return said_of(change_of(step))


VOLUMES = {"home": "volume", "system_users": False, "volume_prefix": "a-home"}
DIRECTORIES = VOLUMES | {"home": "/srv/{username}"}
ACCOUNTS = VOLUMES | {"system_users": True, "directory": "/home/ada", "uid": 1000, "gid": 100}

LESS = {"notebook": {"memory_mib": 1024, "cpus": 1, "pids": 64}, "gpus": {"notebooks": "all"}}
PROFILES = {
    "profiles": [{"name": "large", "memory_mib": 8192}],
    "notebook": {"memory_mib": 2048, "cpus": 2, "pids": 4096},
    "gpus": {"notebooks": "none"},
}


@pytest.mark.parametrize(
    ("old", "new", "starts"),
    [
        (
            {"notebook": VOLUMES},
            {"notebook": VOLUMES | {"volume_prefix": "b-home"}},
            ["From their next start on, people's files are in volumes that begin with `b-home`"],
        ),
        ({"notebook": DIRECTORIES}, {"notebook": DIRECTORIES | {"volume_prefix": "b-home"}}, []),
        (
            {"notebook": VOLUMES},
            {"notebook": DIRECTORIES | {"volume_prefix": "b-home"}},
            ["From their next start on, people's files are in `/srv/{username}` instead of"],
        ),
        (
            {"notebook": ACCOUNTS},
            {"notebook": ACCOUNTS | {"volume_prefix": "b", "directory": "/", "uid": 1, "gid": 1}},
            [],
        ),
        (
            {"notebook": DIRECTORIES},
            {"notebook": ACCOUNTS},
            ["Notebooks run as the host's account of each person's name"],
        ),
        (PROFILES, PROFILES | LESS, ["A server may have `64` processes"]),
        (
            PROFILES,
            PROFILES | LESS | {"profiles": [{"name": "large", "memory_mib": 1024}]},
            ["A server may have `64` processes", "People choose between other profiles"],
        ),
        (
            PROFILES,
            PROFILES | LESS | {"profiles": []},
            [
                "A server may have `64` processes",
                "A server may use `1024` MiB",
                "A server may use `1` processors",
                "GPUs in notebooks: `all`",
                "People choose between other profiles",
            ],
        ),
    ],
)
def test_a_setting_that_no_server_goes_by_is_not_told(old, new, starts):
    said = said_of_settings(old, new)
    assert [text[: len(start)] for text, start in zip(said, starts, strict=True)] == starts


def test_files_at_another_path_stay_in_sight():
    at = Difference("settings.json.notebook.directory", "/home/ubuntu", "/home/ada")
    [said] = consequences([part(Operation.UPDATE, "hub-container", at)], "")
    assert (said.weight, said.text[:45]) == (
        Weight.NEXT_START,
        "People's home in a notebook is `/home/ada` in",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            [],
            [share("/data", "/srv/data")],
            ["People see `/data` from their next start on, and cannot change it."],
        ),
        (
            [share("/data", "/srv/data")],
            [share("/lab", "/srv/lab", "lab/a", "lab/b", read_only=False)],
            [
                "Members of `lab/a`, `lab/b` see `/lab` from their next start on, and can write "
                "there.",
                "People do not see `/data` any more, from their next start on; the files stay.",
            ],
        ),
        (
            [share("/data", "/srv/data"), share("/lab", "/srv/lab")],
            [share("/lab", "/srv/new", "lab"), share("/data", "/srv/data", read_only=False)],
            [
                "From their next start on, people see `/srv/new` instead of `/srv/lab` in `/lab`; "
                "the files stay.",
                "From their next start on, `/lab` is for members of `lab` instead of everyone.",
                "Whoever sees `/data` can write there, from their next start on.",
            ],
        ),
        ([share("/a", "/1"), share("/b", "/2")], [share("/b", "/2"), share("/a", "/1")], []),
    ],
)
def test_what_is_shared_is_told_by_its_place(old, new, expected):
    before, after = ({"notebook": {"shared": shared}} for shared in (old, new))
    assert said_of_settings(before, after) == expected


@pytest.mark.parametrize(
    ("preview", "title"),
    [
        (Preview("a/b", diagnostics=[ERROR]), "it failed"),
        (Preview("a/b", [change(1, Operation.UPDATE)], [ERROR]), "1 updated, it failed"),
        (Preview("a/b", findings=[ADVICE]), "nothing changes"),
    ],
)
def test_a_title_says_how_the_preview_ended(preview, title, monkeypatch):
    monkeypatch.setattr("labctl.note_text._servers", lambda _: ("running servers", "None runs."))
    preview.policies = ["jupyterhub"]
    [first, *_] = note(preview, "").splitlines()
    assert first == f"### Preview of `a/b`: {title}"
    assert "found nothing" not in note(preview, "")


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        (["read_user", "read_api"], ["read_user"], ('["read_user", "read_api"]', '["read_user"]')),
        (["a", "b"], ["b", "a"], ('["a", "b"]', '["b", "a"]')),
        ([], ["a"], ("[]", '["a"]')),
        (["x" * 300, "a"], ["x" * 300, "b"], ('["a", "…"]', '["b", "…"]')),
        (["x" * 300, "a"], ["x" * 300], ('["a", "…"]', '["…"]')),
    ],
)
def test_a_list_is_shown_whole_where_it_is_short(old, new, cells, monkeypatch):
    monkeypatch.setattr("labctl.note_text._servers", lambda _: ("running servers", "None runs."))
    changed = part(Operation.UPDATE, "proxy-container", Difference("command", old, new))
    written = note(Preview("a/b", [changed]), "")
    assert f"| `command` | `{cells[0]}` | `{cells[1]}` |" in written


def test_what_is_mandatory_comes_first():
    many = [Message("advisory", ("a-rule", str(number)), "x" * 500) for number in range(50)]
    events = [
        {
            "sequence": 1,
            "policyEvent": {
                "policyName": said.about[0],
                "resourceUrn": f"::{said.about[1]}",
                "enforcementLevel": said.severity,
                "message": said.text,
            },
        }
        for said in [*many, ORDER]
    ]
    written = note(read("".join(map(json.dumps, events)), "a/b"), "")
    assert "- **mandatory**, `someone-may-sign-in`, `hub`" in written
    assert "… and " in written


FILES: list[dict[str, Any]] = [
    {"file": "/etc/site.pem", "content": "certificate"},
    {"file": "/etc/site.key", "content": ENCRYPTED},
]
RENEWED = [FILES[0] | {"content": "another"}, FILES[1]]
KEY = {"uploads[1].content": {"diffKind": "update-replace"}}
KEY_GOES = ("site.key", SECRET, None)
BOTH = KEY | {"uploads[0].content": {"diffKind": "update-replace"}}


@pytest.mark.parametrize(
    ("after", "diff", "expected"),
    [
        (FILES, {}, []),
        (FILES, KEY, [("site.key", SECRET, SECRET)]),
        (RENEWED, BOTH, [("site.pem", "certificate", "another"), ("site.key", SECRET, SECRET)]),
        (ENCRYPTED, BOTH, [("uploads", None, SECRET)]),
        (UNKNOWN_STRING, KEY, [("uploads", None, UNKNOWN)]),
        (
            [FILES[0], UNKNOWN_STRING],
            KEY,
            [("site.key", SECRET, None), ("upload 1", None, UNKNOWN)],
        ),
        ([FILES[0], ENCRYPTED], KEY, [("site.key", SECRET, None), ("upload 1", None, SECRET)]),
    ],
)
def test_a_file_that_changes_is_told_be_it_secret_or_unknown(after, diff, expected):
    old = {"inputs": {"uploads": FILES, "image": "edge:1"}, "type": "docker:index:Container"}
    new = old | {"inputs": {"uploads": after, "image": "edge:1"}}
    step = {"op": "replace", "urn": "::edge-container", "old": old, "new": new}
    found = change_of(step | {"detailedDiff": diff}).differences
    told = [(one.path, one.old if one.path != "uploads" else None, one.new) for one in found]
    assert told == expected
