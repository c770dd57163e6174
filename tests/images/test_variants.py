"""Build arguments: each does what it says, and says what is wrong with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from components import build_arguments
from hubconfig.sections.images import ImagesArgs
from hubconfig.servers import Servers

from . import local_site
from .engine import ROOT_IMAGE, DockerError, build, build_notebooks, container, docker, logs, run
from .test_server import OFTEN, health, until

CUDA_ROOT = f"""
FROM {ROOT_IMAGE}
RUN useradd --create-home --uid 1000 ubuntu && touch /home/ubuntu/of-the-root
RUN echo "deb [trusted=yes] {local_site.CUDA} /" > /etc/apt/sources.list.d/cuda.list
RUN touch /var/lib/apt/lists/of-the-root
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=all PATH=/usr/local/cuda/bin:$PATH
"""
"""What matters of NVIDIA's images on Ubuntu, over the root image."""


def lab_arguments() -> dict[str, str]:
    """Return the build arguments that Pulumi.lab.yaml stands for."""
    config = yaml.safe_load(Path("Pulumi.lab.yaml").read_text())["config"]
    sections = {key: config[f"jupyterhub:{key}"] for key in ("images", "notebook", "gpus")}
    images = ImagesArgs.model_validate(sections.pop("images"))
    servers = Servers.model_validate(sections)
    return build_arguments.of_images(images) | build_arguments.of_servers(servers)


LAB = lab_arguments()
INSTALLER = urlsplit(LAB["CONDA_INSTALLER_URL"]).path
OH_MY_ZSH = urlsplit(LAB["OH_MY_ZSH_URL"]).path
ONLY_HERE = (
    *("SITE_CA", "APT_MIRROR", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "CONDA_MIRROR"),
    *("KEEP_MIRRORS", "CONDA_INSTALLER_URL", "CONDA_INSTALLER_SHA256", "OH_MY_ZSH_COMMIT"),
)
"""For which a local site, and what it serves, takes the place of the real ones."""


@pytest.fixture(scope="module")
def served(images, tmp_path_factory) -> Iterator[str]:
    """The address of a local site that mirrors what images are otherwise built from."""
    script = """grep -rhoE 'https?://[^ ]+/debian(-security)?' /etc/apt
        uv pip install --help | grep -oP 'default package index .by default: <\\K[^>]+'"""
    upstream = run(images["foundation"], script, "--entrypoint=env").split()
    mirrored = {address.rsplit("/", 1)[1]: address for address in upstream}
    mirrored["git"] = local_site.ADDRESS
    places = {"installer": INSTALLER, "oh_my_zsh": OH_MY_ZSH}
    with local_site.serve(tmp_path_factory.mktemp("served"), mirrored, **places):
        yield local_site.ADDRESS


@pytest.fixture(scope="module")
def variant(served, tmp_path_factory) -> str:
    """The lab image of Pulumi.lab.yaml, on a root image with CUDA, from a local site."""
    root = tmp_path_factory.mktemp("root")
    (root / "Dockerfile").write_text(CUDA_ROOT)
    images = build_notebooks(
        kind="variant-",
        ROOT_IMAGE=build(str(root), name="cuda"),
        APT_MIRROR=local_site.MIRROR,
        PIP_INDEX_URL=f"{local_site.MIRROR}/simple",
        UV_DEFAULT_INDEX=f"{local_site.MIRROR}/simple",
        CONDA_MIRROR=f"{local_site.MIRROR}/conda",
        GIT_MIRROR=f"{local_site.MIRROR}/git",
        CONDA_INSTALLER_URL=f"{served}{INSTALLER}",
        CONDA_INSTALLER_SHA256=local_site.INSTALLER_SHA256,
        OH_MY_ZSH_COMMIT=local_site.OH_MY_ZSH_COMMIT,
        **{name: value for name, value in LAB.items() if name not in ONLY_HERE},
    )
    return images["lab"]


VARIANT = {
    "the user, in place of the root image's": (
        "LC_ALL=C.UTF-8 id; pwd; ls ~; stat -c '%u:%g' ~",
        "uid=1000(ubuntu) gid=100(users) groups=100(users)\n/home/ubuntu\nwork\n1000:100",
    ),
    "no GPU unless asked, whatever the root image says": (
        "echo $NVIDIA_VISIBLE_DEVICES $NVIDIA_DRIVER_CAPABILITIES",
        "void compute,utility",
    ),
    "archives of the root image stay, their lists do not": (
        "cat /etc/apt/sources.list.d/cuda.list; ls -A /var/lib/apt/lists",
        f"deb [trusted=yes] {local_site.CUDA} /",
    ),
    "terminals find the root image's programs": (
        "bash -lc 'echo $PATH' | cut -d: -f-2",
        "/usr/local/cuda/bin:/usr/local/sbin",
    ),
    "shell": ("echo $SHELL; getent passwd ubuntu | cut -d: -f7", "/bin/zsh\n/bin/zsh"),
    "oh-my-zsh": (
        "zsh -ic 'print -P $PROMPT' 2>&1 | tail -1; ls -A /opt/oh-my-zsh",
        "bira of the pinned commit\noh-my-zsh.sh\nthemes",
    ),
    "GPU dashboard": (
        "pip list --format=freeze 2>/dev/null | grep -o '^jupyterlab.nvdashboard'",
        "jupyterlab_nvdashboard",
    ),
}


@pytest.mark.parametrize(("script", "expected"), VARIANT.values(), ids=VARIANT)
def test_variant(variant, script, expected):
    assert run(variant, script) == expected


def test_conda(variant):
    assert run(variant, "conda; command -v python") == "conda stand-in\n/usr/bin/python"
    assert set(run(variant, "cat /opt/conda/.condarc").splitlines()) >= {
        "channels: [conda-forge, defaults]",
        "channel_priority: strict",
        "auto_update_conda: false",
        "show_channel_urls: true",
    }


def test_nothing_of_the_mirrors_remains(variant):
    mirror = local_site.MIRROR.rsplit("/", 1)[1]
    assert mirror in docker("history", "--no-trunc", variant), "it is built with them"
    search = f"grep -rl --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev {mirror} / || true"
    assert run(variant, search, "--entrypoint=env", "--user=root") == ""
    assert mirror not in docker("inspect", "--format={{json .Config}}", variant)


ASK = """
import json, sys, urllib.request as web
with web.urlopen("http://127.0.0.1:8888/lab/api/" + sys.argv[1]) as answer:
    print(answer.read().decode())
"""


def test_jupyterlab_takes_the_language_and_shows_the_gpus(variant):
    command = ("start-notebook.sh", "--IdentityProvider.token=")
    with container(variant, *command, options=(OFTEN,)) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)

        def ask(path: str) -> Any:
            return json.loads(docker("exec", name, "python3", "-c", ASK, path))

        settings = ask("settings/@jupyterlab/translation-extension:plugin")
        locale = settings["schema"]["properties"]["locale"]["default"]
        assert locale == "zh_CN"
        assert "jupyterlab_nvdashboard | extension was successfully loaded" in logs(name)
        assert ask(f"translations/{locale}")["data"]["jupyterlab"]["Open"] == ["打开"]


def test_user_and_locales(images):
    image = build(
        "base-notebook",
        name="base-variant",
        FOUNDATION=images["foundation"],
        NB_USER="ada",
        NB_UID="2001",
        NB_GID="2002",
        NB_LOCALE="zh_CN.UTF-8",
        NB_MORE_LOCALES="de_DE.UTF-8 fr_FR.UTF-8",
    )
    said = run(image, "id; pwd; echo $LANG; locale -a | grep _ | paste -sd' '")
    assert said == (
        "uid=2001(ada) gid=2002(ada) 组=2002(ada)\n/home/ada\nzh_CN.UTF-8\n"
        "de_DE.utf8 fr_FR.utf8 zh_CN.utf8"
    )
    other = run(
        image, "id -u; id -un; id -g; id -gn", "--user=root", "-eNB_USER=ben", "-eNB_UID=3000"
    )
    assert other.split() == ["3000", "ben", "2002", "ben"]


def test_a_name_that_is_a_groups_already(images):
    names = {"NB_USER": "audio", "NB_UID": "2001", "NB_GID": "2002"}
    image = build("base-notebook", name="base-audio", FOUNDATION=images["foundation"], **names)
    assert run(image, "id -un; id -gn") == "audio\ngroup-2002"


BROKEN = {
    "another conda installer": (
        "lab",
        {
            "CONDA_INSTALLER_URL": f"{{served}}{INSTALLER}",
            "CONDA_INSTALLER_SHA256": LAB["CONDA_INSTALLER_SHA256"],
        },
        [f"SHA-256 expected {LAB['CONDA_INSTALLER_SHA256']}", local_site.INSTALLER_SHA256],
    ),
    "a language without a pack": (
        "lab",
        {"NB_LANGUAGE": "xx_XX"},
        ["NB_LANGUAGE=xx_XX: there are de_DE es_ES fr_FR ja_JP zh_CN"],
    ),
    "a mirror of apt without Debian": ("lab", {"APT_MIRROR": "{served}/"}, ["{served}/debian"]),
    "an index of packages without any": (
        "singleuser",
        {"UV_DEFAULT_INDEX": "{served}/simple"},
        ["not found in the package registry"],
    ),
}


@pytest.mark.parametrize(("folder", "arguments", "sentences"), BROKEN.values(), ids=BROKEN)
def test_a_build_says_what_is_wrong(images, served, folder, arguments, sentences):
    parent = {"lab": ("SINGLEUSER", "singleuser"), "singleuser": ("BASE_NOTEBOOK", "base-notebook")}
    argument, folder_of_parent = parent[folder]
    given = {key: value.format(served=served) for key, value in arguments.items()}
    with pytest.raises(DockerError) as failed:
        build(folder, name="broken", **{argument: images[folder_of_parent]}, **given)
    for sentence in sentences:
        assert sentence.format(served=served) in str(failed.value)


def test_mirrors_stay_where_they_are_set_to(lab):
    personal = Path("images/lab/personal.sh").resolve()
    said = run(
        lab,
        "sudo -En install -d /opt/conda && sudo -En /personal.sh && cat /etc/apt/sources.list"
        " /etc/pip.conf /etc/uv/uv.toml /etc/gitconfig /opt/conda/.condarc",
        *("--user=root", "-eGRANT_SUDO=yes", f"--volume={personal}:/personal.sh:ro"),
        *("-eNB_SHELL=/bin/bash", "-eKEEP_MIRRORS=1"),
        *("-eAPT_MIRROR=http://mirror.invalid", "-eUV_DEFAULT_INDEX=http://mirror.invalid/simple"),
        *("-eGIT_MIRROR=http://mirror.invalid/git", "-eCONDA_MIRROR=http://mirror.invalid/conda"),
    )
    assert "deb http://mirror.invalid/debian trixie main" in said
    assert "index-url = http://mirror.invalid/simple" in said
    assert 'url = "http://mirror.invalid/simple"' in said
    assert "default_channels: [http://mirror.invalid/conda/pkgs/main]" in said
    assert "channel_alias: http://mirror.invalid/conda/cloud" in said
    assert '[url "http://mirror.invalid/git/"]\n\tinsteadOf = https://github.com/' in said
