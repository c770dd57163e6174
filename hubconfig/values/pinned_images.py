"""Names of images that always mean the same image."""

import re
from typing import Annotated

from pydantic import AfterValidator

_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]+)?"
_PART = r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"({_HOST}/)?{_PART}(/{_PART})*"
    r"(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)
"""The grammar of github.com/distribution/reference, with SHA-256 as the only kind of digest."""
_EXACT_TAG = re.compile(
    r".*(?<!\d)(\d+\.\d+\.\d+|\d{4}-?\d\d-?\d\d)(?!\d).*|[0-9a-f]{12,64}", re.ASCII
)
"""Matches a tag with a version of three numbers or a date, or one that consists of the digits of a
digest or a commit. Other tags, such as words, 13 or 24.04, are moved to newer images."""
EXACT = "a digest, or a tag with a date or with a version of three numbers"


def _pinned(image: str) -> str:
    found = _IMAGE.fullmatch(image)
    if not found:
        msg = "expected the name of an image, with an exact tag or a digest"
        raise ValueError(msg)
    if not found["digest"] and not _EXACT_TAG.fullmatch(found["tag"] or ""):
        msg = f"it floats: give {EXACT}"
        raise ValueError(msg)
    return image


PinnedImage = Annotated[str, AfterValidator(_pinned)]
"""An image, named by its digest or by a tag that its publisher does not move to another one."""
