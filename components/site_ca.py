"""Certificate authorities that a site adds to the public ones, such as a TLS-inspecting proxy's."""

import os
import re
from pathlib import Path

import certifi
from pulumi import RunError

MACHINE = "machine"
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO")
"""Where OpenSSL, requests, curl and git are told of a bundle other than their own."""
PUBLIC_AUTHORITIES = Path("/usr/share/ca-certificates")
"""Where Debian and Ubuntu keep Mozilla's list, apart from what a site adds."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s.+?-----END CERTIFICATE-----", re.DOTALL)


def certificates(setting: str | None) -> str:
    """Return PEM text: nothing, those in the file `setting`, or those of this `machine`.

    Raises `RunError` for a file that cannot be read or holds no certificate.
    """
    if setting is None:
        return ""
    if setting == MACHINE:
        return "\n".join(_of_this_machine())
    try:
        found = _certificates(Path(setting))
    except OSError as error:
        msg = (
            f"images.site_ca: cannot read {setting}: {error.strerror}; "
            f"give a PEM file or {MACHINE!r}"
        )
        raise RunError(msg) from error
    if not found:
        msg = f"images.site_ca: {setting} holds no PEM certificate"
        raise RunError(msg)
    return "\n".join(found)


def _of_this_machine() -> list[str]:
    bundle = next((os.environ[name] for name in BUNDLE_VARIABLES if os.environ.get(name)), None)
    if bundle is None:
        return []
    public = set(_certificates(Path(certifi.where())))
    for file in PUBLIC_AUTHORITIES.rglob("*.crt"):
        public.update(_certificates(file))
    return [certificate for certificate in _certificates(Path(bundle)) if certificate not in public]


def _certificates(file: Path) -> list[str]:
    return _CERTIFICATE.findall(file.read_text(encoding="utf-8", errors="replace"))
