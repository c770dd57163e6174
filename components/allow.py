"""Who may come in: rules on GitLab's users, groups and projects."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from .settings import Settings

_NAME = r"[A-Za-z0-9_.][A-Za-z0-9_.-]*"


def _group(path: str) -> str:
    if path.isdecimal() or not re.fullmatch(rf"{_NAME}(/{_NAME})*", path):
        msg = "expected the full path of a group, such as lab or lab/gpu"
        raise ValueError(msg)
    return path


def _project(key: int | str) -> str:
    if not re.fullmatch(rf"[0-9]+|{_NAME}(/{_NAME})+", str(key)):
        msg = "expected the full path or the number of a project, such as lab/notebooks or 21"
        raise ValueError(msg)
    return str(key)


GroupPath = Annotated[str, AfterValidator(_group)]
ProjectKey = Annotated[str, BeforeValidator(_project)]


class Allow(Settings):
    """Who may sign in; the rules add up."""

    users: tuple[str, ...] = ()
    """GitLab user names."""
    groups: tuple[GroupPath, ...] = ()
    """Full paths of GitLab groups; members of parent groups and of invited groups count."""
    projects: tuple[ProjectKey, ...] = ()
    """Full paths or numbers of GitLab projects; Developers and higher roles come in."""
    everyone: bool = False
    """Every account of this GitLab."""
