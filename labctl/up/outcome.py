"""The last text that an update shows."""

from pathlib import Path

from hubpreview.messages import reasons, without_interrupts

from .progress import Progress


def success(progress: Progress, said: str) -> str:
    """Return the last text of an update: what the program printed, and what to do next."""
    lines = [*progress.said, *said.splitlines(), ""]
    if progress.url:
        lines.append(f"JupyterHub is running: {progress.url}")
    if progress.standin:
        lines.append(
            "Sign in as ada (administrator) or ben, no password: a stand-in plays GitLab here."
        )
    if Path("Makefile").exists():
        suffix = "" if progress.stack == "dev" else f" STACK={progress.stack}"
        lines.append(
            f"Stop and remove it: make down{suffix} (keeps data in volumes; WITH_DATA=1 removes it)"
        )
    return "\n".join(lines)


def failure(
    progress: Progress, said: str, stack: str | None, plan: Path | None, *, cancelled: bool
) -> str:
    """Return what failed and why, what was done, and how to go on."""
    failed = dict(progress.failed)
    failed.pop("", None)  # "update failed" says nothing beside a reason
    if not failed:
        printed = without_interrupts("\n".join([*progress.said, said]))
        lines = [line.removeprefix("error: ") for line in printed.splitlines() if line.strip()]
        failed = {"": reasons([*lines, *progress.failed.get("", [])])}
    parts = []
    for noun, messages in failed.items():
        parts.append(f"\nFailed: {noun}" if noun else "\nFailed:")
        parts += [f"  {line}" for message in messages for line in message.splitlines()]
    parts.append("")
    if progress.done:
        parts.append(f"Done, and kept: {progress.tally}.")
    if progress.missing:
        parts.append(f"Removed and not yet made again: {', '.join(progress.missing.values())}.")
    again = f"labctl up --stack {stack}" if stack else "labctl up"
    when = "Cancelled. To go on" if cancelled else "When the cause is gone"
    if plan:
        # Without a plan, it would do what this plan refused. The plan itself is of no more use,
        # since it has changes that are done already.
        parts.append(
            f"{when}, preview again (a new merge request pipeline, or pulumi preview --save-plan "
            f"{plan}), look at it,"
        )
        parts.append(f"and run: {again} --plan {plan}")
    else:
        parts.append(f"{when}, run it again: {again}")
    return "\n".join(parts)
