"""Fixtures: the program that a pack is started for, and its files."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deployment import REPOSITORY

FILES = {
    "Dockerfile": """\
        ARG ROOT_IMAGE
        FROM --platform=linux/amd64 ${ROOT_IMAGE} AS root
        FROM root
        COPY --from=ghcr.io/astral-sh/uv /uv /bin/
        RUN --mount=type=bind,from=busybox,target=/b --mount=type=cache,from=root,target=/c true
        COPY --from=0 /etc/hostname /
        """,
    "quoted": 'ARG B="debian:latest"\nFROM $B\n',
    "defaulted": "ARG B\nFROM ${B:-debian:latest}\n",
    "joined": "ARG TAG=latest\nARG B=debian:${TAG}\nFROM \\\n# why\n  ${B}\n",
    "overwritten": "ARG B=debian:latest\nFROM debian:13.1.0 AS a\nARG B=debian:13.1.0\nFROM ${B}\n",
    "inner": "FROM debian:13.1.0 AS a\nARG B=debian:13.1.0\nFROM ${B}\n",
    "folder/named": "FROM busybox\n",
    "flagged": "FROM scratch\nRUN --mount=type=bind,target=/b,from=busybox true\n",
    "sound": """\
        # FROM debian
        ARG PY=python:3.12.4
        FROM debian:13.1.0 AS Build
        ARG PY
        FROM ${PY}
        RUN uvx --from=x y
        RUN python <<EOF && echo $((1<<2))
        from os import path
        EOF
        from ${B:-scratch}
        COPY --chown=1:1 --from=build /a /b
        RUN --mount=type=cache,from=Build,target=/c true
        """,
    "Pulumi.yaml": "name: jupyterhub\n",
    "Pulumi.dev.yaml": "config: {jupyterhub:network: {subnet: 172.18.0.0/24}}\n",
    "Pulumi.other.yaml": "config: {jupyterhub:network: {subnet: 172.18.0.0/16}}\n",
}


@pytest.fixture(autouse=True)
def language_host(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Pulumi has started the pack for the program that this returns."""

    def works_in(folder: Path) -> None:
        monkeypatch.setattr("policy.program.language_host_folder", lambda: folder)

    works_in(REPOSITORY)
    return works_in


@pytest.fixture
def files(tmp_path: Path, language_host: Callable[[Path], None]) -> Path:
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(re.sub("^ +", "", text, flags=re.MULTILINE))
    language_host(tmp_path)
    return tmp_path
