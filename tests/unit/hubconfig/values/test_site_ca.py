"""Certificate authorities that a site adds to the public ones."""

from pathlib import Path

import certifi
import pytest

from hubconfig.sections.images import ImagesArgs
from hubconfig.values import site_ca
from tests.certificates import make
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("images.site_ca", "/no/such/file", "images: site_ca /no/such/file: cannot read it"),
    ("images.site_ca", "README.md", "images: site_ca README.md: expected certificates in PEM"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.fixture
def system_bundle(tmp_path, monkeypatch):
    """The bundle of this machine's system, which is missing."""
    for name in site_ca.BUNDLE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(site_ca, "SYSTEM_BUNDLE", tmp_path / "system")
    return tmp_path / "system"


def certificate(content: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n"


def test_this_machines_authorities_are_in_the_systems_store_unless_a_variable_names_another(
    system_bundle, tmp_path, monkeypatch
):
    def write(bundle: Path) -> None:
        bundle.write_text(Path(certifi.where()).read_text() + certificate(bundle.name))

    assert site_ca.certificates(site_ca.MACHINE) == ""
    write(system_bundle)
    assert site_ca.certificates(site_ca.MACHINE).splitlines()[1:-1] == ["system"]
    write(tmp_path / "named")
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "named"))
    assert site_ca.certificates(site_ca.MACHINE).splitlines()[1:-1] == ["named"]


def test_what_is_expired_among_this_machines_authorities_is_no_fault(system_bundle, tmp_path):
    expired = make(tmp_path, "ca", days=(-9, -1)).certificate_file
    system_bundle.write_text(Path(expired).read_text())
    assert list(ImagesArgs(site_ca=site_ca.MACHINE).faults_here()) == []


def test_a_bundle_of_this_machine_that_cannot_be_read_is_named(system_bundle, monkeypatch):
    monkeypatch.setenv("CURL_CA_BUNDLE", str(system_bundle))
    [fault] = ImagesArgs(site_ca=site_ca.MACHINE).faults_here()
    assert fault.sentence.startswith(f"site_ca machine: cannot read {system_bundle}, this machine")


def test_more_authorities_than_a_build_can_be_given_are_refused(tmp_path):
    file = Path(make(tmp_path, "ca").certificate_file)
    file.write_text(file.read_text() * 300)
    [fault] = ImagesArgs(site_ca=str(file)).faults_here()
    assert "builds can be given 131063: give those that" in fault.sentence
