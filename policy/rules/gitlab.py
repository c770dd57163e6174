"""Sign-in through GitLab: it asks for no more than it needs, over encrypted connections."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from hubconfig.sections.gitlab import STANDIN_URL
from hubconfig.values.urls import is_loopback

from ..rule import CONTAINER, hub_settings, rule

APPLICATION = "gitlab:index/application:Application"
PROVIDER = "pulumi:providers:gitlab"
PEOPLE = ("admin_", "allow")
"""How those keys of the hub's settings begin that let people in."""
SCOPES = {"read_user", "read_api"}
"""To read who somebody is, and which groups and projects they are in."""


@rule(APPLICATION, PROVIDER)
def gitlab_is_reached_safely(resource: ResourceValidationArgs) -> Iterator[str]:
    """Have GitLab send people back over https, but to loopback addresses, and check certificates.

    A sign-in code that crosses a network in the clear is everybody's.
    """
    yield from _in_the_clear("redirectUrl", resource.props.get("redirectUrl"))
    if resource.props.get("insecure") in {True, "true"}:
        yield "insecure is true; give the authority's certificates as jupyterhub:gitlab.ca_file"


@rule(PROVIDER, CONTAINER, level=EnforcementLevel.ADVISORY)
def gitlab_is_reached_by_https(resource: ResourceValidationArgs) -> Iterator[str]:
    """Have GitLab itself reached over https, but at loopback addresses.

    Only jupyterhub:gitlab.insecure lets it be otherwise. The administrator's token and people's
    tokens are then for everybody who reads along.
    """
    yield from _in_the_clear("baseUrl", resource.props.get("baseUrl"))
    for settings in hub_settings(resource):
        for key in ("url", "internal_url"):
            if settings["gitlab"].get(key) != STANDIN_URL:  # on the stack's own network
                yield from _in_the_clear(f"gitlab.{key}", settings["gitlab"].get(key))


def _in_the_clear(key: str, urls: str | None) -> Iterator[str]:
    for url in (urls or "").split():
        if urlsplit(url).scheme != "https" and not is_loopback(url):
            yield f"{key} is {url}; use https, or a loopback address"


@rule(APPLICATION)
def gitlab_grants_little(application: ResourceValidationArgs) -> Iterator[str]:
    """Let the application read who people are, and keep its secret.

    With a wider scope, such as api, it could do everything that they can.
    """
    for scope in application.props.get("scopes") or ():
        if scope not in SCOPES:
            yield f"scopes has {scope}; {' and '.join(sorted(SCOPES))} are enough"
    if application.props.get("confidential") is False:
        yield "confidential is false; the hub keeps a secret, so set it to true"
    if "secret" not in application.opts.additional_secret_outputs:
        yield "its output secret is not marked; add it to additional_secret_outputs"


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def gitlab_membership_is_used(container: ResourceValidationArgs) -> Iterator[str]:
    """Have read_api asked for only where a group or project is named.

    It shows everything that people can see in GitLab.
    """
    for settings in hub_settings(container):
        if "read_api" in settings["gitlab"].get("scopes", ()) and not _names_groups(settings):
            yield "asks for read_api, but no rule names a group or project; ask for read_user"


@rule(CONTAINER)
def someone_may_sign_in(container: ResourceValidationArgs) -> Iterator[str]:
    """Have the hub's settings allow somebody.

    A hub without an allow rule starts, and turns everybody away.
    """
    for settings in hub_settings(container):
        rules = {key: value for key, value in settings["gitlab"].items() if key.startswith(PEOPLE)}
        if not any(rules.values()):
            yield f"none of {', '.join(sorted(rules))} allows anybody; set jupyterhub:gitlab.allow"


def _names_groups(settings: Any) -> bool:
    """Tell whether any key that ends in group, groups or projects has a value, however deep."""
    if isinstance(settings, list):
        return any(map(_names_groups, settings))
    return isinstance(settings, dict) and any(
        (key.endswith(("group", "groups", "projects")) and bool(value)) or _names_groups(value)
        for key, value in settings.items()
    )
