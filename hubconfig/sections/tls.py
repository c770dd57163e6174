"""The section `tls`."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from ..model import Fault, Settings, example, matching
from ..values import certificates
from ..values.urls import DEFAULT_PORTS, HttpUrl, address_in, is_loopback, port_of
from .site import SiteArgs

OWNERS = {"email": "acme", "acme_url": "acme", "certificate_file": "files", "key_file": "files"}
"""The kind of certificate that each key is for."""
OPTIONAL = {"acme_url"}
NOT_PUBLIC = (".internal", ".lan", ".local", ".test")
"""Endings of names that are never in the public DNS; `is_loopback` checks for `.localhost`."""


class TlsArgs(Settings):
    """TLS that ends in this stack, and the certificate for it.

    Without `certificate`, this stack serves plain HTTP, and TLS ends in front of it.
    """

    certificate: Literal["acme", "files", "internal"] | None = Field(None, examples=["internal"])
    """Where the certificate comes from. `acme`: Let's Encrypt or another certificate authority
    issues it on request. `files`: you provide it. `internal`: an authority that belongs to the
    stack issues it. docs/tls.md says what each of them needs."""
    email: (
        Annotated[str, matching(r"[^@\s]+@[^@\s]+", "an address, such as admin@example.org")] | None
    ) = Field(None, examples=["admin@example.org"])
    """For `acme`: the e-mail address to which the authority sends notices."""
    acme_url: HttpUrl | None = Field(None, examples=["https://ca.example.org/acme/directory"])
    """For `acme`: the address of the authority's ACME directory, if it is not Let's Encrypt."""
    certificate_file: str | None = Field(None, min_length=1, examples=["/etc/ssl/hub.pem"])
    """For `files`: a PEM file on this machine with the hub's certificate, followed by those of the
    authorities above it."""
    key_file: str | None = Field(None, min_length=1, examples=["/etc/ssl/private/hub.key"])
    """For `files`: a PEM file on this machine with the certificate's private key, without a
    passphrase."""

    @property
    def ends_here(self) -> bool:
        """Whether TLS ends in this stack."""
        return self.certificate is not None

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each key that the kind of certificate lacks, or has no use for."""
        for key, owner in OWNERS.items():
            given = getattr(self, key) is not None
            if owner == self.certificate and not given and key not in OPTIONAL:
                sample = example(type(self).model_fields[key])
                yield Fault(
                    ("certificate", key), f"certificate {owner} needs {key} too, such as {sample}"
                )
            if owner != self.certificate and given:
                yield Fault(
                    ("certificate", key),
                    f"{key} is for certificate {owner}, not {self.certificate or 'none'}: "
                    "change certificate, or remove it",
                )

    def faults_here(self) -> Iterator[Fault]:
        """Yield what is wrong with the files of the certificate and its key."""
        if not (self.certificate_file and self.key_file):
            return
        certificate = key = None
        try:
            certificate = certificates.check_certificate(self.certificate_file)
        except ValueError as fault:
            yield Fault(("certificate_file",), str(fault))
        try:
            key = certificates.check_key(self.key_file)
        except ValueError as fault:
            yield Fault(("key_file",), str(fault))
        if certificate and key and not certificates.belongs(key, certificate):
            yield Fault(
                ("certificate_file", "key_file"),
                f"key_file {self.key_file} is not the key of the first certificate in "
                f"{self.certificate_file}: give that one's",
            )

    def faults_at(self, site: SiteArgs) -> Iterator[Fault]:
        """Yield faults between this section and `site`; their keys begin with the section."""
        if not self.ends_here:
            if site.url.startswith("https://") and "port" not in site.model_fields_set:
                yield Fault(
                    ("site.url", "site.port", "tls.certificate"),
                    "site.port is missing: TLS ends in front of the hub, so name the hub's own "
                    "port, such as 8000; or set tls.certificate, and TLS ends here",
                )
            return
        port = port_of(site.url)
        if not site.url.startswith("https://"):
            yield Fault(
                ("site.url", "tls.certificate"),
                f"tls is set, but site.url is {site.url}: begin it with https://, or remove tls",
            )
            return
        if site.port != port:
            yield Fault(
                ("site.url", "site.port", "tls.certificate"),
                f"site.port is {site.port}, but with tls it is site.url's, {port}: remove it",
            )
        if self.certificate == "acme":
            yield from self._faults_of_acme(site.url, port, site.domain)

    def _faults_of_acme(self, url: str, port: int, domain: str | None) -> Iterator[Fault]:
        if is_loopback(url) or port != DEFAULT_PORTS["https"]:
            yield Fault(
                ("site.url", "tls.certificate"),
                "tls.certificate acme: the authority has to reach the hub at ports 80 and 443, "
                f"but site.url is {url}: change it, or take certificate files or internal",
            )
            return
        wanted = {"site.url": url} | ({"site.user_domains": domain} if domain else {})
        for key, value in wanted.items():
            if not self.acme_url and not _is_public(value):
                yield Fault(
                    (key, "tls.certificate", "tls.acme_url"),
                    "tls.certificate acme: Let's Encrypt wants a name in the public DNS, but "
                    f"{key} is {value}: change it, give acme_url, or take certificate files or "
                    "internal",
                )

    def faults_for(self, site: SiteArgs) -> Iterator[Fault]:
        """Yield a fault if the certificate in `certificate_file` is not for the site's hosts."""
        wanted = {"site.url": (site.url, urlsplit(site.url).hostname or "")}
        if site.domain:
            wanted["site.user_domains"] = (site.domain, f"*.{site.domain}")
        hosts = " and ".join(host for _, host in wanted.values())
        for key, (value, host) in wanted.items():
            if self.certificate_file and not certificates.is_for(self.certificate_file, host):
                names = ", ".join(certificates.names(self.certificate_file)) or "no host"
                yield Fault(
                    (key, "tls.certificate_file"),
                    f"tls.certificate_file {self.certificate_file} is for {names}, but {key} is "
                    f"{value}: give a certificate for {hosts}",
                )


def _is_public(place: str) -> bool:
    """Tell whether a URL, or a domain, can be in the public DNS."""
    url = place if "://" in place else f"https://{place}"
    host = urlsplit(url).hostname or ""
    return "." in host and not host.endswith(NOT_PUBLIC) and not address_in(url)
