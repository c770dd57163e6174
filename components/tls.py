"""Whether TLS ends in this stack, and whose certificate the hub then has."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from . import certificate
from .settings import Settings, example, matching
from .site import DEFAULT_PORTS, HttpUrl, SiteArgs, address_in, is_loopback, port_of

OWNERS = {"email": "acme", "acme_url": "acme", "certificate_file": "files", "key_file": "files"}
"""Which kind of certificate a key is for."""
OPTIONAL = {"acme_url"}
NOT_PUBLIC = (".internal", ".lan", ".local", ".test")
"""Domains that are never in the public DNS; `is_loopback` knows another."""


class TlsArgs(Settings):
    """Whose certificate the hub has; without one, TLS ends in front of this stack."""

    certificate: Literal["acme", "files", "internal"] | None = Field(None, examples=["internal"])
    """`acme`: asked of Let's Encrypt, or of another authority; `files`: your own; `internal`: made
    by an authority of the stack's own. docs/tls.md has what each needs."""
    email: (
        Annotated[str, matching(r"[^@\s]+@[^@\s]+", "an address, such as admin@example.org")] | None
    ) = Field(None, examples=["admin@example.org"])
    """For `acme`: whom the authority writes to."""
    acme_url: HttpUrl | None = Field(None, examples=["https://ca.example.org/acme/directory"])
    """For `acme`: the directory of another authority than Let's Encrypt."""
    certificate_file: str | None = Field(None, min_length=1, examples=["/etc/ssl/hub.pem"])
    """For `files`: PEM on this machine, the hub's certificate and then those above it."""
    key_file: str | None = Field(None, min_length=1, examples=["/etc/ssl/private/hub.key"])
    """For `files`: its key, PEM without a passphrase, on this machine."""

    def faults(self) -> Iterator[str]:
        """Yield which keys do not belong to the certificate, and what is wrong with its files."""
        for key, owner in OWNERS.items():
            given = getattr(self, key) is not None
            if owner == self.certificate and not given and key not in OPTIONAL:
                sample = example(type(self).model_fields[key])
                yield f"certificate {owner} needs {key} too, such as {sample}"
            if owner != self.certificate and given:
                yield (
                    f"{key} is for certificate {owner}, not {self.certificate or 'none'}: "
                    "change certificate, or remove it"
                )
        if self.certificate_file and self.key_file:
            try:
                certificate.check(self.certificate_file, self.key_file)
            except ValueError as fault:
                yield str(fault)

    @property
    def ends_here(self) -> bool:
        """Tell whether TLS ends in this stack."""
        return self.certificate is not None

    def faults_at(self, site: SiteArgs) -> Iterator[str]:
        """Yield why TLS would end nowhere, or not as `site` says."""
        if not self.ends_here:
            if site.url.startswith("https://") and "port" not in site.model_fields_set:
                yield (
                    "site.port is missing: TLS ends in front of the hub, so name the hub's own "
                    "port, such as 8000; or set tls.certificate, and TLS ends here"
                )
            return
        host, port = urlsplit(site.url).hostname or "", port_of(site.url)
        if not site.url.startswith("https://"):
            yield f"tls is set, but site.url is {site.url}: begin it with https://, or remove tls"
            return
        if site.port != port:
            yield f"site.port is {site.port}, but with tls it is site.url's, {port}: remove it"
        if self.certificate == "acme" and (is_loopback(site.url) or port != DEFAULT_PORTS["https"]):
            yield (
                "tls.certificate acme: the authority has to reach the hub at ports 80 and 443, "
                f"but site.url is {site.url}: change it, or take certificate files or internal"
            )
        elif self.certificate == "acme" and not self.acme_url and not _is_public(site.url):
            yield (
                "tls.certificate acme: Let's Encrypt wants a name in the public DNS, but site.url "
                f"is {site.url}: change it, give acme_url, or take certificate files or internal"
            )
        if self.certificate_file and not certificate.is_for(self.certificate_file, host):
            names = ", ".join(certificate.names(self.certificate_file)) or "no host"
            yield (
                f"tls.certificate_file {self.certificate_file} is for {names}, but site.url is "
                f"{site.url}: give a certificate for {host}"
            )


def _is_public(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return "." in host and not host.endswith(NOT_PUBLIC) and not address_in(url)
