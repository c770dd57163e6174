"""Caddy, where TLS ends: the door to the hub in place of the proxy's own port."""

from pathlib import Path
from urllib.parse import urlsplit

from pulumi import ComponentResource, Output, ResourceOptions, RunError

from .images import Image
from .network import Network
from .proxy import Proxy
from .service import data_volume, service
from .settings import Stack
from .site import DEFAULT_PORTS, SiteArgs, is_loopback
from .tls import TlsArgs

MEMORY_MIB = 256


class Edge(ComponentResource):
    """Serves `site.url` with the certificate that `args` name; the update fails without one.

    Where that is at port 443, port 80 sends people there. The volume keeps what an authority has
    issued, and the authority of `internal`, when the container is replaced. Raises `RunError` where
    `args` name no certificate, or do not fit `site`.
    """

    def __init__(
        self,
        name: str,
        args: TlsArgs,
        *,
        site: SiteArgs,
        proxy: Proxy,
        stack: Stack,
        image: Image,
        network: Network,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Edge", name, None, opts)
        if not args.ends_here:
            msg = (
                f"{name}: tls.certificate is missing: set it to acme, files or internal, "
                "or declare no Edge"
            )
            raise RunError(msg)
        if faults := list(args.faults_at(site)):
            raise RunError("\n".join(f"{name}: {fault}" for fault in faults))
        data = data_volume(name, "edge", stack=stack, parent=self)
        standard = site.port == DEFAULT_PORTS["https"]
        ports = [site.published(8443)]
        if standard:
            ports.append(site.published(8080, DEFAULT_PORTS["http"]))
        # Browsers apply it to every port of the host name, which others may serve too.
        hsts = standard and not is_loopback(site.url)
        service(
            name,
            "edge",
            stack=stack,
            image=image,
            network=network,
            address=network.edge_address,
            memory_mib=MEMORY_MIB,
            parent=self,
            depends_on=[proxy],  # which gives up its port first, where it had one
            envs=[
                f"SITE_HOST={urlsplit(site.url).hostname}",
                f"PROXY={proxy.url}",
                f"CERTIFICATE={args.certificate}",
                f"HSTS={'hsts' if hsts else 'no-hsts'}",
                f"ACME_URL={args.acme_url or ''}",
                f"ACME_EMAIL={args.email or ''}",
            ],
            uploads=_uploads(args),
            ports=ports,
            volumes=[{"volume_name": data.name, "container_path": "/data"}],
        )
        self.register_outputs({})


def _uploads(args: TlsArgs) -> list[dict[str, str | Output[str]]]:
    """Return the files that `args` name, which nobody but Caddy's container can read there."""
    if args.certificate_file is None or args.key_file is None:
        return []
    certificate = Path(args.certificate_file).read_text()
    key = Output.secret(Path(args.key_file).read_text())
    return [
        {"file": "/etc/caddy/site.pem", "content": certificate},
        {"file": "/etc/caddy/site.key", "content": key},
    ]
