"""The part that every plug-in shares: it answers requests by resource type."""

import asyncio
import threading
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, TypeVar

from pulumi.provider.experimental import provider as sdk

from .contract import Check
from .diff import compare
from .errors import InitFailedError, PluginError
from .handler import Call, Handler
from .state import Properties, previewed, recorded
from .values import decode, encode, secret_texts, secrets_of

T = TypeVar("T")

OWN_SETTINGS = {"version", "pluginDownloadURL", "__internal"}
"""The settings that the Pulumi engine itself adds to those of a provider."""


def token(request: Any) -> str:
    """Return the type token of a request, without the parents' types that precede it there."""
    kind: str = request.type.rpartition("$")[2]
    return kind


class Plugin(sdk.Provider):
    """Answers the Pulumi engine's requests with the handlers of `handlers`, by type token."""

    def __init__(
        self, name: str, handlers: Mapping[str, Handler], settings: Collection[str] = ()
    ) -> None:
        self.name = name
        self.handlers = handlers
        self.settings = {*settings, *OWN_SETTINGS}
        self.cancelled = threading.Event()
        self.report: Callable[..., None] = lambda *_, **__: None  # serve.py sets the engine's

    def handler(self, token: str) -> Handler:
        """Return the handler of a type; raise `PluginError` if the plug-in does not cover it."""
        if token not in self.handlers:
            msg = (
                f"{token} is not covered by the offline {self.name} plug-in, which covers "
                f"{', '.join(self.handlers)}; the official plug-in has it"
            )
            raise PluginError(msg)
        return self.handlers[token]

    async def get_schema(self, request: sdk.GetSchemaRequest) -> sdk.GetSchemaResponse:  # noqa: ARG002, D102
        return sdk.GetSchemaResponse(f'{{"name": "{self.name}"}}')

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse settings that would be ignored."""
        foreign = sorted(request.new_inputs.keys() - self.settings)
        reason = f"{self.name}:%s is covered by the official plug-in only; unset it"
        failures = [sdk.CheckFailure(key, reason % key) for key in foreign]
        return sdk.CheckResponse(request.new_inputs, failures)

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:  # noqa: ARG002
        """Accept secrets, but no outputs: the SDK cannot decode unknown ones."""
        return sdk.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def invoke(self, request: sdk.InvokeRequest) -> sdk.InvokeResponse:
        """Refuse: no function is covered."""
        msg = (
            f"{request.tok} is a function, and the offline {self.name} plug-in covers "
            "resources only; the official plug-in has it"
        )
        raise PluginError(msg)

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:  # noqa: D102
        handler = self.handler(token(request))
        news, olds = decode(request.new_inputs), decode(request.old_inputs)
        check = Check(token(request), request.name, news, olds, request.random_seed)
        try:
            if not check.failures:
                await asyncio.to_thread(handler.check, check.inputs)
        except PluginError as error:
            check.failures.append(("", f"{check.what}: {error}"))
        return sdk.CheckResponse(
            inputs=encode(check.inputs, secrets_of(request.new_inputs)),
            failures=[sdk.CheckFailure(*failure) for failure in check.failures],
        )

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:  # noqa: D102
        self.handler(token(request))
        return compare(token(request), request)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:  # noqa: D102
        handler, inputs = self.handler(token(request)), decode(request.properties)
        if request.preview:
            return sdk.CreateResponse(properties=previewed(request.properties))
        resource_id, outputs = await self.run(request, request.properties, handler.create, inputs)
        state = recorded(token(request), outputs, request.properties)
        return sdk.CreateResponse(resource_id, state)

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:  # noqa: D102
        handler = self.handler(token(request))
        arguments = request.resource_id, decode(request.inputs), decode(request.properties)
        found = await self.run(request, request.inputs, handler.read, *arguments)
        if found is None:
            return sdk.ReadResponse(resource_id="")
        inputs, outputs = found
        return sdk.ReadResponse(
            request.resource_id,
            recorded(token(request), outputs, request.inputs, request.properties),
            encode(inputs, secrets_of(request.inputs)),
        )

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:  # noqa: D102
        handler, news = self.handler(token(request)), decode(request.news)
        if request.preview:
            return sdk.UpdateResponse({**request.olds, **previewed(request.news)})
        arguments = request.resource_id, decode(request.olds), news
        outputs = await self.run(request, request.news, handler.update, *arguments)
        return sdk.UpdateResponse(recorded(token(request), outputs, request.news))

    async def delete(self, request: sdk.DeleteRequest) -> None:  # noqa: D102
        handler = self.handler(token(request))
        arguments = request.resource_id, decode(request.properties)
        await self.run(request, request.properties, handler.delete, *arguments)

    async def cancel(self) -> None:
        """Let requests that wait for something give up."""
        self.cancelled.set()

    async def run(
        self, request: Any, properties: Properties, action: Callable[..., T], *arguments: Any
    ) -> T:
        """Carry out `action` in a thread; its failure names the resource and holds no secret."""
        call = Call(request.urn, request.name, self.cancelled, self.report)
        call.secrets = secret_texts(properties)
        try:
            return await asyncio.to_thread(partial(action, call, *arguments))
        except PluginError as error:
            kind = token(request).rpartition(":")[2]
            error.args = (call.masked(f"{kind} '{request.name}': {error}"),)
            if isinstance(error, InitFailedError):
                error.properties = recorded(token(request), error.outputs, properties)
            raise
