"""Certificate authorities that a site adds to the public ones, such as a TLS-inspecting proxy's."""

import os
import re
from pathlib import Path

import certifi

from .certificates import check_authorities

MACHINE = "machine"
"""The setting that stands for the authorities that this machine trusts besides the public ones."""
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO")
"""The variables that make OpenSSL, requests, curl and git use another bundle than their own."""
SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
"""The bundle of Debian and Ubuntu, which `update-ca-certificates` writes."""
PUBLIC_AUTHORITIES = Path("/usr/share/ca-certificates")
"""Where Debian and Ubuntu keep Mozilla's list, apart from what a site adds."""

MOST_BYTES = 128 * 1024 - len("SITE_CA=") - 1
"""The largest size of the authorities, in bytes: a build gets them in one variable of the
environment, which Linux limits (MAX_ARG_STRLEN in include/uapi/linux/binfmts.h)."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s.+?-----END CERTIFICATE-----", re.DOTALL)


def certificates(setting: str | None) -> str:
    """Return the authorities that a setting stands for, as PEM text; none for None.

    The setting is `machine`, or the path of a PEM file.
    """
    if setting is None:
        return ""
    if setting == MACHINE:
        return "\n".join(_of_this_machine())
    return "\n".join(_certificates(Path(setting)))


def check(setting: str) -> None:
    """Raise `ValueError` if builds cannot be given the authorities that a setting stands for."""
    file = _bundle() if setting == MACHINE else setting
    if file is None:
        return
    if setting != MACHINE:  # a machine's bundle can have expired ones
        check_authorities("site_ca", file)
    try:
        size = len(certificates(setting))
    except OSError as error:
        msg = f"site_ca machine: cannot read {file}, this machine's bundle: {error.strerror}"
        raise ValueError(msg) from error
    if size > MOST_BYTES:
        msg = (
            f"site_ca: the authorities in {file} take {size} bytes, and builds can be given "
            f"{MOST_BYTES}: give those that the site adds to the public ones, or {MACHINE}"
        )
        raise ValueError(msg)


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
