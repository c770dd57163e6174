"""Where the program that is checked has its files."""

import pytest

from policy.rule import IMAGE, STACK
from tests.deployment import REPOSITORY
from tests.unit.policy.asking import told
from tests.unit.policy.resources import BUILT


@pytest.mark.parametrize(
    "asked", [("stacks-share-nothing", STACK, {}), ("nothing-floats", IMAGE, BUILT)]
)
@pytest.mark.parametrize(
    ("project", "expected"),
    [
        (None, "no Pulumi.yaml there or above"),
        ("name: other", "the Pulumi.yaml there is of another project"),
        ("[]", "the Pulumi.yaml there is of another project"),
    ],
)
def test_a_rule_about_files_says_where_it_does_not_find_the_program(
    tmp_path, language_host, asked, project, expected
):
    if project:
        (tmp_path / "Pulumi.yaml").write_text(project)
    language_host(tmp_path)
    assert expected in told(*asked)
    language_host(REPOSITORY)
    assert told(*asked) == ""


def test_a_program_in_a_folder_of_its_project_finds_both(files, language_host):
    """Pulumi.yaml's `main` names it; stack files stay beside Pulumi.yaml."""
    language_host(files / "folder")
    assert "named: busybox is busybox" in told(
        "nothing-floats", IMAGE, BUILT | {"build": {"context": ".", "dockerfile": "named"}}
    )
    assert "is also claimed by stack other" in told("stacks-share-nothing", STACK, {})
