"""What does not fit between the sections, and the schema that Pulumi has of them."""

import re
from pathlib import Path
from typing import get_origin

import yaml

from hubconfig.configuration import Configuration
from hubconfig.model import models_within
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("site", {"url": "https://h.example.org", "port": 80}, "gitlab.standin signs people in"),
    ("gitlab.url", "http://localhost:8000", "the hub itself is published on that port"),
    ("site", {"url": "http://localhost:8929"}, "gitlab.url http://localhost:8929: the hub itself"),
    (
        "",
        {
            "site": {"url": "https://localhost"},
            "tls": {"certificate": "internal"},
            "gitlab": {"url": "http://localhost", "standin": True, "allow": {"everyone": True}},
        },
        "gitlab.url http://localhost: the hub itself is published on that port",
    ),
    (
        "",
        {
            "site": {"url": "http://localhost:8000", "user_domains": "localhost"},
            "gitlab": {"url": "http://git.localhost:8929", "allow": {"everyone": True}},
        },
        "site.user_domains localhost: a person called git would get GitLab's host git.localhost",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def test_configuration_schema_agrees_with_the_models():
    schema = yaml.safe_load(Path("Pulumi.yaml").read_text())["config"]
    assert schema.keys() == Configuration.model_fields.keys()
    for section, entry in schema.items():
        field = Configuration.model_fields[section]
        is_list = get_origin(field.annotation) is tuple
        assert entry["type"] == ("array" if is_list else "object")
        [model] = models_within(field.annotation)
        for key in model.model_fields:
            assert re.search(rf"\b{key}\b", entry["description"]), f"{section}.{key}"
        # Where Pulumi itself asked for a section, it would say that alone.
        assert entry["default"] == ([] if is_list else {}), section
