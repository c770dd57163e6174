"""`labctl up` against a real engine: what a person, or a CI job's log, sees."""

import fcntl
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests.deployment import COMMAND_SECONDS, REPOSITORY, Deployment, free_port

LINE = re.compile(r"\[ *\d+ s\] (?P<noun>.{25}) (?P<text>\S.*)")
CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
ERASE_LINE = "\x1b[2K"
COLUMNS = 100

PULUMI_THAT_GOES_ON = """#!/bin/bash
say() { echo '{"diagnosticEvent": {"severity": "warning", "message": "'"$1"'"}}'; }
trap 'say "interrupted $((count += 1))"' INT
say started
while sleep 0.1; do :; done # in the same process group, with the same output
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    deployment = Deployment(tmp_path_factory.mktemp("program"))
    deployment.environment |= {"PYTHONPATH": str(REPOSITORY)}
    shutil.copy(REPOSITORY / "Makefile", deployment.folder)
    try:
        deployment.configure()
        yield deployment, up(deployment)
    finally:
        deployment.configure()
        deployment.remove()


def up(deployment, *arguments, status=0):
    """Run `labctl up`; return what it printed, which has no control characters in a file."""
    said = deployment.labctl("up", *arguments, status=status)
    assert "\x1b" not in said
    return said


class Terminal:
    """`labctl up` on a terminal of its own."""

    def __init__(self, deployment, **environment):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            # setsid --ctty: control-C reaches it, as by a person's shell.
            ["setsid", "--ctty", "--wait", sys.executable, "-m", "labctl", "up"],
            cwd=deployment.folder,
            env=deployment.environment | {"TERM": "xterm-256color"} | environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        self.output = ""

    def read(self, until=None):
        """Read until a text has come, or to the end."""
        deadline = time.monotonic() + COMMAND_SECONDS
        while until is None or until not in self.output:
            assert select.select([self.master], [], [], deadline - time.monotonic())[0], self.output
            try:
                chunk = os.read(self.master, 65536)
            except OSError:  # the terminal's end
                chunk = b""
            if not chunk:
                assert until is None, self.output
                os.close(self.master)
                return self.output
            self.output += chunk.decode(errors="replace").replace("\r\n", "\n")
        return self.output


def told(output):
    """Return what became of each thing, by the lines of a log."""
    return {m["noun"].strip(): m["text"] for m in map(LINE.fullmatch, output.splitlines()) if m}


def next_steps(deployment):
    return (
        f"\nJupyterHub is running: {deployment.url}\n"
        "Sign in as ada (administrator) or ben, no password: a stand-in plays GitLab here.\n"
        f"Stop and remove it: make down STACK={deployment.stack} "
        "(keeps data in volumes; WITH_DATA=1 removes it)\n"
    )


def test_a_log_has_a_line_for_each_thing_and_ends_with_the_next_steps(site):
    deployment, first = site
    assert first.endswith(next_steps(deployment))
    lines = first.removesuffix(next_steps(deployment)).splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    things = told(first)
    assert things["image lab"].startswith("built")
    assert things["network"].startswith("created")
    assert things["hub container"].startswith("created")
    assert re.fullmatch(r"\d+ built, \d+ created", things["Deployed"])


def test_a_second_run_changes_nothing_and_says_so(site):
    deployment, _ = site
    output = up(deployment)
    assert told(output) == {
        "Reading": "settings, program and state",
        "Deployed": "nothing to change",
    }
    assert output.endswith(next_steps(deployment))


def test_a_long_build_step_is_told_and_a_failed_one_is_shown(site):
    deployment, _ = site
    dockerfile = deployment.folder / "images/hub/Dockerfile"
    before = dockerfile.read_text()
    dockerfile.write_text(f"{before}\nRUN : {time.time()}; sleep 5; echo out of wood; exit 3\n")
    try:
        output = up(deployment, status=1)
    finally:
        dockerfile.write_text(before)
    assert re.fullmatch(r"… \d+/\d+ RUN : [\d.]+; sleep 5; echo .*", told(output)["image hub"])
    report = output.partition("\nFailed: image hub\n")[2]
    assert re.search(r"^  #\d+ [\d.]+ out of wood$", report, re.MULTILINE)
    assert "CACHED" not in report
    assert "update failed" not in output
    assert output.endswith(f"run it again: labctl up --stack {deployment.stack}\n")


def test_a_container_that_ends_is_told_with_its_exit_code_and_its_log_once(site):
    deployment, _ = site
    config = deployment.folder / "images/hub/jupyterhub_config.py"
    before = config.read_text()
    config.write_text('import sys\nprint("out of coffee")\nsys.exit(3)\n')
    try:
        output = up(deployment, status=1)
    finally:
        config.write_text(before)
    report = output.partition("\nFailed: hub container\n")[2]
    assert "code 3" in report
    assert "out of coffee" in report
    assert len(re.findall("lines of its log:|its log ends:", report)) == 1
    assert told(up(deployment))["hub container"].startswith("replaced")


def test_a_bad_setting_is_told_once(site):
    deployment, _ = site
    network = deployment.config["network"]
    deployment.config["network"] = network | {"gateway": "10.0.0.1"}
    deployment.configure()
    try:
        output = up(deployment, status=1)
    finally:
        deployment.config["network"] = network
        deployment.configure()
    assert output.count("jupyterhub:network") == 1
    assert output.count("10.0.0.1") == 1


def test_what_a_plan_does_not_foresee_is_refused(site, tmp_path):
    deployment, _ = site
    plan = tmp_path / "plan.json"
    deployment.pulumi("preview", "--save-plan", str(plan))
    gitlab = deployment.config["gitlab"]
    deployment.config["gitlab"] = gitlab | {"admin_users": ["ben"]}
    deployment.configure()
    try:
        output = up(deployment, "--plan", str(plan), status=1)
    finally:
        deployment.config["gitlab"] = gitlab
        deployment.configure()
    assert "Failed: hub container\n  the plan does not foresee this change: uploads\n" in output
    assert output.endswith(f"and run: labctl up --stack {deployment.stack} --plan {plan}\n")
    assert "ben" not in output.removesuffix(next_steps(deployment))
    assert told(up(deployment, "--plan", str(plan)))["Deployed"] == "nothing to change"


def test_a_stack_that_is_not_there_is_named(site):
    deployment, _ = site
    output = up(deployment, "--stack", "elsewhere", status=6)
    assert "no stack named 'elsewhere' found" in output


def test_a_terminal_shows_what_is_under_way_and_keeps_what_is_done(site):
    deployment, _ = site
    deployment.config["notebook"] = {"memory_mib": 1024}
    deployment.configure()
    terminal = Terminal(deployment)
    output = terminal.read()
    assert terminal.process.wait(COMMAND_SECONDS) == 0
    assert re.search(
        r" +\d+ s  hub container +waiting until it is healthy", CONTROL.sub("", output)
    )
    kept = CONTROL.sub("", output.rpartition(ERASE_LINE)[2])
    assert kept.strip() == next_steps(deployment).strip()
    assert told(CONTROL.sub("", output))["hub container"].startswith("replaced")


def test_control_c_cancels_a_build_once_and_leaves_nothing_locked(site):
    deployment, _ = site
    dockerfile = deployment.folder / "images/hub/Dockerfile"
    before = dockerfile.read_text()
    step = f"RUN : {time.time()}"
    dockerfile.write_text(f"{before}\n{step} {'long ' * COLUMNS}; sleep 600\n")
    try:
        terminal = Terminal(deployment)
        terminal.read(until=step)
        os.write(terminal.master, b"\x03")
        output = terminal.read()
        assert terminal.process.wait(COMMAND_SECONDS) == 130
    finally:
        dockerfile.write_text(before)
    assert "Traceback" not in output
    shown = CONTROL.sub("", output.partition("Failed: ")[0])
    rows = [row for row in shown.splitlines() if step in row]
    assert rows
    assert {len(row) for row in rows} == {COLUMNS}, "a row that wraps makes the others jump"
    assert all(row.endswith("…") for row in rows)
    assert "Cancelled. To go on, run it again: labctl up" in output
    assert told(up(deployment))["Deployed"] == "nothing to change"


def test_a_second_control_c_ends_what_does_not_cancel(site, tmp_path):
    stub = tmp_path / "pulumi"
    stub.write_text(PULUMI_THAT_GOES_ON)
    stub.chmod(0o755)
    terminal = Terminal(site[0], PATH=f"{tmp_path}:{os.environ['PATH']}")
    terminal.read(until="started")
    os.write(terminal.master, b"\x03")
    terminal.read(until="interrupted 1")
    os.write(terminal.master, b"\x03")
    output = terminal.read()
    assert terminal.process.wait(COMMAND_SECONDS) == 130
    assert "interrupted 2" not in output
    assert "the stack may stay locked: pulumi cancel unlocks it" in output
    assert "Traceback" not in output


def test_a_taken_port_is_told_before_anything_is_done(site):
    deployment, _ = site
    site_settings = deployment.config["site"]
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        deployment.config["site"] = {"url": f"http://localhost:{port}"}
        deployment.configure()
        output = up(deployment, status=1)
    deployment.config["site"] = site_settings
    deployment.configure()
    assert f"site.url: another program of the host listens on port {port}" in output
    assert "nothing to change" in up(deployment)


def test_a_failure_half_way_is_told_with_what_was_removed_for_it(site):
    deployment, _ = site
    name = f"{deployment.prefix}-proxy"
    deployment.container("proxy").remove(force=True)
    other = deployment.docker.containers.create(deployment.outputs()["hub_image"], name=name)
    deployment.config["site"] = deployment.config["site"] | {"bind_address": "127.0.0.2"}
    deployment.configure()
    output = up(deployment, status=1)
    other.remove()
    report = output.partition("\nFailed: ")[2]
    assert report.startswith("proxy container\n")
    assert report.count("Conflict") == 1
    assert "\nRemoved and not yet made again: proxy container.\n" in report
    assert "proxy container" in told(up(deployment))
