"""Which GPUs of the host notebooks get."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("gpus.mode", "amd", "gpus.mode: Input should be 'nvidia' or 'cdi'"),
    ("gpus.people_per_gpu", 0, "gpus.people_per_gpu: Input should be greater than or equal to 1"),
    ("gpus.people_per_gpu", 65, "gpus.people_per_gpu: Input should be less than or equal to 64"),
    ("gpus.people_per_gpu", True, "gpus.people_per_gpu: true and false are not expected here"),
    ("gpus.hours", 0.2, "gpus.hours: Input should be greater than or equal to 0.25"),
    ("gpus.hours", 8785, "gpus.hours: Input should be less than or equal to 8784"),
    ("gpus.hours", float("nan"), "gpus.hours: Input should be "),
    ("gpus.hours", True, "gpus.hours: true and false are not expected here"),
    (
        "gpus.hours",
        24,
        "gpus.hours 24 is for servers that lease GPUs, and no profile does: give one a number",
    ),
    ("gpus.limits", 2, "gpus.limits: "),
    ("gpus.limits", {"lab": -1}, "gpus.limits.lab: Input should be greater than or equal to 0"),
    ("gpus.limits", {"lab": True}, "gpus.limits.lab: "),
    ("gpus.limits", {"lab": 1.5}, "gpus.limits.lab: "),
    ("gpus.limits", {"lab/": 1}, "expected the full path of a group, such as lab or lab/gpu"),
    ("gpus.limits", {"12": 1}, "expected the full path of a group, such as lab or lab/gpu"),
    (
        "gpus.limits",
        {"lab/students": 2},
        "gpus: limits are for GPUs that members of a group lease, and there is no pool to lease "
        "of: set pool to a list, such as [0, 1], or remove limits",
    ),
    ("gpus.notebook", "all", "gpus.notebook: unknown key; did you mean notebooks?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
