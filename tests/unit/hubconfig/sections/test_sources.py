"""Where what images are built from comes from."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("images.mirrors", "tsinghua", "images.mirrors: there is no preset of that name"),
    (
        "images.mirrors.pip",
        "https://m.example.org",
        "images.mirrors.pip: unknown key; the keys here are apt, conda",
    ),
    ("images.conda", {"url": "https://c.example.org/i.sh"}, "images.conda.sha256: missing"),
    (
        "images.conda",
        {"url": "https://c.example.org", "sha256": "12"},
        "images.conda.sha256: expected a SHA-256 sum: 64 of the digits 0-9 and a-f (found: '12', ",
    ),
    (
        "images.oh_my_zsh",
        {"url": "https://g.example.org", "commit": "main"},
        "images.oh_my_zsh.commit: expected the whole name of a commit: 40 of the digits 0-9",
    ),
    ("images.oh_my_zsh", {"url": "https://g.example.org"}, "images.oh_my_zsh.commit: missing"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
