"""Certificates and keys in files, looked at before anything is deployed with them."""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def authorities(file: str) -> str:
    """Return `file` if it can be read, and has certificates in PEM and no private key.

    Raises `ValueError` otherwise.
    """
    try:
        text = Path(file).read_text()
    except UnicodeDecodeError:
        text = ""  # DER, perhaps
    except OSError as error:
        msg = f"cannot read {file}: {error.strerror}; give a PEM file"
        raise ValueError(msg) from error
    if "-----BEGIN CERTIFICATE-----" not in text or "PRIVATE KEY" in text:
        msg = f"expected a PEM file with certificates and no private key, which {file} is not"
        raise ValueError(msg)
    return file


def check(certificate_file: str, key_file: str) -> None:
    """Raise `ValueError` unless both can be read, belong together and are of use today."""
    certificate, now = _first(certificate_file), datetime.now(UTC)
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start <= now <= end:
        msg = (
            f"certificate_file {certificate_file} is valid from {start:%F} to {end:%F}, and today "
            f"is {now:%F}: give a renewed one"
        )
        raise ValueError(msg)
    content = _read("key_file", key_file)
    try:
        key = load_pem_private_key(content, password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:  # TypeError: a passphrase
        msg = f"key_file {key_file}: expected an RSA or ECDSA key, PEM without a passphrase"
        raise ValueError(msg) from error
    try:
        certified = certificate.public_key()
    except UnsupportedAlgorithm:
        certified = None
    if key.public_key() != certified:
        msg = (
            f"key_file {key_file} is not the key of the first certificate in {certificate_file}: "
            "give that one's"
        )
        raise ValueError(msg)


def names(certificate_file: str) -> list[str]:
    """Return the DNS names and addresses that a certificate is for."""
    try:
        found = _first(certificate_file).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return []
    addresses = found.value.get_values_for_type(x509.IPAddress)
    return [
        *map(str.lower, found.value.get_values_for_type(x509.DNSName)),
        *map(str, addresses),
    ]


def is_for(certificate_file: str, host: str) -> bool:
    """Tell whether browsers take a certificate for `host`; `*` stands for one label."""
    covered = names(certificate_file)
    try:
        return str(ip_address(host)) in covered
    except ValueError:
        return host in covered or f"*.{host.partition('.')[2]}" in covered


def _first(file: str) -> x509.Certificate:
    content = _read("certificate_file", file)
    if b"PRIVATE KEY" in content:
        msg = (
            f"certificate_file {file} has a private key in it, which previews would show: give the "
            "certificates alone, and the key as key_file"
        )
        raise ValueError(msg)
    try:
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError as error:
        msg = f"certificate_file {file}: expected PEM certificates, the hub's first"
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
