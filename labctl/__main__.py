"""The commands of `labctl`, each in a folder of its own."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

try:
    import typer
except ModuleNotFoundError:
    sys.exit("labctl: typer is not installed: install jupyterhub-pulumi[labctl]")

from hubpreview.preview import PreviewError

from .backup.command import backup
from .logs.command import logs
from .note.command import note
from .restore.command import restore
from .stack import StackError
from .up.command import up

Parameters = ParamSpec("Parameters")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def _telling(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Return a command that tells in a line what it raises, and ends with status 1."""

    @wraps(command)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            command(*arguments, **options)
        except (OSError, PreviewError, StackError) as error:
            typer.echo(f"labctl {command.__name__}: {error}", err=True)
            raise typer.Exit(1) from error

    return run


app.command()(_telling(up))
app.command()(_telling(note))
app.command()(_telling(backup))
app.command()(_telling(restore))
app.command()(_telling(logs))


@app.callback()
def labctl() -> None:
    """Look after a JupyterHub that `pulumi up` has made."""


if __name__ == "__main__":
    app(prog_name="labctl")
