"""Variables that servers have, and other values that the engine gives their containers."""

import re
from ipaddress import IPv4Address
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from ..model import matching
from .addresses import ContainerAddress
from .urls import HOST_NAME, is_loopback

RESERVED = re.compile(
    r"(JUPYTER|JUPYTERHUB|JPY|NB|CHOWN|CONDA|LD|LC|NVIDIA|AMD|ASCEND|HABANA|DOCKER)_.*|"
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR|HOSTNAME|_.*|"
    r"(BASH|SHELL).*|ENV|IFS|PS4|CDPATH|(GLOB|EXEC)IGNORE|POSIXLY_CORRECT|"
    r"GLIBC_TUNABLES|GCONV_PATH|LOCPATH|OPENSSL_.*|SSL.*|.*_CA_(BUNDLE|CERTS)|PIP_CERT|"
    r"PYTHON.*|GRANT_SUDO|RESTARTABLE|NOTEBOOK_ARGS|(CPU|MEM)_(LIMIT|GUARANTEE)"
)
"""Variables that are the hub's or the image's own: of the account, of devices, of whom it trusts,
or of what runs before the person's programs, as root where they may become that."""
SECRET = re.compile(r"(?i).*(token|secret|password|passwd|api_?key|credential).*")
ULIMITS = {"as", "cpu", "data", "fsize", "locks", "memlock", "nofile", "rss", "stack"}
"""The limits that are a process's own, of those that the engine can set: go-units' ulimit.go. Not
those of an account, which all notebooks have in common (nproc, sigpending, msgqueue), those that
get by the limit of processors (nice, rtprio, rttime), and core, as a core file has secrets."""


def _variables(given: dict[str, str]) -> dict[str, str]:
    for name, value in given.items():
        _check(name, value)
        if SECRET.fullmatch(name):
            msg = (
                f"{name} looks like a secret, and these values are in the clear in state and "
                "previews: give it in secrets.environment"
            )
            raise ValueError(msg)
    return given


def _secrets(given: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, value in given.items():
        _check(name, value.get_secret_value())
    return given


def _check(name: str, value: str) -> None:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        msg = f"{name} is no name of a variable: give one of letters, digits and _"
    elif RESERVED.fullmatch(name):
        msg = f"{name} is the hub's own, or the image's: give another"
    elif not value.isprintable():
        msg = f"the value of {name} has line breaks or control characters: remove them"
    else:
        return
    kind = "variable"  # which tells no value, so that it is told of secrets too
    raise PydanticCustomError(kind, msg)


def _zone(name: str) -> str:
    if name not in available_timezones():
        msg = "expected a time zone as in /usr/share/zoneinfo, such as Europe/Berlin"
        raise ValueError(msg)
    return name


def _limits(given: dict[str, int]) -> dict[str, int]:
    for name, value in given.items():
        if name not in ULIMITS:
            msg = f"{name} is no limit: the limits are {', '.join(sorted(ULIMITS))}"
            raise ValueError(msg)
        if value < -1:
            msg = f"{name} is {value}: give a number, or -1 for no limit"
            raise ValueError(msg)
    return given


def _hosts(given: dict[str, IPv4Address]) -> dict[str, IPv4Address]:
    for name, address in given.items():
        if not HOST_NAME.fullmatch(name) or is_loopback(f"http://{name}"):
            msg = f"{name} is no other host's name: give one such as license.example.org"
            raise ValueError(msg)
        if address.is_loopback or address.is_link_local or address.is_unspecified:
            msg = f"{address} is no address of another host: give one on a network"
            raise ValueError(msg)
    return given


def _whole(given: object) -> object:
    if isinstance(given, dict) and any(isinstance(value, bool) for value in given.values()):
        msg = "true and false are not expected here"
        raise ValueError(msg)
    return given


def _texts(given: object) -> object:
    """Take numbers for text, as people write them in YAML."""
    if isinstance(given, dict):
        return {
            key: str(value) if type(value) in {int, float} else value
            for key, value in given.items()
        }
    return given


Variables = Annotated[
    dict[str, Annotated[str, Field(max_length=4096)]],
    BeforeValidator(_texts),
    AfterValidator(_variables),
]
SecretVariables = Annotated[
    dict[str, Annotated[SecretStr, Field(max_length=4096)]],
    BeforeValidator(_texts),
    AfterValidator(_secrets),
]
TimeZone = Annotated[
    str, matching(r"[A-Za-z0-9_+/-]+", "a time zone, such as Europe/Berlin"), AfterValidator(_zone)
]
Ulimits = Annotated[dict[str, int], BeforeValidator(_whole), AfterValidator(_limits)]
Hosts = Annotated[dict[str, ContainerAddress], AfterValidator(_hosts)]
