"""Accounts and groups that a notebook may run as."""

import pytest

from hubconfig.sections.notebook import NotebookArgs
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
    *(
        (f"notebook.{key}", number, f"notebook.{key}: {number} stands for {meaning}: give another")
        for key in ("uid", "gid")
        for number, meaning in {65534: "nobody", 65535: "no id to 16-bit programs"}.items()
    ),
    ("notebook.uid", 2**31, "notebook.uid: Input should be less than or equal to 2147483647"),
    ("notebook.gid", 2**31, "notebook.gid: Input should be less than or equal to 2147483647"),
    ("notebook.gid", 42, "groups below 1000 are the system's: give 100 (users), or 1000 or more"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize("number", [1000, 60001, 65533, 65536, 1234567890, 2**31 - 1])
def test_ids_of_directory_services_are_taken(number):
    assert NotebookArgs(uid=number, gid=number).uid == number
