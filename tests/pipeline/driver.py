"""GitLab's part in a pipeline: a team's repository, its merge requests, and a runner.

GitLab is the stand-in; the runner is gitlab-ci-local, which runs the jobs of .gitlab-ci.yml.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docker
import yaml

from tests.deployment import REPOSITORY, copy_checkout, first_free, free_port
from tests.standin.driver import Server

ARTIFACTS = REPOSITORY / ".artifacts"
IDENTITY = {
    f"GIT_{who}_{what}": "ada@example.org"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}
JOB_SECONDS = 900
REPORTER = 20
"""GitLab's number of the role."""
STATE_DIR = ".state/emulator"
NOTHING = "0" * 40
"""GitLab's name for the commit before, in a pipeline that no push has started."""
IN_MERGE_REQUESTS = "merge_request_event"


def emulator() -> Path:
    """Install gitlab-ci-local, once for each lock file; return the command."""
    files = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]
    digest = hashlib.sha256(files[1].read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "jupyterhub-pulumi")
    folder = cache / f"pipeline-{digest}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for file in files:
            shutil.copy(file, part)
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=part, check=True)
        part.rename(folder)
    return folder / "node_modules/.bin/gitlab-ci-local"


def with_variables(variables: dict[str, str]) -> list[str]:
    """Return the emulator's arguments for a pipeline with these variables.

    As on GitLab, a merge request's pipeline has no CI_COMMIT_BRANCH.
    """
    of_branch = variables["CI_PIPELINE_SOURCE"] != IN_MERGE_REQUESTS
    return [
        *(f"--variable={key}={value}" for key, value in variables.items()),
        f"--ignore-predefined-vars={','.join(variables)}",
        *([] if of_branch else ["--unset-variable=CI_COMMIT_BRANCH"]),
    ]


class Site:
    """A team's repository on the company's GitLab, and the runner that serves it.

    `backend` are the CI/CD variables that say where the state is. What the jobs say is kept in
    .artifacts/, in a log that is named after the `story`. Names, ports and subnets are its own, as
    what a killed run has left would be in the way.
    """

    def __init__(self, folder: Path, company: Server, backend: dict[str, str], story: str) -> None:
        self.folder, self.docker = folder, docker.from_env()
        self.stack = f"site-{secrets.token_hex(3)}"
        self.prefix = f"jupyterhub-{self.stack}"
        self.log = ARTIFACTS / f"{story}.log"
        self.log.unlink(missing_ok=True)
        self.project: Any = company.gitlab.projects.get("lab/notebooks")
        pipeline = {"name": "pipeline", "scopes": ["api"], "access_level": REPORTER}
        self.variables = backend | {
            "CI_API_V4_URL": f"{company.url}/api/v4",
            "CI_SERVER_URL": company.url,
            "CI_PROJECT_ID": str(self.project.id),
            "CI_JOB_TOKEN": company.job_token,
            "CI_COMMIT_BEFORE_SHA": NOTHING,
            "CI_PIPELINE_ID": "1",
            "LABCTL_GITLAB_TOKEN": self.project.access_tokens.create(pipeline).token,
            "PULUMI_CONFIG_PASSPHRASE": "site",
        }
        self.url = f"http://localhost:{free_port()}"
        # Of a range that no other test chooses from: the first job makes it, some time from now.
        own = (f"10.230.{number}.0/24" for number in range(secrets.randbelow(200), 255))
        subnet = first_free(self.docker, own)
        self.config: dict[str, dict[str, Any]] = {
            "site": {"url": self.url},
            "network": {"subnet": subnet},
            "gitlab": {
                "url": company.url,
                "internal_url": "https://gitlab.example.org",  # nobody signs in
                "allow": {"groups": ["lab"]},
            },
            "images": {"site_ca": "machine"},
        }
        self.first_port = 22000 + 100 * secrets.randbelow(100)
        nets = (f"10.{net}.0.0/16" for net in range(200 + secrets.randbelow(20), 229))
        self.network = first_free(self.docker, nets).removesuffix(".0.0/16")
        self._make_repository(company.admin_token)

    def _make_repository(self, token: str) -> None:
        copy_checkout(self.folder)
        self.set_inputs(stack=self.stack, url=self.url)
        self.set_inputs("review", first_port=self.first_port, network=self.network)
        self.run("git", "init", "--quiet", "--initial-branch", "main")
        self.run("git", "remote", "add", "origin", "git@gitlab.local:lab/notebooks.git")
        self.run("pulumi", "stack", "init", self.stack)
        self.run("pulumi", "config", "set", "--secret", "gitlab:token", token)
        self._stack_file = self.folder / f"Pulumi.{self.stack}.yaml"
        self._secrets = yaml.safe_load(self._stack_file.read_text())
        self.commit("A hub for the lab")

    def set_inputs(self, template: str = "hub", /, **inputs: Any) -> None:
        """Set inputs of a template."""
        file = self.folder / ".gitlab-ci.yml"
        pipeline = yaml.safe_load(file.read_text())
        [include] = (it for it in pipeline["include"] if it["local"] == f"templates/{template}.yml")
        include["inputs"] = include.get("inputs", {}) | inputs
        file.write_text(yaml.safe_dump(pipeline, sort_keys=False))

    def commit(self, title: str) -> None:
        """Write the stack file and commit it."""
        config = {f"jupyterhub:{section}": value for section, value in self.config.items()}
        content = self._secrets | {"config": self._secrets["config"] | config}
        self._stack_file.write_text(yaml.safe_dump(content))
        self.run("git", "add", ".")
        self.run("git", "commit", "--quiet", "--message", title)

    def change(self, branch: str, title: str, **sections: dict[str, Any]) -> Any:
        """Commit a change to a new branch, and open a merge request for it."""
        self.run("git", "switch", "--quiet", "--create", branch, "main")
        self.config |= sections
        self.commit(title)
        return self.open_merge_request(title)

    def open_merge_request(self, title: str) -> Any:
        """Open a merge request for the branch that is checked out."""
        branch = self.run("git", "branch", "--show-current").strip()
        content = {"source_branch": branch, "target_branch": "main", "title": title}
        merge_request = self.project.mergerequests.create(content)
        self.variables["CI_MERGE_REQUEST_IID"] = str(merge_request.iid)
        base = self.run("git", "merge-base", "main", branch).strip()
        self.variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = base
        return merge_request

    def merge(self, branch: str, *options: str) -> None:
        """Merge a branch and push, as GitLab does."""
        self._begin_push()
        self.run("git", "merge", "--quiet", *options, branch)

    def push(self, title: str, **sections: dict[str, Any]) -> None:
        """Commit a change to the default branch directly."""
        self._begin_push()
        self.config |= sections
        self.commit(title)

    def _begin_push(self) -> None:
        """Go to the default branch, and take its commit for the one before a push."""
        self.run("git", "switch", "--quiet", "main")
        self.variables["CI_COMMIT_BEFORE_SHA"] = self.run("git", "rev-parse", "HEAD").strip()

    def job(
        self, name: str, source: str = "push", *, fails: bool = False, cold: bool = False
    ) -> str:
        """Run a job of the pipeline as GitLab's runner would; keep and return its log.

        It works in the checkout or, `cold`, in a clone with nothing but what the cache brings.
        "site" in its name stands for the stack.
        """
        variables = self.variables | {"CI_PIPELINE_SOURCE": source}
        job = name.replace("site", self.stack)
        log = self.run(
            *(str(emulator()), job, "--force-shell-executor", f"--state-dir={STATE_DIR}"),
            "--no-color",
            *(["--shell-isolation"] if cold else []),
            *with_variables(variables),
            fails=fails,
        )
        ARTIFACTS.mkdir(exist_ok=True)
        with self.log.open("a") as kept:
            kept.write(f"{log}\n")
        return log

    def run(self, *command: str, fails: bool = False) -> str:
        """Run a command in the checkout, with the project's CI/CD variables."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | IDENTITY | self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=JOB_SECONDS,
            check=False,
        )
        assert bool(done.returncode) == fails, f"{' '.join(command)}\n{done.stdout}"
        return done.stdout

    def container(self, part: str) -> Any:
        return self.docker.containers.get(f"{self.prefix}-{part}")

    def containers_asked_for(self) -> Any:
        """Return what the running hub was told to ask the engine for."""
        command = ["cat", "/etc/jupyterhub/containers.json"]
        return json.loads(self.container("hub").exec_run(command).output)

    def plan_of_push(self) -> str:
        """Return the plan that a deployment without a merge request's has kept."""
        tree = self.run("git", "rev-parse", "HEAD^{tree}").strip()
        before = self.variables["CI_COMMIT_BEFORE_SHA"]
        version = f"{self.variables['CI_PIPELINE_ID'] if before == NOTHING else before}-{tree}"
        plan = self.project.generic_packages.download("pulumi-plans", version, f"{self.stack}.json")
        return bytes(plan).decode()

    def memory_mib(self) -> int:
        """Return how much memory the running hub gives each server."""
        [server] = self.containers_asked_for()["servers"]
        memory_bytes: int = server["container"]["HostConfig"]["Memory"]
        return memory_bytes // 1024**2

    def remove(self) -> None:
        self.run("pulumi", "destroy", "--yes", "--skip-preview", "--stack", self.stack)
        for volume in self.docker.volumes.list(filters={"label": f"pulumi.stack={self.stack}"}):
            volume.remove()
