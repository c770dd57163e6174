"""Certificate authorities that a site adds to the public ones, such as a TLS-inspecting proxy's."""

import os
import re
from pathlib import Path
from typing import Annotated

import certifi
from pydantic import AfterValidator

from .certificate import authorities

MACHINE = "machine"
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO")
"""Where OpenSSL, requests, curl and git are told of a bundle other than their own."""
SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
"""What `update-ca-certificates` writes: theirs, on Debian and Ubuntu."""
PUBLIC_AUTHORITIES = Path("/usr/share/ca-certificates")
"""Where Debian and Ubuntu keep Mozilla's list, apart from what a site adds."""

MOST_BYTES = 128 * 1024 - len("SITE_CA=") - 1
"""What Linux takes as a variable of the environment, MAX_ARG_STRLEN, in which builds get them."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s.+?-----END CERTIFICATE-----", re.DOTALL)


def certificates(setting: str | None) -> str:
    """Return PEM text: nothing, those in the file `setting`, or those of this `machine`."""
    if setting is None:
        return ""
    if setting == MACHINE:
        return "\n".join(_of_this_machine())
    return "\n".join(_certificates(Path(setting)))


def _readable(setting: str) -> str:
    file = _bundle() if setting == MACHINE else setting
    if file is not None:
        authorities(file)
    size = len(certificates(setting))
    if size > MOST_BYTES:
        msg = (
            f"the authorities in {file} take {size} bytes, and builds can be given {MOST_BYTES}: "
            f"give those that the site adds to the public ones, or {MACHINE}"
        )
        raise ValueError(msg)
    return setting


SiteCa = Annotated[str, AfterValidator(_readable)]
"""A PEM file, or `machine`."""


def _bundle() -> str | None:
    system = str(SYSTEM_BUNDLE) if SYSTEM_BUNDLE.is_file() else None
    return next((os.environ[name] for name in BUNDLE_VARIABLES if os.environ.get(name)), system)


def _of_this_machine() -> list[str]:
    bundle = _bundle()
    if bundle is None:
        return []
    public = set(_certificates(Path(certifi.where())))
    for file in PUBLIC_AUTHORITIES.rglob("*.crt"):
        public.update(_certificates(file))
    return [certificate for certificate in _certificates(Path(bundle)) if certificate not in public]


def _certificates(file: Path) -> list[str]:
    return _CERTIFICATE.findall(file.read_text(encoding="utf-8", errors="replace"))
