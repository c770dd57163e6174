"""The policy pack, as the Pulumi CLI runs it: every rule, listed in docs/policies.md."""

import io
import sys
from pathlib import Path

# Python put this folder first; rules are imported as policy.<module>, as tests do.
sys.path[0] = str(Path(__file__).parents[1])
# The SDK does not flush the port that the CLI waits for, and not every host starts `python -u`.
sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True)

from pulumi_policy import PolicyPack  # noqa: E402

from policy.rules import every_rule  # noqa: E402

PolicyPack("jupyterhub", every_rule())
