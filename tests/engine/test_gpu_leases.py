"""GPUs that the hub leases, from its own modules through the real gate on a real engine."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docker
import pytest
from aiohttp import web
from docker.types import IPAMConfig, IPAMPool
from jupyterhub.spawner import SpawnException

from hubconfig.servers import Servers
from tests.engine.gpu_engine import NEEDS_AN_ENGINE, Engine
from tests.gate_modules import main, told
from tests.unit.images.docker_gate.spawning import profiles, spawner_of, wait

pytestmark = NEEDS_AN_ENGINE
LABEL = "jupyterhub.gpus"
SERVERS = Servers.model_validate(
    {
        "gpus": {"pool": [0, 1, 2]},
        "profiles": [{"name": "GPU", "gpus": 1}, {"name": "Small"}],
    }
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with TemporaryDirectory() as folder:  # pytest's are too long for the path of a socket
        engine = Engine(Path(folder))
        try:
            engine.wait()
            engine.load_image("image", "bin/start-singleuser.sh")
            engine.docker.images.get("image:test").tag("image", "latest")
            ipam = IPAMConfig(pool_configs=[IPAMPool(subnet="172.18.0.0/24")])
            engine.docker.networks.create("hub", driver="bridge", ipam=ipam)
            yield engine
        finally:
            engine.end()


@asynccontextmanager
async def gate(engine: Engine) -> AsyncIterator[docker.APIClient]:
    """Yield what the hub has of the engine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "ENGINE", f"{engine.folder}/socket")
        patch.setenv("POLICY", json.dumps(told(SERVERS) | {"guard": {}}))  # there is no firewall
        runner = web.AppRunner(await main.application())
        await runner.setup()
        try:
            await web.UnixSite(runner, f"{engine.folder}/gate").start()
            with docker.APIClient(f"unix://{engine.folder}/gate", version="1.40") as client:
                yield client
        finally:
            await runner.cleanup()


def of_another_stack(engine: Engine, gpus: str) -> None:
    """Make a container that leases GPUs, as another stack's hub makes it."""
    labels = {"pulumi.stack": "other", "jupyterhub.part": "notebook", LABEL: gpus}
    engine.docker.api.create_container("image", "x", labels=labels, name="other-notebook-x")


def test_servers_get_gpus_of_their_own_which_are_read_back(engine):
    of_another_stack(engine, "1")

    async def make(client: docker.APIClient, spawner: Any, profile: str = "GPU") -> str:
        async def call(method: str, *arguments: Any, **named: Any) -> Any:
            return await asyncio.to_thread(getattr(client, method), *arguments, **named)

        spawner.docker = call
        profiles.apply_options(spawner, {"profile": profile})
        spawner.seen = await spawner.find_home()
        return str((await spawner.create_object())["Id"])

    async def test() -> None:
        with ExitStack() as stack:
            ada, ben, eve, joe = (
                stack.enter_context(spawner_of(SERVERS, name, ()))
                for name in ("ada", "ben", "eve", "joe")
            )
            async with gate(engine) as client:
                made = await asyncio.gather(make(client, ada), make(client, ben))
                await make(client, joe, "Small")
                with pytest.raises(SpawnException, match="All 3 GPUs are taken"):
                    await make(client, eve)
                of_all = {"all": True, "filters": {"label": [LABEL]}}
                leases = await asyncio.to_thread(client.containers, **of_all)
                assert {lease["Labels"][LABEL] for lease in leases} == {"0", "1", "2"}
                assert {frozenset(lease) for lease in leases} == {
                    frozenset({"Id", "Created", "State", "Labels"})
                }
                visible = []
                for container in made:
                    await asyncio.to_thread(client.start, container)
                    await asyncio.to_thread(engine.docker.containers.get(container).wait)
                    arguments, lines = engine.record(container) or [[], []]
                    assert arguments == ["prestart"]
                    variables = dict(line.split("=", 1) for line in lines)
                    visible.append(variables["NVIDIA_VISIBLE_DEVICES"])
                assert sorted(visible) == ["0", "2"]
                assert [ada.uses["gpus"], ben.uses["gpus"]] == [[each] for each in visible]
                # They have ended: eve can have a GPU now.
                await make(client, eve)
                assert eve.uses["gpus"] == ["0"]

    wait(test())


def test_without_the_gate_the_list_is_read_as_well(engine):
    of_another_stack(engine, "0")

    async def test() -> None:
        with spawner_of(SERVERS, "ada", ()) as spawner:

            async def call(method: str, *arguments: Any, **named: Any) -> Any:
                method_of = getattr(engine.docker.api, method)
                return await asyncio.to_thread(method_of, *arguments, **named)

            spawner.docker = call
            assert "1 GPU of 3, 2 free" in await profiles.options_form(spawner)

    wait(test())
