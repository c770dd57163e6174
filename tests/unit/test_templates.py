"""The pipeline's templates, as GitLab reads them once their inputs are filled in."""

import json
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

TEMPLATES = ("templates/hub.yml", "templates/review.yml")
TYPES = {"string": str, "number": int, "boolean": bool}
USED = re.compile(r"\$\[\[ inputs\.(\w+) \]\]")
GIVEN = {"stack": "physics", "url": "https://hub.example.org"}
"""What the mandatory inputs are in the example of docs/merge-requests.md."""
PIPELINE = ".gitlab-ci.yml"
REVIEW = "review/$CI_MERGE_REQUEST_IID"
GITLABS = ("needs", "interruptible", "resource_group", "environment")
"""What only GitLab goes by: no job that is run anywhere else shows that it is right."""
JOBS = {
    "lint": {"interruptible": True},
    "unit tests": {"interruptible": True},
    "preview physics": {
        "needs": [],
        "interruptible": True,
        "resource_group": "preview-physics-$CI_MERGE_REQUEST_IID",
    },
    "deploy physics": {
        "resource_group": "physics",
        "environment": {"name": "physics", "url": "https://hub.example.org"},
    },
    "drift physics": {"needs": [], "resource_group": "physics"},
    "review": {
        "resource_group": "review-$CI_MERGE_REQUEST_IID",
        "environment": {
            "name": REVIEW,
            "url": "$REVIEW_URL",
            "on_stop": "stop review",
            "auto_stop_in": "3 days",
        },
    },
    "stop review": {
        "resource_group": "review-$CI_MERGE_REQUEST_IID",
        "environment": {"name": REVIEW, "action": "stop"},
    },
}


def split(path):
    header, body = Path(path).read_text().split("\n---\n")
    return yaml.safe_load(header), body


def filled(path, **given):
    """Return a template's jobs, with inputs or their defaults filled in."""
    header, body = split(path)
    declared = header["spec"]["inputs"]
    inputs = {name: about.get("default") for name, about in declared.items()} | GIVEN | given
    return yaml.safe_load(USED.sub(lambda found: str(inputs[found[1]]), body))


@pytest.fixture(scope="module")
def jobs():
    """Every job of this repository's pipeline, with what it extends."""
    pipeline = yaml.safe_load(Path(PIPELINE).read_text())
    for path in TEMPLATES:
        pipeline |= filled(path)
    return {
        name: pipeline.get(job.get("extends"), {}) | job
        for name, job in pipeline.items()
        if "script" in job
    }


@pytest.fixture(scope="module")
def schema():
    vendored = files("check_jsonschema.builtin_schemas.vendor") / "gitlab-ci.json"
    return Draft7Validator(json.loads(vendored.read_text()))


@pytest.mark.parametrize("path", TEMPLATES)
def test_a_template_is_a_pipeline_by_gitlabs_schema(schema, path):
    for document in (split(path)[0], filled(path)):
        assert [error.message for error in schema.iter_errors(document)] == []


@pytest.mark.parametrize("path", TEMPLATES)
def test_a_template_declares_what_it_uses(path):
    header, body = split(path)
    inputs = header["spec"]["inputs"]
    assert set(USED.findall(body)) == set(inputs)
    for about in inputs.values():
        assert about["description"]
        if "default" in about:
            assert type(about["default"]) is TYPES[about.get("type", "string")]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_says_to_gitlab_when_and_where_it_runs(jobs, name):
    assert {key: jobs[name][key] for key in GITLABS if key in jobs[name]} == JOBS[name]


def test_every_job_is_in_the_table(jobs):
    assert jobs.keys() == JOBS.keys()


def test_a_push_cancels_only_what_may_be_cancelled():
    workflow = yaml.safe_load(Path(PIPELINE).read_text())["workflow"]
    assert workflow["auto_cancel"] == {"on_new_commit": "interruptible"}


def test_what_ends_an_environment_is_there_whenever_it_is(jobs):
    """GitLab refuses or forgets the end of an environment otherwise."""
    ends = {
        name: job["environment"]["on_stop"]
        for name, job in jobs.items()
        if "on_stop" in job.get("environment", {})
    }
    assert ends == {"review": "stop review"}
    for start, stop in ends.items():
        begun, ended = jobs[start], jobs[stop]
        assert ended["environment"]["action"] == "stop"
        assert ended["environment"]["name"] == begun["environment"]["name"]
        assert ended["resource_group"] == begun["resource_group"]
        assert [rule["if"] for rule in ended["rules"]] == [rule["if"] for rule in begun["rules"]]


@pytest.mark.parametrize("stack", ["review", "check", "lab"])
def test_a_stack_may_have_any_name(stack):
    keys = [
        *yaml.safe_load(Path(PIPELINE).read_text()),
        *(key for path in TEMPLATES for key in filled(path, stack=stack)),
    ]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("path", TEMPLATES)
def test_the_jobs_token_stands_in_no_programs_arguments(path):
    """Everybody on a runner with the shell executor can read them."""
    _, body = split(path)
    assert len(re.findall("CI_JOB_TOKEN", body)) == len(
        re.findall(r'<\(echo "[^"]*\$CI_JOB_TOKEN"\)', body)
    )


def test_a_job_ends_where_a_command_fails(jobs):
    """The shell goes on after one that fails on the left of `&&`, for all that `set -e` says."""
    for job in jobs.values():
        for line in [*job.get("before_script", []), *job["script"]]:
            assert "&&" not in re.sub(r"\[\[.+?\]\]", "", line)


@pytest.mark.parametrize("left", [".cache/uv/a", "Pulumi.review-7-3.yaml", "review.env"])
def test_what_jobs_leave_in_a_checkout_is_not_committed(left):
    subprocess.run(["git", "check-ignore", "--quiet", left], check=True)
