"""A checkout whose programs note how they are called."""

from pathlib import Path

import pytest

from tests.unit.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)
