"""docs/configuration.md, which is written from the models."""

import re

from hubconfig.reference import PAGE, page


def test_the_reference_is_not_stale():
    assert PAGE.read_text() == page(), "run: python -m hubconfig.reference"


def test_every_key_is_described_and_has_an_example():
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert {"| `gitlab:token`", "| `jupyterhub:gitlabClientSecret`"} <= {row[0] for row in rows}
    assert len(rows) > 70
    for key, description, _, _, given in rows:
        assert description, key
        assert re.fullmatch(r"`.+` \|", given), key
