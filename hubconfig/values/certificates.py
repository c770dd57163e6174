"""Certificates and keys in files of this machine.

A function that reads a file raises `ValueError` if it cannot, or finds something else. The message
names the key in the stack file as well as the file.
"""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def check_authorities(key: str, file: str) -> None:
    """Raise `ValueError` unless a file has PEM certificates, valid today, and no private key."""
    found = _certificates(key, file)
    for certificate in found:
        if fault := _out_of_time(certificate):
            of = certificate.subject.rfc4514_string()
            msg = f"{key} {file}: the certificate of {of} {fault}: take it out, or renew it"
            raise ValueError(msg)


def check_certificate(file: str) -> x509.Certificate:
    """Return the first certificate in a file; raise `ValueError` unless it is valid today."""
    certificate = _certificates("certificate_file", file)[0]
    if fault := _out_of_time(certificate):
        msg = f"certificate_file {file} {fault}: give a renewed one"
        raise ValueError(msg)
    return certificate


def check_key(file: str) -> PrivateKeyTypes:
    """Return the key in a file; raise `ValueError` unless it is PEM without a passphrase."""
    content = _read("key_file", file)
    try:
        return load_pem_private_key(content, password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:  # TypeError: a passphrase
        msg = f"key_file {file}: expected an RSA or ECDSA key, PEM without a passphrase"
        raise ValueError(msg) from error


def belongs(key: PrivateKeyTypes, certificate: x509.Certificate) -> bool:
    """Tell whether a key is the certificate's."""
    try:
        return key.public_key() == certificate.public_key()
    except UnsupportedAlgorithm:
        return False


def names(certificate_file: str) -> list[str]:
    """Return the DNS names, in lower case, and addresses of the first certificate in a file."""
    certificate = _certificates("certificate_file", certificate_file)[0]
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    addresses = found.value.get_values_for_type(x509.IPAddress)
    return [
        *map(str.lower, found.value.get_values_for_type(x509.DNSName)),
        *map(str, addresses),
    ]


def is_for(certificate_file: str, host: str) -> bool:
    """Tell whether a certificate is for a host name or IP address; `*` stands for one label."""
    covered = names(certificate_file)
    try:
        return str(ip_address(host)) in covered
    except ValueError:
        return host in covered or f"*.{host.partition('.')[2]}" in covered


def _out_of_time(certificate: x509.Certificate) -> str | None:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    now = datetime.now(UTC)
    if start <= now <= end:
        return None
    return f"is valid from {start:%F} to {end:%F}, and today is {now:%F}"


def _certificates(key: str, file: str) -> list[x509.Certificate]:
    content = _read(key, file)
    if b"PRIVATE KEY" in content:
        msg = (
            f"{key} {file} has a private key in it, which previews would show: give the "
            "certificates alone"
        )
        raise ValueError(msg)
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError as error:
        msg = f"{key} {file}: expected certificates in PEM, and it has none, or a broken one"
        raise ValueError(msg) from error


def _read(key: str, file: str) -> bytes:
    try:
        return Path(file).read_text().encode()
    except UnicodeDecodeError as error:
        msg = f"{key} {file}: expected PEM, but this is not text in UTF-8; convert it with openssl"
        raise ValueError(msg) from error
    except OSError as error:
        msg = f"{key} {file}: cannot read it: {error.strerror}; give a PEM file of this machine"
        raise ValueError(msg) from error
