"""All that is wrong is told at once, and what is worth knowing is no fault."""

import pytest

from hubconfig.given import Given
from hubconfig.reading import ConfigurationError, read
from tests.unit.hubconfig.host.engines import FakeEngine, publisher
from tests.unit.stack_files import CONFIG, changed, write


def starts(said: str) -> list[str]:
    """Return what the lines of a refusal begin with, without the project."""
    return [line.removeprefix("jupyterhub").partition(": ")[0] for line in said.splitlines()]


def test_every_fault_is_told_at_once(refusal):
    config = changed("site.url", "nonsense")
    config["network"]["subnet"] = "nonsense"
    config["notebook"] = {"uid": 0}
    assert starts(refusal(config)) == [":site.url", ":network.subnet", ":notebook.uid"]


def test_every_missing_section_is_told_at_once(refusal):
    said = refusal({})
    assert starts(said) == [":site.url", ":network.subnet", ":gitlab.url"]
    assert said.count(": missing; set it with: pulumi config set --path ") == 3


def test_every_fault_between_the_keys_of_a_section_is_told_at_once(refusal):
    config = changed("network.gateway", "10.0.0.1")
    config["network"]["hub_address"] = "172.18.0.200"
    config["tls"] = {"email": "a@example.org", "key_file": "/k"}
    config["gitlab"] = {"url": "http://git.example.org", "standin": True}
    shared = {"source": "/srv/data", "target": "/home/data"}
    config["notebook"] = {"system_users": True, "sudo": True, "shared": [shared]}
    lines = refusal(config).splitlines()
    assert [line.partition(": ")[2].split(" ")[0] for line in lines] == [
        *("gateway", "hub_address", "email", "key_file", "url", "standin", "nobody"),
        *("system_users", "shared:"),
    ]


STANDIN = CONFIG["gitlab"]
ACME = {"certificate": "acme", "email": "admin@example.org"}


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        (
            {"site": {"url": "https://localhost:8929"}},
            ["site.port is missing", "gitlab.url http://localhost:8929: the hub itself is"],
        ),
        (
            {
                "site": {"url": "https://localhost"},
                "tls": ACME,
                "gitlab": STANDIN | {"url": "http://localhost:443"},
            },
            [
                "tls.certificate acme: the authority has to reach the hub at ports 80 and 443",
                "gitlab.url http://localhost:443: the hub itself is published on that port",
            ],
        ),
    ],
    ids=["TLS ends in front", "TLS ends here"],
)
def test_faults_of_values_sections_and_ports_are_told_at_once(refusal, sections, told):
    first, *others = refusal(CONFIG | {"hub": {"memory_mib": 10}} | sections).splitlines()
    assert first.startswith("jupyterhub:hub.memory_mib: Input should be greater than")
    assert len(others) == len(told)
    for line, start in zip(others, told, strict=True):
        assert line.startswith(f"jupyterhub: {start}")


def test_faults_of_keys_neighbours_and_sign_in_are_told_with_those_of_sections(tmp_path):
    write(tmp_path, "other", CONFIG)
    config = changed("notebook.uid", 0) | {"gitlab:token": "glpat-canary01", "notebook:sudo": True}
    write(tmp_path, "lab", config | {"gitlabClientSecret": "gloas-canary01"})
    with pytest.raises(ConfigurationError) as caught:
        read(Given.by_file(tmp_path, "lab"))
    lines = str(caught.value).splitlines()
    for start in (
        "jupyterhub:notebook.uid: ",
        "sign-in: found an administrator's token",
        "notebook:sudo: nobody reads it",
        "gitlab:token: it is in Pulumi.lab.yaml in the clear",
        "jupyterhub:gitlabClientSecret: it is in Pulumi.lab.yaml in the clear",
        "jupyterhub:network.subnet: 172.18.0.0/24 is also claimed by stack other",
    ):
        assert len([line for line in lines if line.startswith(start)]) == 1, start
    assert "canary" not in str(caught.value)


def test_files_of_this_machine_and_the_engines_host_are_looked_at_with_advice_only(tmp_path):
    write(tmp_path, "lab", changed("images.site_ca", "/no/such/file"))
    given = Given.by_file(tmp_path, "lab")
    assert read(given).images.site_ca == "/no/such/file"
    advice: list[str] = []
    with pytest.raises(ConfigurationError, match="cannot read it"):
        read(given, advise=advice.append)
    [said] = advice
    assert said == (
        "the engine's host was not looked at, since unix:///var/run/docker.sock: unit tests have "
        "no engine"
    )


def test_an_engine_that_does_not_answer_is_no_fault(tmp_path):
    write(tmp_path, "lab", CONFIG)
    advice: list[str] = []
    assert read(Given.by_file(tmp_path, "lab"), advise=advice.append)
    assert len(advice) == 1


def test_an_engine_that_is_named_wrongly_is_not_asked(tmp_path):
    write(tmp_path, "lab", changed("docker.host", "nonsense"))
    advice: list[str] = []
    with pytest.raises(ConfigurationError, match=r"docker\.host: expected an address"):
        read(Given.by_file(tmp_path, "lab"), advise=advice.append)
    assert advice == []


def test_what_does_not_fit_the_host_is_told_and_what_is_worth_knowing_is_advice(
    tmp_path, monkeypatch
):
    write(tmp_path, "lab", changed("notebook.cpus", 64))
    taken = {8929: [publisher("web", "", "127.0.0.1")]}
    engine = FakeEngine(name="another", given_publishers=taken)
    monkeypatch.setattr("hubconfig.host.fit.EngineHost", lambda _: engine)
    advice: list[str] = []
    with pytest.raises(ConfigurationError) as caught:
        read(Given.by_file(tmp_path, "lab"), advise=advice.append)
    assert str(caught.value) == (
        "jupyterhub: gitlab.url: port 8929 of the host is published by the container web: give "
        "another port, or end that"
    )
    assert advice == ["notebook: cpus is 64, but the host has 4"]


def test_without_advice_the_engine_is_not_asked(tmp_path, monkeypatch):
    write(tmp_path, "lab", CONFIG)
    monkeypatch.setattr("hubconfig.host.fit.EngineHost", lambda _: pytest.fail("it is asked"))
    assert read(Given.by_file(tmp_path, "lab"))
