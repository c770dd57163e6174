"""Messages of the engine and its plug-ins, shortened to what a person needs."""

import re

from .names import in_words

STEP = re.compile(r"^(?:#\d+ )?(?:\[(?:\S+ )?(\d+/\d+)\] (.+)|(exporting to image))$", re.MULTILINE)
"""A step of a Dockerfile, as BuildKit names it: `#7 [stage-1 3/5] RUN …`; the official plug-in
leaves the number out."""
PULLED = re.compile(r"^#\d+ sha256:\w+ ([\d.]+\w+ / [\d.]+\w+) ", re.MULTILINE)
"""How much of a layer is pulled, such as `#5 sha256:4f4f 12.58MB / 80.11MB 1.2s`. The official
plug-in does not say."""
WRAPPING = re.compile(
    r"(sdk-v2/\S+: sdk\.\w+: |1 error occurred:\s+\* |(?:creat|updat|delet)ing urn:\S+: )+"
)
"""What the official plug-ins put before an error, once or twice; they put PROVIDER after it."""
PROVIDER = re.compile(r": provider=\S+$")
DENIED = re.compile(r"/api/v4/applications\S*: (401|403)\b")
"""An error of the official GitLab plug-in: the token may not manage the OAuth application."""
OPTIONS = re.compile(r"--(?:mount|from|chown|chmod)=\S+\s+")
PLAN = re.compile(r"violates plan: (properties changed: )?(.*)", re.DOTALL)
UNPLANNED = re.compile(r"(\S+) is not allowed by the plan: (.*)")
UNSEEN = re.compile(r"expected resource operations for (.+) but none were seen")
"""PLAN, UNPLANNED and UNSEEN are errors on a plan, from pulumi's
pkg/resource/deploy/{step_generator,deployment_executor}.go."""
PROPERTY = re.compile(r"(?:^|, )[=~+-]{2}(\w+)(?=\[|, |$)")
"""A property in such an error: a sign for the change in the plan, a sign for the change that would
be made, the property's name, and its values in brackets."""

_ANOTHER = r"During handling of the above exception, another exception occurred:\n+"
_INTERRUPT = r"Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*KeyboardInterrupt\n*"
INTERRUPTED = re.compile(rf"^(?:{_ANOTHER})?{_INTERRUPT}(?:{_ANOTHER}{_INTERRUPT})*", re.MULTILINE)
"""The tracebacks of a program that the official language host interrupts, because the engine has
given up."""
EXITED = re.compile(r"an unhandled error occurred: program exited with non-zero exit code: \d+\s*")
"""What the official language host says after the program's own error."""


def build_step(message: str) -> str:
    """Return the last step that a build's output begins, such as `3/5 RUN make`, if any.

    Where it goes on pulling an image, that is how much of a layer it has.
    """
    steps = STEP.findall(message)
    if not steps:
        return "".join(f"pulling {amount}" for amount in PULLED.findall(message)[-1:])
    number, command, other = steps[-1]
    return other or f"{number} {' '.join(OPTIONS.sub('', command).split())}"


def without_interrupts(text: str) -> str:
    """Return what a program printed, without the tracebacks of its interruption."""
    return INTERRUPTED.sub("", text)


def reasons(errors: list[str]) -> list[str]:
    """Return errors without those that only say that there was an error, if others remain."""
    return [error for error in errors if not EXITED.fullmatch(error)] or errors


def readable(error: str) -> str:
    """Return an error without its technical parts, and with what helps if that is known."""
    error = PROVIDER.sub("", WRAPPING.sub("", error.strip(), count=1).strip())
    if DENIED.search(error):
        return (
            f"{error}\nThe token needs the scope api and an administrator's account. Without one, "
            "register the application by hand and remove the token: docs/sign-in.md says how."
        )
    if plan := PLAN.search(error):
        of_properties, reason = plan.groups()
        # The values are left out: they can be whole files, and secrets in the clear.
        changed = ", ".join(PROPERTY.findall(reason)) if of_properties else reason
        refused = f"does not foresee this change: {changed}"
    elif step := UNPLANNED.search(error):
        operation, reason = step.groups()
        refused = f"does not foresee this change: {operation} ({reason})"
    elif unseen := UNSEEN.search(error):
        refused = f"foresees a change that does not come: {in_words(unseen[1])}"
    else:
        return error
    return f"the plan {refused}\nMake a new plan and look at it."
