"""Which jobs a pipeline has, by what started it and from where the template comes."""

import json
import os
import re
import shutil
import subprocess
import textwrap

import pytest
import yaml

from tests.deployment import REPOSITORY
from tests.pipeline.driver import IDENTITY, IN_MERGE_REQUESTS, emulator, with_variables

PARTS = (".gitlab-ci.yml", "templates", "requirements.lock", "offline/go.sum")
PUSH = {"CI_PIPELINE_SOURCE": "push"}
WITH_STATE = PUSH | {"PULUMI_BACKEND_URL": "file:///var/lib/pulumi"}
MERGE_REQUEST = {
    "CI_PIPELINE_SOURCE": IN_MERGE_REQUESTS,
    "CI_MERGE_REQUEST_IID": "3",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "a-branch",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
}
CHECKS = {"lint": "on_success", "unit tests": "on_success"}


def git(folder, *command):
    subprocess.run(["git", *command], cwd=folder, env=os.environ | IDENTITY, check=True)


def make_repository(folder, parts):
    for part in parts:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (REPOSITORY / part).is_dir() else shutil.copy
        copy(REPOSITORY / part, folder / part)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return folder


def emulated(folder, variables, what, environment=None):
    """Commit everything; return what the emulator says of the pipeline."""
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "A hub for the lab")
    return subprocess.run(
        [emulator(), what, *with_variables(variables)],
        cwd=folder,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def jobs(folder, variables, environment=None):
    """Return when each job of the pipeline runs, without those that never do."""
    listed = emulated(folder, variables, "--list-json", environment)
    found = {job["name"]: job["when"] for job in json.loads(listed)}
    return {name: when for name, when in found.items() if when != "never"}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (PUSH, CHECKS),
        (WITH_STATE, CHECKS | {"deploy lab": "manual"}),
        (WITH_STATE | {"CI_PIPELINE_SOURCE": "schedule"}, {"drift lab": "on_success"}),
        (
            WITH_STATE | MERGE_REQUEST,
            CHECKS | {"preview lab": "on_success", "review": "on_success", "stop review": "manual"},
        ),
    ],
)
def test_a_pipeline_has_the_jobs_of_its_kind(tmp_path, variables, expected):
    make_repository(tmp_path, PARTS)
    git(tmp_path, "remote", "add", "origin", "git@gitlab.local:lab/notebooks.git")
    assert jobs(tmp_path, variables) == expected


def test_the_pipeline_of_the_guide_has_the_jobs_of_its_stack_with_variables_of_its_own(tmp_path):
    page = (REPOSITORY / "docs/merge-requests.md").read_text()
    block = r"^( +)(?:stages: .*|\.hub-physics:)\n(?:\1.*\n)+"
    blocks = re.finditer(block, page, re.MULTILINE)
    make_repository(tmp_path, PARTS)
    git(tmp_path, "remote", "add", "origin", "git@gitlab.local:lab/notebooks.git")
    text = "\n".join(textwrap.dedent(found[0]) for found in blocks)
    (tmp_path / ".gitlab-ci.yml").write_text(text)
    assert jobs(tmp_path, PUSH) == {}
    assert jobs(tmp_path, WITH_STATE) == {"deploy physics": "manual"}
    in_merge_request = {
        "preview physics": "on_success",
        "review": "on_success",
        "stop review": "manual",
    }
    assert jobs(tmp_path, WITH_STATE | MERGE_REQUEST) == in_merge_request
    expanded = yaml.safe_load(emulated(tmp_path, WITH_STATE | MERGE_REQUEST, "--preview"))
    passphrases = {
        name: job["variables"]["PULUMI_CONFIG_PASSPHRASE"]
        for name, job in expanded.items()
        if "script" in job
    }
    assert passphrases == {
        "preview physics": "$PHYSICS_PASSPHRASE",
        "deploy physics": "$PHYSICS_PASSPHRASE",
        "drift physics": "$PHYSICS_PASSPHRASE",
        "review": "$REVIEW_PASSPHRASE",
        "stop review": "$REVIEW_PASSPHRASE",
    }


def test_another_projects_repository_brings_the_template(tmp_path):
    hub = make_repository(tmp_path / "hub", ("templates",))
    git(hub, "add", ".")
    git(hub, "commit", "--quiet", "--message", "The templates")
    fork = make_repository(tmp_path / "fork", ("requirements.lock", "offline/go.sum"))
    git(fork, "remote", "add", "origin", "http://gitlab.local/lab/notebooks.git")
    inputs = {"stack": "physics", "url": "https://hub.example.org"}
    include = {"project": "lab/hub", "file": "templates/hub.yml", "inputs": inputs}
    pipeline = {"stages": ["preview", "deploy"], "include": [include]}
    (fork / ".gitlab-ci.yml").write_text(yaml.safe_dump(pipeline))
    served_from = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{hub}.insteadOf",
        "GIT_CONFIG_VALUE_0": "http://gitlab.local:80/lab/hub.git",
    }
    assert jobs(fork, WITH_STATE, served_from) == {"deploy physics": "manual"}
