"""The environment of pulumi and docker: a shell's, without what would contradict a stack file.

A shell that sources `.state/env` runs this file by itself, so it imports the standard library only.
offline/README.md lists all variables that Pulumi's CLI and plug-ins read.
"""

import os
import shlex
from collections.abc import Mapping

CONTRADICTING = (
    "DOCKER_CONTEXT",  # instead of docker.host, except for images
    "DOCKER_CERT_PATH",  # TLS, whatever the address
    "DOCKER_TLS_VERIFY",  # the same, but alone for the docker command only
    "DOCKER_CA_MATERIAL",
    "DOCKER_CERT_MATERIAL",
    "DOCKER_KEY_MATERIAL",
)
"""What Pulumi's Docker plug-in, or the docker command, uses besides, or instead of, docker.host and
docker.cert_path."""
PROXIES = ("http_proxy", "https_proxy", "grpc_proxy")
LOOPBACK = "127.0.0.1"
"""The address at which Pulumi's engine listens for the program. gRPC connects to it through a proxy
unless the variable `no_proxy`, in lower case, has exactly this address: gRPC's
doc/environment_variables.md."""


def cleaned(shell: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for `pulumi` and `docker`, made from a shell's."""
    given = {name: value for name, value in shell.items() if name not in CONTRADICTING}
    if not given.get("DOCKER_HOST"):  # the plug-in takes an empty one for an address
        given.pop("DOCKER_HOST", None)
    excepted = given.get("no_proxy", "").split(",")
    if any(given.get(name) for name in PROXIES) and LOOPBACK not in excepted:
        given["no_proxy"] = ",".join(filter(None, [*excepted, LOOPBACK]))
    return given


if __name__ == "__main__":
    before = dict(os.environ)
    after = cleaned(before)
    for gone in before.keys() - after.keys():
        print("unset", gone)  # noqa: T201
    for name, value in after.items():
        if before.get(name) != value:
            print(f"export {name}={shlex.quote(value)}")  # noqa: T201
