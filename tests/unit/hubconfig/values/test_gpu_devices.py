"""GPUs of the Docker host."""

import pytest

from hubconfig.sections.gpus import GpuArgs
from tests.unit.hubconfig.tables import Row, each, only_fault
from tests.unit.stack_files import changed

UUID = "8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"
BAD: list[Row] = [
    ("gpus.notebooks", "some", "gpus.notebooks: expected none, all or a list"),
    ("gpus.notebooks", ["GPU-1"], "gpus.notebooks: GPU-1 is no GPU"),
    ("gpus.notebooks", [0, 0], "gpus.notebooks: a GPU is named twice in 0, 0: name each"),
    ("profiles", [{"name": "A", "gpus": []}], "profiles[0].gpus: expected none, all, a number of"),
    ("profiles", [{"name": "A", "gpus": 0}], "profiles[0].gpus: 0 is no number of GPUs: give 1"),
    ("profiles", [{"name": "A", "gpus": -1}], "profiles[0].gpus: -1 is no number of GPUs"),
    ("profiles", [{"name": "A", "gpus": True}], "profiles[0].gpus: true and false are not expec"),
    ("profiles", [{"name": "A", "gpus": 1.5}], "profiles[0].gpus: expected none, all, a number"),
    ("profiles", [{"name": "A", "gpus": "1"}], "profiles[0].gpus: expected none, all, a number"),
    ("gpus.pool", "all", "gpus.pool: all names no GPU that can be leased: give a list, such as [0"),
    ("gpus.pool", "none", "gpus.pool: none names no GPU that can be leased: give a list"),
    ("gpus.pool", [], "gpus.pool: expected a list, such as [0, 1]"),
    ("gpus.pool", 4, "gpus.pool: expected a list, such as [0, 1]"),
    ("gpus.pool", ["x"], "gpus.pool: x is no GPU"),
    ("gpus.pool", [0, 0], "gpus.pool: a GPU is named twice in 0, 0"),
    ("gpus.pool", [0, "0:1"], "gpus.pool: 0:1 is, or is a part of, another one: name each GPU"),
    ("gpus.pool", ["10", "00"], "gpus.pool: 00 is, or is a part of, another one: name each GPU"),
    ("profiles", [{"name": "A", "gpus": ["x"]}], "profiles[0].gpus: x is no GPU"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(
    ("devices", "sentence"),
    [
        ([], "expected none, all or a list, such as [0, 1]"),
        ("some", "expected none, all or a list, such as [0, 1]"),
        ("0", "expected none, all or a list, such as [0, 1]"),
        (0, "expected none, all or a list, such as [0, 1]"),
        ([-1], "-1 is no GPU: give an index such as 0, or a UUID"),
        ([True], "True is no GPU"),
        (["GPU-aaaa"], "GPU-aaaa is no GPU"),
        ([UUID], f"{UUID} is no GPU"),
        (["0,1"], "0,1 is no GPU"),
        (["nvidia.com/gpu=0"], "nvidia.com/gpu=0 is no GPU"),
        ([0, "0"], "a GPU is named twice in 0, 0"),
    ],
    ids=str,
)
def test_bad_gpus_are_named(devices, sentence):
    key, said, _ = only_fault(GpuArgs, {"notebooks": devices})
    assert key == "notebooks"
    assert sentence in said
