"""Which GPUs of the host notebooks get."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("gpus.mode", "amd", "gpus.mode: Input should be 'nvidia' or 'cdi'"),
    ("gpus.people_per_gpu", 0, "gpus.people_per_gpu: Input should be greater than or equal to 1"),
    ("gpus.people_per_gpu", 65, "gpus.people_per_gpu: Input should be less than or equal to 64"),
    ("gpus.people_per_gpu", True, "gpus.people_per_gpu: true and false are not expected here"),
    ("gpus.notebook", "all", "gpus.notebook: unknown key; did you mean notebooks?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
