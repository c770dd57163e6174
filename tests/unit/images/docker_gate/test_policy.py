"""What the docker gate lets through: all that the spawners ask for, and nothing else."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

import pytest
from dockerspawner import DockerSpawner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.gate_policy import PERSON
from hubconfig.servers import Servers
from hubconfig.values.accounts import FIRST_ID, USERS_GROUP
from tests.gate_modules import policy, policy_of, told
from tests.unit.images.docker_gate.spawning import requests

SHARED = [
    {"source": "sets", "target": "/sets", "read_only": False},
    {"source": "/srv/vision", "target": "/vision", "groups": ["lab/vision"]},
]
PROFILES = [
    {"name": "Large", "memory_mib": 8192, "gpus": "all"},
    {"name": "Small", "cpus": 0.5, "gpus": ["0", "1:2"]},
]
POOL = ["0", "1:2", "GPU-8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"]
LEASING = [{"name": "One", "gpus": 1}, {"name": "Two", "gpus": 2}]
CONFIGURED: list[dict[str, Any]] = [
    {},
    {"notebook": {"sudo": True, "user": "ada"}},
    {"notebook": {"home": "/srv/home/{username}/files"}},
    {"notebook": {"shared": SHARED}},
    {"notebook": {"system_users": True, "shared": SHARED[1:]}},
    {"gpus": {"notebooks": "all"}},
    {"gpus": {"notebooks": ["0"], "mode": "cdi"}},
    {"profiles": LEASING, "gpus": {"pool": POOL}},
    {"profiles": LEASING[1:], "gpus": {"pool": POOL, "mode": "cdi"}},
    {"profiles": PROFILES, "notebook": {"shared": SHARED}, "gpus": {"notebooks": "none"}},
]
Path = tuple[str | int, ...]


@lru_cache
def _asked(configured: str, name: str) -> list[tuple[str | None, Any]]:
    return requests(Servers.model_validate_json(configured), name, ("lab/vision",))


def asked(configured: dict[str, Any], name: str = "li-hua") -> list[tuple[str | None, Any]]:
    return deepcopy(_asked(json.dumps(configured), name))


def passes(configured: dict[str, Any], body: Any, name: str | None) -> bool:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        passed = policy_of(Servers.model_validate(configured)).container(content, name)
    except policy.RefusedError:
        return False
    assert json.dumps(passed) == json.dumps(json.loads(content)), "what was compared is what goes"
    return True


@pytest.mark.parametrize("configured", CONFIGURED, ids=str)
@pytest.mark.parametrize("name", ["ada", "li-hua", "a.b", "x_y", "0", "a" * 63])
def test_what_the_spawners_ask_for_passes(configured, name):
    found = asked(configured, name)
    assert len([each for each, _ in found if each]) == len(configured.get("profiles", [0]))
    for container, body in found:
        assert passes(configured, body, container), body


@pytest.mark.parametrize(
    "name", ["ünal", "a b", "ada@example.org", "a+b~!`[]^{|}", "李华", "\N{SNAKE}", "ß1"]
)
def test_a_name_that_gitlab_would_not_give_passes(name):
    """Administrators of the hub may add people of any name."""
    [(container, body)] = asked({}, name)
    assert passes({}, body, container)


@given(st.text(min_size=1, max_size=50).map(str.lower).filter(str.isprintable))
@settings(deadline=None, derandomize=True, database=None)
def test_every_name_is_somebodys_in_lower_case(name):
    assert re.fullmatch(PERSON, DockerSpawner._escape(name), re.ASCII)


@pytest.mark.parametrize(
    "name",
    [
        *("hub-data", "edge-data", "gitlab-data", "x-edge-data", "2d-hub-data", "docker-gate"),
        *("a-61", "a-41", "a-30", "a-0a", "a-80", "a-c3", "a-c3-41", "a-bc-c3", "a-2", "a-", "-"),
    ],
)
def test_a_name_that_the_escape_does_not_give_is_nobodys(name):
    [(_, body)] = asked({})
    body["HostConfig"]["Mounts"][0]["Source"] = f"hub-home-{name}"
    assert not passes({}, body, "hub-notebook-ada")
    [(_, body)] = asked({})
    assert not passes({}, body, f"hub-notebook-{name}")


FREE = {
    ("Env",),
    ("HostConfig", "Mounts"),
    ("HostConfig", "GroupAdd"),
    ("HostConfig", "Binds"),
    ("User",),
    ("WorkingDir",),
}
"""Where a person's values are: changes there have tests of their own, below."""


def sent() -> list[tuple[dict[str, Any], str | None, Any]]:
    """Return every request of every configuration."""
    return [(configured, *each) for configured in CONFIGURED for each in asked(configured)]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each value in a body, and of the body."""
    if path not in FREE:
        yield path
        if isinstance(value, dict):
            for key, item in value.items():
                yield from paths(item, (*path, key))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from paths(item, (*path, number))


def at(body: Any, path: Path) -> Any:
    for key in path:
        body = body[key]
    return body


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "host", "root", "0", "true", "/", "ALL"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "Privileged",
        "privileged",
        "Binds",
        "Devices",
        "CapAdd",
        "User",
        "Volumes",
        "PidMode",
        "",
        "x",
    ]
) | st.text(max_size=8)


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Any], str | None, Any, Any]:
    """Return a configuration, a name, a body as it is asked for, and one with a change in it."""
    configured, name, given_body = draw(st.sampled_from(sent()))
    changed = deepcopy(given_body)
    path = draw(st.sampled_from(list(paths(given_body))))
    old = at(given_body, path)
    how = draw(st.sampled_from(["set", "add", "delete", "retype"]))
    if how == "add" and isinstance(old, dict):
        at(changed, path)[draw(KEYS.filter(lambda key: key not in old))] = draw(JSON)
    elif how == "add" and isinstance(old, list):
        at(changed, path).insert(draw(st.integers(0, len(old))), draw(JSON))
    elif path and how == "delete":
        del at(changed, path[:-1])[path[-1]]
    else:
        kinds: list[Any] = (
            [int(old), bool(old), float(old)] if isinstance(old, int) else [str(old), [old]]
        )
        kinds += [None, "", [], {}, False, 0]
        value = draw(st.sampled_from(kinds) if how == "retype" else JSON)
        if path:
            at(changed, path[:-1])[path[-1]] = value
        else:
            changed = value
    return configured, name, given_body, changed


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: 1, 1.0 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@settings(
    max_examples=600,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(changes())
def test_no_change_of_a_container_passes(change):
    configured, name, before, changed = change
    if not same(before, changed):
        # A sibling that the stack declares too: another profile's value.
        other = [body for _, body in asked(configured)]
        assert not passes(configured, changed, name) or any(same(changed, body) for body in other)


VOLUME = {"Type": "volume", "Source": "hub-home-ada", "Target": "/home/ubuntu"}
LABELS = {
    "pulumi.project": "jupyterhub",
    "pulumi.stack": "test",
    "jupyterhub.part": "home",
}
HOME = VOLUME | {"VolumeOptions": {"Labels": LABELS}}
SETS = {"Type": "volume", "Source": "sets", "Target": "/sets", "ReadOnly": False}
VISION = {"Type": "bind", "Source": "/srv/vision", "Target": "/vision", "ReadOnly": True}
WITH_SHARED, ACCOUNTS, FOLDERS = CONFIGURED[3], CONFIGURED[4], CONFIGURED[2]


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        ([HOME], True),
        ([HOME, SETS], True),
        ([VISION, HOME, SETS], True),
        ([], False),
        (None, False),
        ([SETS], False),
        ([HOME, HOME], False),
        ([HOME, dict(reversed(HOME.items()))], False),
        ([HOME, SETS, dict(reversed(SETS.items()))], False),
        ([HOME | {"Source": "hub-home-ben"}], True),
        ([HOME, HOME | {"Source": "hub-home-ben"}], False),
        *(
            ([HOME | {"Source": source}], False)
            for source in (
                *("hub-home-", "hub-home", "hub-hub-data", "other-home-ada", "/", "/home/ada", ""),
                *(
                    "hub-home-../..",
                    "hub-home-ada\n",
                    "hub-home-ada\0",
                    "hub-home-Ada",
                    " hub-home-a",
                ),
                *("hub-home-\u0663", "hub-home--zz", "hub-home-" + "a" * 300, "hub-home-\ud800"),
            )
        ),
        ([HOME | {"Type": "bind"}], False),
        ([HOME | {"Target": "/"}], False),
        ([HOME | {"ReadOnly": True}], False),
        ([HOME | {"BindOptions": {"Propagation": "rshared"}}], False),
        ([VOLUME], False),
        ([VOLUME | {"VolumeOptions": {"Labels": LABELS | {"a": "b"}}}], False),
        (
            [
                VOLUME
                | {
                    "VolumeOptions": {
                        "Labels": LABELS,
                        "DriverConfig": {"Name": "local", "Options": {"o": "bind", "device": "/"}},
                    }
                }
            ],
            False,
        ),
        ([HOME, VISION | {"ReadOnly": False}], False),
        ([HOME, VISION | {"Source": "/srv"}], False),
        ([HOME, VISION | {"Source": "/srv/vision/.."}], False),
        ([HOME, {"Type": "tmpfs", "Target": "/t"}], False),
        ([HOME, {"Type": "bind", "Source": "/", "Target": "/host"}], False),
    ],
    ids=str,
)
def test_mounts_are_the_persons_and_those_that_are_shared(mounts, expected):
    [*_, (name, body)] = asked(WITH_SHARED)
    body["HostConfig"]["Mounts"] = mounts
    assert passes(WITH_SHARED, body, name) is expected


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("JUPYTERHUB_USER=ben", True),
        ("JUPYTERHUB_X=a=b c", True),
        ("NB_UID=1", True),
        *(
            (variable, False)
            for variable in (
                *(
                    "LD_PRELOAD=/home/x.so",
                    "PATH=/home",
                    "GRANT_SUDO=yes",
                    "PYTHONPATH=/",
                    "BASH_ENV=x",
                ),
                *(
                    "NVIDIA_VISIBLE_DEVICES=all",
                    "NVIDIA_DRIVER_CAPABILITIES=all",
                    "",
                    "HOME",
                    "=",
                    "X",
                ),
                *("JUPYTERHUB_USER", "jupyterhub_user=a", "JUPYTERHUB_A\nLD_PRELOAD=x", "HOMES=/"),
                *("JUPYTERHUB_A=1\nLD_PRELOAD=x", "JUPYTERHUB_A=\0", "JUPYTERHUB_É=1", 1, None),
                *(" HOME=/", "JUPYTERHUB_A=\ud800", ["HOME=/"], {"matches": ".*"}),
            )
        ),
    ],
)
def test_only_the_hubs_variables_pass(variable, expected):
    [(name, body)] = asked({})
    body["Env"].append(variable)
    assert passes({}, body, name) is expected


def test_what_the_stack_sets_has_to_be_there():
    [(name, body)] = asked({})
    body["Env"].remove("NVIDIA_VISIBLE_DEVICES=void")
    assert not passes({}, body, name)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        *(("User", user, True) for user in ("1001:1001", "1000:100", "4000:2147483647")),
        ("WorkingDir", "/home/li-hua", True),
        *(
            ("User", user, False)
            for user in ("0:0", "root", "999:1", "1000", "01000:1", "", "1000:1:2", "-1:1", None)
        ),
        *(
            ("User", f"1000:{group}", False)
            for group in ("0", "1", "99", "101", "998", "999", "0100", "01000", "10 ", "100:100")
        ),
        ("User", "\N{ARABIC-INDIC DIGIT ONE}000:1", False),
        *(
            ("WorkingDir", folder, False)
            for folder in (
                *("/", "/home", "/home/", "/home/..", "/home/.ssh", "/home/a/b", "/home/a/../b"),
                *("//home/a", "/root", "/home/a\0", "/home/a\n", "home/a", "/home/" + "a" * 300),
            )
        ),
    ],
)
def test_accounts_are_no_system_users_and_live_in_homes(key, value, expected):
    [*_, (name, body)] = asked(ACCOUNTS)
    body[key] = value
    if key == "WorkingDir":
        body["HostConfig"]["Mounts"][0] |= {"Source": value, "Target": value}
    assert passes(ACCOUNTS, body, name) is expected


@given(st.lists(st.integers(0, 2**31 - 1) | st.integers(0, 1100), unique=True))
@settings(deadline=None, derandomize=True, database=None)
def test_an_account_has_no_group_of_the_systems_own(groups):
    [*_, (name, body)] = asked(ACCOUNTS)
    body["HostConfig"]["GroupAdd"] = [str(group) for group in groups]
    expected = all(group >= FIRST_ID or group == USERS_GROUP for group in groups)
    assert passes(ACCOUNTS, body, name) is expected


PLACES: st.SearchStrategy[Any] = st.sampled_from(
    ["/home/ada", "/home/bob", "/home/ada/", "/home", "/home/a/b", None, {}]
)


@given(PLACES, PLACES, PLACES)
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_an_account_has_its_home_where_the_host_has_it_and_no_others(folder, source, target):
    [*_, (name, body)] = asked(ACCOUNTS)
    body["WorkingDir"] = folder
    body["HostConfig"]["Mounts"][0] |= {"Source": source, "Target": target}
    expected = folder in ["/home/ada", "/home/bob"] and folder == source == target
    assert passes(ACCOUNTS, body, name) is expected


@pytest.mark.parametrize(
    ("configured", "does", "binds", "expected"),
    [
        (FOLDERS, "sh", ["/srv/home/ada/files:/directory"], True),
        (WITH_SHARED, "sh", ["sets:/directory"], True),
        *(
            (FOLDERS, "sh", binds, False)
            for binds in (
                ["/:/directory"],
                ["/srv/home/ada:/directory"],
                ["/srv/home/../files:/directory"],
                ["/srv/home/ada/files:/directory:rshared"],
                ["/srv/home/ada/files:/etc"],
                ["/srv/home/ada/files/:/directory"],
                ["/srv/home//files:/directory"],
                ["/srv/home/a/b/files:/directory"],
                ["sets:/directory"],
                ["/srv/home/ada/files:/directory", "/:/host"],
                [],
                "/srv/home/ada/files:/directory",
            )
        ),
        (WITH_SHARED, "sh", ["hub-hub-data:/directory"], False),
        (WITH_SHARED, "sh", ["/srv/vision:/directory"], False),
    ],
    ids=str,
)
def test_a_look_is_at_a_place_that_people_have(configured, does, binds, expected):
    body = next(body for name, body in asked(configured) if not name and body["Cmd"][0] == does)
    body["HostConfig"]["Binds"] = binds
    assert passes(configured, body, None) is expected


@pytest.mark.parametrize("configured", [CONFIGURED[0], CONFIGURED[2], CONFIGURED[3]], ids=str)
def test_a_look_that_the_stack_does_not_need_is_refused(configured):
    for name, body in asked(ACCOUNTS):
        if not name and body["Cmd"][0] != "sh":
            assert passes(ACCOUNTS, body, None)
            assert not passes(configured, body, None)


@pytest.mark.parametrize(
    "name",
    [
        *(None, "", "hub-hub", "hub-notebook-", "other-notebook-ada", "hub-notebook-a/b"),
        *("hub-notebook-ada\n", "/hub-notebook-ada", "hub-notebook-..", "HUB-notebook-ada"),
    ],
)
def test_a_server_has_the_name_of_one(name):
    [(_, body)] = asked({})
    assert not passes({}, body, name)


def test_a_look_has_no_name():
    look, _ = asked(FOLDERS)
    assert not passes(FOLDERS, look[1], "hub-notebook-ada")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"Image"', '"Image": "other", "Image"'),
        lambda text: text.replace('"Memory"', '"Privileged": true, "Privileged": false, "Memory"'),
        lambda text: text.replace('"Image"', '"\\u0049mage": "other", "Image"'),
        lambda text: text.replace('"Memory": 2147483648', '"Memory": 2147483648.0'),
        lambda text: text.replace('"Memory": 2147483648', '"Memory": NaN'),
        lambda text: text.replace('"Memory": 2147483648', '"Memory": Infinity'),
        lambda text: text.replace('"Memory": 2147483648', '"Memory": ' + "1" * 5000),
        lambda text: text + " {}",
        lambda text: text[:-1],
        lambda text: f"[{text}]",
        lambda _: "",
        lambda _: "null",
        lambda _: "1",
        lambda _: '"{}"',
        lambda _: "[" * 100_000,
        lambda _: '{"Labels":' * 5000,
        lambda _: '{"Labels": {"jupyterhub.part": ["notebook"]}}',
        lambda _: '{"Labels": {"jupyterhub.part": "home"}}',
        lambda _: (
            '{"Labels": {"jupyterhub.part": "notebook"}, "Env": ' + "[" * 900 + "]" * 900 + "}"
        ),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(change):
    [(name, body)] = asked({})
    text = json.dumps(body)
    assert passes({}, text.encode(), name)
    assert not passes({}, change(text).encode(), name)


def test_a_body_in_bytes_that_are_no_text_is_refused():
    [(name, body)] = asked({})
    assert not passes({}, json.dumps(body).encode() + b"\xff", name)


@pytest.mark.parametrize(
    ("labels", "part"),
    [
        (
            {"jupyterhub.part": "notebook", "pulumi.project": "jupyterhub", "pulumi.stack": "test"},
            True,
        ),
        (
            {"jupyterhub.part": "notebook", "pulumi.project": "jupyterhub", "pulumi.stack": "b"},
            False,
        ),
        ({"jupyterhub.part": "notebook"}, False),
        ({"pulumi.project": "jupyterhub", "pulumi.stack": "test"}, False),
        (
            {"jupyterhub.part": "home", "pulumi.project": "jupyterhub", "pulumi.stack": "test"},
            False,
        ),
        (None, False),
    ],
    ids=str,
)
def test_a_container_is_the_stacks_by_its_labels(labels, part):
    container = {"Config": {"Labels": labels}}
    if part:
        assert policy_of().part_of(container) == "notebook"
    else:
        with pytest.raises(policy.RefusedError, match="not one that the hub has made"):
            policy_of().part_of(container)


def test_only_images_and_volumes_of_notebooks_are_looked_at():
    found = policy_of(Servers.model_validate(WITH_SHARED))
    found.check_volume("sets")
    for name in (
        "hub-home-ada",
        "hub-hub-data",
        "hub-docker-gate",
        "hub-home-",
        "sets2",
        "/srv/vision",
    ):
        with pytest.raises(policy.RefusedError, match="none of the stack's notebooks"):
            found.check_volume(name)
    found.check_image("image")
    for name in ("image2", "jupyterhub-hub", "imag", "image@sha256:0"):
        with pytest.raises(policy.RefusedError, match="none of the stack's notebooks"):
            found.check_image(name)


@pytest.mark.parametrize(
    ("ids", "label", "expected"),
    [
        (["0", "1:2"], "0,1:2", True),
        (["1:2", "0"], "1:2,0", True),
        (["0", POOL[2]], f"0,{POOL[2]}", True),
        *(
            (["0", "1:2"], label, False)
            for label in ("0", "1:2,0", "0,1:2,", "0, 1:2", "", "all", "{gpus}", None, ["0", "1:2"])
        ),
        (["0", "2"], "0,2", False),
        (["0", "all"], "0,all", False),
        (["0", "01"], "0,01", False),
        (["0", "1:2\n"], "0,1:2\n", False),
        (["0", ""], "0,", False),
        (["0", None], "0,None", False),
        (["0", 0], "0,0", False),
        (["0"], "0", False),
        (["0", "1:2", POOL[2]], f"0,1:2,{POOL[2]}", False),
        (["{gpu}", "{gpu}"], "{gpu},{gpu}", False),
        ([], "", False),
        ("0,1:2", "0,1:2", False),
        (None, "0,1:2", False),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["nvidia", "cdi"])
def test_a_lease_is_of_the_pool_and_says_what_it_is(mode, ids, label, expected):
    configured = {"profiles": LEASING[1:], "gpus": {"pool": POOL, "mode": mode}}
    [(name, body)] = asked(configured)
    if mode == "cdi" and isinstance(ids, list):
        ids = [f"nvidia.com/gpu={id_}" if isinstance(id_, str) else id_ for id_ in ids]
    [request] = body["HostConfig"]["DeviceRequests"]
    request["DeviceIDs"] = ids
    body["Labels"]["jupyterhub.gpus"] = label
    assert passes(configured, body, name) is expected


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["Labels"].pop("jupyterhub.gpus"),
        lambda body: body["Labels"].update({"jupyterhub.gpus2": "1"}),
        lambda body: body["HostConfig"]["DeviceRequests"][0].update(Count=-1),
        lambda body: body["HostConfig"]["DeviceRequests"][0].pop("DeviceIDs"),
        lambda body: body["HostConfig"]["DeviceRequests"][0].update(Options={"a": "b"}),
        lambda body: body["HostConfig"]["DeviceRequests"][0].update(Driver="cdi"),
        lambda body: body["HostConfig"]["DeviceRequests"].append(
            {"Driver": "nvidia", "Capabilities": [["gpu"]], "DeviceIDs": ["0"]}
        ),
        lambda body: body["HostConfig"].update(DeviceRequests=[]),
        lambda body: body["HostConfig"].update(DeviceRequests={"0": {"DeviceIDs": ["0"]}}),
        lambda body: body.update(HostConfig="0"),
    ],
)
def test_nothing_else_of_a_lease_is_open(change):
    configured = {"profiles": LEASING[:1], "gpus": {"pool": POOL}}
    [(name, body)] = asked(configured)
    assert passes(configured, body, name)
    change(body)
    assert not passes(configured, body, name)


def test_a_server_without_a_lease_takes_none():
    [(name, body)] = asked({})
    body["Labels"]["jupyterhub.gpus"] = "0"
    assert not passes({}, body, name)


def test_who_leases_nothing_tells_the_gate_nothing_of_leases():
    text = json.dumps(told(Servers.model_validate({"gpus": {"notebooks": "all", "pool": POOL}})))
    assert "leases" not in text
    assert "jupyterhub.gpus" not in text
