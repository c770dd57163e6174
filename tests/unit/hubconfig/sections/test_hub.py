"""What the hub itself may use, and how many servers it lets run."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

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
