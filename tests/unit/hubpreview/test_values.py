"""Values as they are shown."""

import re
from base64 import b64encode

import pytest

from hubpreview.secrecy import SECRET
from hubpreview.values import revealed
from tests.unit.hubpreview.events import ENCRYPTED, PEM


def test_nobody_can_read_base64_so_it_is_shown_as_a_digest():
    encoded = b64encode(PEM.encode()).decode()
    shown = revealed({"uploads": [{"file": "/k", "contentBase64": encoded}]})["uploads"][0]
    assert re.fullmatch("sha256:[0-9a-f]{64}", shown["contentBase64"])
    assert shown != revealed({"file": "/k", "contentBase64": f"{encoded}a"})
    assert revealed({"contentBase64": ENCRYPTED}) == {"contentBase64": SECRET}


@pytest.mark.parametrize(
    "value",
    [
        ["--password-file", "/run/p", "--verbose", "yes"],
        ["--no-password", "--user", "ada"],
        ["password", "ada"],
    ],
)
def test_arguments_after_other_options_are_shown(value):
    assert revealed({"command": value}) == {"command": value}
