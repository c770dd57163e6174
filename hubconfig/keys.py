"""The keys of a stack file that are no sections: two secrets, and keys that nothing reads."""

from collections.abc import Iterator
from difflib import get_close_matches

from .configuration import Configuration
from .given import SECRETS, Given
from .model import models_within
from .values.placeholders import PLACEHOLDER
from .words import nearest

TOKEN = "gitlab:token"  # noqa: S105  # a key, not a secret
CLIENT_SECRET = "gitlabClientSecret"  # noqa: S105  # likewise
"""The two keys whose values are secrets: docs/sign-in.md."""
_NO_VALUE = "takes the place of a secret and is none"


def unread(given: Given) -> Iterator[str]:
    """Yield a line for each key that nothing reads, with the key that was probably meant."""
    sections = (*Configuration.model_fields, CLIENT_SECRET)
    for key in given.outside:
        yield (
            f"{key}: nobody reads it, since it stands beside config: in "
            f"Pulumi.{given.stack}.yaml; move it below config:"
        )
    for key in given.values:
        namespace, name = key.split(":", 1) if ":" in key else ("", key)
        section, _, within = name.partition(".")
        if namespace == given.project and section in sections and within:
            yield (
                f"{key}: unknown key; write {within} below {namespace}:{section}, or set it with: "
                f"pulumi config set --stack {given.stack} --path '{key}'"
            )
        elif namespace == given.project and name not in sections:
            yield f"{key}: unknown key; {nearest(name, sections)}"
        elif namespace not in {given.project, "pulumi"} and key != TOKEN:
            yield f"{key}: nobody reads it; {_meant(given.project, namespace, name)}"


def _meant(project: str, namespace: str, name: str) -> str:
    """Return a hint on what was probably meant by a key that has another namespace."""
    top = name.partition(".")[0]
    if close := get_close_matches(f"{namespace}:{name}", [TOKEN], cutoff=0.75):
        return f"did you mean {close[0]}?"
    if namespace in Configuration.model_fields:
        section = f"{project}:{namespace}"
        [model] = models_within(Configuration.model_fields[namespace].annotation)
        if top not in model.model_fields:
            return f"in the section {section}, {nearest(top.lower(), model.model_fields)}"
        return f"write it as {section}.{top}, a key of the section {section}"
    if top in Configuration.model_fields or top == CLIENT_SECRET:
        return f"did you mean {project}:{top}?"
    return f"the keys that are read begin with {project}:, and {TOKEN} is one besides"


def unprotected(given: Given) -> Iterator[str]:
    """Yield a line, without the value, for each secret that is in the clear or a placeholder."""
    section, clear = f"{given.project}:{SECRETS}", f"in Pulumi.{given.stack}.yaml in the clear"
    if given.values.get(section) and section not in given.secrets:
        yield (
            f"{section}: what it has is {clear}, where others read it: set each value with: pulumi "
            f"config set --stack {given.stack} --secret --path '{section}.environment.<NAME>'"
        )
    for key in (TOKEN, f"{given.project}:{CLIENT_SECRET}"):
        value = given.values.get(key)
        setting = f"pulumi config set --stack {given.stack} --secret {key}"
        if key not in given.values or (key in given.secrets and not isinstance(value, str)):
            continue  # not given, or encrypted and not decrypted here
        if not isinstance(value, str) or PLACEHOLDER.fullmatch(value):
            yield f"{key}: what it has {_NO_VALUE}; set it with: {setting}"
        elif key not in given.secrets:
            yield (
                f"{key}: it is in Pulumi.{given.stack}.yaml in the clear, where others read it: "
                f"revoke it in GitLab, make a new one, and set that with: {setting}"
            )
