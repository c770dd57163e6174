"""Names of people, groups and projects in GitLab."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ..model import matching

_NAME = r"[A-Za-z0-9_.][A-Za-z0-9_.-]*"
"""The name of a user, a group or a project. A mere number is the id of a group or a project."""
_NO_REPOSITORY = r"(?!.*\.(git|atom)$)"
"""What GitLab lets no group or project end with: NO_SUFFIX_REGEX in lib/gitlab/path_regex.rb."""


def _text(given: Any) -> Any:
    """Refuse a number: YAML takes a name of digits alone for one."""
    if isinstance(given, int | float):
        msg = f"a name of digits alone has to be in quotes: '{given}'"
        raise ValueError(msg)  # noqa: TRY004  # pydantic takes ValueError alone
    return given


UserName = Annotated[
    str, BeforeValidator(_text), matching(_NAME, "the name of a GitLab user, such as ada")
]
GroupPath = Annotated[
    str,
    BeforeValidator(_text),
    matching(
        rf"(?!\d+$){_NO_REPOSITORY}{_NAME}(/{_NAME})*",
        "the full path of a group, such as lab or lab/gpu",
    ),
]
ProjectKey = Annotated[
    str,
    BeforeValidator(str),
    matching(
        rf"(?!0+$)[0-9]+|{_NO_REPOSITORY}{_NAME}(/{_NAME})+",
        "the full path or the number of a project, such as lab/notebooks or 21",
    ),
]


def _given(groups: Any) -> Any:
    if groups is None:
        msg = "it has no value: give one, or remove the key"
        raise ValueError(msg)
    return groups


Groups = Annotated[tuple[GroupPath, ...] | None, BeforeValidator(_given), Field(min_length=1)]
"""Full paths of at least one group; None if the key is missing, which means everyone. A key whose
groups are all commented out is refused, since it would mean everyone too."""
