"""Accounts and groups that a notebook may run as."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    (
        "notebook.user",
        "Root!",
        "notebook.user: expected a Linux user name: lower-case letters, digits, _ and -, 32 at "
        "most and a letter or _ first, such as ubuntu (found: 'Root!')",
    ),
    ("notebook.user", "li hua", "notebook.user: expected a Linux user name: lower-case letters"),
    ("notebook.user", "root", "notebook.user: root is an account or group of the system's"),
    ("notebook.user", "staff", "notebook.user: staff is an account or group of the system's own"),
    ("notebook.user", "users", "users is an account or group of the system's own: give another, "),
    ("notebook.user", "adm", "adm is an account or group of the system's own: give another, such"),
    ("notebook.gid", 0, "notebook.gid: groups below 1000 are the system's"),
    ("notebook.gid", 42, "groups below 1000 are the system's: give 100 (users), or 1000 or more"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
