"""The stack's configuration, as Pulumi gives it to the program."""

from pathlib import Path

import pulumi
from pulumi.runtime import config as runtime

from hubconfig.configuration import Configuration
from hubconfig.files import project_folder
from hubconfig.given import Given
from hubconfig.reading import ConfigurationError, read


def load() -> Configuration:
    """Return the running stack's configuration.

    Raises `RunError` with everything that is wrong, a line for each fault: the key, what is
    expected, what was found there (never a secret) and an example. Remarks that are no faults are
    shown as warnings in the preview.
    """
    config = {**runtime.get_config_env(), **runtime.CONFIG.get()}
    given = Given.by_pulumi(
        pulumi.get_project(),
        pulumi.get_stack(),
        project_folder(Path.cwd()) or Path.cwd(),
        config,
        {key for key in config if runtime.is_config_secret(key)},
    )
    try:
        return read(given, advise=pulumi.log.warn)
    except ConfigurationError as error:
        raise pulumi.RunError(str(error)) from None
