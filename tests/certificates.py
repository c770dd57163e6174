"""Certificates of a test's own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)


@dataclass(frozen=True)
class Files:
    """A certificate, which is its own authority, and its key."""

    certificate_file: str
    key_file: str

    @property
    def setting(self) -> dict[str, str]:
        return {"certificate": "files", **vars(self)}


def make(folder: Path, *names: str, days: tuple[int, int] = (-1, 1), passphrase: str = "") -> Files:
    """Write a certificate for `names`, valid between two days counted from today."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test")])
    start, end = (datetime.now(UTC) + timedelta(days=day) for day in days)
    builder = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    files = Files(str(folder / "site.pem"), str(folder / "site.key"))
    Path(files.certificate_file).write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    Path(files.key_file).write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    )
    return files


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
