"""Fixtures: the chain of images, of build contexts that a test may change."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from components import contexts as build_contexts
from components.image_chain import ImageChain
from hubconfig.sections.images import ImagesArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.servers import Servers


@pytest.fixture
def contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of images/ that a test may change."""
    copy = tmp_path / "images"
    shutil.copytree("images", copy)
    monkeypatch.setattr(build_contexts, "FOLDER", copy)
    return copy


@pytest.fixture
def references(declare) -> Callable[..., dict[str, str]]:
    """Declare the chain; return each image's reference by folder."""

    def run(args: ImagesArgs | None = None, notebook: NotebookArgs | None = None) -> dict[str, str]:
        declared = declare(
            lambda: ImageChain(
                "images", args or ImagesArgs(), servers=Servers(notebook=notebook or NotebookArgs())
            )
        )
        return {
            name.removesuffix("-build"): inputs["imageName"]
            for name, inputs in declared.items()
            if name.endswith("-build")
        }

    return run
