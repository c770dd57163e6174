"""The images, built once for all tests here."""

import uuid
from collections.abc import Iterator

import pytest

from .engine import PREFIX, build_all, docker, remove_all


@pytest.fixture(scope="session")
def images() -> Iterator[dict[str, str]]:
    """Names of the built images by folder."""
    try:
        yield build_all()
    finally:
        remove_all()


@pytest.fixture(scope="session")
def base_notebook(images) -> str:
    return images["base-notebook"]


@pytest.fixture(scope="session")
def lab(images) -> str:
    return images["lab"]


@pytest.fixture
def volume() -> Iterator[str]:
    """A new named volume."""
    name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
    docker("volume", "create", name)
    try:
        yield name
    finally:
        docker("volume", "rm", "--force", name)
