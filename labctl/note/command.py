"""`labctl note`: one note for each stack on a merge request, kept up to date."""

import os
import re
import sys
from typing import Annotated
from urllib.parse import quote

import typer

from hubpreview.preview import read

from ..stack import names, project
from .markdown import code


def note(
    preview: Annotated[
        typer.FileText, typer.Argument(help="What pulumi preview --json printed; - is stdin.")
    ] = "-",  # type: ignore[assignment]  # typer opens it
    *,
    stack: Annotated[
        str,
        typer.Option(
            metavar="STACK",
            autocompletion=names,
            help="The stack, where the preview failed before it named one.",
        ),
    ] = "",
    only_print: Annotated[
        bool, typer.Option("--print", help="Write the note to stdout, and ask no GitLab.")
    ] = False,
) -> None:
    """Keep a merge request's note on what a preview means up to date.

    With PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true the preview has the policies' findings too.
    """
    # Imported here, since labctl --help does not need them.
    from .merge_request import keep  # noqa: PLC0415
    from .text import note as text_of  # noqa: PLC0415

    found = read(preview.read(), _in_project(stack))
    # A stack's name has letters, digits, dots, dashes and underscores, so it ends no comment.
    marker = f"<!-- labctl note: {found.stack} -->"
    body = f"{marker}\n{text_of(found, _source())}"
    if only_print:
        sys.stdout.write(body)
        return
    typer.echo(keep(None if found.empty else body, marker))


def _in_project(stack: str) -> str:
    """Return `<project>/<stack>`, or an empty text if one of them is not known."""
    name = re.search(r"[\w.-]+$", stack)
    return f"{project()}/{name[0]}" if project() and name else ""


def _source() -> str:
    """Return a sentence on the commit and the job of the preview, as far as they are known."""
    commit, job = os.environ.get("CI_COMMIT_SHORT_SHA"), os.environ.get("CI_JOB_URL")
    of_commit = f" of commit {code(commit)}" if commit else ""
    by_job = f" by [this job]({quote(job, safe=':/?&=%#')})" if job else ""
    return f"Preview{of_commit}{by_job}." if of_commit or by_job else ""
