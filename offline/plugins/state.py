"""What the Pulumi engine puts into its state for a resource."""

from collections.abc import Mapping

from pulumi.provider.experimental.property_value import PropertyValue

from .contract import DEFAULTS, contract
from .values import Values, encode, secrets_of

Properties = Mapping[str, PropertyValue]


def previewed(inputs: Properties) -> dict[str, PropertyValue]:
    """Return the outputs that a preview knows: the inputs."""
    return {name: value for name, value in inputs.items() if name != DEFAULTS}


def recorded(token: str, outputs: Values, *given: Properties) -> dict[str, PropertyValue]:
    """Return outputs, with secrets marked: those of the contract, and the secrets in `given`."""
    always = contract()["resources"][token].get("secretOutputs", ())
    return encode(outputs, {*always}.union(*map(secrets_of, given)))
