"""All of what is given is checked, whatever is wrong with a part of it."""

from typing import Any

import pytest

from tests.unit.stack_files import ANYBODY, CONFIG, TOKEN, changed


def test_a_list_is_not_called_empty_for_what_was_refused_of_it(refusal):
    said = refusal(changed("profiles", [{"name": "A", "groups": ["12"]}]))
    assert "the list is empty" not in said


def shares(*given: str, **wrong: Any) -> dict[str, Any]:
    """Return a section `notebook` with shares, and with a last one that has a wrong value."""
    pairs = [one.split(" -> ") for one in given]
    shared = [{"source": source, "target": target} for source, target in pairs]
    return {"shared": [*shared, {"source": "sets", "target": "/sets", **wrong}]}


@pytest.mark.parametrize(
    ("section", "given", "told"),
    [
        ("gitlab", {"url": "gitlab.example.org"}, [".url: expected", ": nobody could sign in"]),
        ("site", {"url": "http://a.org", "prt": 1}, [".prt: unknown key", ": url http://a.org"]),
        (
            "network",
            {"subnet": "172.18.0.0/24", "gateway": "x", "hub_address": "10.0.0.1"},
            [".gateway: Input", ": hub_address 10.0.0.1 must"],
        ),
        (
            "notebook",
            {"memory_mib": 1, "system_users": True, "sudo": True},
            [".memory_mib: Input", ": system_users and sudo"],
        ),
        (
            "notebook",
            shares("d1 -> /data", "d2 -> /data", groups=["a/"]),
            [".shared[2].groups[0]: expected", ": shared: targets /data and /data are"],
        ),
        (
            "notebook",
            shares("/srv/a -> /a", "/srv/a/b -> /b", read_only="maybe"),
            [".shared[2].read_only: Input", ": shared: sources /srv/a and /srv/a/b hold"],
        ),
        (
            "notebook",
            {"home": "/srv/h/{username}", **shares("/srv/h -> /h", groups="lab")},
            [
                ".shared[1].groups: expected a list",
                ": shared: source /srv/h would show everybody's",
            ],
        ),
        (
            "notebook",
            shares("data -> /home/ubuntu", target="t"),
            [".shared[1].target: expected", ": shared: target /home/ubuntu would hide"],
        ),
        (
            "notebook",
            {"system_users": True, **shares("/srv/a -> /home/a", "/srv/b -> /home/b", source=1)},
            [".shared[2].source: Input", *[": shared: target /home"] * 2],
        ),
        # An example stands for what is wrong: nothing is said of it.
        ("notebook", shares("/srv/a -> /home/ubuntu/vision", target=5), [".shared[1].target: "]),
        ("network", {"subnet": "x", "gateway": "10.0.0.1"}, [".subnet: "]),
        ("tls", {"certificate": "acme", "email": 1}, [".email: "]),
    ],
)
def test_a_wrong_key_hides_no_fault_between_the_others(refusal, section, given, told):
    start = f"jupyterhub:{section}"
    said = refusal(changed(section, given)).splitlines()
    lines = [line for line in said if line.startswith(start)]
    assert len(lines) == len(told)
    for line, start in zip(lines, told, strict=True):
        assert line.startswith(f"jupyterhub:{section}{start}")


ACME = {"certificate": "acme", "email": "admin@example.org"}
BACKUPS = {"directory": "/srv/backups"}


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        (
            {"backup": BACKUPS | {"keep": 0}, "notebook": {"home": "/srv/{username}"}},
            [":backup.keep: Input", ": backup.directory /srv/backups is in /srv/{username}, where"],
        ),
        (
            {"site": {"url": "https://hub.lan"}, "tls": ACME | {"email": "admin"}},
            [":tls.email: expected", ": tls.certificate acme: Let's Encrypt wants a name in the"],
        ),
        (
            {"site": {"url": "https://hub.example.org"}, "notebook": {"uid": 0}},
            [":notebook.uid: Input", ": site.port is missing: TLS ends in front of the hub"],
        ),
        (
            {"backup": BACKUPS, "notebook": shares("/srv/backups -> /b", groups="lab")},
            [
                ":notebook.shared[1].groups: expected a list",
                ": backup.directory /srv/backups is in",
            ],
        ),
        (
            {"notebook": shares("jupyterhub-test-hub-data -> /h", groups="lab")},
            [
                ":notebook.shared[1].groups: expected a list",
                ": notebook.shared: the volume jupyterhub-test",
            ],
        ),
        (
            {
                "docker": {"socket": "/srv/run/docker.sock"},
                "notebook": shares("/srv/run -> /run2", groups="lab"),
            },
            [
                ":notebook.shared[1].groups: expected a list",
                ": notebook: /srv/run shows people the engine's",
            ],
        ),
    ],
)
def test_a_wrong_key_hides_no_fault_between_sections(refusal, sections, told):
    lines = refusal(CONFIG | {"gitlab": ANYBODY} | TOKEN | sections).splitlines()
    assert len(lines) == len(told)
    for line, start in zip(lines, told, strict=True):
        assert line.startswith(f"jupyterhub{start}")


def test_a_wrong_key_hides_no_fault_between_the_other_sections(refusal):
    config = changed("notebook", {"uid": 0})
    config["site"] = {"url": "https://hub.example.org"}
    assert [line.partition(" ")[0] for line in refusal(config).splitlines()] == [
        "jupyterhub:notebook.uid:",
        "jupyterhub:",  # no port for the hub behind another server's TLS
        "jupyterhub:",  # the stand-in outside loopback
    ]
