"""A small GitLab look-alike."""

import pytest
from pulumi import RunError

from components.gitlab_standin import GitLabStandin
from hubconfig.sections.gitlab import GitLabArgs
from tests.unit.components.another_program import NOT_REACHED, PHYSICS


def test_a_standin_that_is_not_asked_for_is_refused(declare):
    def program() -> None:
        args = GitLabArgs.model_validate(
            {"url": "https://g.example.org", "allow": {"users": ["a"]}}
        )
        GitLabStandin(
            "physics-gitlab",
            args,
            stack=PHYSICS,
            image=NOT_REACHED,
            network=NOT_REACHED,
        )

    with pytest.raises(RunError, match=r"physics-gitlab: gitlab\.standin is false: set it to true"):
        declare(program)
