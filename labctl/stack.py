"""A stack, as every command names it and asks `pulumi` about it."""

import json
import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from .secrecy import redacted
from .surroundings import cleaned

PULUMI_SECONDS = 60
"""How long a question to `pulumi` may take, from a backend that may be far away."""


class StackError(Exception):
    """What cannot be done with a stack, why, and what helps, in words that hold no secret."""


def names(incomplete: str) -> list[str]:
    """Complete a stack's name: each has a file `Pulumi.<stack>.yaml`."""
    found = sorted(
        path.name[len("Pulumi.") : -len(".yaml")] for path in Path().glob("Pulumi.*.yaml")
    )
    return [name for name in found if name.startswith(incomplete)]


Stack = Annotated[
    str | None,
    typer.Option(
        metavar="STACK", autocompletion=names, help="A stack; without it, the one selected."
    ),
]


def project() -> str:
    """Return the project's name, as Pulumi.yaml has it here or in a folder above, or nothing."""
    places = (Path.cwd(), *Path.cwd().parents)
    file = next((each / "Pulumi.yaml" for each in places if (each / "Pulumi.yaml").exists()), None)
    text = file.read_text() if file else ""
    found = re.search(r"(?m)^name: *['\"]?([\w.-]+)", text)
    return found[1] if found else ""


def pulumi(*arguments: str, stack: str | None) -> str:
    """Return what a pulumi command prints of a stack; raise `StackError` where it fails."""
    command = ["pulumi", *arguments, *(["--stack", stack] if stack else []), "--non-interactive"]
    said = " ".join(word for word in ("pulumi", *arguments) if not word.startswith("-"))
    try:
        done = subprocess.run(
            command,
            env=cleaned(os.environ) | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            check=False,
            timeout=PULUMI_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        msg = f"{said} says nothing within {PULUMI_SECONDS} s"
        raise StackError(msg) from error
    except OSError as error:
        msg = f"pulumi does not run: {error.strerror}"
        raise StackError(msg) from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        msg = f"{said} says {redacted(last.removeprefix('error: '))}"
        raise StackError(msg)
    return done.stdout


def settings(sections: tuple[str, ...], stack: str | None) -> dict[str, dict[str, Any]]:
    """Return sections of a stack's configuration as they are given, empty where they are not.

    Only one that is kept secret takes the passphrase.
    """
    given = json.loads(pulumi("config", "--json", stack=stack))
    found = {}
    for section in sections:
        key = f"{project()}:{section}"
        value = given.get(key, {"value": "{}"}).get("value")
        text = value or pulumi("config", "get", key, stack=stack)
        with suppress(ValueError):
            found[section] = json.loads(text)
        if not isinstance(found.get(section), dict):
            msg = f"{key} is no keys with values: docs/configuration.md has those of {section}"
            raise StackError(msg)
    return found


def not_up(stack: str, missing: str) -> StackError:
    """Say how a stack of which something is missing comes up, on a new server too."""
    return StackError(
        f"the stack {stack} is not up, since it has no {missing}: bring it up first, on a new "
        f"server with `pulumi up --stack {stack} --refresh --replace '**-build'`, and where the "
        "backend of its state was lost too, "
        f"`pulumi stack import --stack {stack} --file FOLDER/state.json` before that"
    )
