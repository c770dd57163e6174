"""What people may choose before their server starts."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("profiles", {"name": "A"}, "jupyterhub:profiles: expected a list (example: [{name: "),
    ("profiles", [{}], "jupyterhub:profiles[0].name: missing"),
    ("profiles", [{"name": ""}], "profiles[0].name: expected words on one line"),
    ("profiles", [{"name": " Large"}], "profiles[0].name: expected words on one line"),
    ("profiles", [{"name": "Lar\nge"}], "profiles[0].name: expected words on one line"),
    ("profiles", [{"name": "A"}, {"name": "A"}], "profiles: two profiles are called A, and"),
    # A wrong key, or a wrong value, hides nothing.
    ("profiles", [{"name": "A", "memory": 1}, {"name": "A"}], "two profiles are called A, and"),
    ("profiles", [{"name": "A", "cpus": 0}, {"name": "A"}], "two profiles are called A, and"),
    ("profiles", [{"name": "A", "memory": 1}], "profiles[0].memory: unknown key; did you mean"),
    ("profiles", [{"name": "A", "memory_mib": 64}], "profiles[0].memory_mib: Input should be"),
    (
        "profiles",
        [{"name": "A"}, {"name": "B", "memory_mib": 2**24 + 1}],
        "profiles[1].memory_mib: Input should be less than or equal to 16777216",
    ),
    (
        "profiles",
        [{"name": "A", "cpus": 0}],
        "profiles[0].cpus: Input should be greater than or equal to 0.01",
    ),
    (
        "profiles",
        [{"name": "A", "cpus": 1e300}],
        "cpus: Input should be less than or equal to 8192",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def test_a_name_that_is_wrong_is_nobodys_double(refusal):
    said = refusal(changed("profiles", [{"name": ""}, {"name": "Large"}]))
    assert "two profiles" not in said
