"""What all build contexts have in common."""

import re
from pathlib import Path


def test_no_image_depends_on_the_umask_of_its_checkout():
    for dockerfile in Path("images").glob("*/Dockerfile"):
        copies = re.findall(r"^COPY (?!--from=).*", dockerfile.read_text(), re.MULTILINE)
        assert [copy for copy in copies if not re.search(r" --chmod=0(644|755) ", copy)] == []


def test_hub_and_notebooks_have_the_same_jupyterhub():
    def version(folder: str) -> str:
        lock = Path("images", folder, "requirements.lock").read_text()
        [line] = [line for line in lock.splitlines() if line.startswith("jupyterhub==")]
        return line

    assert version("hub") == version("singleuser") == version("lab")
