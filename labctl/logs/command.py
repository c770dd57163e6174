"""`labctl logs`: how a person's server has ended, and the end of its log."""

from typing import Annotated

import typer

from ..stack import StackError, StackOption, selected


def logs(
    user: Annotated[str, typer.Argument(metavar="USER", help="The person's name in the hub.")],
    server: Annotated[str, typer.Option(help="The server's name, if it is not the first.")] = "",
    stack: StackOption = None,
) -> None:
    """Show how a person's last server has ended, with the end of its log."""
    from ..hub import Hub, HubUnreachableError  # noqa: PLC0415  # other commands start without

    try:
        ending = Hub.of_stack(selected(stack)).ending(user, server)
    except HubUnreachableError as error:
        msg = f"the hub does not tell: {error}"
        raise StackError(msg) from error
    if ending is None:
        msg = f"no server of {user} has ended lately: see docker ps for one that runs"
        raise StackError(msg)
    typer.echo(ending["log"].rstrip("\n"))
    typer.echo(f"\nThe server of {ending['server']} ended at {ending['when']}. {ending['why']}")
