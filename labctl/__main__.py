"""The commands of `labctl`, each in a folder of its own."""

import sys

try:
    import typer
except ModuleNotFoundError:
    sys.exit("labctl: typer is not installed: install jupyterhub-pulumi[labctl]")

from .backup.command import backup
from .note.command import note
from .restore.command import restore
from .up.command import up

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command()(up)
app.command()(note)
app.command()(backup)
app.command()(restore)


@app.callback()
def labctl() -> None:
    """Look after a JupyterHub that `pulumi up` has made."""


if __name__ == "__main__":
    app(prog_name="labctl")
