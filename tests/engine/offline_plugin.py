"""Drives an offline plug-in as the Pulumi engine does: as a process, over gRPC."""

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc, status_pb2

REPOSITORY = Path(__file__).parents[2]
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CALL_SECONDS = 120

Values = dict[str, Any]


def secret(value: Any) -> Values:
    """Return `value` marked as a secret on the wire."""
    return {SIGNATURE: SECRET, "value": value}


def revealed(value: Any) -> Any:
    """Return wire values with secrets unwrapped and whole numbers as int."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return revealed(value["value"])
        return {k: revealed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [revealed(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def struct(values: Values) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def values(message: struct_pb2.Struct) -> Values:
    return json_format.MessageToDict(message)


class Engine(engine_pb2_grpc.EngineServicer):
    """The part of the Pulumi engine that takes log lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def Log(self, request: Any, context: Any) -> Empty:  # noqa: ARG002, N802
        self.lines.append(request.message)
        return Empty()


@dataclass
class Resource:
    """A resource as the engine's state holds it, on the wire's form."""

    urn: str
    id: str
    inputs: Values
    outputs: Values = field(default_factory=dict)

    @property
    def shown(self) -> Values:
        return dict(revealed(self.outputs))


class Plugin:
    """A running plug-in."""

    def __init__(self, port: int, engine: Engine) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.engine = engine

    def configure(self, **settings: Any) -> None:
        request = provider_pb2.ConfigureRequest(args=struct(settings), acceptSecrets=True)
        self.stub.Configure(request, timeout=CALL_SECONDS)

    def check_config(self, **settings: Any) -> dict[str, str]:
        """Return failures by setting."""
        response = self.stub.CheckConfig(provider_pb2.CheckRequest(news=struct(settings)))
        return {f.property: f.reason for f in response.failures}

    def check(
        self, urn: str, news: Values, olds: Values | None = None
    ) -> tuple[Values, dict[str, str]]:
        """Return checked inputs, and failures by property."""
        response = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=urn, news=struct(news), olds=struct(olds or {}), randomSeed=b"seed"
            )
        )
        return values(response.inputs), {f.property: f.reason for f in response.failures}

    def create(self, kind: str, name: str, inputs: Values) -> Resource:
        urn = f"urn:pulumi:test::offline::{kind}::{name}"
        checked, failures = self.check(urn, inputs)
        assert not failures, failures
        request = provider_pb2.CreateRequest(urn=urn, properties=struct(checked))
        made = self.stub.Create(request, timeout=CALL_SECONDS)
        return Resource(urn, made.id, checked, values(made.properties))

    def diff(self, resource: Resource, news: Values, ignored: list[str] | None = None) -> Any:
        checked, failures = self.check(resource.urn, news, resource.inputs)
        assert not failures, failures
        return self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=resource.urn,
                id=resource.id,
                olds=struct(resource.outputs),
                old_inputs=struct(resource.inputs),
                news=struct(checked),
                ignoreChanges=ignored or [],
            )
        )

    def kinds(self, resource: Resource, news: Values, ignored: list[str] | None = None) -> Values:
        """Return the kind of difference by property path."""
        found = self.diff(resource, news, ignored).detailedDiff
        return {
            path: provider_pb2.PropertyDiff.Kind.Name(diff.kind) for path, diff in found.items()
        }

    def read(self, resource: Resource) -> Resource | None:
        """Return the resource as it is now, None if it is gone."""
        found = self.stub.Read(
            provider_pb2.ReadRequest(
                urn=resource.urn,
                id=resource.id,
                inputs=struct(resource.inputs),
                properties=struct(resource.outputs),
            )
        )
        actual = Resource(resource.urn, found.id, values(found.inputs), values(found.properties))
        return actual if found.id else None

    def update(self, resource: Resource, news: Values) -> Resource:
        checked, _ = self.check(resource.urn, news, resource.inputs)
        done = self.stub.Update(
            provider_pb2.UpdateRequest(
                urn=resource.urn,
                id=resource.id,
                olds=struct(resource.outputs),
                news=struct(checked),
            )
        )
        return Resource(resource.urn, resource.id, checked, values(done.properties))

    def delete(self, resource: Resource) -> None:
        request = provider_pb2.DeleteRequest(
            urn=resource.urn, id=resource.id, properties=struct(resource.outputs)
        )
        self.stub.Delete(request)


def partial_state(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed:
    """Return what a failed creation left for the state, read as the engine reads it."""
    metadata = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    left = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(left)
    return left


@contextmanager
def running(name: str, folder: Path, **environment: str) -> Iterator[Plugin]:
    """Run the launcher of plug-in `name` in `folder`; end it, and expect it to end at once."""
    engine = Engine()
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    launcher = REPOSITORY / f"offline/bin/pulumi-resource-{name}"
    command = [str(launcher), f"127.0.0.1:{port}"]
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        plugin = Plugin(int(process.stdout.readline()), engine)
        try:
            yield plugin
        finally:
            plugin.channel.close()
            process.terminate()
            process.wait(timeout=10)
            server.stop(grace=None).wait()


def recorded(name: str) -> Values:
    """Return what the official plug-in recorded for a resource of the observed program."""
    everything = json.loads((Path(__file__).parent / "recorded/docker.json").read_text())
    return dict(everything[name])
