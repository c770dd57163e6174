"""A stack, as every command names it and reads its file."""

import pytest

from labctl.backups import digest
from labctl.stack import configuration
from tests.unit.labctl.stacks import PULUMI, labctl, program
from tests.unit.stack_files import CONFIG, merged, write


@pytest.mark.parametrize(
    "sections",
    [
        {"notebook": {"shared": [{"source": "/srv", "target": "/data"}]}},
        {"notebook": {"home": "/srv/{username}"}},
        {"backup": {"directory": "/srv/../srv/backups"}},
        {"backup": {"directory": "/srv/back:ups"}},
        {"backup": {"directory": "/"}},
        {"backup": {"directory": "/var/lib/docker"}},
        {"backup": {"directory": "/srv/backups", "kepp": 30}},
        {"backup": {"directory": "/srv/backups", "keep": 0}},
        {"notebook": {"home": "/srv/homes"}},
        {"notebook": {"home": "/home/{username}"}},
        {"site": {"prefix": "Ours and theirs"}},
    ],
    ids=str,
)
def test_labctl_refuses_what_the_program_refuses_in_the_same_words(
    tmp_path, monkeypatch, refusal, sections
):
    whole = merged({"backup": {"directory": "/srv/backups"}} | sections)
    refused = refusal(whole)
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    write(tmp_path, "lab", whole)
    done = labctl(monkeypatch, "backup")
    assert (done.exit_code, done.output) == (1, f"labctl backup: {refused}\n")


def test_a_section_that_is_kept_secret_is_read_too(tmp_path, monkeypatch):
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    write(tmp_path, "lab", CONFIG | {"site": {"secure": "v1:canary:canary"}})
    assert configuration("lab").site.prefix == "ours"


@pytest.mark.parametrize(
    ("command", "outputs", "missing"),
    [
        ("backup", "{}", "output notebook_image"),
        ("restore", "{}", "output notebook_image"),
        ("restore", '{"notebook_image": "jupyterhub-lab:1"}', "container ours-hub"),
    ],
)
def test_a_stack_that_is_not_up_is_told_how_to_come_up(
    tmp_path, monkeypatch, command, outputs, missing
):
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    program(tmp_path, "docker", "#!/bin/sh\n", monkeypatch)
    write(tmp_path, "lab", merged({"site": {"prefix": "ours"}}))
    monkeypatch.setenv("OUTPUTS", outputs)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/state.json").touch()
    (tmp_path / "folder/SHA256SUMS").write_text(
        f"{digest(tmp_path / 'folder/state.json')}  state.json\n"
    )
    done = labctl(monkeypatch, command, *(["folder"] if command == "restore" else []))
    assert done.exit_code == 1
    assert f"labctl {command}: the stack lab is not up, since it has no {missing}" in done.output
    assert "pulumi up --stack lab --refresh --replace '**-build'" in done.output
    assert "pulumi stack import --stack lab --file FOLDER/state.json" in done.output
