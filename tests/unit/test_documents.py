"""Documents promise what tests prove."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from hubconfig.configuration import Configuration
from hubconfig.given import Given
from hubconfig.neighbours import conflicts

TESTS = {
    name
    for path in Path("tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}
PAGES = [
    "README.md",
    *map(str, Path("docs").glob("*.md")),
    "offline/README.md",
    "examples/two-hubs/README.md",
]

ROWS = [
    row.strip("| ").split(" | ")
    for row in Path("docs/from-the-article.md").read_text().splitlines()
    if row.startswith("|") and not row.startswith(("| the article |", "|---"))
]
"""What the article has, what does it here, and what proves it."""


def test_every_row_of_the_article_names_tests_that_exist():
    assert ROWS
    for what, _, proof in ROWS:
        named = set(re.findall(r"`(test_\w+)`", proof))
        assert named, f"a row without a test: {what}"
        assert named <= TESTS, f"no such test: {named - TESTS}"


def test_every_claim_of_the_page_on_security_names_tests_that_exist():
    named = set(re.findall(r"`(test_\w+)`", Path("docs/security.md").read_text()))
    assert len(named) > 30
    assert named <= TESTS, f"no such test: {named - TESTS}"


ARTICLE = """
    ROOT_CONTAINER NB_USER NB_UID NB_GID DEBIAN_FRONTEND apt-get wget htop vim bzip2 ca-certificates
    sudo locales fonts-liberation run-one locale-gen CONDA_DIR SHELL LC_ALL LANG LANGUAGE HOME
    fix-permissions force_color_prompt pam_deny useradd /etc/passwd adduser NOPASSWD USER WORKDIR
    ~/work PYTHON_VERSION MINICONDA_MD5 conda-meta/pinned conda-forge auto_update_conda
    show_channel_urls channel_priority conda.clean staging .cache/yarn tini notebook= jupyterhub=
    jupyterlab= npm.cache --generate-config EXPOSE.8888 ENTRYPOINT CMD start.sh start-notebook.sh
    start-singleuser.sh jupyter_notebook_config.py /etc/jupyter install_jupyterhub
    JUPYTERHUB_VERSION serverextension chpasswd mirrors.sjtug git zsh usermod chown.-R oh-my-zsh
    .zshrc bira jupyterlab_language_pack_zh_CN docker.build jupyterhub/jupyterhub:latest
    dockerspawner oauthenticator EXPOSE.8000 2d GitLabOAuthenticator GITLAB_OAUTH_CALLBACK
    GITLAB_API_CLIENT GITLAB_API_KEY DockerSpawner jupyter_lab_singleuser jupyter_lab_single
    GRANT_SUDO UID user:.ubuntu default_url notebook_dir user-data-{username} --allow-root
    remove_containers network_name use_internal_ip network_mode hub_ip container_name
    restart:.always build:../ jupyterhub:latest 8000:8000 docker.sock ./data/jupyterhub_config.py
    ipv4_address GITLAB_HOST bridge ipam subnet gateway docker-compose.up SystemSpawner
"""
"""Its files, steps and settings, as it writes them; a dot can be a blank."""


@pytest.mark.parametrize("thing", ARTICLE.split())
def test_whatever_the_article_has_is_in_a_row(thing):
    pattern = re.escape(thing).replace(r"\.", ".")
    assert any(re.search(rf"(?<![\w-]){pattern}", what) for what, _, _ in ROWS)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = Path(page).read_text()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (Path(page).parent / target).exists(), target


ROOMS = ("bootstrap", "components", "docs", "hubconfig", "hubpreview", "images", "labctl", "policy")
NAMED = re.compile(rf"(?<![\w./-])(?:tests|{'|'.join(ROOMS)})/[\w./-]+\.(?:md|py|sh)\b")


@pytest.mark.parametrize("room", ROOMS)
def test_files_that_code_and_pages_name_are_there(room):
    for file in [path for kind in ("md", "py", "sh") for path in Path(room).rglob(f"*.{kind}")]:
        for name in NAMED.findall(file.read_text()):
            assert Path(name).exists(), f"{file} names {name}"


def test_the_readme_names_only_verbs_that_exist():
    verbs = set(re.findall(r"^([a-z]+):.*##", Path("Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", Path("README.md").read_text())) <= verbs


def test_the_stack_file_of_the_guide_is_a_good_one(tmp_path):
    page = Path("docs/new-stack.md").read_text()
    [block] = re.findall(r"^    config:\n(?:      .*\n)+", page, re.MULTILINE)
    config = yaml.safe_load(block)["config"]
    sections = {key.removeprefix("jupyterhub:"): value for key, value in config.items()}
    Configuration.model_validate(sections)

    for stack in Path().glob("Pulumi*.yaml"):
        shutil.copy(stack, tmp_path)
    (tmp_path / "Pulumi.physics.yaml").write_text(yaml.safe_dump({"config": config}))
    assert list(conflicts(Given.by_file(tmp_path, "physics"))) == []
