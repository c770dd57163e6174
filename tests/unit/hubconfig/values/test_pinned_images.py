"""Names of images that stay what they are."""

import pytest

from hubconfig.sections.images import ImagesArgs
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    (
        "images.root",
        "debian",
        "images.root: it floats: give a digest, or a tag with a date or with a version of three "
        "numbers (found: 'debian', example: debian:trixie-20260918-slim)",
    ),
    *(
        ("images.root", image, "images.root: it floats: give a digest")
        for image in (
            *("debian:latest", "debian:13", "debian:stable", "debian:trixie-slim"),
            *("ubuntu:24.04", "python:3.13", "node:22.3-slim", "nginx:stable-alpine3.20"),
            *("postgres:17.10", "debian:trixie-123456789", "debian:0123456789a"),
            "registry:5000/debian",
        )
    ),
    ("images.root", "debian@sha256:", "images.root: expected the name of an image, with an"),
    ("images.root", f"debian@sha256:{'0' * 63}", "images.root: expected the name of an image"),
    ("images.root", "debian@md5:0", "images.root: expected the name of an image"),
    ("images.root", " debian:x y", "images.root: expected the name of an image, with an exact"),
    ("images.root", "Debian:13", "images.root: expected the name of an image, with an exact tag"),
    ("images.notebook_root", "nvidia/cuda:latest", "images.notebook_root: it floats"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(
    "image",
    [
        "debian:trixie-20260918-slim",
        f"debian@sha256:{'0a' * 32}",
        f"debian:stable@sha256:{'0a' * 32}",
        "quay.io/jupyter/base-notebook:2026-09-18",
        "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04",
        "registry.example.org:5000/a/b_c:1.2.3",
        "jupyterhub-hub:abcdefabcdef",
        f"registry.example.org/lab/image:{'0a' * 20}",
    ],
)
def test_images_that_stay_what_they_are_are_taken(image):
    assert ImagesArgs(root=image).root == image
