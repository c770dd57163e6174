"""Caddy, in which TLS ends. It is published on the host in place of the proxy."""

from pathlib import Path
from urllib.parse import urlsplit

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions, RunError

from hubconfig.sections.site import SiteArgs
from hubconfig.sections.tls import TlsArgs
from hubconfig.stack import Stack
from hubconfig.values.urls import DEFAULT_PORTS, is_loopback

from .image import Image
from .network import Network
from .proxy import Proxy
from .service import data_volume, published, service

MEMORY_MIB = 256


class Edge(ComponentResource):
    """Serves `site.url` with the certificate that `args` name; the update fails without one.

    If `site.url` is at port 443, port 80 redirects to it. Names below `site.domain` are served too,
    with `acme` only those that the hub knows. A volume keeps issued certificates, and the authority
    of `internal`, when the container is replaced. Raises `RunError` if `args` name no certificate
    or do not fit `site`.
    """

    def __init__(
        self,
        name: str,
        args: TlsArgs,
        *,
        site: SiteArgs,
        proxy: Proxy,
        stack: Stack,
        network: Network,
        image: Image,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Edge", name, None, opts)
        if not args.ends_here:
            msg = (
                f"{name}: tls.certificate is missing: set it to acme, files or internal, "
                "or declare no Edge"
            )
            raise RunError(msg)
        if faults := [*args.faults_at(site), *args.faults_here()] or [*args.faults_for(site)]:
            raise RunError("\n".join(f"{name}: {fault.sentence}" for fault in faults))
        data = data_volume(name, "edge", stack=stack, parent=self)
        standard = site.port == DEFAULT_PORTS["https"]
        ports = [published(site, 8443)]
        if standard:
            ports.append(published(site, 8080, DEFAULT_PORTS["http"]))
        service(
            name,
            "edge",
            stack=stack,
            network=network,
            image=image,
            address=network.edge_address,
            memory_mib=MEMORY_MIB,
            parent=self,
            depends_on=[proxy],  # so that it gives up its own port first, if it had one
            command=_command(site),
            envs=[
                f"SITE_HOST={urlsplit(site.url).hostname}",
                f"USER_DOMAINS={site.domain or ''}",
                f"PROXY={proxy.url}",
                f"KNOWN={network.hub_url}/hub/known",
                f"CERTIFICATE={args.certificate}",
                f"HSTS={_hsts(site)}",
                f"ACME_URL={args.acme_url or ''}",
                f"ACME_EMAIL={args.email or ''}",
            ],
            uploads=_uploads(args),
            ports=ports,
            volumes=[docker.ContainerVolumeArgs(volume_name=data.name, container_path="/data")],
        )
        self.register_outputs({})


def _command(site: SiteArgs) -> list[str]:
    file = "domains.caddyfile" if site.domain else "Caddyfile"
    return ["caddy", "run", "--config", f"/etc/caddy/{file}", "--adapter", "caddyfile"]


def _hsts(site: SiteArgs) -> str:
    # Browsers apply HSTS to all ports of the host's name, and other programs may serve those.
    if site.port != DEFAULT_PORTS["https"] or is_loopback(site.url):
        return "no-hsts"
    return "hsts-below" if site.domain == urlsplit(site.url).hostname else "hsts"


def _uploads(args: TlsArgs) -> list[docker.ContainerUploadArgs]:
    """Return the files that `args` name, if any, for upload into Caddy's container."""
    if args.certificate_file is None or args.key_file is None:
        return []
    certificate = Path(args.certificate_file).read_text()
    key = Output.secret(Path(args.key_file).read_text())
    return [
        docker.ContainerUploadArgs(file="/etc/caddy/site.pem", content=certificate),
        docker.ContainerUploadArgs(file="/etc/caddy/site.key", content=key),
    ]
