"""Writes docs/configuration.md from the models: `python -m hubconfig.reference`."""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from .configuration import Configuration
from .keys import CLIENT_SECRET, TOKEN
from .model import Settings, example, models_within
from .words import as_yaml

PAGE = Path("docs/configuration.md")
TYPES = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "true or false",
    "Path": "path",
    "SecretStr": "text",
    "IPv4Network": "subnet",
    "IPv4Address": "IPv4 address",
    "IPvAnyAddress": "IP address",
}
"""What the page calls the types of values, by their names in Python."""

HEAD = """# Configuration

Written by `python -m hubconfig.reference` from the models in `hubconfig/`; a test fails when it
is stale. Each section is a key of the stack file, `jupyterhub:<section>`, or for one value:

    pulumi config set --path 'jupyterhub:site.url' https://hub.example.org

Every fault is named at once by `pulumi preview`, with its key, what is expected, what was found and
an example. Where a name ends in a unit, `_mib` is 1024² bytes.
"""
TABLE = """
| key | what it is | type | default | example |
|---|---|---|---|---|
"""
SECRETS = f"""
## Secrets for GitLab

Values by themselves, each set with `pulumi config set --secret <key>`, which asks for it. One of
them is needed where `gitlab.standin` is not set: [sign-in.md](sign-in.md).
{TABLE}\
| `{TOKEN}` | An administrator's access token, scope `api`; with it the program registers the \
application. | text |  | `glpat-…` |
| `jupyterhub:{CLIENT_SECRET}` | The secret of the application that `gitlab.client_id` names. \
| text |  | `gloas-…` |
"""


def page() -> str:
    """Return the whole page, in Markdown."""
    return HEAD + "".join(map(_section, Configuration.model_fields.items())) + SECRETS


def _section(section: tuple[str, FieldInfo]) -> str:
    name, field = section
    model = next(models_within(field.annotation))
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _rows(model, _within("", field)))
    return f"\n## {name}\n\n{cleandoc(model.__doc__ or '')}\n{TABLE}{rows}"


def _rows(model: type[Settings], prefix: str) -> Iterator[tuple[str, ...]]:
    for key, field in model.model_fields.items():
        yield (
            f"`{prefix}{key}`",
            " ".join((field.description or "").split()),
            _type(field.annotation),
            _default(field),
            _code(example(field)),
        )
        for item in models_within(field.annotation):
            yield from _rows(item, _within(f"{prefix}{key}", field))


def _within(path: str, field: FieldInfo) -> str:
    """Return the beginning of the keys within a field, or within each item of its list."""
    items = {tuple: "[]", dict: ".<name>"}.get(get_origin(field.annotation) or str, "")
    return f"{path}{items}.".removeprefix(".")


def _type(annotation: Any) -> str:
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{argument}`" for argument in arguments)
    if arguments:
        types = [_type(argument) for argument in arguments if argument is not Ellipsis]
        if origin is dict:
            return f"{types[1]} by name"
        return f"list of {types[0]}" if origin is tuple else " or ".join(types)
    return "keys" if issubclass(annotation, Settings) else TYPES[annotation.__name__]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "derived"
    if field.default in (None, (), {}, "") or isinstance(field.default, Settings):
        return ""
    return _code(field.default)


def _code(value: Any) -> str:
    """Return a value as it is written in a stack file, for a cell of a table."""
    return f"`{as_yaml(value)}`".replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
