"""What every command does with a stack: name it, read its file, and ask `pulumi` about it."""

import os
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from hubconfig.configuration import Configuration
from hubconfig.files import project_folder, project_name, stack_files
from hubconfig.given import Given, NoStackFileError
from hubconfig.reading import ConfigurationError, read
from hubconfig.surroundings import cleaned
from hubpreview.secrecy import redacted

USED_SECTIONS = ("site", "notebook", "docker", "backup")
"""The sections of the stack file that commands use."""
PULUMI_SECONDS = 60
"""How many seconds a `pulumi` command may take; its backend may be far away."""


class StackError(Exception):
    """Something fails with a stack. The message says what, why and what helps, without secrets."""


def names(incomplete: str) -> list[str]:
    """Return the stacks whose names begin with a text: those with a file `Pulumi.<stack>.yaml`."""
    return [name for name in stack_files(Path()) if name.startswith(incomplete)]


StackOption = Annotated[
    str | None,
    typer.Option(
        metavar="STACK", autocompletion=names, help="A stack; without it, the one selected."
    ),
]


def project() -> str:
    """Return the project's name in the Pulumi.yaml here or in a folder above; empty without one."""
    folder = project_folder(Path.cwd())
    return (folder and project_name(folder)) or ""


def pulumi(*arguments: str, stack: str | None) -> str:
    """Return what a pulumi command prints about a stack; raise `StackError` if it fails.

    If `stack` is None, the command is about the stack that is selected.
    """
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


def selected(stack: str | None) -> str:
    """Return a stack's name without its project; None means the stack that is selected."""
    return pulumi("stack", "--show-name", stack=stack).strip().rpartition("/")[2]


def configuration(stack: str) -> Configuration:
    """Return what a stack's file says; raise `StackError` if the program would refuse it.

    Secrets in `USED_SECTIONS` are decrypted, which takes the passphrase; others stay unknown.
    """
    folder = project_folder(Path.cwd()) or Path.cwd()

    def decrypt(key: str) -> str | None:
        needed = key.rpartition(":")[2] in USED_SECTIONS
        return pulumi("config", "get", key, stack=stack).rstrip("\n") if needed else None

    try:
        return read(Given.by_file(folder, stack, decrypt))
    except (ConfigurationError, NoStackFileError) as error:
        raise StackError(str(error)) from error


def not_up(stack: str, missing: str) -> StackError:
    """Return an error on what a stack lacks, which says how to bring it up, on a new server too."""
    return StackError(
        f"the stack {stack} is not up, since it has no {missing}: bring it up first, on a new "
        f"server with `pulumi up --stack {stack} --refresh --replace '**-build'`, and where the "
        "backend of its state was lost too, "
        f"`pulumi stack import --stack {stack} --file FOLDER/state.json` before that"
    )
