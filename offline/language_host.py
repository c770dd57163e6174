"""`pulumi-language-python` for networks without Pulumi's downloads.

The engine starts this host, reads the port that it prints and asks it over gRPC to run the
program. The SDK's own `LanguageServer`, which is made for inline programs, does most of the work.
This module adds how to run a program from its folder, list the plug-ins that it needs, and run
Python plug-ins such as policy packs.
"""

import json
import os
import runpy
import signal
import site
import subprocess
import sys
import sysconfig
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi import RunError
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2


class LanguageHost(LanguageServer):
    """Runs one Python program or plug-in for one `pulumi` command.

    A program that fails is reported once: a `RunError` by its message alone, any other error with
    the part of the traceback that lies in the program.
    """

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.stopped = threading.Event()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802, D102
        return language_pb2.LanguageHandshakeResponse()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run `request.info.entry_point` (a file, or a folder with a `__main__.py`)."""
        folder = Path(request.info.program_directory)
        self.program = lambda: run_program(folder, folder / request.info.entry_point)
        os.chdir(request.pwd)
        result = super().Run(request, context)  # type: ignore[no-untyped-call]
        # The SDK has logged the error; without `bail` the engine prints it a second time.
        return language_pb2.RunResponse(bail=bool(result.error))

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return the resource plug-ins of the installed SDKs, as their wheels record them."""
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(
                    name=plugin["name"], kind="resource", version=f"v{plugin['version']}"
                )
                for plugin in required_plugins()
            ]
        )

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return the installed packages, for `pulumi about`."""
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version)
                for name, version in sorted({(d.name, d.version) for d in distributions()})
            ]
        )

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Run a Python plug-in, streaming its output.

        As the official host does, it starts a policy pack through the SDK and in the pack's own
        folder, and any other plug-in, such as a component provider, where the program is.
        """
        folder = request.info.program_directory
        if request.kind == "analyzer":
            command, place = ["-m", "pulumi.policy", *request.args, folder], folder
        else:
            command, place = [Path(folder, request.info.entry_point), *request.args], request.pwd
        with subprocess.Popen(
            [sys.executable, "-u", *command],
            cwd=place,
            env=dict(entry.split("=", 1) for entry in request.env),
            stdout=subprocess.PIPE,
        ) as plugin:
            context.add_callback(plugin.terminate)
            assert plugin.stdout is not None
            while chunk := os.read(plugin.stdout.fileno(), 65536):
                yield language_pb2.RunPluginResponse(stdout=chunk)
            yield language_pb2.RunPluginResponse(exitcode=plugin.wait())

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Stop serving; the engine is shutting down."""
        self.stopped.set()
        return Empty()


def run_program(folder: Path, entry_point: Path) -> None:
    """Run a program as `python <entry_point>` would, with the packages of its own `.venv` too.

    Raises `RunError` with the text for the user if the program fails.
    """
    sys.path.insert(0, str(folder))
    packages = Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    site.addsitedir(str(folder / ".venv" / packages))
    try:
        runpy.run_path(str(entry_point), run_name="__main__")
    except RunError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
        trace = "".join(traceback.format_list(own or frames))
        summary = "".join(traceback.format_exception_only(error))
        message = f"The program failed:\n{trace}{summary}"
        raise RunError(message) from error


def required_plugins() -> Iterator[dict[str, str]]:
    """Yield the `pulumi-plugin.json` of every installed SDK that needs a plug-in."""
    for root in {Path(str(d.locate_file(""))) for d in distributions()}:
        for record in sorted(root.glob("pulumi_*/pulumi-plugin.json")):
            plugin = json.loads(record.read_text())
            if plugin.get("resource") and "version" in plugin:
                yield plugin


def main() -> None:
    """Serve until the engine cancels or interrupts; print the port on standard output."""
    server = grpc.server(ThreadPoolExecutor())
    host = LanguageHost()
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interrupt, lambda *_: host.stopped.set())
    print(port, flush=True)  # noqa: T201  # the engine reads it
    host.stopped.wait()
    server.stop(grace=None)


if __name__ == "__main__":
    main()
