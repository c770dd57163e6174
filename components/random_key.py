"""Random keys that nobody needs to know, made once and kept as secrets in the stack's state."""

import hashlib

import pulumi_random as random
from pulumi import Output, Resource, ResourceOptions

LENGTH = 64


def random_key(name: str, *, parent: Resource) -> Output[str]:
    """Return 256 random bits as a secret of 64 hexadecimal digits.

    They are derived from a `RandomPassword`: a `RandomBytes` has its value in the clear as its id.
    """
    password = random.RandomPassword(
        name, length=LENGTH, special=False, opts=ResourceOptions(parent=parent)
    )
    digest = password.result.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
    return Output.secret(digest)
