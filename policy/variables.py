"""Which variables the docker gate lets a server have: images/docker-gate/gate/comparison.py."""

import re
from typing import Any

from .rules.notebooks import is_harmless

VARIABLES = {
    *("JUPYTERHUB_[A-Z_]+", "JPY_API_TOKEN", "JUPYTER_IMAGE_SPEC"),
    *("CPU_LIMIT", "CPU_GUARANTEE", "MEM_LIMIT", "MEM_GUARANTEE"),
    *("HOME", "NB_GID", "NB_UID", "NB_USER", "USER"),
}
"""The hub's own variables that may have any value, named anew: components/ is to open no others."""


def is_environment(variables: Any) -> bool:
    """Tell whether what is fixed is harmless, and what is open is the hub's own or the site's."""
    match variables:
        case {"each_of": list(each), "any_of": [{"matches": str(pattern)}]}:
            names = re.fullmatch(r"\((.*)\)=\.\*", pattern)
            own = set(names[1].split("|") if names else [""]) - VARIABLES
            return all(map(str.isidentifier, own)) and all(map(is_harmless, [*each, *own]))
    return False
