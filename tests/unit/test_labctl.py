"""The command line of labctl, and how it reads what the engine says."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from rich.console import Console

from labctl.hub import Hub, HubUnreachableError
from labctl.messages import build_step, readable
from labctl.names import hub_of, in_words, role
from labctl.outcome import failure, success
from labctl.progress import Progress
from labctl.view import Lines

CONTAINER = "docker:index/container:Container"
APPLICATION = "gitlab:index/application:Application"
PASSWORD = "random:index/randomPassword:RandomPassword"
CHAIN = "jupyterhub:index:ImageChain$jupyterhub:index:Image$"
HUB = f"urn:pulumi:dev::jupyterhub::jupyterhub:index:Hub${CONTAINER}::hub-container"


def labctl(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("urn", "words"),
    [
        (HUB, "hub container"),
        (
            "urn:pulumi:dev::jupyterhub::jupyterhub:index:ImageChain$jupyterhub:index:Image$"
            "docker:index/image:Image::base-notebook-build",
            "image base-notebook",
        ),
        (
            "urn:pulumi:dev::jupyterhub::jupyterhub:index:Network$"
            "docker:index/network:Network::network-bridge",
            "network",
        ),
        (
            "urn:pulumi:dev::two-hubs::jupyterhub:index:Network$"
            "docker:index/network:Network::physics-network-bridge",
            "physics network",
        ),
        ("urn:pulumi:dev::jupyterhub::random:index/randomPassword:RandomPassword::a-b", "a b"),
        ("urn:pulumi:dev::jupyterhub::pulumi:pulumi:Stack::jupyterhub-dev", "the program"),
    ],
)
def test_resources_are_called_what_the_program_calls_them(urn, words):
    assert in_words(urn) == words


@pytest.mark.parametrize(
    ("types", "name", "expected"),
    [
        (f"jupyterhub:index:Hub${CONTAINER}", "hub-container", "hub-container"),
        (f"jupyterhub:index:Hub${CONTAINER}", "physics-hub-container", "hub-container"),
        (f"site:index:Site$jupyterhub:index:Hub${CONTAINER}", "physics-container", "hub-container"),
        (
            f"jupyterhub:index:GitLabStandin${CONTAINER}",
            "physics-gitlab-container",
            "gitlab-container",
        ),
        (f"jupyterhub:index:GitLabLogin${APPLICATION}", "login-application", "login-application"),
        (f"jupyterhub:index:Hub${PASSWORD}", "b-hub-cookie-secret", "hub-cookie-secret"),
        (f"jupyterhub:index:Hub${PASSWORD}", "hub-crypt-key", "hub-crypt-key"),
        (f"jupyterhub:index:Proxy${PASSWORD}", "a-proxy-token", "proxy-token"),
        (f"{CHAIN}docker:index/image:Image", "base-notebook-build", "base-notebook-build"),
        (f"{CHAIN}docker:index/image:Image", "gpu-lab-build", "lab-build"),
        (
            f"{CHAIN}docker:index/image:Image",
            "notebook-foundation-build",
            "notebook-foundation-build",
        ),
        (CONTAINER, "hub-container", ""),
        (f"jupyterhub:index:Hub${CONTAINER}${CONTAINER}", "hub-container", ""),
        (f"jupyterhub:index:Hub${CONTAINER}", "hub-helper", ""),
    ],
)
def test_what_a_resource_is_does_not_depend_on_its_first_name(types, name, expected):
    assert role(f"urn:pulumi:dev::two-hubs::{types}::{name}") == expected


@pytest.mark.parametrize(
    ("types", "name", "expected"),
    [
        (f"jupyterhub:index:Hub${CONTAINER}", "hub-container", ""),
        (f"jupyterhub:index:Hub${CONTAINER}", "physics-hub-container", "physics-"),
        (f"site:index:Site$jupyterhub:index:Hub${CONTAINER}", "physics-container", "physics-"),
        (f"jupyterhub:index:GitLabLogin${APPLICATION}", "physics-login-application", "physics-"),
        (f"{CHAIN}docker:index/image:Image", "base-notebook-build", ""),
        (CONTAINER, "physics-hub-container", ""),
    ],
)
def test_resources_of_a_hub_have_its_name_in_common(types, name, expected):
    assert hub_of(f"urn:pulumi:dev::two-hubs::{types}::{name}") == expected


@pytest.mark.parametrize(
    ("message", "step"),
    [
        ("#7 [stage-1 3/5] RUN make   all\n", "3/5 RUN make all"),
        ("#8 [2/6] COPY --from=build /opt /opt\n", "2/6 COPY /opt /opt"),
        ("#8 [build 2/6] RUN --mount=type=cache,target=/c     uv sync\n", "2/6 RUN uv sync"),
        ("digest: sha256:1\n[a 1/2] RUN a\ndigest: sha256:2\n[a 2/2] RUN b\n", "2/2 RUN b"),
        ("#9 exporting to image\n", "exporting to image"),
        ("#1 [internal] load build definition from Dockerfile\n", ""),
        ("#7 CACHED\n", ""),
        ("#7 0.439 Get:1 [3/4] RUN\n", ""),
    ],
)
def test_steps_are_told_apart_from_other_output(message, step):
    assert build_step(message) == step


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("1 error occurred:\n\t* no such host\n\n", "no such host"),
        (
            "1 error occurred:\n\t* creating urn:pulumi:dev::hub::x$docker:index/container:"
            "Container::a: 1 error occurred:\n\t* container exited: 1\n\n",
            "container exited: 1",
        ),
        (
            "sdk-v2/provider2.go:572: sdk.helper_schema: container exited: 1: "
            "provider=docker@5.1.0",
            "container exited: 1",
        ),
        (
            "POST https://git.org/api/v4/applications: 403 {message: 403 Forbidden}",
            "POST https://git.org/api/v4/applications: 403 {message: 403 Forbidden}\n"
            "The token needs the scope api and an administrator's account. Without one, register "
            "the application by hand and remove the token: docs/sign-in.md says how.",
        ),
        (
            "resource urn:x violates plan: properties changed: "
            "=~envs[{[A=1, ~b[2]}], -+memory[{1}], +-init",
            "the plan does not foresee this change: envs, memory, init\n"
            "Make a new plan and look at it.",
        ),
        (
            "resource urn:x violates plan: create is not allowed",
            "the plan does not foresee this change: create is not allowed\n"
            "Make a new plan and look at it.",
        ),
        (
            "delete is not allowed by the plan: this resource is constrained to same\n",
            "the plan does not foresee this change: delete (this resource is constrained to same)\n"
            "Make a new plan and look at it.",
        ),
        (
            f"expected resource operations for {HUB} but none were seen",
            "the plan foresees a change that does not come: hub container\n"
            "Make a new plan and look at it.",
        ),
    ],
)
def test_errors_keep_what_says_something(error, text):
    assert readable(error) == text


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_a_plan_refused_is_not_done_without_one(cancelled):
    plan = Path("plan.json")
    planned = failure(Progress(), "no", "lab", plan, cancelled=cancelled)
    assert "pulumi preview --save-plan plan.json)" in planned
    assert planned.endswith("\nand run: labctl up --stack lab --plan plan.json")
    unplanned = failure(Progress(), "no", "lab", None, cancelled=cancelled)
    assert unplanned.endswith(", run it again: labctl up --stack lab")


def test_a_refused_program_is_told_once_in_its_own_words():
    progress = Progress()
    exited = "an unhandled error occurred: program exited with non-zero exit code: 1"
    for severity, text in [
        ("error", "jupyterhub:network: gateway 10.0.0.1 is wrong\n"),
        ("error", f"{exited}\n"),
        ("info#err", "Traceback (most recent call last):\n\n"),
        ("info#err", '  File "exec", line 232, in <module>\n\n'),
        ("info#err", "KeyboardInterrupt\n\n"),
    ]:
        list(progress.take({"diagnosticEvent": {"severity": severity, "message": text}}))
    told = failure(progress, "", "lab", None, cancelled=False)
    assert told.startswith(
        "\nFailed:\n  jupyterhub:network: gateway 10.0.0.1 is wrong\n\nWhen the cause is gone"
    )


def test_a_program_without_our_makefile_is_not_sent_to_it(tmp_path, monkeypatch):
    said = success(Progress(stack="lab"), "")
    assert "Stop and remove it: make down STACK=lab (keeps data" in said
    monkeypatch.chdir(tmp_path)
    assert "make down" not in success(Progress(stack="lab"), "")


def test_a_message_is_told_once():
    progress = Progress()
    warning = {"diagnosticEvent": {"urn": HUB, "severity": "warning", "message": "old key\n"}}
    error = {"diagnosticEvent": {"urn": HUB, "severity": "error", "message": "no such host\n"}}
    told = [line for event in [warning, warning, error, error] for line in progress.take(event)]
    assert told == [("warning", "hub container: old key")]
    assert progress.failed == {"hub container": ["no such host"]}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("make: no rule", ["make: no rule"]),
        ("exit code: 2", ["exit code: 2", "#7 [2/3] RUN make\nmake: no rule"]),
    ],
)
def test_a_build_that_failed_tells_its_last_lines_once(error, told):
    image = "urn:pulumi:dev::jupyterhub::docker:index/image:Image::hub-build"
    step = {"metadata": {"op": "create", "urn": image, "type": "docker:index/image:Image"}}
    log = {"severity": "info", "message": "#7 [2/3] RUN make\nmake: no rule\n", "ephemeral": True}
    progress = Progress()
    for event in (
        {"resourcePreEvent": step},
        {"diagnosticEvent": {"urn": image, **log}},
        {"diagnosticEvent": {"urn": image, "severity": "error", "message": error}},
        {"resOpFailedEvent": step},
    ):
        list(progress.take(event))
    assert list(progress.failed.values()) == [told]


@pytest.mark.parametrize(
    ("script", "seconds", "said"),
    [
        (
            "echo 'error: postgres://ada:s3cr3t@pw@db.org/state: refused' >&2; exit 1",
            60,
            r"says postgres://\[secret\]@db\.org/state: refused",
        ),
        ("exec sleep 60", 0.1, r"says nothing within 0\.1 s"),
    ],
)
def test_why_pulumi_does_not_name_the_hub_holds_no_secret(
    tmp_path, monkeypatch, script, seconds, said
):
    stub = tmp_path / "pulumi"
    stub.write_text(f"#!/bin/sh\n{script}\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("labctl.stack.PULUMI_SECONDS", seconds)
    with pytest.raises(HubUnreachableError, match=said) as told:
        Hub.of_stack("jupyterhub/lab")
    assert "s3cr3t" not in str(told.value)


def test_outputs_that_the_stack_has_not_are_named(tmp_path, monkeypatch):
    stub = tmp_path / "pulumi"
    stub.write_text('#!/bin/sh\necho \'{"physics": "http://localhost"}\'\n')
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(HubUnreachableError, match=r"no output url and no output hub_api_token$"):
        Hub.of_stack("two-hubs/dev")


@pytest.mark.parametrize(
    "body", ['{"items": []}', '{"status": "ok"}', "[]", "7", "<html>", '{"items": [{}]}']
)
def test_what_is_no_hub_is_told(monkeypatch, body):
    answer = requests.Response()
    answer.status_code, answer._content = 200, body.encode()
    monkeypatch.setattr("requests.get", lambda *_, **__: answer)
    with pytest.raises(HubUnreachableError, match="http://hub answers something else than Jupyter"):
        Hub("http://hub", "token").running_servers()


@pytest.mark.parametrize(
    ("operations", "missing"),
    [
        (["delete-replaced"], ["hub container"]),
        (["delete-replaced", "create-replacement"], []),
        (["create-replacement", "delete-replaced"], []),
    ],
)
def test_what_was_removed_for_a_replacement_is_missing_until_it_is_made(operations, missing):
    progress = Progress()
    for operation in operations:
        step = {"op": operation, "urn": HUB, "type": CONTAINER}
        for event in ("resourcePreEvent", "resOutputsEvent"):
            list(progress.take({event: {"metadata": step}}))
    assert list(progress.missing.values()) == missing


def test_labctl_counts_on_from_the_scripts_whatever_else_is_set(monkeypatch, capsys):
    monkeypatch.setenv("started", "x")
    monkeypatch.setenv("JUPYTERHUB_STARTED", str(int(time.time()) - 100))
    Lines(Console()).tell("Hub", "ready")
    assert re.match(r"\[1\d\d s\] Hub", capsys.readouterr().out)


def test_help_has_a_line_for_each_command_and_starts_fast():
    trace = labctl("-X", "importtime", "-m", "labctl", "--help")
    imported = {line.rpartition("|")[2].strip() for line in trace.splitlines()}
    assert "typer" in imported
    assert not imported & {"pulumi", "docker", "grpc", "rich", "gitlab", "requests"}
    commands = trace.partition("Commands:\n")[2].splitlines()
    helps = [line for line in commands if line.startswith("  ") and "|" not in line]
    assert all(line.endswith(".") for line in helps), helps
    assert any(line.split()[0] == "up" for line in helps)


@pytest.mark.parametrize(
    ("shell", "question"),
    [
        ("bash", {"COMP_WORDS": "labctl up --stack ", "COMP_CWORD": "3"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "labctl up --stack "}),
    ],
)
def test_shells_complete_stacks(shell, question):
    script = labctl("-m", "labctl", _LABCTL_COMPLETE=f"source_{shell}")
    assert f"_LABCTL_COMPLETE=complete_{shell}" in script
    answer = labctl("-m", "labctl", _LABCTL_COMPLETE=f"complete_{shell}", **question)
    assert "dev" in answer
    assert "lab" in answer
