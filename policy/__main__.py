"""The policy pack, as the Pulumi CLI runs it: every rule, listed in docs/policies.md."""

import sys
from pathlib import Path

# Python put this folder first; rules are imported as policy.<module>, as tests do.
sys.path[0] = str(Path(__file__).parents[1])

from pulumi_policy import PolicyPack  # noqa: E402

from policy.rule import every_rule  # noqa: E402

PolicyPack("jupyterhub", every_rule())
