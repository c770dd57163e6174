"""The Docker Engine that everything is declared on."""

import pulumi_docker as docker
from pulumi import ResourceOptions

from hubconfig.sections.docker import DockerArgs


def on_engine(args: DockerArgs) -> ResourceOptions:
    """Return the options with which a component, and all in it, is on the engine of `args`."""
    engine = docker.Provider("engine", host=args.host, cert_path=args.cert_path)
    return ResourceOptions(providers=[engine])
