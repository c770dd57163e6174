"""Keys that nobody needs to know: made once, kept as secrets in the stack's state."""

import hashlib

import pulumi_random as random
from pulumi import Output, Resource, ResourceOptions

LENGTH = 64


def random_key(name: str, *, parent: Resource) -> Output[str]:
    """Return 256 random bits as 64 hexadecimal digits, a secret.

    They are derived from a password, since the id of a `RandomBytes` is its value in the clear.
    """
    password = random.RandomPassword(
        name, length=LENGTH, special=False, opts=ResourceOptions(parent=parent)
    )
    digest = password.result.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
    return Output.secret(digest)
