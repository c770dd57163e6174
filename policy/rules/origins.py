"""Whether browsers keep people's servers apart from the hub, and from each other."""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from ..rule import CONTAINER, hub_settings, rule


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def servers_have_names_of_their_own(container: ResourceValidationArgs) -> Iterator[str]:
    """Have each person's server at a host name of its own, or the stack file say that it has none.

    At the hub's own host, what somebody's server shows acts in the hub as who opens it.
    """
    for settings in hub_settings(container):
        if settings.get("user_domains") is None:
            yield (
                "people's servers are at the hub's host: a page of one can take, in the hub, a "
                "token of who opens it, an administrator's too; set jupyterhub:site.user_domains "
                "to a domain, or to none"
            )
