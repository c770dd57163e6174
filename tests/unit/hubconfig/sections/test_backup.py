"""Where backups are, and how many."""

import pytest

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import CONFIG, changed

BAD: list[Row] = [
    *(
        (
            "",
            {"backup": {"directory": "/srv/backups"}, "notebook": notebook},
            f"backup.directory /srv/backups is in {place}, where notebooks show it to people",
        )
        for place, notebook in {
            "/srv/{username}": {"home": "/srv/{username}"},
            "/srv/b{username}/work": {"home": "/srv/b{username}/work"},
            "/srv": {"shared": [{"source": "/srv", "target": "/a"}]},
            "/srv/backups": {"shared": [{"source": "/srv/backups", "target": "/a"}]},
        }.items()
    ),
    ("backup.keep", 0, "backup.keep: Input should be greater than or equal to 1 (found: 0, exampl"),
    ("backup.keep", 10001, "backup.keep: Input should be less than or equal to 10000 (found: 1000"),
    (
        "backup.keep",
        True,
        "backup.keep: true and false are not expected here (found: True, example",
    ),
    ("backup.directry", "/srv/b", "backup.directry: unknown key; did you mean directory?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(
    "sections",
    [
        {"notebook": {"home": "/srv/home/{username}"}},
        {"notebook": {"shared": [{"source": "/srv/backups/sets", "target": "/a"}]}},
        {"notebook": {"shared": [{"source": "srv", "target": "/a"}]}},
        {"notebook": {"home": "/srv/{username}"}, "docker": {"host": "ssh://root@lab"}},
    ],
    ids=str,
)
def test_backups_may_be_where_people_do_not_see_them(declare_program, sections):
    assert declare_program(CONFIG | {"backup": {"directory": "/srv/backups"}} | sections)
