"""Variables of servers whose values are secrets."""

import json

from hubconfig.sections.secrets import SecretArgs
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import CONFIG, changed

SECRET = "canary-0123456789"
BAD: list[Row] = [
    ("secrets.environment", {"LD_PRELOAD": SECRET}, "LD_PRELOAD is the hub's own, or the image's"),
    ("secrets.environment", {"A-B": SECRET}, "A-B is no name of a variable: give one of letters"),
    ("secrets.environment", {"A": f"{SECRET}\n"}, "the value of A has line breaks or control char"),
    ("secrets.environment", {"A": [SECRET]}, "secrets.environment.A: "),
    ("secrets.environment", {"A": "x" * 5000}, "secrets.environment.A: "),
]


@each(BAD)
def test_bad_configuration_is_named_without_the_value(refusal, path, value, sentence):
    told = refusal(changed(path, value))
    assert sentence in told
    assert SECRET not in told


def test_a_number_is_text():
    args = SecretArgs.model_validate({"environment": {"PIN": 1234}})
    assert args.environment["PIN"].get_secret_value() == "1234"


HIDDEN = ["jupyterhub:secrets"]


def test_without_secrets_the_hub_has_no_variable_for_them(declare_program):
    assert declare_program(CONFIG | {"secrets": {}}) == declare_program(CONFIG)


def test_secrets_are_in_one_variable_of_the_hub_and_nowhere_else(declare_program):
    config = changed("secrets.environment", {"WANDB_API_KEY": SECRET})
    declared = declare_program(config, HIDDEN)
    envs = declared["hub-container"].pop("envs")
    [told] = [entry for entry in envs["value"] if SECRET in entry]
    assert json.loads(told.removeprefix("NOTEBOOK_SECRETS=")) == {"WANDB_API_KEY": SECRET}
    assert SECRET not in json.dumps(declared)
