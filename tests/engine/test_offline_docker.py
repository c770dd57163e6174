"""The offline docker plug-in against a real engine and against the official plug-in's records."""

import json
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docker
import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from offline.plugins.docker_engine import network as network_module
from offline.plugins.docker_engine.context_digest import context_digest
from offline.plugins.docker_engine.duration import duration, nanoseconds
from offline.plugins.docker_engine.engine import Engine
from offline.plugins.errors import PluginError
from offline.plugins.handler import Call
from tests.engine.offline_plugin import (
    UNKNOWN,
    Plugin,
    Resource,
    Values,
    partial_state,
    recorded,
    revealed,
    running,
    secret,
    values,
)

CANARY = "canary-5f1d9c"
CONTAINER = "docker:index/container:Container"
IMAGE = "docker:index/image:Image"
NETWORK = "docker:index/network:Network"
REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
VOLUME = "docker:index/volume:Volume"
DIGEST = "0ce5772f37012f1354486ab53650202364bea1da082005536acd2276c29eacd2"
SUBNET = f"10.{secrets.randbelow(100) + 100}.{secrets.randbelow(250)}"


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="session")
def base(engine: docker.DockerClient) -> str:
    """A local image to start from."""
    tags = sorted(tag for image in engine.images.list() for tag in image.tags)
    return next(tag for tag in tags if tag.startswith("debian:"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the program runs in."""
    return tmp_path_factory.mktemp("program")


@pytest.fixture(scope="module")
def plugin(folder: Path) -> Iterator[Plugin]:
    with running("docker", folder) as plugin:
        plugin.configure()
        yield plugin


@pytest.fixture
def prefix(engine: docker.DockerClient) -> Iterator[str]:
    """A name of this test's own; whatever carries it is removed afterwards."""
    name = f"jhp-contract-{secrets.token_hex(4)}"
    yield name
    for container in engine.containers.list(all=True, filters={"name": name}):
        container.remove(force=True, v=True)
    for network in engine.networks.list(filters={"name": name}):
        network.remove()
    for volume in engine.volumes.list(filters={"name": name}):
        volume.remove(force=True)
    for image in engine.images.list(filters={"reference": f"{name}*"}):
        engine.images.remove(image.id, force=True)


def bare(prefix: str, base: str, **inputs: object) -> Values:
    """Return inputs of a container that stays up."""
    return {"name": prefix, "image": base, "command": ["sleep", "600"], "init": True, **inputs}


def failure(plugin: Plugin, kind: str, inputs: Values) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as caught:
        plugin.create(kind, "thing", inputs)
    assert "Traceback" not in caught.value.details()
    return caught.value


def test_a_program_leaves_the_state_that_the_official_plugin_leaves(
    plugin: Plugin, prefix: str, base: str, folder: Path
) -> None:
    def create(name: str, *, volatile: set[str], **given: Any) -> Resource:
        """Create a resource of the recorded program and compare it with its record."""
        text = json.dumps(recorded(name)).replace("gold", prefix).replace("172.29.0", SUBNET)
        official: dict[str, Any] = json.loads(text)
        inputs = without_defaults(official["inputs"]) | given
        inputs |= {key: secret(inputs[key]) for key in official["secret"] if key in inputs}
        made = plugin.create(official["type"], name, inputs)
        assert ordered(made.inputs, volatile) == ordered(official["inputs"], volatile)
        assert ordered(made.outputs, volatile) == ordered(official["outputs"], volatile)
        assert official["secret"] == sorted(k for k, v in made.outputs.items() if is_secret(v))
        assert plugin.kinds(made, inputs) == {}
        return made

    (folder / "app").mkdir()
    (folder / "app/Dockerfile").write_text(
        f"FROM {base}\nARG MSG\nRUN --mount=type=cache,target=/c echo $MSG > /msg\n"
        "HEALTHCHECK --interval=1s --timeout=1s --retries=3 CMD test -f /msg\n"
        'CMD ["sleep", "1000"]\n'
    )
    bridge = {"com.docker.network.bridge.name": f"b{prefix[-8:]}"}
    network = create("network", volatile={"id", "options"}, options=bridge)
    volume = create("state", volatile=set())
    build = {"context": "app", "args": {"MSG": "x"}, "builderVersion": "BuilderBuildKit"}
    made = {"build", "repoDigest", "__inputs"}
    image = create("image", volatile=made, build=build)
    assert image.shown["__inputs"] == revealed(image.inputs)
    ports = [{"internal": 8000, "ip": "127.0.0.1"}]
    gpu = create("gpu", volatile={"id", "hostname"})
    hub = create("hub", volatile={"id", "ports", "networkDatas"}, ports=ports)
    assert hub.shown["networkDatas"][0]["ipAddress"] == f"{SUBNET}.2"
    for resource in (hub, gpu, image, volume, network):
        plugin.delete(resource)
        plugin.delete(resource)


def ordered(record: Values, volatile: set[str]) -> Values:
    """Return a record to compare: volatile keys as present, sets in one order."""
    shown = {k: None if k in volatile else v for k, v in revealed(record).items()}
    if mounts := shown.get("mounts"):
        shown["mounts"] = sorted(mounts, key=lambda mount: str(mount["target"]))
    return shown


def without_defaults(value: Any) -> Any:
    """Return recorded inputs as the program gave them."""
    if isinstance(value, dict):
        filled = value.get("__defaults", [])
        return {
            k: without_defaults(v)
            for k, v in value.items()
            if k != "__defaults" and k not in filled
        }
    return [without_defaults(v) for v in value] if isinstance(value, list) else value


def is_secret(value: object) -> bool:
    return isinstance(value, dict) and "4dabf18193072939515e22adb298388d" in value


def test_a_name_is_made_up_once_and_kept(plugin: Plugin) -> None:
    urn = f"urn:pulumi:test::offline::{VOLUME}::data"
    first, _ = plugin.check(urn, {})
    assert first["__defaults"] == ["name"]
    prefix, _, suffix = first["name"].rpartition("-")
    assert prefix == "data"
    assert len(suffix) == 7
    assert int(suffix, 16) >= 0
    kept, _ = plugin.check(urn, {}, {"name": "data-0123abc", "__defaults": ["name"]})
    assert kept["name"] == "data-0123abc"
    named, _ = plugin.check(urn, {"name": "mine"}, first)
    assert (named["name"], named["__defaults"]) == ("mine", [])


@pytest.mark.parametrize(
    ("kind", "inputs", "path", "told"),
    [
        (CONTAINER, {}, "image", "is required"),
        (CONTAINER, {"image": "i", "imgae": "i"}, "imgae", "known ones are image"),
        (CONTAINER, {"image": 3}, "image", "must be a string"),
        (CONTAINER, {"image": "i", "memory": "1g"}, "memory", "must be a integer"),
        (CONTAINER, {"image": "i", "memory": True}, "memory", "must be a integer"),
        (CONTAINER, {"image": "i", "envs": "A=1"}, "envs", "must be a list of string"),
        (CONTAINER, {"image": "i", "attach": True}, "attach", "official plug-in only"),
        (CONTAINER, {"image": "i", "restart": "sometimes"}, "restart", "must match no|"),
        (CONTAINER, {"image": "i", "ports": [{"external": 1}]}, "ports[0].internal", "required"),
        (
            CONTAINER,
            {"image": "i", "mounts": [{"type": "bind", "target": "/a", "sorce": "/b"}]},
            "mounts[0].sorce",
            "known ones are source",
        ),
        (VOLUME, {"cluster": {}}, "cluster", "official plug-in only"),
        (NETWORK, {"ipamConfigs": [{"subnet": 1}]}, "ipamConfigs[0].subnet", "must be a string"),
        (IMAGE, {"imageName": "x"}, "", "set skipPush to true"),
        (IMAGE, {"imageName": "x", "skipPush": True}, "", "there is no such file"),
    ],
)
def test_an_input_that_would_be_ignored_is_refused_by_name(
    plugin: Plugin, kind: str, inputs: Values, path: str, told: str
) -> None:
    _, failures = plugin.check(f"urn:pulumi:test::offline::{kind}::thing", inputs)
    assert told in failures[path]
    assert "'thing'" in failures[path]


def test_unknown_values_pass_check_and_show_as_changes(plugin: Plugin) -> None:
    urn = f"urn:pulumi:test::offline::{CONTAINER}::thing"
    old, _ = plugin.check(urn, {"image": "i", "name": "n", "envs": ["A=1"]})
    resource = Resource(urn, "id", old)
    news = {"image": UNKNOWN, "name": "n", "envs": ["A=1", UNKNOWN], "memory": UNKNOWN}
    assert plugin.kinds(resource, news) == {
        "envs[1]": "ADD_REPLACE",
        "image": "UPDATE_REPLACE",
        "memory": "ADD",
    }


def test_the_order_of_sets_means_nothing_and_secrecy_is_no_change(plugin: Plugin) -> None:
    urn = f"urn:pulumi:test::offline::{CONTAINER}::thing"
    given = {"image": "i", "name": "n", "envs": ["A=1", "B=2", "C=3"], "command": ["a", "b"]}
    old, _ = plugin.check(urn, given)
    resource = Resource(urn, "id", old)
    assert plugin.kinds(resource, given | {"envs": secret(["C=3", "A=1", "B=2"])}) == {}
    assert plugin.kinds(resource, given | {"envs": ["C=3", "A=1", "B=3"]}) == {
        "envs[1]": "DELETE_REPLACE",
        "envs[2]": "ADD_REPLACE",
    }
    assert plugin.kinds(resource, given | {"envs": ["A=1", "B=3", "C=3"]}) == {
        "envs[1]": "UPDATE_REPLACE"
    }
    assert plugin.kinds(resource, given | {"command": ["b", "a"]}).keys() == {
        "command[0]",
        "command[1]",
    }
    assert plugin.kinds(resource, given | {"envs": ["Z=1"]}, ["envs"]) == {}
    ports = [{"internal": 8443, "external": 443}, {"internal": 8080, "external": 80}]
    old, _ = plugin.check(urn, given | {"ports": ports})
    resource = Resource(urn, "id", old)
    assert plugin.kinds(resource, given | {"ports": ports[::-1]}) == {}
    other = [{"internal": 8443, "external": 444}, ports[1]]
    assert plugin.kinds(resource, given | {"ports": other}) == {
        "ports[0].external": "UPDATE_REPLACE"
    }


def test_what_the_engine_has_a_value_for_stays_where_it_is_no_longer_given(plugin: Plugin) -> None:
    urn = f"urn:pulumi:test::offline::{CONTAINER}::thing"
    given = {"image": "i", "name": "n"}
    kept = {"envs": ["A=1"], "init": True, "healthcheck": {"tests": ["CMD", "true"]}}
    old, _ = plugin.check(urn, given | kept | {"memory": 64, "privileged": True})
    assert plugin.kinds(Resource(urn, "id", old), given) == {
        "memory": "DELETE",
        "privileged": "DELETE_REPLACE",
    }


def test_a_replacement_deletes_first_when_the_name_is_given(plugin: Plugin) -> None:
    for kind, news, first in (
        (CONTAINER, {"image": "j", "hostname": "h"}, True),
        (VOLUME, {"name": "n", "driver": "other"}, True),
        (VOLUME, {"driver": "other"}, False),
    ):
        urn = f"urn:pulumi:test::offline::{kind}::thing"
        given = {k: v for k, v in news.items() if k in {"name", "image"}}
        old, _ = plugin.check(urn, given)
        assert plugin.diff(Resource(urn, "id", old), news).deleteBeforeReplace is first


def test_a_container_is_updated_noticed_when_stopped_and_missed_when_gone(
    plugin: Plugin, prefix: str, base: str, engine: docker.DockerClient
) -> None:
    inputs = bare(prefix, base, memory=64, memorySwap=-1, envs=["A=1"])
    made = plugin.create(CONTAINER, "thing", inputs)
    news = inputs | {"memory": 256, "restart": "on-failure", "maxRetryCount": 2}
    assert plugin.kinds(made, news) == {
        "maxRetryCount": "ADD",
        "memory": "UPDATE",
        "restart": "UPDATE",
    }
    updated = plugin.update(made, news)
    container = engine.containers.get(made.id)
    assert container.attrs["HostConfig"]["Memory"] == 256 * 1024 * 1024
    assert container.attrs["HostConfig"]["RestartPolicy"]["Name"] == "on-failure"
    assert updated.shown["memory"] == 256
    read = plugin.read(updated)
    assert read is not None
    assert read.outputs == updated.outputs
    assert plugin.kinds(read, news) == {}

    container.stop(timeout=0)
    stopped = plugin.read(updated)
    assert stopped is not None
    assert plugin.kinds(stopped, news) == {"mustRun": "UPDATE"}
    plugin.update(stopped, news)
    container.reload()
    assert container.status == "running"

    container.remove(force=True)
    assert plugin.read(updated) is None
    plugin.delete(updated)


def test_a_stopped_container_that_publishes_ports_is_replaced(
    plugin: Plugin, prefix: str, base: str, engine: docker.DockerClient
) -> None:
    inputs = bare(prefix, base, ports=[{"internal": 8000, "ip": "127.0.0.1"}])
    made = plugin.create(CONTAINER, "thing", inputs)
    assert made.shown["ports"][0]["external"] > 0
    engine.containers.get(made.id).stop(timeout=0)
    stopped = plugin.read(made)
    assert stopped is not None
    assert plugin.kinds(stopped, inputs) == {"mustRun": "UPDATE", "ports[0]": "ADD_REPLACE"}


def test_every_input_reaches_the_engine(
    plugin: Plugin, prefix: str, base: str, engine: docker.DockerClient
) -> None:
    made = plugin.create(
        CONTAINER,
        "thing",
        {
            "name": prefix,
            "image": base,
            "entrypoints": ["sleep"],
            "command": ["600"],
            "capabilities": {"adds": ["CHOWN"], "drops": ["ALL"]},
            "cpus": "0.5",
            "dns": ["9.9.9.9"],
            "gpus": "device=GPU-1",
            "hosts": [{"host": "gitlab", "ip": "10.0.0.9"}],
            "labels": [{"label": "a.b", "value": "c"}],
            "mounts": [
                {"type": "tmpfs", "target": "/t", "tmpfsOptions": {"sizeBytes": 1048576}},
            ],
            "readOnly": True,
            "securityOpts": ["no-new-privileges:true"],
            "shmSize": 128,
            "start": False,
            "stopSignal": "SIGINT",
            "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"},
            "ulimits": [{"name": "nofile", "soft": 1024, "hard": 2048}],
            "user": "1000:100",
            "volumes": [{"containerPath": "/v", "volumeName": prefix, "readOnly": True}],
            "workingDir": "/opt",
        },
    )
    attributes = engine.containers.get(made.id).attrs
    config, host = attributes["Config"], attributes["HostConfig"]
    assert config["Entrypoint"] == ["sleep"]
    assert config["Labels"]["a.b"] == "c"
    assert config["User"] == "1000:100"
    assert config["StopSignal"] == "SIGINT"
    assert (host["CapAdd"], host["CapDrop"]) == (["CHOWN"], ["ALL"])
    assert host["NanoCpus"] == 500_000_000
    assert host["DeviceRequests"][0]["DeviceIDs"] == ["GPU-1"]
    assert host["ExtraHosts"] == ["gitlab:10.0.0.9"]
    assert host["Mounts"][0]["TmpfsOptions"]["SizeBytes"] == 1048576
    assert host["ShmSize"] == 128 * 1024 * 1024
    assert host["Ulimits"] == [{"Name": "nofile", "Soft": 1024, "Hard": 2048}]
    assert host["Binds"] == [f"{prefix}:/v:ro"]
    assert host["ReadonlyRootfs"] is True


def test_uploads_carry_content_mode_and_path(
    plugin: Plugin, prefix: str, base: str, engine: docker.DockerClient
) -> None:
    uploads = [
        {"file": "/srv/deep/a", "content": "ä\n", "permissions": "0400"},
        {"file": "/srv/b", "contentBase64": "AAE=", "executable": True},
    ]
    made = plugin.create(CONTAINER, "thing", bare(prefix, base, uploads=uploads))
    told = engine.containers.get(made.id).exec_run(
        ["sh", "-c", "stat -c '%a %s %u' /srv/deep/a /srv/b"]
    )
    assert told.output.split() == b"400 3 0 744 2 0".split()
    error = failure(plugin, CONTAINER, bare(f"{prefix}-ro", base, uploads=uploads, readOnly=True))
    assert "container rootfs is marked read-only" in error.details()
    assert partial_state(error).id


@pytest.mark.parametrize("masked", ["envs", "command"])
def test_a_container_that_exits_at_once_is_told_with_its_log_and_without_secrets(
    plugin: Plugin, prefix: str, base: str, masked: str
) -> None:
    script = f"echo last words; echo key=$KEY {CANARY}; exit 7"
    inputs: dict[str, Any] = {
        "name": prefix,
        "image": base,
        "envs": [f"KEY={CANARY}"],
        "command": ["sh", "-c", script],
    }
    inputs[masked] = secret(inputs[masked])
    error = failure(plugin, CONTAINER, inputs)
    told = error.details()
    assert "Container 'thing'" in told
    assert "exited with code 7" in told
    if masked == "envs":
        assert "last words" in told
        assert CANARY not in told
    left = partial_state(error)
    assert left.id
    assert left.reasons[0] == told
    assert not any(CANARY in line for line in plugin.engine.lines)


def test_a_half_made_container_is_replaced_by_the_next_update(
    plugin: Plugin, prefix: str, base: str
) -> None:
    inputs = {"name": prefix, "image": base, "command": ["false"]}
    left = partial_state(failure(plugin, CONTAINER, inputs))
    urn = f"urn:pulumi:test::offline::{CONTAINER}::thing"
    checked, _ = plugin.check(urn, inputs)
    resource = Resource(urn, left.id, checked, values(left.properties))
    found = plugin.diff(resource, inputs)
    assert found.replaces == ["__incomplete"]
    assert found.deleteBeforeReplace
    plugin.delete(resource)
    assert plugin.read(resource) is None


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (
            {"tests": ["CMD-SHELL", f"echo {CANARY}; false"], "retries": 1},
            "still unhealthy after waitTimeout, 2 s",
        ),
        ({"tests": ["CMD", "false"], "retries": 99}, "still starting after waitTimeout, 2 s"),
        (None, "set healthcheck"),
    ],
)
def test_waiting_is_bounded_and_tells_the_last_health_check(
    plugin: Plugin, prefix: str, base: str, check: Values | None, told: str
) -> None:
    inputs = bare(prefix, base, wait=True, waitTimeout=2)
    if check:
        inputs["healthcheck"] = secret(check | {"interval": "300ms", "timeout": "1s"})
        inputs["healthcheck"]["value"]["startPeriod"] = "0s"
    error = failure(plugin, CONTAINER, inputs)
    assert told in error.details()
    assert partial_state(error).id


ONCE_UNHEALTHY = "sleep 2; touch /ready; sleep 600"
ONCE_ENDED = "[ -e /ready ] || { touch /ready; exit 3; }; sleep 600"


@pytest.mark.parametrize("command", [ONCE_UNHEALTHY, ONCE_ENDED])
def test_a_container_has_until_the_time_out_to_become_healthy(
    plugin: Plugin, prefix: str, base: str, engine: docker.DockerClient, command: str
) -> None:
    """It can fail its check, or end and be started again, before: a busy machine is slow."""
    ready = {"tests": ["CMD", "test", "-e", "/ready"], "interval": "300ms", "retries": 1}
    inputs = bare(prefix, base, wait=True, waitTimeout=60, restart="unless-stopped")
    inputs |= {"command": ["sh", "-c", command], "healthcheck": ready}
    made = plugin.create(CONTAINER, "thing", inputs)
    assert engine.containers.get(made.id).attrs["State"]["Health"]["Status"] == "healthy"


def test_a_container_that_ends_again_and_again_is_told_before_the_time_out(
    plugin: Plugin, prefix: str, base: str
) -> None:
    inputs = bare(prefix, base, wait=True, waitTimeout=600, restart="unless-stopped")
    inputs |= {"command": ["sh", "-c", "exit 3"], "healthcheck": {"tests": ["CMD", "true"]}}
    assert "exited with code 3 after 6 restarts" in failure(plugin, CONTAINER, inputs).details()


def test_missing_images_networks_and_taken_names_are_told(
    plugin: Plugin, prefix: str, base: str
) -> None:
    absent = failure(plugin, CONTAINER, bare(prefix, f"{prefix}:absent"))
    assert f"image {prefix}:absent is not on the engine" in absent.details()
    plugin.create(CONTAINER, "thing", bare(prefix, base))
    taken = failure(plugin, CONTAINER, bare(prefix, base))
    assert "is already in use" in taken.details()
    lost = bare(f"{prefix}-b", base, networksAdvanced=[{"name": f"{prefix}-none"}])
    assert f"network {prefix}-none" in failure(plugin, CONTAINER, lost).details()


def test_a_network_is_noticed_when_gone_and_names_its_guests(
    plugin: Plugin,
    prefix: str,
    base: str,
    engine: docker.DockerClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = plugin.create(NETWORK, "thing", {"name": prefix, "internal": True})
    assert plugin.read(made) == made
    assert plugin.kinds(made, {"name": prefix, "internal": False}) == {"internal": "UPDATE_REPLACE"}
    guest = engine.containers.run(base, ["sleep", "600"], name=prefix, network=prefix, detach=True)
    monkeypatch.setattr(network_module, "REMOVAL_SECONDS", 0.3)
    local = network_module.Network(Engine())
    call = Call(made.urn, "thing", threading.Event(), lambda *_, **__: None)
    with pytest.raises(PluginError, match=f"still has containers.*{prefix}"):
        local.delete(call, made.id, made.shown)
    guest.remove(force=True)
    plugin.delete(made)
    assert plugin.read(made) is None
    plugin.delete(made)


def test_a_volume_in_use_stays_and_says_so(
    plugin: Plugin, prefix: str, base: str, engine: docker.DockerClient
) -> None:
    made = plugin.create(VOLUME, "thing", {"name": prefix})
    engine.containers.create(base, ["true"], name=prefix, volumes=[f"{prefix}:/v"])
    with pytest.raises(grpc.RpcError, match="volume is in use"):
        plugin.delete(made)
    engine.containers.get(prefix).remove()
    plugin.delete(made)
    assert plugin.read(made) is None


def test_a_local_remote_image_is_kept(plugin: Plugin, base: str) -> None:
    made = plugin.create(REMOTE_IMAGE, "thing", {"name": base, "keepLocally": True})
    assert made.id == made.shown["imageId"] + base
    assert plugin.read(made) == made
    plugin.delete(made)
    assert plugin.read(made) == made


def test_an_image_is_built_again_when_its_folder_changes_and_its_arguments_stay_hidden(
    plugin: Plugin, prefix: str, base: str, folder: Path, engine: docker.DockerClient
) -> None:
    context = folder / prefix
    context.mkdir()
    (context / "Dockerfile").write_text(
        f'FROM {base}\nARG TOKEN\nRUN echo "{prefix} seen ${{#TOKEN}}"\n'
    )
    build = {"context": prefix, "args": {"TOKEN": CANARY}}
    inputs = {"imageName": f"{prefix}:1", "skipPush": True, "build": secret(build)}
    made = plugin.create(IMAGE, "thing", inputs)
    assert made.id == f"{prefix}:1"
    assert made.shown["repoDigest"] == engine.images.get(f"{prefix}:1").id
    assert any(f"seen {len(CANARY)}" in line for line in plugin.engine.lines)
    assert not any(CANARY in line for line in plugin.engine.lines)
    assert plugin.kinds(made, inputs) == {}
    (context / "more").write_text("x")
    assert plugin.kinds(made, inputs) == {"build.contextDigest": "UPDATE"}
    (context / "Dockerfile").write_text(f"FROM {base}\nRUN echo going down; exit 3\n")
    error = failure(plugin, IMAGE, inputs)
    assert "going down" in error.details()
    assert "exit code: 3" in error.details()


IGNORED = """# comment
**/*.pyc
node_modules
!node_modules/keep.md
/secret.env
docs/*.md
!docs/README.md
log?
  src/deep/
"""
FILES = """Dockerfile a.txt a/b.txt a-c/d B/x node_modules/p/i.js node_modules/keep.md src/x.pyc
src/deep/y.pyc src/y.py secret.env docs/README.md docs/api.md log1 log22 ü lit[1]"""
LINKS = {"link": "a/b.txt", "a/up": "../a.txt", "dirlink": "a", "viadir": "dirlink/b.txt"}


def test_a_context_has_the_digest_that_gos_libraries_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest was computed with fsutil and patternmatcher, which the official plug-in uses."""
    monkeypatch.chdir(tmp_path)
    for name in FILES.split():
        Path("ctx", name).parent.mkdir(parents=True, exist_ok=True)
        Path("ctx", name).write_text(name)
        Path("ctx", name).chmod(0o644)
    Path("ctx/.dockerignore").write_text(IGNORED)
    Path("ctx/.dockerignore").chmod(0o644)
    Path("ctx/a-c/d").chmod(0o4755)
    for name, target in LINKS.items():
        Path("ctx", name).symlink_to(target)
    assert context_digest(Path("ctx"), Path("ctx/Dockerfile")) == DIGEST
    Path("ctx/secret.env").write_text("changed, but ignored")
    assert context_digest(Path("ctx"), Path("ctx/Dockerfile")) == DIGEST
    Path("ctx/a.txt").chmod(0o755)
    assert context_digest(Path("ctx"), Path("ctx/Dockerfile")) != DIGEST


def test_a_wait_ends_when_the_user_cancels(prefix: str, base: str) -> None:
    check = {"tests": ["CMD", "false"], "retries": 99, "interval": "1s"}
    inputs = bare(prefix, base, wait=True, waitTimeout=60, healthcheck=check)
    with running("docker", Path.cwd()) as other, ThreadPoolExecutor() as pool:
        other.configure()
        waiting = pool.submit(failure, other, CONTAINER, inputs)
        deadline = time.monotonic() + 20
        while not other.engine.lines and time.monotonic() < deadline:
            time.sleep(0.05)
        other.stub.Cancel(Empty())
        error = waiting.result(timeout=10)
    assert "cancelled" in error.details()
    assert partial_state(error).id


def test_what_is_not_covered_is_told(plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError, match=r"docker:index/tag:Tag is not covered.*official"):
        plugin.check("urn:pulumi:test::offline::docker:index/tag:Tag::t", {})


LOCAL = {"host": "unix:///var/run/docker.sock"}


@pytest.mark.parametrize(
    ("variable", "value", "settings", "told"),
    [
        (
            "DOCKER_CONTEXT",
            "default",
            LOCAL,
            "DOCKER_CONTEXT is default, which the official plug-in",
        ),
        ("DOCKER_CERT_MATERIAL", CANARY, LOCAL, "DOCKER_CERT_MATERIAL is set"),
        ("DOCKER_CERT_PATH", "/tls", LOCAL, "is /tls, but TLS is for tcp:// only"),
        ("DOCKER_CERT_PATH", "/tls", {"host": "ssh://lab"}, "host is ssh://lab: remove one"),
    ],
)
def test_a_shell_s_docker_settings_that_contradict_the_program_s_are_refused(
    folder: Path, variable: str, value: str, settings: Values, told: str
) -> None:
    """The official plug-in fails, or goes to another engine."""
    with running("docker", folder, **{variable: value}) as plugin:
        with pytest.raises(grpc.RpcError) as raised:
            plugin.configure(**settings)
        assert told in raised.value.details()
        assert CANARY not in raised.value.details()


@pytest.mark.parametrize(
    ("text", "length", "form"),
    [
        ("0s", 0, "0s"),
        ("1s", 10**9, "1s"),
        ("1m30s", 90 * 10**9, "1m30s"),
        ("90s", 90 * 10**9, "1m30s"),
        ("1h", 3600 * 10**9, "1h0m0s"),
        ("500ms", 5 * 10**8, "500ms"),
        ("1.5s", 15 * 10**8, "1.5s"),
    ],
)
def test_durations_are_written_as_go_writes_them(text: str, length: int, form: str) -> None:
    assert nanoseconds(text) == length
    assert duration(length) == form


def test_the_plugin_starts_without_the_engines_sdk(folder: Path) -> None:
    """Previews start the plug-in; importing the docker SDK would cost each 0.3 s."""
    code = (
        "import sys, offline.plugins.serve as s; s.load('docker'); s.load('gitlab');"
        "print([m for m in ('docker', 'gitlab', 'requests') if m in sys.modules])"
    )
    repository = Path(__file__).parents[2]
    python = repository / ".venv/bin/python"
    told = subprocess.run([python, "-c", code], cwd=repository, capture_output=True, check=True)
    assert told.stdout == b"[]\n"
    assert folder.exists()
