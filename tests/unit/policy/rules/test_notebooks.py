"""What people's servers may use of the host."""

import pytest

from tests.unit.policy.asking import Row, fault_of
from tests.unit.policy.resources import limits

BAD_PARTS: list[Row] = [
    (
        "notebooks-are-limited",
        "hub",
        {"uploads": limits(notebook={"memory_mib": 2048, "cpus": 2})},
        "notebook.pids is not limited; set jupyterhub:notebook.pids",
    ),
    (
        "notebooks-are-limited",
        "hub",
        {"uploads": limits(profiles=[{"name": "large", "cpus": 2}])},
        "profiles[0].memory_mib is not limited",
    ),
]


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)
