"""Serves a plug-in over gRPC: the SDK's servicer, with old inputs and errors a user can read."""

import asyncio
import inspect
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
from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from .errors import InitFailedError, PluginError
from .plugin import Plugin

MODULES = {"docker": "docker_engine", "gitlab": "gitlab", "random": "random"}
"""The module of each plug-in; its `create()` returns a `Plugin`."""

GRACE_SECONDS = 4
"""Less than the 5 s after which the engine kills a plug-in that it has asked to end."""


class Servicer(ProviderServicer):
    """The SDK's servicer around one `Plugin`."""

    _provider: Plugin

    async def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802, D102
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Answer from the old inputs, which the SDK's own method drops."""
        unmarshal = PropertyValue.unmarshal_map
        found = await self._provider.diff_inputs(
            sdk.DiffRequest(
                request.urn,
                request.id,
                unmarshal(request.olds),
                unmarshal(request.news),
                list(request.ignoreChanges),
            ),
            unmarshal(request.old_inputs),
        )
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DiffChanges.Value(
                "DIFF_SOME" if found.changes else "DIFF_NONE"
            ),
            replaces=found.replaces,
            diffs=found.diffs,
            deleteBeforeReplace=found.delete_before_replace,
            detailedDiff={
                path: provider_pb2.PropertyDiff(
                    kind=provider_pb2.PropertyDiff.Kind.Value(diff.kind.name),
                    inputDiff=diff.input_diff,
                )
                for path, diff in found.detailed_diff.items()
            },
            hasDetailedDiff=True,
        )


class Failures(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # grpc is untyped
    """Tells every failure in one message, without a traceback."""

    async def intercept_service(self, continuation: Any, details: Any) -> Any:  # noqa: D102
        handler = await continuation(details)

        async def answer(request: Any, context: Any) -> Any:
            try:
                result = handler.unary_unary(request, context)
                return await result if inspect.isawaitable(result) else result
            except PluginError as error:
                await context.abort(*status(error))
            except NotImplementedError:
                await context.abort(grpc.StatusCode.UNIMPLEMENTED, details.method)
            except Exception as error:
                # Its text could hold a secret; where it happened is what a bug report needs.
                at = inspect.getinnerframes(error.__traceback__)[-1]  # type: ignore[arg-type]
                await context.abort(
                    grpc.StatusCode.INTERNAL,
                    f"fault in the offline plug-in: {type(error).__name__} at "
                    f"{at.filename}:{at.lineno}; please report it",
                )

        return grpc.unary_unary_rpc_method_handler(
            answer, handler.request_deserializer, handler.response_serializer
        )


def status(error: PluginError) -> tuple[Any, ...]:
    """Return gRPC's code, message and trailing metadata for a failure."""
    if not isinstance(error, InitFailedError):
        # Not UNKNOWN or INTERNAL: after those the engine notes that something may be left behind.
        return grpc.StatusCode.FAILED_PRECONDITION, str(error)
    code = grpc.StatusCode.UNKNOWN
    details = status_pb2.Status(code=code.value[0], message=str(error))
    details.details.add().Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.id,
            properties=PropertyValue.marshal_map(error.properties),
            reasons=[str(error)],
        )
    )
    return code, str(error), (("grpc-status-details-bin", details.SerializeToString()),)


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
        """Show a line beside the resource `urn`; a `passing` one only until the next."""
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
    while not ended.is_set() and os.getppid() == engine:  # a killed engine ends nobody
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), timeout=2)
    await plugin.cancel()
    await server.stop(GRACE_SECONDS)


def main(name: str) -> None:
    """Serve the plug-in called `name`; the engine gives its address as the last argument."""
    asyncio.run(run(name, sys.argv[-1]))
