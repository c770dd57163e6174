"""What the hub is told in settings.json."""

import json

from tests.unit import hub_settings
from tests.unit.stack_files import CONFIG, TOKEN


def test_the_hub_is_told_what_it_reads_and_nothing_else():
    assert hub_settings.written() == hub_settings.read()
    assert {"site_url", "labels", "notebook.shared[].groups"} < hub_settings.read()
    assert {"gitlab.scopes", "profiles[].groups"} < hub_settings.read()


def test_the_hub_is_told_two_addresses_of_gitlab(declare_program):
    gitlab = {
        "url": "https://git.example.org",
        "internal_url": "https://gitlab.internal:8080",
        "allow": {"everyone": True},
    }
    declared = declare_program(CONFIG | {"gitlab": gitlab} | TOKEN)
    settings, _ = declared["hub-container"]["uploads"]
    told = json.loads(settings["content"])["gitlab"]
    assert told["url"] == "https://git.example.org"
    assert told["internal_url"] == "https://gitlab.internal:8080"
    assert "gitlab-container" not in declared
