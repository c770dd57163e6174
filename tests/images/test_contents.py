"""What is in the images, and what is not."""

import json
import re
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from bootstrap.sbom import LOOK, bill

from .engine import NOTEBOOKS, SERVICES, build, docker, run

EVERY = (*NOTEBOOKS, *SERVICES)

CASES = {
    "locale": (
        "base-notebook",
        "locale 2>&1 | grep LC_COLLATE; echo $LANG",
        'LC_COLLATE="en_US.UTF-8"\nen_US.UTF-8',
    ),
    "one variable decides the language, and none is left of the build": (
        "lab",
        "echo [$LC_ALL$LANGUAGE$DEBIAN_FRONTEND]",
        "[]",
    ),
    "what people look for in the first ten minutes": (
        "lab",
        "for tool in curl file free git-lfs jq nano ping ps rsync tmux unzip xz zip; do "
        "command -v $tool >/dev/null || echo $tool; done; git config filter.lfs.required; "
        "ping -c 1 127.0.0.1 | grep -c '1 received'",
        "true\n1",
    ),
    "uv does what people tell it": ("lab", "env | grep -c ^UV_; true", "0"),
    "caches of builds": (
        "lab",
        "ls -A ~ /opt; ls -d ~/.cache /root/.cache/* 2>/dev/null; true",
        "/home/ubuntu:\n.bash_logout\n.bashrc\n.profile\nwork\n.zshrc\n\n/opt:",
    ),
    "no language but English": (
        "lab",
        "ls /usr/local/share/jupyter/lab/settings",
        "overrides.json",
    ),
    "one python": (
        "lab",
        "realpath $(command -v python) $(command -v python3) | uniq | wc -l",
        "1",
    ),
    "root owns what all share": ("lab", "find /usr/local /opt ! -user root | head", ""),
    "bash is the shell": (
        "lab",
        "echo $SHELL; getent passwd ubuntu | cut -d: -f7",
        "/bin/bash\n/bin/bash",
    ),
    "bash has a prompt with colours": (
        "base-notebook",
        r"TERM=xterm bash -ic 'echo $PS1' 2>/dev/null | grep -oF '\[\033[01;32m\]\u@\h'",
        r"\[\033[01;32m\]\u@\h",
    ),
    "nobody can sign in with a password": (
        "lab",
        "passwd --status | cut -d' ' -f2",
        "L",
    ),
    "health is 200": (
        "foundation",
        """
        cd /etc && python3 -m http.server 8000 >/dev/null 2>&1 &
        until http-healthcheck 8000 /hostname 2>/dev/null; do sleep 0.1; done
        http-healthcheck 8000 /none || echo not found
        http-healthcheck 8001 / 2>/dev/null || echo nobody there
        """,
        "not found\nnobody there",
    ),
    "a check rests once it has succeeded": (
        "foundation",
        """
        patient false || echo failed
        patient true && patient true & sleep 2
        kill -0 $! && echo resting
        kill $! && rm /dev/shm/succeeded
        """,
        "failed\nresting",
    ),
    "fonts": ("lab", "ls /usr/share/fonts/truetype | grep liberation | head -1", "liberation"),
    "a terminal says until when its GPUs are the server's": (
        "lab",
        """
        export JUPYTERHUB_GPUS_UNTIL=2026-01-31T14:20:00Z
        for shell in bash zsh; do $shell -lic true 2>/dev/null; done
        bash -lc true
        """,
        "\n".join(
            2 * ["Until 2026-01-31 14:20 UTC, when it is stopped, this server has its GPUs."]
        ),
    ),
    "zsh has bira's prompt": ("lab", "zsh -ic 'print -P $PROMPT' 2>&1 | tail -1", "╰─$"),
    "tools": ("lab", "command -v git ssh vim less htop wget zsh bzip2 | wc -l", "8"),
}


@pytest.mark.parametrize(("folder", "script", "expected"), CASES.values(), ids=CASES)
def test_contents(images, folder, script, expected):
    said = run(images[folder], script)
    assert re.sub(r"\x1b\[[0-9;]*m", "", said) == expected


LEFTOVERS = """
exec 2>/dev/null
find /var/lib/apt/lists /var/cache/apt/archives -mindepth 1
ls -Ad /tmp/* /root/.npm /root/.cache/*/* ~/.cache
command -v gcc g++ cc c++ make
shopt -s globstar nullglob
for source in {/opt/venv,/usr/local}/lib/python3*/{dist,site}-packages/**/*.py; do
    module=${source##*/}
    compiled=("${source%/*}/__pycache__/${module%.py}".*.pyc)
    ((${#compiled[@]})) || echo "$source"
done
true
"""
"""Lists what no image has: packages of apt, caches, compilers, Python that is not compiled."""


@pytest.mark.parametrize("folder", EVERY)
def test_nothing_is_left_of_the_build(images, folder):
    assert run(images[folder], LEFTOVERS, "--entrypoint=env", "--user=root") == ""


def config_of(image: str) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(docker("image", "inspect", image))[0]["Config"]
    return config


@pytest.mark.parametrize("folder", EVERY)
def test_an_image_shows_no_gpu_unless_asked(images, folder):
    environment = config_of(images[folder])["Env"]
    assert "NVIDIA_VISIBLE_DEVICES=void" in environment
    assert "NVIDIA_DRIVER_CAPABILITIES=compute,utility" in environment


@pytest.mark.parametrize("folder", EVERY)
def test_tini_is_the_first_process(images, folder):
    assert config_of(images[folder])["Entrypoint"][:3] == ["tini", "-g", "--"]


PORTS = {
    "lab": ["8888/tcp"],
    "hub": ["8081/tcp"],
    "proxy": ["8000/tcp", "8001/tcp"],
    "edge": ["8080/tcp", "8443/tcp"],
    "gitlab-standin": ["8080/tcp"],
}


@pytest.mark.parametrize(("folder", "ports"), PORTS.items())
def test_an_image_tells_where_it_listens(images, folder, ports):
    assert sorted(config_of(images[folder])["ExposedPorts"]) == ports


PROGRAMS = {"http-healthcheck", "openssl", "gate-healthcheck", "firewall-healthcheck"}
"""What health is asked with: no Python and no Node."""


@pytest.mark.parametrize("folder", SERVICES)
def test_a_service_says_whether_it_is_healthy_at_little_cost(images, folder):
    kind, patient, program, *_ = config_of(images[folder])["Healthcheck"]["Test"]
    assert kind == "CMD"  # without a shell
    assert patient == "patient"
    assert program in PROGRAMS


@pytest.mark.parametrize("folder", ["singleuser", "lab"])
def test_a_server_says_whether_it_is_healthy(images, folder):
    assert config_of(images[folder])["Healthcheck"]["Test"] == ["CMD", "healthcheck.sh"]


ACCOUNTS = {
    "base-notebook": "uid=1000(ubuntu) gid=100(users) groups=100(users)",
    "singleuser": "uid=1000(ubuntu) gid=100(users) groups=100(users)",
    "lab": "uid=1000(ubuntu) gid=100(users) groups=100(users)",
    "proxy": "uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)",
    "edge": "uid=992(edge) gid=992(edge) groups=992(edge)",
    "gitlab-standin": "uid=991(standin) gid=991(standin) groups=991(standin)",
}


@pytest.mark.parametrize(("folder", "account"), ACCOUNTS.items())
def test_nobody_is_root_by_accident(images, folder, account):
    assert run(images[folder], "id", "--entrypoint=env") == account


@pytest.mark.parametrize("folder", SERVICES)
def test_all_may_read_what_a_checkout_kept_private(images, tmp_path, folder):
    context = shutil.copytree(Path("images", folder), tmp_path / folder)
    for path in (context, *context.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)  # as git leaves it under umask 077
    image = build(str(context), name=f"private-{folder}", FOUNDATION=images["foundation"])
    unread = "find /etc/jupyterhub /etc/caddy /opt /usr/local ! -perm -o=r 2>/dev/null; true"
    assert run(image, unread, "--entrypoint=env", "--user=root") == ""


def test_the_hub_is_root_only_until_it_knows_whose_the_engine_is(images, tmp_path):
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "docker.sock"))
        mount = f"--volume={tmp_path}/docker.sock:/var/run/docker.sock"
        said = run(
            images["hub"], "id -un; id -gn; id -G; grep -E '^(Cap|NoNew)' /proc/$$/status", mount
        )
    account, group, groups, *rights = said.splitlines()
    assert (account, group) == ("jupyterhub", "jupyterhub")
    assert groups == f"990 {tmp_path.stat().st_gid}"
    assert rights == [
        *(f"Cap{kind}:\t{0:016x}" for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")),
        "NoNewPrivs:\t1",
    ]


def credentials(image: str) -> list[str]:
    history = docker("history", "--no-trunc", "--format={{.CreatedBy}}", image)
    return re.findall(r"://[^/\s]*@|password|secret|token", history, re.IGNORECASE)


@pytest.mark.parametrize("folder", EVERY)
def test_the_history_holds_no_credential(images, folder):
    assert credentials(images[folder]) == []


def test_a_credential_in_the_history_would_be_found(images, tmp_path):
    told = "ARG FOUNDATION\nFROM $FOUNDATION\nARG MIRROR\nRUN true\nENV API_TOKEN=x\n"
    (tmp_path / "Dockerfile").write_text(told)
    mirror = "https://ada:pass@mirror.invalid"
    image = build(str(tmp_path), name="told", FOUNDATION=images["foundation"], MIRROR=mirror)
    assert credentials(image) == ["TOKEN", "://ada:pass@"]


PYTHONS = """
import re
from importlib.metadata import distributions
for each in distributions():
    print(re.sub("[-_.]+", "-", each.name).lower(), each.version)
"""
DEBIANS = "dpkg-query --show --showformat='${Package} ${Version}\\n'"


@pytest.mark.parametrize(("kind", "script"), [("pypi", f"python -c '{PYTHONS}'"), ("deb", DEBIANS)])
def test_the_bill_of_materials_is_what_the_image_holds(images, kind, script):
    image, lock = images["hub"], Path("images/hub/requirements.lock")
    parts = json.loads(bill(image, [lock], run(image, LOOK, "--entrypoint=env")))["components"]
    named = {
        f"{part['name']} {part['version']}"
        for part in parts
        if part["purl"].startswith(f"pkg:{kind}/")
    }
    assert named == set(run(image, script, "--entrypoint=env").splitlines())


def test_the_server_is_jupyterhubs_of_the_hub(lab):
    lock = Path("images/hub/requirements.lock").read_text()
    [version] = re.findall(r"^jupyterhub==(\S+)", lock, re.MULTILINE)
    assert run(lab, "jupyterhub-singleuser --version") == version


LARGEST_MB = {
    "foundation": 220,
    "base-notebook": 255,
    "singleuser": 430,
    "lab": 840,
    "hub": 380,
    "proxy": 360,
    "edge": 275,
    "gitlab-standin": 250,
}
"""A tenth more than they are on Debian by debootstrap, which is larger than Debian's own image."""


@pytest.mark.parametrize(("folder", "largest"), LARGEST_MB.items())
def test_size(images, folder, largest, capsys):
    megabytes = int(docker("image", "inspect", "--format={{.Size}}", images[folder])) // 10**6
    with capsys.disabled():
        print(f" {folder}: {megabytes} MB", end=" ")  # noqa: T201
    assert megabytes < largest
