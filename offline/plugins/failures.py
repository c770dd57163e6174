"""Failed requests, as gRPC statuses with messages that a user can read."""

import inspect
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, status_pb2

from .errors import InitFailedError, PluginError


class Failures(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # grpc is untyped
    """Answers every failure with one message, without a traceback."""

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
    """Return the arguments of gRPC's `abort` for a failure: code, message, trailing metadata."""
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
