"""What people's servers, and the hub's looks at the host, get of the host."""

from collections.abc import Callable
from typing import Any

import pytest

from hubconfig.servers import Servers
from tests.hub_modules import asked_for, asked_for_with
from tests.unit.policy.asking import Row, fault_of
from tests.unit.policy.resources import asked, settings, uploaded

Content = dict[str, Any]
SECCOMP = 'seccomp={"defaultAction": "SCMP_ACT_ALLOW"}'


def server(key: str, value: Any) -> Callable[[Content], None]:
    """Return what sets a key of the second profile's container."""
    return lambda told: told["servers"][1]["container"].update({key: value})


def host(key: str, value: Any) -> Callable[[Content], None]:
    """Return what sets a key of what the second profile's container gets of the host."""
    return lambda told: told["servers"][1]["container"]["HostConfig"].update({key: value})


def look(key: str, value: Any) -> Callable[[Content], None]:
    """Return the same of the look that gives a directory to somebody."""
    return lambda told: told["looks"]["take"]["HostConfig"].update({key: value})


def bind(source: str, **given: Any) -> Content:
    return {"Type": "bind", "Source": source, "Target": "/there", **given}


def _rooted(told: Content) -> None:
    server("User", "root")(told)
    host("CapDrop", ["NET_RAW"])(told)


RIGHTS = {
    "Privileged": True,
    "CapAdd": ["SYS_ADMIN"],
    "Devices": [{"PathOnHost": "/dev/sda", "PathInContainer": "/dev/sda"}],
    "DeviceCgroupRules": ["b 8:* rwm"],
    "Binds": ["/srv:/srv"],
    "PidMode": "host",
    "IpcMode": "host",
    "UTSMode": "host",
    "UsernsMode": "host",
    "CgroupnsMode": "host",
    "CgroupParent": "/",
    "Runtime": "runc-of-mine",
    "Sysctls": {"net.ipv4.ip_forward": "1"},
    "SecurityOpt": ["no-new-privileges", SECCOMP],
    "NetworkMode": "host",
    "LogConfig": {"Type": "syslog"},
    "VolumesFrom": ["hub"],
    "PortBindings": {"80/tcp": [{}]},
    "OomScoreAdj": -1000,
    "OomKillDisable": True,
    "MaskedPaths": [],
}
"""Each is refused; nobody has thought of most of them."""
NVIDIA = {"Driver": "nvidia", "Capabilities": [["gpu"]]}
NO_GPUS: list[Content] = [
    NVIDIA,
    NVIDIA | {"Count": 1},
    NVIDIA | {"DeviceIDs": []},
    NVIDIA | {"DeviceIDs": ["all"]},
    NVIDIA | {"DeviceIDs": ["0", "/dev/sda"]},
    NVIDIA | {"DeviceIDs": ["{gpu}0"]},
    NVIDIA | {"Count": -1, "DeviceIDs": ["0"]},
    NVIDIA | {"DeviceIDs": ["0"], "Options": {"a": "b"}},
    NVIDIA | {"DeviceIDs": ["0"], "Capabilities": [["gpu", "display"]]},
    {"Driver": "cdi", "DeviceIDs": ["0"]},
    {"Driver": "cdi", "DeviceIDs": ["vendor.com/disk=all"]},
    {"Driver": "cdi", "DeviceIDs": ["x/nvidia.com/gpu=0"]},
    {"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=0", "vendor.com/disk=0"]},
    {"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu={gpu}", "nvidia.com/gpu=.*"]},
    {"Driver": "cdi", "Count": -1},
]
"""Requests for devices that no stack file can say; CDI has names for any device and mount."""
BAD_PARTS: list[Row] = [
    *(
        (
            "notebooks-are-limited",
            "hub",
            {"uploads": asked(host(key, 0))},
            f"containers.json servers[Small].HostConfig.{key} is not limited; set it",
        )
        for key in ("Memory", "CpuQuota", "PidsLimit")
    ),
    *(
        (
            "notebooks-have-few-rights",
            "hub",
            {"uploads": asked(change(key, value))},
            f"containers.json {where}.HostConfig.{key} is {value}; remove it, or name it in",
        )
        for key, value in RIGHTS.items()
        for change, where in ((host, "servers[Small]"), (look, "looks.take"))
    ),
    *(
        ("notebooks-have-few-rights", "hub", {"uploads": asked(change)}, f"{said} is ")
        for change, said in [
            (host("DeviceRequests", [{"Driver": "fpga", "Count": -1}]), "DeviceRequests"),
            (host("DeviceRequests", [{"Count": -1}]), "DeviceRequests"),
            *((host("DeviceRequests", [one]), "DeviceRequests") for one in NO_GPUS),
            *(
                (host("NetworkMode", mode), "servers[Small].HostConfig.NetworkMode")
                for mode in ("container:hub", "bridge", "default", "none", "another", None)
            ),
            *(
                (server("Env", [variable]), "servers[Small].Env")
                for variable in ("NVIDIA_VISIBLE_DEVICES=all", "LD_PRELOAD=/x.so", "NB_UMASK=000")
            ),
            (host("CapAdd", ["CHOWN"]), "servers[Small].HostConfig.CapAdd"),
            (host("Mounts", [bind("/etc/passwd", ReadOnly=True)]), "HostConfig.Mounts"),
            (look("NetworkMode", "hub"), "looks.take.HostConfig.NetworkMode"),
            (server("Volumes", {"/srv": {}}), "servers[Small].Volumes"),
            (server("ExposedPorts", {"80/tcp": {}}), "servers[Small].ExposedPorts"),
            (server("NetworkingConfig", {}), "servers[Small].NetworkingConfig"),
        ]
    ),
    *(
        ("notebooks-have-few-rights", "hub", {"uploads": asked(look("Mounts", [mount]))}, "Mounts")
        for mount in (
            *(bind(place) for place in ("/", "/srv", "/mnt", "/home/x", "/etc/passwd")),
            bind("/etc/shadow", ReadOnly=True),
            bind("{source}"),
            bind("{source}", ReadOnly=True, BindOptions={"Propagation": "shared"}),
            {"Type": "volume", "Source": "{source}", "Target": "/v", "VolumeOptions": {}},
        )
    ),
    *(
        ("notebooks-have-few-rights", "hub", {"uploads": asked(host("Binds", [bound]))}, "Binds")
        for bound in ("/srv:/srv", "/mnt:/mnt:ro", "/home/x:/h", "{source}:/directory")
    ),
    ("notebooks-have-few-rights", "hub", {"uploads": asked(host("CapDrop", []))}, "lacks CapDrop"),
    (
        "notebooks-have-few-rights",
        "hub",
        {"uploads": asked(host("SecurityOpt", None))},
        "lacks CapDrop ALL or SecurityOpt no-new-privileges",
    ),
    (
        "notebooks-have-few-rights",
        "hub",
        {"uploads": asked(_rooted)},
        "CapDrop lacks MKNOD, with",
    ),
    *(
        (
            "notebooks-see-no-system-files",
            "hub",
            {"uploads": [uploaded("settings.json", {"notebook": notebook})]},
            f"settings.json: {source} makes people root on the host",
        )
        for source, notebook in (
            ("/", {"home": "volume", "shared": [{"source": "/"}]}),
            ("/run/docker.sock", {"home": "volume", "shared": [{"source": "/run/docker.sock"}]}),
            ("/etc/{username}", {"home": "/etc/{username}", "shared": []}),
        )
    ),
]


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


@pytest.mark.parametrize(
    "notebook",
    [
        {},
        {"sudo": True},
        {"home": "/srv/home/{username}"},
        {"system_users": True},
        {"shared": [{"source": "/srv/data", "target": "/data"}]},
    ],
    ids=str,
)
@pytest.mark.parametrize("gpus", [{}, {"notebooks": "all"}, {"notebooks": ["0"], "mode": "cdi"}])
@pytest.mark.parametrize("own", [None, 2, ["1:0"]])
def test_what_a_stack_file_can_say_breaks_no_rule(notebook, gpus, own):
    sections = {"gpus": gpus | {"pool": [0, 1]}, "profiles": [{"name": "A", "gpus": own}]}
    servers = Servers.model_validate({"notebook": notebook, **sections})
    uploads = [uploaded("containers.json", asked_for(servers)), *settings()]
    for rule in ("are-limited", "have-few-rights", "see-no-system-files"):
        assert fault_of(f"notebooks-{rule}", "hub", {"uploads": uploads}) == ""


def test_a_right_that_is_written_into_the_program_is_refused():
    uploads = [uploaded("containers.json", asked_for_with('"Privileged": True,'))]
    said = fault_of("notebooks-have-few-rights", "hub", {"uploads": uploads})
    assert said.startswith("containers.json servers.HostConfig.Privileged is True; remove it")


@pytest.mark.parametrize(
    ("variable", "harmless"),
    [
        ("HF_HOME=/data", True),
        ("TZ=Europe/Berlin", True),
        ("NVIDIA_VISIBLE_DEVICES=void", True),
        ("NVIDIA_VISIBLE_DEVICES=all", False),
        ("LD_PRELOAD=/x", False),
        ("GRANT_SUDO=yes", True),
        ("CHOWN_EXTRA=/", False),
        ("PATH=/x", False),
    ],
)
def test_which_variables_a_server_may_have(variable, harmless):
    found = fault_of(
        "notebooks-have-few-rights",
        "hub",
        {"uploads": asked(lambda told: told["servers"][0]["container"].update(Env=[variable]))},
    )
    assert (found == "") is harmless


def test_a_look_is_given_less_than_a_server():
    limits = [{"Name": "nofile", "Hard": 10, "Soft": 10}]
    change = {
        "uploads": asked(lambda told: told["looks"]["take"]["HostConfig"].update(Ulimits=limits))
    }
    assert "HostConfig.Ulimits is" in fault_of("notebooks-have-few-rights", "hub", change)
