"""The Docker Engine on which the resources are."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from ..errors import PluginError
from ..handler import Call
from ..values import Values
from . import ssh

DEFAULT_HOST = "unix:///var/run/docker.sock"
POLL_SECONDS = 0.1


class Engine:
    """A client of the Engine API at `host`, which is made on its first use.

    `cert_path` is a folder of ca.pem, cert.pem and key.pem, for TLS on `tcp://`.
    """

    def __init__(self) -> None:
        self.host = DEFAULT_HOST
        self.cert_path: str | None = None
        self._tunnel: ssh.Tunnel | None = None
        self._opening = Lock()

    @property
    def tunnel(self) -> ssh.Tunnel | None:
        """The connection to an engine by ssh, which lasts as long as this object; else None."""
        if not self.host.startswith("ssh://"):
            return None
        with self._opening:  # one for all threads: cached_property has no lock from Python 3.12 on
            if self._tunnel is None:
                self._tunnel = ssh.Tunnel(self.host)
        return self._tunnel

    @property
    def address(self) -> str:
        """The address for clients: `host`, or that of a socket that ssh forwards to the engine."""
        return self.tunnel.address if self.tunnel else self.host

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a docker client finds the same engine."""
        if self.cert_path is None:
            return {"DOCKER_HOST": self.address}
        tls = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": self.cert_path}
        return {"DOCKER_HOST": self.address, **tls}

    @cached_property
    def api(self) -> Any:
        """The docker SDK's low-level client."""
        # 0.3 s, which previews save
        import docker  # noqa: PLC0415

        with self.explained("cannot reach it"):
            return docker.APIClient(self.address, version="auto", timeout=120, tls=self._tls())

    def _tls(self) -> Any:
        if self.cert_path is None:
            return False
        from docker.tls import TLSConfig  # noqa: PLC0415

        # requests would trust these instead of the engine's authority; nothing else needs them.
        for bundle in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            os.environ.pop(bundle, None)
        folder = Path(self.cert_path)
        pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
        return TLSConfig(client_cert=pair, ca_cert=str(folder / "ca.pem"), verify=True)

    @contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Turn failures of the engine into `PluginError`, whose message begins with `what`."""
        from docker.errors import (  # noqa: PLC0415
            APIError,
            DockerException,
        )
        from requests.exceptions import RequestException  # noqa: PLC0415

        try:
            yield
        except APIError as error:
            msg = f"{what}: {error.explanation or error}"
            raise PluginError(msg) from error
        except (DockerException, RequestException, OSError) as error:
            msg = (
                f"{what}: the Docker engine at {self.host} does not answer ({error}); "
                "start it, or set docker:host or DOCKER_HOST"
            )
            raise PluginError(msg) from error

    def found(self, what: str, inspect: Any, *arguments: Any) -> Values | None:
        """Return what `inspect` finds, or None if there is no such thing."""
        from docker.errors import NotFound  # noqa: PLC0415

        with self.explained(what):
            try:
                result: Values = inspect(*arguments)
            except NotFound:
                return None
            return result


def pause(call: Call) -> None:
    """Wait until the next poll; raise `PluginError` if the user has cancelled."""
    if call.cancelled.wait(POLL_SECONDS):
        msg = "cancelled"
        raise PluginError(msg)


def label_map(labels: list[Values]) -> dict[str, str]:
    """Return the engine's form of a list of label blocks."""
    return {item["label"]: item["value"] for item in labels}


def label_list(labels: dict[str, str] | None) -> list[Values]:
    """Return a sorted list of label blocks from the engine's form."""
    return [{"label": label, "value": value} for label, value in sorted((labels or {}).items())]
