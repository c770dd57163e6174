"""Writes docs/configuration.md from the models: `python -m components.reference`."""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from .configuration import Configuration
from .settings import Settings, models_within

PAGE = Path("docs/configuration.md")
TYPES = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "true or false",
    "Path": "path",
    "IPv4Network": "subnet",
    "IPv4Address": "IPv4 address",
    "IPvAnyAddress": "IP address",
}
"""Models' types in the words of a stack file."""

HEAD = """# Configuration

Written by `python -m components.reference` from the models in `components/`; a test fails when it
is stale. Each section is a key of the stack file, `jupyterhub:<section>`, or for one value:

    pulumi config set --path 'jupyterhub:site.url' https://hub.example.org

Every fault is named at once by `pulumi preview`, with its key, what was found and what is expected.
Names end in the unit: `_mib` is 1024² bytes.
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(
        f"\n## {section}\n\n{cleandoc(next(models_within(field.annotation)).__doc__ or '')}\n\n"
        "| key | what it is | type | default | example |\n|---|---|---|---|---|\n"
        + "".join(
            f"| {' | '.join(row)} |\n" for row in _rows(next(models_within(field.annotation)), "")
        )
        for section, field in Configuration.model_fields.items()
    )


def _rows(model: type[Settings], prefix: str) -> Iterator[tuple[str, ...]]:
    for key, field in model.model_fields.items():
        example = field.examples[0] if field.examples else None
        yield (
            f"`{prefix}{key}`",
            " ".join((field.description or "").split()),
            _type(field.annotation),
            _default(field),
            "" if example is None else f"`{_text(example)}`",
        )
        items = "[]" if get_origin(field.annotation) is tuple else ""
        for item in models_within(field.annotation):
            yield from _rows(item, f"{prefix}{key}{items}.")


def _type(annotation: Any) -> str:
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{argument}`" for argument in arguments)
    if arguments:
        types = [_type(argument) for argument in arguments if argument is not Ellipsis]
        return f"list of {types[0]}" if origin is tuple else " or ".join(types)
    return "keys" if issubclass(annotation, Settings) else TYPES[annotation.__name__]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "derived"
    if field.default in (None, ()) or isinstance(field.default, Settings):
        return ""
    return f"`{_text(field.default)}`"


def _text(value: Any) -> str:
    """Write a value as YAML would have it, on one line of a table."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
