"""Build arguments: each does what it says, and says what is wrong with it."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .engine import DockerError, build, run

INSTALLER = b"""#!/bin/bash
# Stands in for conda's installer: -b -p DIRECTORY
mkdir -p "$3/condabin" "$3/etc/profile.d"
printf '#!/bin/bash\\necho conda stand-in' > "$3/condabin/conda"
chmod +x "$3/condabin/conda"
touch "$3/etc/profile.d/conda.sh"
"""
WRONG = "0" * 64


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """An address on loopback that serves the installer, and nothing that a mirror would."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "conda.sh").write_bytes(INSTALLER)
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def variant(images) -> str:
    """A lab image for a Chinese lab."""
    return build(
        "lab",
        name="lab-variant",
        SINGLEUSER=images["singleuser"],
        NB_LANGUAGE="zh_CN",
        NB_SHELL="/bin/zsh",
        GPU="1",
    )


VARIANT = {
    "language": (
        "cat /usr/local/share/jupyter/lab/settings/overrides.d/language.json",
        '{"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"}}',
    ),
    "shell": ("echo $SHELL; getent passwd ubuntu | cut -d: -f7", "/bin/zsh\n/bin/zsh"),
    "GPU dashboard": (
        "pip list --format=freeze 2>/dev/null | grep -o '^jupyterlab.nvdashboard'",
        "jupyterlab_nvdashboard",
    ),
}


@pytest.mark.parametrize(("script", "expected"), VARIANT.values(), ids=VARIANT)
def test_variant(variant, script, expected):
    assert run(variant, script) == expected


def test_jupyterlab_takes_the_language(variant):
    script = """from jupyterlab_server.settings_utils import _get_overrides
print(_get_overrides('/usr/local/share/jupyter/lab/settings')[0])"""
    assert "'locale': 'zh_CN'" in run(variant, f'python -c "{script}"')


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


def test_conda(images, served):
    image = build(
        "lab",
        name="lab-conda",
        SINGLEUSER=images["singleuser"],
        CONDA_INSTALLER_URL=f"{served}/conda.sh",
        CONDA_INSTALLER_SHA256=hashlib.sha256(INSTALLER).hexdigest(),
    )
    assert run(image, "conda; command -v python") == "conda stand-in\n/usr/bin/python"


BROKEN = {
    "another conda installer": (
        "lab",
        {"CONDA_INSTALLER_URL": "{served}/conda.sh", "CONDA_INSTALLER_SHA256": WRONG},
        [f"SHA-256 expected {WRONG}", hashlib.sha256(INSTALLER).hexdigest()],
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
        "sudo -En /personal.sh && cat /etc/apt/sources.list /etc/pip.conf /etc/uv/uv.toml",
        *("--user=root", "-eGRANT_SUDO=yes", f"--volume={personal}:/personal.sh:ro"),
        *("-eNB_SHELL=/bin/bash", "-eKEEP_MIRRORS=1"),
        *("-eAPT_MIRROR=http://mirror.invalid", "-eUV_DEFAULT_INDEX=http://mirror.invalid/simple"),
    )
    assert "deb http://mirror.invalid/debian trixie main" in said
    assert "index-url = http://mirror.invalid/simple" in said
    assert 'url = "http://mirror.invalid/simple"' in said
