"""Resources of the `random` package: values drawn once and kept in the state."""

import base64
import secrets
import string
from collections.abc import Callable

import bcrypt

from .contract import completed
from .errors import PluginError
from .handler import Call, Handler
from .plugin import Plugin
from .values import Values

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
"""The special characters, unless `overrideSpecial` is given; as in the official plug-in."""

Draw = Callable[[Values], tuple[str, Values]]
"""Takes inputs, and returns an id and the outputs that were drawn."""


class Random(Handler):
    """A value that changes only by replacement; nothing outside the state holds it."""

    def __init__(self, token: str, draw: Draw) -> None:
        self.token = token
        self.draw = draw

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: ARG002, D102
        resource_id, drawn = self.draw(inputs)
        return resource_id, completed(self.token, inputs) | drawn

    def read(  # noqa: D102
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,  # noqa: ARG002
        inputs: Values,
        outputs: Values,
    ) -> tuple[Values, Values]:
        return inputs, outputs

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:
        """Do nothing: the engine removes the value from its state."""


def random_bytes(inputs: Values) -> tuple[str, Values]:
    """Draw `length` bytes.

    Unlike in the official plug-in, the bytes are not the id, which is shown in the clear.
    """
    drawn = secrets.token_bytes(at_least_one(inputs, "length"))
    return "none", {"base64": base64.b64encode(drawn).decode(), "hex": drawn.hex()}


def random_id(inputs: Values) -> tuple[str, Values]:
    """Draw `byteLength` bytes as an identifier, which is no secret; `prefix` precedes each form."""
    drawn = secrets.token_bytes(at_least_one(inputs, "byteLength"))
    prefix = inputs.get("prefix", "")
    url_safe = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
    return url_safe, {
        "b64Std": prefix + base64.b64encode(drawn).decode(),
        "b64Url": prefix + url_safe,
        "dec": prefix + str(int.from_bytes(drawn)),
        "hex": prefix + drawn.hex(),
    }


def random_string(inputs: Values) -> tuple[str, Values]:
    """Draw `length` characters of the wanted classes, at least `min<Class>` of each."""
    classes = {
        "lower": string.ascii_lowercase,
        "numeric": string.digits,
        "special": inputs.get("overrideSpecial") or SPECIAL,
        "upper": string.ascii_uppercase,
    }
    wanted = "".join(chars for name, chars in classes.items() if inputs.get(name, True))
    drawn = [
        secrets.choice(chars)
        for name, chars in classes.items()
        for _ in range(inputs.get(f"min{name.capitalize()}", 0))
    ]
    missing = at_least_one(inputs, "length") - len(drawn)
    if missing < 0 or not wanted:
        msg = (
            f"length is {inputs['length']}, which cannot hold the characters that min* ask for, "
            "or every class is off; raise length, lower min*, or allow a class"
        )
        raise PluginError(msg)
    drawn += [secrets.choice(wanted) for _ in range(missing)]
    secrets.SystemRandom().shuffle(drawn)
    result = "".join(drawn)
    numeric = inputs.get("numeric", True)
    return result, {"result": result, "number": numeric}


def random_password(inputs: Values) -> tuple[str, Values]:
    """Draw a secret string and hash it with bcrypt, which looks at its first 72 bytes."""
    result, drawn = random_string(inputs)
    hashed = bcrypt.hashpw(result.encode()[:72], bcrypt.gensalt(10)).decode()
    return "none", drawn | {"bcryptHash": hashed}


def at_least_one(inputs: Values, name: str) -> int:
    """Return the length in `inputs[name]`; raise `PluginError` if it is less than 1."""
    length: int = inputs[name]
    if length < 1:
        msg = f"{name} is {length}; it must be at least 1"
        raise PluginError(msg)
    return length


DRAWS: dict[str, Draw] = {
    "random:index/randomBytes:RandomBytes": random_bytes,
    "random:index/randomId:RandomId": random_id,
    "random:index/randomPassword:RandomPassword": random_password,
    "random:index/randomString:RandomString": random_string,
}


def create() -> Plugin:
    """Return the plug-in."""
    return Plugin("random", {token: Random(token, draw) for token, draw in DRAWS.items()})
