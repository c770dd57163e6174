"""The section `secrets`."""

from pydantic import Field

from ..model import Settings
from ..values.variables import SecretVariables


class SecretArgs(Settings):
    """Secrets of people's servers, each set with `pulumi config set --secret --path`."""

    environment: SecretVariables = Field({}, examples=[{"WANDB_API_KEY": "8f2c4e"}])
    """Variables that servers have besides those of `notebook.environment`, or in the place of one
    of these. They are encrypted in the stack file and in Pulumi's state; whoever has a server can
    read them there."""
