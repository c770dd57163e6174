"""What images are built from."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("images.platform", "linux/386", "images.platform: Input should be 'linux/amd64'"),
    ("images.site_ca", "", "images.site_ca: String should have at least 1 character (found: '', "),
    ("images.roots", "x", "images.roots: unknown key; did you mean root?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
