"""Which GPUs of the host notebooks get."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("gpus.mode", "amd", "gpus.mode: Input should be 'nvidia' or 'cdi'"),
    ("gpus.notebook", "all", "gpus.notebook: unknown key; did you mean notebooks?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
