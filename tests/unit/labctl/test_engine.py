"""What a stack has on its engine."""

import pytest

from tests.unit.labctl.stacks import engine, program


@pytest.mark.parametrize(
    ("given", "variables"),
    [
        ({}, ["unix:///here", "", ""]),
        ({"host": "ssh://root@lab"}, ["ssh://root@lab", "", ""]),
        ({"host": "tcp://lab:2376", "cert_path": "/tls"}, ["tcp://lab:2376", "1", "/tls"]),
    ],
)
def test_the_engine_is_the_one_that_the_stack_names(tmp_path, monkeypatch, given, variables):
    script = '#!/bin/sh\necho "$DOCKER_HOST|$DOCKER_TLS_VERIFY|$DOCKER_CERT_PATH"\n'
    program(tmp_path, "docker", script, monkeypatch)
    monkeypatch.setenv("DOCKER_HOST", "unix:///here")
    assert engine(docker=given).docker("version").strip().split("|") == variables


def test_what_the_stack_had_under_another_prefix_is_not_listed(tmp_path, monkeypatch):
    listed = "#!/bin/sh\nprintf 'old-home-ben\\nours-home-ada\\n'\n"
    program(tmp_path, "docker", listed, monkeypatch)
    assert engine(site={"prefix": "ours"}).volumes() == ["ours-home-ada"]


def test_volumes_without_data_are_not_listed(tmp_path, monkeypatch):
    listed = "#!/bin/sh\nprintf 'ours-%s\\n' announcement docker-gate home-ada hub-data\n"
    program(tmp_path, "docker", listed, monkeypatch)
    assert engine(site={"prefix": "ours"}).volumes() == ["ours-home-ada", "ours-hub-data"]
