"""What several people see."""

from typing import Any

import pytest

from hubconfig.sections.notebook import NotebookArgs
from tests.unit.hubconfig.tables import Row, each, only_fault
from tests.unit.stack_files import changed

BAD: list[Row] = [
    (
        "notebook",
        {"home": "/data/u-{username}", "shared": [{"source": "/data", "target": "/all"}]},
        "shared: source /data would show everybody's files",
    ),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/a"}, {"source": "/srv/b", "target": "/b"}],
        "shared: sources /srv and /srv/b hold one another",
    ),
    (
        "notebook.shared",
        [{"source": "/root", "target": "/data"}],
        "notebook.shared[0].source: it is, holds or lies in /root",
    ),
    (
        "notebook.shared",
        [{"source": "/var/run", "target": "/data"}],
        "notebook.shared[0].source: it is, holds or lies in /var/run",
    ),
    ("notebook.shared", [{"source": "/srv"}], "notebook.shared[0].target: missing; set"),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/usr/data"}],
        "notebook.shared[0].target: notebooks need what the image has there",
    ),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/home/ubuntu"}],
        "would hide people's own files",
    ),
    *(
        (
            "notebook.shared",
            [{"source": "/srv", "target": target}],
            f"shared: target {target} is in a home where nobody lives, since people's is "
            f"/home/ubuntu: give /home/ubuntu/{name}, or a place such as /data",
        )
        for target, name in {"/home/jovyan": "jovyan", "/home/jovyan/data": "data"}.items()
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def shared(**changes: Any) -> dict[str, Any]:
    return {"shared": [{"source": "/srv/data", "target": "/data", **changes}]}


BAD_SETTINGS: list[tuple[dict[str, Any], str, str]] = [
    (shared(source="data/x"), "shared.0.source", "expected an absolute path"),
    (shared(source="/"), "shared.0.source", "holds or lies in /run"),
    (shared(source="/var"), "shared.0.source", "holds or lies in /var/run"),
    (shared(source="/var/run/docker.sock"), "shared.0.source", "lies in /var/run"),
    (shared(source="/var/lib/docker/volumes"), "shared.0.source", "lies in /var/lib/docker"),
    (shared(source="/etc"), "shared.0.source", "lies in /etc"),
    (shared(source="/opt"), "shared.0.source", "holds or lies in /opt/containerd"),
    (shared(source="/var/log/lab"), "shared.0.source", "holds or lies in /var/log"),
    (shared(source="/home"), "shared.0.source", "can be, the home of one of the host's accounts"),
    (shared(source="/home/ada"), "shared.0.source", "can be, the home of one of the host's acc"),
    (shared(source="/srv/a:b"), "shared.0.source", "the engine takes no path with a colon"),
    (shared(source="/srv/a\nb"), "shared.0.source", "no path with a colon or a line break"),
    (shared(source="/srv/../etc"), "shared.0.source", "without '..'"),
    (shared(source="/srv/{username}"), "shared.0.source", "braces are not expected"),
    (shared(source="a b"), "shared.0.source", "or the name of a volume"),
    (shared(source=""), "shared.0.source", "or the name of a volume"),
    (shared(target="data"), "shared.0.target", "expected an absolute path"),
    (shared(target="/"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/usr/share"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/tmp"), "shared.0.target", "notebooks need what the image has"),  # noqa: S108
    (shared(target="/var"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/opt/conda"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/a:b"), "shared.0.target", "the engine takes no path with a colon"),
    (shared(target="/data/{username}"), "shared.0.target", "braces are not expected"),
    (shared(target="/home"), "", "would hide people's own files in /home/ubuntu"),
    (shared(target="/home/ubuntu"), "", "would hide people's own files"),
    (shared(target="/home/ubuntu/.local"), "", "too deep in people's home"),
    (shared(target="/home/ubuntu/a/b"), "", "such as /home/ubuntu/b"),
    (shared(groups=[]), "shared.0.groups", "at least 1 item"),
    (shared(group="lab"), "shared.0.group", "Extra inputs are not permitted"),
    ({"shared": shared()["shared"] * 2}, "", "targets /data and /data are, or hold, one another"),
    (
        {"shared": [*shared()["shared"], *shared(target="/data/more")["shared"]]},
        "",
        "targets /data and /data/more are, or hold, one another",
    ),
]


@pytest.mark.parametrize(
    ("settings", "key", "sentence"), BAD_SETTINGS, ids=[str(row[0]) for row in BAD_SETTINGS]
)
def test_bad_settings_are_named(settings, key, sentence):
    found, said, _ = only_fault(NotebookArgs, settings)
    assert found == key
    assert sentence in said


@pytest.mark.parametrize(
    "settings",
    [
        shared(source="/var/data"),
        shared(source="/home/data/sets"),
        shared(source="data-sets_1.0"),
        shared(target="/home/ubuntu/data"),
        shared(target="/home/ubuntu/data", groups=["lab", "lab/vision"], read_only=False),
        {"shared": [*shared()["shared"], *shared(target="/database")["shared"]]},
    ],
    ids=str,
)
def test_good_settings_are_taken(settings):
    assert NotebookArgs.model_validate(settings)
