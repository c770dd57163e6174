"""Names of people, groups and projects in GitLab."""

import pytest

from hubconfig.sections.gitlab import GitLabArgs
from tests.unit.hubconfig.tables import Row, each, only_fault
from tests.unit.stack_files import ANYBODY, changed

BAD: list[Row] = [
    ("gitlab.allow.users", [""], "gitlab.allow.users[0]: expected the name of a GitLab user"),
    ("gitlab.allow.users", ["lab/ada"], "gitlab.allow.users[0]: expected the name of a GitLab"),
    ("gitlab.allow.users", ["@ada"], "a GitLab user, such as ada (found: '@ada')"),
    (
        "gitlab.allow.users",
        [20231234],
        "gitlab.allow.users[0]: a name of digits alone has to be in quotes: '20231234'",
    ),
    ("gitlab.admin_users", ["ada", 7], "gitlab.admin_users[1]: a name of digits alone has to be"),
    ("gitlab.admin_users", ["a b"], "gitlab.admin_users[0]: expected the name of a GitLab user"),
    ("gitlab.allow.groups", [2023], "groups[0]: a name of digits alone has to be in quotes: '2023"),
    ("gitlab.allow.groups", ["lab gpu"], "gitlab.allow.groups[0]: expected the full path"),
    ("gitlab.allow.projects", ["notebooks"], "gitlab.allow.projects[0]: expected the full path or"),
    ("gitlab.admin_groups", ["12"], "gitlab.admin_groups[0]: expected the full path"),
    ("profiles", [{"name": "A", "groups": []}], "profiles[0].groups: the list is empty: give"),
    ("profiles", [{"name": "A", "groups": None}], "profiles[0].groups: it has no value: give one"),
    ("profiles", [{"name": "A", "groups": ["12"]}], "groups[0]: expected the full path of a group"),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/data", "groups": None}],
        "notebook.shared[0].groups: it has no value: give one, or remove the key (example: [lab/v",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


GROUP = "expected the full path of a group, such as lab or lab/gpu"
PROJECT = "expected the full path or the number of a project, such as lab/notebooks or 21"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        *(
            ({"allow": {"groups": [group]}}, group, GROUP)
            for group in (
                "12",
                "/lab",
                "lab/",
                "lab//gpu",
                "-lab",
                "my lab",
                "https://x/lab",
                "",
                "l.git",
            )
        ),
        ({"admin_groups": ["12"]}, "12", GROUP),
        *(
            ({"allow": {"projects": [project]}}, project, PROJECT)
            for project in ("notebooks", "/lab/notebooks", "lab/", "", -1, 1.5, 0, "l/x.git")
        ),
    ],
)
def test_bad_rules_are_explained(key, value, said):
    _, words, found = only_fault(GitLabArgs, ANYBODY | key)
    assert found == value
    assert said in words


@pytest.mark.parametrize(
    "rules",
    [
        {"users": ["ada", "li-hua", "a.b", "_x", "2"]},
        {"groups": ["lab", "lab/gpu", "a.b/c-d/e_f", "2lab"]},
        {"projects": [21, "21", "lab/notebooks", "lab/gpu/note.books", "lab/git", "lab/a.gitx"]},
    ],
)
def test_good_rules_are_taken(rules):
    [(kind, given)] = rules.items()
    allow = GitLabArgs(url=ANYBODY["url"], allow=rules).allow
    assert getattr(allow, kind) == tuple(map(str, given))
