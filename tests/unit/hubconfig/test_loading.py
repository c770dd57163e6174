"""YAML is read as Pulumi reads it, and what is broken is told with its line and without values."""

from pathlib import Path

import pytest

from hubconfig.loading import UnreadableError, content_of


def read(folder: Path, content: str | bytes) -> dict[str, object]:
    file = folder / "file.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return content_of(file)


READ = [
    ("no", "no"),
    ("1:0", "1:0"),
    ("2026-01-01", "2026-01-01"),
    ("1e3", 1000.0),
    ("0x10", 16),
    ("0o17", 15),
    ("0x_", "0x_"),
    ("0o_", "0o_"),
    pytest.param("9" * 5000, "9" * 5000, id="5000 digits"),
    ("{8000: port, true: x, 1.50: y, '': z}", {"8000": "port", "true": "x", "1.50": "y", "": "z"}),
    ("[{1: {2: x}}]", [{"1": {"2": "x"}}]),
    ("[&h {a: x}, *h, {<<: *h, b: y}]", [{"a": "x"}, {"a": "x"}, {"a": "x", "b": "y"}]),
    ("[&h {a: x}, &i {<<: *h, a: y}, {<<: *i}]", [{"a": "x"}, {"a": "y"}, {"a": "y"}]),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_a_value_is_what_it_is_to_pulumi(tmp_path, text, value):
    assert read(tmp_path, f"key: {text}") == {"key": value}


@pytest.mark.parametrize("content", ["", "- a list", "text"])
def test_what_has_no_keys_is_empty(tmp_path, content):
    assert read(tmp_path, content) == {}


BROKEN: list[tuple[str | bytes, str]] = [
    ("a:\n\tb: canary", "line 2: found character '\\t' that cannot start any token"),
    ("<<<<<<< HEAD\na: canary\n=======", "line 2: mapping values are not allowed here"),
    ("a: 1\njupyterhub: notebook:\n", "line 2: mapping values are not allowed here"),
    ("a: 1\n---\nb: canary", "line 2: but found another document"),
    ("a: {{ canary }}", "line 1: a key is a list or has keys of its own: put it in quotes"),
    ("a: 1\n? [canary]\n: x", "line 2: a key is a list or has keys"),
    ("a: [canary", "line 1: expected ',' or ']', but got '<stream end>'"),
    ("a: &h [*h]", "line 1: this alias stands for what it is in itself"),
    ("a: &h {b: *h}", "line 1: this alias stands for what it is in itself"),
    ("a: *canary", "line 1: found undefined alias …"),
    ("a: !canary x", "line 1: could not determine a constructor for the tag …"),
    ("a:\n  b: canary\n  c: x\n  b: canary", "line 4: a key is there for the second time"),
    ("'8000': x\n8000: y", "line 2: a key is there for the second time"),
    ("a: !!float canary", "a value in it is none of the type that it is marked with"),
    ("a: !!timestamp canary", "a value in it is none of the type that it is marked with"),
    ("a: !!bool canary", "a value in it is none of the type that it is marked with"),
    (f"a: {'[' * 2000}{']' * 2000}", "lists and keys are nested too deeply in it"),
    ("a: \x00canary", "special characters are not allowed"),
    (b"a: \xff", "invalid start byte"),
]


@pytest.mark.parametrize(("content", "told"), BROKEN, ids=[told for _, told in BROKEN])
def test_what_is_broken_is_told_without_values(tmp_path, content, told):
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(told)
    assert "canary" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UnreadableError, match="No such file"):
        content_of(tmp_path / "file.yaml")
