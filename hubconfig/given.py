"""A stack's configuration before it is checked, from its file or from Pulumi, which reads that."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .checking import Path as KeyPath
from .configuration import Configuration
from .files import PROJECT_FILE, project_name, stack_files
from .loading import UnreadableError, content_of

SECRETS = "secrets"
"""The section in which all values are secrets, encrypted as they should be or not."""
OF_PULUMI = {"config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"}
"""The keys of a stack file that Pulumi itself knows: sdk/go/common/workspace/project.go."""

Decrypt = Callable[[str], str | None]
"""Takes a key whose value is encrypted, as a whole or in part, and returns the decrypted text, or
None if the value is not needed."""


class NoStackFileError(Exception):
    """There is no stack file to read; the message says why."""


@dataclass(frozen=True)
class Given:
    """The configuration of a stack, as it is written.

    `values` has the values by their whole keys, such as `jupyterhub:site`. `secrets` has the keys
    whose values are encrypted, as a whole or in part. `unknown` has the paths in a `Configuration`
    whose values are not decrypted here. `outside` has the keys that stand beside `config:` in the
    file, where nothing reads them.
    """

    project: str
    stack: str
    folder: Path
    values: dict[str, Any]
    secrets: frozenset[str] = frozenset()
    unknown: tuple[KeyPath, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def sections(self) -> dict[str, Any]:
        """The values of the sections of a `Configuration`, by the sections' names."""
        start = f"{self.project}:"
        keys = {key: key.removeprefix(start) for key in self.values if key.startswith(start)}
        known = Configuration.model_fields
        return {name: self.values[key] for key, name in keys.items() if name in known}

    @property
    def hidden(self) -> set[str]:
        """The names of the sections that contain secrets: their values must not be shown."""
        return {key.removeprefix(f"{self.project}:") for key in self.secrets} | {SECRETS}

    @classmethod
    def by_pulumi(
        cls,
        project: str,
        stack: str,
        folder: Path,
        config: Mapping[str, str],
        secrets: Collection[str],
    ) -> "Given":
        """Return the configuration that Pulumi passes to a program.

        `config` has a text for each key; lists, and keys with values, are JSON. `secrets` has the
        keys that are encrypted in the stack file.
        """
        values = {key: _parsed(text) for key, text in config.items()}
        outside: tuple[str, ...] = ()
        if file := stack_files(folder).get(stack):
            with suppress(UnreadableError):  # Pulumi has read it
                outside = _outside(content_of(file))
        return cls(project, stack, folder, values, frozenset(secrets), outside=outside)

    @classmethod
    def by_file(cls, folder: Path, stack: str, decrypt: Decrypt | None = None) -> "Given":
        """Return the configuration in a stack file; without `decrypt`, its secrets stay unknown.

        Raises `NoStackFileError` if there is no such file, or if it is no stack file of Pulumi's.
        """
        file, project = stack_files(folder).get(stack), project_name(folder)
        if file is None or project is None:
            msg = f"there is no Pulumi.{stack}.yaml beside a {PROJECT_FILE} in {folder}"
            if (folder / f"Pulumi.{stack}.yml").is_file():  # as in DetectProjectStackPath
                msg += f": Pulumi reads no Pulumi.{stack}.yml there, so call it Pulumi.{stack}.yaml"
            raise NoStackFileError(msg)
        try:
            content = content_of(file)
        except UnreadableError as error:
            msg = f"{file} is no stack file: {error}"
            raise NoStackFileError(msg) from error
        values = content.get("config", {})
        if not content or not isinstance(values, dict):
            msg = f"{file} is no stack file: it has no keys with values, or not below config:"
            raise NoStackFileError(msg)
        hidden = {key: [*_ciphertexts(value)] for key, value in values.items()}
        secrets, unknown = frozenset(key for key, paths in hidden.items() if paths), []
        for key in secrets:
            text = decrypt(key) if decrypt else None
            if text is not None:
                values[key] = _parsed(text)
            elif section := _section(project, key):
                unknown += [(*section, *path) for path in hidden[key]]
        return cls(project, stack, folder, values, secrets, tuple(unknown), _outside(content))


def _outside(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in content if key not in OF_PULUMI)


def _parsed(text: str) -> Any:
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
        return value if isinstance(value, dict | list) else text
    return text


def _section(project: str, key: str) -> KeyPath:
    name = key.removeprefix(f"{project}:")
    return (name,) if name in Configuration.model_fields else ()


def _ciphertexts(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of each value that Pulumi has encrypted, which is `secure: v1:…` then."""
    match value:
        case {"secure": str()} if len(value) == 1:
            yield path
        case dict():
            for key, item in value.items():
                yield from _ciphertexts(item, (*path, key))
        case list():
            for number, item in enumerate(value):
                yield from _ciphertexts(item, (*path, number))
