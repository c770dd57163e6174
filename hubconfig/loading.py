"""Reads YAML as Pulumi does: what is a text, a number or a key there is one here."""

import re
from pathlib import Path
from typing import Any

import yaml


class UnreadableError(Exception):
    """A file cannot be read as YAML; the message says where and why, and shows no value."""


class _Loader(yaml.SafeLoader):
    """Takes `no`, `on` and `1:0` for texts, `1e3` for a number, and each key for a text.

    PyYAML follows YAML 1.1 otherwise. What Pulumi refuses is refused with the line: a key that is
    no single value, a key that is there twice, and an alias within its own anchor.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # not those of its parent

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        node = super().compose_node(parent, index)
        if node and node.end_mark is None:  # it is still being composed
            raise _refused(node, "this alias stands for what it is in itself")
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for number, (key, value) in enumerate(node.value):
            if not isinstance(key, yaml.ScalarNode):
                raise _refused(key, "a key is a list or has keys of its own: put it in quotes")
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.value in seen:
                raise _refused(key, "a key is there for the second time: remove one of them")
            seen.add(key.value)
            text = yaml.ScalarNode("tag:yaml.org,2002:str", key.value, key.start_mark, key.end_mark)
            node.value[number] = (text, value)
        return node

    def number_or_text(self, node: yaml.ScalarNode) -> int | str:
        """Return a number, or the text where it is none to Pulumi either, such as `0x_`."""
        try:
            return self.construct_yaml_int(node)
        except ValueError:
            return str(node.value)


def _refused(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.number_or_text)
for _tag, _pattern, _starts in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
    ("merge", "<<", "<"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_starts)
    )


def content_of(file: Path) -> dict[str, Any]:
    """Return the keys and values of a YAML file; none if it has no keys.

    Raises `UnreadableError` if it cannot be read.
    """
    try:
        content = yaml.load(file.read_bytes(), _Loader)  # noqa: S506  # a safe one
    except OSError as error:
        raise UnreadableError(error.strerror) from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise UnreadableError(line + _without_values(error.problem or "")) from error
    except yaml.YAMLError as error:
        raise UnreadableError(str(getattr(error, "reason", "it is no YAML"))) from error
    except RecursionError as error:
        msg = "lists and keys are nested too deeply in it"
        raise UnreadableError(msg) from error
    except (ValueError, LookupError, AttributeError) as error:  # such as !!float x
        msg = "a value in it is none of the type that it is marked with"
        raise UnreadableError(msg) from error
    return content if isinstance(content, dict) else {}


def _without_values(problem: str) -> str:
    """Return one of PyYAML's messages without words of the file, such as the name of an alias."""
    return re.sub(r"'[\w!][^']+'", "…", problem)
