"""Certificates and keys in files of this machine."""

import base64
from pathlib import Path

import pytest

from hubconfig.sections.site import SiteArgs
from hubconfig.sections.tls import TlsArgs
from tests.certificates import make
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import ANYBODY, CONFIG, HOST, TOKEN, changed, public

EC_KEY = bytes.fromhex("06072a8648ce3d0201")
"""1.2.840.10045.2.1 in DER: RFC 5480, 2.1.1."""
BAD: list[Row] = [
    ("gitlab.ca_file", "/no/such/file", "gitlab: ca_file /no/such/file: cannot read it: No such"),
    ("gitlab.ca_file", "README.md", "gitlab: ca_file README.md: expected certificates in PEM"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(
    ("names", "url"),
    [
        ([HOST], f"https://{HOST}"),
        (["other.example.org", HOST], f"https://{HOST}:8443"),
        (["*.example.org"], f"https://{HOST}"),
        (["10.0.0.7"], "https://10.0.0.7"),
    ],
)
def test_a_certificate_for_the_sites_host_is_taken(declare_program, tmp_path, names, url):
    declared = declare_program(public(make(tmp_path, *names).setting, url=url))
    files = [upload["file"] for upload in declared["edge-container"]["uploads"]["value"]]
    assert files == ["/etc/caddy/site.pem", "/etc/caddy/site.key"]


@pytest.mark.parametrize(
    ("names", "options", "sentence"),
    [
        (["example.org"], {}, f"is for example.org, but site.url is https://{HOST}: give a"),
        (["*.org"], {}, "give a certificate for hub.example.org"),
        (["10.0.0.7"], {}, "is for 10.0.0.7, but"),
        ([], {}, "is for no host, but"),
        ([HOST], {"days": (-9, -1)}, "give a renewed one"),
        ([HOST], {"days": (1, 9)}, "is valid from"),
        ([HOST], {"passphrase": "canary"}, "expected an RSA or ECDSA key, PEM without a pass"),
    ],
)
def test_a_certificate_of_no_use_is_refused(refusal, tmp_path, names, options, sentence):
    assert sentence in refusal(public(make(tmp_path, *names, **options).setting))


@pytest.mark.parametrize(
    ("key", "content", "sentence"),
    [
        ("certificate_file", None, "cannot read it: No such file or directory; give a PEM file"),
        ("certificate_file", "canary", "expected certificates in PEM"),
        ("key_file", None, "cannot read it: No such file"),
        ("key_file", "canary", "expected an RSA or ECDSA key"),
        # What openssl writes before a certificate or a key of a PKCS #12 file.
        ("certificate_file", b"friendlyName: Universit\xe4t", "but this is not text in UTF-8"),
        ("key_file", b"friendlyName: Universit\xe4t", "but this is not text in UTF-8"),
    ],
)
def test_files_that_are_something_else_are_refused(refusal, tmp_path, key, content, sentence):
    files = make(tmp_path, HOST).setting
    if isinstance(content, bytes):
        Path(files[key]).write_bytes(content + b"\n" + Path(files[key]).read_bytes())
    elif content:
        Path(files[key]).write_text(content)
    else:
        Path(files[key]).unlink()
    said = refusal(public(files))
    assert sentence in said
    assert f"{key} {files[key]}" in said


def test_a_certificate_that_is_missing_hides_no_key_that_is_missing(refusal):
    files = {"certificate_file": "/no/such.pem", "key_file": "/no/such.key"}
    said = refusal(public({"certificate": "files", **files}))
    for key, file in files.items():
        assert f"{key} {file}: cannot read it: No such file" in said


def test_a_certificate_with_its_key_in_the_same_file_is_refused(refusal, tmp_path):
    files = make(tmp_path, HOST).setting
    both = Path(files["certificate_file"])
    both.write_text(both.read_text() + Path(files["key_file"]).read_text())
    assert "has a private key in it, which previews would" in refusal(public(files))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("certificate_file", "is not the key of the first certificate in"),
        ("key_file", "expected an RSA or ECDSA key"),
    ],
)
def test_keys_of_an_unknown_kind_are_refused(refusal, tmp_path, key, sentence):
    files = make(tmp_path, HOST).setting
    head, *body, tail = Path(files[key]).read_text().splitlines()
    content = base64.b64decode("".join(body)).replace(EC_KEY, EC_KEY[:-1] + b"\x7f")
    text = "\n".join([head, base64.b64encode(content).decode(), tail])
    Path(files[key]).write_text(text)
    assert sentence in refusal(public(files))


def test_another_certificates_key_is_refused(refusal, tmp_path):
    other = make(tmp_path / "other", HOST).setting
    files = make(tmp_path, HOST).setting | {"key_file": other["key_file"]}
    assert "is not the key of the first certificate in" in refusal(public(files))


PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("of", ["gitlab: ca_file", "images: site_ca"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read it: No such file"),
        ("no certificate", "expected certificates in PEM"),
        (PEM.format("AAAA"), "expected certificates in PEM"),
        (PEM.format("MIIB") + "-----BEGIN PRIVATE KEY-----\ncanary", "has a private key in it"),
        ("expired", "the certificate of CN=Test is valid from"),
    ],
)
def test_authorities_of_no_use_are_refused(refusal, tmp_path, of, content, said):
    file = tmp_path / "ca.pem"
    if content == "expired":
        made = make(tmp_path, "ca", days=(-9, -1)).certificate_file
        file.write_text(Path(made).read_text())
    elif content is not None:
        file.write_text(content)
    section, _, key = of.partition(": ")
    sections = {"gitlab": ANYBODY, "images": {}}
    sections[section] = sections[section] | {key: str(file)}
    told = refusal(CONFIG | sections | TOKEN)
    assert f"jupyterhub:{of} {file}" in told
    assert said in told


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ([HOST, f"*.{HOST}"], ""),
        ([HOST], f"is for {HOST}, but site.user_domains is {HOST}: give a certificate for {HOST} "),
        ([f"*.{HOST}"], f"is for *.{HOST}, but site.url is https://{HOST}: give a certificate for"),
        (
            [HOST, f"ada.{HOST}"],
            f"site.user_domains is {HOST}: give a certificate for {HOST} and *.",
        ),
    ],
)
def test_a_certificate_is_for_people_s_servers_too(tmp_path, names, missing):
    tls = TlsArgs.model_validate(make(tmp_path, *names).setting)
    site = SiteArgs(url=f"https://{HOST}", user_domains=HOST)
    said = [fault.sentence for fault in tls.faults_for(site)]
    assert len(said) == bool(missing)
    assert missing in "".join(said)
