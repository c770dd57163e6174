"""What a stack's firewall leaves open."""

import pytest

from hubconfig.openings import Openings
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.images import ImagesArgs
from hubconfig.sections.site import SiteArgs
from tests.unit.stack_files import ANYBODY, CONFIG

MIRRORS = {"apt": "http://apt.example.org:3142", "pypi": "https://pypi.example.org/simple"}
SITE = {"url": "https://hub.example.org", "port": 8000}
LOCAL = {"url": "http://localhost:8000"}
OF_GITLAB = ["git.example.org:443", "git.example.org:22"]


@pytest.mark.parametrize(
    ("site", "gitlab", "images", "reached"),
    [
        (LOCAL, CONFIG["gitlab"], {}, []),  # the stand-in gives everybody every account
        (LOCAL, ANYBODY, {}, OF_GITLAB),
        (
            SITE,
            ANYBODY | {"internal_url": "https://git.lan:8443"},
            {},
            ["hub.example.org:443", *OF_GITLAB, "git.lan:8443", "git.lan:22"],
        ),
        (
            LOCAL,
            CONFIG["gitlab"],
            {"mirrors": MIRRORS | {"keep": True}},
            ["apt.example.org:3142", "pypi.example.org:443"],
        ),
        (LOCAL, CONFIG["gitlab"], {"mirrors": MIRRORS}, []),  # nothing of them is in notebooks
    ],
)
def test_gitlab_and_the_mirrors_in_notebooks_are_open(site, gitlab, images, reached):
    openings = Openings.of(
        SiteArgs.model_validate(site),
        GitLabArgs.model_validate(gitlab),
        ImagesArgs.model_validate(images),
    )
    assert [*openings.reached] == reached
