"""The user that a notebook runs as, what it sees, and what it may use at most."""

from typing import Any

import pytest

from hubconfig.sections.notebook import NotebookArgs
from tests.unit.hubconfig.tables import Row, each, only_fault
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("notebook.uid", 0, "notebook.uid: Input should be greater than or equal to 1000 (found: 0, "),
    ("notebook.uid", 33, "notebook.uid: Input should be greater than or equal to 1000"),
    ("notebook.uid", "root", "notebook.uid: Input should be a valid integer"),
    ("notebook.language", "pt_BR", "notebook.language: Input should be 'de_DE', 'es_ES'"),
    ("notebook.language", "Chinese", "or 'zh_CN' (found: 'Chinese', example: zh_CN)"),
    ("notebook.shell", "/bin/fish", "notebook.shell: Input should be '/bin/bash' or '/bin/zsh'"),
    (
        "notebook.memory_mib",
        64,
        "notebook.memory_mib: Input should be greater than or equal to 256 (found: 64, example: ",
    ),
    (
        "notebook.memory_mib",
        2**24 + 1,
        "notebook.memory_mib: Input should be less than or equal to 16777216 (found: 16777217, ",
    ),
    ("notebook.memory_mib", "2g", "notebook.memory_mib: Input should be a valid integer"),
    ("notebook.memory", 2048, "notebook.memory: unknown key; did you mean memory_mib?"),
    ("notebook.cpus", 0, "notebook.cpus: Input should be greater than or equal to 0.01 (found: 0"),
    ("notebook.cpus", 0.001, "notebook.cpus: Input should be greater than or equal to 0.01"),
    (
        "notebook.cpus",
        1e300,
        "notebook.cpus: Input should be less than or equal to 8192 (found: 1e",
    ),
    ("notebook.cpus", float("inf"), "notebook.cpus: Input should be a finite number"),
    ("notebook.pids", 1, "notebook.pids: Input should be greater than or equal to 64 (found: 1"),
    ("notebook.pids", 2**22 + 1, "notebook.pids: Input should be less than or equal to 4194304"),
    ("notebook.shm_mib", 0, "notebook.shm_mib: Input should be greater than or equal to 1"),
    ("notebook.shm_mib", 4096, "shm_mib 4096 is more than memory_mib 2048, of which it is a part"),
    ("notebook.environment", {"A-B": "1"}, "A-B is no name of a variable: give one of letters"),
    ("notebook.environment", {"PATH": "/x"}, "PATH is the hub's own, or the image's: give another"),
    ("notebook.environment", {"LD_PRELOAD": "/x"}, "LD_PRELOAD is the hub's own, or the image's"),
    ("notebook.environment", {"JUPYTERHUB_API_URL": "x"}, "JUPYTERHUB_API_URL is the hub's own"),
    (
        "notebook.environment",
        {"WANDB_API_KEY": "x"},
        "WANDB_API_KEY looks like a secret, and these",
    ),
    ("notebook.environment", {"A": "a\nb"}, "the value of A has line breaks or control characters"),
    ("notebook.environment", ["A=1"], "notebook.environment: "),
    ("notebook.timezone", "Berlin", "expected a time zone as in /usr/share/zoneinfo, such as Euro"),
    ("notebook.timezone", "../etc/passwd", "notebook.timezone: expected a time zone"),
    ("notebook.ulimits", {"files": 1}, "files is no limit: the limits are as, cpu, data, fsize"),
    ("notebook.ulimits", {"nofile": -2}, "nofile is -2: give a number, or -1 for no limit"),
    ("notebook.ulimits", {"nofile": True}, "true and false are not expected here"),
    (
        "notebook.extra_hosts",
        {"a b": "10.0.0.7"},
        "a b is no other host's name: give one such as lic",
    ),
    ("notebook.extra_hosts", {"localhost": "10.0.0.7"}, "localhost is no other host's name"),
    ("notebook.extra_hosts", {"a.example": "169.254.169.254"}, "169.254.169.254 is no address of"),
    ("notebook.ulimits", {"nproc": 10}, "nproc is no limit"),
    ("notebook.extra_hosts", {"a.example": "x"}, 'notebook.extra_hosts["a.example"]: '),
    ("notebook.dns", "10.0.0.53", "notebook.dns: expected a list"),
    ("notebook.dns", ["dns.example.org"], "notebook.dns[0]: "),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def shared(**changes: Any) -> dict[str, Any]:
    return {"shared": [{"source": "/srv/data", "target": "/data", **changes}]}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"system_users": True, "sudo": True}, "become root on the host"),
        ({"system_users": True, **shared(target="/home/data")}, "among the accounts' homes"),
        (
            {"system_users": True, **shared(source="data", read_only=False)},
            "volume data cannot belong to every account at once",
        ),
    ],
    ids=str,
)
def test_bad_settings_are_named(settings, sentence):
    key, said, _ = only_fault(NotebookArgs, settings)
    assert key == ""
    assert sentence in said


def test_accounts_of_the_host_may_see_a_volume():
    assert NotebookArgs.model_validate({"system_users": True, **shared(source="data")})


def test_accounts_of_the_host_may_have_their_homes_anywhere():
    assert NotebookArgs.model_validate({"system_users": True, "home": "/srv/{username}"})


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"home": "/srv/docker/{username}"}, True),
        (shared(source="/srv"), True),
        (shared(source="/srv/docker"), True),
        (shared(source="docker"), False),
        (shared(source="/srv/dock"), False),
        ({}, False),
    ],
    ids=str,
)
def test_the_engines_socket_is_kept_from_notebooks_wherever_it_is(settings, seen):
    told = list(NotebookArgs.model_validate(settings).faults_with("/srv/docker/docker.sock"))
    assert ["the engine's socket /srv/docker/docker.sock" in fault.sentence for fault in told] == (
        [True] if seen else []
    )
