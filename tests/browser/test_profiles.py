"""What people see of profiles: a page before their server starts."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import enter

MARKUP = '<b>"Large" & more</b>'


@pytest.fixture(scope="module")
def profiles(deployment):
    """The stack with profiles; the next module finds it as it was."""
    original = deployment.config
    deployment.remove_notebooks()
    deployment.config = original | {
        "profiles": [
            {"name": "Others", "groups": ["lab/others"]},
            {"name": "Small", "description": "To look at data", "memory_mib": 512},
            {"name": MARKUP, "description": MARKUP, "memory_mib": 768},
        ]
    }
    deployment.up()
    yield deployment
    deployment.remove_notebooks()
    deployment.config = original
    deployment.up()


def test_a_person_chooses_a_profile(page, profiles):
    enter(page, profiles, "ada")
    group = page.get_by_role("group", name="What should your server have?")
    small = group.get_by_role("radio", name="Small", description="To look at data")
    large = group.get_by_role("radio", name=MARKUP, description=MARKUP, exact=True)
    expect(group.get_by_role("radio")).to_have_count(2)
    expect(small).to_be_checked()
    group.get_by_text(MARKUP, exact=True).first.click()  # a label is as good as its button
    expect(large).to_be_checked()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"{profiles.server('ada')}/lab**")
    memory = profiles.container("notebook-ada").attrs["HostConfig"]["Memory"]
    assert memory == 768 * 1024**2


def test_a_page_that_was_tampered_with_gives_nothing_more(page, profiles):
    enter(page, profiles, "ben")
    page.get_by_role("radio", name="Small").evaluate("button => button.value = 'Others'")
    page.get_by_role("button", name="Start").click()
    refusal = f"There is no profile Others for you. Choose one of: Small, {MARKUP}."
    expect(page.get_by_text(refusal)).to_be_visible()
    expect(page.get_by_role("radio", name="Small")).to_be_checked()
