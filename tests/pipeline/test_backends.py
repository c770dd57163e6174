"""State where teams keep it: in an S3-compatible store, and in PostgreSQL."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from tests.deployment import REPOSITORY, copy, free_port
from tests.pipeline.driver import IN_MERGE_REQUESTS, Site
from tests.standin.driver import Server

GOFAKES3 = "github.com/johannesboyne/gofakes3/cmd/gofakes3"
INITDB = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=Path("missing"))
PASSWORD = "secret"
START_SECONDS = 20


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A store with a bucket; return the variables that lead there."""
    if shutil.which("go") is None:
        pytest.skip("builds gofakes3 with Go")
    program, address = tmp_path / "gofakes3", f"127.0.0.1:{free_port()}"
    folder = Path(__file__).with_name("gofakes3")
    subprocess.run(["go", "build", "-o", program, GOFAKES3], cwd=folder, check=True)
    options = ("-backend", "memory", "-initialbucket", "states", "-quiet", "-host", address)
    with subprocess.Popen([program, *options]) as server:
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    requests.get(f"http://{address}/states", timeout=1).raise_for_status()
                    break
                except (requests.ConnectionError, requests.Timeout):
                    assert time.monotonic() < deadline
                    assert server.poll() is None
                    time.sleep(0.05)
            yield {
                "PULUMI_BACKEND_URL": f"s3://states?endpoint=http://{address}&s3ForcePathStyle=true",
                "AWS_ACCESS_KEY_ID": "site",
                "AWS_SECRET_ACCESS_KEY": PASSWORD,
                "AWS_REGION": "us-east-1",
            }
        finally:
            server.terminate()


@pytest.fixture
def cluster() -> Iterator[Path]:
    """A folder of PostgreSQL's user, who cannot go into pytest's."""
    if os.geteuid() != 0 or not INITDB.exists():
        pytest.skip("starts PostgreSQL as its user: takes root, and Debian's package")
    with TemporaryDirectory(prefix="jupyterhub-test-") as folder:
        shutil.chown(folder, "postgres", "postgres")
        yield Path(folder)


@pytest.fixture
def postgresql(cluster: Path) -> Iterator[dict[str, str]]:
    """A server of the test's own with a database; return the variables that lead there."""
    port = free_port()
    (cluster / "password").write_text(PASSWORD)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [INITDB.with_name(program), *arguments],
            cwd=cluster,
            user="postgres",
            group="postgres",
            extra_groups=[],
            env={"PGPASSWORD": PASSWORD},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    data = str(cluster / "data")
    authentication = ("--auth=scram-sha-256", "--pwfile=password", "--username=postgres")
    run("initdb", "--pgdata", data, "--no-sync", *authentication)
    options = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={cluster}"
    run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", f"{data}/log", "--options", options)
    try:
        run("createdb", "--host=127.0.0.1", f"--port={port}", "--username=postgres", "states")
        yield {
            "PULUMI_BACKEND_URL": f"postgres://postgres@127.0.0.1:{port}/states?sslmode=disable",
            "PGPASSWORD": PASSWORD,
        }
    finally:
        run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", data)


@pytest.mark.parametrize("backend", ["s3", "postgresql"])
def test_a_change_is_previewed_and_deployed_with_the_state_there(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    variables = request.getfixturevalue(backend)
    folder = tmp_path_factory.mktemp("site")
    with Server(tmp_path_factory.mktemp("gitlab")) as company:
        site = Site(folder, company, variables, f"merge-request-{backend}")
        try:
            merge_request = site.change("first", "A hub", notebook={"memory_mib": 3072})
            site.job("preview site", IN_MERGE_REQUESTS)
            assert merge_request.notes.list(get_all=True)
            site.merge("first")
            site.job("deploy site")
            exported = folder / "state.json"
            site.run("pulumi", "stack", "export", "--stack", site.stack, "--file", str(exported))
            state = json.loads(exported.read_text())
            kinds = {resource["type"] for resource in state["deployment"]["resources"]}
            assert "docker:index/container:Container" in kinds
            assert site.memory_mib() == 3072
        finally:
            site.remove()


@pytest.mark.parametrize(
    ("backend", "stack_file", "told"),
    [
        ("file://{folder}", "", 'The passphrase "dev" is public'),
        ("file://{folder}", "encryptionsalt: v1:x\n", 'The passphrase "dev" is public'),
        ("file://{folder}", "secretsprovider: passphrase\n", 'The passphrase "dev" is public'),
        (
            "file://{folder}",
            "secretsprovider: hashivault://key\n",
            "--secrets-provider='hashivault",
        ),
        ("https://127.0.0.1:1", "", "PULUMI_ACCESS_TOKEN"),
    ],
)
def test_a_passphrase_is_asked_for_where_it_encrypts(
    tmp_path: Path, backend: str, stack_file: str, told: str
) -> None:
    copy(("Pulumi.yaml", "bootstrap", "offline", "requirements.lock"), tmp_path)
    (tmp_path / ".venv").symlink_to(REPOSITORY / ".venv")
    (tmp_path / "Pulumi.lab.yaml").write_text(stack_file)
    environment = os.environ | {"PULUMI_BACKEND_URL": backend.format(folder=tmp_path)}
    for name in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        environment.pop(name, None)
    done = subprocess.run(
        ["bootstrap/prepare.sh", "lab"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert told in done.stdout
    assert (tmp_path / "Pulumi.lab.yaml").read_text() == stack_file
