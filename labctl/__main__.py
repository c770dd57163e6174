"""The commands of `labctl`, each in a module of its own."""

import sys

try:
    import typer
except ModuleNotFoundError:
    sys.exit("labctl: typer is not installed: install jupyterhub-pulumi[labctl]")

from .backup import backup
from .note import note
from .restore import restore
from .up import up

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
