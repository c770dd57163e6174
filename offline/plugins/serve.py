"""Serves a plug-in over gRPC, as a process that the engine starts and ends."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from .diff import OLD_INPUTS
from .failures import Failures
from .plugin import Plugin

MODULES = {"docker": "docker_engine", "gitlab": "gitlab", "random": "random"}
"""The module of each plug-in; its `create()` returns a `Plugin`."""

GRACE_SECONDS = 4
"""Less than the 5 s after which the engine kills a plug-in that it has asked to end."""


class Servicer(ProviderServicer):
    """The SDK's servicer around one `Plugin`."""

    async def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802, D102
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Put the old inputs into the old state, since the SDK's method drops them."""
        request.olds.fields[OLD_INPUTS].struct_value.CopyFrom(request.old_inputs)
        return await super().Diff(request, context)


class Report:
    """Shows lines in the engine's display, from any thread."""

    def __init__(self, engine_address: str) -> None:
        self.engine_address = engine_address

    @cached_property
    def engine(self) -> Any:
        """The engine's gRPC client."""
        channel = grpc.insecure_channel(self.engine_address, options=_GRPC_CHANNEL_OPTIONS)
        return engine_pb2_grpc.EngineStub(channel)

    def __call__(self, urn: str, line: str, *, passing: bool) -> None:
        """Show a line beside the resource `urn`; a `passing` line only until the next one."""
        info = engine_pb2.LogSeverity.INFO
        request = engine_pb2.LogRequest(severity=info, message=line, urn=urn, ephemeral=passing)
        with suppress(grpc.RpcError):  # a line that cannot be shown must not fail the request
            self.engine.Log(request)


async def serve(plugin: Plugin, engine_address: str) -> tuple[grpc.aio.Server, int]:
    """Start serving `plugin` on a free port of loopback; return the server and the port."""
    plugin.report = Report(engine_address)
    server = grpc.aio.server(interceptors=[Failures()], options=_GRPC_CHANNEL_OPTIONS)
    # The engine wants the version of the SDK that the program uses.
    servicer = Servicer([], version(f"pulumi-{plugin.name}"), plugin, engine_address)
    add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


def load(name: str) -> Plugin:
    """Return the plug-in called `name`."""
    plugin: Plugin = import_module(f"{__package__}.{MODULES[name]}").create()
    return plugin


async def run(name: str, engine_address: str) -> None:
    """Serve one plug-in until the engine ends it or is gone; print the port on standard output.

    Requests that are under way then may finish within `GRACE_SECONDS`.
    """
    engine = os.getppid()
    plugin = load(name)
    server, port = await serve(plugin, engine_address)
    ended = asyncio.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stop, ended.set)
    print(port, flush=True)  # noqa: T201  # the engine reads it
    while not ended.is_set() and os.getppid() == engine:  # one that is killed ends no plug-in
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), timeout=2)
    await plugin.cancel()
    await server.stop(GRACE_SECONDS)


def main(name: str) -> None:
    """Serve the plug-in called `name`; the engine gives its address as the last argument."""
    asyncio.run(run(name, sys.argv[-1]))
