"""What the hub itself may use, and how many servers it lets run."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import ANYBODY, changed

BAD: list[Row] = [
    ("hub.memory_mib", 128, "hub.memory_mib: Input should be greater than or equal to 256"),
    (
        "hub.memory_mib",
        2**24 + 1,
        "hub.memory_mib: Input should be less than or equal to 16777216 (found: 16777217, exampl",
    ),
    ("hub.idle_hours", 0, "hub.idle_hours: Input should be greater than or equal to 0.25"),
    ("hub.idle_hours", 8785, "hub.idle_hours: Input should be less than or equal to 8784 (found: "),
    ("hub.idle_hours", float("inf"), "hub.idle_hours: Input should be a finite number"),
    ("hub.idle_hours", True, "hub.idle_hours: true and false are not expected here"),
    (
        "hub.active_servers",
        2**23 + 1,
        "hub.active_servers: Input should be less than or equal to 8",
    ),
    ("hub.active_servers", 0, "hub.active_servers: Input should be greater than or equal to 1"),
    ("hub.named_servers", -1, "hub.named_servers: Input should be greater than or equal to 0"),
    (
        "hub.named_servers",
        1,
        "hub.named_servers: all servers of a person have 2048 MiB together, and the smallest has "
        "2048, so that only one could run: set hub.person_memory_mib, such as to 4096",
    ),
    ("hub.person_memory_mib", 4096, "is for people with several servers: set hub.named_servers"),
    (
        "hub",
        {"named_servers": 1, "person_memory_mib": 1024},
        "hub.person_memory_mib 1024 is less than one server can have, 2048: give at least that",
    ),
    ("hub.announcement", "", "hub.announcement: expected words on one line"),
    ("hub.announcement", "On Friday\nthe hub", "hub.announcement: expected words on one line"),
    ("hub.announcement", "x" * 501, "hub.announcement: String should have at most 500 characters"),
    (
        "hub.embed_in",
        ["http://localhost:9000/page"],
        "hub.embed_in[0]: give the site alone, without a path, such as http://localhost:9000",
    ),
    ("hub.embed_in", ["http://*.localhost"], "hub.embed_in[0]: expected one site by its own name"),
    ("hub.embed_in", ["http://localhost:8000"], "http://localhost:8000 is where people's servers"),
    (
        "",
        {
            "site": {"url": "http://localhost:8000", "user_domains": "localhost"},
            "hub": {"embed_in": ["http://ada.localhost"]},
        },
        "hub.embed_in http://ada.localhost is where people's servers are: a page of theirs could",
    ),
    (
        "",
        {
            "site": {"url": "https://hub.a.org", "user_domains": "people.b.org", "port": 8000},
            "gitlab": ANYBODY,
            "gitlab:token": "glpat-0123456789",
            "hub": {"embed_in": ["https://portal.a.org"]},
        },
        "on pages of another site than https://people.b.org, browsers send it no cookies, so",
    ),
    (
        "hub.embed_in",
        ["https://localhost:9000"],
        "hub.embed_in https://localhost:9000: on pages of another site than http://localhost:80",
    ),
    ("hub.embed_in", ["http://portal.localhost"], "portal.example.org for hub.example.org"),
    ("hub.embed_in", ["*"], "hub.embed_in[0]: expected the address of a web server"),
    (
        "hub.extra_config",
        "gone.py",
        "hub: extra_config gone.py cannot be read: No such file or direc",
    ),
    ("hub.extra_config", "README.md", "hub: extra_config README.md, line 14 is no Python ("),
    ("hub.extra_config", "docs/jupyterlab.png", "docs/jupyterlab.png is no Python ("),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
